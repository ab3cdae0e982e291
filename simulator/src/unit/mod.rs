//! Units of a layer: the law of one unit given its input.

pub(crate) mod categorical;
mod many;

use std::f64::consts::{LN_2, PI, SQRT_2};

use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::function::erf::erfc;

use crate::error::{Error, Result, check};
use crate::exponential::{exp, sigmoid, softplus_tail, tanh};

/// A unit x with the weight exp(−U(x)), in the field of its input I.
///
/// ```text
/// p(x | I) = exp(−U(x) + I x − φ(I)),   φ(I) = ln ∫ dx exp(−U(x) + I x)
/// ```
///
/// | unit | values | U |
/// | --- | --- | --- |
/// | `Spin` | ±1 | 0 |
/// | `Binary` | 0, 1 | 0 |
/// | `Gaussian` | real | x²/2 |
/// | `DoubleWell` | real | x²/2 + θ abs(x) |
/// | `Rectified` | x ≥ 0 | x²/2 |
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
    /// The unit where its parameters are in their domain.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless θ is finite and not positive.
    pub fn checked(self) -> Result<Self> {
        if let Self::DoubleWell { theta } = self {
            check("theta", "finite and not positive", theta, |t| t <= 0.0)?;
        }
        Ok(self)
    }

    /// Potential U(x) of a value of the unit; +∞ for a negative one of a rectified unit.
    pub fn potential(self, value: f64) -> f64 {
        match self {
            Self::Spin | Self::Binary => 0.0,
            Self::Rectified if value < 0.0 => f64::INFINITY,
            Self::Gaussian | Self::Rectified => 0.5 * value * value,
            Self::DoubleWell { theta } => 0.5 * value * value + theta * value.abs(),
        }
    }

    /// Whether the unit can take a value.
    pub fn allows(self, value: f64) -> bool {
        match self {
            Self::Spin => value.abs().total_cmp(&1.0).is_eq(),
            Self::Binary => value.total_cmp(&0.0).is_eq() || value.total_cmp(&1.0).is_eq(),
            Self::Gaussian | Self::DoubleWell { .. } => value.is_finite(),
            Self::Rectified => value.is_finite() && value >= 0.0,
        }
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
        matches!(self, Self::Spin | Self::Binary)
    }

    /// The two values of a unit that has no others.
    pub(crate) fn two_values(self) -> Option<[f64; 2]> {
        match self {
            Self::Spin => Some([-1.0, 1.0]),
            Self::Binary => Some([0.0, 1.0]),
            _ => None,
        }
    }

    /// Cumulant generating function φ(I).
    ///
    /// ```text
    /// spin ln 2cosh I,   binary ln(1 + e^I),   gaussian I²/2 + ln √2π,
    /// rectified K(I),   double well ln(e^{K(I − θ)} + e^{K(−I − θ)}),   K(I) = ln ∫_0^∞ dx exp(−x²/2 + I x)
    /// ```
    pub fn cumulant(self, input: f64) -> f64 {
        match self {
            Self::Spin => input.abs() + softplus_tail(2.0 * input.abs()),
            Self::Binary => input.max(0.0) + softplus_tail(input.abs()),
            Self::Gaussian => 0.5 * (input * input + (2.0 * PI).ln()),
            Self::DoubleWell { theta } => {
                let strong = log_half_line(input.abs() - theta);
                let weak = log_half_line(-input.abs() - theta);
                strong + softplus_tail(strong - weak)
            }
            Self::Rectified => log_half_line(input),
        }
    }

    /// Mean φ′(I) of the unit given its input.
    pub fn mean(self, input: f64) -> f64 {
        match self {
            Self::Spin => tanh(input),
            Self::Binary => sigmoid(input),
            Self::Gaussian => input,
            Self::DoubleWell { theta } => {
                let up = right_well(theta, input);
                up * half_line_mean(input - theta) - (1.0 - up) * half_line_mean(-input - theta)
            }
            Self::Rectified => half_line_mean(input),
        }
    }

    /// Variance φ″(I) of the unit given its input.
    pub fn variance(self, input: f64) -> f64 {
        let mean = self.mean(input);
        match self {
            Self::Spin => 1.0 - mean * mean,
            Self::Binary => mean * (1.0 - mean),
            Self::Gaussian => 1.0,
            Self::DoubleWell { theta } => {
                // ⟨x²⟩ = 1 + t ⟨x⟩ on a half line with the input t.
                let square = |input: f64| 1.0 + input * half_line_mean(input);
                let up = right_well(theta, input);
                up * square(input - theta) + (1.0 - up) * square(-input - theta) - mean * mean
            }
            Self::Rectified => 1.0 + (input - mean) * mean,
        }
    }

    /// Logarithm of the weight of a unit whose input is Gaussian with the variance ρ, relative to none.
    ///
    /// ```text
    /// A(ρ) = ln E_z exp φ(√ρ z) = ln ∫ dx exp(−U(x) + ρ x²/2)
    /// ```
    ///
    /// +∞ where the integral diverges, for real units at ρ ≥ 1.
    pub fn log_weight(self, variance: f64) -> f64 {
        let rest = 1.0 - variance;
        match self {
            Self::Spin => LN_2 + 0.5 * variance,
            Self::Binary => Self::Binary.cumulant(0.5 * variance),
            _ if rest <= 0.0 => f64::INFINITY,
            Self::Gaussian => 0.5 * (2.0 * PI / rest).ln(),
            Self::DoubleWell { theta } => {
                LN_2 - 0.5 * rest.ln() + log_half_line(-theta / rest.sqrt())
            }
            Self::Rectified => 0.5 * (2.0 * PI / rest).ln() - LN_2,
        }
    }

    /// Mean square ⟨x²⟩ = 2 A′(ρ) of a unit whose input is Gaussian with the variance ρ; +∞ where A is.
    pub fn mean_square(self, variance: f64) -> f64 {
        let rest = 1.0 - variance;
        match self {
            Self::Spin => 1.0,
            Self::Binary => sigmoid(0.5 * variance),
            _ if rest <= 0.0 => f64::INFINITY,
            Self::Gaussian | Self::Rectified => 1.0 / rest,
            Self::DoubleWell { theta } => {
                // ⟨x²⟩ = 1 + t ⟨x⟩ on the half line with input t, in units of √rest.
                let input = -theta / rest.sqrt();
                (1.0 + input * half_line_mean(input)) / rest
            }
        }
    }

    /// Draws the unit given its input.
    #[inline]
    pub fn draw(self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        match self {
            Self::Spin => {
                let uniform: f64 = StandardUniform.sample(rng);
                if uniform < sigmoid(2.0 * input) {
                    1.0
                } else {
                    -1.0
                }
            }
            Self::Binary => {
                let uniform: f64 = StandardUniform.sample(rng);
                f64::from(u8::from(uniform < sigmoid(input)))
            }
            Self::Gaussian => {
                let noise: f64 = StandardNormal.sample(rng);
                input + noise
            }
            Self::DoubleWell { theta } => {
                let uniform: f64 = StandardUniform.sample(rng);
                if uniform < right_well(theta, input) {
                    draw_half_line(input - theta, rng)
                } else {
                    -draw_half_line(-input - theta, rng)
                }
            }
            Self::Rectified => draw_half_line(input, rng),
        }
    }
}

