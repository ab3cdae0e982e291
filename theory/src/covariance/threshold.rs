//! How many samples it takes before a mode shows: the threshold of retarded learning.

use crate::error::{Error, Result, check, positive};
use crate::solver::root::{expand_bracket, find_root};
use crate::spectra::Population;

/// Critical `alpha` = samples/units of the mode of rank `mode` (0 for the leading one).
///
/// ```text
/// α_c = (1/N) Σ_rest λ²/(ℓ − λ)²,   P_c = N α_c
/// ```
///
/// where ℓ is the mode's eigenvalue and the sum runs over all other modes. Below it the sample eigenvectors carry no trace
/// of the mode as N grows, above it one of them has a finite overlap. One spike l on white noise: `1/l²`. On an infinite ring
/// the spectrum is continuous up to its top and the result is +∞: at fixed α nothing detaches.
///
/// # Errors
/// [`Error::OutOfDomain`] if there is no such mode.
///
/// # References
/// Baik, Ben Arous & Péché, Ann. Probab. 33, 1643 (2005); Watkin & Nadal, J. Phys. A 27, 1899 (1994); Reimann & Van den
/// Broeck, Phys. Rev. E 53, 3989 (1996); Bai & Yao, J. Multivariate Anal. 106, 167 (2012).
pub fn critical_alpha(population: &Population, mode: usize) -> Result<f64> {
    let l = population.mode(mode)?.eigenvalue;
    let top = population.spectrum();
    if population.mode(mode)?.weight <= 0.0 && top.atoms().is_empty() {
        // The end of a band: the integral diverges.
        return Ok(f64::INFINITY);
    }
    population.sum_without(mode, &|x| (x / (l - x)).powi(2))
}

/// Critical `alpha` by the crossing of signal and noise: the leading eigenvalue equals the upper edge of independent units.
///
/// ```text
/// one variable per unit:   λ₁ = (1 + √γ)²,                    α_c = (√λ₁ − 1)⁻²
/// p one-hot units:         λ₁ = p/(p−1) (1 + √(γ(p−1)))²,     α_c = (p−1) (√(λ₁(p−1)/p) − 1)⁻²
/// ```
///
/// where γ = 1/α. It tells where signal and noise have equal eigenvalues, not where the eigenvector appears
/// ([`critical_alpha`] does); +∞ if the signal is below the noise at any α. The second line (own) is the edge of
/// standardised one-hot units, whose p per site span p − 1 directions of variance p/(p−1).
///
/// # Errors
/// [`Error::OutOfDomain`] if the population has no mode.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), for the criterion.
pub fn crossing_alpha(population: &Population) -> Result<f64> {
    let p = population.variables_per_unit();
    let (directions, variance) = if p > 1.0 {
        (p - 1.0, p / (p - 1.0))
    } else {
        (1.0, 1.0)
    };
    let excess = (population.mode(0)?.eigenvalue / variance).sqrt() - 1.0;
    Ok(if excess > 0.0 {
        directions / (excess * excess)
    } else {
        f64::INFINITY
    })
}

/// [`crossing_alpha`] with the noise edge as published, which differs for one-hot units.
///
/// ```text
/// p one-hot units:   λ₁ = p/(p−1) + (1 + √(γp))²,   α_c = p (√(λ₁ − p/(p−1)) − 1)⁻²
/// ```
///
/// Kept under its name for comparison: the edge of independent standardised one-hot units is the one of
/// [`crossing_alpha`], as their spectrum shows.
///
/// # Errors
/// As [`crossing_alpha`].
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).
pub fn crossing_published_alpha(population: &Population) -> Result<f64> {
    let p = population.variables_per_unit();
    if p <= 1.0 {
        return crossing_alpha(population);
    }
    let signal = population.mode(0)?.eigenvalue - p / (p - 1.0);
    let excess = signal.max(0.0).sqrt() - 1.0;
    Ok(if excess > 0.0 {
        p / (excess * excess)
    } else {
        f64::INFINITY
    })
}

/// `alpha` at which the squared overlap of a mode with its sample eigenvector reaches `overlap_squared`.
///
/// ```text
/// c² = ℓψ'/ψ = (α − B)/(α + A)   ⇒   α = (B + c² A)/(1 − c²),   A = (1/N) Σ λ/(ℓ−λ),  B = α_c
/// ```
///
/// where both sums run over the other modes; overlap 0 gives the threshold itself.
///
/// # Errors
/// [`Error::OutOfDomain`] unless 0 ≤ `overlap_squared` < 1 and the mode exists.
pub fn alpha_for_overlap(
    population: &Population,
    mode: usize,
    overlap_squared: f64,
) -> Result<f64> {
    let c = check("overlap", "at least 0 and below 1", overlap_squared, |c| {
        (0.0..1.0).contains(&c)
    })?;
    let threshold = critical_alpha(population, mode)?;
    if threshold.is_infinite() {
        return Ok(threshold);
    }
    let l = population.mode(mode)?.eigenvalue;
    let first = population.sum_without(mode, &|x| x / (l - x))?;
    Ok((threshold + c * first) / (1.0 - c))
}

