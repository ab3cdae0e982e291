//! The landscape in reciprocal space against enumeration and finite differences, small machines of one mode among them.

use crate::support::{PAIRS, all_states, machine, numbers, states};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use proptest::prelude::*;
use saddlepoint_theory::reciprocal::{
    Landscape, Layer, Machine, Modes, Profile, RankOne, Unit, exact_log_partition, exact_profile,
    naive_solutions, stationary_points,
};

#[test]
fn the_exact_profile_is_the_average_over_all_states() {
    for (index, units) in [
        [Unit::Spin; 2],
        [Unit::Binary; 2],
        [Unit::Spin, Unit::Binary],
    ]
    .into_iter()
    .enumerate()
    {
        for shape in [[6, 4], [3, 5]] {
            let machine = machine(index as u64 + 7, shape, 1.2, units, 0.5);
            let landscape = Landscape::new(&machine).unwrap();
            let amplitudes = [-2.0, -0.7, 0.0, 0.3, 1.5];
            for mode in 0..2 {
                let s = landscape.modes().singular_values()[mode];
                let projection = |layer: Layer, unit: Unit, state: &[f64], means: &[f64]| -> f64 {
                    let vector = landscape.modes().vector(layer, mode);
                    let terms = state.iter().zip(means).zip(vector);
                    terms
                        .map(|((x, m), u)| {
                            u * (x - m) / unit.variance_at_mean(*m).unwrap()[0].sqrt()
                        })
                        .sum()
                };
                let density = |a: f64| -> f64 {
                    let terms = all_states(&machine).into_iter().map(|(v, h, weight)| {
                        let x = projection(Layer::Visible, units[0], &v, landscape.visible_means());
                        let y = projection(Layer::Hidden, units[1], &h, landscape.hidden_means());
                        (weight - (a - 0.5 * s.sqrt() * (x + y)).powi(2)).exp()
                    });
                    terms.sum()
                };
                let profile = exact_profile(&machine, &landscape, mode, &amplitudes).unwrap();
                for (a, value) in amplitudes.into_iter().zip(profile) {
                    let expected = -(density(a) / density(0.0)).ln();
                    // The density is good to 1e-15 of its maximum.
                    assert_relative_eq!(value.unwrap(), expected, epsilon = 1e-9);
                }
            }
        }
    }
}

