//! Laws of weights and hidden values, as theory and the simulator know them.

use saddlepoint_simulator::amp::Prior as Simulated;
use saddlepoint_theory::replica::inference::{Prior, StateEvolution};

use crate::error::Result;

/// A law by its name in both crates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Law {
    Rademacher,
    Gaussian,
    SparseRademacher(f64),
    SparseGaussian(f64),
}

impl Law {
    pub(super) fn predicted(self) -> Result<Prior> {
        Ok(match self {
            Self::Rademacher => Prior::Rademacher,
            Self::Gaussian => Prior::Gaussian,
            Self::SparseRademacher(density) => Prior::sparse_rademacher(density)?,
            Self::SparseGaussian(density) => Prior::sparse_gaussian(density)?,
        })
    }

    pub(super) fn simulated(self) -> Simulated {
        match self {
            Self::Rademacher => Simulated::Rademacher,
            Self::Gaussian => Simulated::Gaussian,
            Self::SparseRademacher(density) => Simulated::SparseRademacher { density },
            Self::SparseGaussian(density) => Simulated::SparseGaussian { density },
        }
    }

    /// Fraction of values that are not 0, if that is below 1.
    pub(super) fn density(self) -> Option<f64> {
        match self {
            Self::Rademacher | Self::Gaussian => None,
            Self::SparseRademacher(density) | Self::SparseGaussian(density) => Some(density),
        }
    }
}

/// Laws and snr.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Model {
    pub(super) name: &'static str,
    pub(super) weights: Law,
    pub(super) hidden: Law,
    pub(super) snr: f64,
}

pub(super) const DENSE: Model = Model {
    name: "rademacher/gaussian",
    weights: Law::Rademacher,
    hidden: Law::Gaussian,
    snr: 1.0,
};
pub(super) const SPINS: Model = Model {
    name: "rademacher/rademacher",
    hidden: Law::Rademacher,
    ..DENSE
};
pub(super) const NORMAL: Model = Model {
    name: "gaussian/gaussian",
    weights: Law::Gaussian,
    ..DENSE
};
pub(super) const SLAB: Model = Model {
    name: "sparse-gaussian:0.1/rademacher",
    weights: Law::SparseGaussian(0.1),
    ..SPINS
};
pub(super) const FIVE_PER_CENT: Model = Model {
    name: "sparse-rademacher:0.05/gaussian",
    weights: Law::SparseRademacher(0.05),
    ..DENSE
};
pub(super) const TWO_PER_CENT: Model = Model {
    name: "sparse-rademacher:0.02/gaussian",
    weights: Law::SparseRademacher(0.02),
    ..DENSE
};

impl Model {
    pub(super) fn evolution(&self, factor: f64) -> Result<StateEvolution> {
        let (weights, hidden) = (self.weights.predicted()?, self.hidden.predicted()?);
        Ok(StateEvolution::new(weights, hidden, factor * self.snr)?)
    }
}

/// All pairs of laws.
pub(super) const MODELS: [Model; 6] = [DENSE, SPINS, NORMAL, SLAB, FIVE_PER_CENT, TWO_PER_CENT];