/// The parameter of a family of populations at which a criterion asks for exactly `alpha`.
///
/// `family` gives the criterion's α at a parameter (β, spike or signal), decreasing from +∞ at 0: stronger correlations take
/// fewer samples. The search is for positive parameters, between 1e-6 and `most`.
///
/// # Errors
/// [`Error::NotBracketed`] if no parameter below `most` will do, [`Error::OutOfDomain`] unless `alpha` is positive, and
/// whatever `family` returns.
pub fn solve_parameter(
    name: &'static str,
    alpha: f64,
    most: f64,
    family: &dyn Fn(f64) -> Result<f64>,
) -> Result<f64> {
    positive("alpha", alpha)?;
    let mut failure = None;
    // In logarithms both sides are close to straight lines, and an infinite α keeps its sign.
    let mut distance = |log_parameter: f64| match family(log_parameter.exp()) {
        Ok(value) => (value / alpha).ln(),
        Err(error) => {
            failure = Some(error);
            f64::NAN
        }
    };
    let limits = [1e-6_f64.ln(), most.ln()];
    let found = expand_bracket(
        name,
        &mut distance,
        [(-1.0_f64).min(limits[1] - 1.0), 0.0_f64.min(limits[1])],
        limits,
    )
    .and_then(|[a, b]| find_root(name, &mut distance, a, b, 0.0));
    match (found, failure) {
        (Ok(root), _) => Ok(root.x.exp()),
        (Err(Error::NotFinite { .. }), Some(error)) | (Err(error), _) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::spike;
    use approx::assert_relative_eq;

    #[test]
    fn the_ring_needs_the_published_number_of_samples() {
        // Ten printed digits of the project's own reference values.
        for (units, beta, expected) in [(50, 0.5, 68.321_445_7), (100, 1.0, 7.743_225_7)] {
            let ring = Population::ising_ring(Some(units), beta).unwrap();
            assert_relative_eq!(
                critical_alpha(&ring, 0).unwrap(),
                expected,
                max_relative = 1e-8
            );
        }
    }

    #[test]
    fn crossings_are_those_of_the_closed_forms() {
        for (beta, expected) in [(0.5, 2.376_204_0), (1.0, 0.338_696_89)] {
            let ring = Population::ising_ring(None, beta).unwrap();
            assert_relative_eq!(
                crossing_alpha(&ring).unwrap(),
                expected,
                max_relative = 2e-8
            );
        }
        let clock = Population::clock_ring(None, 10, 1.5).unwrap();
        let own = 1.0 / crossing_alpha(&clock).unwrap();
        let published = 1.0 / crossing_published_alpha(&clock).unwrap();
        assert_relative_eq!(own, 0.108_459_7, max_relative = 1e-6);
        assert_relative_eq!(published, 0.065_791_1, max_relative = 1e-6);
    }

    #[test]
    fn the_overlap_at_the_solved_alpha_is_the_one_asked_for() {
        let ring = Population::ising_ring(Some(30), 0.8).unwrap();
        for overlap in [0.0, 0.3, 0.9] {
            let alpha = alpha_for_overlap(&ring, 0, overlap).unwrap();
            let fate = spike(&ring, 0, alpha * (1.0 + 1e-12)).unwrap();
            assert_relative_eq!(fate.overlap_squared(), overlap, epsilon = 1e-11);
        }
    }

    #[test]
    fn solving_for_a_parameter_inverts_the_threshold() {
        let family = |beta: f64| critical_alpha(&Population::ising_ring(Some(40), beta)?, 0);
        let beta = solve_parameter("beta", 12.0, 10.0, &family).unwrap();
        assert_relative_eq!(family(beta).unwrap(), 12.0, max_relative = 1e-12);
        let spiked = |l: f64| critical_alpha(&Population::spiked(None, &[l])?, 0);
        let l = solve_parameter("spike", 4.0, 1e6, &spiked).unwrap();
        assert_relative_eq!(l, 0.5, max_relative = 1e-12);
    }

    #[test]
    fn long_rings_need_samples_as_the_fourth_power_of_their_length() {
        let (units, beta) = (4000, 0.3_f64);
        let ring = Population::ising_ring(Some(units), beta).unwrap();
        let samples = f64::from(4000_u16) * critical_alpha(&ring, 0).unwrap();
        let zeta4 = std::f64::consts::PI.powi(4) / 90.0;
        let law = 2.0 * zeta4 * f64::from(4000_u16).powi(4)
            / (4.0
                * std::f64::consts::PI.powi(4)
                * (2.0 * beta).sinh().powi(2)
                * (4.0 * beta).exp());
        // Corrections are of relative order (λ_max/N)².
        assert_relative_eq!(samples, law, max_relative = 1e-5);
    }
}
