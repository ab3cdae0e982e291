//! Replicas of a Hopfield network at finite temperature.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Hopfield;
use crate::error::{Result, at_least};
use crate::gibbs::pair_overlaps;
use crate::numbers::as_float;

/// How long replicas at finite temperature run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// β = 1/T ≥ 0.
    pub inverse_temperature: f64,
    /// Independent replicas of one network, ≥ 2 for q.
    pub replicas: usize,
    /// Sweeps before anything is recorded.
    pub burn_in: usize,
    /// Recorded sweeps, ≥ 1.
    pub sweeps: usize,
}

/// Where replicas begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Independent random spins.
    Random,
    /// A pattern.
    Pattern {
        /// Its index, from 0.
        index: usize,
    },
}

/// What replicas of one network showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Overlap m with the pattern of the start (the first for random starts) in each replica (outer) and sweep (inner).
    pub overlaps: Vec<Vec<f64>>,
    /// E/N in each replica and sweep.
    pub energies: Vec<Vec<f64>>,
    /// q = (1/N) `Σ_i ⟨s_i⟩⟨s_i⟩′` of each pair of replicas, of means over time.
    pub replica_overlaps: Vec<f64>,
}

impl Hopfield {
    /// Runs replicas at finite temperature one after the other and measures them after every sweep.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without replicas or sweeps, for a pattern that does not exist or a
    /// temperature out of its domain.
    pub fn observe(
        &self,
        schedule: Schedule,
        start: Start,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Observed> {
        at_least("replicas", "at least 1", schedule.replicas, 1)?;
        at_least("sweeps", "at least 1", schedule.sweeps, 1)?;
        let mut means = Mat::zeros(self.units, schedule.replicas);
        let (mut overlaps, mut energies) = (Vec::new(), Vec::new());
        for replica in 0..schedule.replicas {
            let (mut state, index) = match start {
                Start::Random => (self.start_at_random(rng)?, 0),
                Start::Pattern { index } => (self.start_at_pattern(index)?, index),
            };
            for _ in 0..schedule.burn_in {
                state.sweep(schedule.inverse_temperature, rng)?;
            }
            let (mut m, mut e) = (Vec::new(), Vec::new());
            for _ in 0..schedule.sweeps {
                state.sweep(schedule.inverse_temperature, rng)?;
                m.push(f64::from(state.overlaps[index]) / as_float(self.units));
                e.push(state.energy());
                for (mean, &spin) in means.col_mut(replica).iter_mut().zip(&state.spins) {
                    *mean += f64::from(spin) / as_float(schedule.sweeps);
                }
            }
            overlaps.push(m);
            energies.push(e);
        }
        Ok(Observed {
            overlaps,
            energies,
            replica_overlaps: pair_overlaps(means.as_ref()),
        })
    }
}
