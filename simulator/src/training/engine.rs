//! Which of the three ways to hold layers a training takes.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::checkpoint::entries;
use super::few::FewLayers;
use super::packed::PackedLayers;
use super::real::RealLayers;
use super::settings::Training;
use super::step::Learner;
use crate::error::Result;
use crate::gibbs::Configurations;
use crate::machine::Rbm;
use crate::packed::few::{self, FewConfigurations};
use crate::packed::{Bits, PackedConfigurations, suits};
use crate::samples::Samples;

/// A training with its layers as they are held.
#[derive(Debug, Clone)]
pub(super) enum Engine<'a> {
    /// Units of any kind.
    Real(Box<Learner<RealLayers<'a>>>),
    /// Many two-valued units.
    Packed(Box<Learner<PackedLayers>>),
    /// Two-valued units, few of them hidden.
    Few(Box<Learner<FewLayers>>),
}

impl<'a> Engine<'a> {
    /// The fastest for these sizes and kinds of units; `chains` are the visible units of those that do not begin at the data, one
    /// chain per column.
    ///
    /// # Errors
    /// As [`Chains::new`](crate::gibbs::Chains::new).
    pub(super) fn new(
        settings: &Training,
        machine: &Rbm,
        samples: &'a Samples,
        chains: Option<Mat<f64>>,
    ) -> Result<Self> {
        let batch = settings.batch.min(samples.rows());
        if let Some(sweeps) = settings.sweeps() {
            let count = chains.as_ref().map_or(batch, Mat::ncols);
            if few::suits(machine, count.saturating_mul(sweeps)) {
                let learner = few_learner(machine, samples, chains.as_ref());
                return Ok(Self::Few(Box::new(learner)));
            }
            if suits(machine, batch.min(count)) {
                let learner = packed_learner(machine, samples, chains.as_ref());
                return Ok(Self::Packed(Box::new(learner)));
            }
        }
        let visible = samples.columns_of(0..batch);
        let learner = Learner::new(
            RealLayers::new(machine, samples),
            Configurations::new(machine, visible)?,
            chains
                .map(|visible| Configurations::new(machine, visible))
                .transpose()?,
        );
        Ok(Self::Real(Box::new(learner)))
    }

    /// Visible units of the chains that are not of the batch, chain by chain; empty without such chains.
    pub(super) fn chains(&self, machine: &Rbm) -> Vec<f64> {
        let visible = match self {
            Self::Real(learner) => learner.chains(machine),
            Self::Packed(learner) => learner.chains(machine),
            Self::Few(learner) => learner.chains(machine),
        };
        visible.map_or_else(Vec::new, |visible| entries(visible.as_ref()))
    }

    /// One step with the samples of the given rows.
    pub(super) fn step(
        &mut self,
        machine: &mut Rbm,
        settings: &Training,
        rows: &[usize],
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<()> {
        match self {
            Self::Real(learner) => learner.step(machine, settings, rows, rng),
            Self::Packed(learner) => learner.step(machine, settings, rows, rng),
            Self::Few(learner) => learner.step(machine, settings, rows, rng),
        }
    }
}

fn few_learner(machine: &Rbm, samples: &Samples, chains: Option<&Mat<f64>>) -> Learner<FewLayers> {
    let hidden_units = machine.hidden().units();
    Learner::new(
        FewLayers::new(machine, samples),
        FewConfigurations::new(samples.columns(), hidden_units),
        chains.map(|visible| FewConfigurations::from_columns(visible.as_ref(), hidden_units)),
    )
}

fn packed_learner(
    machine: &Rbm,
    samples: &Samples,
    chains: Option<&Mat<f64>>,
) -> Learner<PackedLayers> {
    let configurations = |bits| PackedConfigurations::new(machine, bits);
    Learner::new(
        PackedLayers::new(machine, samples),
        configurations(Bits::zeros(0, samples.columns())),
        chains.map(|visible| configurations(Bits::from_columns(visible.as_ref()))),
    )
}
