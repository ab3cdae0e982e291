//! The functions of a unit of any kind, and its name.

use std::fmt;
use std::str::FromStr;

use super::{DoubleWell, Unit};
use crate::error::Error;

/// Why a text names no unit; each message is the rest of a sentence that begins with the text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseUnitError {
    /// There is no such unit.
    #[error("is no unit; write {}", Unit::NAMES)]
    Unknown,
    /// A parameter was given to a unit that has none.
    #[error("{0} has no parameter; write {0}")]
    NoParameter(Unit),
    /// θ is missing.
    #[error("needs theta, at most 0: write double-well:-2")]
    NoThreshold,
    /// θ is no number.
    #[error("theta '{0}' is not a number")]
    NotANumber(String),
    /// θ is out of its range.
    #[error(transparent)]
    Threshold(#[from] Error),
}

impl Unit {
    /// φ(I) = ln ∫ exp(−U(h) + hI) dh, or the sum over the two states.
    pub fn log_partition(self, field: f64) -> f64 {
        self.prior().log_partition(0.0, field)
    }

    /// Σ φ(I) over the units of a layer.
    pub fn log_partition_of_layer(self, fields: &[f64]) -> f64 {
        self.prior().log_partition_of_layer(fields)
    }

    /// φ'(I), the mean.
    pub fn mean(self, field: f64) -> f64 {
        self.prior().mean(0.0, field)
    }

    /// φ''(I), the variance; to full relative precision in strong fields.
    pub fn variance(self, field: f64) -> f64 {
        self.prior().variance(0.0, field)
    }

    /// φ, φ' and φ'' at once.
    pub(crate) fn response(self, field: f64) -> [f64; 3] {
        self.prior().response(field)
    }

    /// φ'''(I) and φ''''(I); without a field 0 and −2 for a spin, 0 and −1/8 for a binary unit.
    pub fn third_and_fourth_cumulant(self, field: f64) -> [f64; 2] {
        self.prior().third_and_fourth_cumulant(field)
    }

    /// The variance as a function of the mean, and half of its derivative; `None` without a closed form.
    ///
    /// ```text
    /// spin: 1 − m², −m     binary: m − m², ½ − m     gaussian: 1, 0
    /// ```
    pub fn variance_at_mean(self, mean: f64) -> Option<[f64; 2]> {
        self.prior().variance_at_mean(mean)
    }

    /// The two values of a discrete unit; `None` for a real one.
    pub fn states(self) -> Option<[f64; 2]> {
        self.prior().states()
    }
}

impl FromStr for Unit {
    type Err = ParseUnitError;

    fn from_str(text: &str) -> Result<Self, ParseUnitError> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (text, None),
        };
        if name == DoubleWell::NAME {
            return double_well(parameter);
        }
        let named = |unit: &Self| unit.prior().name() == name;
        match (Self::PLAIN.into_iter().find(named), parameter) {
            (None, _) => Err(ParseUnitError::Unknown),
            (Some(unit), None) => Ok(unit),
            (Some(unit), Some(_)) => Err(ParseUnitError::NoParameter(unit)),
        }
    }
}

