//! Several modes of the RBM ensemble at once: known mixtures, and stability against taking up or dropping a mode.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::{Mat, Side};
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, Phase, State};

const LAPLACE: ComponentLaw = ComponentLaw::Laplace;
const SIGNS: ComponentLaw = ComponentLaw::Rademacher;
const SPARSE: ComponentLaw = ComponentLaw::Sparse { density: 0.1 };

fn ensemble(sigma: f64, kappa: f64, modes: &[(f64, ComponentLaw)]) -> Ensemble {
    Ensemble::new(sigma, kappa, modes).unwrap()
}

/// Modes of ±1 components, equal w and no noise, of which the first n are recalled.
fn mixture(n: usize, w: f64, kappa: f64) -> State {
    let set: Vec<usize> = (0..n).collect();
    let found = ensemble(0.0, kappa, &[(w, SIGNS); 7]).recall(&set);
    found.unwrap().expect("a recalled mixture")
}

/// n, w, κ; m, m̄, Λ and f by iterating the equations over all 2^n signs in numpy.
const MIXTURES: &str = "
    1 2.5 0.4  0.918432882004784 0.998595964300404 0.00274438414273613 -1.62287719393162
    2 2.5 1.0  0.492811935817328 0.492811935817328 6.25                -1.95010286201203
    3 1.5 1.0  0.349703968835160 0.349703968835160 1.32861897689047    -1.49481762473742
    3 2.5 1.0  0.452240864050726 0.452240864050726 0.730655663945802   -2.00717420164713
    3 2.5 0.4  0.405023305098131 0.480420894418870 0.553406306179115   -1.34006108518362
    5 3.0 1.0  0.346470822366075 0.346470822366075 0.801316030897094   -2.24570634308863";

#[test]
fn mixtures_of_signs_are_those_of_the_enumeration() {
    for line in MIXTURES.trim().lines() {
        let numbers = line
            .split_whitespace()
            .map(|number| number.parse().unwrap());
        let [n, w, kappa, m, m_hidden, eigenvalue, f] = numbers.collect::<Vec<f64>>()[..] else {
            panic!("{line}")
        };
        let n = (1..=5_u8).find(|count| f64::from(*count) >= n).unwrap();
        let state = mixture(usize::from(n), w, kappa);
        assert_eq!(state.recalled().count(), usize::from(n));
        for a in state.recalled() {
            assert_relative_eq!(state.m_visible[a], m, max_relative = 1e-12);
            assert_relative_eq!(state.m_hidden[a], m_hidden, max_relative = 1e-12);
        }
        assert_relative_eq!(state.free_energy, f, max_relative = 1e-12);
        // The enumeration ends at differences of 1e-16, near a threshold some thousand times further from the solution.
        assert_relative_eq!(state.at_mixing.unwrap(), eigenvalue, max_relative = 1e-10);
    }
}

#[test]
fn odd_mixtures_become_stable_where_amit_gutfreund_and_sompolinsky_say() {
    // At κ = 1 and σ = 0 the layers are two copies of their model at T = 1/w, where three patterns are a minimum below T = 0.46. More
    // digits, and five and seven patterns, by enumeration of the signs in numpy; even mixtures never are.
    for (n, threshold) in [
        (3, 0.459_794_239_878),
        (5, 0.384_739_272_389),
        (7, 0.343_929_844_954_f64),
    ] {
        let below = mixture(n, 1.0 / (threshold - 1e-7), 1.0);
        let above = mixture(n, 1.0 / (threshold + 1e-7), 1.0);
        assert!(below.is_minimum() && !above.is_minimum(), "{n}");
        // The eigenvalue moves some ten times faster than T.
        assert_abs_diff_eq!(below.at_mixing.unwrap(), 1.0, epsilon = 1e-5);
    }
    for w in [1.5, 3.0, 8.0] {
        assert!(!mixture(2, w, 1.0).is_minimum() && !mixture(4, w, 0.5).is_minimum());
    }
}

/// The smallest eigenvalue of the Hessian of f in the visible magnetizations, from values of f alone: f is stationary in m̄, q and q̄, which are
/// eliminated by their Schur complement.
fn smallest_curvature(ensemble: &Ensemble, state: &State) -> f64 {
    let count = state.m_visible.len();
    let has_overlaps = state.q_visible > 1e-6 && ensemble_has_noise(ensemble);
    let mut origin = state.m_visible.clone();
    origin.extend(&state.m_hidden);
    if has_overlaps {
        origin.extend([state.q_visible, state.q_hidden]);
    }
    let value = |x: &[f64]| {
        let q = if has_overlaps {
            [x[2 * count], x[2 * count + 1]]
        } else {
            [state.q_visible, state.q_hidden]
        };
        ensemble.free_energy(q[0], q[1], &x[..count], &x[count..2 * count])
    };
    let hessian = second_differences(value, &origin);
    let (kept, all) = (count, origin.len());
    let rest = hessian
        .submatrix(kept, kept, all - kept, all - kept)
        .to_owned();
    let across = hessian.submatrix(kept, 0, all - kept, kept).to_owned();
    let answer = faer::linalg::solvers::Solve::solve(&rest.partial_piv_lu(), &across);
    let schur = hessian.submatrix(0, 0, kept, kept).to_owned() - across.transpose() * answer;
    schur.self_adjoint_eigenvalues(Side::Lower).unwrap()[0]
}

