//! The normalisation of a student's likelihood.

use super::law::SoftLaw;
use crate::numbers::{as_float, dot};

/// Step and reach of the trapezoid rule in standard deviations: of a smooth function's change exp(−2π²/h²) = 4e-11 is lost, and a tail of 2e-13.
const STEP: f64 = 0.9;
const NODES: i32 = 8;

/// ln cosh x.
pub(super) fn log_cosh(x: f64) -> f64 {
    let x = x.abs();
    if x < 0.5 {
        // cosh x = 1 + 2 sinh²(x/2).
        return (2.0 * (0.5 * x).sinh().powi(2)).ln_1p();
    }
    x + (0.5 * (1.0 + (-2.0 * x).exp())).ln()
}

/// ln cosh x − x²/2 ≤ 0.
pub(super) fn log_cosh_excess(x: f64) -> f64 {
    let square = x * x;
    if square < 0.01 {
        // The next term is below 1e-14 of the first.
        let series = 17.0 / 2520.0 - square * (31.0 / 14_175.0 - square * 691.0 / 935_550.0);
        return square * square * (-1.0 / 12.0 + square * (1.0 / 45.0 - square * series));
    }
    log_cosh(x) - 0.5 * square
}

/// ln Z of the weights' probability of a sample, `Z = E_v g(β ξ·v/√N) = E_τ ∏_i cosh(β τ ξ_i/√N)`.
///
/// By the sign of τ one of both Gaussians of its law is enough. With `x_i = βξ_i/√N`, C = Σ x², S = 1 − ΩC and the standard Gaussian z of
/// τ = √(1 − Ω)/S + √(Ω/S) z,
///
/// ```text
/// Z = S^(−1/2) exp((1 − Ω) C/2S) E_z exp Σ_i [ln cosh(τ x_i) − τ² x_i²/2]
/// ```
///
/// It is +∞ where S ≤ 0.
pub(super) fn log_normalisation(weights: &[f64], beta: f64, hidden: SoftLaw) -> f64 {
    let scale = beta / as_float(weights.len()).sqrt();
    let excess = |tau: f64| -> f64 {
        let each = weights.iter().map(|xi| log_cosh_excess(tau * scale * xi));
        each.sum()
    };
    let omega = hidden.gaussian_variance();
    let square = scale * scale * dot(weights, weights);
    let narrowing = 1.0 - omega * square;
    if narrowing <= 0.0 {
        return f64::INFINITY;
    }
    let centre = hidden.spin_size() / narrowing;
    let width = (omega / narrowing).sqrt();
    let (mut sum, mut total) = (0.0, 0.0);
    let nodes = if hidden.is_spin() { 0 } else { NODES };
    for k in -nodes..=nodes {
        let z = STEP * f64::from(k);
        let weight = (-0.5 * z * z).exp();
        sum += weight * excess(centre + width * z).exp();
        total += weight;
    }
    let gaussian = 0.5 * ((1.0 - omega) * square / narrowing - narrowing.ln());
    gaussian + (sum / total).ln()
}

/// `2 ∂ ln Z/∂(|ξ|²/N)` of many units: β²(Ω/S + (1 − Ω)/S²) with S = 1 − β²Ω D.
pub(super) fn slope(norm: f64, beta: f64, hidden: SoftLaw) -> f64 {
    let omega = hidden.gaussian_variance();
    let narrowing = 1.0 - beta * beta * omega * norm;
    beta * beta * (omega + (1.0 - omega) / narrowing) / narrowing
}
