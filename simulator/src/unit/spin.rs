//! Spins ±1.

use std::f64::consts::LN_2;

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Law, many};
use crate::exponential::{exp, log_two_cosh, sigmoid, tanh};

/// A unit of the values ±1.
///
/// ```text
/// φ(I) = ln 2cosh I,   A(ρ) = ln 2 + ρ/2
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Spin;

impl Law for Spin {
    fn name(&self) -> &'static str {
        "spin"
    }

    fn potential(&self, _value: f64) -> f64 {
        0.0
    }

    fn allows(&self, value: f64) -> bool {
        value.abs().total_cmp(&1.0).is_eq()
    }

    fn two_values(&self) -> Option<[f64; 2]> {
        Some([-1.0, 1.0])
    }

    fn cumulant(&self, input: f64) -> f64 {
        log_two_cosh(input)
    }

    fn mean(&self, input: f64) -> f64 {
        tanh(input)
    }

    fn variance(&self, input: f64) -> f64 {
        let mean = tanh(input);
        1.0 - mean * mean
    }

    fn log_weight(&self, variance: f64) -> f64 {
        LN_2 + 0.5 * variance
    }

    fn mean_square(&self, _variance: f64) -> f64 {
        1.0
    }

    #[inline]
    fn draw(&self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        let uniform: f64 = StandardUniform.sample(rng);
        if uniform < sigmoid(2.0 * input) {
            1.0
        } else {
            -1.0
        }
    }

    /// b = artanh(Σ v/(P + 1)): half a sample of either value keeps the bias of a constant variable finite.
    fn bias(&self) -> Option<fn(f64, f64) -> f64> {
        Some(|sum, rows| (sum / (rows + 1.0)).atanh())
    }

    fn draw_all(&self, inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        many::draw_two_valued([-1.0, 1.0], inputs, values, rng);
    }

    fn cumulant_sum(&self, inputs: &[f64], scale: f64) -> f64 {
        many::logarithms(inputs, |input| {
            let size = (scale * input).abs();
            (size, exp(-2.0 * size))
        })
    }
}
