//! Training of one hidden unit.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Ascent, Likelihood, Optimum, Partition, random_weights};
use saddlepoint_simulator::{Samples, Unit};

use super::fresh::{field, learn_once, persistent};
use super::places::Template;
use crate::error::Result;

/// Squared norm of a random start: small, and without any place of its own.
const START: f64 = 0.01;

/// The maximum of the likelihood uphill of small random weights.
pub(super) fn learnt(
    likelihood: &Likelihood<'_>,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Optimum> {
    let start = random_weights(likelihood.units(), START, random)?;
    Ok(Ascent::default().run(likelihood, start)?)
}

/// The gradient of the likelihood of a batch of spins.
pub(super) fn gradient(batch: &Samples, weights: &[f64]) -> Result<Vec<f64>> {
    let likelihood = Likelihood::new(batch, Unit::Spin, Partition::Spins)?;
    Ok(likelihood.gradient(weights)?)
}

/// Stochastic ascent of the likelihood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// Learning rate.
    pub(super) rate: f64,
    /// Number of updates.
    pub(super) updates: usize,
    /// Updates between two records of the place.
    pub(super) stride: usize,
}

impl Walk {
    /// The places, from 0 on, of weights that are at the place of `template` at first, while they follow the gradients of
    /// one batch after another, with the exact negative phase.
    pub(super) fn places(
        &self,
        template: &mut Template,
        mut weights: Vec<f64>,
        mut gradient: impl FnMut(&[f64]) -> Result<Vec<f64>>,
    ) -> Result<Vec<f64>> {
        let mut places = vec![0.0];
        for update in 1..=self.updates {
            let slopes = gradient(&weights)?;
            for (w, slope) in weights.iter_mut().zip(slopes) {
                *w += self.rate * slope;
            }
            if update.is_multiple_of(self.stride) {
                places.push(template.follow(&weights));
            }
        }
        Ok(places)
    }

    /// The same with a negative phase sampled by PCD-20, with as many chains as a batch has samples; `draw` gives the samples of many
    /// updates at a time.
    pub(super) fn sampled_places(
        &self,
        template: &mut Template,
        weights: &[f64],
        batch: usize,
        mut draw: impl FnMut(usize, &mut Xoshiro256PlusPlus) -> Result<Samples>,
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<Vec<f64>> {
        let settings = persistent(self.rate, batch);
        let visible = Layer::unbiased(Unit::Spin, weights.len())?;
        let hidden = Layer::unbiased(Unit::Spin, 1)?;
        let column = Mat::from_fn(weights.len(), 1, |site, _| weights[site]);
        let mut machine = Rbm::new(column, visible, hidden)?;
        let mut places = vec![0.0];
        for _ in 0..self.updates / self.stride {
            let samples = draw(self.stride * batch, random)?;
            machine = learn_once(machine, settings, &samples, random)?;
            places.push(template.follow(&field(&machine, 0)));
        }
        Ok(places)
    }
}
