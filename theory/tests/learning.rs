//! Maximum-likelihood learning by one hidden unit: reference values, closed forms, limits, identities.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use std::f64::consts::PI;

use approx::assert_relative_eq;
use saddlepoint_theory::Result;
use saddlepoint_theory::covariance::{critical_alpha, spike};
use saddlepoint_theory::replica::learning::{Branch, Learned, OneUnit, PlantedData};
use saddlepoint_theory::spectra::Population;
use saddlepoint_theory::units::{
    Binary, DoubleWell, Gaussian, Rectified, SparseRademacher, Spin, UnitPrior,
};

fn unit(name: &str) -> Box<dyn UnitPrior> {
    match name.split_once(':') {
        Some((_, theta)) => Box::new(DoubleWell::new(theta.parse().unwrap()).unwrap()),
        None if name == "spin" => Box::new(Spin),
        None if name == "binary" => Box::new(Binary),
        None if name == "gaussian" => Box::new(Gaussian),
        None => Box::new(Rectified),
    }
}

/// One unit of each kind.
const UNITS: [&str; 6] = [
    "spin",
    "binary",
    "gaussian",
    "relu",
    "double-well:-1",
    "double-well:-3",
];

fn data(name: &str, parameter: f64) -> PlantedData {
    match name {
        "two-cluster" => PlantedData::two_cluster(None, parameter),
        "spiked" => Population::spiked(None, &[parameter]).and_then(|p| PlantedData::gaussian(&p)),
        "thirds" => Population::from_weights(&[(1.0, 1.0), (3.0, 1.0), (7.0, 1.0)])
            .and_then(|p| PlantedData::gaussian(&p)),
        _ => panic!("{name}"),
    }
    .unwrap()
}

fn branch(unit: &OneUnit, alpha: f64, branch: Branch) -> Learned {
    let solution = match branch {
        Branch::Noise => unit.noise(alpha).unwrap(),
        Branch::Signal => unit.signal(alpha).unwrap().expect("a signal branch"),
    };
    solution.converged().unwrap().state
}

#[test]
fn solutions_are_those_of_an_independent_calculation() {
    // Ten digits, by averages over the cavity field and Stein's lemma in place of the maximiser's law.
    for line in include_str!("reference/learning.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers: Vec<f64> = cells[2..].iter().map(|x| x.parse().unwrap()).collect();
        let (unit, data) = (unit(cells[0]), data(cells[1], numbers[0]));
        let kind = if numbers[2] > 0.0 {
            Branch::Signal
        } else {
            Branch::Noise
        };
        let found = branch(
            &OneUnit::new(unit.as_ref(), &data).unwrap(),
            numbers[1],
            kind,
        );
        let values = [
            found.m,
            found.q,
            found.v,
            found.rho,
            found.train_log_likelihood,
            found.test_log_likelihood,
        ];
        for (value, &expected) in values.into_iter().zip(&numbers[2..]) {
            assert_relative_eq!(value, expected, max_relative = 2e-9, epsilon = 1e-10);
        }
    }
}

#[test]
fn two_clusters_are_learnt_with_the_printed_values() {
    // Four digits each: b, alpha, m, Q, V, overlap², train, test.
    let printed = [
        [1.5, 2.0, 1.4832, 0.6955, 0.6288, 0.7598, 0.8610, 0.3221],
        [1.0, 4.0, 0.9456, 0.5861, 0.4614, 0.6040, 0.3047, 0.0017],
    ];
    for [b, alpha, m, q, v, overlap, train, test] in printed {
        let data = data("two-cluster", b);
        let found = OneUnit::new(&Spin, &data)
            .unwrap()
            .learn(alpha)
            .unwrap()
            .state;
        let values = [found.m, found.q, found.v, found.overlap_squared()];
        for (value, expected) in values.into_iter().zip([m, q, v, overlap]) {
            assert_relative_eq!(value, expected, epsilon = 5.1e-5);
        }
        assert_relative_eq!(found.train_log_likelihood, train, epsilon = 5.1e-5);
        assert_relative_eq!(found.test_log_likelihood, test, epsilon = 5.1e-5);
        assert!(found.is_stable() && found.branch == Branch::Signal);
    }
    let data = data("two-cluster", 1.0);
    let noise = OneUnit::new(&Spin, &data)
        .unwrap()
        .learn(1.0)
        .unwrap()
        .state;
    assert_eq!(noise.branch, Branch::Noise);
    assert_relative_eq!(noise.q, 3.18, epsilon = 5e-3);
    assert_relative_eq!(noise.train_log_likelihood, 0.929, epsilon = 5e-4);
    assert_relative_eq!(noise.test_log_likelihood, -0.689, epsilon = 5e-4);
    assert!(noise.at_stability.is_infinite() && !noise.is_stable());
}

