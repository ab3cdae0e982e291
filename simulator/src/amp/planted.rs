//! Rank-one spiked data with both planted vectors known.

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Prior;
use crate::error::{Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};

/// A rank-one signal in Gaussian noise, with a weight per variable and a hidden value per sample (spiked Wishart model).
///
/// ```text
/// v_ai = √(snr/N) s_a ξ_i + z_ai
/// ```
///
/// where `s_a` and `ξ_i` have the laws `hidden` and `weights`, both of unit variance, and z is standard Gaussian noise.
/// α = P/N; the population covariance has the eigenvalue 1 + snr |ξ|²/N along ξ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankOne {
    /// Number of variables N.
    pub units: usize,
    /// Number of samples P.
    pub samples: usize,
    /// Signal-to-noise ratio, ≥ 0.
    pub snr: f64,
    /// Law of the weights ξ.
    pub weights: Prior,
    /// Law of the hidden values s.
    pub hidden: Prior,
}

/// One draw of a [`RankOne`] model.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    model: RankOne,
    weights: Vec<f64>,
    hidden: Vec<f64>,
    data: Samples,
}

impl RankOne {
    /// Draws weights, then hidden values, then the data row by row.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `units` and `samples` are at least 1, `snr` is finite and
    /// not negative and both densities are in (0, 1]; [`Error::TooLarge`](crate::Error::TooLarge) where the data do not
    /// fit into memory.
    pub fn draw(&self, rng: &mut Xoshiro256PlusPlus) -> Result<Planted> {
        at_least("units", "at least 1", self.units, 1)?;
        at_least("samples", "at least 1", self.samples, 1)?;
        check("snr", "finite and not negative", self.snr, |x| x >= 0.0)?;
        let (prior_weights, prior_hidden) = (self.weights.checked()?, self.hidden.checked()?);
        let mut values: Vec<f64> = allocate(self.samples, self.units)?;
        let weights: Vec<_> = (0..self.units).map(|_| prior_weights.draw(rng)).collect();
        let hidden: Vec<_> = (0..self.samples).map(|_| prior_hidden.draw(rng)).collect();
        let amplitude = (self.snr / as_float(self.units)).sqrt();
        for (row, s) in values.chunks_exact_mut(self.units).zip(&hidden) {
            for (value, weight) in row.iter_mut().zip(&weights) {
                let noise: f64 = StandardNormal.sample(rng);
                *value = noise + amplitude * s * weight;
            }
        }
        Ok(Planted {
            model: *self,
            weights,
            hidden,
            data: Samples::real(self.samples, self.units, values)?,
        })
    }
}

impl Planted {
    /// The model it was drawn from.
    pub fn model(&self) -> &RankOne {
        &self.model
    }

    /// The planted weights ξ.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The planted hidden values s.
    pub fn hidden(&self) -> &[f64] {
        &self.hidden
    }

    /// The data, one sample per row.
    pub fn data(&self) -> &Samples {
        &self.data
    }
}
