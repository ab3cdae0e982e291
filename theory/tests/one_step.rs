//! One step of broken replica symmetry against published values, other programs, and limits.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint_theory::replica::hopfield::{Hopfield, Line};
use saddlepoint_theory::replica::one_step::{
    BipartiteGlass, GlassStep, HopfieldStep, coexistence, retrieval_capacity, retrieval_step,
    spin_glass_step,
};

fn glass(aspect: f64, temperature: f64) -> GlassStep {
    let glass = BipartiteGlass::new(aspect, temperature).unwrap();
    glass.step().unwrap()
}

/// `scripts/reference/one_step.py`: model, parameter, T, m, `q_low`, `q_high`, y, f.
const REFERENCE: &str = include_str!("reference/one_step.csv");

/// Rows of a model: its parameter, its temperature, and the five values of the state.
fn reference(model: &str) -> impl Iterator<Item = (f64, f64, [f64; 5])> {
    REFERENCE.lines().filter_map(move |line| {
        let numbers = line.strip_prefix(model)?.strip_prefix(',')?;
        let numbers: Vec<f64> = numbers.split(',').map(|x| x.parse().unwrap()).collect();
        let state = std::array::from_fn(|k| numbers[2 + k]);
        Some((numbers[0], numbers[1], state))
    })
}

/// The table has seven digits of overlaps, six of y, which is where f is flat, and twelve of f.
fn assert_same(found: [f64; 5], expected: [f64; 5]) {
    for (k, epsilon) in [1e-5, 1e-7, 1e-7, 1e-6, 1e-12].into_iter().enumerate() {
        assert_abs_diff_eq!(found[k], expected[k], epsilon = epsilon);
    }
}

fn of_hopfield(state: &HopfieldStep) -> [f64; 5] {
    [
        state.magnetization,
        state.q_low,
        state.q_high,
        state.y,
        state.free_energy,
    ]
}

#[test]
fn states_agree_with_another_program() {
    let mut rows = 0;
    for (aspect, temperature, expected) in reference("glass") {
        let state = glass(aspect, temperature);
        let (low, high) = (state.q_low[0], state.q_high[0]);
        assert_same([0.0, low, high, state.y, state.free_energy], expected);
        rows += 1;
    }
    for (alpha, temperature, expected) in reference("spin-glass") {
        let state = spin_glass_step(alpha, temperature).unwrap().unwrap();
        assert_same(of_hopfield(&state), expected);
        rows += 1;
    }
    assert_eq!(rows, 7);
}

/// Published (Parisi 1980): energy −0.7652, `q_low` 0.476, y 1.36.
#[test]
fn two_like_layers_have_the_step_of_sherrington_and_kirkpatrick() {
    let cold = glass(1.0, 0.0);
    assert_abs_diff_eq!(cold.free_energy / 2.0, -0.765_2, epsilon = 1e-4);
    for k in 0..2 {
        assert_abs_diff_eq!(cold.q_low[k], 0.476, epsilon = 1e-3);
    }
    assert_abs_diff_eq!(cold.y, 1.36, epsilon = 1e-2);
}

/// To leading order in τ = 1 − T one step has `q_low` = τ/3, `q_high` = τ and x = 4τ/3 at κ = 1 (Parisi 1980).
#[test]
fn the_step_of_the_glass_is_born_at_its_transition() {
    for (aspect, of_visible, of_hidden, of_x) in [
        (1.0, 1.0, 1.0, 4.0 / 3.0),
        (0.01, 0.2 / 1.1, 2.0 / 1.1, 8.0 / 3.0 * 1.01 / 1.21),
        (
            1e4,
            200.0 / 101.0,
            2.0 / 101.0,
            8.0 / 3.0 * 10_001.0 / 10_201.0,
        ),
    ] {
        for tau in [1e-2, 1e-3, 1e-4, 1e-7] {
            let state = glass(aspect, 1.0 - tau);
            let found = [
                3.0 * state.q_low[0],
                state.q_high[0],
                3.0 * state.q_low[1],
                state.q_high[1],
            ];
            for (found, of) in found
                .into_iter()
                .zip([of_visible, of_visible, of_hidden, of_hidden])
            {
                // Corrections of relative order τ have factors of up to 3; 1 − τ has rounding of 1e-16/τ.
                assert_relative_eq!(found, tau * of, max_relative = 4.0 * tau + 1e-8);
            }
            assert_relative_eq!(state.y, tau * of_x, max_relative = 4.0 * tau + 1e-8);
        }
    }
    for alpha in [0.01_f64, 1.0, 100.0] {
        let root = alpha.sqrt();
        for tau in [1e-3, 1e-4, 1e-7] {
            let temperature = (1.0 + root) * (1.0 - tau);
            let state = spin_glass_step(alpha, temperature).unwrap().unwrap();
            let x = 4.0 / 3.0 * tau * root / (1.0 + root);
            for (found, expected) in [
                (3.0 * state.q_low, tau),
                (state.q_high, tau),
                (state.y, x / temperature),
            ] {
                // Here of relative order τ(1 + √α)/√α.
                assert_relative_eq!(
                    found,
                    expected,
                    max_relative = 2.0 * tau * (1.0 + root) / root + 1e-8
                );
            }
        }
    }
}

