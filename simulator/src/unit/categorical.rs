//! One-hot units: groups of p entries of which exactly one is 1 and the others 0.
//!
//! Given the inputs `I_a` of its entries a group is in state a with the probability `e^{I_a}/Σ_b e^{I_b}`.

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::exponential::exp;

/// Draws the state of one group.
pub(crate) fn draw(inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
    let total = weights(inputs, values);
    let uniform: f64 = StandardUniform.sample(rng);
    let mut rest = uniform * total;
    let state = values.iter().position(|weight| {
        rest -= weight;
        rest < 0.0
    });
    values.fill(0.0);
    // Rounding may leave a rest at the end.
    values[state.unwrap_or(inputs.len() - 1)] = 1.0;
}

/// Probabilities of the states of one group.
pub(crate) fn means(inputs: &[f64], means: &mut [f64]) {
    let total = weights(inputs, means);
    for mean in means {
        *mean /= total;
    }
}

/// ln `Σ_a exp(scale·I_a)`.
pub(crate) fn cumulant(inputs: &[f64], scale: f64) -> f64 {
    let largest = largest(inputs, scale);
    let total: f64 = inputs.iter().map(|i| exp(scale * i - largest)).sum();
    largest + total.ln()
}

/// Whether exactly one entry is 1 and the others are 0.
pub(crate) fn is_one_hot(values: &[f64]) -> bool {
    let is = |value: f64| move |x: &&f64| x.total_cmp(&value).is_eq();
    let (ones, zeros) = (values.iter().filter(is(1.0)), values.iter().filter(is(0.0)));
    ones.count() == 1 && zeros.count() == values.len() - 1
}

/// Weights relative to the largest; returns their sum.
fn weights(inputs: &[f64], weights: &mut [f64]) -> f64 {
    let largest = largest(inputs, 1.0);
    let mut total = 0.0;
    for (weight, input) in weights.iter_mut().zip(inputs) {
        *weight = exp(input - largest);
        total += *weight;
    }
    total
}

fn largest(inputs: &[f64], scale: f64) -> f64 {
    let scaled = inputs.iter().map(|i| scale * i);
    scaled.fold(f64::NEG_INFINITY, f64::max)
}
