//! Ising spins on a square torus, drawn by Swendsen–Wang cluster Monte Carlo.

mod chain;

pub use chain::TorusChain;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::error::{Error, Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};
use crate::statistics::autocorrelation;

/// Steps of the first pilot run; doubled until the autocorrelation time can be trusted.
const FIRST_PILOT: usize = 1024;
/// Steps at which the pilot run gives up.
const LONGEST_PILOT: usize = 1 << 20;
/// Sweeps between samples, in units of the autocorrelation time of the energy.
const SPACING: f64 = 5.0;

/// Ising spins on an L × L torus.
///
/// ```text
/// p(v) ∝ exp(β Σ_⟨ij⟩ v_i v_j),   N = L²,   β_c = ln(1 + √2)/2
/// ```
///
/// summed over the 2N nearest-neighbour bonds, β ≥ 0, 2 ≤ L ≤ 32768 (L = 2 has two bonds between the same spins). Site
/// (x, y) is column y L + x of the samples.
///
/// # Method
/// Swendsen–Wang sweeps ([`TorusChain`]) from the ordered state. A pilot run of 1024 sweeps, doubled up to 2²⁰ until it
/// holds a hundred autocorrelation times, measures the integrated autocorrelation time τ of the energy (Sokal's window;
/// the first eighth of the pilot is left out). The whole pilot is the burn-in; then every sample is taken ⌈5τ⌉ sweeps
/// after the one before, which leaves a correlation of about e⁻⁵ < 1 % between the energies of neighbours. The
/// magnetization is decorrelated as well: each sweep flips every cluster with probability 1/2. τ ≈ 5 at `β_c` and L = 64
/// and grows as about L^0.2.
///
/// # References
/// Swendsen & Wang, Phys. Rev. Lett. 58, 86 (1987); Sokal, in *Functional Integration* (Plenum, 1997).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IsingTorus {
    side: usize,
    inverse_temperature: f64,
}

/// Samples of an [`IsingTorus`] and how they were obtained.
#[derive(Debug, Clone, PartialEq)]
pub struct TorusDraw {
    /// The configurations, one per row.
    pub samples: Samples,
    /// Energy per site −(1/N) Σ_⟨ij⟩ `v_i` `v_j` of each, between −2 and 2.
    pub energies: Vec<f64>,
    /// Magnetization per site (1/N) `Σ_i` `v_i` of each.
    pub magnetizations: Vec<f64>,
    /// Sweeps before the first sample.
    pub burn_in: usize,
    /// Sweeps from one sample to the next.
    pub spacing: usize,
    /// Integrated autocorrelation time of the energy, in sweeps.
    pub autocorrelation_time: f64,
}

impl IsingTorus {
    /// A torus of `side` × `side` spins at the coupling β = `inverse_temperature`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 2 ≤ `side` ≤ 32768 and β is finite and not negative.
    pub fn new(side: usize, inverse_temperature: f64) -> Result<Self> {
        let domain = "between 2 and 32768";
        at_least("side", domain, side, 2)?;
        if side > 32_768 {
            return Err(Error::OutOfDomain {
                name: "side",
                domain,
                value: as_float(side),
            });
        }
        check(
            "inverse_temperature",
            "finite and not negative",
            inverse_temperature,
            |b| b >= 0.0,
        )?;
        Ok(Self {
            side,
            inverse_temperature,
        })
    }

    /// The side L.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The coupling β.
    pub fn inverse_temperature(&self) -> f64 {
        self.inverse_temperature
    }

    /// A Markov chain at this coupling, in the ordered state of all spins up.
    pub fn chain(&self) -> TorusChain {
        TorusChain::new(self.side, self.inverse_temperature)
    }

    /// Draws samples and tells how: burn-in, spacing, autocorrelation time and the observables of each.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the samples do not fit into memory; [`Error::TooShort`] where 2²⁰ sweeps do not tell
    /// the autocorrelation time.
    pub fn sample(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<TorusDraw> {
        let mut values = allocate(samples, self.units())?;
        let mut chain = self.chain();
        let (burn_in, autocorrelation_time) = pilot(&mut chain, rng)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "5τ < 2^20"
        )]
        let spacing = (SPACING * autocorrelation_time).ceil().max(1.0) as usize;
        let (mut energies, mut magnetizations) = (Vec::new(), Vec::new());
        for row in values.chunks_exact_mut(self.units()) {
            for _ in 0..spacing {
                chain.sweep(rng);
            }
            chain.write_spins(row);
            energies.push(chain.energy());
            magnetizations.push(chain.magnetization());
        }
        let samples = Samples::discrete(samples, self.units(), values)?;
        Ok(TorusDraw {
            samples,
            energies,
            magnetizations,
            burn_in,
            spacing,
            autocorrelation_time,
        })
    }
}

impl DataModel for IsingTorus {
    fn units(&self) -> usize {
        self.side * self.side
    }

    /// The samples of [`IsingTorus::sample`].
    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        Ok(self.sample(samples, rng)?.samples)
    }
}

/// Sweeps done and the autocorrelation time of the energy.
fn pilot(chain: &mut TorusChain, rng: &mut Xoshiro256PlusPlus) -> Result<(usize, f64)> {
    let mut energies = Vec::new();
    let mut length = FIRST_PILOT;
    loop {
        while energies.len() < length {
            chain.sweep(rng);
            energies.push(chain.energy());
        }
        match autocorrelation(&energies[length / 8..]) {
            Ok(measured) => return Ok((length, measured.time)),
            Err(Error::TooShort { .. }) if length < LONGEST_PILOT => length *= 2,
            Err(error) => return Err(error),
        }
    }
}
