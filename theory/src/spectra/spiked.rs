//! White noise, and white noise with a few distinguished directions.

use std::sync::Arc;

use super::{Atoms, Population};
use crate::error::{Result, check};
use crate::numerics::count;

impl Population {
    /// Independent units of unit variance: all eigenvalues are 1.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if `units` is 0.
    pub fn iid(units: Option<usize>) -> Result<Self> {
        Self::spiked(units, &[])
    }

    /// White noise with spikes, `x = z + Σ_j √l_j g_j u_j` with z and g standard Gaussian and `u_j` orthonormal.
    ///
    /// ```text
    /// λ = 1 + l_j (once each),   λ = 1 (N − number of spikes times)
    /// ```
    ///
    /// where `spikes` are the excess eigenvalues `l_j > 0`.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if a spike is not positive or above 10¹⁴⁰, whose critical sample size l⁻² is no ordinary number, or there are more spikes than units.
    ///
    /// # References
    /// Johnstone, Ann. Stat. 29, 295 (2001).
    pub fn spiked(units: Option<usize>, spikes: &[f64]) -> Result<Self> {
        for &spike in spikes {
            check("spike", "above 0 and at most 1e140", spike, |l| {
                l > 0.0 && l <= 1e140
            })?;
        }
        let Some(units) = units else {
            let few = spikes.iter().map(|l| (1.0 + l, 1)).collect();
            return Ok(Self::infinite(Arc::new(Atoms::uniform(&[1.0])?), 1.0, few));
        };
        let bulk = units
            .checked_sub(spikes.len())
            .ok_or(crate::Error::OutOfDomain {
                name: "number of spikes",
                domain: "at most the number of units",
                value: count(spikes.len()),
            })?;
        let mut groups: Vec<_> = spikes.iter().map(|l| (1.0 + l, 1)).collect();
        groups.push((1.0, bulk));
        Self::finite(units, &groups)
    }
}
