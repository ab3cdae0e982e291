//! Independent units of unit variance: data without anything to learn.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::bits::write_spins;
use crate::error::{Result, at_least};
use crate::samples::{Samples, allocate};

/// Law of an independent unit, of zero mean and unit variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Law {
    /// ±1 with equal probability.
    #[default]
    Spin,
    /// Standard Gaussian.
    Gaussian,
}

/// N independent units; the population covariance is the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Iid {
    units: usize,
    law: Law,
}

impl Iid {
    /// `units` ≥ 1 independent units of the given law.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `units` ≥ 1.
    pub fn new(units: usize, law: Law) -> Result<Self> {
        Ok(Self {
            units: at_least("units", "at least 1", units, 1)?,
            law,
        })
    }

    /// The law of one unit.
    pub fn law(&self) -> Law {
        self.law
    }
}

impl DataModel for Iid {
    fn units(&self) -> usize {
        self.units
    }

    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        match self.law {
            Law::Spin => {
                let mut values = allocate(samples, self.units)?;
                for row in values.chunks_exact_mut(self.units) {
                    for spins in row.chunks_mut(64) {
                        write_spins(&[rng.next_u64()], spins);
                    }
                }
                Samples::discrete(samples, self.units, values)
            }
            Law::Gaussian => {
                let mut values: Vec<f64> = allocate(samples, self.units)?;
                values.fill_with(|| StandardNormal.sample(rng));
                Samples::real(samples, self.units, values)
            }
        }
    }
}
