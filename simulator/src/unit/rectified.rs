//! Rectified units, x ≥ 0.

use std::f64::consts::LN_2;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::gaussian::Gaussian;
use super::{Law, half_line};

/// A real number x ≥ 0 in the potential x²/2.
///
/// ```text
/// φ(I) = K(I),   A(ρ) = ln √(2π/(1 − ρ)) − ln 2
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Rectified;

impl Law for Rectified {
    fn name(&self) -> &'static str {
        "relu"
    }

    fn potential(&self, value: f64) -> f64 {
        if value < 0.0 {
            f64::INFINITY
        } else {
            0.5 * value * value
        }
    }

    fn allows(&self, value: f64) -> bool {
        value.is_finite() && value >= 0.0
    }

    fn cumulant(&self, input: f64) -> f64 {
        half_line::log_integral(input)
    }

    fn mean(&self, input: f64) -> f64 {
        half_line::mean(input)
    }

    fn variance(&self, input: f64) -> f64 {
        let mean = half_line::mean(input);
        1.0 + (input - mean) * mean
    }

    fn log_weight(&self, variance: f64) -> f64 {
        // Half of an even integral.
        Gaussian.log_weight(variance) - LN_2
    }

    fn mean_square(&self, variance: f64) -> f64 {
        Gaussian.mean_square(variance)
    }

    #[inline]
    fn draw(&self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        half_line::draw(input, rng)
    }
}
