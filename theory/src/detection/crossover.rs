//! The largest eigenvalue of noise with one spike, from far below the threshold to far above it.

use statrs::distribution::{ContinuousCDF, Normal};
use std::f64::consts::PI;

use super::tracy_widom::tracy_widom_quantile;
use crate::error::{Error, Result};
use crate::numerics::count;

/// Cells of the angle, and step in x.
pub(super) const CELLS: usize = 600;
const STEP: f64 = 0.005;

/// Where the integration begins: noise exceeds it with probability 1e-11.
const START: f64 = 10.0;

/// Probability that the largest eigenvalue exceeds the critical point of a test, against the strength of a spike.
///
/// ```text
/// ∂F/∂x + (2/β) ∂²F/∂w² + (x − w²) ∂F/∂w = 0,   β = 1,
/// F → 1 for x, w → ∞,   F → 0 for w → −∞
/// ```
///
/// F(x, w) is the probability that the largest eigenvalue, measured from the edge of the bulk in its Tracy–Widom scale, lies below x. The
/// strength w is +∞ without a spike, where F is the Tracy–Widom law, 0 at the threshold and negative above it: for w → −∞ the
/// eigenvalue is Gaussian with mean w² and variance 4|w|.
///
/// # References
/// Bloemendal & Virág, Probab. Theory Relat. Fields 156, 795 (2013), theorem 1.7.
#[derive(Debug, Clone)]
pub struct Crossover {
    critical: f64,
    /// F(critical, w) at w = −cot θ for θ = 0, π/n, …, π.
    below: Vec<f64>,
}

impl Crossover {
    /// The curve of a test whose false alarms have probability `level`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `level` is between 1e-10 and 0.1.
    pub fn new(level: f64) -> Result<Self> {
        if !(1e-10..=0.1).contains(&level) {
            return Err(Error::OutOfDomain {
                name: "level",
                domain: "1e-10 to 0.1",
                value: level,
            });
        }
        let critical = tracy_widom_quantile(level)?;
        Ok(Self {
            critical,
            below: integrate([START, critical], STEP, |_| {}),
        })
    }

    /// The critical point: the eigenvalue counts as seen above it.
    pub fn critical(&self) -> f64 {
        self.critical
    }

    /// Probability that the largest eigenvalue exceeds the critical point at strength `w`; `w` may be infinite.
    pub fn tail(&self, w: f64) -> f64 {
        // cot θ = −w with θ in [0, π].
        let theta = if w.is_infinite() {
            if w > 0.0 { PI } else { 0.0 }
        } else {
            f64::atan2(1.0, -w)
        };
        let place = theta / PI * count(CELLS);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and CELLS"
        )]
        let cell = (place as usize).min(CELLS - 1);
        let part = place - count(cell);
        let below = self.below[cell] * (1.0 - part) + self.below[cell + 1] * part;
        (1.0 - below).clamp(0.0, 1.0)
    }
}

