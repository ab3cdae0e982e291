//! Bayes-optimal inference against high-precision values (`scripts/reference_values.py`), closed forms and identities.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use std::path::PathBuf;

use approx::assert_relative_eq;
use proptest::prelude::*;
use saddlepoint_theory::covariance::{critical_alpha, spike};
use saddlepoint_theory::quadrature::gaussian_averages;
use saddlepoint_theory::replica::Transition;
use saddlepoint_theory::replica::inference::{Inference, Prior, Start, StateEvolution};
use saddlepoint_theory::solver::{FixedPoint, Stop};
use saddlepoint_theory::spectra::Population;
use saddlepoint_theory::units::{SoftSpin, UnitPrior};

/// The rows of a table of `tests/reference`, without its header.
fn table(name: &str) -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reference")
        .join(format!("{name}.csv"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let split = |line: &str| line.split(',').map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = text.lines().skip(1).map(split).collect();
    assert!(!rows.is_empty(), "{name} has no rows");
    rows
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn prior(name: &str) -> Prior {
    match name.split_once(':') {
        None if name == "rademacher" => Prior::Rademacher,
        None => Prior::Gaussian,
        Some(("sparse-rademacher", rho)) => Prior::sparse_rademacher(number(rho)).unwrap(),
        Some((_, rho)) => Prior::sparse_gaussian(number(rho)).unwrap(),
    }
}

fn model(row: &[String]) -> StateEvolution {
    StateEvolution::new(prior(&row[0]), prior(&row[1]), number(&row[2])).unwrap()
}

fn any_prior() -> impl Strategy<Value = Prior> {
    prop_oneof![
        Just(Prior::Rademacher),
        Just(Prior::Gaussian),
        (0.005..1.0).prop_map(|rho| Prior::sparse_rademacher(rho).unwrap()),
        (0.005..1.0).prop_map(|rho| Prior::sparse_gaussian(rho).unwrap()),
        (0.0..=1.0).prop_map(|omega| Prior::Soft(SoftSpin::new(omega).unwrap())),
    ]
}

#[test]
fn channels_have_their_high_precision_values() {
    for row in table("inference_channel") {
        let (law, r) = (prior(&row[0]), number(&row[1]));
        let channel = law.channel(r).unwrap();
        // A few hundred roundings; the slope of a sparse law is a difference of terms 1/ρ times larger.
        assert_relative_eq!(channel.overlap, number(&row[2]), max_relative = 3e-13);
        assert_relative_eq!(channel.error, number(&row[3]), max_relative = 3e-13);
        assert_relative_eq!(channel.slope, number(&row[4]), max_relative = 1e-11);
        let psi = law.free_entropy(r).unwrap();
        assert_relative_eq!(psi, number(&row[5]), max_relative = 1e-11);
    }
}

/// The average over observations of what the law itself says of each.
#[test]
fn soft_channels_are_averages_over_the_observation() {
    for (omega, r) in [
        (0.3, 1e-3),
        (0.3, 0.9),
        (0.3, 1.1),
        (0.8, 4.0),
        (1e-3, 30.0),
        (0.5, 0.2),
    ] {
        let unit = SoftSpin::new(omega).unwrap();
        let law = Prior::Soft(unit);
        let at = |z: f64| {
            let field = r * unit.spin_size() + (r + r * r * omega).sqrt() * z;
            let (mean, variance) = (unit.mean(r, field), unit.variance(r, field));
            let psi = unit.log_partition(r, field);
            [mean * mean, variance, variance * variance, psi]
        };
        let [overlap, error, slope, psi] = gaussian_averages(at, &[], 1e-13).unwrap().value;
        let channel = law.channel(r).unwrap();
        // The quadrature's tolerance; psi changes its sign, and is small by itself where r is.
        assert_relative_eq!(channel.overlap, overlap, max_relative = 1e-11);
        assert_relative_eq!(channel.error, error, max_relative = 1e-11);
        assert_relative_eq!(channel.slope, slope, max_relative = 1e-11);
        let found = law.free_entropy(r).unwrap();
        assert_relative_eq!(found, psi, epsilon = 1e-13, max_relative = 1e-11);
    }
    // ψ = r²/4 − r³/6 + … for any law without a third moment.
    let faint = Prior::Soft(SoftSpin::new(0.4).unwrap())
        .free_entropy(1e-5)
        .unwrap();
    assert_relative_eq!(faint, 0.25e-10, max_relative = 1e-4);
}

#[test]
fn fixed_points_and_free_entropies_have_their_high_precision_values() {
    for row in table("inference_evolution") {
        let model = model(&row);
        let alpha = number(&row[3]);
        let start = if number(&row[4]) > 0.15 {
            Start::Informed
        } else {
            Start::Uninformed
        };
        let solution = model.solve(alpha, start).unwrap().converged().unwrap();
        // The tolerance of the solver, 1e-12 in r.
        let found = solution.state;
        assert_relative_eq!(found.overlap_weights, number(&row[4]), max_relative = 3e-12);
        assert_relative_eq!(found.overlap_hidden, number(&row[5]), max_relative = 3e-12);
        let phi = model.free_entropy(alpha, &found).unwrap();
        // Φ is a difference of terms that may be a thousand times larger.
        assert_relative_eq!(phi, number(&row[6]), max_relative = 1e-10, epsilon = 1e-15);
    }
}

#[test]
fn thresholds_have_their_high_precision_values() {
    for row in table("inference_critical") {
        let critical = model(&row).critical().unwrap();
        let found = [
            critical.spectral,
            critical.spinodal,
            critical.information,
            critical.algorithmic,
        ];
        for (found, expected) in found.into_iter().zip(&row[3..7]) {
            // Folds are extrema, so that errors of their place do not count; Φ is right to rounding.
            assert_relative_eq!(found, number(expected), max_relative = 1e-11);
        }
        assert_eq!(critical.transition.name(), row[7]);
    }
}

#[test]
fn gaussian_laws_give_the_overlap_of_the_sample_eigenvector() {
    for (snr, alpha) in [(0.5, 6.0), (1.0, 1.5), (3.0, 0.2), (3.0, 40.0)] {
        let model = StateEvolution::new(Prior::Gaussian, Prior::Gaussian, snr).unwrap();
        let population = Population::spiked(None, &[snr]).unwrap();
        let eigenvector = spike(&population, 0, alpha).unwrap().overlap_squared();
        for start in Start::ALL {
            let found = model.solve(alpha, start).unwrap().converged().unwrap();
            assert_relative_eq!(
                found.state.overlap_weights,
                eigenvector,
                max_relative = 1e-11
            );
        }
    }
}

#[test]
fn every_law_has_the_spectral_threshold_of_the_covariance() {
    let names = [
        "rademacher",
        "gaussian",
        "sparse-rademacher:0.05",
        "sparse-rademacher:0.02",
        "sparse-gaussian:0.1",
        "sparse-gaussian:0.01",
    ];
    for snr in [0.3, 1.0, 4.0] {
        let population = Population::spiked(None, &[snr]).unwrap();
        let eigenvector = critical_alpha(&population, 0).unwrap();
        for (weights, hidden) in names.iter().zip(names.iter().rev()) {
            let (weights, hidden) = (prior(weights), prior(hidden));
            let model = StateEvolution::new(weights, hidden, snr).unwrap();
            let critical = model.critical().unwrap();
            assert_relative_eq!(critical.spectral, eigenvector, max_relative = 1e-10);
            // Growth of an infinitesimal overlap in one iteration of the map itself, 1 at the threshold.
            let course = model.course(critical.spectral, 1e-13, 1).unwrap();
            assert_relative_eq!(course[1].overlap_weights, 1e-13, max_relative = 1e-10);
        }
    }
}

#[test]
fn a_sparse_receptive_field_has_a_narrow_hard_phase_at_five_and_a_wide_one_at_two_per_cent() {
    let width = |density| {
        let law = Prior::sparse_rademacher(density).unwrap();
        let model = StateEvolution::new(law, Prior::Gaussian, 1.0).unwrap();
        let critical = model.critical().unwrap();
        assert_eq!(critical.transition, Transition::FirstOrder);
        assert!(critical.spinodal < critical.information);
        assert!(critical.information < critical.algorithmic);
        assert!(critical.spectral < critical.algorithmic);
        critical.algorithmic / critical.information
    };
    assert!(width(0.05) < 1.1);
    assert!(width(0.02) > 1.4);
    let law = Prior::sparse_rademacher(0.1).unwrap();
    let model = StateEvolution::new(law, Prior::Gaussian, 1.0).unwrap();
    assert_eq!(model.critical().unwrap().transition, Transition::Continuous);
}

#[test]
fn a_shallow_pair_of_folds_is_found_down_to_the_tricritical_point() {
    // Between 5% with a jump and 10% without there is a density at which the two folds merge.
    let folded = |density: f64| {
        let law = Prior::sparse_rademacher(density).unwrap();
        let model = StateEvolution::new(law, Prior::Gaussian, 1.0).unwrap();
        let critical = model.critical().unwrap();
        (critical.transition == Transition::FirstOrder)
            .then(|| critical.algorithmic / critical.spinodal - 1.0)
    };
    let (mut with, mut without) = (0.05, 0.1);
    while without - with > 1e-7 {
        let middle = 0.5 * (with + without);
        *(if folded(middle).is_some() {
            &mut with
        } else {
            &mut without
        }) = middle;
    }
    // The width closes as the distance to the power 3/2: far narrower than a step of the scan.
    assert!(folded(with).unwrap() < 1e-8, "{:?} at {with}", folded(with));
}

#[test]
fn the_branches_are_those_that_iteration_reaches() {
    for (weights, alpha) in [
        ("sparse-rademacher:0.02", 0.8),
        ("rademacher", 2.0),
        ("sparse-gaussian:0.05", 0.97),
    ] {
        let model = StateEvolution::new(prior(weights), Prior::Gaussian, 1.0).unwrap();
        for (start, overlap) in [(Start::Informed, 1.0), (Start::Uninformed, 1e-9)] {
            let iterated = FixedPoint::default()
                .solve(
                    |q: &[f64; 1]| {
                        let course = model.course(alpha, q[0].clamp(0.0, 1.0), 1)?;
                        Ok([course[1].overlap_weights])
                    },
                    [overlap],
                )
                .unwrap();
            assert_eq!(iterated.stop, Stop::Converged);
            let direct = model.solve(alpha, start).unwrap().converged().unwrap();
            // The iteration's own tolerance.
            assert_relative_eq!(
                direct.state.overlap_weights,
                iterated.state[0],
                epsilon = 1e-8
            );
        }
    }
}

#[test]
fn at_a_fold_and_at_the_origin_both_sides_are_solved() {
    let model = StateEvolution::new(prior("sparse-rademacher:0.05"), Prior::Gaussian, 1.0).unwrap();
    let critical = model.critical().unwrap();
    for alpha in [
        critical.spectral,
        critical.spinodal,
        critical.information,
        critical.algorithmic,
    ] {
        for factor in [1.0 - 1e-9, 1.0 - 1e-15, 1.0, 1.0 + 1e-15, 1.0 + 1e-9] {
            for start in Start::ALL {
                let _solved = model
                    .solve(alpha * factor, start)
                    .unwrap()
                    .converged()
                    .unwrap();
            }
        }
    }
    let overlap = |alpha: f64, start| model.solve(alpha, start).unwrap().state.overlap_weights;
    assert!(overlap(critical.spinodal * (1.0 - 1e-9), Start::Informed) <= 0.0);
    assert!(overlap(critical.spinodal * (1.0 + 1e-9), Start::Informed) > 0.1);
    assert!(overlap(critical.algorithmic * (1.0 - 1e-9), Start::Uninformed) < 0.1);
    assert!(overlap(critical.algorithmic * (1.0 + 1e-9), Start::Uninformed) > 0.2);
}

#[test]
fn without_recovery_the_data_tell_as_much_as_if_they_were_noise() {
    let model = StateEvolution::new(Prior::Rademacher, Prior::Gaussian, 1.0).unwrap();
    let found = model
        .solve(0.5, Start::Informed)
        .unwrap()
        .converged()
        .unwrap();
    assert!(found.state.overlap_weights <= 0.0);
    assert_relative_eq!(model.mutual_information(0.5, &found.state).unwrap(), 0.25);
}

#[test]
fn with_many_samples_the_data_tell_the_receptive_field_and_the_hidden_values() {
    // N ln 2 for ξ, and P capacities of a Gaussian channel of snr 3 once ξ is known.
    let model = StateEvolution::new(Prior::Rademacher, Prior::Gaussian, 3.0).unwrap();
    let alpha = 40.0;
    let found = model.solve(alpha, Start::Informed).unwrap().state;
    let information = model.mutual_information(alpha, &found).unwrap();
    let expected = std::f64::consts::LN_2 + 0.5 * alpha * 4.0_f64.ln();
    assert_relative_eq!(information, expected, max_relative = 1e-9);
}

#[test]
fn arguments_outside_their_domain_are_refused() {
    let gaussian = Prior::Gaussian;
    for snr in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-200] {
        assert!(StateEvolution::new(gaussian, gaussian, snr).is_err());
    }
    let sparse = Prior::sparse_gaussian(1e-5).unwrap();
    assert!(StateEvolution::new(sparse, gaussian, 1.0).is_err());
    let model = StateEvolution::new(gaussian, gaussian, 1.0).unwrap();
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(model.solve(alpha, Start::Informed).is_err());
        assert!(model.course(alpha, 0.5, 1).is_err());
    }
    assert!(model.course(1.0, 1.5, 1).is_err());
    assert!(gaussian.channel(-1.0).is_err() && gaussian.free_entropy(f64::NAN).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With the same posterior means, a slow and obvious average over the observation.
    #[test]
    fn a_channel_is_the_average_over_its_observations(law in any_prior(), log_r in -6.0..3.0_f64) {
        let r = log_r.exp();
        // Beyond, the weight exp φ overflows where the rule still looks.
        prop_assume!(r < 20.0 * law.density());
        let channel = law.channel(r).unwrap();
        // The observation is √r y with y standard normal under noise alone, of weight exp φ.
        let moments = |y: f64| {
            let field = r.sqrt() * y;
            let weight = law.log_partition(r, field).exp();
            let (mean, variance) = (law.mean(r, field), law.variance(r, field));
            [weight * mean * mean, weight * variance, weight * variance * variance]
        };
        // The law of the observation has weight where that of noise has little: breakpoints keep the rule there.
        let centre = (r / law.density()).sqrt();
        let marks = [-centre - 2.0, -centre, -0.5 * centre, 0.0, 0.5 * centre, centre, centre + 2.0];
        let average = gaussian_averages(moments, &marks, 1e-12).unwrap().value;
        assert_relative_eq!(channel.overlap, average[0], max_relative = 1e-8);
        assert_relative_eq!(channel.error, average[1], max_relative = 1e-8);
        assert_relative_eq!(channel.slope, average[2], max_relative = 1e-8);
    }

    /// I-MMSE: ψ' = f/2, and f' is the derivative of f.
    #[test]
    fn the_free_entropy_grows_by_half_the_overlap(law in any_prior(), log_r in -7.0..6.0_f64) {
        let r = log_r.exp();
        // Differences over a step that is small on the scale of the features, r/10 and at most the density.
        let step = 1e-3 * r.min(law.density());
        let psi = |r: f64| law.free_entropy(r).unwrap();
        let five_point = |f: &dyn Fn(f64) -> f64| {
            (8.0 * (f(r + step) - f(r - step)) - (f(r + 2.0 * step) - f(r - 2.0 * step))) / (12.0 * step)
        };
        let channel = law.channel(r).unwrap();
        // Rounding of ψ ≤ r over the step, and step⁴.
        let rounding = 1e-14 * (1.0 + r) / step;
        assert_relative_eq!(five_point(&psi), 0.5 * channel.overlap, max_relative = 1e-8, epsilon = rounding);
        let overlap = |r: f64| law.channel(r).unwrap().overlap;
        assert_relative_eq!(five_point(&overlap), channel.slope, max_relative = 1e-8, epsilon = rounding);
    }

    #[test]
    fn overlap_and_error_add_up_to_the_variance(law in any_prior(), log_r in -30.0..25.0_f64) {
        let channel = law.channel(log_r.exp()).unwrap();
        assert_relative_eq!(channel.overlap + channel.error, 1.0, max_relative = 1e-12);
        prop_assert!(channel.error >= 0.0 && channel.slope >= 0.0);
        let psi = law.free_entropy(log_r.exp()).unwrap();
        prop_assert!(psi >= 0.0 && psi <= 0.5 * log_r.exp());
    }

    #[test]
    fn a_weak_channel_follows_its_expansion(law in any_prior(), r in 1e-12..1e-9_f64) {
        let channel = law.channel(r).unwrap();
        let kurtosis = law.fourth_moment();
        let cubic = (15.0 - 6.0 * kurtosis + kurtosis * kurtosis) / 6.0;
        assert_relative_eq!(channel.overlap / r, 1.0 - r + cubic * r * r, max_relative = 1e-12);
        assert_relative_eq!(channel.slope, 1.0 - 2.0 * r + 3.0 * cubic * r * r, max_relative = 1e-11);
        assert_relative_eq!(law.free_entropy(r).unwrap(), 0.25 * r * r, max_relative = 1e-6);
    }

    /// Stationarity: Φ does not change to first order around a fixed point.
    #[test]
    fn the_free_entropy_is_stationary_at_a_solution(
        weights in any_prior(), hidden in any_prior(), snr in 0.3..4.0_f64, ratio in 1.1..6.0_f64
    ) {
        let model = StateEvolution::new(weights, hidden, snr).unwrap();
        let alpha = ratio / (snr * snr);
        let found = model.solve(alpha, Start::Informed).unwrap().converged().unwrap().state;
        let phi = |dw: f64, dh: f64| {
            let at = Inference {
                overlap_weights: found.overlap_weights + dw,
                overlap_hidden: found.overlap_hidden + dh,
                ..found
            };
            model.free_entropy(alpha, &at).unwrap()
        };
        let step = 1e-5 * found.overlap_weights.min(found.error_weights).min(found.overlap_hidden).min(found.error_hidden);
        prop_assume!(step > 1e-8);
        for (dw, dh) in [(step, 0.0), (0.0, step)] {
            // Rounding of Φ over the step, relative to the size α snr of either part of the derivative.
            let slope = (phi(dw, dh) - phi(-dw, -dh)) / (2.0 * step);
            prop_assert!(slope.abs() < 1e-5 * alpha * snr + 1e-15 * (1.0 + alpha * snr) / step, "{slope}");
        }
    }
}
