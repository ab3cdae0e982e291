//! What becomes of one mode of the population in the sample spectrum.

use super::law::SampleLaw;
use crate::error::{Error, Result, check, positive};
use crate::solver::root::find_root;
use crate::spectra::{Population, PopulationSpectrum};

/// The fate of one population mode among the sample eigenvalues.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spike {
    /// The mode has its own sample eigenvalues, outside the bulk.
    Detached {
        /// Sample eigenvalue `ψ(ℓ)`.
        eigenvalue: f64,
        /// Squared cosine between a sample eigenvector and the mode, `ℓ ψ'(ℓ)/ψ(ℓ)` ∈ (0, 1].
        overlap_squared: f64,
    },
    /// The mode is lost in the bulk: its overlap with any one sample eigenvector vanishes with N.
    Absorbed {
        /// The sample eigenvalue of the same rank: the bulk's quantile at the fraction of modes below ℓ, an edge for the leading mode.
        eigenvalue: f64,
    },
}

impl Spike {
    /// Sample eigenvalue, detached or not.
    pub fn eigenvalue(&self) -> f64 {
        match *self {
            Self::Detached { eigenvalue, .. } | Self::Absorbed { eigenvalue } => eigenvalue,
        }
    }

    /// Squared overlap, zero when absorbed.
    pub fn overlap_squared(&self) -> f64 {
        match *self {
            Self::Detached {
                overlap_squared, ..
            } => overlap_squared,
            Self::Absorbed { .. } => 0.0,
        }
    }

    /// True when the mode has left the bulk.
    pub fn is_detached(&self) -> bool {
        matches!(self, Self::Detached { .. })
    }
}

/// What `alpha` = samples/units shows of the mode of rank `mode` (0 for the leading one).
///
/// ```text
/// ψ(ℓ) = ℓ (1 + γ (1/N) Σ_rest λ/(ℓ−λ)),   detached iff ψ'(ℓ) > 0,   c² = ℓ ψ'(ℓ)/ψ(ℓ)
/// ```
///
/// where ℓ is the mode's eigenvalue, γ = units/samples and the sum runs over all other modes. c² → 0 at the threshold
/// [`critical_alpha`](super::critical_alpha) and c² → 1 for many samples. For a degenerate mode c² is the squared projection on its eigenspace.
///
/// # Errors
/// [`Error::OutOfDomain`] unless `alpha` is positive and finite and the mode exists.
///
/// # References
/// Bai & Yao, J. Multivariate Anal. 106, 167 (2012); Paul, Stat. Sinica 17, 1617 (2007); Benaych-Georges & Nadakuditi,
/// Adv. Math. 227, 494 (2011).
pub fn spike(population: &Population, mode: usize, alpha: f64) -> Result<Spike> {
    positive("alpha", alpha)?;
    let l = population.mode(mode)?.eigenvalue;
    if l <= 0.0 {
        return Ok(Spike::Absorbed { eigenvalue: 0.0 });
    }
    let first = population.sum_without(mode, &|x| x / (l - x))?;
    let second = population.sum_without(mode, &|x| (x / (l - x)).powi(2))?;
    let landed = l * (1.0 + first / alpha);
    let slope = 1.0 - second / alpha;
    if slope > 0.0 {
        return Ok(Spike::Detached {
            eigenvalue: landed,
            overlap_squared: l * slope / landed,
        });
    }
    Ok(Spike::Absorbed {
        eigenvalue: absorbed_at(population, mode, alpha)?,
    })
}

/// Bulk quantile at which an absorbed mode's sample eigenvalue sits.
fn absorbed_at(population: &Population, mode: usize, alpha: f64) -> Result<f64> {
    let l = population.mode(mode)?.eigenvalue;
    let Some((rest, variables)) = population.without(mode)? else {
        return Ok(0.0);
    };
    let law = SampleLaw::new(rest.as_ref(), variables / alpha)?;
    // The weights sum to 1 up to rounding only.
    law.quantile((1.0 - rest.mass_above(l)).clamp(0.0, 1.0))
}

