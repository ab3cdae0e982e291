//! Units of a layer: the law of one unit given its input.
//!
//! Each kind of unit has a file. A new one is a file that implements `Law`, and a variant of [`Unit`] with its line in
//! `Unit::law`, in `Unit::PLAIN` unless it has a parameter, and in `UNKNOWN`.

pub(crate) mod categorical;

mod binary;
mod double_well;
mod gaussian;
mod half_line;
mod law;
mod many;
mod name;
mod rectified;
mod spin;

use rand_xoshiro::Xoshiro256PlusPlus;

use self::binary::Binary;
use self::double_well::DoubleWell;
use self::gaussian::Gaussian;
use self::law::Law;
use self::rectified::Rectified;
use self::spin::Spin;
use crate::error::{Error, Result};

/// The names, in a message about a text that is none of them.
const UNKNOWN: &str = "is no unit: write spin, binary, gaussian, double-well:THETA or relu";

/// A unit x with the weight exp(−U(x)), in the field of its input I.
///
/// ```text
/// p(x | I) = exp(−U(x) + I x − φ(I)),   φ(I) = ln ∫ dx exp(−U(x) + I x)
/// ```
///
/// | unit | values | U | name |
/// | --- | --- | --- | --- |
/// | `Spin` | ±1 | 0 | `spin` |
/// | `Binary` | 0, 1 | 0 | `binary` |
/// | `Gaussian` | real | x²/2 | `gaussian` |
/// | `DoubleWell` | real | x²/2 + θ abs(x) | `double-well:THETA` |
/// | `Rectified` | x ≥ 0 | x²/2 | `relu` |
///
/// A unit is printed as its name, and parsed from it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Unit {
    /// ±1.
    #[default]
    Spin,
    /// 0 or 1.
    Binary,
    /// A real number, Gaussian.
    Gaussian,
    /// A real number in two wells around ±|θ|, Harsh, Tubiana, Cocco & Monasson (2020).
    DoubleWell {
        /// Slope θ ≤ 0 of the potential at 0+.
        theta: f64,
    },
    /// A real number x ≥ 0.
    Rectified,
}

impl Unit {
    /// The units without a parameter: a text is read as the one whose law has that name.
    const PLAIN: [Self; 4] = [Self::Spin, Self::Binary, Self::Gaussian, Self::Rectified];

    /// Asks the law of the unit: the one place where its kind decides.
    ///
    /// Since each arm knows the law, a call in it is direct once it is inlined.
    #[inline]
    pub(crate) fn law<T>(self, ask: impl FnOnce(&dyn Law) -> T) -> T {
        match self {
            Self::Spin => ask(&Spin),
            Self::Binary => ask(&Binary),
            Self::Gaussian => ask(&Gaussian),
            Self::DoubleWell { theta } => ask(&DoubleWell { theta }),
            Self::Rectified => ask(&Rectified),
        }
    }

    /// The unit where its parameters are in their domain.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless θ is finite and at most 0.
    pub fn checked(self) -> Result<Self> {
        self.law(|law| law.check())?;
        Ok(self)
    }

    /// Potential U(x) of a value of the unit; +∞ for a negative one of a rectified unit.
    pub fn potential(self, value: f64) -> f64 {
        self.law(|law| law.potential(value))
    }

    /// Whether the unit can take a value.
    pub fn allows(self, value: f64) -> bool {
        self.law(|law| law.allows(value))
    }

