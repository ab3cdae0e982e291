//! Double-well units: real numbers around ±|θ|.

use std::f64::consts::LN_2;

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Law, half_line};
use crate::error::{Result, check};
use crate::exponential::{sigmoid, softplus_tail};

/// A real number in the potential x²/2 + θ |x|, θ ≤ 0.
///
/// ```text
/// φ(I) = ln(e^{K(I − θ)} + e^{K(−I − θ)}),   A(ρ) = ln 2 − ln √(1 − ρ) + K(−θ/√(1 − ρ))
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct DoubleWell {
    /// θ.
    pub(super) theta: f64,
}

impl DoubleWell {
    pub(super) const NAME: &str = "double-well";

    /// Probability of x > 0.
    fn right(self, input: f64) -> f64 {
        let [right, left] = [input, -input].map(|i| half_line::log_integral(i - self.theta));
        sigmoid(right - left)
    }
}

/// ⟨x²⟩ = 1 + t ⟨x⟩ on a half line with the input t.
fn square(input: f64) -> f64 {
    1.0 + input * half_line::mean(input)
}

impl Law for DoubleWell {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn parameter(&self) -> Option<f64> {
        Some(self.theta)
    }

    fn check(&self) -> Result<()> {
        check("theta", "finite and at most 0", self.theta, |t| t <= 0.0)?;
        Ok(())
    }

    fn potential(&self, value: f64) -> f64 {
        0.5 * value * value + self.theta * value.abs()
    }

    fn allows(&self, value: f64) -> bool {
        value.is_finite()
    }

    fn cumulant(&self, input: f64) -> f64 {
        let strong = half_line::log_integral(input.abs() - self.theta);
        let weak = half_line::log_integral(-input.abs() - self.theta);
        strong + softplus_tail(strong - weak)
    }

    fn mean(&self, input: f64) -> f64 {
        let (theta, right) = (self.theta, self.right(input));
        right * half_line::mean(input - theta) - (1.0 - right) * half_line::mean(-input - theta)
    }

    fn variance(&self, input: f64) -> f64 {
        let (theta, mean, right) = (self.theta, self.mean(input), self.right(input));
        right * square(input - theta) + (1.0 - right) * square(-input - theta) - mean * mean
    }

    fn log_weight(&self, variance: f64) -> f64 {
        let rest = 1.0 - variance;
        if rest <= 0.0 {
            return f64::INFINITY;
        }
        LN_2 - 0.5 * rest.ln() + half_line::log_integral(-self.theta / rest.sqrt())
    }

    fn mean_square(&self, variance: f64) -> f64 {
        let rest = 1.0 - variance;
        if rest <= 0.0 {
            return f64::INFINITY;
        }
        // In units of √(1 − ρ).
        square(-self.theta / rest.sqrt()) / rest
    }

    #[inline]
    fn draw(&self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        let uniform: f64 = StandardUniform.sample(rng);
        if uniform < self.right(input) {
            half_line::draw(input - self.theta, rng)
        } else {
            -half_line::draw(-input - self.theta, rng)
        }
    }
}
