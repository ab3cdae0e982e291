//! A spin in a Gaussian field: the averages that replica-symmetric equations are made of.
//!
//! Both rules are trapezoid sums, exact up to rounding: the error of a step h falls as `exp(−2π d/h)` with d the distance of
//! the nearest pole, π/2 for a function of tanh. A narrow field is averaged in its own units, z. A wide one is averaged over
//! the field itself, where tanh and ln 2cosh differ from smooth functions of known average only near 0, so that any low
//! temperature costs the same.

mod centred;

pub use centred::{centred_averages, centred_log_cosh};

use std::f64::consts::{FRAC_2_PI, PI, SQRT_2, TAU};
use std::sync::LazyLock;

use libm::{erf, erfc};

use crate::numerics::ln_2cosh;

/// Standard deviation from which on the sum runs over the field.
const WIDE: f64 = 2.0;
/// Gaussian weights beyond this many standard deviations are below rounding: `exp(−8.6²/2)` = 9e-17.
const REACH: f64 = 8.6;
/// Step along a wide field: `exp(−π²/h)` = 3e-20, times `(2π/h)³/6` = 4e3 for the fourth-order pole of sech⁴.
const STEP: f64 = 0.22;
/// Nodes on one side of a wide field: at 20 the functions summed there, of order `exp(−2 · 20)`, are below rounding.
const NODES: i32 = 91;
/// Variance of the Gaussian that rounds off sgn H to `erf(√π H/2)`, which has the slope of tanh H at 0.
const ROUNDING: f64 = FRAC_2_PI;

/// Averages over a Gaussian field H of functions of a spin.
///
/// ```text
/// H = a + √S z,   E f = E_z f(H)
/// ```
///
/// with a the mean and S the variance of the field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldAverages {
    /// `E tanh H`, in (−1, 1): the magnetization.
    pub tanh: f64,
    /// `E tanh² H`, in [0, 1): the overlap of two replicas.
    pub tanh2: f64,
    /// `E sech² H` = 1 − `E tanh² H`, in (0, 1], without cancellation: the susceptibility.
    pub sech2: f64,
    /// `E tanh H sech² H` = −½ ∂`E sech² H`/∂a.
    pub tanh_sech2: f64,
    /// `E sech⁴ H`, in (0, 1]: what the stability against replica-symmetry breaking asks for.
    pub sech4: f64,
    /// `E[3 sech⁴ H − 2 sech² H]` = ∂`E tanh² H`/∂S, without cancellation.
    pub overlap_slope: f64,
}

/// The averages over a field of the given mean and variance, to 1e-15.
///
/// Derivatives follow from the averages themselves (Stein's lemma): `∂E tanh/∂a = E sech²`, `∂E tanh/∂S = −E tanh sech²`,
/// `∂E sech²/∂a = −2 E tanh sech²`, `∂E tanh²/∂S = E[3 sech⁴ − 2 sech²]`.
///
/// A variance below zero counts as zero; arguments that are not finite give averages that are not.
///
/// ```
/// # use saddlepoint_theory::replica::field::field_averages;
/// let overlap = field_averages(0.0, 1.0).tanh2;
/// assert!((overlap - 0.394_294_490_397_841).abs() < 1e-14);
/// ```
pub fn field_averages(mean: f64, variance: f64) -> FieldAverages {
    if variance < WIDE * WIDE {
        let [tanh, tanh2, sech2, tanh_sech2, sech4] = narrow(mean, variance, |h| {
            let tanh = h.tanh();
            let y = (-2.0 * h.abs()).exp();
            let sech2 = 4.0 * y / ((1.0 + y) * (1.0 + y));
            [tanh, tanh * tanh, sech2, tanh * sech2, sech2 * sech2]
        });
        return FieldAverages {
            tanh,
            tanh2,
            sech2,
            tanh_sech2,
            sech4,
            overlap_slope: 3.0 * sech4 - 2.0 * sech2,
        };
    }
    let sums = wide(mean, variance);
    let [sech2, sech4, _] = sums.even;
    let [excess, tanh_sech2] = sums.odd;
    FieldAverages {
        tanh: erf(mean / (2.0 * (variance + ROUNDING)).sqrt()) + excess,
        tanh2: 1.0 - sech2,
        sech2,
        tanh_sech2,
        sech4,
        overlap_slope: sums.bend,
    }
}

/// `E ln 2cosh H` over a field of the given mean and variance, to 1e-15 of its value.
///
/// For a wide field ln 2cosh H is compared with `E|H + η|`, η a Gaussian of variance 2/π, whose average is that of |H| with the
/// variances added.
pub fn log_cosh_average(mean: f64, variance: f64) -> f64 {
    if variance < WIDE * WIDE {
        let [average] = narrow(mean, variance, |h| [ln_2cosh(h)]);
        return average;
    }
    let [_, _, excess] = wide(mean, variance).even;
    let width = (variance + ROUNDING).sqrt();
    let t = mean / width;
    mean * erf(t / SQRT_2) + width * FRAC_2_PI.sqrt() * (-0.5 * t * t).exp() + excess
}

