//! One law of sample eigenvalues, to be asked anywhere.

use super::Spectrum;
use crate::questions::Data;
use anyhow::{Result, ensure};
use saddlepoint_theory::covariance::{Debiased, SampleLaw};
use saddlepoint_theory::spectra::Population;

/// The law of the eigenvalues of a sample covariance.
#[derive(Debug, Clone)]
pub struct Law {
    data: Data,
    population: Population,
    alpha: f64,
}

impl Spectrum {
    /// The law that the question is about.
    ///
    /// # Errors
    /// If it is about several, or a parameter is out of its domain.
    pub fn law(&self) -> Result<Law> {
        let count = self.data.len() * self.alpha.len().max(1);
        ensure!(
            count == 1,
            "there are {count} laws at these parameters; give one value each"
        );
        let data = self.data[0].clone();
        let law = Law {
            population: data.population()?,
            alpha: self.alpha.first().copied().unwrap_or(f64::NAN),
            data,
        };
        law.with(|_| ())?;
        Ok(law)
    }
}

impl Law {
    /// Hands over the law itself.
    ///
    /// # Errors
    /// If the aspect ratio is out of its domain.
    pub fn with<T>(&self, ask: impl FnOnce(&SampleLaw<'_>) -> T) -> Result<T> {
        let law = match self.data.debiased() {
            Some(seen) => SampleLaw::new(&seen.bulk, seen.bulk_aspect_ratio)?,
            None => SampleLaw::new(
                self.population.spectrum(),
                self.population.aspect_ratio(self.alpha)?,
            )?,
        };
        Ok(ask(&law))
    }

    /// Samples per unit.
    pub fn alpha(&self) -> f64 {
        self.data.debiased().map_or(self.alpha, Debiased::alpha)
    }
}
