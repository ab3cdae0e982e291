//! The Hopfield model: published numbers, reference values, limits and identities.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use saddlepoint_theory::replica::Transition;
use saddlepoint_theory::replica::field::{field_averages, log_cosh_average};
use saddlepoint_theory::replica::hopfield::{Branch, Hopfield, Line, Phase, State};
use saddlepoint_theory::solver::Stop;

fn load(line: Line, temperature: f64) -> f64 {
    let point = line.at_temperature(temperature).unwrap();
    point.expect("the line reaches the temperature").alpha
}

fn temperature(line: Line, alpha: f64) -> f64 {
    let point = line.at_alpha(alpha).unwrap();
    point.expect("the line reaches the load").temperature
}

fn retrieval(alpha: f64, temperature: f64) -> State {
    let state = Hopfield::new(alpha, temperature).unwrap().retrieval();
    state.unwrap().expect("a retrieval state")
}

#[test]
fn the_capacity_at_zero_temperature_has_twelve_digits() {
    let point = Line::Retrieval.at_temperature(0.0).unwrap().unwrap();
    // mpmath, scripts/reference/phases.py: 0.137905566494932.
    assert_relative_eq!(point.alpha, 0.137_905_566_494_932, max_relative = 1e-13);
    assert_relative_eq!(
        point.state.magnetization,
        0.967_417_115_685,
        max_relative = 1e-11
    );
}

#[test]
fn coexistence_at_zero_temperature_is_where_the_energies_meet() {
    let alpha = load(Line::Coexistence, 0.0);
    assert_relative_eq!(alpha, 0.051_854_330_918_917, max_relative = 1e-12);
    // The glass has −1/π − √(2α/π) (Amit, Gutfreund & Sompolinsky 1987), retrieval states nearly −1/2.
    let pi = std::f64::consts::PI;
    assert_relative_eq!(
        alpha,
        0.5 * pi * (0.5 - 1.0 / pi).powi(2),
        max_relative = 1e-5
    );
}

#[test]
fn the_glass_forms_at_one_plus_the_root_of_the_load() {
    for alpha in [0.01_f64, 0.1, 1.0, 9.0] {
        let point = Line::Glass.at_alpha(alpha).unwrap().unwrap();
        let critical = 1.0 + alpha.sqrt();
        assert_relative_eq!(point.temperature, critical, max_relative = 1e-15);
        assert_relative_eq!(point.state.at_stability, 1.0, max_relative = 1e-14);
        assert_relative_eq!(load(Line::Glass, critical), alpha, max_relative = 1e-13);
        let above = Hopfield::new(alpha, critical + 1e-6)
            .unwrap()
            .equilibrium()
            .unwrap();
        let below = Hopfield::new(alpha, critical - 1e-6)
            .unwrap()
            .equilibrium()
            .unwrap();
        assert_eq!(
            (above.branch, below.branch),
            (Branch::Paramagnet, Branch::SpinGlass)
        );
        assert!(above.is_stable() && !below.is_stable());
        // q is of the order of the distance from the line, and f continuous to second order.
        assert!(below.overlap > 1e-8 && below.overlap < 1e-4);
        assert_abs_diff_eq!(below.free_energy, above.free_energy, epsilon = 1e-5);
    }
}

