//! The trapezoid rule for even integrands, with the step that the nearest pole asks for.

use std::f64::consts::{PI, TAU};

/// Errors are of the order exp(−42) = 6e-19 relative to the integral, times a power of the exponent where z² is averaged.
const EXPONENT: f64 = 42.0;

/// A larger value would overflow in products.
const LARGEST_EXPONENT: f64 = 600.0;

/// Largest step for an average over a Gaussian of unit variance.
///
/// Moving the path of integration by c off the real axis shows that the error of step h is at most of the order
/// `exp(c²/2 − 2π c/h)`, for any c smaller than the distance of the nearest `pole` from the axis; this is the step at which the
/// best of these is exp(−42).
pub(super) fn largest_step(pole: f64) -> f64 {
    if pole * pole > 2.0 * EXPONENT {
        PI * (2.0 / EXPONENT).sqrt()
    } else {
        TAU * pole / (EXPONENT + 0.5 * pole * pole)
    }
}

/// ∫ f(x) dx over the line for even functions, those of one pass, that are negligible beyond `reach`.
pub(super) fn even_integrals<const D: usize>(
    step: f64,
    reach: f64,
    mut f: impl FnMut(f64) -> [f64; D],
) -> [f64; D] {
    let mut sums = f(0.0).map(|value| 0.5 * value);
    let mut x = step;
    let mut count = 1.0;
    while x <= reach {
        for (sum, value) in sums.iter_mut().zip(f(x)) {
            *sum += value;
        }
        // A product: a running sum of steps would gather rounding errors.
        count += 1.0;
        x = count * step;
    }
    sums.map(|sum| 2.0 * step * sum)
}

/// Nodes that are computed side by side.
pub(super) const LANES: usize = 4;
/// 0 to [`LANES`] − 1.
pub(super) const LANE_NUMBERS: [f64; LANES] = [0.0, 1.0, 2.0, 3.0];
/// [`LANES`] as a number of steps.
pub(super) const STRIDE: f64 = 4.0;
/// Steps of a [`Ladder`] after which it starts afresh: rounding errors grow as their square, to 1e-14.
pub(super) const RUNGS: usize = 12;

/// exp(a + b x + c x²) at equidistant nodes, [`LANES`] at a time, by multiplications.
pub(super) struct Ladder {
    pub(super) value: [f64; LANES],
    ratio: [f64; LANES],
    bend: f64,
}

impl Ladder {
    /// The values at `first`, `first + step`, … for coefficients a, b, c.
    pub(super) fn new([a, b, c]: [f64; 3], first: f64, step: f64) -> Self {
        let nodes = LANE_NUMBERS.map(|lane| first + lane * step);
        let stride = STRIDE * step;
        Self {
            value: nodes.map(|x| (a + x * (b + c * x)).min(LARGEST_EXPONENT).exp()),
            ratio: nodes.map(|x| (stride * (b + c * (2.0 * x + stride))).exp()),
            bend: (2.0 * c * stride * stride).exp(),
        }
    }

    /// Moves on by [`LANES`] nodes.
    #[inline]
    pub(super) fn advance(&mut self) {
        for (value, ratio) in self.value.iter_mut().zip(&mut self.ratio) {
            *value *= *ratio;
            *ratio *= self.bend;
        }
    }
}

/// The first nodes of each ladder that covers `count` nodes, and its number of steps.
pub(super) fn ladders(count: usize) -> impl Iterator<Item = (usize, usize)> {
    let firsts = (0..count).step_by(LANES * RUNGS);
    firsts.map(move |first| (first, (count - first).div_ceil(LANES).min(RUNGS)))
}

/// (1 + δ) ln(1 + δ) − δ for δ ≥ −1, accurate near 0, where it is δ²/2.
pub(super) fn relative_entropy(delta: f64) -> f64 {
    if delta <= -1.0 {
        return 1.0;
    }
    if delta.abs() > 0.04 {
        return (1.0 + delta) * delta.ln_1p() - delta;
    }
    // Σ_k (−δ)^k/(k (k − 1)), whose eleventh term is below 1e-17 of the first.
    let series = (2..=11)
        .rev()
        .map(f64::from)
        .fold(0.0, |sum, k| (k * (k - 1.0)).recip() - delta * sum);
    delta * delta * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_gaussian_integral_is_exact_at_the_largest_step() {
        let step = largest_step(f64::INFINITY);
        let [norm, variance] = even_integrals(step, 9.0, |z| {
            let density = (-0.5 * z * z).exp() / TAU.sqrt();
            [density, density * z * z]
        });
        // Rounding of a dozen terms.
        assert_relative_eq!(norm, 1.0, max_relative = 1e-14);
        assert_relative_eq!(variance, 1.0, max_relative = 1e-14);
    }

    #[test]
    fn the_relative_entropy_has_no_seam() {
        for delta in [-1.0, -0.999_f64, -0.041, 0.041, 3.0] {
            let direct = if delta > -1.0 {
                (1.0 + delta) * (1.0 + delta).ln() - delta
            } else {
                1.0
            };
            // Rounding of δ relative to δ²/2.
            assert_relative_eq!(relative_entropy(delta), direct, max_relative = 1e-13);
        }
        let [inside, outside] = [0.039_999_999, 0.040_000_001].map(relative_entropy);
        assert_relative_eq!(
            outside - inside,
            2e-9 * 0.04_f64.ln_1p(),
            max_relative = 1e-5
        );
        assert_relative_eq!(relative_entropy(1e-9), 0.5e-18, max_relative = 1e-9);
    }
}
