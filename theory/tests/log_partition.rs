//! Estimates of ln Z of a given machine against enumeration.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::{PAIRS, all_states, machine, numbers, states};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use proptest::prelude::*;
use saddlepoint_theory::reciprocal::{
    Landscape, Layer, Machine, Modes, Plefka, Unit, exact_log_partition, gaussian_log_partition,
    gaussian_next_term, is_enumerable, naive_from, naive_solutions, tap, tap_from,
};
use saddlepoint_theory::solver::Stop;

#[test]
fn enumeration_in_gray_code_is_the_plain_sum() {
    for (index, units) in PAIRS.into_iter().enumerate() {
        for shape in [[6, 4], [3, 7], [1, 1]] {
            if units[1] == Unit::Gaussian {
                continue;
            }
            let machine = machine(index as u64, shape, 1.5, units, 0.7);
            let plain: f64 = all_states(&machine).iter().map(|s| s.2.exp()).sum();
            assert_relative_eq!(
                exact_log_partition(&machine).unwrap(),
                plain.ln(),
                max_relative = 1e-13
            );
        }
    }
}

#[test]
fn gaussian_hidden_units_integrate_to_couplings_of_the_visible_ones() {
    let machine = machine(3, [5, 40], 0.3, [Unit::Spin, Unit::Gaussian], 0.4);
    let mut plain = 0.0;
    for v in states(Unit::Spin, 5) {
        let inputs = machine.inputs_h_from_v(&v);
        let bias: f64 = v
            .iter()
            .zip(machine.visible_bias())
            .map(|(v, b)| v * b)
            .sum();
        plain += (bias + inputs.iter().map(|x| 0.5 * x * x).sum::<f64>()).exp();
    }
    let expected = plain.ln() + 20.0 * (2.0 * std::f64::consts::PI).ln();
    assert_relative_eq!(
        exact_log_partition(&machine).unwrap(),
        expected,
        max_relative = 1e-13
    );
}

#[test]
fn layers_beyond_25_units_are_not_enumerated() {
    let large = machine(0, [26, 26], 0.1, [Unit::Spin, Unit::Spin], 0.0);
    assert!(!is_enumerable(&large) && exact_log_partition(&large).is_err());
    let half = machine(0, [26, 3], 0.1, [Unit::Spin, Unit::Gaussian], 0.0);
    assert!(!is_enumerable(&half));
}

/// One draw of `numpy.random.default_rng(0)`: 64 weights and twice 8 biases of standard deviation 0.01, then ln Z by
/// enumeration and with Gaussian units (`scripts/reference/machines.py`).
fn small_draw() -> (Machine, [f64; 2]) {
    let table: Vec<f64> = include_str!("reference/small_machine.csv")
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap().1.parse().unwrap())
        .collect();
    let weights = Mat::from_fn(8, 8, |i, j| table[8 * i + j]);
    let (b, c) = (table[64..72].to_vec(), table[72..80].to_vec());
    let machine = Machine::new(weights, b, c, Unit::Binary, Unit::Binary).unwrap();
    (machine, [table[80], table[81]])
}

#[test]
fn small_binary_machines_are_gaussian_to_six_digits() {
    let (machine, [reference, of_gaussian_units]) = small_draw();
    let modes = Modes::new(machine.weights()).unwrap();
    let exact = exact_log_partition(&machine).unwrap();
    // Rounding of a sum of 256 terms.
    assert_relative_eq!(exact, reference, max_relative = 1e-14);
    let gaussian = gaussian_log_partition(&machine, &modes).unwrap();
    assert_relative_eq!(gaussian, of_gaussian_units, max_relative = 1e-14);
    // Six printed digits of the project's own reference values.
    assert_abs_diff_eq!(exact, 11.128_742, epsilon = 5e-7);
    assert_abs_diff_eq!(gaussian, 11.128_742, epsilon = 5e-7);
}