/// Populations with a single leading mode.
fn populations() -> Vec<Population> {
    let listed: Vec<f64> = (0..100)
        .map(|k| 0.4 + 0.01 * f64::from(k))
        .chain([3.0])
        .collect();
    vec![
        Population::spiked(None, &[1.0]).unwrap(),
        Population::spiked(Some(300), &[2.5]).unwrap(),
        Population::ising_ring(Some(50), 0.5).unwrap(),
        Population::from_eigenvalues(&listed).unwrap(),
        Population::two_cluster(Some(80), 1.3).unwrap(),
    ]
}

#[test]
fn a_gaussian_unit_learns_the_leading_sample_eigenvector() {
    for population in populations() {
        let threshold = critical_alpha(&population, 0).unwrap();
        let data = PlantedData::gaussian(&population).unwrap();
        let unit = OneUnit::new(&Gaussian, &data).unwrap();
        assert_relative_eq!(unit.threshold().unwrap(), threshold, max_relative = 1e-9);
        for ratio in [1.2, 3.0, 30.0] {
            let alpha = ratio * threshold;
            let seen = spike(&population, 0, alpha).unwrap();
            let found = branch(&unit, alpha, Branch::Signal);
            assert_relative_eq!(
                found.overlap_squared(),
                seen.overlap_squared(),
                max_relative = 1e-7
            );
            // |w|² = 1 − 1/ψ at the sample eigenvalue ψ, and ln p = (ψ − 1 − ln ψ)/2.
            let psi = seen.eigenvalue();
            assert_relative_eq!(found.rho, 1.0 - 1.0 / psi, max_relative = 1e-8);
            assert_relative_eq!(
                found.train_log_likelihood,
                0.5 * (psi - 1.0 - psi.ln()),
                max_relative = 1e-8,
                epsilon = 1e-10
            );
            let along = found.m.powi(2) * population.modes()[0].eigenvalue;
            assert_relative_eq!(
                found.test_log_likelihood,
                0.5 * (along + found.q - psi.ln()),
                max_relative = 1e-8,
                epsilon = 1e-10
            );
            assert!(found.is_stable());
        }
    }
}

#[test]
fn a_gaussian_unit_without_signal_learns_the_edge_of_the_noise() {
    let data = PlantedData::gaussian(&Population::iid(None).unwrap()).unwrap();
    let unit = OneUnit::new(&Gaussian, &data).unwrap();
    for alpha in [1e-3, 0.1, 1.0, 10.0, 1e4_f64] {
        let edge = (1.0 + alpha.sqrt().recip()).powi(2);
        let found = branch(&unit, alpha, Branch::Noise);
        assert_relative_eq!(found.rho, 1.0 - 1.0 / edge, max_relative = 1e-7);
        assert_relative_eq!(found.at_stability, 1.0, epsilon = 1e-8);
        assert!(found.is_stable());
        assert!(unit.signal(alpha).unwrap().is_none());
    }
}

#[test]
fn the_threshold_lies_above_the_spectral_one() {
    for population in populations() {
        let spectral = critical_alpha(&population, 0).unwrap();
        let data = PlantedData::gaussian(&population).unwrap();
        for name in UNITS {
            let unit = unit(name);
            let threshold = OneUnit::new(unit.as_ref(), &data)
                .unwrap()
                .threshold()
                .unwrap();
            let slack = if name == "gaussian" { -1e-9 } else { 1e-3 };
            assert!(
                threshold > spectral * (1.0 + slack),
                "{name}: {threshold} {spectral}"
            );
        }
    }
}

