//! Units in a field: high-precision values (`scripts/reference_values.py`), derivatives, limits.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::assert_relative_eq;
use proptest::prelude::*;
use saddlepoint_theory::quadrature::gaussian_average;
use saddlepoint_theory::units::{
    Binary, DoubleWell, Gaussian, Rectified, SparseGaussian, SparseRademacher, Spin, UnitPrior,
};

fn named(name: &str) -> Box<dyn UnitPrior> {
    match name.split_once(':') {
        Some((_, theta)) => Box::new(DoubleWell::new(theta.parse().unwrap()).unwrap()),
        None if name == "spin" => Box::new(Spin),
        None if name == "binary" => Box::new(Binary),
        None if name == "gaussian" => Box::new(Gaussian),
        None => Box::new(Rectified),
    }
}

fn any_unit() -> impl Strategy<Value = Box<dyn UnitPrior>> {
    prop_oneof![
        Just(()).prop_map(|()| Box::new(Spin) as Box<dyn UnitPrior>),
        Just(()).prop_map(|()| Box::new(Binary) as Box<dyn UnitPrior>),
        Just(()).prop_map(|()| Box::new(Gaussian) as Box<dyn UnitPrior>),
        Just(()).prop_map(|()| Box::new(Rectified) as Box<dyn UnitPrior>),
        (-6.0..0.0).prop_map(|x| Box::new(DoubleWell::new(x).unwrap()) as Box<dyn UnitPrior>),
        (0.02..1.0).prop_map(|x| Box::new(SparseRademacher::new(x).unwrap()) as Box<dyn UnitPrior>),
        (0.02..1.0).prop_map(|x| Box::new(SparseGaussian::new(x).unwrap()) as Box<dyn UnitPrior>),
    ]
}

#[test]
fn units_have_their_high_precision_values_far_into_both_tails() {
    let text = include_str!("reference/units.csv");
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let unit = named(cells[0]);
        let numbers: Vec<f64> = cells[1..].iter().map(|x| x.parse().unwrap()).collect();
        let (a, b) = (numbers[0], numbers[1]);
        let found = [
            unit.log_partition(a, b),
            unit.mean(a, b),
            unit.variance(a, b),
        ];
        for (found, &expected) in found.into_iter().zip(&numbers[2..]) {
            // Odds of two sides whose log weights are 2000 lose 2000 roundings, 4e-13, and a few more in the sum.
            assert_relative_eq!(found, expected, max_relative = 1e-12, epsilon = 1e-300);
        }
    }
}