#[test]
fn larger_weights_show_the_error_of_the_gaussian_form() {
    for (scale, least, most) in [(0.3, 0.05, 1.0), (0.4, 0.2, 4.0)] {
        // Uniform entries of the same variance.
        let machine = machine(
            5,
            [16, 16],
            scale * 3.0_f64.sqrt(),
            [Unit::Binary; 2],
            scale * 3.0_f64.sqrt(),
        );
        let modes = Modes::new(machine.weights()).unwrap();
        let error = gaussian_log_partition(&machine, &modes).unwrap()
            - exact_log_partition(&machine).unwrap();
        assert!(error > least && error < most, "{scale}: {error}");
    }
}

#[test]
fn the_gaussian_form_exists_below_one_for_spins_and_below_four_for_binary_units() {
    for (units, limit) in [
        ([Unit::Spin; 2], 1.0),
        ([Unit::Binary; 2], 4.0),
        ([Unit::Binary, Unit::Spin], 2.0),
        ([Unit::Spin, Unit::Gaussian], 1.0),
    ] {
        for (factor, exists) in [(1.0 - 1e-9, true), (1.0 + 1e-9, false)] {
            let weights = Mat::from_fn(1, 1, |_, _| limit * factor);
            let machine = Machine::unbiased(weights, units[0], units[1]).unwrap();
            let modes = Modes::new(machine.weights()).unwrap();
            assert_eq!(gaussian_log_partition(&machine, &modes).is_some(), exists);
            assert_eq!(modes.langevin_rate(0, units[0], units[1]) > 0.0, exists);
        }
    }
}

#[test]
fn pairs_of_spins_have_the_logarithm_of_one_minus_s_squared() {
    let machine = machine(8, [30, 20], 0.1, [Unit::Spin; 2], 0.0);
    let modes = Modes::new(machine.weights()).unwrap();
    let pairs: f64 = modes
        .singular_values()
        .iter()
        .map(|s| -0.5 * (1.0 - s * s).ln())
        .sum();
    let expected = 50.0 * 2.0_f64.ln() + pairs;
    assert_relative_eq!(
        gaussian_log_partition(&machine, &modes).unwrap(),
        expected,
        max_relative = 1e-13
    );
    // For spins the state of independent units is the paramagnet, and fluctuations about it are the pairs.
    let landscape = Landscape::new(&machine).unwrap();
    assert_relative_eq!(
        landscape.one_loop_log_partition().unwrap(),
        expected,
        max_relative = 1e-13
    );
}

#[test]
fn a_machine_of_gaussian_units_is_a_log_determinant() {
    let machine = machine(2, [4, 3], 0.4, [Unit::Gaussian; 2], 0.8);
    let modes = Modes::new(machine.weights()).unwrap();
    let size = 7;
    let precision = Mat::from_fn(size, size, |i, j| match (i, j) {
        _ if i == j => 1.0,
        (i, j) if i < 4 && j >= 4 => -machine.weights()[(i, j - 4)],
        (i, j) if i >= 4 && j < 4 => -machine.weights()[(j, i - 4)],
        _ => 0.0,
    });
    let bias = [machine.visible_bias(), machine.hidden_bias()].concat();
    let inverse = faer::linalg::solvers::DenseSolveCore::inverse(&precision.partial_piv_lu());
    let mut quadratic = 0.0;
    for i in 0..size {
        for j in 0..size {
            quadratic += 0.5 * bias[i] * inverse[(i, j)] * bias[j];
        }
    }
    let expected =
        3.5 * (2.0 * std::f64::consts::PI).ln() - 0.5 * precision.determinant().ln() + quadratic;
    assert_relative_eq!(
        gaussian_log_partition(&machine, &modes).unwrap(),
        expected,
        max_relative = 1e-12
    );
    let landscape = Landscape::new(&machine).unwrap();
    assert_relative_eq!(
        landscape.one_loop_log_partition().unwrap(),
        expected,
        max_relative = 1e-12
    );
}