fn double_well(parameter: Option<&str>) -> Result<Unit, ParseUnitError> {
    let text = parameter.ok_or(ParseUnitError::NoThreshold)?;
    let theta = text
        .parse()
        .map_err(|_| ParseUnitError::NotANumber(text.to_owned()))?;
    Ok(Unit::DoubleWell(DoubleWell::new(theta)?))
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prior().name())?;
        match self {
            Self::DoubleWell(unit) => write!(f, ":{}", unit.threshold()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    const NAMES: [&str; 7] = [
        "spin",
        "binary",
        "gaussian",
        "double-well:0",
        "double-well:-0.7",
        "double-well:-2.5",
        "relu",
    ];

    fn named(name: &str) -> Unit {
        name.parse().unwrap()
    }

    #[test]
    fn a_unit_is_read_back_from_its_name() {
        for name in NAMES {
            assert_eq!(named(name).to_string(), name);
        }
    }

    #[test]
    fn a_bad_name_says_what_is_wrong_and_what_to_do() {
        for (text, expected) in [
            ("potts", "write spin"),
            ("spin:2", "spin has no parameter; write spin"),
            ("double-well", "double-well:-2"),
            ("double-well:x", "theta 'x' is not a number"),
            ("double-well:1", "must be at most 0 and finite, got 1"),
            ("double-well:nan", "at most 0"),
        ] {
            let message = text.parse::<Unit>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn every_cumulant_is_the_derivative_of_the_one_before(field in -6.0_f64..6.0) {
            let step = 1e-4;
            for unit in NAMES.map(named) {
                let slope = |f: &dyn Fn(f64) -> f64| (f(field + step) - f(field - step)) / (2.0 * step);
                let together = [unit.log_partition(field), unit.mean(field), unit.variance(field)];
                for (one, other) in unit.response(field).into_iter().zip(together) {
                    assert_relative_eq!(one, other, epsilon = 1e-14, max_relative = 1e-14);
                }
                let [third, fourth] = unit.third_and_fourth_cumulant(field);
                // Central differences: h² times a derivative below 20 (1e4 where the wells are 5 apart), and rounding of 1e-16 · 20/h.
                let tolerance = if unit == named("double-well:-2.5") { 1e-4 } else { 3e-7 };
                assert_relative_eq!(unit.mean(field), slope(&|x| unit.log_partition(x)), epsilon = tolerance);
                assert_relative_eq!(unit.variance(field), slope(&|x| unit.mean(x)), epsilon = tolerance);
                assert_relative_eq!(third, slope(&|x| unit.variance(x)), epsilon = tolerance);
                let third = |x: f64| unit.third_and_fourth_cumulant(x)[0];
                assert_relative_eq!(fourth, slope(&third), epsilon = tolerance);
            }
        }

        #[test]
        fn the_variance_at_a_mean_is_that_of_its_field(field in -5.0_f64..5.0) {
            for unit in [Unit::Spin, Unit::Binary, Unit::Gaussian] {
                let [variance, half_slope] = unit.variance_at_mean(unit.mean(field)).unwrap();
                // 1 − m² loses the digits that m has in common with 1.
                assert_relative_eq!(variance, unit.variance(field), max_relative = 1e-10);
                let third = unit.third_and_fourth_cumulant(field)[0];
                assert_relative_eq!(2.0 * half_slope * variance, third, max_relative = 1e-10, epsilon = 1e-14);
            }
        }

        #[test]
        fn no_variance_exceeds_the_largest(field in -30.0_f64..30.0) {
            for unit in NAMES.map(named) {
                let largest = unit.prior().largest_variance();
                prop_assert!(unit.variance(field) <= largest * (1.0 + 1e-14), "{unit}");
            }
        }
    }

    #[test]
    fn a_layer_is_the_sum_over_its_units() {
        let fields: Vec<f64> = (-700..700).map(|i| 0.05 * f64::from(i)).collect();
        for unit in NAMES.map(named) {
            let sum: f64 = fields.iter().map(|&x| unit.log_partition(x)).sum();
            let layer = unit.log_partition_of_layer(&fields);
            // Rounding of 1400 terms.
            assert_relative_eq!(layer, sum, max_relative = 1e-13);
        }
    }

    #[test]
    fn strong_fields_neither_overflow_nor_lose_the_variance() {
        for unit in [Unit::Spin, Unit::Binary] {
            assert_relative_eq!(unit.log_partition(1e4), 1e4);
            assert!(unit.variance(300.0) > 0.0);
            assert_relative_eq!(unit.variance(-20.0), unit.variance(20.0));
        }
        let mean = Unit::Binary.mean(-40.0);
        assert_relative_eq!(mean, (-40.0_f64).exp(), max_relative = 1e-14);
    }

    #[test]
    fn a_rectified_unit_in_a_strong_negative_field_is_exponential() {
        let cumulants = |s: f64| Unit::Rectified.third_and_fourth_cumulant(-s);
        for s in [1e2_f64, 1e5, 1e60] {
            // exp(−s h) has the cumulants (k − 1)!/sᵏ, which h²/2 lowers.
            for (found, (k, factorial)) in cumulants(s).into_iter().zip([(3, 2.0), (4, 6.0)]) {
                let exponential: f64 = factorial * s.powi(-k);
                assert!(found <= exponential * (1.0 + 1e-14));
                // The next term, k(k + 1)/2 in units of s⁻², or a little more.
                assert_relative_eq!(found, exponential, max_relative = 25.0 / (s * s) + 1e-14);
            }
        }
        let (below, above) = (cumulants(3.0 + 1e-9), cumulants(3.0 - 1e-9));
        for (below, above) in below.into_iter().zip(above) {
            // Where the two forms meet: the fields differ by 2e-9.
            assert_relative_eq!(below, above, max_relative = 1e-8);
        }
    }

    #[test]
    fn double_wells_are_between_a_gaussian_unit_and_a_spin() {
        let (single, distant) = (named("double-well:0"), named("double-well:-300"));
        for field in [-2.0, 0.0, 0.3, 5.0] {
            for cumulant in single.third_and_fourth_cumulant(field) {
                // Terms of order field⁴ cancel.
                assert!(cumulant.abs() < 1e-12, "{field} {cumulant}");
            }
            let found = distant.third_and_fourth_cumulant(field / 300.0);
            let spin = Unit::Spin.third_and_fourth_cumulant(field);
            for ((found, expected), power) in found.into_iter().zip(spin).zip([3, 4]) {
                // The wells are of width 1, (1/300)² of their squared distance.
                assert_relative_eq!(found / 300.0_f64.powi(power), expected, epsilon = 1e-3);
            }
        }
    }
}