/// What is found very near to the transition continues what is found by Newton's method beside it.
#[test]
fn states_are_extrapolated_to_the_transition_without_a_seam() {
    let seam = 3e-3;
    let [below, above] = [1.0 - 1e-6, 1.0 + 1e-6].map(|side| {
        let tau = seam * side;
        let state = glass(0.3, 1.0 - tau);
        [state.q_low[0], state.q_high[1], state.y].map(|order| order / tau)
    });
    for (below, above) in below.into_iter().zip(above) {
        // Some 1e-8 of rounding and of the parabola, and what the 6e-9 of τ between them change.
        assert_relative_eq!(below, above, max_relative = 1e-7);
    }
}

/// All hidden units of a small load are silent at T = 0: fields have no width within a cluster, in numbers.
#[test]
fn retrieval_of_few_patterns_has_no_step() {
    for alpha in [0.001, 0.01, 0.02] {
        assert_eq!(retrieval_step(alpha, 0.0).unwrap(), None, "{alpha}");
    }
}

/// Swapping the layers divides f by κ.
#[test]
fn layers_can_be_swapped() {
    for temperature in [0.0, 0.4] {
        let (one, other) = (glass(0.3, temperature), glass(1.0 / 0.3, temperature));
        assert_relative_eq!(
            one.free_energy,
            0.3 * other.free_energy,
            max_relative = 1e-12
        );
        // To the accuracy of y.
        assert_relative_eq!(one.q_low[0], other.q_low[1], max_relative = 1e-7);
        assert_relative_eq!(one.q_high[1], other.q_high[0], max_relative = 1e-7);
    }
}

/// f is a maximum in the step, which the replica-symmetric saddle does not have.
#[test]
fn the_step_raises_the_free_energy() {
    for (alpha, temperature) in [(0.05, 0.0), (0.138, 0.3), (1.0, 0.0), (1.0, 1.2)] {
        let symmetric = Hopfield::new(alpha, temperature)
            .unwrap()
            .disordered()
            .unwrap();
        let step = spin_glass_step(alpha, temperature).unwrap().unwrap();
        assert!(
            step.free_energy > symmetric.free_energy,
            "{alpha} {temperature}"
        );
        assert!(step.q_low < symmetric.overlap && symmetric.overlap < step.q_high + 1e-12);
    }
    let symmetric = Hopfield::new(0.135, 0.0).unwrap().retrieval().unwrap();
    let step = retrieval_step(0.135, 0.0).unwrap().unwrap();
    assert!(step.free_energy > symmetric.unwrap().free_energy);
}

/// Published: 0.138186 with one step (Steffan & Kühn 1994), 0.137905566 without.
#[test]
fn the_capacity_is_the_published_one() {
    let (alpha, state) = retrieval_capacity(0.0).unwrap();
    assert_abs_diff_eq!(alpha, 0.138_186, epsilon = 1e-6);
    let (expected, _, of_state) = reference("capacity").next().unwrap();
    assert_abs_diff_eq!(alpha, expected, epsilon = 1e-8);
    // m is where α is flat: half of its digits, and so the rest.
    let found = of_hopfield(&state);
    for (k, epsilon) in [1e-5, 1e-6, 1e-12, 1e-2, 1e-8].into_iter().enumerate() {
        assert_abs_diff_eq!(found[k], of_state[k], epsilon = epsilon);
    }
    // Just below there is a state, just above there is none.
    assert!(retrieval_step(alpha - 1e-6, 0.0).unwrap().is_some());
    assert!(retrieval_step(alpha + 1e-6, 0.0).unwrap().is_none());
}

