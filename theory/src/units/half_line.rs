//! A Gaussian law cut at zero: the common part of rectified and double-well units.
//!
//! ```text
//! J(p, c) = ∫₀^∞ exp(c x − p x²/2) dx = R(t)/√p,   R(t) = ∫₀^∞ exp(t y − y²/2) dy,   t = c/√p
//! ```
//!
//! with R(t) = √(2π) Φ(t) exp(t²/2) the inverse Mills ratio at −t, which must not be formed from Φ for t ≪ 0.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use libm::erfc;

/// Below this t the differences that give mean and variance lose more than two digits and the continued fraction takes over.
const CONTINUED: f64 = -3.0;

/// Levels of the continued fraction at t = −s: enough for 1e-17 of the mean and the variance, 75 at s = 3 and 8 at infinity.
fn levels(s: f64) -> u32 {
    let inverse = s.recip();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 8 and 75"
    )]
    let levels = (8.0 + inverse * (48.0 + 460.0 * inverse)) as u32;
    levels
}

/// The law of weight exp(c x − p x²/2) on x ≥ 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HalfLine {
    /// ln J(p, c).
    pub(super) log_weight: f64,
    /// Mean of x.
    pub(super) mean: f64,
    /// Variance of x.
    pub(super) variance: f64,
}

impl HalfLine {
    /// The law of precision p and field c; everything is infinite where the integral diverges.
    pub(super) fn new(precision: f64, field: f64) -> Self {
        if precision <= 0.0 {
            return Self::without_curvature(precision, field);
        }
        let scale = precision.sqrt().recip();
        let standard = Self::standard(scale * field);
        Self {
            log_weight: standard.log_weight + scale.ln(),
            mean: scale * standard.mean,
            variance: scale * scale * standard.variance,
        }
    }

    /// p ≤ 0: an exponential law where p = 0 and the field points to zero, else no law at all.
    fn without_curvature(precision: f64, field: f64) -> Self {
        if precision < 0.0 || field >= 0.0 {
            return Self {
                log_weight: f64::INFINITY,
                mean: f64::INFINITY,
                variance: f64::INFINITY,
            };
        }
        Self {
            log_weight: -(-field).ln(),
            mean: -1.0 / field,
            variance: field.powi(-2),
        }
    }

    /// p = 1: `ln R`, `R'/R = t + 1/R` and its derivative `1 − (R'/R)/R`.
    fn standard(t: f64) -> Self {
        if t < CONTINUED {
            return Self::tail(-t);
        }
        // Φ(t) from the smaller tail, so that ln Φ keeps its digits for t ≫ 0.
        let below = 0.5 * erfc(t.abs() * FRAC_1_SQRT_2);
        let log_cumulative = if t > 0.0 {
            (-below).ln_1p()
        } else {
            below.ln()
        };
        let log_weight = 0.5 * (t * t + (2.0 * PI).ln()) + log_cumulative;
        let inverse = (-log_weight).exp();
        let mean = t + inverse;
        Self {
            log_weight,
            mean,
            variance: 1.0 - inverse * mean,
        }
    }

    /// t = −s far below zero, by the continued fraction R = 1/(s + 1/(s + 2/(s + 3/(s + …)))).
    ///
    /// With Kₙ = n/(s + Kₙ₊₁): R = 1/(s + K₁), the mean is K₁ and the variance K₁ (K₂ − K₁), where the difference is written
    /// without cancellation.
    fn tail(s: f64) -> Self {
        let third = ratio(s, 3);
        let second = 2.0 / (s + third);
        let mean = 1.0 / (s + second);
        // Factor by factor: s² overflows before the variance underflows.
        let rise = (s + 2.0 * second - third) / (s + second) / (s + third);
        Self {
            log_weight: -(s + mean).ln(),
            mean,
            variance: mean * rise,
        }
    }
}

/// Kₙ = n/(s + Kₙ₊₁), the ratio E xⁿ/E xⁿ⁻¹ of moments of the law exp(−s x − x²/2).
fn ratio(s: f64, n: u32) -> f64 {
    // Kₙ/s = a/b from below without divisions, in 1/s² so that no power of s overflows.
    let square = s.powi(-2);
    let (a, b) = (n..=levels(s))
        .rev()
        .fold((0.0, 1.0), |(a, b), n| (f64::from(n) * square * b, b + a));
    s * a / b
}

/// Third and fourth cumulant of the law of precision 1 and field t.
///
/// ```text
/// m = t + k,   V = 1 − k m,   T = k (m² − V),   Q = k (3 m V − m³ − T),   k = 1/R
/// ```
///
/// each the derivative of the one before, as k' = −k m; for t ≪ 0, where these cancel, from the first four moments.
pub(super) fn third_and_fourth_cumulant(field: f64) -> [f64; 2] {
    if field < CONTINUED {
        return of_tail(-field);
    }
    let law = HalfLine::standard(field);
    let (m, variance) = (law.mean, law.variance);
    let inverse = (-law.log_weight).exp();
    let third = inverse * (m * m - variance);
    let fourth = inverse * (m * (3.0 * variance - m * m) - third);
    [third, fourth]
}

/// The same at t = −s, from the moments `E xⁿ = K₁ … Kₙ`, whose terms are of one size; factor by factor, as s⁴ may overflow.
fn of_tail(s: f64) -> [f64; 2] {
    let fourth = ratio(s, 4);
    let third = 3.0 / (s + fourth);
    let second = 2.0 / (s + third);
    let mean = 1.0 / (s + second);
    let rise = second * (third - 3.0 * mean) + 2.0 * mean * mean;
    let bend = second * third * (fourth - 4.0 * mean)
        + mean * (second * (12.0 * mean - 3.0 * second) - 6.0 * mean * mean);
    [mean * rise, mean * bend]
}
