//! How the top sample eigenvector is spread over the population's modes, on both sides of the threshold.

use crate::error::{Error, Result, positive};
use crate::solver::root::find_root;
use crate::spectra::{Mode, Population};

/// Mean squared overlap of the top sample eigenvector with each mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The point x* above the largest population eigenvalue on which the weights depend.
    pub resonance: f64,
    /// Each mode with its squared overlap (over the whole eigenspace); they sum to 1.
    pub overlaps: Vec<(Mode, f64)>,
}

/// The overlap profile of the top sample eigenvector at `alpha` = samples/units.
///
/// ```text
/// c_k² ∝ g_k λ_k/(x* − λ_k)²,   γ (1/N) Σ_k g_k (λ_k/(x* − λ_k))² = 1,   x* > λ_max
/// ```
///
/// where `g_k` is the degeneracy and the weights are normalised to 1. Below threshold this is the local law of eigenvectors at
/// the bulk's edge. Above it x* approaches the leading eigenvalue ℓ from above, at a distance of order 1/√N, and the leading
/// weight becomes `ℓ ψ'(ℓ)/ψ(ℓ)` (own: the rest has `Σ g λ/(ℓ−λ)² = N (ψ − ℓψ')/(γ ℓ²)`, and ψ' is what the leading term
/// must supply to the sum rule), so that one formula holds on both sides, with the leading modes' finite number in it.
///
/// # Errors
/// [`Error::OutOfDomain`] unless `alpha` is positive and the population finite, with a positive eigenvalue.
///
/// # References
/// Ledoit & Péché, Probab. Theory Relat. Fields 151, 233 (2011), at the edge; normalisation and continuation: own.
pub fn overlap_profile(population: &Population, alpha: f64) -> Result<Profile> {
    positive("alpha", alpha)?;
    if population.units().is_none() && population.modes().iter().any(|mode| mode.weight <= 0.0) {
        return Err(Error::OutOfDomain {
            name: "units",
            domain: "finite for an overlap profile",
            value: f64::INFINITY,
        });
    }
    let top = population.mode(0)?.eigenvalue;
    positive("largest eigenvalue", top)?;
    let load = population.variables_per_unit() / alpha;
    let spectrum = population.spectrum();
    let excess = |x: f64| load * spectrum.expect(&|l| (l / (x - l)).powi(2)) - 1.0;
    // Between what the leading mode alone and what all modes at its place would give.
    let leading = population.mode(0)?.weight / alpha;
    let lower = top * (1.0 + leading.sqrt() * (1.0 - 1e-9));
    let upper = top * (1.0 + load.sqrt() * (1.0 + 1e-9));
    let resonance = find_root("sum rule of the profile", excess, lower, upper, 0.0)?.x;
    let weight =
        |mode: &Mode| mode.weight * mode.eigenvalue / (resonance - mode.eigenvalue).powi(2);
    let total: f64 = population.modes().iter().map(weight).sum();
    let overlaps = population
        .modes()
        .iter()
        .map(|mode| (*mode, weight(mode) / total))
        .collect();
    Ok(Profile {
        resonance,
        overlaps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::{SampleLaw, spike};
    use approx::assert_relative_eq;

    #[test]
    fn the_resonance_is_the_population_point_of_the_edge() {
        let population = Population::ising_ring(Some(60), 0.5).unwrap();
        let profile = overlap_profile(&population, 5.0).unwrap();
        let law = SampleLaw::new(population.spectrum(), 0.2).unwrap();
        let edge = law.support().last().unwrap().upper;
        assert_relative_eq!(profile.resonance, edge.population, max_relative = 1e-12);
    }

    #[test]
    fn far_above_threshold_the_leading_weight_is_the_overlap_of_the_outlier() {
        let population = Population::spiked(Some(100_000), &[2.0]).unwrap();
        let profile = overlap_profile(&population, 3.0).unwrap();
        let outlier = spike(&population, 0, 3.0).unwrap();
        // x* − ℓ is of order N^{−1/2}, and so is the correction.
        assert_relative_eq!(
            profile.overlaps[0].1,
            outlier.overlap_squared(),
            max_relative = 1e-2
        );
    }
}