/// Below this input the half line is treated by a continued fraction: the integral in its closed form would underflow at
/// −38, and the mean lose digits to cancellation.
const FAR: f64 = -4.0;

/// Terms of the continued fraction, enough for rounding errors at t = 4.
const TERMS: u32 = 60;

/// 1/∫ − t for the input −t: the continued fraction 1/(t + 2/(t + 3/(t + …))) of Laplace.
fn far_excess(t: f64) -> f64 {
    let tail = (2..=TERMS)
        .rev()
        .fold(0.0, |tail, k| f64::from(k) / (t + tail));
    1.0 / (t + tail)
}

/// K(I) = ln ∫_0^∞ dx exp(−x²/2 + I x).
fn log_half_line(input: f64) -> f64 {
    if input < FAR {
        -(-input + far_excess(-input)).ln()
    } else {
        0.5 * (input * input + (0.5 * PI).ln()) + erfc(-input / SQRT_2).ln()
    }
}

/// K′(I), the mean of a Gaussian around I that is cut off at 0.
fn half_line_mean(input: f64) -> f64 {
    if input < FAR {
        far_excess(-input)
    } else {
        input + exp(-0.5 * input * input) * (2.0 / PI).sqrt() / erfc(-input / SQRT_2)
    }
}

/// Probability that a double well is in its right half.
fn right_well(theta: f64, input: f64) -> f64 {
    sigmoid(log_half_line(input - theta) - log_half_line(-input - theta))
}

/// Draws a Gaussian around `input` of variance 1, cut off at 0.
///
/// For a negative input by rejection from an exponential law of the best rate (Robert, Stat. Comput. 5, 121 (1995)).
fn draw_half_line(input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    if input >= 0.0 {
        loop {
            let noise: f64 = StandardNormal.sample(rng);
            if input + noise >= 0.0 {
                return input + noise;
            }
        }
    }
    let rate = 0.5 * (-input + (input * input + 4.0).sqrt());
    loop {
        let step: f64 = Exp1.sample(rng);
        let x = step / rate;
        let uniform: f64 = StandardUniform.sample(rng);
        if uniform <= exp(-0.5 * (x - input - rate).powi(2)) {
            return x;
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};

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
            // The error function is good to about 1e-12.
            assert_relative_eq!(unit.log_weight(variance), sum.ln(), epsilon = 1e-11);
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
