//! Counts as real numbers, and sums over slices.

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
pub(crate) fn as_float(count: usize) -> f64 {
    count as f64
}

/// Sum of `x_i` `y_i`.
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Root of the sum of `x_i`².
pub(crate) fn norm(x: &[f64]) -> f64 {
    dot(x, x).sqrt()
}

/// Lanes of [`wide_dot`]: four registers of two numbers hide the latency of an addition.
const LANES: usize = 8;

/// Sum of `x_i` `y_i` of long slices in eight partial sums, at the speed of memory.
pub(crate) fn wide_dot(x: &[f64], y: &[f64]) -> f64 {
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (x, y) in x.iter().zip(y) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f64>() + dot(x_rest, y_rest)
}

/// x += factor · y.
pub(crate) fn add_scaled(x: &mut [f64], factor: f64, y: &[f64]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += factor * y;
    }
}
