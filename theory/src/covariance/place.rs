//! One place of a finite sample spectrum: where its eigenvalue lies and how its eigenvector is spread over the population's modes.

use num_complex::Complex64;

use super::edges::{bottom, top};
use super::landing::Landing;
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;
use crate::solver::root::find_root;
use crate::spectra::{Mode, Population};

/// A place of the sample spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Sample eigenvalue.
    pub eigenvalue: f64,
    /// Each mode of the population with the squared projection of the sample eigenvector on its eigenspace; they sum to 1.
    pub overlaps: Vec<(Mode, f64)>,
}

/// The place of the sample spectrum that has `above` of its eigenvalues above it, for a finite population and `alpha` =
/// samples/units: the eigenvector of rank j, from 0, is at `above` = j + ½.
///
/// ```text
/// D (1 − F(x)) = above,   x = ψ(u),   c_k² = g_k λ_k |u|² / (P x |u − λ_k|²)
/// ```
///
/// where F is the law of the sample eigenvalues with all D directions of the population in it, the leading ones too, u its point of the
/// upper half plane at the quantile x, P the number of samples and `g_k` the degeneracy of mode k (own: the local law of Ledoit & Péché at
/// the quantile of one eigenvalue instead of the edge). The overlaps sum to 1 by the equation of the curve on which u lies. Limits:
/// * a mode far above its threshold has a narrow band of its own, in whose middle `|u − ℓ|² = ℓ²/(Pψ'(ℓ))`: `c² = ℓψ'/ψ`, that of
///   [`spike`](super::spike);
/// * below it, as N grows, x moves to the edge of the bulk and the overlaps to those of [`overlap_profile`](super::overlap_profile).
///
/// Unlike both it holds at finite N within the window around the threshold and for close modes that mix, up to the fluctuation of the eigenvalue
/// about its place: of a spike simulated to 0.005 at the threshold (N = 50 to 400), at worst 0.04 too large for twice as many samples
/// ([`leading_overlaps`](crate::detection::leading_overlaps) is better there); of a ring 0.02 too large at the threshold, 0.03 for twice as many samples and 0.05 for four times as many.
///
/// # Errors
/// [`Error::OutOfDomain`] unless the population is finite, `alpha` positive and finite, and `above` between 0 and the number of positive
/// sample eigenvalues and not in a gap of the law.
///
/// # References
/// Ledoit & Péché, Probab. Theory Relat. Fields 151, 233 (2011); Silverstein & Choi, J. Multivariate Anal. 54, 295 (1995), for the curve.
pub fn place_of(population: &Population, alpha: f64, above: f64) -> Result<Place> {
    positive("alpha", alpha)?;
    let Some(units) = population.units() else {
        return Err(Error::OutOfDomain {
            name: "units",
            domain: "finite for a place of the sample spectrum",
            value: f64::INFINITY,
        });
    };
    let load = population.variables_per_unit();
    let landing = Landing::new(population.spectrum(), load / alpha)?;
    let directions = load * count(units);
    let visible = directions * population.spectrum().positive_mass();
    let most = visible.min(alpha * count(units));
    let domain = "between 0 and the number of positive sample eigenvalues";
    check("above", domain, above, |above| {
        above > 0.0 && above < most * (1.0 - 1e-9)
    })?;
    let [lowest, highest] = [bottom(&landing)?, top(&landing)?];
    let share_above = |a: f64| match landing.on_curve_at(a) {
        // At the ends themselves u is real, and may be 0.
        _ if a <= lowest => most / directions,
        _ if a >= highest => 0.0,
        Ok((u, x)) => landing.share_above(u, x),
        Err(_) => f64::NAN,
    };
    let distance = |a: f64| share_above(a) - above / directions;
    let a = find_root("quantile of a place", distance, lowest, highest, 0.0)?.x;
    let (u, x) = landing.on_curve_at(a)?;
    // A whole number between two bands, where there is no eigenvalue.
    check("above", "within a band of the spectrum", above, |_| {
        u.im > 0.0
    })?;
    Ok(Place {
        eigenvalue: x,
        overlaps: overlaps(population, alpha, u, x),
    })
}

fn overlaps(population: &Population, alpha: f64, u: Complex64, x: f64) -> Vec<(Mode, f64)> {
    let scale = u.norm_sqr() / (alpha * x);
    let share = |mode: &Mode| {
        let distance = (u - mode.eigenvalue).norm_sqr();
        mode.weight * mode.eigenvalue * scale / distance
    };
    let modes = population.modes().iter();
    modes.map(|mode| (*mode, share(mode))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::{overlap_profile, spike};
    use approx::assert_relative_eq;

    /// The group of four above a bulk of two levels.
    fn close_modes() -> Population {
        let groups = [(3.0, 1), (2.9, 1), (2.7, 2), (1.5, 30), (0.4, 66)];
        Population::finite(100, &groups).unwrap()
    }

    #[test]
    fn the_overlaps_sum_to_one_at_every_place() {
        for population in [
            close_modes(),
            Population::ising_ring(Some(50), 0.5).unwrap(),
            Population::clock_ring(Some(20), 5, 1.0).unwrap(),
        ] {
            for alpha in [0.3, 2.0, 300.0] {
                for above in [0.5, 1.5, 3.5] {
                    let place = place_of(&population, alpha, above).unwrap();
                    let sum: f64 = place.overlaps.iter().map(|overlap| overlap.1).sum();
                    assert_relative_eq!(sum, 1.0, max_relative = 1e-9);
                }
            }
        }
    }

    #[test]
    fn far_above_its_threshold_a_mode_has_the_overlap_of_an_outlier() {
        let population = Population::spiked(Some(1000), &[2.0]).unwrap();
        let place = place_of(&population, 30.0, 0.5).unwrap();
        let outlier = spike(&population, 0, 30.0).unwrap();
        // Corrections are of relative order u/P.
        assert_relative_eq!(place.eigenvalue, outlier.eigenvalue(), max_relative = 1e-3);
        assert_relative_eq!(
            place.overlaps[0].1,
            outlier.overlap_squared(),
            max_relative = 1e-3
        );
    }

    #[test]
    fn far_below_its_threshold_a_mode_has_the_overlap_of_the_edge() {
        let population = Population::spiked(Some(1_000_000), &[0.5]).unwrap();
        let place = place_of(&population, 1.0, 0.5).unwrap();
        let edge = overlap_profile(&population, 1.0).unwrap();
        assert_relative_eq!(place.overlaps[0].1, edge.overlaps[0].1, max_relative = 2e-2);
    }

    #[test]
    fn places_beyond_the_rank_of_the_samples_are_refused() {
        let population = Population::iid(Some(10)).unwrap();
        assert!(place_of(&population, 0.5, 4.5).is_ok());
        assert!(place_of(&population, 0.5, 5.5).is_err());
        assert!(place_of(&population, 0.5, 0.0).is_err());
        // Between the band of a strong mode and the bulk.
        let spiked = Population::spiked(Some(100), &[9.0]).unwrap();
        assert!(place_of(&spiked, 10.0, 1.0).is_err());
        assert!(place_of(&Population::iid(None).unwrap(), 0.5, 0.5).is_err());
    }
}
