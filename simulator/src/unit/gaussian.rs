//! Gaussian units.

use std::f64::consts::PI;

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Law;

/// A real number in the potential x²/2.
///
/// ```text
/// φ(I) = I²/2 + ln √2π,   A(ρ) = ln √(2π/(1 − ρ))
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Gaussian;

impl Law for Gaussian {
    fn name(&self) -> &'static str {
        "gaussian"
    }

    fn potential(&self, value: f64) -> f64 {
        0.5 * value * value
    }

    fn allows(&self, value: f64) -> bool {
        value.is_finite()
    }

    fn cumulant(&self, input: f64) -> f64 {
        0.5 * (input * input + (2.0 * PI).ln())
    }

    fn mean(&self, input: f64) -> f64 {
        input
    }

    fn variance(&self, _input: f64) -> f64 {
        1.0
    }

    fn log_weight(&self, variance: f64) -> f64 {
        let rest = 1.0 - variance;
        if rest <= 0.0 {
            return f64::INFINITY;
        }
        0.5 * (2.0 * PI / rest).ln()
    }

    fn mean_square(&self, variance: f64) -> f64 {
        let rest = 1.0 - variance;
        if rest <= 0.0 {
            return f64::INFINITY;
        }
        1.0 / rest
    }

    #[inline]
    fn draw(&self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        let noise: f64 = StandardNormal.sample(rng);
        input + noise
    }

    /// b = Σ v/P.
    fn bias(&self) -> Option<fn(f64, f64) -> f64> {
        Some(|sum, rows| sum / rows)
    }
}
