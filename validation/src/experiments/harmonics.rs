//! Fourier modes of weights on a ring.

use std::f64::consts::TAU;

use crate::comparison::as_float;

/// `Σ_j w_j exp(2πi k j/N)`, real and imaginary part.
pub(super) fn harmonic(weights: &[f64], k: usize) -> (f64, f64) {
    let units = as_float(weights.len());
    weights
        .iter()
        .enumerate()
        .fold((0.0, 0.0), |(re, im), (j, w)| {
            let (sin, cos) = (TAU * as_float(k * j % weights.len()) / units).sin_cos();
            (re + w * cos, im + w * sin)
        })
}