/// Whether f depends on the overlaps.
fn ensemble_has_noise(ensemble: &Ensemble) -> bool {
    let at = |q: f64| ensemble.free_energy(q, 0.5, &[], &[]);
    (at(0.2) - at(0.3)).abs() > 0.0
}

/// Central second differences, whose error is step² and rounding/step².
fn second_differences(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Mat<f64> {
    let step = 3e-4;
    let at = |shifts: &[(usize, f64)]| {
        let mut moved = x.to_vec();
        for (i, shift) in shifts {
            moved[*i] += shift * step;
        }
        f(&moved)
    };
    Mat::from_fn(x.len(), x.len(), |i, j| {
        let corner = |a: f64, b: f64| at(&[(i, a), (j, b)]);
        (corner(1.0, 1.0) - corner(1.0, -1.0) - corner(-1.0, 1.0) + corner(-1.0, -1.0))
            / (4.0 * step * step)
    })
}

#[test]
fn a_state_is_a_minimum_iff_the_hessian_of_the_free_energy_is_positive() {
    let cases = [
        (0.0, 1.0, vec![(2.0, SIGNS), (2.0, SIGNS), (2.0, SIGNS)]),
        (0.0, 0.5, vec![(2.5, SIGNS), (2.5, SIGNS), (2.5, SIGNS)]),
        (0.6, 1.0, vec![(2.6, SIGNS), (2.4, SIGNS), (2.5, SIGNS)]),
        (0.9, 2.0, vec![(3.0, SIGNS), (2.8, SPARSE)]),
        (0.5, 0.5, vec![(2.0, SPARSE), (1.8, SPARSE), (1.6, SPARSE)]),
        (
            0.7,
            1.0,
            vec![(2.0, LAPLACE), (1.9, ComponentLaw::Gaussian)],
        ),
        (
            0.5,
            1.0,
            vec![(2.0, ComponentLaw::Gaussian), (1.9, ComponentLaw::Gaussian)],
        ),
    ];
    let mut seen = [0, 0];
    for (sigma, kappa, modes) in cases {
        let ensemble = ensemble(sigma, kappa, &modes);
        for state in ensemble.branches().unwrap() {
            if !state.is_magnetized() {
                continue;
            }
            let curvature = smallest_curvature(&ensemble, &state);
            let eigenvalue = state.at_mixing.unwrap();
            assert!(curvature.abs() > 1e-4 && (eigenvalue - 1.0).abs() > 1e-4);
            assert_eq!(
                curvature > 0.0,
                eigenvalue < 1.0,
                "{modes:?} {state:?} {curvature}"
            );
            seen[usize::from(curvature > 0.0)] += 1;
        }
    }
    assert!(seen[0] >= 6 && seen[1] >= 6, "{seen:?}");
}

#[test]
fn with_noise_the_eigenvalue_crosses_one_with_the_curvature() {
    // The mixture of three loses its stability as w falls, the overlaps following: at fixed overlaps it would do so elsewhere.
    let at = |w: f64| {
        let ensemble = ensemble(0.8, 0.7, &[(w, SIGNS); 3]);
        let state = ensemble.recall(&[0, 1, 2]).unwrap().unwrap();
        (
            smallest_curvature(&ensemble, &state),
            state.at_mixing.unwrap(),
        )
    };
    let (mut low, mut high) = (1.5, 4.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if at(middle).1 > 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    // Second differences of f are right to 1e-6: step² times fourth derivatives of order ten.
    assert!(at(low - 1e-3).0 < 0.0 && at(high + 1e-3).0 > 0.0);
    assert_abs_diff_eq!(at(low).0, 0.0, epsilon = 1e-5);
}

#[test]
fn a_mode_recalled_alone_takes_up_another_by_the_overlaps_alone() {
    for law in [SIGNS, LAPLACE, SPARSE, ComponentLaw::Gaussian] {
        let ensemble = ensemble(0.6, 0.7, &[(1.8, law), (1.79, law)]);
        let state = ensemble.recall(&[0]).unwrap().unwrap();
        let expected = 1.79 * 1.79 * (1.0 - state.q_visible) * (1.0 - state.q_hidden);
        let eigenvalue = state.at_mixing.unwrap();
        assert!(eigenvalue >= expected * (1.0 - 1e-12));
        if expected > 1.0 {
            assert_relative_eq!(eigenvalue, expected, max_relative = 1e-10);
        }
    }
}

#[test]
fn gaussian_modes_of_equal_strength_are_rotations_of_each_other() {
    let ensemble = ensemble(0.5, 1.0, &[(1.5, ComponentLaw::Gaussian); 3]);
    let branches = ensemble.branches().unwrap();
    assert_eq!(branches.len(), 2);
    assert_relative_eq!(branches[1].at_mixing.unwrap(), 1.0, max_relative = 1e-11);
    assert!(branches[1].is_minimum());
    assert_eq!(ensemble.equilibrium().unwrap().phase(), Phase::Ferromagnet);
}

#[test]
fn saturated_units_answer_no_disturbance() {
    for w in [30.0, 1e4, 1e30] {
        let machines = ensemble(0.0, 1.0, &[(w, SIGNS), (w, SIGNS)]);
        let state = machines.equilibrium().unwrap();
        assert_eq!(state.recalled().collect::<Vec<_>>(), [0]);
        // w² sech⁴ w.
        assert_abs_diff_eq!(state.at_mixing.unwrap(), 0.0, epsilon = 1e-20);
    }
}

#[test]
fn equal_modes_stand_for_each_other_and_weak_ones_are_never_recalled() {
    let equal = ensemble(0.0, 1.0, &[(2.5, SIGNS); 4]).branches().unwrap();
    let counts: Vec<usize> = equal.iter().map(|state| state.recalled().count()).collect();
    assert_eq!(counts, [0, 1, 2, 3, 4]);
    // A weak mode costs nothing, nor does it hide the sets of the others.
    let modes: Vec<(f64, ComponentLaw)> = (0..40_u8)
        .map(|a| (if a < 3 { 2.0 } else { 0.9 }, SIGNS))
        .collect();
    let weak = ensemble(0.3, 1.0, &modes);
    assert!(weak.looks_for_all_sets());
    assert_eq!(weak.branches().unwrap().len(), 4);
    let many = ensemble(
        0.3,
        1.0,
        &[2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2.1].map(|w| (w, SIGNS)),
    );
    assert!(!many.looks_for_all_sets());
    assert_eq!(
        many.equilibrium().unwrap().recalled().collect::<Vec<_>>(),
        [0]
    );
}

#[test]
fn near_onset_modes_of_equal_strength_are_recalled_together_iff_their_kurtosis_exceeds_three() {
    for (sigma, kappa) in [(0.0, 1.0), (0.5, 0.3), (0.9, 2.0), (1.3, 1.0)] {
        let glass = ensemble(sigma, kappa, &[]).disordered();
        let onset = ((1.0 - glass.q_visible) * (1.0 - glass.q_hidden))
            .sqrt()
            .recip();
        for (density, together) in [(0.28, true), (0.32, true), (0.35, false), (0.4, false)] {
            let law = ComponentLaw::Sparse { density };
            assert_eq!(law.kurtosis() > 3.0, together);
            // At 1 % above onset the sixth order changes the kurtosis that decides by some 0.01 · 3.
            let machines = ensemble(sigma, kappa, &[(1.01 * onset, law); 3]);
            let states = machines.branches().unwrap();
            let of = |count: usize| {
                states
                    .iter()
                    .find(|state| state.recalled().count() == count)
            };
            let [one, two, three] = [1, 2, 3].map(|count| of(count).unwrap());
            assert_eq!(
                two.free_energy < one.free_energy,
                together,
                "{sigma} {density}"
            );
            assert_eq!(
                three.free_energy < two.free_energy,
                together,
                "{sigma} {density}"
            );
            assert_eq!(three.is_minimum(), together, "{sigma} {density}");
            assert_eq!(one.is_minimum(), !together, "{sigma} {density}");
        }
    }
}

#[test]
fn the_gain_of_two_modes_over_one_is_that_of_the_fourth_order() {
    // f = −a(w) |c|² + |c|⁴ (b + g P)/12 in the field c on the visible units, P = Σ c_a⁴/|c|⁴ and g = (K − 3)(ε_v + ε_h/κ (1−q)²/(1−q̄)²):
    // at σ = 0 b = 3 (1 + 1/κ), g = (K − 3)(1 + 1/κ), so that f(two)/f(one) = (3 + g')/(3 + g'/2), g' = K − 3, of f − f(0).
    for density in [0.15, 0.25, 0.5, 1.0] {
        let law = ComponentLaw::Sparse { density };
        let machines = ensemble(0.0, 0.6, &[(1.0001, law); 2]);
        let nothing = machines.disordered().free_energy;
        let gain = |set: &[usize]| machines.recall(set).unwrap().unwrap().free_energy - nothing;
        let expected = law.kurtosis() / (0.5 * (3.0 + law.kurtosis()));
        // Corrections of the order of w − 1 times the kurtosis, and rounding of f against 1e-9.
        assert_relative_eq!(gain(&[0, 1]) / gain(&[0]), expected, max_relative = 3e-3);
    }
}

#[test]
fn different_laws_take_each_other_up_by_their_own_kurtosis() {
    // A mode alone is a minimum near onset iff its own kurtosis is below 3, whatever the law of the other of equal w.
    let laws = [
        SIGNS,
        ComponentLaw::Sparse { density: 0.5 },
        LAPLACE,
        SPARSE,
    ];
    for (law, alone) in laws.into_iter().zip([true, true, false, false]) {
        for other in laws {
            let machines = ensemble(0.4, 0.8, &[(1.005, law), (1.005, other)]);
            let state = machines.recall(&[0]).unwrap().unwrap();
            assert_eq!(state.is_minimum(), alone, "{law:?} {other:?}");
        }
    }
}