/// ∫ Π d²a/π exp(−A) by the trapezoidal rule on a grid, which converges exponentially for an entire, decaying integrand.
fn bosonic_integral(machine: &Machine, nodes: i32, step: f64) -> f64 {
    use num_complex::Complex64;
    let modes = Modes::new(machine.weights()).unwrap();
    let s = modes.singular_values();
    let layer = |layer: Layer, bias: &[f64], a: &[Complex64]| -> Complex64 {
        let mut product = Complex64::ONE;
        for (i, b) in bias.iter().enumerate() {
            let mut field = Complex64::from(*b);
            for (k, a) in a.iter().enumerate() {
                field += s[k].sqrt() * modes.vector(layer, k)[i] * a;
            }
            product *= 2.0 * field.cosh();
        }
        product
    };
    let axes = 2 * s.len();
    let per_axis = usize::try_from(2 * nodes + 1).unwrap();
    let mut total = Complex64::ZERO;
    for index in 0..per_axis.pow(u32::try_from(axes).unwrap()) {
        let mut rest = index;
        let mut at = Vec::with_capacity(axes);
        for _ in 0..axes {
            at.push(step * f64::from(i32::try_from(rest % per_axis).unwrap() - nodes));
            rest /= per_axis;
        }
        let a: Vec<Complex64> = at.chunks(2).map(|x| Complex64::new(x[0], x[1])).collect();
        let conjugate: Vec<Complex64> = a.iter().map(Complex64::conj).collect();
        let square: f64 = at.iter().map(|x| x * x).sum();
        total += (-square).exp()
            * layer(Layer::Visible, machine.visible_bias(), &a)
            * layer(Layer::Hidden, machine.hidden_bias(), &conjugate);
    }
    let area = (step * step / std::f64::consts::PI).powi(i32::try_from(s.len()).unwrap());
    assert!(total.im.abs() < 1e-9 * total.re);
    (total.re * area).ln()
}

#[test]
fn the_bosonic_integral_of_one_and_two_modes_is_the_enumerated_sum() {
    let one = machine(1, [4, 1], 0.8, [Unit::Spin; 2], 0.3);
    // Half a width of 7 leaves exp(−49) of the Gaussian; cosh grows by exp(5) at most.
    let integral = bosonic_integral(&one, 35, 0.2);
    assert_relative_eq!(
        integral,
        exact_log_partition(&one).unwrap(),
        max_relative = 1e-12
    );
    let two = machine(6, [3, 2], 0.6, [Unit::Spin; 2], 0.3);
    let integral = bosonic_integral(&two, 15, 0.4);
    assert_relative_eq!(
        integral,
        exact_log_partition(&two).unwrap(),
        max_relative = 1e-8
    );
}

#[test]
fn tap_is_exact_to_second_order_in_the_weights() {
    for (index, units) in PAIRS.into_iter().enumerate() {
        let error = |scale: f64| {
            let mut next = numbers(index as u64);
            let weights = Mat::from_fn(7, 5, |_, _| scale * next());
            let b = (0..7).map(|_| 0.5 * next()).collect();
            let c = (0..5).map(|_| 0.5 * next()).collect();
            let machine = Machine::new(weights, b, c, units[0], units[1]).unwrap();
            let starts = naive_solutions(&machine, &Landscape::new(&machine).unwrap()).unwrap();
            let (solution, _) = tap(&machine, &starts).unwrap();
            assert_eq!(solution.stop, Stop::Converged);
            solution.log_partition - exact_log_partition(&machine).unwrap()
        };
        // Third order: halving the weights divides the error by eight (by sixteen where the third order vanishes).
        let ratio = error(0.01) / error(0.005);
        assert!(ratio.abs() > 6.0, "{units:?}: {ratio}");
    }
}