/// F at x = `end`, from x = `from` down in steps of about `step`, at w = −cot θ for [`CELLS`] equal steps of θ from 0 to π; `each` sees every row
/// but the first:
///
/// ```text
/// −∂F/∂x = 2 sin⁴θ F_θθ + (4 sin³θ cos θ + x sin²θ − cos²θ) F_θ
/// ```
///
/// by Crank and Nicolson's scheme with central differences. F = 0 at θ = 0; at θ = π the characteristics leave the interval.
pub(super) fn integrate(
    [from, end]: [f64; 2],
    step: f64,
    mut each: impl FnMut(&[f64]),
) -> Vec<f64> {
    let h = PI / count(CELLS);
    let angles: Vec<f64> = (0..=CELLS).map(|k| h * count(k)).collect();
    let mut f: Vec<f64> = angles.iter().map(|&theta| start(from, theta)).collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive and below 1e4"
    )]
    let steps = ((from - end) / step).ceil().max(1.0) as usize;
    let step = (from - end) / count(steps);
    let circle: Vec<(f64, f64)> = angles.iter().map(|theta| theta.sin_cos()).collect();
    // Lower, middle and upper coefficient of the right side at x.
    let operator = |x: f64, k: usize| -> [f64; 3] {
        let (sine, cosine) = circle[k];
        let diffusion = 2.0 * sine.powi(4) / (h * h);
        let drift = 4.0 * sine.powi(3) * cosine + x * sine * sine - cosine * cosine;
        if k == CELLS {
            return [-drift / h, drift / h, 0.0];
        }
        let half = 0.5 * drift / h;
        [diffusion - half, -2.0 * diffusion, diffusion + half]
    };
    for index in 0..steps {
        let x = from - step * count(index);
        let mut right = vec![0.0; CELLS + 1];
        for k in 1..=CELLS {
            let [lower, middle, upper] = operator(x, k);
            let above = if k < CELLS { f[k + 1] } else { 0.0 };
            right[k] = f[k] + 0.5 * step * (lower * f[k - 1] + middle * f[k] + upper * above);
        }
        f = tridiagonal(right, |k| {
            if k == 0 {
                return [0.0, 1.0, 0.0];
            }
            let [lower, middle, upper] = operator(x - step, k);
            [
                -0.5 * step * lower,
                1.0 - 0.5 * step * middle,
                -0.5 * step * upper,
            ]
        });
        each(&f);
    }
    f
}

/// F far out in x.
fn start(x: f64, theta: f64) -> f64 {
    if theta >= 0.5 * PI {
        return 1.0;
    }
    if theta <= 0.0 {
        return 0.0;
    }
    let strength = 1.0 / theta.tan();
    let excess = (x - strength * strength) / (2.0 * strength.sqrt());
    Normal::standard().cdf(excess)
}

/// Solution of a tridiagonal system with the rows `[lower, middle, upper]`.
fn tridiagonal(mut right: Vec<f64>, row: impl Fn(usize) -> [f64; 3]) -> Vec<f64> {
    let mut ratio = vec![0.0; right.len()];
    for k in 0..right.len() {
        let [lower, middle, upper] = row(k);
        let (before, value) = if k > 0 {
            (ratio[k - 1], right[k - 1])
        } else {
            (0.0, 0.0)
        };
        let pivot = middle - lower * before;
        ratio[k] = upper / pivot;
        right[k] = (right[k] - lower * value) / pivot;
    }
    for k in (0..right.len() - 1).rev() {
        right[k] -= ratio[k] * right[k + 1];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn without_a_spike_it_is_the_level_of_the_determinant() {
        for level in [0.1, 0.05, 0.01, 1e-4] {
            let crossover = Crossover::new(level).unwrap();
            // Second order in cells and steps: 3e-3 of the level remains.
            assert_relative_eq!(
                crossover.tail(f64::INFINITY),
                level,
                max_relative = 5e-3,
                epsilon = 1e-6
            );
        }
    }

    #[test]
    fn a_stronger_spike_is_seen_more_often() {
        let crossover = Crossover::new(0.01).unwrap();
        let tails = [
            f64::INFINITY,
            3.0,
            1.0,
            0.0,
            -1.0,
            -2.0,
            -4.0,
            f64::NEG_INFINITY,
        ];
        let tails = tails.map(|w| crossover.tail(w));
        assert!(tails.is_sorted(), "{tails:?}");
        assert_relative_eq!(tails[7], 1.0);
    }

    #[test]
    fn far_above_the_threshold_it_is_gaussian() {
        let crossover = Crossover::new(1e-6).unwrap();
        // At a critical point of 8.5, strengths around its root 2.9: mean w² and variance 4|w|, up to a skewness of order |w|^(−3/2).
        let t = crossover.critical();
        for excess in [-1.0, 0.0, 1.0] {
            let w = t.sqrt() + excess / t.powf(0.25);
            let gaussian = Normal::standard().cdf((w * w - t) / (2.0 * w.sqrt()));
            assert_relative_eq!(crossover.tail(-w), gaussian, epsilon = 0.06);
        }
    }
}
