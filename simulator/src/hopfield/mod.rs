//! The Hopfield network: retrieval of patterns at zero and finite temperature.

mod replicas;
mod state;

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
pub use replicas::{Observed, Schedule, Start};
pub use state::{Descent, State};

use crate::bits::write_spins;
use crate::error::{Error, Result, at_least, same_size};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};

/// Spins coupled by Hebb's rule.
///
/// ```text
/// E(s) = − (1/2) Σ_{i≠j} J_ij s_i s_j,   J_ij = (1/N) Σ_μ ξ_i^μ ξ_j^μ,   J_ii = 0
/// ```
///
/// with P = αN patterns ξ^μ = ±1. It is the machine with N spins and P Gaussian hidden units, the latter summed out: weights
/// √(β/N) ξ give the energy βE up to the constant βP/2.
///
/// The couplings are never formed. A state keeps the integers `M_μ = Σ_i ξ_i^μ s_i`, and a field is
/// `N h_i = Σ_μ ξ_i^μ M_μ − P s_i`: sixteen-bit integers, of which a processor multiplies and adds eight at a time, and which
/// stay exact however many spins flip.
///
/// # References
/// Hopfield, PNAS 79, 2554 (1982); Amit, Gutfreund & Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985).
#[derive(Debug, Clone, PartialEq)]
pub struct Hopfield {
    units: usize,
    /// P.
    count: usize,
    /// Row μ is ξ^μ.
    patterns: Vec<i8>,
    /// Row i is `ξ_i`, over all patterns.
    sites: Vec<i16>,
    /// N `J_ii` = P of the full product of patterns, which the fields leave out.
    self_coupling: i32,
}

impl Hopfield {
    /// A network of `units` spins with `patterns` uniformly random patterns.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 1 ≤ `units` ≤ 32767 and 1 ≤ `patterns` ≤ 65535; [`Error::TooLarge`] where the patterns
    /// do not fit into memory.
    pub fn random(units: usize, patterns: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        check_sizes(units, patterns)?;
        let mut values = allocate(patterns, units)?;
        for spins in values.chunks_mut(64) {
            write_spins(&[rng.next_u64()], spins);
        }
        Self::new(&Samples::discrete(patterns, units, values)?)
    }

    /// A network with given patterns, one per row.
    ///
    /// # Errors
    /// As [`random`](Self::random), and [`Error::OutOfDomain`] for entries other than ±1.
    pub fn new(patterns: &Samples) -> Result<Self> {
        let (units, count) = (patterns.columns(), patterns.rows());
        let self_coupling = check_sizes(units, count)?;
        let patterns = spins_of(patterns)?;
        let mut sites = allocate(units, count)?;
        for (mu, pattern) in patterns.chunks_exact(units).enumerate() {
            for (i, &spin) in pattern.iter().enumerate() {
                sites[i * count + mu] = i16::from(spin);
            }
        }
        Ok(Self {
            units,
            count,
            patterns,
            sites,
            self_coupling,
        })
    }

    /// Number of spins N.
    pub fn units(&self) -> usize {
        self.units
    }

    /// Number of patterns P.
    pub fn patterns(&self) -> usize {
        self.count
    }

    /// Pattern ξ^μ, `None` where there is none.
    pub fn pattern(&self, index: usize) -> Option<&[i8]> {
        self.patterns.chunks_exact(self.units).nth(index)
    }

    /// The state in which the spins are a pattern.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for a pattern that does not exist.
    pub fn start_at_pattern(&self, index: usize) -> Result<State<'_>> {
        let pattern = self.pattern(index).ok_or(Error::OutOfDomain {
            name: "pattern",
            domain: "the index of a pattern",
            value: as_float(index),
        })?;
        self.start(pattern.to_vec())
    }

    /// A state of uniformly random spins.
    ///
    /// # Errors
    /// As [`start`](Self::start), although random spins are valid.
    pub fn start_at_random(&self, rng: &mut Xoshiro256PlusPlus) -> Result<State<'_>> {
        let mut spins = vec![0; self.units];
        for spins in spins.chunks_mut(64) {
            write_spins(&[rng.next_u64()], spins);
        }
        self.start(spins)
    }

    /// A state with given spins.
    ///
    /// # Errors
    /// [`Error::Size`] unless there are N spins; [`Error::OutOfDomain`] for entries other than ±1.
    pub fn start(&self, spins: Vec<i8>) -> Result<State<'_>> {
        same_size("spins", self.units, spins.len())?;
        check_spins("spins", &spins)?;
        let overlaps = self
            .patterns
            .chunks_exact(self.units)
            .map(|pattern| state::sum_of_products(pattern, &spins))
            .collect();
        Ok(State {
            network: self,
            spins,
            overlaps,
        })
    }

    /// `ξ_i` over all patterns.
    fn site(&self, i: usize) -> &[i16] {
        &self.sites[i * self.count..(i + 1) * self.count]
    }
}

/// Number of patterns, where all sums fit their integers: `M_μ` 16 bits, and N `h_i` 32.
fn check_sizes(units: usize, patterns: usize) -> Result<i32> {
    at_least("units", "at least 1", units, 1)?;
    at_least("patterns", "at least 1", patterns, 1)?;
    let out_of_domain = |name, domain, value| Error::OutOfDomain {
        name,
        domain,
        value: as_float(value),
    };
    i16::try_from(units).map_err(|_| out_of_domain("units", "at most 32767", units))?;
    let patterns = u16::try_from(patterns)
        .map_err(|_| out_of_domain("patterns", "at most 65535", patterns))?;
    Ok(i32::from(patterns))
}

/// The entries of patterns that are spins.
fn spins_of(patterns: &Samples) -> Result<Vec<i8>> {
    match patterns.as_discrete() {
        Some(values) => {
            check_spins("patterns", values)?;
            Ok(values.to_vec())
        }
        None => Err(Error::Unsupported {
            name: "a Hopfield network of real patterns",
            remedy: "patterns of integers +1 and -1",
        }),
    }
}

fn check_spins(name: &'static str, spins: &[i8]) -> Result<()> {
    match spins.iter().find(|s| s.unsigned_abs() != 1) {
        Some(&value) => Err(Error::OutOfDomain {
            name,
            domain: "of entries +1 and -1",
            value: f64::from(value),
        }),
        None => Ok(()),
    }
}