#[test]
fn the_signal_begins_at_the_threshold() {
    for (name, law, parameter) in [
        ("spin", "two-cluster", 1.0),
        ("spin", "spiked", 2.0),
        ("binary", "two-cluster", 1.5),
        ("relu", "spiked", 2.0),
        ("double-well:-3", "two-cluster", 1.0),
    ] {
        let (unit, data) = (unit(name), data(law, parameter));
        let unit = OneUnit::new(unit.as_ref(), &data).unwrap();
        let threshold = unit.threshold().unwrap();
        assert!(unit.signal(0.99 * threshold).unwrap().is_none());
        let near = branch(&unit, 1.01 * threshold, Branch::Signal);
        let far = branch(&unit, 1.02 * threshold, Branch::Signal);
        // A continuous transition: the squared overlap vanishes linearly.
        let ratio = far.overlap_squared() / near.overlap_squared();
        assert_relative_eq!(ratio, 2.0, epsilon = 0.05);
    }
}

#[test]
fn units_with_a_mean_do_not_learn_weak_signals() {
    // Without noise, small weights along the direction gain λ₁ φ''(0) − φ''(0) − φ'(0)².
    for (name, least) in [("binary", 2.0), ("relu", PI / (PI - 2.0))] {
        let unit = unit(name);
        let threshold = |eigenvalue: f64| {
            let data = data("spiked", eigenvalue - 1.0);
            OneUnit::new(unit.as_ref(), &data)
                .unwrap()
                .threshold()
                .unwrap()
        };
        assert!(threshold(0.97 * least).is_infinite());
        assert!(threshold(1.001 * least).is_finite());
    }
}

#[test]
fn a_binary_unit_with_a_strong_signal_learns_discontinuously() {
    let data = data("two-cluster", 6.0);
    let unit = OneUnit::new(&Binary, &data).unwrap();
    let threshold = unit.threshold().unwrap();
    // Down to the fold; the unstable solution between the two branches was once taken for the signal at 0.9 and 0.8.
    let mut last = f64::INFINITY;
    for ratio in [0.97, 0.9, 0.85, 0.8] {
        let noise = unit.noise(ratio * threshold).unwrap();
        let signal = unit.signal(ratio * threshold).unwrap().unwrap();
        assert!(signal.state.overlap_squared() > 0.5 && signal.state.overlap_squared() < last);
        assert!(signal.state.train_log_likelihood > noise.state.train_log_likelihood);
        last = signal.state.overlap_squared();
    }
    let learnt = unit.learn(0.97 * threshold).unwrap().state;
    assert_eq!(learnt.branch, Branch::Signal);
}

#[test]
fn a_narrow_discontinuity_hides_nothing() {
    // The branch ends a few percent below the threshold, at a squared overlap of 0.2: iterations from afar miss it there.
    let data = data("two-cluster", 3.0);
    let unit = OneUnit::new(&Binary, &data).unwrap();
    let threshold = unit.threshold().unwrap();
    let mut last = 0.0;
    for distance in [-1e-2, -3e-3, -1e-3, -1e-6, 1e-6, 1e-3, 3e-3, 1e-2] {
        let found = branch(&unit, (1.0 + distance) * threshold, Branch::Signal);
        let overlap = found.overlap_squared();
        assert!(
            (0.2..0.26).contains(&overlap) && overlap > last,
            "{distance}: {overlap}"
        );
        last = overlap;
    }
}

#[test]
fn many_samples_teach_the_teacher() {
    let (b, alpha) = (1.2, 1e4);
    let data = data("two-cluster", b);
    let found = branch(&OneUnit::new(&Spin, &data).unwrap(), alpha, Branch::Signal);
    // Corrections are of relative order 1/α.
    assert_relative_eq!(found.m, b, max_relative = 1e-3);
    // Asymptotic statistics: N parameters cost N/2P on either side.
    let gap = found.train_log_likelihood - found.test_log_likelihood;
    assert_relative_eq!(gap, 1.0 / alpha, max_relative = 1e-3);
}

#[test]
fn few_samples_are_learnt_by_heart() {
    // A field of its own for each sample: Q and V tend to 1/α, and ln p to Q/2.
    let data = data("two-cluster", 1.0);
    let unit = OneUnit::new(&Spin, &data).unwrap();
    let errors = [1e-2, 1e-4].map(|alpha| {
        let found = branch(&unit, alpha, Branch::Noise);
        let errors = [found.q, found.v, 2.0 * found.train_log_likelihood].map(|x| alpha * x - 1.0);
        errors
            .into_iter()
            .fold(0.0, |worst: f64, x| worst.max(x.abs()))
    });
    assert!(errors[0] < 0.2 && errors[1] < 0.02, "{errors:?}");
}

