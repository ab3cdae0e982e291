//! The rings on which the symmetry of the weights is lost.

use super::RingFlow;
use crate::dynamics::flow::{Flow, Search, climb, log_likelihood};
use crate::error::{Error, Result, check, positive};
use crate::solver::Solution;

/// The longest ring that is tried.
const LONGEST: usize = 5_000;

/// Slope at which a bump is taken as found: next to the critical size curvatures of 1e-4 make an error of 1e-5 of it.
const TOLERANCE: f64 = 1e-10;

/// Modulation of the weights, in units of the largest, that is no error of the search.
const MODULATION: f64 = 1e-3;

/// Ratio of a bump's slope, were it a decaying wave, to the slope left by the search.
const SAFETY: f64 = 100.0;

/// Sizes of the ring at which one hidden unit changes its mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CriticalSizes {
    /// Smallest N at which the symmetric state is unstable.
    pub unstable: usize,
    /// Smallest N from which on a localised optimum is better than the symmetric state.
    pub coexistence: usize,
    /// Smallest N from which on a localised optimum exists.
    pub localized: usize,
}

/// The smallest ring on which the symmetric state of one hidden unit is unstable: `H_1 > 0`.
///
/// The longest wave grows first. On every ring that was tried, N up to 100 for β from 0.05 to 1 and up to 500 for β to 2, shorter
/// ones were stable and longer ones unstable; the search by bisection takes that for granted.
///
/// # Errors
/// [`Error::OutOfDomain`] unless β > 0 is finite (staggered signs turn β < 0 on even rings into that), or if the ring would have to
/// be longer than 5000 sites.
pub fn unstable_size(beta: f64) -> Result<usize> {
    unstable_watched(beta, &mut || ())
}

/// [`unstable_size`], with a call for every ring that was tried.
fn unstable_watched(beta: f64, tried: &mut dyn FnMut()) -> Result<usize> {
    positive("beta", beta)?;
    let mut is_unstable = |units| {
        let rate = RingFlow::new(units, beta)?.symmetric_growth_rate(1)?;
        tried();
        Ok::<_, Error>(rate > 0.0)
    };
    // At weak coupling, where the critical ring is shortest, it has 9 sites.
    let (mut stable, mut unstable) = (3, 12);
    while !is_unstable(unstable)? {
        check(
            "beta",
            "such that uniform weights are unstable on a ring of 5000 sites",
            beta,
            |_| unstable < LONGEST,
        )?;
        stable = unstable;
        unstable = LONGEST.min(2 * unstable);
    }
    while unstable - stable > 1 {
        let middle = usize::midpoint(stable, unstable);
        if is_unstable(middle)? {
            unstable = middle;
        } else {
            stable = middle;
        }
    }
    Ok(unstable)
}

/// The rings on which a bump exists, is the better optimum, and is what is left.
///
/// The bump of the ring of [`unstable_size`] is followed to shorter ones, site by site, until it has spread over the ring.
///
/// # Errors
/// As [`unstable_size`]; [`Error::NotConverged`] if the bump was not found.
pub fn critical_sizes(beta: f64) -> Result<CriticalSizes> {
    critical_sizes_watched(beta, &mut || ())
}

/// [`critical_sizes`], with a call for every ring that was tried: at strong coupling they are long, and each takes its time.
///
/// # Errors
/// As [`critical_sizes`].
pub fn critical_sizes_watched(beta: f64, tried: &mut dyn FnMut()) -> Result<CriticalSizes> {
    let unstable = unstable_watched(beta, tried)?;
    let mut sizes = CriticalSizes {
        unstable,
        coexistence: unstable,
        localized: unstable,
    };
    let ring = flow(unstable, beta)?;
    let mut bump = climbed(&*ring, ring.start(1, 0, 0))?;
    tried();
    for units in (3..unstable).rev() {
        // The site opposite to the bump, which is in the middle.
        bump.state.remove(0);
        let ring = flow(units, beta)?;
        bump = climbed(&*ring, bump.state)?;
        tried();
        let (rate, symmetric) = uniform(units, beta)?;
        if !is_modulated(&bump, rate) {
            break;
        }
        sizes.localized = units;
        if log_likelihood(&*ring, &bump.state) > symmetric {
            sizes.coexistence = units;
        }
    }
    Ok(sizes)
}

/// The ring's flow; at the weakest couplings, where rounding hides it, to leading order.
fn flow(units: usize, beta: f64) -> Result<Box<dyn Flow>> {
    let ring = RingFlow::new(units, beta)?;
    Ok(match ring.weak()? {
        Some(lattice) => Box::new(lattice),
        None => Box::new(ring),
    })
}

