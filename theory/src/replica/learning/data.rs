//! Data as a hidden unit meets them.

use std::sync::Arc;

use crate::error::Result;
use crate::spectra::{Atoms, Population, PopulationSpectrum};

/// One planted direction of known law, and Gaussian noise of known covariance across it.
///
/// ```text
/// planted:  x = ± c + √v z,   λ₁ = c² + v;      across:  eigenvalues λ_k
/// ```
///
/// where x is the projection of a sample on the planted direction, both signs are equally likely and z is standard Gaussian. The
/// planted direction is the leading mode of the population, as far as it is one of finitely many directions and above all others;
/// else there is none. One-hot data are measured in units of p/(p−1), the variance of a one-hot variable in the uniform
/// distribution, from which the model departs.
#[derive(Debug, Clone)]
pub struct PlantedData {
    planted: Option<Planted>,
    /// The other modes as (eigenvalue, directions per unit); empty for a continuous law.
    atoms: Vec<(f64, f64)>,
    law: Arc<dyn PopulationSpectrum>,
    /// Other variables per unit.
    weight: f64,
    /// Variance of a variable in the uniform distribution.
    scale: f64,
    /// (1/N) Σ λ over all modes.
    variance: f64,
}

/// The law of a sample's projection on the planted direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Planted {
    /// Distance c of the two clusters from the origin; 0 for a Gaussian law.
    pub(super) centre: f64,
    /// Variance v of one cluster.
    pub(super) variance: f64,
}

impl Planted {
    /// λ₁ = c² + v.
    pub(super) fn eigenvalue(&self) -> f64 {
        self.centre * self.centre + self.variance
    }
}

/// The sums over the other modes that close the equations, at a point u above all of them.
///
/// ```text
/// (1/N) Σ λ/(u − λ),   (1/N) Σ λ²/(u − λ)²,   (1/N) Σ λ/(u − λ)²
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sums {
    pub(super) response: f64,
    pub(super) field: f64,
    pub(super) norm: f64,
}

impl PlantedData {
    /// Gaussian data of the given population.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) if the population has no mode.
    pub fn gaussian(population: &Population) -> Result<Self> {
        let p = population.variables_per_unit();
        let scale = if p > 1.0 { p / (p - 1.0) } else { 1.0 };
        let leading = population.mode(0)?;
        let others = population.without(0)?.filter(|(law, _)| {
            leading.degeneracy.is_some() && leading.eigenvalue > law.support().1
        });
        let planted = others.as_ref().map(|_| Planted {
            centre: 0.0,
            variance: leading.eigenvalue / scale,
        });
        let (law, weight) = match others {
            Some(others) => others,
            None => (Self::whole(population)?, p),
        };
        let variance = p * population.spectrum().expect(&|x| x) / scale;
        let scaled = |(eigenvalue, share): (f64, f64)| (eigenvalue / scale, share * weight);
        Ok(Self {
            planted,
            atoms: law.atoms().into_iter().map(scaled).collect(),
            law,
            weight,
            scale,
            variance,
        })
    }

    /// Spins in two clusters, `p(v) ∝ cosh(b ξ·v/√N)` with b the `signal`.
    ///
    /// ```text
    /// c = √N tanh(b/√N) → b,   v = 1 − tanh²(b/√N) → 1
    /// ```
    ///
    /// # Errors
    /// As [`Population::two_cluster`].
    pub fn two_cluster(units: Option<usize>, signal: f64) -> Result<Self> {
        let population = Population::two_cluster(units, signal)?;
        let mut data = Self::gaussian(&population)?;
        if let Some(planted) = &mut data.planted {
            // Across the planted direction a spin has the variance that it has along it within one cluster.
            let variance = data.law.support().1;
            let centre = (planted.variance - variance).max(0.0).sqrt();
            *planted = Planted { centre, variance };
        }
        Ok(data)
    }

    /// The law of all modes together.
    fn whole(population: &Population) -> Result<Arc<dyn PopulationSpectrum>> {
        let modes = population.modes().iter();
        let pairs: Vec<_> = modes
            .map(|mode| (mode.eigenvalue, mode.weight))
            .filter(|pair| pair.1 > 0.0)
            .collect();
        if let (true, Some((law, _))) = (pairs.is_empty(), population.without(0)?) {
            return Ok(law);
        }
        Ok(Arc::new(Atoms::new(&pairs)?))
    }

    /// (1/N) Σ λ over all modes, the planted one too: 1 for spins.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    pub(super) fn planted(&self) -> Option<Planted> {
        self.planted
    }

    /// Largest eigenvalue across the planted direction.
    pub(super) fn largest(&self) -> f64 {
        self.law.support().1 / self.scale
    }

    /// Law of the other modes, and how many variables of it there are per sample at `alpha`, all in units of the scale.
    pub(super) fn bulk(&self, alpha: f64) -> (&dyn PopulationSpectrum, f64, f64) {
        (self.law.as_ref(), self.weight / alpha, self.scale)
    }

    /// The three sums at u = `point`, above the largest eigenvalue.
    pub(super) fn sums(&self, point: f64) -> Sums {
        if self.atoms.is_empty() {
            let expect = |f: &dyn Fn(f64, f64) -> f64| {
                let term = |x: f64| f(x / self.scale, (point - x / self.scale).recip());
                self.weight * self.law.expect(&term)
            };
            return Sums {
                response: expect(&|lambda, inverse| lambda * inverse),
                field: expect(&|lambda, inverse| (lambda * inverse).powi(2)),
                norm: expect(&|lambda, inverse| lambda * inverse * inverse),
            };
        }
        let mut sums = Sums::default();
        for &(lambda, weight) in &self.atoms {
            let inverse = (point - lambda).recip();
            let ratio = lambda * inverse;
            sums.response += weight * ratio;
            sums.field += weight * ratio * ratio;
            sums.norm += weight * ratio * inverse;
        }
        sums
    }
}
