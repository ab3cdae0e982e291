//! What one hidden unit learns by maximum likelihood from P samples, with the biases and the weight penalty of a usual training.
//!
//! ```text
//! w*, b*, c* = argmax Σ_a ln p(v_a) − P (ε/2) |w|²,   ln p(v) = φ(w·v + c) + b·v − ln Z,   α = P/N
//! ```
//!
//! where φ(h) = φ(0, h) is the unit's cumulant generating function, w its weights, |w|² = ρ of order one, ε the penalty, and `v_a` the
//! samples. Without biases b = 0 and c = 0. In the limit of large N the fields `w*·v_a` are those of one effective sample (own;
//! replica-symmetric, zero temperature):
//!
//! ```text
//! ω = m x + √Q z,   h* = argmax_h [φ(h + c) − ηh − (h − ω)²/(2V)],   g = (h* − ω)/V = φ'(h* + c) − η
//! (r + ε) m = E[x g],   V = (1/N) Σ λ/(α(r + ε) + Λλ),   Q = (1/N) Σ χ λ²/(α(r + ε) + Λλ)²
//! ρ = m² + (1/N) Σ χ λ/(α(r + ε) + Λλ)²,   χ = α E g²,   Λ = −α E dg/dω
//! ```
//!
//! where x is the projection of a sample on the planted direction, m the weight on it, the sums run over all other eigenvalues λ of
//! the population, Q is the variance of the field from them and V its response. The samples are spins, of which the fields are
//! Gaussian as long as no few weights dominate: a machine whose weights localise, as on long rings, is outside, and so are the spins of
//! a ring of any length, of which a sum over few correlation lengths is not Gaussian.
//!
//! Without biases η = 0 and `r = ⟨h²⟩` under the model. The visible biases can be integrated out, `b = v̄ − η w` with v̄ the mean of the
//! samples, and leave the machine without them on centred data, with two more unknowns and two more equations:
//!
//! ```text
//! E g = 0,   η = ⟨h⟩ = F'(c − ηρ),   F(s) = ln E_z exp φ(√ρ z + s),   r = ⟨h²⟩ − ⟨h⟩² = F''(c − ηρ)
//! train = E φ(h* + c) + B − η²ρ/2 − F(c − ηρ),   test = E φ(ω + c) − B − η²ρ/2 − F(c − ηρ),   B = (1/N) Σ λ/(2α)
//! ```
//!
//! in nats per sample relative to the uniform distribution, the penalty not counted; B is what the biases of the visible units alone
//! gain on the samples and lose on fresh ones. Neither b nor c enters the response: centring takes away one sample in P, and a change
//! of c is one collective mode. A binary unit learns what a spin of half the weight does.
//!
//! Several solutions may coexist: noise, m = 0, of weights that know nothing of the planted direction, and signal, m > 0; with biases
//! each of several c ([`OneUnit::branches`]). The one of the highest likelihood of the training data is what maximum likelihood
//! chooses. Each holds as far as it is stable against replica-symmetry breaking,
//!
//! ```text
//! α E[(dg/dω)²] (1/N) Σ λ²/(α(r + ε) + Λλ)² < 1,
//! ```
//!
//! which is never so where h* jumps, V sup φ'' > 1. With a Gaussian hidden unit it all reduces to the leading sample eigenvector.

mod averages;
mod branches;
mod crossing;
mod data;
mod equations;
mod families;
mod maximiser;
mod nothing;
mod threshold;

pub use data::PlantedData;
pub use threshold::Onset;

use crate::error::{Result, check};
use crate::units::{Gaussian, UnitPrior};
use equations::Equations;
use maximiser::Potential;

/// Distance from marginal stability that the accuracy of a solution leaves open: the noise branch of a Gaussian unit, the leading
/// eigenvector of pure noise, is exactly marginal and exact.
const MARGIN: f64 = 1e-8;

/// Whether the biases of the visible units and of the hidden unit are learnt with the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Biases {
    /// All are learnt, as trainers do.
    #[default]
    Learned,
    /// There are none.
    None,
}

/// What is learnt beside the weights, and what holds them back.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Training {
    /// Whether biases are learnt.
    pub biases: Biases,
    /// Weight penalty ε ≥ 0: (ε/2)|w|² is subtracted from the mean log-likelihood of a sample.
    pub penalty: f64,
}

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
    /// Field c of the hidden unit on centred data; 0 without biases, +∞ where the unit becomes Gaussian.
    pub c: f64,
    /// Mean η = ⟨h⟩ of the hidden unit under the model, with biases; else 0.
    pub eta: f64,
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
    /// m and c after infinitely many samples; `None` where nothing planted is learnt.
    infinite_data: Option<[f64; 2]>,
    /// The Gaussian unit that it becomes for c → ∞.
    at_infinity: Option<Box<Self>>,
}

impl<'a> OneUnit<'a> {
    /// A hidden unit of the kind `unit` before `data`, without biases.
    ///
    /// # Errors
    /// [`Error::NotFinite`](crate::Error::NotFinite) where the unit's functions are not finite.
    pub fn new(unit: &'a dyn UnitPrior, data: &'a PlantedData) -> Result<Self> {
        let biases = Biases::None;
        Self::trained(
            unit,
            data,
            Training {
                biases,
                penalty: 0.0,
            },
        )
    }

    /// A hidden unit of the kind `unit` before `data`, with the biases and the penalty of `training`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless the penalty is finite and not negative,
    /// [`Error::NotFinite`](crate::Error::NotFinite) where the unit's functions are not finite.
    pub fn trained(
        unit: &'a dyn UnitPrior,
        data: &'a PlantedData,
        training: Training,
    ) -> Result<Self> {
        let penalty = check(
            "penalty",
            "finite and not negative",
            training.penalty,
            |x| x >= 0.0,
        )?;
        let has_biases = training.biases == Biases::Learned;
        let origin = if has_biases { unit.mean(0.0, 0.0) } else { 0.0 };
        let equations = Equations {
            potential: Potential::new(unit, origin),
            data,
            has_biases,
            penalty,
        };
        let infinite_data = equations.infinite_data()?;
        let potential = &equations.potential;
        // The curvature of the table's last entries is 1 but for what double precision cannot show.
        let becomes_gaussian = has_biases && !potential.is_gaussian() && potential.tail() >= 1.0;
        let at_infinity = becomes_gaussian
            .then(|| Self::trained(&Gaussian, data, training))
            .transpose()?
            .map(Box::new);
        Ok(Self {
            equations,
            infinite_data,
            at_infinity,
        })
    }
}
