//! Training on samples that are drawn anew for every update.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::training::{Algorithm, Trainer, Training};

use crate::error::Result;

/// PCD-20 without biases, with as many chains as a batch has samples: the settings of H20.
pub(super) fn persistent(learning_rate: f64, batch: usize) -> Training {
    Training {
        algorithm: Algorithm::Persistent { steps: 20 },
        learning_rate,
        batch,
        chains: batch,
        biases: false,
        ..Training::default()
    }
}

/// The machine after some updates with fresh samples of a ring.
///
/// Persistent chains begin anew, as in [`learn_once`].
pub(super) fn learn(
    machine: Rbm,
    settings: Training,
    ring: &IsingRing,
    updates: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Rbm> {
    let samples = ring.draw(updates * settings.batch, random)?;
    learn_once(machine, settings, &samples, random)
}

/// The machine after one pass through samples.
///
/// Persistent chains begin anew: they forget where they were within the sweeps of one update.
pub(super) fn learn_once(
    machine: Rbm,
    settings: Training,
    samples: &Samples,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Rbm> {
    let mut trainer = Trainer::new(settings, machine, samples, random)?;
    trainer.epoch()?;
    Ok(trainer.machine().clone())
}

/// Weights of a hidden unit.
pub(super) fn field(machine: &Rbm, unit: usize) -> Vec<f64> {
    machine.weights().col(unit).iter().copied().collect()
}