/// At the load where both have one f, and so f of the glass is that of the retrieval state, found without it.
#[test]
fn retrieval_is_the_phase_up_to_larger_loads_with_the_step_of_the_glass() {
    for temperature in [0.0, 0.2, 0.5] {
        let (alpha, glass) = coexistence(temperature).unwrap().unwrap();
        let symmetric = Line::Coexistence.at_temperature(temperature).unwrap();
        assert!(alpha > symmetric.unwrap().alpha, "{temperature}: {alpha}");
        let model = Hopfield::new(alpha, temperature).unwrap();
        let retrieval = model.retrieval().unwrap().unwrap();
        // The root is found to 1e-10 of α, and f changes by less than α.
        assert_abs_diff_eq!(retrieval.free_energy, glass.free_energy, epsilon = 1e-9);
        assert!(retrieval.is_stable() || temperature == 0.0);
        assert!(model.disordered().unwrap().free_energy < glass.free_energy);
    }
    assert_eq!(coexistence(1.0).unwrap(), None);
}

/// The end of the retrieval states has no step at temperatures above 0.025, and states of higher load do not exist.
#[test]
fn warm_retrieval_states_have_no_step_at_their_end() {
    for temperature in [0.12, 0.3, 0.95] {
        assert!(retrieval_capacity(temperature).is_err());
        assert_eq!(retrieval_step(0.137, temperature).unwrap(), None);
    }
}

/// Without a glass, and with a stable replica-symmetric state, there is no step.
#[test]
fn there_is_no_step_where_replica_symmetry_holds() {
    assert!(BipartiteGlass::new(0.5, 1.0).unwrap().step().is_none());
    assert!(spin_glass_step(0.25, 1.5).unwrap().is_none());
    assert!(retrieval_step(0.05, 0.1).unwrap().is_none());
    assert!(retrieval_step(0.2, 0.0).unwrap().is_none());
}

/// The states at T → 0 end in those at T = 0, whose equations are other ones.
#[test]
fn zero_temperature_is_a_limit() {
    let pairs = [0.0, 1e-3].map(|t| spin_glass_step(0.138, t).unwrap().unwrap());
    // f = e − T S, with an entropy of −0.015 at T = 0: one step is not the full solution.
    assert_abs_diff_eq!(pairs[0].free_energy, pairs[1].free_energy, epsilon = 2e-5);
    assert_abs_diff_eq!(pairs[0].q_low, pairs[1].q_low, epsilon = 3e-3);
    let pairs = [0.0, 1e-4].map(|t| retrieval_step(0.135, t).unwrap().unwrap());
    assert_abs_diff_eq!(pairs[0].free_energy, pairs[1].free_energy, epsilon = 1e-6);
    assert_abs_diff_eq!(
        pairs[0].magnetization,
        pairs[1].magnetization,
        epsilon = 1e-4
    );
}

#[test]
fn arguments_out_of_their_domains_are_refused() {
    assert!(BipartiteGlass::new(0.0, 0.5).is_err());
    assert!(BipartiteGlass::new(1.0, -0.5).is_err());
    assert!(spin_glass_step(-0.1, 0.5).is_err());
    assert!(retrieval_step(0.1, f64::NAN).is_err());
    assert!(retrieval_capacity(1.0).is_err());
}

/// With broken symmetry the capacity does not turn back as strongly: it changes by 1e-5 where the replica-symmetric one rises by 3e-4, and both meet where
/// symmetry holds (T = 0.0250, α = 0.138186).
#[test]
fn the_capacity_hardly_depends_on_a_low_temperature() {
    let (cold, coldest) = retrieval_capacity(0.0).unwrap();
    let mut before = coldest.q_high - coldest.q_low;
    for temperature in [0.01, 0.02, 0.021, 0.0215, 0.0235, 0.024] {
        let (alpha, state) = retrieval_capacity(temperature).unwrap();
        assert!(
            (cold..cold + 2e-5).contains(&alpha),
            "{temperature} {alpha}"
        );
        let step = state.q_high - state.q_low;
        assert!(step > 0.0 && step < before && state.y * temperature < 1.0);
        assert!((state.free_energy + 0.50148).abs() < 2e-5);
        before = step;
        let symmetric = Line::Retrieval.at_temperature(temperature).unwrap();
        assert!(alpha > symmetric.unwrap().alpha);
    }
    assert!(retrieval_capacity(0.03).is_err());
}

/// At T = 0 the step shrinks as the root of the load, y ∝ √α, and is found all the same.
#[test]
fn glasses_of_small_loads_have_a_step() {
    let scaled: Vec<f64> = [1e-7, 1e-6, 1e-5]
        .iter()
        .map(|&alpha: &f64| {
            let state = spin_glass_step(alpha, 0.0).unwrap().unwrap();
            let symmetric = Hopfield::new(alpha, 0.0).unwrap().disordered().unwrap();
            assert!(state.free_energy > symmetric.free_energy, "{alpha}");
            state.y / alpha.sqrt()
        })
        .collect();
    for pair in scaled.windows(2) {
        assert!((pair[0] / pair[1] - 1.0).abs() < 0.02, "{scaled:?}");
    }
}
