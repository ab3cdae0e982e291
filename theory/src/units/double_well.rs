//! Real units with two wells.

use super::half_line::{HalfLine, third_and_fourth_cumulant};
use super::{MachineUnit, UnitPrior};
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
    pub(super) const NAME: &str = "double-well";

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

impl MachineUnit for DoubleWell {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    /// Those of a mixture of two laws of weights p and q, whose means are d apart:
    ///
    /// ```text
    /// φ''' = p T₊ − q T₋ + pq [3d (V₊ − V₋) + (q − p) d³]
    /// φ'''' = p Q₊ + q Q₋ + pq [4d (T₊ + T₋) + 3 (V₊ − V₋)² + 6 (q − p) d² (V₊ − V₋) + (1 − 6pq) d⁴]
    /// ```
    ///
    /// where V, T and Q are the variance, third and fourth cumulant of h on the side of the field and of −h on the other.
    fn third_and_fourth_cumulant(&self, field: f64) -> [f64; 2] {
        let sides = self.sides(0.0, field);
        let odds = odds(sides);
        let (p, q) = (1.0 / (1.0 + odds), odds / (1.0 + odds));
        let [[third, fourth], [third_against, fourth_against]] =
            [field.abs(), -field.abs()].map(|b| third_and_fourth_cumulant(b - self.threshold));
        let distance = sides[0].mean + sides[1].mean;
        let excess = sides[0].variance - sides[1].variance;
        let (square, tilt) = (distance * distance, q - p);
        let odd = distance * (3.0 * excess + tilt * square);
        let even = 4.0 * distance * (third + third_against)
            + 3.0 * excess * excess
            + square * (6.0 * tilt * excess + (1.0 - 6.0 * p * q) * square);
        let third = p * third - q * third_against + p * q * odd;
        [
            if field < 0.0 { -third } else { third },
            p * fourth + q * fourth_against + p * q * even,
        ]
    }

    /// That without a field: the potential is even and its slope convex for h > 0, so that φ''' never has the sign of the field
    /// (Ellis, Monroe & Newman, Commun. Math. Phys. 46, 167 (1976)).
    fn largest_variance(&self) -> f64 {
        self.variance(0.0, 0.0)
    }
}
