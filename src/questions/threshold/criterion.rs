//! What decides that learning has begun.

use crate::questions::{Biases, Data, DataPoint, Kind};
use anyhow::{Result, bail};
use saddlepoint_theory::covariance::{critical_alpha, crossing_alpha, crossing_published_alpha};
use saddlepoint_theory::replica::inference::{Prior, StateEvolution};
use saddlepoint_theory::replica::learning::{OneUnit, Onset};
use saddlepoint_theory::spectra::Population;

/// What decides that learning has begun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Criterion {
    /// The eigenvector appears among those of the sample.
    Spectral,
    /// Signal and noise have equal eigenvalues.
    Crossing,
    /// Crossing of the leading eigenvalue with the noise edge published in H20.
    CrossingPublished,
    /// A hidden unit of this kind, trained by maximum likelihood, learns the leading mode.
    MaximumLikelihood {
        /// Kind of the hidden unit.
        hidden: Kind,
        /// Whether the biases are learnt with the weights.
        biases: Biases,
        /// Weight penalty, at least 0.
        l2: f64,
    },
    /// The best possible inference, which knows that the direction's components have this law, learns it.
    Bayes(Prior),
}

impl Criterion {
    /// The name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spectral => "spectral",
            Self::Crossing => "crossing",
            Self::CrossingPublished => "crossing-published",
            Self::MaximumLikelihood { .. } => "maximum-likelihood",
            Self::Bayes(_) => "bayes",
        }
    }

    /// Kind of the hidden unit that it is about.
    pub fn hidden(self) -> Option<Kind> {
        match self {
            Self::MaximumLikelihood { hidden, .. } => Some(hidden),
            _ => None,
        }
    }

    /// Whether the hidden unit that it is about has biases, and its weight penalty.
    pub fn training(self) -> Option<(Biases, f64)> {
        match self {
            Self::MaximumLikelihood { biases, l2, .. } => Some((biases, l2)),
            _ => None,
        }
    }

    /// Where a trained hidden unit begins to learn; `None` for the other criteria.
    ///
    /// # Errors
    /// If the equations of its noise cannot be solved.
    pub(super) fn onset(self, data: &Data) -> Result<Option<Onset>> {
        let Self::MaximumLikelihood { hidden, biases, l2 } = self else {
            return Ok(None);
        };
        let planted = data.planted()?;
        let unit = OneUnit::trained(hidden.prior()?, &planted, biases.training(l2))?;
        Ok(Some(unit.onset()?))
    }

    /// Law of the weights that it is about.
    pub fn weight_prior(self) -> Option<Prior> {
        match self {
            Self::Bayes(prior) => Some(prior),
            _ => None,
        }
    }

    /// The critical number of samples per unit for the mode of the given rank.
    ///
    /// # Errors
    /// If the criterion has no meaning for the data, or its equations cannot be solved.
    pub(super) fn critical(self, data: &Data, population: &Population, rank: usize) -> Result<f64> {
        Ok(match self {
            Self::Spectral => match weak_coupling(&data.point) {
                Some((stronger, factor)) if rank == 0 => {
                    factor * critical_alpha(&stronger.population()?, rank)?
                }
                _ => critical_alpha(population, rank)?,
            },
            Self::Crossing => crossing_alpha(population)?,
            Self::CrossingPublished => crossing_published_alpha(population)?,
            Self::MaximumLikelihood { hidden, biases, l2 } => {
                let planted = data.planted()?;
                OneUnit::trained(hidden.prior()?, &planted, biases.training(l2))?.threshold()?
            }
            Self::Bayes(prior) => bayes_alpha(&data.point, prior)?,
        })
    }
}

/// Below this coupling the eigenvalues of a ring agree in more digits than they have.
const WEAK: f64 = 1e-6;

/// A ring whose critical number of samples is known better, and the factor between the two.
///
/// ```text
/// λ_k = 1 + O(β),   α_c = (1/N) Σ λ²/(ℓ − λ)² = A β⁻² (1 + O(β))
/// ```
///
/// so that the threshold at a weak coupling β ≠ 0 follows from that at 10⁻⁶ of the same sign, to a relative error of 10⁻⁶.
pub(super) fn weak_coupling(point: &DataPoint) -> Option<(DataPoint, f64)> {
    let beta = point.beta.filter(|b| b.abs() > 0.0 && b.abs() < WEAK)?;
    let stronger = DataPoint {
        beta: Some(WEAK.copysign(beta)),
        ..point.clone()
    };
    Some((stronger, (WEAK / beta).powi(2)))
}

/// The information-theoretic threshold of a direction whose components have the law `weights`.
///
/// The hidden value is Gaussian for a spike, snr = ℓ, and ±1 for two clusters, snr = b²: the fields on their spins are weak, so
/// that a spin tells as much of its field as a Gaussian variable does.
fn bayes_alpha(point: &DataPoint, weights: Prior) -> Result<f64> {
    let (hidden, snr) = match (point.spike, point.signal) {
        (Some(spike), _) => (Prior::Gaussian, spike),
        (None, Some(signal)) => (Prior::Rademacher, signal * signal),
        (None, None) => bail!("--criterion bayes needs --spike or --signal"),
    };
    Ok(StateEvolution::new(weights, hidden, snr)?
        .critical()?
        .information)
}