#[test]
fn the_likelihood_falls_with_samples_as_the_cavity_says() {
    // One more sample gains φ(h*) − (h* − ω)²/2V: for eigenvalues 1, α dL/dα = −V E g²/2 = −Q/(2αV), on every branch.
    for (law, parameter) in [("two-cluster", 1.5), ("spiked", 2.0)] {
        let data = data(law, parameter);
        for name in UNITS {
            let unit = unit(name);
            let unit = OneUnit::new(unit.as_ref(), &data).unwrap();
            for (alpha, kind) in [
                (6.0, Branch::Signal),
                (6.0, Branch::Noise),
                (0.4, Branch::Noise),
            ] {
                let step = 1e-4 * alpha;
                let [above, below] = [alpha + step, alpha - step]
                    .map(|a| branch(&unit, a, kind).train_log_likelihood);
                let slope = alpha * (above - below) / (2.0 * step);
                let found = branch(&unit, alpha, kind);
                let expected = -found.q / (2.0 * alpha * found.v);
                // The differences err by 1e-8 of the third derivative and by 1e-11/1e-4 of the solver.
                assert_relative_eq!(slope, expected, max_relative = 2e-6);
            }
        }
    }
}

#[test]
fn replica_symmetry_breaks_before_the_maximiser_jumps() {
    // The spin's maximiser jumps for V > 1, where its stability has already been lost.
    let data = data("two-cluster", 1.5);
    let unit = OneUnit::new(&Spin, &data).unwrap();
    let mut was_stable = true;
    for k in 0..40 {
        let found = branch(&unit, 2.0 - 0.03 * f64::from(k), Branch::Signal);
        assert_eq!(found.v > 1.0, found.at_stability.is_infinite());
        assert!(was_stable || !found.is_stable(), "stable again");
        was_stable = found.is_stable();
    }
    assert!(!was_stable);
}

#[test]
fn weak_noise_and_nothing_else_teaches_nothing() {
    // Top sample eigenvalue 0.3 (1 + 1/4)² < 1: the best weights are none.
    let data = PlantedData::gaussian(&Population::from_weights(&[(0.3, 1.0)]).unwrap()).unwrap();
    let found = OneUnit::new(&Spin, &data).unwrap().learn(16.0).unwrap();
    assert!(found.residual < 1e-10);
    let state = found.state;
    assert!(state.rho.abs() <= 0.0 && state.overlap_squared().abs() <= 0.0);
    assert!(state.train_log_likelihood.abs() <= 0.0 && state.is_stable());
}

#[test]
fn units_with_several_jumps_are_solved_too() {
    // Three values, so that the field jumps twice or, where the jumps meet, once.
    let sparse = SparseRademacher::new(0.3).unwrap();
    let data = data("two-cluster", 1.5);
    let unit = OneUnit::new(&sparse, &data).unwrap();
    for alpha in [0.2, 0.5, 1.0, 4.0] {
        assert!(unit.noise(alpha).unwrap().converged().unwrap().residual < 1e-9);
    }
}

#[test]
fn a_jump_that_opens_between_the_entries_of_the_table_is_seen() {
    // V sup φ'' = 1.0000001 here, at a field beside 0: without the peak in the table no solution was found.
    let sparse = SparseRademacher::new(0.05).unwrap();
    let data = data("two-cluster", 6.0);
    let unit = OneUnit::new(&sparse, &data).unwrap();
    let found = branch(&unit, 0.25, Branch::Signal);
    assert!(found.at_stability.is_infinite() && found.overlap_squared() > 0.8);
}

