//! Mean of the largest eigenvalue of noise with one spike, from far below the threshold to far above it.

use std::f64::consts::PI;
use std::sync::OnceLock;

use super::crossover::{CELLS, integrate};
use crate::numerics::count;

/// Where the integration over x begins and ends, and its step: the law of a spike of strength −4, mean 16 and standard deviation 4, ends before, and
/// noise lies below −12 with probability 1e-30.
const RANGE: [f64; 2] = [40.0, -12.0];
const STEP: f64 = 0.02;

/// Strengths between which the mean is integrated; beyond them it is expanded.
const EXPANDED_BELOW: f64 = -4.0;
const EXPANDED_ABOVE: f64 = 20.0;

/// The mean M(w) of the largest eigenvalue at strength w and its slope, in the scale of [`Crossover`](super::Crossover).
///
/// ```text
/// M(w) = x₀ − ∫ F(x, w) dx  from −∞ to x₀,   F(x₀, w) = 1
/// w → −∞ :  M = w² − 1/(2w),        w → ∞ :  M = E TW₁ + 1/w
/// ```
///
/// The first limit follows from the equation of F integrated over x, `1 − 2M'' − E[λ²]'/2 + w²M' = 0`, for a Gaussian of mean M and variance 4|w|
/// (own). In the second one the wall of strength w acts as if it were 1/w further in.
///
/// # References
/// Bloemendal & Virág, Probab. Theory Relat. Fields 156, 795 (2013), theorem 1.7, for F.
pub(super) fn mean_of_largest(w: f64) -> (f64, f64) {
    if w <= EXPANDED_BELOW {
        return (w * w - 0.5 / w, 2.0 * w + 0.5 / (w * w));
    }
    if w >= EXPANDED_ABOVE {
        let (noise, _) = integrated(EXPANDED_ABOVE);
        return (noise - 1.0 / EXPANDED_ABOVE + 1.0 / w, -1.0 / (w * w));
    }
    integrated(w)
}

/// By interpolation between the cells of the angle.
fn integrated(w: f64) -> (f64, f64) {
    static MEANS: OnceLock<Vec<f64>> = OnceLock::new();
    let means = MEANS.get_or_init(means);
    let h = PI / count(CELLS);
    let place = f64::atan2(1.0, -w) / h;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and CELLS"
    )]
    let cell = (place as usize).clamp(1, CELLS - 2);
    let part = place - count(cell);
    let between =
        |value: &dyn Fn(usize) -> f64| value(cell) * (1.0 - part) + value(cell + 1) * part;
    // dw/dθ = 1/sin² θ.
    let slope = |k: usize| {
        let sine = (h * count(k)).sin();
        0.5 * (means[k + 1] - means[k - 1]) / h * sine * sine
    };
    (between(&|k| means[k]), between(&slope))
}

/// M at the cells of the angle, by the trapezoidal rule in x.
fn means() -> Vec<f64> {
    let [from, end] = RANGE;
    let step = (from - end) / ((from - end) / STEP).ceil();
    // The first row, half of which counts, is 1 wherever the mean is used; the last is 0.
    let mut mean = vec![from - 0.5 * step; CELLS + 1];
    integrate(RANGE, STEP, |row| {
        for (mean, below) in mean.iter_mut().zip(row) {
            *mean -= step * below;
        }
    });
    mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::TRACY_WIDOM_MEAN;
    use approx::assert_abs_diff_eq;

    #[test]
    fn without_a_spike_the_mean_is_that_of_the_tracy_widom_law() {
        // Second order in cells and steps.
        let (mean, slope) = mean_of_largest(1e9);
        assert_abs_diff_eq!(mean, TRACY_WIDOM_MEAN, epsilon = 2e-3);
        assert_abs_diff_eq!(slope, 0.0, epsilon = 1e-15);
    }

    #[test]
    fn integration_and_expansions_meet() {
        for (w, epsilon) in [(EXPANDED_BELOW, 0.03), (EXPANDED_ABOVE, 2e-3)] {
            let [below, above] = [w * (1.0 - 1e-9), w * (1.0 + 1e-9)].map(mean_of_largest);
            assert_abs_diff_eq!(below.0, above.0, epsilon = epsilon);
            assert_abs_diff_eq!(below.1, above.1, epsilon = epsilon);
        }
    }

    #[test]
    fn the_slope_is_that_of_the_mean() {
        for w in [-3.5, -1.0, 0.0, 0.7, 5.0] {
            let [low, high] = [w - 0.05, w + 0.05].map(|w| mean_of_largest(w).0);
            // The mean is linear between cells of 0.005 (1 + w²) in w, and its second derivative is at most 2.
            let cell = 0.005 * (1.0 + w * w);
            assert_abs_diff_eq!(
                mean_of_largest(w).1,
                (high - low) / 0.1,
                epsilon = 1e-3 + cell
            );
        }
    }
}