/// Cells of a table of `tests/reference`, without its header.
fn reference(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/reference/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().skip(1);
    rows.map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn states_are_those_of_the_equations_in_high_precision() {
    for row in reference("hopfield") {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let states = Hopfield::new(number(0), number(1))
            .unwrap()
            .states()
            .unwrap();
        let state = states
            .iter()
            .find(|state| state.branch.name() == row[2])
            .unwrap();
        let values = [
            state.magnetization,
            state.overlap,
            state.noise,
            state.free_energy,
            state.at_stability,
        ];
        for (value, expected) in values.into_iter().zip((3..8).map(number)) {
            // Rounding, magnified a hundred times by 1/(1 − C)².
            assert_abs_diff_eq!(value, expected, epsilon = 1e-12 * expected.abs().max(0.01));
        }
    }
}

#[test]
fn lines_are_those_of_high_precision() {
    for row in reference("hopfield_lines") {
        let line = Line::ALL
            .into_iter()
            .find(|line| line.name() == row[0])
            .unwrap();
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let point = line.at_temperature(number(1)).unwrap().unwrap();
        assert_relative_eq!(point.alpha, number(2), max_relative = 1e-11);
        assert_relative_eq!(point.state.magnetization, number(3), max_relative = 1e-9);
    }
}

#[test]
fn lines_come_back_to_their_start() {
    for (line, temperatures) in [
        (Line::Retrieval, [0.1, 0.4, 0.99]),
        (Line::Coexistence, [0.1, 0.4, 0.99]),
        (Line::AlmeidaThouless, [1e-30, 1e-3, 0.02]),
    ] {
        for expected in temperatures {
            let found = temperature(line, load(line, expected));
            // 1e-13 of α; T_R depends on α as exp(−1/2α), T_M and T_c as √α near T = 1.
            assert_relative_eq!(found, expected, max_relative = 1e-10);
        }
    }
}

#[test]
fn the_retrieval_line_turns_back_near_zero_temperature() {
    // α_M(0.01) is above the capacity at T = 0: an artefact of replica symmetry, which is broken there.
    let point = Line::Retrieval.at_temperature(0.01).unwrap().unwrap();
    assert!(point.alpha > load(Line::Retrieval, 0.0) && !point.state.is_stable());
    assert!(temperature(Line::Retrieval, point.alpha) > 0.01);
    assert!(Line::Retrieval.at_alpha(0.1382).unwrap().is_none());
    assert_eq!(
        Hopfield::new(0.138, 0.01).unwrap().phase().unwrap(),
        Phase::MetastableRetrieval
    );
    assert_eq!(
        Hopfield::new(0.138, 0.0).unwrap().phase().unwrap(),
        Phase::SpinGlass
    );
}

#[test]
fn the_retrieval_line_starts_at_one_with_a_square_root() {
    // T_M = 1 − 1.9547 √α, from the expansion in m: x = (9 − √33)/8, √α = 2(1 − T)(1 − x)√(x/(3 − 2x)).
    let x = (9.0 - 33.0_f64.sqrt()) / 8.0;
    let slope = 2.0 * (1.0 - x) * (x / (3.0 - 2.0 * x)).sqrt();
    let distance = 1e-4;
    let root = load(Line::Retrieval, 1.0 - distance).sqrt();
    assert_relative_eq!(root / distance, slope, max_relative = 10.0 * distance);
}

#[test]
fn replica_symmetry_breaks_at_exponentially_low_temperature() {
    // T_R = √(8α/9π) exp(−1/2α) for small α (Amit, Gutfreund & Sompolinsky 1987).
    for alpha in [0.02_f64, 0.01] {
        let expected = (8.0 * alpha / (9.0 * std::f64::consts::PI)).sqrt() * (-0.5 / alpha).exp();
        let found = temperature(Line::AlmeidaThouless, alpha);
        // Corrections are of relative order α, and α times 1/α² in the exponent is small only slowly.
        assert_relative_eq!(found, expected, max_relative = 10.0 * alpha);
    }
    assert!(!retrieval(0.1, 1e-3).is_stable() && retrieval(0.1, 0.1).is_stable());
}

#[test]
fn states_tend_to_those_at_zero_temperature() {
    for alpha in [0.02, 0.1] {
        let states = |t: f64| Hopfield::new(alpha, t).unwrap().states().unwrap();
        for (cold, warm) in states(0.0).iter().zip(states(1e-7)) {
            assert_eq!(cold.branch, warm.branch);
            assert_abs_diff_eq!(cold.magnetization, warm.magnetization, epsilon = 1e-6);
            assert_relative_eq!(cold.noise, warm.noise, max_relative = 1e-6);
            assert_abs_diff_eq!(cold.free_energy, warm.free_energy, epsilon = 1e-6);
        }
    }
}

#[test]
fn few_patterns_are_recalled_as_in_the_curie_weiss_model() {
    let state = retrieval(1e-8, 0.5);
    assert_relative_eq!(state.magnetization, 0.957_504_024_077, epsilon = 1e-7);
}

/// Noise of width √α turns no spin there to rounding: m = q = 1, and the energy is that of the pattern.
#[test]
fn patterns_without_an_error_are_recalled() {
    let loads = [1.64e-4, 3.41e-4, 6.31e-4, 1.17e-3, 3.26e-3];
    for alpha in loads
        .into_iter()
        .flat_map(|a| (0..50).map(move |k| a * (1.0 + 1e-3 * f64::from(k))))
    {
        for temperature in [0.01, 0.0266, 0.0371] {
            let state = retrieval(alpha, temperature);
            assert_eq!(state.stop, Stop::Converged, "{alpha} {temperature}");
            assert_abs_diff_eq!(state.magnetization, 1.0, epsilon = 1e-12);
            assert_abs_diff_eq!(state.noise, 1.0, epsilon = 1e-9);
        }
    }
}

#[test]
fn phases_follow_each_other_as_the_temperature_falls() {
    let phase = |t: f64| Hopfield::new(0.03, t).unwrap().phase().unwrap();
    let lines =
        [Line::Glass, Line::Retrieval, Line::Coexistence].map(|line| temperature(line, 0.03));
    let phases = [
        Phase::Paramagnet,
        Phase::SpinGlass,
        Phase::MetastableRetrieval,
        Phase::Retrieval,
    ];
    for (i, t) in lines.into_iter().enumerate() {
        assert_eq!(
            [phase(t + 1e-9), phase(t - 1e-9)],
            [phases[i], phases[i + 1]]
        );
    }
    assert_eq!(Line::Retrieval.order(), Transition::FirstOrder);
    assert_eq!(Line::Glass.order(), Transition::Continuous);
}

#[test]
fn the_energy_is_a_derivative_of_the_free_energy() {
    for (alpha, t) in [(0.05, 0.3), (0.3, 0.5), (0.1, 1.6)] {
        let state = |t: f64| Hopfield::new(alpha, t).unwrap().states().unwrap()[0];
        let step = 1e-4;
        // e = f − T ∂f/∂T.
        let slope = (state(t + step).free_energy - state(t - step).free_energy) / (2.0 * step);
        let energy = Hopfield::new(alpha, t).unwrap().energy(&state(t));
        // Central differences: step² times a third derivative of order ten.
        assert_relative_eq!(
            energy,
            state(t).free_energy - t * slope,
            max_relative = 1e-6
        );
    }
    let cold = retrieval(0.1, 0.0);
    let energy = Hopfield::new(0.1, 0.0).unwrap().energy(&cold);
    assert_relative_eq!(energy, cold.free_energy, max_relative = 1e-13);
}

#[test]
fn arguments_out_of_range_are_refused() {
    for (alpha, temperature) in [
        (0.0, 1.0),
        (-1.0, 1.0),
        (f64::NAN, 1.0),
        (0.1, -0.1),
        (0.1, f64::INFINITY),
    ] {
        assert!(Hopfield::new(alpha, temperature).is_err());
    }
    assert!(Line::Retrieval.at_alpha(f64::NAN).is_err());
    assert!(Line::Glass.at_temperature(-1.0).is_err());
}

/// f at any values of the order parameters.
fn free_energy(alpha: f64, temperature: f64, [m, q, r]: [f64; 3]) -> f64 {
    let c = (1.0 - q) / temperature;
    let modes = temperature * (-c).ln_1p() - q / (1.0 - c) + r * c;
    let variance = alpha * r / (temperature * temperature);
    0.5 * (alpha + m * m + alpha * modes)
        - temperature * log_cosh_average(m / temperature, variance)
}

proptest! {
    #[test]
    fn every_state_solves_the_equations_and_is_stationary(alpha in 1e-4..2.0_f64, t in 0.02..2.0_f64) {
        let model = Hopfield::new(alpha, t).unwrap();
        for state in model.states().unwrap() {
            prop_assert_eq!(state.stop, Stop::Converged);
            prop_assert!(state.residual < 1e-9);
            let order = [state.magnetization, state.overlap, state.noise];
            let here = free_energy(alpha, t, order);
            prop_assert!((here - state.free_energy).abs() < 1e-11 * here.abs());
            // At q = 0 f cannot be followed to both sides.
            for i in (0..3).filter(|_| state.branch != Branch::Paramagnet) {
                // C would be 1 at a step too large.
                let step = 1e-5 * order[i].max(1e-2) * if i == 1 { t.min(1.0) } else { 1.0 };
                let at = |d: f64| { let mut x = order; x[i] += d; free_energy(alpha, t, x) };
                let [up, down, middle] = [at(step), at(-step), at(0.0)];
                let curvature = (up + down - 2.0 * middle).abs();
                // Beside an extremum the two differ by third-order terms and rounding only.
                prop_assert!((up - down).abs() <= 1e-3 * curvature + 1e-13 * middle.abs().max(1.0), "{i}: {order:?}");
            }
        }
    }

    #[test]
    fn retrieval_states_are_those_of_an_iteration_from_the_pattern(alpha in 1e-3..0.05_f64, t in 0.05..0.4_f64) {
        let [mut m, mut r] = [1.0, 1.0];
        for _ in 0..3000 {
            let averages = field_averages(m / t, alpha * r / (t * t));
            m = averages.tanh;
            r = averages.tanh2 / (1.0 - averages.sech2 / t).powi(2);
        }
        let state = retrieval(alpha, t);
        prop_assert!((state.magnetization - m).abs() < 1e-10);
        prop_assert!((state.noise - r).abs() < 1e-9 * r);
    }
}
