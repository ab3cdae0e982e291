//! Fields between the sites of their ring.

use std::f64::consts::TAU;

use crate::numerics::count;

/// A field between its sites, by the Fourier sum through them: at i + `shift`, or its derivative there.
pub(super) fn interpolated(w: &[f64], shift: f64, is_derivative: bool) -> Vec<f64> {
    let size = w.len();
    let n = count(size);
    // The response to a weight of 1 at distance d; the highest wave of an even ring has no derivative.
    let kernel = |d: usize| -> f64 {
        let waves = (1..size.div_ceil(2)).map(|k| {
            let q = TAU * count(k) / n;
            let angle = TAU * count(k * d % size) / n + q * shift;
            if is_derivative {
                -2.0 * q * angle.sin()
            } else {
                2.0 * angle.cos()
            }
        });
        let uniform = if is_derivative { 0.0 } else { 1.0 };
        (uniform + waves.sum::<f64>()) / n
    };
    let kernels: Vec<f64> = (0..size).map(kernel).collect();
    (0..size)
        .map(|i| {
            (0..size)
                .map(|j| kernels[(i + size - j) % size] * w[j])
                .sum()
        })
        .collect()
}

/// dw/dx: the change of the weights when the bump moves by a site, without its sign.
pub(super) fn derivative(w: &[f64]) -> Vec<f64> {
    interpolated(w, 0.0, true)
}

/// A bump around `centre` half a site before, made symmetric about its new centre to the last bit, which keeps a search there on
/// the saddle.
pub(super) fn between_sites(w: &[f64], centre: f64) -> Vec<f64> {
    let n = w.len();
    let shifted = interpolated(w, 0.5, false);
    // Site i now holds w(i + 1/2). Twice the old centre is a whole number: a maximum lies on a site or between two.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a centre lies in [0, N)"
    )]
    let twice = (2.0 * centre).round() as usize;
    let mirror = |i: usize| (twice + 2 * n - 1 - i) % n;
    (0..n)
        .map(|i| 0.5 * (shifted[i] + shifted[mirror(i)]))
        .collect()
}