#[test]
fn the_exact_profile_integrates_gaussian_hidden_units() {
    let machine = machine(5, [6, 4], 1.1, [Unit::Spin, Unit::Gaussian], 0.6);
    let landscape = Landscape::new(&machine).unwrap();
    let s = landscape.modes().singular_values()[0];
    let vector = |layer: Layer| landscape.modes().vector(layer, 0);
    let square: f64 = vector(Layer::Hidden).iter().map(|v| v * v).sum();
    // Given v, y is Gaussian of variance 1 around the projection of its inputs.
    let variance = 0.5 + 0.25 * s * square;
    let density = |a: f64| -> f64 {
        let terms = states(Unit::Spin, 6).map(|v| {
            let inputs = machine.inputs_h_from_v(&v);
            let weight = v
                .iter()
                .zip(machine.visible_bias())
                .map(|(v, b)| v * b)
                .sum::<f64>()
                + inputs.iter().map(|x| 0.5 * x * x).sum::<f64>();
            let visible = v
                .iter()
                .zip(landscape.visible_means())
                .zip(vector(Layer::Visible));
            let x: f64 = visible
                .map(|((v, m), u)| u * (v - m) / (1.0 - m * m).sqrt())
                .sum();
            let hidden = inputs
                .iter()
                .zip(landscape.hidden_means())
                .zip(vector(Layer::Hidden));
            let y: f64 = hidden.map(|((h, n), v)| v * (h - n)).sum();
            (weight - (a - 0.5 * s.sqrt() * (x + y)).powi(2) / (2.0 * variance)).exp()
        });
        terms.sum()
    };
    let amplitudes = [-2.5, -1.0, 0.5, 2.0, 3.0];
    let profile = exact_profile(&machine, &landscape, 0, &amplitudes).unwrap();
    for (a, value) in amplitudes.into_iter().zip(profile) {
        // The density is good to 1e-15 of its maximum, and P is above 1e-7 of it here.
        assert_relative_eq!(
            value.unwrap(),
            -(density(a) / density(0.0)).ln(),
            epsilon = 1e-8
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn derivatives_of_the_free_energy_are_finite_differences(
        seed in 0_u64..1000, pair in 0_usize..6, a in -1.5_f64..1.5, b in -1.5_f64..1.5
    ) {
        let machine = machine(seed, [9, 6], 0.8, PAIRS[pair], 0.6);
        let landscape = Landscape::new(&machine).unwrap();
        let at = |a: f64, b: f64| landscape.free_energy(&[0, 2], &[a, b]).unwrap();
        let here = at(a, b);
        let h = 1e-4;
        // Central differences: h² times derivatives of order ten.
        let tolerance = 1e-6;
        assert_relative_eq!(here.gradient[0], (at(a + h, b).value - at(a - h, b).value) / (2.0 * h), epsilon = tolerance);
        assert_relative_eq!(here.gradient[1], (at(a, b + h).value - at(a, b - h).value) / (2.0 * h), epsilon = tolerance);
        for k in 0..2 {
            assert_relative_eq!(here.hessian[(k, 0)], (at(a + h, b).gradient[k] - at(a - h, b).gradient[k]) / (2.0 * h), epsilon = tolerance);
            assert_relative_eq!(here.hessian[(k, 1)], (at(a, b + h).gradient[k] - at(a, b - h).gradient[k]) / (2.0 * h), epsilon = tolerance);
        }
    }

    #[test]
    fn the_expansion_on_a_surface_is_that_of_the_free_energy(seed in 0_u64..1000, pair in 0_usize..6) {
        let machine = machine(seed, [8, 5], 0.7, PAIRS[pair], 0.6);
        let landscape = Landscape::new(&machine).unwrap();
        let point = [0.03, -0.02];
        let full = landscape.free_energy(&[1, 3], &point).unwrap().value;
        // Fifth order: 2e-8.
        assert_relative_eq!(landscape.expansion(&[1, 3], &point).unwrap(), full, epsilon = 2e-8);
        let landau = landscape.landau(1).unwrap();
        assert_relative_eq!(landscape.expansion(&[1], &[1.3]).unwrap(), landau.value(1.3).unwrap(), epsilon = 1e-10);
    }

    #[test]
    fn a_free_energy_that_is_surely_convex_has_one_stationary_point(seed in 0_u64..1000, pair in 0_usize..6, mode in 0_usize..4) {
        let machine = machine(seed, [8, 5], 0.7, PAIRS[pair], 0.6);
        let landscape = Landscape::new(&machine).unwrap();
        let along = landscape.along(mode).unwrap();
        let points = stationary_points(&along, 0.0).unwrap();
        if along.is_surely_convex() {
            prop_assert_eq!(points.len(), 1);
            assert_relative_eq!(points[0].amplitude, 0.0, epsilon = 1e-12);
        }
        // Minima and maxima alternate between two walls.
        prop_assert_eq!(points.len() % 2, 1);
    }

    #[test]
    fn landau_is_the_expansion_of_the_free_energy(seed in 0_u64..1000, pair in 0_usize..6, mode in 0_usize..4) {
        let machine = machine(seed, [8, 5], 0.7, PAIRS[pair], 0.6);
        let landscape = Landscape::new(&machine).unwrap();
        let landau = landscape.landau(mode).unwrap();
        let along = landscape.along(mode).unwrap();
        let a = 0.03;
        let even = 0.5 * (along.value(a).unwrap() + along.value(-a).unwrap());
        let odd = 0.5 * (along.value(a).unwrap() - along.value(-a).unwrap());
        // The next orders: a⁶ ~ 7e-10 and a⁵ ~ 2e-8 times coefficients below one.
        assert_relative_eq!(even, a * a * landau.quadratic + a.powi(4) * landau.quartic, epsilon = 1e-9);
        assert_relative_eq!(odd, a.powi(3) * landau.cubic, epsilon = 2e-8);
        let h = 1e-3;
        // Below h² the fourth derivative enters with 12 g h².
        assert_relative_eq!(along.curvature(0.0).unwrap(), 2.0 * landau.quadratic, epsilon = 1e-10);
        let third = (along.curvature(h).unwrap() - along.curvature(-h).unwrap()) / (2.0 * h);
        assert_relative_eq!(third, 6.0 * landau.cubic, epsilon = 1e-4);
        let fourth = (along.curvature(h).unwrap() + along.curvature(-h).unwrap() - 2.0 * along.curvature(0.0).unwrap()) / (h * h);
        assert_relative_eq!(fourth, 24.0 * landau.quartic, epsilon = 1e-3);
    }

    #[test]
    fn turning_a_machine_around_changes_nothing(seed in 0_u64..1000, pair in 0_usize..6) {
        let machine = machine(seed, [5, 7], 0.6, PAIRS[pair], 0.4);
        let turned = machine.transposed();
        let (one, two) = (Landscape::new(&machine).unwrap(), Landscape::new(&turned).unwrap());
        for k in 0..5 {
            assert_relative_eq!(one.modes().singular_values()[k], two.modes().singular_values()[k], epsilon = 1e-9);
            assert_relative_eq!(one.landau(k).unwrap().quartic, two.landau(k).unwrap().quartic, epsilon = 1e-7);
        }
        assert_relative_eq!(exact_log_partition(&machine).unwrap(), exact_log_partition(&turned).unwrap(), epsilon = 1e-10);
    }
}

#[test]
fn rank_one_machines_are_the_enumerated_ones() {
    let (n, m, s) = (6_u32, 4_u32, 1.3);
    let fields = [0.2, -0.1];
    let rank_one = RankOne::new(n, m, s, fields).unwrap();
    let (x, y) = (f64::from(n).sqrt(), f64::from(m).sqrt());
    let weights = Mat::from_fn(6, 4, |_, _| s / (x * y));
    let machine = Machine::new(
        weights,
        vec![fields[0] / x; 6],
        vec![fields[1] / y; 4],
        Unit::Spin,
        Unit::Spin,
    )
    .unwrap();
    assert_relative_eq!(
        rank_one.log_partition(),
        exact_log_partition(&machine).unwrap(),
        max_relative = 1e-13
    );
    let total: f64 = all_states(&machine).iter().map(|state| state.2.exp()).sum();
    let moment: f64 = all_states(&machine)
        .iter()
        .map(|(v, h, weight)| {
            weight.exp() * (v.iter().sum::<f64>() / x).powi(3) * (h.iter().sum::<f64>() / y)
        })
        .sum();
    assert_relative_eq!(
        rank_one.expect(&|x, y| x.powi(3) * y),
        moment / total,
        max_relative = 1e-12
    );
}

#[test]
fn rank_one_machines_forget_as_the_chain_of_all_states_does() {
    let (n, m, s) = (5_u32, 3_u32, 1.2);
    let rank_one = RankOne::new(n, m, s, [0.3, -0.2]).unwrap();
    let (x, y) = (f64::from(n).sqrt(), f64::from(m).sqrt());
    let machine = Machine::new(
        Mat::from_fn(5, 3, |_, _| s / (x * y)),
        vec![0.3 / x; 5],
        vec![-0.2 / y; 3],
        Unit::Spin,
        Unit::Spin,
    )
    .unwrap();
    // p(v, h), and ⟨x₀ x₁⟩ = Σ_h p(h) ⟨x|h⟩², as v₀ and v₁ are independent given the hidden units between them.
    let mut of_hidden = std::collections::BTreeMap::<Vec<i8>, [f64; 2]>::new();
    for (v, h, weight) in all_states(&machine) {
        let key = h.iter().map(|&h| if h > 0.0 { 1 } else { -1 }).collect();
        let sums = of_hidden.entry(key).or_default();
        sums[0] += weight.exp();
        sums[1] += weight.exp() * v.iter().sum::<f64>() / x;
    }
    let total: f64 = of_hidden.values().map(|sums| sums[0]).sum();
    let next: f64 = of_hidden
        .values()
        .map(|sums| sums[1] * sums[1] / sums[0])
        .sum();
    let found = rank_one.autocovariance(2000);
    let mean = rank_one.expect(&|x, _| x);
    assert_relative_eq!(
        found[0],
        rank_one.expect(&|x, _| x * x),
        max_relative = 1e-12
    );
    assert_relative_eq!(found[1], next / total, max_relative = 1e-12);
    // In the end everything is forgotten.
    assert_relative_eq!(found[2000], mean * mean, max_relative = 1e-9);
}

#[test]
fn mean_field_along_the_mode_of_a_rank_one_machine_is_curie_weiss() {
    let (n, s) = (50.0_f64, 2.0);
    let weights = Mat::from_fn(50, 50, |_, _| s / n);
    let machine = Machine::unbiased(weights, Unit::Spin, Unit::Spin).unwrap();
    let landscape = Landscape::new(&machine).unwrap();
    let minimum = landscape
        .along(0)
        .unwrap()
        .lowest_minimum(0.0)
        .unwrap()
        .unwrap();
    // a = √s y with y = √N m, m = 0.957504024077 at β = 2.
    assert_relative_eq!(
        minimum.amplitude,
        (s * n).sqrt() * 0.957_504_024_077,
        max_relative = 1e-11
    );
    let solutions = naive_solutions(&machine, &landscape).unwrap();
    assert_eq!(solutions.len(), 3);
    assert_relative_eq!(
        solutions[0].visible[7].abs(),
        0.957_504_024_077,
        max_relative = 1e-9
    );
    // The free energy of the mode is ln Z of mean field relative to the paramagnet.
    let gain = solutions[0].log_partition - landscape.log_partition();
    assert_relative_eq!(minimum.free_energy, -gain, max_relative = 1e-9);
}

/// A rank-one machine of unequal layers at couplings so strong that its units saturate: the free energy is the maximum over q of a function
/// of one variable, found here by shrinking a bracket. Newton's method guarded by its slope once missed it by a thousand.
#[test]
fn mean_field_holds_where_units_saturate() {
    let (n, m, w) = (10.0_f64, 2.0_f64, 0.3);
    let log_cosh = |x: f64| x.abs() + (-2.0 * x.abs()).exp().ln_1p() - 2.0_f64.ln();
    for scale in [0.2, 1.0, 5.0, 20.0, 60.0] {
        let weights = Mat::from_fn(10, 2, |_, _| w * scale);
        let machine = Machine::unbiased(weights, Unit::Spin, Unit::Spin).unwrap();
        let landscape = Landscape::new(&machine).unwrap();
        let s = w * scale * (n * m).sqrt();
        for a in [-2.0, 0.5, 3.0] {
            let action = |q: f64| {
                let visible = n * log_cosh((s / n).sqrt() * (a + q));
                a * a - q * q - visible - m * log_cosh((s / m).sqrt() * (a - q))
            };
            let (mut low, mut high) = (-50.0, 50.0);
            for _ in 0..200 {
                let third = (high - low) / 3.0;
                if action(low + third) < action(high - third) {
                    low += third;
                } else {
                    high -= third;
                }
            }
            let found = landscape.free_energy(&[0], &[a]).unwrap().value;
            // Rounding of sums of some hundred.
            assert_abs_diff_eq!(found, action(0.5 * (low + high)), epsilon = 1e-11);
        }
    }
}

#[test]
fn an_unbiased_binary_machine_is_a_spin_machine_with_a_quarter_of_the_weights() {
    let mut next = numbers(4);
    let weights = Mat::from_fn(9, 7, |_, _| 2.5 * next());
    let row_sums = (0..9)
        .map(|i| -0.5 * (0..7).map(|j| weights[(i, j)]).sum::<f64>())
        .collect();
    let column_sums = (0..7)
        .map(|j| -0.5 * (0..9).map(|i| weights[(i, j)]).sum::<f64>())
        .collect();
    let binary = Machine::new(
        weights.clone(),
        row_sums,
        column_sums,
        Unit::Binary,
        Unit::Binary,
    )
    .unwrap();
    let quarter = Mat::from_fn(9, 7, |i, j| 0.25 * weights[(i, j)]);
    let spin = Machine::unbiased(quarter, Unit::Spin, Unit::Spin).unwrap();
    let (one, two) = (
        Landscape::new(&binary).unwrap(),
        Landscape::new(&spin).unwrap(),
    );
    for k in 0..7 {
        assert_relative_eq!(
            one.modes().singular_values()[k],
            two.modes().singular_values()[k],
            max_relative = 1e-10
        );
        assert_relative_eq!(
            one.landau(k).unwrap().quartic,
            two.landau(k).unwrap().quartic,
            max_relative = 1e-8
        );
        let (f, g) = (one.along(k).unwrap(), two.along(k).unwrap());
        assert_relative_eq!(f.value(0.8).unwrap(), g.value(0.8).unwrap(), epsilon = 1e-9);
    }
}

#[test]
fn singular_values_that_are_equal_or_zero_are_handled() {
    let weights = Mat::from_fn(4, 4, |i, j| if i == j && i < 3 { 1.5 } else { 0.0 });
    let modes = Modes::new(&weights).unwrap();
    assert_eq!(modes.degenerate_with(1), 0..3);
    assert_eq!(modes.degenerate_with(3), 3..4);
    assert_relative_eq!(modes.singular_values()[3], 0.0);
    // Three directions that share three units: the average of Σ u⁴ over the sphere is 3/5.
    assert_relative_eq!(modes.coupling(Layer::Visible, 0), 0.6, max_relative = 1e-12);
    assert!(modes.saddles(&[1.0; 4], &[1.0; 4])[3].is_none());
    let machine = Machine::unbiased(weights, Unit::Spin, Unit::Spin).unwrap();
    let landscape = Landscape::new(&machine).unwrap();
    assert_relative_eq!(landscape.landau(3).unwrap().quartic, 0.0);
    assert_eq!(landscape.landau(3).unwrap().amplitude(), Some(0.0));
    let nothing = Machine::unbiased(Mat::zeros(3, 2), Unit::Spin, Unit::Binary).unwrap();
    let landscape = Landscape::new(&nothing).unwrap();
    assert_relative_eq!(
        landscape.log_partition(),
        5.0 * 2.0_f64.ln(),
        max_relative = 1e-14
    );
}

#[test]
fn saddles_of_biased_pairs_are_where_the_gradient_vanishes() {
    let machine = machine(9, [5, 3], 1.0, [Unit::Binary; 2], 0.5);
    let modes = Modes::new(machine.weights()).unwrap();
    let a = modes.project(Layer::Visible, machine.visible_bias());
    let b = modes.project(Layer::Hidden, machine.hidden_bias());
    let saddles = modes.saddles(machine.visible_bias(), machine.hidden_bias());
    for (k, saddle) in saddles.into_iter().enumerate() {
        let (saddle, s) = (saddle.unwrap(), modes.singular_values()[k]);
        let energy = |x: f64, y: f64| -(a[k] * x + b[k] * y + s * x * y);
        assert_relative_eq!(energy(saddle.x, saddle.y), saddle.energy, epsilon = 1e-12);
        assert_relative_eq!(a[k] + s * saddle.y, 0.0, epsilon = 1e-14);
        assert_relative_eq!(b[k] + s * saddle.x, 0.0, epsilon = 1e-14);
        // Along (x+y)/√2 the energy falls by s/2 per unit squared, along (y−x)/√2 it rises.
        let root = std::f64::consts::FRAC_1_SQRT_2;
        assert_relative_eq!(
            energy(saddle.x + root, saddle.y + root) - saddle.energy,
            -0.5 * s,
            epsilon = 1e-12
        );
        assert_relative_eq!(
            energy(saddle.x - root, saddle.y + root) - saddle.energy,
            0.5 * s,
            epsilon = 1e-12
        );
    }
}

#[test]
fn the_kurtosis_of_a_reciprocal_variable_is_three_minus_twice_the_coupling() {
    let machine = machine(2, [10, 3], 1.0, [Unit::Spin; 2], 0.0);
    let modes = Modes::new(machine.weights()).unwrap();
    for unit in [Unit::Spin, Unit::Binary] {
        let mean: f64 = modes
            .vector(Layer::Visible, 1)
            .iter()
            .map(|u| u * unit.mean(0.0))
            .sum();
        let moment = |k: i32| -> f64 {
            let project = |v: Vec<f64>| -> f64 {
                v.iter()
                    .zip(modes.vector(Layer::Visible, 1))
                    .map(|(v, u)| v * u)
                    .sum()
            };
            states(unit, 10)
                .map(|v| (project(v) - mean).powi(k))
                .sum::<f64>()
                / 1024.0
        };
        let kurtosis = moment(4) / moment(2).powi(2);
        assert_relative_eq!(
            modes.variable_kurtosis(Layer::Visible, 1),
            kurtosis,
            max_relative = 1e-12
        );
    }
}

#[test]
fn bad_machines_are_refused() {
    let unit = Unit::Spin;
    assert!(Machine::unbiased(Mat::zeros(0, 3), unit, unit).is_err());
    assert!(Machine::unbiased(Mat::from_fn(1, 1, |_, _| f64::NAN), unit, unit).is_err());
    assert!(Machine::new(Mat::zeros(2, 3), vec![0.0; 3], vec![0.0; 3], unit, unit).is_err());
    assert!(
        Machine::new(
            Mat::zeros(2, 3),
            vec![0.0; 2],
            vec![f64::INFINITY; 3],
            unit,
            unit
        )
        .is_err()
    );
    assert!(Modes::new(&Mat::zeros(3, 0)).is_err());
    let machine = Machine::unbiased(Mat::zeros(2, 3), unit, unit).unwrap();
    let landscape = Landscape::new(&machine).unwrap();
    assert!(landscape.landau(2).is_err() && landscape.along(2).is_err());
    assert!(landscape.free_energy(&[0, 0], &[0.1, 0.2]).is_err());
    assert!(landscape.free_energy(&[0], &[f64::NAN]).is_err());
}
