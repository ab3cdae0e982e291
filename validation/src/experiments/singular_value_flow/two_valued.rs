//! Growth of small weights between spin or binary units that learn ring data.

use faer::MatRef;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Algorithm, Trainer, Training};
use saddlepoint_simulator::{Samples, observables::ring_modes};
use saddlepoint_theory::dynamics::{binary_rate, gaussian_rate};
use saddlepoint_theory::spectra::Population;

use super::super::machines::{Kind, independent};
use super::{Point, TINY, WRONG_SPIKE, parameters};
use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Parameters, Prediction, Row};

/// Ring data of two-valued units, hidden units, initial weights, learning rate and epochs of a training that stays linear.
pub(super) const RING: (usize, f64) = (12, 0.5);
const HIDDEN: usize = 4;
const LEARNING_RATE: f64 = 1e-3;
const EPOCHS: usize = 5;

/// Growth rate of the weights along each Fourier mode of the ring, from small random weights.
pub(super) fn growth(
    kind: Kind,
    samples: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    let (units, beta) = RING;
    let spins = IsingRing::new(units, beta)?.draw(samples, random)?;
    let drawn = match kind {
        Kind::Spin => spins,
        Kind::Binary => spins.transformed(-1.0, 0.5),
    };
    let machine = centred_machine(kind, &drawn, random)?;
    let before = ring_squares(machine.weights())?;
    let after = ring_squares(trained(machine, &drawn, random)?.weights())?;
    let time = LEARNING_RATE * as_float(EPOCHS);
    let pairs = after.into_iter().zip(before);
    Ok(pairs
        .map(|(after, before)| 0.5 * (after / before).ln() / time)
        .collect())
}

/// Small random weights with the biases that they would have learned: the means of the visible units are those of the samples, and the
/// hidden units are indifferent.
fn centred_machine(kind: Kind, samples: &Samples, random: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
    let unit = kind.simulated();
    let layer = Layer::of_means(unit, samples)?;
    let weights = independent([layer.units(), HIDDEN], TINY, random)?;
    let mean = |bias: &f64| kind.predicted().mean(*bias);
    let means: Vec<f64> = layer.biases().iter().map(mean).collect();
    let indifferent = kind.predicted().mean(0.0);
    let mut visible = layer.biases().to_vec();
    let mut hidden = vec![0.0; HIDDEN];
    for (j, column) in weights.col_iter().enumerate() {
        for (i, w) in column.iter().enumerate() {
            visible[i] -= indifferent * w;
            hidden[j] -= means[i] * w;
        }
    }
    Ok(Rbm::new(
        weights,
        Layer::new(unit, visible)?,
        Layer::new(unit, hidden)?,
    )?)
}

/// The machine after a few steps along the exact gradient of all samples.
fn trained(machine: Rbm, samples: &Samples, random: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
    let training = Training {
        algorithm: Algorithm::Exact,
        learning_rate: LEARNING_RATE,
        batch: samples.rows(),
        ..Training::default()
    };
    let mut trainer = Trainer::new(training, machine, samples, random)?;
    for _ in 0..EPOCHS {
        trainer.epoch()?;
    }
    Ok(trainer.machine().clone())
}

/// Squared norm of the weights of all hidden units along each Fourier mode.
fn ring_squares(weights: MatRef<'_, f64>) -> Result<Vec<f64>> {
    let mut squares = vec![0.0; weights.nrows() / 2 + 1];
    for column in weights.col_iter() {
        let field: Vec<f64> = column.iter().copied().collect();
        let norm: f64 = field.iter().map(|w| w * w).sum();
        let shares = ring_modes(&field)?;
        squares
            .iter_mut()
            .zip(shares)
            .for_each(|(sum, share)| *sum += norm * share);
    }
    Ok(squares)
}
pub(super) fn rows(kind: Kind, measured: &Measured<Point>) -> Result<Vec<Row>> {
    let (units, beta) = RING;
    let population = Population::ising_ring(Some(units), beta)?;
    let samples = as_float(measured.point.samples);
    let mut rows = Vec::new();
    for (mode, group) in population.modes().iter().enumerate() {
        let centred = group.eigenvalue * (1.0 - samples.recip());
        let rate = |factor: f64| match kind {
            Kind::Spin => gaussian_rate(factor * centred),
            Kind::Binary => binary_rate(0.25 * factor * centred),
        };
        let prediction = Prediction {
            observable: "growth_rate",
            limit_observable: None,
            theory: rate(1.0),
            wrong: (mode == 0).then(|| rate(WRONG_SPIKE)),
        };
        let parameters = Parameters {
            law: Some(kind.name()),
            beta: Some(beta),
            ..parameters("ising-ring", mode)
        };
        rows.extend(Row::pair(
            &parameters,
            Some(units),
            &prediction,
            &measured.estimate(mode)?,
        ));
    }
    Ok(rows)
}