/// `E f(H)` of an even function of the field that falls as `exp(−2|H|)`, with poles no nearer to the real axis than π/2.
pub(super) fn even_average(mean: f64, variance: f64, f: impl Fn(f64) -> f64) -> f64 {
    if variance < WIDE * WIDE {
        let [average] = narrow(mean, variance, |h| [f(h)]);
        return average;
    }
    let weights = Weights::new(mean, variance);
    let term = |node: &Node| {
        let [near, difference] = weights.at(node.field);
        (2.0 * near - difference) * f(node.field)
    };
    let [first, rest @ ..] = &WIDE_NODES[..] else {
        return 0.0;
    };
    0.5 * term(first) + rest.iter().map(term).sum::<f64>()
}

/// The trapezoid rule over z.
fn narrow<const D: usize>(mean: f64, variance: f64, f: impl Fn(f64) -> [f64; D]) -> [f64; D] {
    let width = variance.max(0.0).sqrt();
    if width <= 0.0 {
        return f(mean);
    }
    let step = narrow_step(width);
    #[expect(clippy::cast_possible_truncation, reason = "a few dozen")]
    let last = (REACH / step).ceil() as i32;
    let mut sum = f(mean);
    let mut total = 1.0;
    for k in 1..=last {
        let z = step * f64::from(k);
        let weight = (-0.5 * z * z).exp();
        total += 2.0 * weight;
        let pair = [f(mean + width * z), f(mean - width * z)];
        for (i, sum) in sum.iter_mut().enumerate() {
            *sum += weight * (pair[0][i] + pair[1][i]);
        }
    }
    sum.map(|sum| sum / total)
}

/// Step in z: the contour can be moved to the poles at π/2, where the Gaussian is `exp(π²/8S)` larger, or, for a narrow field,
/// to the saddle point of the Gaussian; either way the error is below `exp(−44)`, of which the fourth-order pole of sech⁴ takes
/// `exp(8)`.
fn narrow_step(width: f64) -> f64 {
    let width = width.max(0.167);
    1.0 / (4.46 * width + 0.125 / width)
}

/// What is summed over a wide field, at one node H ≥ 0; even functions of H and odd ones apart.
struct Node {
    field: f64,
    /// sech² H, sech⁴ H, and `ln 2cosh H − E|H + η|`.
    even: [f64; 3],
    /// `tanh H − erf(√π H/2)` and tanh H sech² H.
    odd: [f64; 2],
}

static WIDE_NODES: LazyLock<Vec<Node>> = LazyLock::new(|| {
    (0..=NODES)
        .map(|k| Node::new(STEP * f64::from(k)))
        .collect()
});

impl Node {
    fn new(field: f64) -> Self {
        let y = (-2.0 * field).exp();
        let sech2 = 4.0 * y / ((1.0 + y) * (1.0 + y));
        let tail = erfc(0.5 * PI.sqrt() * field);
        let log = y.ln_1p() + field * tail - FRAC_2_PI * (-0.25 * PI * field * field).exp();
        Self {
            field,
            even: [sech2, sech2 * sech2, log],
            odd: [tail - 2.0 * y / (1.0 + y), field.tanh() * sech2],
        }
    }
}

/// Averages over a wide field.
struct WideSums {
    even: [f64; 3],
    odd: [f64; 2],
    /// `E sech² H (1 − z²)/(2S)` = −∂`E sech² H`/∂S.
    bend: f64,
}

/// The weights of the trapezoid rule over H.
struct Weights {
    size: f64,
    variance: f64,
    scale: f64,
}

impl Weights {
    fn new(mean: f64, variance: f64) -> Self {
        Self {
            size: mean.abs(),
            variance,
            scale: STEP / (TAU * variance).sqrt(),
        }
    }

    /// The weight of the one of ±H that is nearer to the mean, and what it has more than the other.
    ///
    /// They differ by less than rounding in a very wide field; their difference is taken without cancellation.
    fn at(&self, field: f64) -> [f64; 2] {
        let distance = field - self.size;
        let near = self.scale * (-0.5 * distance * distance / self.variance).exp();
        let difference = -(-2.0 * field * self.size / self.variance).exp_m1() * near;
        [near, difference]
    }
}