/// L copies of every unit of a machine of 3 × 2 units, with weights W/L: the bosonic integrand of the machine to the power L.
fn copies(units: [Unit; 2], copies: usize, [weight, bias]: [f64; 2]) -> Machine {
    let mut next = numbers(5);
    let few = Mat::from_fn(3, 2, |_, _| weight * next());
    let divisor = f64::from(u32::try_from(copies).unwrap());
    let weights = Mat::from_fn(3 * copies, 2 * copies, |i, j| few[(i % 3, j % 2)] / divisor);
    let mut biases = |units: usize| -> Vec<f64> {
        let few: Vec<f64> = (0..units).map(|_| bias * next()).collect();
        (0..units * copies).map(|i| few[i % units]).collect()
    };
    let (b, c) = (biases(3), biases(2));
    Machine::new(weights, b, c, units[0], units[1]).unwrap()
}

/// How far a term is from what is missing, relative to it, in a machine with 4 and with 8 copies of every unit.
fn deviations(units: [Unit; 2], sizes: [f64; 2], orders: fn(&Machine) -> [f64; 2]) -> [f64; 2] {
    [4, 8].map(|number| {
        let machine = copies(units, number, sizes);
        let [approximate, term] = orders(&machine);
        let missing = exact_log_partition(&machine).unwrap() - approximate;
        (missing / term - 1.0).abs()
    })
}

/// Pairs of units of which one at least is not Gaussian and one can be enumerated.
fn enumerable_pairs() -> impl Iterator<Item = [Unit; 2]> {
    let discrete = |units: &[Unit; 2]| units.iter().any(|unit| unit.states().is_some());
    PAIRS.into_iter().filter(discrete)
}

#[test]
fn two_loops_are_the_error_of_one_loop_to_leading_order_in_the_number_of_units() {
    for units in enumerable_pairs() {
        let [few, many] = deviations(units, [0.5, 1.5], |machine| {
            let landscape = Landscape::new(machine).unwrap();
            let one_loop = landscape.one_loop_log_partition().unwrap();
            [one_loop, landscape.two_loop_term().unwrap()]
        });
        // What is left is of order 1/L² and more: half of the deviation, and up to a quarter more from the order after that.
        assert!(many < 0.1 && many < 0.65 * few, "{units:?}: {few} {many}");
    }
}

#[test]
fn the_next_term_of_gaussian_pairs_is_their_error_to_leading_order_in_the_number_of_units() {
    for units in enumerable_pairs() {
        // A free binary unit has a mean of one half, which acts on the other layer as a bias does: there the terms beyond do not fall with L.
        if units.contains(&Unit::Binary) {
            continue;
        }
        let [few, many] = deviations(units, [0.3, 0.0], |machine| {
            let modes = Modes::new(machine.weights()).unwrap();
            let gaussian = gaussian_log_partition(machine, &modes).unwrap();
            [gaussian, gaussian_next_term(machine, &modes).unwrap()]
        });
        assert!(many < 0.1 && many < 0.65 * few, "{units:?}: {few} {many}");
    }
}

#[test]
fn the_next_term_of_gaussian_pairs_is_the_fourth_power_of_small_biases() {
    for units in enumerable_pairs() {
        let machine = copies(units, 1, [0.001, 0.2]);
        let modes = Modes::new(machine.weights()).unwrap();
        let gaussian = gaussian_log_partition(&machine, &modes).unwrap();
        let missing = exact_log_partition(&machine).unwrap() - gaussian;
        let term = gaussian_next_term(&machine, &modes).unwrap();
        // The sixth power of biases below 0.2 adds less than (κ₆/κ₄) θ²/30, a hundredth; the weights add as much.
        assert_relative_eq!(missing, term, max_relative = 0.02);
    }
}

