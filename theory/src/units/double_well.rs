//! Real units with two wells.

use super::UnitPrior;
use super::half_line::HalfLine;
use crate::error::{Result, check};

/// A real unit of potential U = h²/2 + θ|h| with θ ≤ 0: wells at ±|θ| with a cusp between them.
///
/// ```text
/// exp φ(a, b) = J(1 + a, −θ + b) + J(1 + a, −θ − b),   J(p, c) = ∫₀^∞ exp(c x − p x²/2) dx
/// ```
///
/// θ = 0 is a Gaussian unit. For θ → −∞ the unit, in units of |θ|, becomes a spin: φ(0, b/|θ|) − φ(0, 0) → ln cosh b. The
/// integral diverges for a ≤ −1.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), the real-valued hidden units of section 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoubleWell {
    threshold: f64,
}

impl DoubleWell {
    /// A unit with θ = `threshold`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `threshold` is finite and not positive.
    pub fn new(threshold: f64) -> Result<Self> {
        let threshold = check("threshold", "at most 0 and finite", threshold, |x| x <= 0.0)?;
        Ok(Self { threshold })
    }

    /// The parameter θ.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The laws of h on the side of the field and of −h on the other.
    fn sides(self, precision: f64, field: f64) -> [HalfLine; 2] {
        [field.abs(), -field.abs()].map(|b| HalfLine::new(1.0 + precision, b - self.threshold))
    }
}

/// exp(J₋ − J₊): the odds of the side against the field.
fn odds([along, against]: [HalfLine; 2]) -> f64 {
    (against.log_weight - along.log_weight).exp()
}

impl UnitPrior for DoubleWell {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        if precision <= -1.0 {
            return f64::INFINITY;
        }
        let sides = self.sides(precision, field);
        sides[0].log_weight + odds(sides).ln_1p()
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        self.mean_and_variance(precision, field)[0]
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        self.mean_and_variance(precision, field)[1]
    }

    fn mean_and_variance(&self, precision: f64, field: f64) -> [f64; 2] {
        if precision <= -1.0 {
            return [f64::INFINITY.copysign(field), f64::INFINITY];
        }
        let sides = self.sides(precision, field);
        let [along, against] = sides;
        let odds = odds(sides);
        let mean = (along.mean - odds * against.mean) / (1.0 + odds);
        let within = (along.variance + odds * against.variance) / (1.0 + odds);
        let between = odds * ((along.mean + against.mean) / (1.0 + odds)).powi(2);
        [mean.copysign(field), within + between]
    }
}
