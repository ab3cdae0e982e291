//! A configuration of a Hopfield network and its dynamics.

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Hopfield;
use crate::error::{Result, check, same_size};
use crate::exponential::sigmoid;
use crate::numbers::as_float;

/// A configuration of a network with its overlaps.
///
/// A sweep visits the spins in order and computes the field of each from the overlaps with all patterns; a flip changes
/// these.
#[derive(Debug, Clone)]
pub struct State<'a> {
    pub(super) network: &'a Hopfield,
    pub(super) spins: Vec<i8>,
    /// `M_μ = Σ_i ξ_i^μ s_i`.
    pub(super) overlaps: Vec<i16>,
}

/// Where a descent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descent {
    /// Sweeps done, the last without a flip where the state is a fixed point.
    pub sweeps: usize,
    /// Spins flipped on the way.
    pub flips: usize,
    /// Whether every spin agrees with its field.
    pub fixed_point: bool,
}

impl State<'_> {
    /// Asynchronous dynamics at zero temperature: each spin in turn follows its field, and stays where the field is zero.
    ///
    /// Every flip lowers the energy, so that a fixed point is reached, in at most `max_sweeps` sweeps or not yet.
    pub fn descend(&mut self, max_sweeps: usize) -> Descent {
        let mut flips = 0;
        for sweeps in 1..=max_sweeps {
            let before = flips;
            for i in 0..self.spins.len() {
                if self.field(i) * i32::from(self.spins[i]) < 0 {
                    self.flip(i);
                    flips += 1;
                }
            }
            if flips == before {
                return Descent {
                    sweeps,
                    flips,
                    fixed_point: true,
                };
            }
        }
        Descent {
            sweeps: max_sweeps,
            flips,
            fixed_point: false,
        }
    }

    /// One sweep of heat-bath updates, each spin in turn with probability 1/(1 + exp(−2 β `h_i` `s_i`)) for `s_i`; the number of
    /// flips. The Boltzmann law exp(−βE)/Z is stationary.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `inverse_temperature` β is finite and not negative.
    pub fn sweep(
        &mut self,
        inverse_temperature: f64,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<usize> {
        let beta = check(
            "inverse_temperature",
            "finite and not negative",
            inverse_temperature,
            |b| b >= 0.0,
        )?;
        let scale = 2.0 * beta / as_float(self.spins.len());
        let mut flips = 0;
        for i in 0..self.spins.len() {
            let uniform: f64 = StandardUniform.sample(rng);
            let up = sigmoid(scale * f64::from(self.field(i)));
            if (uniform < up) != (self.spins[i] > 0) {
                self.flip(i);
                flips += 1;
            }
        }
        Ok(flips)
    }

    /// N `h_i`.
    fn field(&self, i: usize) -> i32 {
        let site = self.network.site(i);
        // No sum can overflow, and checks would keep the loop from being vectorized.
        let sum = site
            .iter()
            .zip(&self.overlaps)
            .fold(0_i32, |sum, (&x, &m)| {
                sum.wrapping_add(i32::from(x).wrapping_mul(i32::from(m)))
            });
        sum - self.network.self_coupling * i32::from(self.spins[i])
    }

    /// Turns a spin over.
    fn flip(&mut self, i: usize) {
        let change = -2 * i16::from(self.spins[i]);
        self.spins[i] = -self.spins[i];
        for (overlap, x) in self.overlaps.iter_mut().zip(self.network.site(i)) {
            *overlap = overlap.wrapping_add(x.wrapping_mul(change));
        }
    }

    /// The spins.
    pub fn spins(&self) -> &[i8] {
        &self.spins
    }

    /// Local field `h_i` of every spin.
    pub fn fields(&self) -> Vec<f64> {
        let units = as_float(self.spins.len());
        (0..self.spins.len())
            .map(|i| f64::from(self.field(i)) / units)
            .collect()
    }

    /// Overlap m = (1/N) `Σ_i ξ_i s_i` with a pattern, or q with another state's spins.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless there are N spins.
    pub fn overlap(&self, spins: &[i8]) -> Result<f64> {
        same_size("spins", self.spins.len(), spins.len())?;
        let terms = self
            .spins
            .iter()
            .zip(spins)
            .map(|(&s, &t)| i32::from(s) * i32::from(t));
        Ok(f64::from(terms.sum::<i32>()) / as_float(self.spins.len()))
    }

    /// Overlaps with all patterns.
    pub fn overlaps(&self) -> Vec<f64> {
        let units = as_float(self.spins.len());
        self.overlaps
            .iter()
            .map(|&m| f64::from(m) / units)
            .collect()
    }

    /// Energy per spin, `E/N = −(1/2) Σ_μ m_μ² + α/2`.
    ///
    /// With the self-couplings `J_ii` = α, as in the theory, it is lower by α/2.
    pub fn energy(&self) -> f64 {
        let units = as_float(self.spins.len());
        let squares: f64 = self.overlaps.iter().map(|&m| f64::from(m).powi(2)).sum();
        0.5 * (as_float(self.overlaps.len()) - squares / units) / units
    }
}

/// `Σ_i s_i t_i` of at most 32767 spins.
pub(super) fn sum_of_products(s: &[i8], t: &[i8]) -> i16 {
    s.iter()
        .zip(t)
        .map(|(&s, &t)| i16::from(s) * i16::from(t))
        .sum()
}
