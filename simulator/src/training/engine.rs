//! How the averages of a training are computed.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::checkpoint::entries;
use super::contrastive::Phase;
use super::exact::subtract_model;
use super::few::FewTraining;
use super::gradient::Gradient;
use super::packed::PackedTraining;
use super::trainer::{Algorithm, Training};
use crate::error::Result;
use crate::machine::Rbm;
use crate::packed::{few, suits};
use crate::samples::Samples;

/// How the averages are computed.
#[derive(Debug, Clone)]
pub(super) enum Engine {
    General(Box<General>),
    Packed(Box<PackedTraining>),
    Few(Box<FewTraining>),
}

impl Engine {
    /// The best for these sizes and kinds of units.
    pub(super) fn new(
        settings: &Training,
        machine: &Rbm,
        samples: &Samples,
        chains: Option<Mat<f64>>,
    ) -> Result<Self> {
        let batch = settings.batch.min(samples.rows());
        if let Some(sweeps) = settings.sweeps() {
            let count = chains.as_ref().map_or(batch, Mat::ncols);
            if few::suits(machine, count.saturating_mul(sweeps)) {
                let training = FewTraining::new(machine, samples, chains.as_ref(), sweeps);
                return Ok(Self::Few(Box::new(training)));
            }
            if suits(machine, batch.min(count)) {
                let training = PackedTraining::new(machine, samples, chains.as_ref());
                return Ok(Self::Packed(Box::new(training)));
            }
        }
        let sizes = [batch, samples.rows() % batch];
        let batches = sizes.into_iter().filter(|&size| size > 0);
        let batches = batches.map(|size| Phase::new(machine, samples.columns_of(0..size)));
        Ok(Self::General(Box::new(General {
            batches: batches.collect::<Result<_>>()?,
            chains: chains
                .map(|visible| Phase::new(machine, visible))
                .transpose()?,
            gradient: Gradient::zeros(machine),
        })))
    }

    /// Visible units of the chains.
    pub(super) fn chains(&self, machine: &Rbm) -> Vec<f64> {
        let visible = match self {
            Self::General(general) => general.chains.as_ref().map(|c| c.visible().clone()),
            Self::Packed(training) => training.chains(machine),
            Self::Few(training) => training.chains(machine),
        };
        visible.map_or_else(Vec::new, |visible| entries(visible.as_ref()))
    }

    /// One step with these samples.
    pub(super) fn update(
        &mut self,
        machine: &mut Rbm,
        settings: &Training,
        (samples, rows): (&Samples, &[usize]),
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<()> {
        match self {
            Self::General(general) => general.update(machine, settings, (samples, rows), rng)?,
            Self::Packed(training) => training.update(machine, settings, rows, rng),
            Self::Few(training) => training.update(machine, settings, rows, rng),
        }
        Ok(())
    }
}

/// For units of any kind.
#[derive(Debug, Clone)]
pub(super) struct General {
    /// Buffers of whole batches and of the last one.
    batches: Vec<Phase>,
    chains: Option<Phase>,
    gradient: Gradient,
}

impl General {
    /// One step with these samples.
    fn update(
        &mut self,
        machine: &mut Rbm,
        settings: &Training,
        (samples, rows): (&Samples, &[usize]),
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<()> {
        // The first buffer is that of whole batches, the second of what is left.
        let last = rows.len() < self.batches[0].visible().ncols();
        let phase = &mut self.batches[usize::from(last)];
        for (column, &row) in rows.iter().enumerate() {
            samples.write_row(row, phase.visible_mut().col_as_slice_mut(column));
        }
        let gradient = &mut self.gradient;
        gradient.clear();
        phase.add_data(machine, gradient);
        match (settings.algorithm, &mut self.chains) {
            (Algorithm::Contrastive { steps }, _) => {
                phase.subtract_chains(machine, gradient, steps, rng);
            }
            (Algorithm::Persistent { steps }, Some(chains)) => {
                chains.subtract_persistent(machine, gradient, steps, rng);
            }
            _ => subtract_model(machine, gradient)?,
        }
        gradient.ascend(machine, settings);
        Ok(())
    }
}
