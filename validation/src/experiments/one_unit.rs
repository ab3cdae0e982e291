//! Training of one hidden unit.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::training::{Ascent, Likelihood, Optimum, Partition, random_weights};
use saddlepoint_simulator::{Samples, Unit};

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

/// Stochastic ascent of the likelihood with the exact negative phase.
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
    /// one batch after another.
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
}
