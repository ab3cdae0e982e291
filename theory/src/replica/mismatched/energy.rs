//! The energy: how well the student's weights fit the samples.

use super::Mismatched;
use super::saddle::Saddle;
use crate::replica::field::{even_average, log_cosh_average};
use std::f64::consts::LN_2;

/// Standard deviation from which on the rules of [`field`](crate::replica::field) cost less.
const WIDE: f64 = 2.0;
/// Gaussian weights beyond are below 1e-12.
const REACH: f64 = 7.4;

impl Mismatched {
    /// U/α, the average of ln cosh x over the law of a sample's field x = β ξ·v/√N under the posterior; c = β²(1 − q).
    pub(super) fn energy_per_sample(&self, saddle: &Saddle) -> f64 {
        let field = self.data_field(saddle.m, saddle.q);
        tilted_log_cosh(field, self.student_beta.powi(2) * saddle.p)
    }
}

/// The average of ln cosh x over the law of a field under the posterior.
///
/// Without its own factor cosh x the posterior gives a sample a Gaussian field of mean u, which varies as given, and variance c; the
/// factor tilts that to two Gaussians,
///
/// ```text
/// x ~ Σ_s w_s N(u + s c, c),   w_s = exp(su)/(2cosh u),   s = ±1
/// ```
///
/// The average given u is even in u and tends to |u| + c − ln 2 for large |u|, where one cluster is left.
pub(super) fn tilted_log_cosh([mean, variance]: [f64; 2], c: f64) -> f64 {
    let beyond = |u: f64| {
        let weight = 1.0 / (1.0 + (-2.0 * u).exp());
        weight * of_field(u + c, c) + (1.0 - weight) * of_field(u - c, c) - c - log_of(u)
    };
    let excess = if variance < WIDE * WIDE {
        average(mean, variance, beyond)
    } else {
        even_average(mean, variance, beyond)
    };
    log_cosh_average(mean, variance) + c - LN_2 + excess
}

/// ln 2cosh x to the rounding of ln 2.
fn log_of(x: f64) -> f64 {
    x.abs() + (-2.0 * x.abs()).exp().ln_1p()
}

/// The average of ln 2cosh over a Gaussian.
fn of_field(mean: f64, variance: f64) -> f64 {
    if variance < WIDE * WIDE {
        average(mean, variance, log_of)
    } else {
        log_cosh_average(mean, variance)
    }
}

/// `E f` over a Gaussian to 1e-12, by the trapezoid rule.
///
/// With poles at a distance of π/2 a step h in units of the width w is wrong by `exp(−π²/(w h) + π²/8w²)`, as the contour is
/// moved to the poles. In each of the two variables this takes half the nodes that rounding would.
fn average(mean: f64, variance: f64, f: impl Fn(f64) -> f64) -> f64 {
    let width = variance.sqrt();
    let broad = width.max(0.21);
    let step = 1.0 / (2.84 * broad + 0.125 / broad);
    let (mut sum, mut total) = (f(mean), 1.0);
    let mut z = step;
    while z <= REACH + step {
        let weight = (-0.5 * z * z).exp();
        sum += weight * (f(mean + width * z) + f(mean - width * z));
        total += 2.0 * weight;
        z += step;
    }
    sum / total
}
