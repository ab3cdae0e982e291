//! A teacher whose weights and hidden unit have laws between a spin and a Gaussian.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::field;
use super::law::{SoftLaw, Tilted};
use crate::bits::uniform;
use crate::data::DataModel;
use crate::error::{Result, at_least, check};
use crate::exponential::sigmoid;
use crate::numbers::{as_float, dot};
use crate::samples::{Samples, allocate};

/// Spins v = ±1 that one hidden unit τ of soft law holds together.
///
/// ```text
/// p(v) ∝ E_τ exp(β τ ξ·v/√N)
/// ```
///
/// The hidden value has the law `P(τ) ∏_i cosh(β τ ξ_i/√N)` in the data. As cosh x ≤ exp(x²/2) it is drawn from two Gaussians and
/// accepted with the probability `∏_i cosh(x_i) exp(−x_i²/2)`; given it the spins are independent: the sampler is exact.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftTeacher {
    weights: Vec<f64>,
    hidden: SoftLaw,
    beta: f64,
}

impl SoftTeacher {
    /// A teacher of inverse temperature `beta` with these weights and this law of its hidden unit.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless there is a weight, β is finite and `β²Ω|ξ|²/N` < 1.
    pub fn new(beta: f64, weights: Vec<f64>, hidden: SoftLaw) -> Result<Self> {
        let units = at_least("units", "at least 1", weights.len(), 1)?;
        let beta = check("beta", "finite", beta, |_| true)?;
        let norm = dot(&weights, &weights) / as_float(units);
        let spread = beta * beta * norm * hidden.gaussian_variance();
        check(
            "beta^2 OMEGA |xi|^2/N",
            "below 1, where hidden values diverge",
            spread,
            |x| x < 1.0,
        )?;
        Ok(Self {
            weights,
            hidden,
            beta,
        })
    }

    /// A teacher of `units` ≥ 1 random weights.
    ///
    /// # Errors
    /// As [`SoftTeacher::new`].
    pub fn random(
        units: usize,
        beta: f64,
        [weights, hidden]: [SoftLaw; 2],
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        let weights = (0..units).map(|_| weights.draw(rng)).collect();
        Self::new(beta, weights, hidden)
    }

    /// ξ.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// A hidden value of the data.
    fn draw_hidden(&self, tilted: &Tilted, rng: &mut Xoshiro256PlusPlus) -> f64 {
        loop {
            let value = tilted.draw(0.0, rng);
            let excess: f64 = self
                .weights
                .iter()
                .map(|xi| field::log_cosh_excess(self.scale() * value * xi))
                .sum();
            if uniform(rng.next_u64()) < excess.exp() {
                return value;
            }
        }
    }

    fn scale(&self) -> f64 {
        self.beta / as_float(self.weights.len()).sqrt()
    }
}

impl DataModel for SoftTeacher {
    fn units(&self) -> usize {
        self.weights.len()
    }

    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let norm = dot(&self.weights, &self.weights) * self.scale().powi(2);
        let tilted = Tilted::new(self.hidden, -norm);
        let mut values: Vec<i8> = allocate(samples, self.units())?;
        for row in values.chunks_exact_mut(self.units()) {
            let hidden = self.draw_hidden(&tilted, rng);
            for (spin, xi) in row.iter_mut().zip(&self.weights) {
                let up = uniform(rng.next_u64()) < sigmoid(2.0 * self.scale() * hidden * xi);
                *spin = if up { 1 } else { -1 };
            }
        }
        Samples::discrete(samples, self.units(), values)
    }
}
