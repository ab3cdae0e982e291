//! Two clusters: data of an RBM teacher with one spin hidden unit.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::bits::{BernoulliWord, write_spins};
use crate::error::{Error, Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};

/// Spins v = ±1 around a pattern ξ = ±1 and around its opposite.
///
/// ```text
/// p(v) ∝ cosh(b ξ·v/√N):   h = ±1 evenly,   ⟨v_i | h⟩ = h ξ_i tanh(b/√N)
/// ```
///
/// where b is the signal (any sign, as h is even). Given the hidden unit h the spins are independent, so the sampler is
/// exact. The population covariance has the eigenvalue 1 + (N − 1) tanh²(b/√N) along ξ, 1 + b² for N → ∞, and
/// 1 − tanh²(b/√N) across.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoCluster {
    pattern: Vec<i8>,
    /// The pattern as bits, 1 for ξ = −1.
    words: Vec<u64>,
    /// Law of the bits in which v differs from h ξ.
    error: BernoulliWord,
}

impl TwoCluster {
    /// Two clusters around ± `pattern` with the signal b.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless the pattern has at least one entry, all of them ±1, and `signal` is finite.
    pub fn new(signal: f64, pattern: Vec<i8>) -> Result<Self> {
        check("signal", "finite", signal, |_| true)?;
        at_least("pattern", "of at least one entry", pattern.len(), 1)?;
        if let Some(&entry) = pattern.iter().find(|x| x.unsigned_abs() != 1) {
            let value = f64::from(entry);
            return Err(Error::OutOfDomain {
                name: "pattern",
                domain: "of entries +1 and -1",
                value,
            });
        }
        let words = pattern.chunks(64).map(pack).collect();
        let field = signal / as_float(pattern.len()).sqrt();
        // (1 − tanh x)/2 without cancellation at large x.
        let error = BernoulliWord::new(1.0 / (1.0 + (2.0 * field).exp()));
        Ok(Self {
            pattern,
            words,
            error,
        })
    }

    /// Two clusters of `units` ≥ 1 spins around a uniformly random pattern.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `units` ≥ 1 and `signal` is finite.
    pub fn random(units: usize, signal: f64, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let mut pattern = allocate(1, at_least("units", "at least 1", units, 1)?)?;
        for spins in pattern.chunks_mut(64) {
            write_spins(&[rng.next_u64()], spins);
        }
        Self::new(signal, pattern)
    }

    /// The pattern ξ.
    pub fn pattern(&self) -> &[i8] {
        &self.pattern
    }

    /// The unit vector ξ/√N along which the data are spread.
    pub fn direction(&self) -> Vec<f64> {
        let norm = as_float(self.pattern.len()).sqrt();
        self.pattern.iter().map(|&x| f64::from(x) / norm).collect()
    }
}

impl DataModel for TwoCluster {
    fn units(&self) -> usize {
        self.pattern.len()
    }

    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let mut values = allocate(samples, self.units())?;
        for row in values.chunks_exact_mut(self.units()) {
            let hidden = 0_u64.wrapping_sub(rng.next_u64() >> 63);
            for (spins, &word) in row.chunks_mut(64).zip(&self.words) {
                write_spins(&[word ^ hidden ^ self.error.draw(rng)], spins);
            }
        }
        Samples::discrete(samples, self.units(), values)
    }
}

/// Up to 64 spins as bits, 1 for −1.
fn pack(spins: &[i8]) -> u64 {
    spins
        .iter()
        .enumerate()
        .fold(0, |word, (i, &spin)| word | u64::from(spin < 0) << i)
}
