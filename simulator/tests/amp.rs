//! Approximate message passing against closed forms, eigenvectors and its state evolution.

use std::f64::consts::PI;

use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint_simulator::amp::{Amp, Planted, Prior, RankOne, Run, Start, Stop};
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_simulator::statistics::independent_mean;
use saddlepoint_simulator::stream;

const PRIORS: [Prior; 6] = [
    Prior::Rademacher,
    Prior::Gaussian,
    Prior::SparseRademacher { density: 0.1 },
    Prior::SparseGaussian { density: 0.3 },
    Prior::SparseRademacher { density: 1.0 },
    Prior::SparseGaussian { density: 1.0 },
];

fn planted(units: usize, alpha: usize, snr: f64, weights: Prior, hidden: Prior) -> Planted {
    let model = RankOne {
        units,
        samples: alpha * units,
        snr,
        weights,
        hidden,
    };
    model.draw(&mut stream(21, "planted", 0)).expect("valid")
}

fn run(planted: &Planted, start: Start) -> Run {
    Amp::default()
        .run(planted, start, &mut stream(22, "start", 0))
        .expect("valid")
}

#[test]
fn priors_have_zero_mean_and_unit_variance() {
    for (replica, prior) in (0..).zip(PRIORS) {
        let mut rng = stream(23, "prior", replica);
        let draws: Vec<_> = (0..200_000).map(|_| prior.draw(&mut rng)).collect();
        let squares: Vec<_> = draws.iter().map(|x| x * x).collect();
        for (values, expected) in [(draws, 0.0), (squares, 1.0)] {
            let estimate = independent_mean(&values).unwrap();
            // 4σ, and rounding where the square is constant.
            let error = (estimate.mean - expected).abs();
            assert!(
                error <= 4.0 * estimate.standard_error + 1e-9,
                "{prior:?}: {error}"
            );
        }
    }
}

#[test]
fn posterior_variances_are_slopes_of_odd_means() {
    for prior in PRIORS {
        for precision in [0.0, 0.5, 20.0] {
            for field in [0.0, 0.3, 2.0, 30.0] {
                let at = |b| prior.posterior(precision, b);
                let h = 1e-5;
                let slope = (at(field + h).mean - at(field - h).mean) / (2.0 * h);
                // Third derivatives up to ρ⁻² = 100 times h²/6 and rounding over h.
                assert_abs_diff_eq!(at(field).variance, slope, epsilon = 1e-7);
                assert_relative_eq!(at(-field).mean, -at(field).mean);
                assert!(at(field).variance >= -1e-12);
            }
        }
        let extreme = prior.posterior(1e5, 1e5);
        assert!(extreme.mean.is_finite() && extreme.variance.is_finite());
    }
}

#[test]
fn full_density_is_the_dense_prior() {
    for field in [-3.0, 0.2, 1.0] {
        let sparse = Prior::SparseRademacher { density: 1.0 }.posterior(2.0, field);
        assert_relative_eq!(sparse.mean, Prior::Rademacher.posterior(2.0, field).mean);
        let sparse = Prior::SparseGaussian { density: 1.0 }.posterior(2.0, field);
        assert_relative_eq!(sparse.mean, Prior::Gaussian.posterior(2.0, field).mean);
    }
}

#[test]
fn gaussian_priors_find_the_leading_eigenvector_with_its_limiting_overlap() {
    // q_w = (α snr² − 1)/(snr (1 + α snr)), the squared overlap of the leading sample eigenvector for N → ∞.
    let data = planted(1000, 2, 1.5, Prior::Gaussian, Prior::Gaussian);
    let expected = (2.0 * 1.5 * 1.5 - 1.0) / (1.5 * 4.0);
    let top = SampleCovariance::new(data.data(), Columns::Raw)
        .unwrap()
        .leading(1)
        .unwrap();
    for start in [Start::Random, Start::Informed] {
        let run = run(&data, start);
        assert_eq!(run.stop, Stop::Converged);
        let overlap = squared_overlap(&run.weights, &top.vector(0)).unwrap();
        // Converged to a change of 1e-8 per component.
        assert_abs_diff_eq!(overlap, 1.0, epsilon = 1e-10);
        // Overlaps fluctuate as N^(−1/2) with a prefactor of about one.
        assert_abs_diff_eq!(
            run.last().overlap_weights,
            expected,
            epsilon = 4.0 / 1000_f64.sqrt()
        );
    }
}