/// Of the symmetric state: growth rate of the longest wave, and log-likelihood, in the units of [`flow`].
fn uniform(units: usize, beta: f64) -> Result<(f64, f64)> {
    let ring = RingFlow::new(units, beta)?;
    if let Some(lattice) = ring.weak()? {
        return Ok((
            lattice.symmetric_growth_rate(1)?,
            lattice.symmetric_potential(),
        ));
    }
    let state = ring.symmetric()?;
    Ok((state.growth_rates[1], state.log_likelihood))
}

/// The point without slope near a start.
fn climbed(ring: &dyn Flow, start: Vec<f64>) -> Result<Solution<Vec<f64>>> {
    let search = Search {
        tolerance: TOLERANCE,
        ..Search::default()
    };
    climb(ring, start, &search)?.converged()
}

/// Whether weights differ from uniform ones by more than the search's error: a wave of rate H on top of the symmetric state that
/// is still decaying has the slope H a, which is what stopped the search.
fn is_modulated(bump: &Solution<Vec<f64>>, rate: f64) -> bool {
    let weights = &bump.state;
    let [least, most] =
        [f64::min, f64::max].map(|pick| weights.iter().copied().fold(weights[0], pick));
    let modulation = most - least;
    modulation > MODULATION * most.abs() && modulation * rate.abs() > SAFETY * bump.residual
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_symmetric_state_is_lost_on_rings_of_10_15_and_37_sites() {
        for (beta, size) in [(0.2, 10), (0.5, 15), (1.0, 37)] {
            assert_eq!(unstable_size(beta).unwrap(), size);
        }
        // H20's equations at weak coupling: 4/(N − 1) > 2(1 − cos 2π/N) from N = 9 on.
        for beta in [1e-3, 1e-5, 1e-10, 1e-14, 1e-200] {
            assert_eq!(critical_sizes(beta).unwrap().unstable, 9, "{beta}");
            assert_eq!(critical_sizes(beta).unwrap().localized, 9, "{beta}");
        }
    }

    /// Between the longest ring of a doubling, 3072 sites, and the longest of all.
    #[test]
    fn critical_rings_are_found_up_to_the_longest_that_is_tried() {
        let size = unstable_size(3.3).unwrap();
        assert!((3073..=LONGEST).contains(&size), "{size}");
        let rate = |units| RingFlow::new(units, 3.3).unwrap().symmetric_growth_rate(1);
        assert!(rate(size).unwrap() > 0.0 && rate(size - 1).unwrap() <= 0.0);
    }

    #[test]
    fn longer_rings_stay_unstable_and_shorter_ones_stable() {
        for beta in [0.05, 0.5, 1.2] {
            let critical = unstable_size(beta).unwrap();
            for units in (3..2 * critical).step_by(3) {
                let state = RingFlow::new(units, beta).unwrap().symmetric().unwrap();
                assert_eq!(state.is_stable(), units < critical, "{beta} {units}");
            }
        }
    }

    #[test]
    fn the_bump_is_the_better_optimum_as_soon_as_it_exists() {
        for beta in [0.1, 0.5, 1.0] {
            let sizes = critical_sizes(beta).unwrap();
            assert_eq!(sizes.localized, sizes.unstable, "{beta}");
            assert_eq!(sizes.coexistence, sizes.unstable, "{beta}");
        }
        // The transition is of first order, if barely: on 87 sites H_1 = −1.4e-5, and the bump is better by 2.7e-7 nats.
        let sizes = critical_sizes(1.44).unwrap();
        let expected = CriticalSizes {
            unstable: 88,
            coexistence: 87,
            localized: 87,
        };
        assert_eq!(sizes, expected);
    }

    /// The bump is so weak there that Newton's whole steps go beyond it.
    #[test]
    fn a_bump_beside_its_threshold_is_found() {
        for beta in [0.1042, 0.104_912_868_798_782_53, 0.105, 0.1051] {
            let sizes = critical_sizes(beta).unwrap();
            assert_eq!((sizes.unstable, sizes.localized), (10, 10), "{beta}");
        }
    }

    #[test]
    fn couplings_without_a_critical_ring_are_refused() {
        for beta in [0.0, -0.5, f64::NAN, f64::INFINITY, 30.0] {
            assert!(critical_sizes(beta).is_err(), "{beta}");
        }
    }
}
