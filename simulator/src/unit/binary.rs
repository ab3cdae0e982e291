//! Binary units, 0 or 1.

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Law, many};
use crate::exponential::{exp, sigmoid, softplus_tail};

/// A unit of the values 0 and 1.
///
/// ```text
/// φ(I) = ln(1 + e^I),   A(ρ) = φ(ρ/2)
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Binary;

impl Law for Binary {
    fn name(&self) -> &'static str {
        "binary"
    }

    fn potential(&self, _value: f64) -> f64 {
        0.0
    }

    fn allows(&self, value: f64) -> bool {
        value.total_cmp(&0.0).is_eq() || value.total_cmp(&1.0).is_eq()
    }

    fn two_values(&self) -> Option<[f64; 2]> {
        Some([0.0, 1.0])
    }

    fn cumulant(&self, input: f64) -> f64 {
        input.max(0.0) + softplus_tail(input.abs())
    }

    fn mean(&self, input: f64) -> f64 {
        sigmoid(input)
    }

    fn variance(&self, input: f64) -> f64 {
        let mean = sigmoid(input);
        mean * (1.0 - mean)
    }

    fn log_weight(&self, variance: f64) -> f64 {
        self.cumulant(0.5 * variance)
    }

    fn mean_square(&self, variance: f64) -> f64 {
        sigmoid(0.5 * variance)
    }

    #[inline]
    fn draw(&self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        let uniform: f64 = StandardUniform.sample(rng);
        f64::from(u8::from(uniform < sigmoid(input)))
    }

    /// b = ln(p/(1 − p)) with p = (Σ v + 1/2)/(P + 1): half a sample of either value keeps the bias of a constant variable
    /// finite.
    fn bias(&self) -> Option<fn(f64, f64) -> f64> {
        Some(|sum, rows| ((sum + 0.5) / (rows - sum + 0.5)).ln())
    }

    fn draw_all(&self, inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        many::draw_two_valued([0.0, 1.0], inputs, values, rng);
    }

    fn cumulant_sum(&self, inputs: &[f64], scale: f64) -> f64 {
        many::logarithms(inputs, |input| {
            let input = scale * input;
            (input.max(0.0), exp(-input.abs()))
        })
    }
}