/// The population eigenvalue behind a sample eigenvalue that lies outside the bulk: ψ inverted.
///
/// `bulk` and `aspect_ratio` γ = (bulk variables)/samples describe the rest; the answer is the ℓ with ψ(ℓ) = `observed` and
/// ψ'(ℓ) > 0, above, below or in a gap of the bulk.
///
/// # Errors
/// [`Error::OutOfDomain`] if `observed` is not positive or lies within the bulk, and as [`SampleLaw::new`].
pub fn population_eigenvalue(
    bulk: &dyn PopulationSpectrum,
    aspect_ratio: f64,
    observed: f64,
) -> Result<f64> {
    check("observed", "positive and finite", observed, |x| x > 0.0)?;
    let law = SampleLaw::new(bulk, aspect_ratio)?;
    let intervals = law.support();
    let outside = "outside the bulk of the sample spectrum";
    let refused = Error::OutOfDomain {
        name: "observed",
        domain: outside,
        value: observed,
    };
    let next = intervals.partition_point(|interval| interval.upper.position < observed);
    if intervals
        .get(next)
        .is_some_and(|interval| interval.lower.position <= observed)
    {
        return Err(refused);
    }
    let landing = law.landing();
    let missing = |u: f64| landing.on_axis(u).position - observed;
    let lower = match next.checked_sub(1).and_then(|index| intervals.get(index)) {
        Some(below) => below.upper.population,
        // Below the bulk: ψ rises from 0 at u = 0 when there are more samples than directions.
        None if landing.deficit() > 0.0 => 0.0,
        None => return Err(refused),
    };
    let upper = match intervals.get(next) {
        Some(above) => above.lower.population,
        // ψ(u) ≥ u above the bulk.
        None => observed.max(lower),
    };
    Ok(find_root("psi - observed", missing, lower, upper, 0.0)?.x)
}

/// The bulk law's own scale of fluctuations at an outer edge: Tracy–Widom.
///
/// ```text
/// largest sample eigenvalue ≈ x₊ + scale · TW₁,   scale = (ψ''(u₊)/2)^{1/3} u₊^{4/3} P^{−2/3}
/// ```
///
/// where u₊ is the population point of the edge x₊ and P = `samples`. For white noise it is Johnstone's
/// `(1+√γ)(1+1/√γ)^{1/3} P^{−2/3}`.
///
/// # References
/// El Karoui, Ann. Probab. 35, 663 (2007); Johnstone, Ann. Stat. 29, 295 (2001).
pub fn tracy_widom_scale(edge: &super::Edge, samples: f64) -> f64 {
    (0.5 * edge.curvature.abs()).cbrt() * edge.population.abs().powf(4.0 / 3.0)
        / samples.powf(2.0 / 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn one_spike_on_white_noise_is_the_textbook_case() {
        let (l, gamma) = (1.5, 0.4);
        let population = Population::spiked(None, &[l]).unwrap();
        let fate = spike(&population, 0, 1.0 / gamma).unwrap();
        // Baik & Silverstein (2006): λ = ℓ (1 + γ/(ℓ−1)); Paul (2007): c² = (1 − γ/(ℓ−1)²)/(1 + γ/(ℓ−1)).
        assert_relative_eq!(
            fate.eigenvalue(),
            (1.0 + l) * (1.0 + gamma / l),
            max_relative = 1e-14
        );
        let overlap = (1.0 - gamma / (l * l)) / (1.0 + gamma / l);
        assert_relative_eq!(fate.overlap_squared(), overlap, max_relative = 1e-14);
    }

    #[test]
    fn an_absorbed_leading_mode_sits_at_the_edge() {
        let population = Population::spiked(None, &[0.5]).unwrap();
        let fate = spike(&population, 0, 1.0).unwrap();
        assert!(!fate.is_detached());
        assert_relative_eq!(fate.eigenvalue(), 4.0, max_relative = 1e-12);
    }

    #[test]
    fn the_population_eigenvalue_comes_back_from_its_landing() {
        let population =
            Population::from_eigenvalues(&[9.0, 4.0, 1.2, 1.1, 1.0, 0.9, 0.8, 0.2]).unwrap();
        for mode in [0, 1, 7] {
            let fate = spike(&population, mode, 40.0).unwrap();
            assert!(fate.is_detached());
            let (rest, variables) = population.without(mode).unwrap().unwrap();
            let back = population_eigenvalue(rest.as_ref(), variables / 40.0, fate.eigenvalue());
            let eigenvalue = population.modes()[mode].eigenvalue;
            assert_relative_eq!(back.unwrap(), eigenvalue, max_relative = 1e-12);
        }
    }

    #[test]
    fn the_edge_scale_of_white_noise_is_that_of_johnstone() {
        let (gamma, samples) = (0.3_f64, 500.0_f64);
        let population = Population::iid(None).unwrap();
        let law = SampleLaw::new(population.spectrum(), gamma).unwrap();
        let expected =
            (1.0 + gamma.sqrt()) * (1.0 + 1.0 / gamma.sqrt()).cbrt() / samples.powf(2.0 / 3.0);
        let scale = tracy_widom_scale(&law.support()[0].upper, samples);
        assert_relative_eq!(scale, expected, max_relative = 1e-12);
    }
}