/// The trapezoid rule over H, for functions that vanish beyond |H| = 20.
fn wide(mean: f64, variance: f64) -> WideSums {
    let weights = Weights::new(mean, variance);
    let mut sums = WideSums {
        even: [0.0; 3],
        odd: [0.0; 2],
        bend: 0.0,
    };
    for node in WIDE_NODES.iter() {
        let square = |distance: f64| distance * distance / variance;
        let (near, far) = (
            square(node.field - weights.size),
            square(node.field + weights.size),
        );
        let [weight, difference] = weights.at(node.field);
        // The node at 0 is its own mirror image.
        let mirrored = if node.field > 0.0 {
            weight - difference
        } else {
            0.0
        };
        for (total, value) in sums.even.iter_mut().zip(node.even) {
            *total += (weight + mirrored) * value;
        }
        for (total, value) in sums.odd.iter_mut().zip(node.odd) {
            *total += difference * value * mean.signum();
        }
        let bend = weight * (1.0 - near) + mirrored * (1.0 - far);
        sums.bend += 0.5 * node.even[0] * bend / variance;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_averages;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    /// Means and variances of a narrow, a middling and a wide field, and both sides of where the rules meet.
    const FIELDS: [(f64, f64); 9] = [
        (0.3, 0.0),
        (0.1, 1e-4),
        (-0.7, 0.03),
        (2.0, 0.3),
        (0.4, 1.0),
        (1.5, 3.999_999),
        (1.5, 4.000_001),
        (-5.0, 30.0),
        (8.0, 400.0),
    ];

    #[test]
    fn averages_are_those_of_the_adaptive_rule() {
        for (mean, variance) in FIELDS {
            let width = f64::sqrt(variance);
            let centre = [-mean / width];
            let adaptive = gaussian_averages(
                |z| {
                    let h: f64 = mean + width * z;
                    let (t, e) = (h.tanh(), h.cosh().powi(-2));
                    let log = ln_2cosh(h);
                    [t, t * t, e, t * e, e * e, log]
                },
                // The adaptive rule wants a breakpoint where a wide field vanishes.
                if width > 1.0 { &centre } else { &[] },
                2e-14,
            );
            let adaptive = adaptive.unwrap().value;
            let fast = field_averages(mean, variance);
            let fast = [
                fast.tanh,
                fast.tanh2,
                fast.sech2,
                fast.tanh_sech2,
                fast.sech4,
                log_cosh_average(mean, variance),
            ];
            for (fast, adaptive) in fast.into_iter().zip(adaptive) {
                // Both rules round at 1e-14 of the largest term.
                assert_abs_diff_eq!(fast, adaptive, epsilon = 1e-13 * adaptive.abs().max(1.0));
            }
        }
    }

    #[test]
    fn derivatives_follow_from_steins_lemma() {
        let step = 1e-5;
        for (mean, variance) in FIELDS.into_iter().filter(|field| field.1 > 1e-3) {
            let here = field_averages(mean, variance);
            let by_mean = |f: fn(FieldAverages) -> f64| {
                let [up, down] = [step, -step].map(|d| f(field_averages(mean + d, variance)));
                (up - down) / (2.0 * step)
            };
            let by_variance = |f: fn(FieldAverages) -> f64| {
                let [up, down] = [step, -step].map(|d| f(field_averages(mean, variance + d)));
                (up - down) / (2.0 * step)
            };
            // Central differences: step² and rounding/step.
            let epsilon = 1e-9;
            assert_abs_diff_eq!(by_mean(|f| f.tanh), here.sech2, epsilon = epsilon);
            assert_abs_diff_eq!(by_variance(|f| f.tanh), -here.tanh_sech2, epsilon = epsilon);
            assert_abs_diff_eq!(
                by_mean(|f| f.sech2),
                -2.0 * here.tanh_sech2,
                epsilon = epsilon
            );
            assert_abs_diff_eq!(
                by_variance(|f| f.tanh2),
                here.overlap_slope,
                epsilon = epsilon
            );
        }
    }

    #[test]
    fn a_very_wide_field_has_the_averages_of_the_sign() {
        let (mean, variance): (f64, f64) = (3e7, 4e14);
        let averages = field_averages(mean, variance);
        let density = (-0.5 * mean * mean / variance).exp() / (TAU * variance).sqrt();
        // Corrections are of the order of the inverse variance.
        assert_relative_eq!(averages.sech2, 2.0 * density, max_relative = 1e-13);
        assert_relative_eq!(averages.sech4, 4.0 / 3.0 * density, max_relative = 1e-13);
        assert_relative_eq!(averages.tanh, erf(1.5 / SQRT_2), max_relative = 1e-14);
        // E tanh H sech² H = −½ ∂E sech² H/∂a.
        let slope = density * mean / variance;
        assert_relative_eq!(averages.tanh_sech2, slope, max_relative = 1e-13);
        let bend = density * (1.0 - mean * mean / variance) / variance;
        assert_relative_eq!(averages.overlap_slope, bend, max_relative = 1e-13);
    }
}