proptest! {
    #[test]
    fn mean_and_variance_are_derivatives(unit in any_unit(), a in 0.0..2.0, b in -8.0..8.0) {
        // Central differences of step h err by h²/6 times the next derivative but one, of order 30 for the sharpest of these
        // units, and by rounding/h.
        let h = 1e-4;
        let slope = (unit.log_partition(a, b + h) - unit.log_partition(a, b - h)) / (2.0 * h);
        let bend = (unit.mean(a, b + h) - unit.mean(a, b - h)) / (2.0 * h);
        let (mean, variance) = (unit.mean(a, b), unit.variance(a, b));
        prop_assert!((slope - mean).abs() < 1e-5 * (1.0 + variance.powi(2)), "{slope} {mean}");
        prop_assert!((bend - variance).abs() < 1e-5 * (1.0 + variance.powi(2)), "{bend} {variance}");
    }

    #[test]
    fn mean_and_variance_are_the_same_together(unit in any_unit(), a in 0.0..2.0, b in -40.0..40.0) {
        let [mean, variance] = unit.mean_and_variance(a, b);
        // Rounding, in forms that need not be the same.
        prop_assert!((mean - unit.mean(a, b)).abs() <= 1e-14 * mean.abs(), "{mean}");
        prop_assert!((variance - unit.variance(a, b)).abs() <= 1e-14 * variance, "{variance}");
    }

    #[test]
    fn the_precision_is_conjugate_to_half_the_square(unit in any_unit(), a in 0.0..2.0, b in -8.0..8.0) {
        let h = 1e-4;
        let slope = (unit.log_partition(a + h, b) - unit.log_partition(a - h, b)) / (2.0 * h);
        let square = unit.mean(a, b).powi(2) + unit.variance(a, b);
        prop_assert!((slope + 0.5 * square).abs() < 1e-5 * (1.0 + square.powi(2)), "{slope} {square}");
    }

    #[test]
    fn the_partition_function_is_convex(unit in any_unit(), a in 0.0..2.0, b in -50.0..50.0, d in 0.0..20.0) {
        let middle = unit.log_partition(a, b);
        let chord = 0.5 * (unit.log_partition(a, b - d) + unit.log_partition(a, b + d));
        prop_assert!(chord >= middle - 1e-12 * middle.abs().max(1.0));
        prop_assert!(unit.variance(a, b) >= 0.0);
    }

    #[test]
    fn a_fluctuating_field_lowers_the_precision(unit in any_unit(), rho in 0.01..0.5, b in -2.0..2.0) {
        // E_z exp φ(a, b + √ρ z) = exp φ(a − ρ, b).
        let weight = |z: f64| unit.log_partition(0.6, b + f64::sqrt(rho) * z).exp();
        let average = gaussian_average(weight, &[], 1e-11).unwrap().value;
        let expected = unit.log_partition(0.6 - rho, b).exp();
        prop_assert!((average / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_double_well_without_cusp_is_gaussian() {
    let well = DoubleWell::new(0.0).unwrap();
    for (a, b) in [(0.0, 0.0), (0.3, -1.7), (-0.5, 20.0), (2.0, -300.0)] {
        assert_relative_eq!(
            well.log_partition(a, b),
            Gaussian.log_partition(a, b),
            max_relative = 1e-13
        );
        assert_relative_eq!(well.mean(a, b), Gaussian.mean(a, b), max_relative = 1e-13);
        assert_relative_eq!(
            well.variance(a, b),
            Gaussian.variance(a, b),
            max_relative = 1e-13
        );
    }
}

#[test]
fn deep_wells_make_a_spin() {
    let depth = 1e4;
    let well = DoubleWell::new(-depth).unwrap();
    for field in [-2.0, -0.3, 0.0, 0.7, 3.0] {
        let b = field / depth;
        let gain = well.log_partition(0.0, b) - well.log_partition(0.0, 0.0);
        // The wells at ±|θ| have width 1: the field shifts them by b/|θ|, a relative 1e-8; φ itself is 5e7, with its rounding.
        assert_relative_eq!(gain, field.cosh().ln(), epsilon = 5e-8);
        assert_relative_eq!(
            well.mean(0.0, b) / depth,
            Spin.mean(0.0, field),
            epsilon = 1e-7
        );
        let variance = well.variance(0.0, b) / depth.powi(2);
        assert_relative_eq!(variance, Spin.variance(0.0, field), epsilon = 1e-7);
    }
}

#[test]
fn diverging_integrals_are_infinite_and_nothing_is_nan() {
    let real: [&dyn UnitPrior; 3] = [&Gaussian, &Rectified, &DoubleWell::new(-1.0).unwrap()];
    for unit in real {
        for b in [-1e3, -1.0, 0.0, 1.0, 1e3] {
            assert!(unit.log_partition(-1.5, b).is_infinite());
            assert!(unit.mean(-1.5, b).is_infinite());
            assert!(unit.variance(-1.5, b).is_infinite());
            for a in [-0.999, 0.0, 1e6] {
                assert!(unit.log_partition(a, b).is_finite());
                assert!(unit.mean(a, b).is_finite());
                assert!(unit.variance(a, b) >= 0.0);
            }
        }
    }
    assert!(DoubleWell::new(0.1).is_err());
    assert!(DoubleWell::new(f64::NAN).is_err());
}
