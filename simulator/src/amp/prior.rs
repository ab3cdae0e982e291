//! A-priori laws of planted components and their scalar estimators.

use std::f64::consts::LN_2;

use rand_distr::{Distribution, StandardNormal, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::{Result, check};
use crate::exponential::{log_two_cosh, sigmoid, tanh};

/// Law of a planted component, of zero mean and unit variance.
///
/// | prior | law |
/// | --- | --- |
/// | `Rademacher` | ±1 |
/// | `Gaussian` | N(0, 1) |
/// | `SparseRademacher` | 0, or with probability ρ one of ±1/√ρ |
/// | `SparseGaussian` | 0, or with probability ρ from N(0, 1/ρ) |
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// ±1 with equal probability.
    Rademacher,
    /// Standard Gaussian.
    Gaussian,
    /// ±1/√ρ with probability ρ/2 each, otherwise 0.
    SparseRademacher {
        /// ρ, in (0, 1].
        density: f64,
    },
    /// N(0, 1/ρ) with probability ρ, otherwise 0.
    SparseGaussian {
        /// ρ, in (0, 1].
        density: f64,
    },
}

/// Mean and variance of a component under its posterior law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    /// ⟨x⟩.
    pub mean: f64,
    /// ⟨x²⟩ − ⟨x⟩² = ∂⟨x⟩/∂b.
    pub variance: f64,
}

impl Prior {
    /// The prior where its density is in its domain.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless 0 < ρ ≤ 1.
    pub fn checked(self) -> Result<Self> {
        if let Self::SparseRademacher { density } | Self::SparseGaussian { density } = self {
            check("density", "in (0, 1]", density, |d| d > 0.0 && d <= 1.0)?;
        }
        Ok(self)
    }

    /// Draws one component.
    pub fn draw(self, rng: &mut Xoshiro256PlusPlus) -> f64 {
        match self {
            Self::Rademacher => sign(rng),
            Self::Gaussian => StandardNormal.sample(rng),
            Self::SparseRademacher { density } => {
                if occurs(density, rng) {
                    sign(rng) / density.sqrt()
                } else {
                    0.0
                }
            }
            Self::SparseGaussian { density } => {
                if occurs(density, rng) {
                    let x: f64 = StandardNormal.sample(rng);
                    x / density.sqrt()
                } else {
                    0.0
                }
            }
        }
    }

    /// Moments of the posterior law dP(x) exp(b x − a x²/2) of one component.
    ///
    /// ```text
    /// Rademacher         ⟨x⟩ = tanh b
    /// Gaussian           ⟨x⟩ = b/(1 + a)
    /// sparse Rademacher  ⟨x⟩ = π tanh(b/√ρ)/√ρ,   π/(1 − π) = ρ/(1 − ρ) · exp(−a/2ρ) cosh(b/√ρ)
    /// sparse Gaussian    ⟨x⟩ = π b/(ρ + a),       π/(1 − π) = ρ/(1 − ρ) · √(ρ/(ρ + a)) exp(b²/(2(ρ + a)))
    /// ```
    ///
    /// where a ≥ 0 is the `precision`, b the `field` and π the posterior probability of x ≠ 0.
    pub fn posterior(self, precision: f64, field: f64) -> Posterior {
        match self {
            Self::Rademacher => {
                let mean = tanh(field);
                let variance = 1.0 - mean * mean;
                Posterior { mean, variance }
            }
            Self::Gaussian => Posterior {
                mean: field / (1.0 + precision),
                variance: 1.0 / (1.0 + precision),
            },
            Self::SparseRademacher { density } => {
                let scaled = field / density.sqrt();
                // Density 1 gives infinite odds, π = 1.
                let log_cosh = log_two_cosh(scaled) - LN_2;
                let occupied = sigmoid(log_odds(density) + log_cosh - 0.5 * precision / density);
                let mean = occupied * tanh(scaled) / density.sqrt();
                let variance = occupied / density - mean * mean;
                Posterior { mean, variance }
            }
            Self::SparseGaussian { density } => {
                let total = density + precision;
                let evidence = 0.5 * ((density / total).ln() + field * field / total);
                let occupied = sigmoid(log_odds(density) + evidence);
                let centre = field / total;
                Posterior {
                    mean: occupied * centre,
                    variance: occupied * (1.0 / total + (1.0 - occupied) * centre * centre),
                }
            }
        }
    }
}

/// ln ρ/(1 − ρ).
fn log_odds(density: f64) -> f64 {
    density.ln() - (-density).ln_1p()
}

/// ±1.
fn sign(rng: &mut Xoshiro256PlusPlus) -> f64 {
    if occurs(0.5, rng) { 1.0 } else { -1.0 }
}

/// True with the given probability.
fn occurs(probability: f64, rng: &mut Xoshiro256PlusPlus) -> bool {
    let uniform: f64 = StandardUniform.sample(rng);
    uniform < probability
}