#[test]
fn plefkas_condition_tells_the_state_from_the_saddle() {
    // A star of spins with strong weights: ordered, with two states of equal weight.
    let weights = Mat::from_fn(20, 1, |i, _| {
        0.4 + 0.05 * f64::from(u32::try_from(i).unwrap())
    });
    let machine = Machine::unbiased(weights, Unit::Spin, Unit::Spin).unwrap();
    let landscape = Landscape::new(&machine).unwrap();
    let starts = naive_solutions(&machine, &landscape).unwrap();
    let paramagnet = starts.iter().find(|start| start.hidden[0].abs() < 1e-9);
    let saddle = tap_from(&machine, paramagnet.unwrap()).unwrap();
    assert!(!Plefka::of(&machine, &saddle).unwrap().holds());
    let (state, plefka) = tap(&machine, &starts).unwrap();
    assert!(plefka.unwrap().holds() && state.hidden[0].abs() > 0.9);
    let exact = exact_log_partition(&machine).unwrap();
    assert_relative_eq!(state.log_partition + 2.0_f64.ln(), exact, epsilon = 1e-3);
    assert!(saddle.log_partition > exact + 1.0);
}

#[test]
fn the_next_term_of_tap_holds_the_third_order_in_the_weights() {
    for units in PAIRS {
        let left = |scale: f64| {
            let mut next = numbers(6);
            let weights = Mat::from_fn(5, 4, |_, _| scale * next());
            let b = (0..5).map(|_| 2.0 * next()).collect();
            let c = (0..4).map(|_| 2.0 * next()).collect();
            let machine = Machine::new(weights, b, c, units[0], units[1]).unwrap();
            let starts = naive_solutions(&machine, &Landscape::new(&machine).unwrap()).unwrap();
            let (found, plefka) = tap(&machine, &starts).unwrap();
            let missing = exact_log_partition(&machine).unwrap() - found.log_partition;
            missing - plefka.unwrap().next_term.unwrap()
        };
        // Fourth order: halving the weights divides what is left by sixteen; a wrong third order would leave eight.
        let ratio = left(0.1) / left(0.05);
        assert!(ratio.abs() > 12.0, "{units:?}: {ratio}");
    }
}

#[test]
fn plefkas_stability_is_the_curvature_of_the_free_energy_of_the_means() {
    // One spin on each side: Γ(m, n) = Σ s(m) − W m n − ½ W² (1 − m²)(1 − n²) has the curvature 1 + W² at zero, and the coupling W.
    for (weight, expected) in [(0.5, true), (0.9, true), (3.0, false)] {
        let machine = Machine::unbiased(Mat::from_fn(1, 1, |_, _| weight), Unit::Spin, Unit::Spin);
        let machine = machine.unwrap();
        let zero = tap_from(&machine, &naive_from(&machine, &[0.0]).unwrap()).unwrap();
        let plefka = Plefka::of(&machine, &zero).unwrap();
        assert_relative_eq!(plefka.largest, weight * weight, max_relative = 1e-12);
        assert!(plefka.is_stable, "1 + W² exceeds W");
        assert_eq!(plefka.holds(), expected);
    }
}

#[test]
fn tap_beats_naive_mean_field_on_many_weak_weights() {
    let machine = machine(11, [18, 14], 0.35, [Unit::Spin; 2], 0.3);
    let exact = exact_log_partition(&machine).unwrap();
    let starts = naive_solutions(&machine, &Landscape::new(&machine).unwrap()).unwrap();
    let naive = starts[0].log_partition;
    let second = tap(&machine, &starts).unwrap().0.log_partition;
    assert!((second - exact).abs() < 0.3 * (naive - exact).abs());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn naive_mean_field_bounds_the_exact_value(seed in 0_u64..1000, pair in 0_usize..6, scale in 0.1_f64..2.0) {
        let machine = machine(seed, [6, 4], scale, PAIRS[pair], 0.5);
        let landscape = Landscape::new(&machine).unwrap();
        let solutions = naive_solutions(&machine, &landscape).unwrap();
        let exact = exact_log_partition(&machine).unwrap();
        for solution in &solutions {
            prop_assert!(solution.log_partition <= exact + 1e-9 * exact.abs());
        }
        prop_assert!(solutions[0].stop == Stop::Converged);
        for (j, n) in solutions[0].hidden.iter().enumerate() {
            let field = machine.inputs_h_from_v(&solutions[0].visible)[j];
            assert_relative_eq!(*n, machine.hidden().mean(field), epsilon = 1e-8);
        }
    }
}