#[test]
fn a_jump_that_opens_is_no_obstacle() {
    // Strong signals have V = 1/α, which may be 1/sup φ'' but for the last digit: the heights that place the jump are rounding errors
    // then, as are the digits of 1 − V φ''. Either once hid the signal.
    for (name, b, steepest, [mut lower, mut upper]) in [
        ("binary", 20.0, 0.25, [0.2, 0.4]),
        ("binary", 3.0, 0.25, [0.26, 0.32]),
        ("spin", 10.0, 1.0, [0.9, 1.2]),
        ("spin", 1.5, 1.0, [1.2, 1.4]),
    ] {
        let (kind, data) = (unit(name), data("two-cluster", b));
        let unit = OneUnit::new(kind.as_ref(), &data).unwrap();
        let signal = |alpha: f64| branch(&unit, alpha, Branch::Signal);
        let far = signal(upper).overlap_squared();
        // Down to neighbouring numbers.
        for _ in 0..50 {
            let middle = 0.5 * (lower + upper);
            let is_open = signal(middle).v * steepest > 1.0;
            *(if is_open { &mut lower } else { &mut upper }) = middle;
        }
        for distance in [0.0, 1e-16, 1e-15, 1e-13, 1e-11, 1e-9, 1e-7, 1e-5] {
            let both = [1.0 - distance, 1.0 + distance].map(|factor| signal(factor * upper));
            assert!(both[0].at_stability >= both[1].at_stability, "{name} {b}");
            for overlap in both.map(|found| found.overlap_squared()) {
                assert!((0.8 * far..=far).contains(&overlap), "{name} {b}");
            }
        }
    }
}

#[test]
fn the_signal_branch_has_no_holes() {
    // Round numbers, where a strong signal meets the opening of a jump to the last digit.
    let many = [
        0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 16.0, 20.0,
    ];
    for name in ["spin", "binary", "gaussian", "relu", "double-well:-2"] {
        let kind = unit(name);
        for b in [1.5, 3.0, 10.0, 20.0] {
            let data = data("two-cluster", b);
            let unit = OneUnit::new(kind.as_ref(), &data).unwrap();
            let threshold = unit.threshold().unwrap();
            let mut last: Option<f64> = None;
            for alpha in many {
                let (noise, signal) = (unit.noise(alpha).unwrap(), unit.signal(alpha).unwrap());
                assert!(noise.converged().is_ok(), "{name} {b} {alpha}");
                let overlap = signal.map(|one| one.converged().unwrap().state.overlap_squared());
                assert!(overlap.is_some() || alpha < threshold, "{name} {b} {alpha}");
                // More samples, more overlap; the rest is rounding.
                assert!(
                    overlap >= last.map(|last| last - 1e-9),
                    "{name} {b} {alpha}"
                );
                last = overlap;
            }
        }
    }
}

#[test]
fn narrow_clusters_far_from_each_other_are_not_missed() {
    // The infinite field of a strong signal: E |ω|, of which the fluctuation of the clusters takes nothing.
    let many = 1e8;
    for b in [20.0, 1e3] {
        let data = data("two-cluster", b);
        for name in ["spin", "binary", "double-well:-1"] {
            let unit = unit(name);
            let unit = OneUnit::new(unit.as_ref(), &data).unwrap();
            let found = branch(&unit, many, Branch::Signal);
            assert!(found.overlap_squared() > 1.0 - 1e-6, "{name} {b}");
        }
    }
}

#[test]
fn a_unit_that_is_always_on_has_a_threshold_for_strong_signals() {
    // Few samples push the bulk of the fields far from the jump, as seen from which it is narrow.
    let data = data("two-cluster", 20.0);
    let threshold = OneUnit::new(&Binary, &data).unwrap().threshold().unwrap();
    // Ten digits of the adaptive rule in units of the spread of ω.
    assert_relative_eq!(threshold, 0.036_690_090_8, max_relative = 1e-9);
}

#[test]
fn arguments_out_of_their_domain_are_refused() {
    let data = data("two-cluster", 1.0);
    let unit = OneUnit::new(&Spin, &data).unwrap();
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(unit.learn(alpha).is_err());
    }
    assert!(PlantedData::two_cluster(None, -1.0).is_err());
}

#[test]
fn finite_sizes_tend_to_the_limit() -> Result<()> {
    let error = |units: usize| -> Result<f64> {
        let finite = PlantedData::two_cluster(Some(units), 1.5)?;
        let limit = PlantedData::two_cluster(None, 1.5)?;
        let [finite, limit] = [&finite, &limit].map(|data| {
            branch(&OneUnit::new(&Spin, data).unwrap(), 2.0, Branch::Signal).overlap_squared()
        });
        Ok((finite - limit).abs())
    };
    // Corrections of the population are of order 1/N.
    assert_relative_eq!(error(1000)? / error(2000)?, 2.0, epsilon = 0.02);
    Ok(())
}
