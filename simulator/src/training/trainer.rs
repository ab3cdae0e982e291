//! Stochastic gradient ascent.

use faer::Mat;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::checkpoint::{Checkpoint, entries};
use super::engine::Engine;
use super::settings::Training;
use crate::error::{Result, at_least, check, same_size};
use crate::gibbs::{check_visible, independent};
use crate::machine::{Layer, Rbm};
use crate::packed::LARGEST;
use crate::samples::Samples;
use crate::stream::stream;

/// A machine in training.
///
/// An epoch takes the samples in random order, each once, and allocates nothing but for the exact algorithm. Training goes
/// on from a [`Checkpoint`] bit for bit as without the interruption.
///
/// Parameters are in double precision. Chains and averages of spins or binary units in both layers, at least 16 of each or
/// with at most eight hidden units, are in single precision, as in [`Chains`](crate::gibbs::Chains): their rounding is far
/// below the noise of the chains.
#[derive(Debug, Clone)]
pub struct Trainer<'a> {
    settings: Training,
    pub(super) samples: &'a Samples,
    pub(super) machine: Rbm,
    engine: Engine<'a>,
    order: Vec<usize>,
    pub(super) key: u64,
    epoch: u64,
}

impl<'a> Trainer<'a> {
    /// Starts with a machine; persistent chains start from independent visible units of its biases.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless samples have N entries;
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without samples, for a value that the visible units cannot take or
    /// for a setting out of its domain.
    pub fn new(
        settings: Training,
        start: Rbm,
        samples: &'a Samples,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        settings.check()?;
        let key = rng.next_u64();
        let chains = settings.has_chains().then(|| {
            let mut rng = stream(key, "chains", 0);
            independent(start.visible(), settings.chains, &mut rng)
        });
        Self::at(settings, start, samples, chains, (key, 0))
    }

    /// Goes on from a checkpoint with the settings and samples of the interrupted training; `start` has its layers, with any
    /// weights and biases.
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`Checkpoint::machine`]; [`Error::Size`](crate::Error::Size) where the number of chains is
    /// not that of the settings.
    pub fn resume(
        settings: Training,
        start: &Rbm,
        samples: &'a Samples,
        checkpoint: &Checkpoint,
    ) -> Result<Self> {
        settings.check()?;
        let machine = checkpoint.machine(start)?;
        let chains = checkpoint.chains()?;
        let wanted = if settings.has_chains() {
            settings.chains
        } else {
            0
        };
        same_size("chains", wanted, chains.as_ref().map_or(0, Mat::ncols))?;
        if let Some(visible) = &chains {
            check_visible(&machine, visible)?;
        }
        let position = (checkpoint.key, checkpoint.epoch);
        Self::at(settings, machine, samples, chains, position)
    }

    fn at(
        settings: Training,
        machine: Rbm,
        samples: &'a Samples,
        chains: Option<Mat<f64>>,
        (key, epoch): (u64, u64),
    ) -> Result<Self> {
        let rows = at_least("samples", "at least 1", samples.rows(), 1)?;
        same_size("samples", machine.visible().units(), samples.columns())?;
        // Values that the units can take, before the buffers are filled with data.
        let mut row = vec![0.0; samples.columns()];
        for a in 0..rows {
            samples.write_row(a, &mut row);
            machine.visible().check_values("samples", &row)?;
        }
        Ok(Self {
            settings,
            samples,
            engine: Engine::new(&settings, &machine, samples, chains)?,
            machine,
            order: (0..rows).collect(),
            key,
            epoch,
        })
    }

    /// The machine as it is now.
    pub fn machine(&self) -> &Rbm {
        &self.machine
    }

    /// Epochs that are done.
    pub fn epochs(&self) -> u64 {
        self.epoch
    }

    /// The state from which [`resume`](Self::resume) goes on.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            weights: entries(self.machine.weights()),
            visible_biases: self.machine.visible().biases().to_vec(),
            hidden_biases: self.machine.hidden().biases().to_vec(),
            chains: self.engine.chains(&self.machine),
            key: self.key,
            epoch: self.epoch,
        }
    }

    /// One pass through the samples.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) where weights or biases have grown beyond all bounds, or where an
    /// exact algorithm finds no layer to enumerate. The machine is then of no use.
    pub fn epoch(&mut self) -> Result<()> {
        let mut rng = stream(self.key, "epoch", self.epoch);
        shuffle(&mut self.order, &mut rng);
        let batch = self.settings.batch.min(self.order.len());
        for first in (0..self.order.len()).step_by(batch) {
            self.update(first, batch, &mut rng)?;
        }
        self.check_finite()?;
        self.epoch += 1;
        Ok(())
    }

    /// One step with the batch that begins at `first`.
    fn update(&mut self, first: usize, batch: usize, rng: &mut Xoshiro256PlusPlus) -> Result<()> {
        let rows = &self.order[first..self.order.len().min(first + batch)];
        self.engine
            .step(&mut self.machine, &self.settings, rows, rng)
    }

    fn check_finite(&self) -> Result<()> {
        let weights = self.machine.weights();
        let weights = weights.col_iter().flat_map(faer::ColRef::iter);
        let biases = [self.machine.visible(), self.machine.hidden()];
        let biases = biases.into_iter().flat_map(Layer::biases);
        for &x in weights.chain(biases) {
            check("weight", "below 1e30: lower the learning rate", x, |x| {
                x.abs() < LARGEST
            })?;
        }
        Ok(())
    }
}

/// A random order from the natural one (Fisher and Yates).
fn shuffle(order: &mut [usize], rng: &mut Xoshiro256PlusPlus) {
    for (i, entry) in order.iter_mut().enumerate() {
        *entry = i;
    }
    for last in (1..order.len()).rev() {
        order.swap(last, below(last + 1, rng));
    }
}

/// A random index below `size`; the product with 2⁶⁴ random numbers is uneven by less than size/2⁶⁴.
fn below(size: usize, rng: &mut Xoshiro256PlusPlus) -> usize {
    let product = u128::from(rng.next_u64()) * size as u128;
    usize::try_from(product >> 64).expect("below a usize")
}