/// E tanh(r + √r z) by the trapezoidal rule, which converges exponentially.
fn rademacher_overlap(r: f64) -> f64 {
    let term = |i: i32| {
        let z = 0.05 * f64::from(i);
        0.05 * (r + r.sqrt() * z).tanh() * (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
    };
    (-200..=200).map(term).sum()
}

#[test]
fn overlaps_follow_the_state_evolution_iteration_by_iteration() {
    let (units, alpha, snr) = (1000, 2, 1.5);
    let start = 0.02;
    let replicas: Vec<_> = (0..8)
        .map(|replica| {
            let model = RankOne {
                units,
                samples: alpha * units,
                snr,
                weights: Prior::Rademacher,
                hidden: Prior::Rademacher,
            };
            let mut rng = stream(24, "state evolution", replica);
            let data = model.draw(&mut rng).unwrap();
            let amp = Amp {
                tolerance: 0.0,
                max_iterations: 8,
            };
            amp.run(&data, Start::Channel { snr: start }, &mut rng)
                .unwrap()
                .steps
        })
        .collect();
    let mut weights = rademacher_overlap(start);
    let mut hidden = 0.0;
    for iteration in 0..=8 {
        if iteration > 0 {
            hidden = rademacher_overlap(snr * weights);
            weights = rademacher_overlap(2.0 * snr * hidden);
        }
        let measured: Vec<_> = replicas
            .iter()
            .map(|r| r[iteration].overlap_weights)
            .collect();
        let seen: Vec<_> = replicas
            .iter()
            .map(|r| r[iteration].overlap_hidden)
            .collect();
        for (values, expected) in [(measured, weights), (seen, hidden)] {
            let estimate = independent_mean(&values).unwrap();
            // 5σ with seven degrees of freedom, and corrections of order 1/N.
            let allowed = 5.0 * estimate.standard_error + 4.0 / 1000.0;
            assert_abs_diff_eq!(estimate.mean, expected, epsilon = allowed);
        }
    }
    // By then the evolution is far from linear.
    assert!(weights > 0.6, "{weights}");
}

#[test]
fn self_overlaps_equal_overlaps_at_a_fixed_point() {
    for (weights, hidden) in [
        (Prior::SparseGaussian { density: 0.3 }, Prior::Rademacher),
        (Prior::SparseRademacher { density: 0.2 }, Prior::Gaussian),
    ] {
        let data = planted(1500, 2, 1.5, weights, hidden);
        let run = run(&data, Start::Informed);
        assert_eq!(run.stop, Stop::Converged);
        let last = run.last();
        // Fluctuations of order N^(−1/2).
        let allowed = 4.0 / 1500_f64.sqrt();
        assert_abs_diff_eq!(
            last.overlap_weights,
            last.self_overlap_weights,
            epsilon = allowed
        );
        assert_abs_diff_eq!(
            last.overlap_hidden,
            last.self_overlap_hidden,
            epsilon = allowed
        );
        assert_abs_diff_eq!(
            last.mse_weights,
            1.0 - last.overlap_weights,
            epsilon = 2.0 * allowed
        );
    }
}

#[test]
fn nothing_is_learned_without_a_signal() {
    let data = planted(400, 1, 0.0, Prior::Rademacher, Prior::Rademacher);
    let run = run(&data, Start::Informed);
    assert_abs_diff_eq!(run.last().self_overlap_weights, 0.0);
    assert!(
        RankOne {
            snr: -1.0,
            ..*data.model()
        }
        .draw(&mut stream(0, "bad", 0))
        .is_err()
    );
    let empty = Prior::SparseRademacher { density: 0.0 };
    assert!(
        RankOne {
            weights: empty,
            ..*data.model()
        }
        .draw(&mut stream(0, "bad", 0))
        .is_err()
    );
}