    /// Errs for a value that the unit cannot take.
    pub(crate) fn check_values<'a>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = &'a f64>,
    ) -> Result<()> {
        match values.into_iter().find(|&&value| !self.allows(value)) {
            Some(&value) => Err(Error::OutOfDomain {
                name,
                domain: "of values that its units can take",
                value,
            }),
            None => Ok(()),
        }
    }

    /// Whether the unit takes two values only.
    pub fn is_two_valued(self) -> bool {
        self.two_values().is_some()
    }

    /// The two values of a unit that has no others.
    pub(crate) fn two_values(self) -> Option<[f64; 2]> {
        self.law(|law| law.two_values())
    }

    /// Cumulant generating function φ(I).
    ///
    /// ```text
    /// spin ln 2cosh I,   binary ln(1 + e^I),   gaussian I²/2 + ln √2π,
    /// rectified K(I),   double well ln(e^{K(I − θ)} + e^{K(−I − θ)}),   K(I) = ln ∫_0^∞ dx exp(−x²/2 + I x)
    /// ```
    #[inline]
    pub fn cumulant(self, input: f64) -> f64 {
        self.law(|law| law.cumulant(input))
    }

    /// Mean φ′(I) of the unit given its input.
    #[inline]
    pub fn mean(self, input: f64) -> f64 {
        self.law(|law| law.mean(input))
    }

    /// Variance φ″(I) of the unit given its input.
    pub fn variance(self, input: f64) -> f64 {
        self.law(|law| law.variance(input))
    }

    /// Logarithm of the weight of a unit whose input is Gaussian with the variance ρ, relative to none.
    ///
    /// ```text
    /// A(ρ) = ln E_z exp φ(√ρ z) = ln ∫ dx exp(−U(x) + ρ x²/2)
    /// ```
    ///
    /// +∞ where the integral diverges, for real units at ρ ≥ 1.
    pub fn log_weight(self, variance: f64) -> f64 {
        self.law(|law| law.log_weight(variance))
    }

    /// Mean square ⟨x²⟩ = 2 A′(ρ) of a unit whose input is Gaussian with the variance ρ; +∞ where A is.
    pub fn mean_square(self, variance: f64) -> f64 {
        self.law(|law| law.mean_square(variance))
    }

    /// Draws the unit given its input.
    #[inline]
    pub fn draw(self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        self.law(|law| law.draw(input, rng))
    }

    /// Draws one unit per input; the same as drawing them in order.
    pub(crate) fn draw_all(self, inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        self.law(|law| law.draw_all(inputs, values, rng));
    }

    /// Mean of one unit per input.
    pub(crate) fn mean_all(self, inputs: &[f64], means: &mut [f64]) {
        self.law(|law| law.mean_all(inputs, means));
    }

    /// Σ φ(scale · I) over the inputs.
    pub(crate) fn cumulant_sum(self, inputs: &[f64], scale: f64) -> f64 {
        self.law(|law| law.cumulant_sum(inputs, scale))
    }
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    use std::f64::consts::PI;

    use super::*;
    use crate::statistics::independent_mean;
    use crate::stream::stream;

    const UNITS: [Unit; 6] = [
        Unit::Spin,
        Unit::Binary,
        Unit::Gaussian,
        Unit::DoubleWell { theta: -1.5 },
        Unit::DoubleWell { theta: 0.0 },
        Unit::Rectified,
    ];

    #[test]
    fn the_mean_is_the_slope_of_the_cumulant() {
        for unit in UNITS {
            for input in [-9.0, -4.1, -3.9, -0.3, 0.0, 2.0, 11.0] {
                let h = 1e-4;
                let slope = (unit.cumulant(input + h) - unit.cumulant(input - h)) / (2.0 * h);
                // The third derivative, of order one, times h²/6, and rounding of φ ≈ 100 over h.
                assert_abs_diff_eq!(unit.mean(input), slope, epsilon = 1e-8 + 1e-9);
            }
        }
    }

    #[test]
    fn the_variance_is_the_slope_of_the_mean() {
        for unit in UNITS {
            for input in [-9.0, -4.1, -3.9, -0.3, 0.0, 2.0, 11.0] {
                let h = 1e-4;
                let slope = (unit.mean(input + h) - unit.mean(input - h)) / (2.0 * h);
                // The fourth derivative, up to ten, times h²/6, and rounding over h.
                assert_abs_diff_eq!(unit.variance(input), slope, epsilon = 3e-8);
            }
        }
    }

    #[test]
    fn the_mean_square_is_twice_the_slope_of_the_log_weight() {
        for unit in UNITS {
            for variance in [0.1, 0.5, 0.8] {
                let h = 1e-5;
                let slope = (unit.log_weight(variance + h) - unit.log_weight(variance - h)) / h;
                // The third derivative, up to some hundreds at 0.8 of a double well, times h²/3, and rounding over h.
                assert_relative_eq!(unit.mean_square(variance), slope, max_relative = 1e-7);
            }
        }
    }

    #[test]
    fn the_log_weight_is_a_gaussian_average_of_the_cumulant() {
        for unit in UNITS {
            let variance = 0.4_f64;
            // The trapezoidal rule converges exponentially; the integrand falls off as exp(−0.3 z²).
            let weight = |i: i32| {
                let z = 0.05 * f64::from(i);
                0.05 * (unit.cumulant(variance.sqrt() * z) - 0.5 * z * z).exp() / (2.0 * PI).sqrt()
            };
            let sum: f64 = (-400..=400).map(weight).sum();
            // Rounding of 800 terms.
            assert_relative_eq!(unit.log_weight(variance), sum.ln(), epsilon = 1e-13);
        }
    }

    #[test]
    fn extreme_inputs_stay_finite() {
        assert_relative_eq!(
            Unit::Rectified.cumulant(-1e6),
            -(1e6_f64.ln()),
            max_relative = 1e-12
        );
        assert_relative_eq!(Unit::Rectified.mean(-1e6), 1e-6, max_relative = 1e-10);
        assert_relative_eq!(Unit::Spin.cumulant(-1e6), 1e6);
        let well = Unit::DoubleWell { theta: -20.0 };
        assert_relative_eq!(well.mean(0.0), 0.0);
        assert_relative_eq!(well.mean(3.0), 23.0, max_relative = 1e-12);
        assert!(Unit::Gaussian.log_weight(1.0).is_infinite());
        assert!(Unit::DoubleWell { theta: 0.1 }.checked().is_err());
        assert!(Unit::DoubleWell { theta: f64::NAN }.checked().is_err());
    }

    #[test]
    fn draws_have_the_mean_of_their_law() {
        for (replica, unit) in (0..).zip(UNITS) {
            let mut rng = stream(3, "units", replica);
            for input in [-2.5, -0.4, 0.0, 1.3] {
                let draws: Vec<_> = (0..20_000).map(|_| unit.draw(input, &mut rng)).collect();
                let estimate = independent_mean(&draws).unwrap();
                // 4σ: 24 means exceed it together with probability 0.0015.
                let error = estimate.mean - unit.mean(input);
                assert!(
                    error.abs() < 4.0 * estimate.standard_error,
                    "{unit:?} {input}: {error}"
                );
            }
        }
    }
}
