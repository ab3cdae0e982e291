//! What one hidden unit learns by maximum likelihood from P samples.
//!
//! ```text
//! w* = argmax_w Σ_a φ(w·v_a) − P ln E_z exp φ(|w| z),   α = P/N
//! ```
//!
//! where φ(h) = φ(0, h) is the unit's cumulant generating function, w its weights, |w|² = ρ of order one, and `v_a` the samples. In
//! the limit of large N the fields `w*·v_a` are those of one effective sample (own; replica-symmetric, zero temperature):
//!
//! ```text
//! ω = m x + √Q z,   h* = argmax_h [φ(h) − (h − ω)²/(2V)],   g = (h* − ω)/V = φ'(h*)
//! r m = E[x g],   V = (1/N) Σ λ/(αr + Λλ),   Q = (1/N) Σ χ λ²/(αr + Λλ)²,   ρ = m² + (1/N) Σ χ λ/(αr + Λλ)²
//! χ = α E g²,   Λ = −α E dg/dω,   r = E[(φ'' + φ'²) e^φ]/E[e^φ]  at √ρ z
//! ```
//!
//! where x is the projection of a sample on the planted direction, m the weight on it, the sums run over all other eigenvalues λ of
//! the population, Q is the variance of the field from them and V its response. The samples are spins, of which the fields are
//! Gaussian as long as no few weights dominate: a machine whose weights localise, as on long rings, is outside.
//!
//! Two solutions may coexist: the noise branch m = 0, of weights that know nothing of the planted direction, and the signal branch
//! m > 0. The one of higher likelihood of the training data is what maximum likelihood chooses. Either holds as far as it is stable
//! against replica-symmetry breaking,
//!
//! ```text
//! α E[(dg/dω)²] (1/N) Σ λ²/(αr + Λλ)² < 1,
//! ```
//!
//! which is never so where h* jumps, V sup φ'' > 1. With a Gaussian hidden unit it all reduces to the leading sample eigenvector.

mod averages;
mod branches;
mod data;
mod equations;
mod maximiser;
mod threshold;

pub use data::PlantedData;

use crate::error::{Error, Result};
use crate::solver::Solution;
use crate::units::UnitPrior;
use equations::Equations;
use maximiser::Potential;

/// Distance from marginal stability that the accuracy of a solution leaves open: the noise branch of a Gaussian unit, the leading
/// eigenvector of pure noise, is exactly marginal and exact.
const MARGIN: f64 = 1e-8;

/// Whether the weights know the planted direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// m = 0: weights made of noise.
    Noise,
    /// m > 0.
    Signal,
}

/// The state of one hidden unit after learning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learned {
    /// Which solution it is.
    pub branch: Branch,
    /// Weight m ≥ 0 on the planted direction.
    pub m: f64,
    /// Variance Q ≥ 0 of the field from all other directions.
    pub q: f64,
    /// Response V > 0 of a sample's field to a force on it.
    pub v: f64,
    /// Squared norm ρ of the weights.
    pub rho: f64,
    /// Log-likelihood per training sample, in nats above the uniform distribution.
    pub train_log_likelihood: f64,
    /// Log-likelihood per fresh sample.
    pub test_log_likelihood: f64,
    /// `α E[(dg/dω)²] (1/N) Σ λ²/(αr + Λλ)²`; +∞ where h* jumps.
    pub at_stability: f64,
}

impl Learned {
    /// Squared cosine m²/ρ between the weights and the planted direction; 0 for vanishing weights.
    pub fn overlap_squared(&self) -> f64 {
        if self.rho > 0.0 {
            self.m * self.m / self.rho
        } else {
            0.0
        }
    }

    /// True where replica symmetry holds (de Almeida & Thouless), the margin included.
    pub fn is_stable(&self) -> bool {
        self.at_stability < 1.0 + MARGIN
    }
}

/// One hidden unit that learns from given data.
///
/// ```
/// use saddlepoint_theory::replica::learning::{OneUnit, PlantedData};
/// use saddlepoint_theory::units::Spin;
/// # fn main() -> saddlepoint_theory::Result<()> {
/// let data = PlantedData::two_cluster(None, 1.5)?;
/// let unit = OneUnit::new(&Spin, &data)?;
/// let learned = unit.learn(2.0)?.converged()?.state;
/// assert!((learned.overlap_squared() - 0.7598).abs() < 1e-4);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OneUnit<'a> {
    equations: Equations<'a>,
    /// m after infinitely many samples; `None` where nothing planted is learnt.
    infinite_data: Option<f64>,
}

impl<'a> OneUnit<'a> {
    /// A hidden unit of the kind `unit` before `data`.
    ///
    /// # Errors
    /// [`Error::NotFinite`] where the unit's functions are not finite.
    pub fn new(unit: &'a dyn UnitPrior, data: &'a PlantedData) -> Result<Self> {
        let potential = Potential::new(unit);
        let equations = Equations { potential, data };
        let infinite_data = equations.infinite_data()?;
        Ok(Self {
            equations,
            infinite_data,
        })
    }

    /// What maximum likelihood chooses at `alpha` samples per unit: the branch of the higher training likelihood.
    ///
    /// # Errors
    /// As [`OneUnit::branches`].
    pub fn learn(&self, alpha: f64) -> Result<Solution<Learned>> {
        let [noise, signal] = self.branches(alpha)?;
        let likelihood = |solution: &Solution<Learned>| solution.state.train_log_likelihood;
        match (noise, signal) {
            (Some(noise), Some(signal)) if likelihood(&signal) < likelihood(&noise) => Ok(noise),
            (_, Some(signal)) => Ok(signal),
            (Some(noise), None) => Ok(noise),
            (None, None) => Err(Error::NotFinite {
                name: "every branch",
            }),
        }
    }
}
