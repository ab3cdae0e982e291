//! What learning converges to when its chains are short: the Gaussian machine, mode by mode.
//!
//! Along a mode of singular value s a sweep of Gibbs sampling is `y = s x + η`, `x' = s y + ξ` with standard normal η and ξ, so that the variance of x goes
//! from V to `s⁴ V + s² + 1`. From V₀, after k sweeps,
//!
//! ```text
//! V_k = V* + s^(4k) (V₀ − V*),   V* = 1/(1 − s²)
//! ```
//!
//! and the gradient of the weights with the chains' averages in place of the model's is `ds/dt = s (c − V_k)`, c the eigenvalue of the data's covariance.
//!
//! * Chains that begin at the data (CD-k), V₀ = c: `ds/dt = s (c − V*) (1 − s^(4k))`. The fixed point is that of the likelihood, s² = 1 − 1/c, for every k; only
//!   the way there is slower.
//! * Chains that begin at independent units in each update, V₀ = 1: `V_k = 1 + s² (1 + s²) (1 + s⁴ + … + s^(4(k−1)))`. The fixed point has `V_k = c`, which has a
//!   solution for every c > 1, beyond s = 1 too, where the machine has no equilibrium. It remembers k: samples have the data's variance after k sweeps from
//!   independent units, another one before and after.
//!
//! Spins as visible units are the same up to 1/N where the mode is spread over many of them.
//!
//! # References
//! Decelle, Furtlehner & Seoane, Adv. Neural Inf. Process. Syst. 34 (2021), for the memory of k; the Gaussian machine: own.

use crate::error::{Result, check};
use crate::solver::root::find_root;

/// The eigenvalue from which on bounds of a root are taken from powers.
const STRONG: f64 = 1e100;

/// Sweeps k from independent units, along one mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortChains {
    sweeps: i32,
}

impl ShortChains {
    /// Chains of `sweeps` = k ≥ 1 sweeps.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless k is from 1 to 10⁶.
    pub fn new(sweeps: u32) -> Result<Self> {
        let domain = "1 to 1e6";
        check("sweeps", domain, f64::from(sweeps), |k| {
            (1.0..=1e6).contains(&k)
        })?;
        Ok(Self {
            sweeps: i32::try_from(sweeps).unwrap_or(i32::MAX),
        })
    }

    /// `V_k`, the variance along a mode of singular value s ≥ 0 after k sweeps from independent units; +∞ where it is too large for a number.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless s is finite and not negative.
    ///
    /// ```
    /// # use saddlepoint_theory::dynamics::ShortChains;
    /// let one = ShortChains::new(1)?.variance(0.5)?;
    /// assert_eq!(one, 1.0 + 0.25 + 0.0625);
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    pub fn variance(self, singular_value: f64) -> Result<f64> {
        let s = check(
            "singular value",
            "finite and not negative",
            singular_value,
            |s| s >= 0.0,
        )?;
        Ok(self.variance_after(s * s, 1.0))
    }

    /// `V_k = V₀ + (1 + u) (1 − V₀ (1 − u)) (1 − u^(2k))/(1 − u²)`, u = s², from a variance V₀ > 0 along the mode.
    pub(super) fn variance_after(self, u: f64, start: f64) -> f64 {
        let k = f64::from(self.sweeps);
        let log = 2.0 * u.ln();
        let sum = if (u - 1.0).abs() < 1e-9 {
            // Σ u^(2j) to second order in 1 − u, whose next term is (k (1 − u))².
            k * (1.0 + (k - 1.0) * 0.5 * log)
        } else {
            (k * log).exp_m1() / log.exp_m1()
        };
        start + (1.0 + u) * (1.0 - start * (1.0 - u)) * sum
    }

    /// `s^(4k)`, the part of a deviation from equilibrium that is left after the k sweeps, 0 ≤ s < 1; and what is missing to 1.
    pub(super) fn memory(self, singular_value: f64) -> (f64, f64) {
        let log = 4.0 * f64::from(self.sweeps) * singular_value.ln();
        (log.exp(), -log.exp_m1())
    }

    /// The singular value to which learning converges along a mode of the data with eigenvalue c, `V_k(s) = c`; 0 for c ≤ 1.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless c is from 0 to 10³⁰⁰.
    ///
    /// ```
    /// # use saddlepoint_theory::dynamics::{ShortChains, final_singular_value};
    /// let (one, many) = (ShortChains::new(1)?, ShortChains::new(200)?);
    /// // s² + s⁴ = 2 has the solution 1; infinitely many sweeps have that of the likelihood.
    /// assert!((one.fixed_point(3.0)? - 1.0).abs() < 1e-14);
    /// assert!((many.fixed_point(3.0)? - final_singular_value(3.0)?).abs() < 1e-12);
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    pub fn fixed_point(self, eigenvalue: f64) -> Result<f64> {
        let c = check("eigenvalue", "0 to 1e300", eigenvalue, |c| {
            (0.0..=1e300).contains(&c)
        })?;
        if c <= 1.0 {
            return Ok(0.0);
        }
        // V_k = 1 + u + … + u^(2k) ≥ 1 + u, and ≥ u^(2k), whose bound, and a little more than rounding, has a finite V_k for the strongest modes.
        let most = if c < STRONG {
            c - 1.0
        } else {
            (1.0 + 1e-9) * c.powf(0.5 / f64::from(self.sweeps))
        };
        let excess = |u: f64| self.variance_after(u, 1.0) - c;
        let root = find_root("singular value of short chains", excess, 0.0, most, 0.0)?;
        Ok(root.x.sqrt())
    }

    /// Velocity of a singular value, `ds/dt = s (c − V_k)`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless both are finite and not negative.
    pub fn velocity(self, eigenvalue: f64, singular_value: f64) -> Result<f64> {
        let c = check("eigenvalue", "finite and not negative", eigenvalue, |c| {
            c >= 0.0
        })?;
        Ok(singular_value * (c - self.variance(singular_value)?))
    }
}

/// Velocity of a singular value under contrastive divergence with `sweeps` = k sweeps from the data, `ds/dt = s (c − V*) (1 − s^(4k))`, 0 ≤ s < 1.
///
/// # Errors
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless c is finite and not negative, 0 ≤ s < 1 and k is from 1 to 10⁶.
pub fn contrastive_velocity(sweeps: u32, eigenvalue: f64, singular_value: f64) -> Result<f64> {
    let (_, forgotten) = ShortChains::new(sweeps)?.memory(singular_value);
    Ok(super::velocity(eigenvalue, singular_value)? * forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::final_singular_value;
    use approx::assert_relative_eq;

    /// The recursion of the variance from sweep to sweep.
    fn by_sweeps(sweeps: u32, s: f64) -> f64 {
        (0..sweeps).fold(1.0, |v, _| s.powi(4) * v + s * s + 1.0)
    }

    #[test]
    fn the_variance_is_that_of_sweep_after_sweep() {
        for sweeps in [1, 2, 5, 30] {
            let chains = ShortChains::new(sweeps).unwrap();
            for s in [0.0, 0.1, 0.7, 1.0 - 1e-10, 1.0, 1.0 + 1e-7, 1.3] {
                let found = chains.variance(s).unwrap();
                assert_relative_eq!(found, by_sweeps(sweeps, s), max_relative = 1e-8);
            }
        }
    }

    #[test]
    fn samples_have_the_variance_of_the_data_after_as_many_sweeps_as_in_training() {
        // Of many sweeps a weak mode forgets more than rounding.
        for sweeps in [1, 3] {
            for c in [1.2, 3.0, 40.0] {
                let s = ShortChains::new(sweeps).unwrap().fixed_point(c).unwrap();
                assert_relative_eq!(by_sweeps(sweeps, s), c, max_relative = 1e-11);
                // Another number of sweeps tells: the machine remembers k.
                assert!(by_sweeps(sweeps + 1, s) > c);
                assert!(s > final_singular_value(c).unwrap());
            }
        }
    }

    #[test]
    fn few_sweeps_from_strong_modes_end_beyond_equilibrium() {
        let s = ShortChains::new(2).unwrap().fixed_point(9.0).unwrap();
        assert!(s > 1.0, "{s}");
        // u^(2k) is all of the variance along the strongest modes.
        let s = ShortChains::new(5).unwrap().fixed_point(1e300).unwrap();
        assert_relative_eq!(s, 1e300_f64.powf(0.05), max_relative = 1e-12);
    }

    #[test]
    fn contrastive_divergence_ends_at_the_likelihood_for_every_number_of_sweeps() {
        for sweeps in [1, 10] {
            let end = final_singular_value(3.0).unwrap();
            let at = |s| contrastive_velocity(sweeps, 3.0, s).unwrap();
            assert!(at(end).abs() < 1e-14 && at(0.9 * end) > 0.0 && at(1.1 * end) < 0.0);
            // One sweep moves the variance of the data by c − s⁴ c − s² − 1.
            let s: f64 = 0.4;
            let one = s * (3.0 - (s.powi(4) * 3.0 + s * s + 1.0));
            assert_relative_eq!(
                contrastive_velocity(1, 3.0, s).unwrap(),
                one,
                max_relative = 1e-14
            );
        }
    }

    #[test]
    fn arguments_out_of_their_domains_are_refused() {
        assert!(ShortChains::new(0).is_err());
        let chains = ShortChains::new(1).unwrap();
        assert!(chains.variance(-0.1).is_err() && chains.variance(f64::NAN).is_err());
        assert!(chains.fixed_point(f64::INFINITY).is_err());
        assert!(contrastive_velocity(1, 3.0, 1.0).is_err());
        assert_relative_eq!(chains.fixed_point(0.5).unwrap(), 0.0);
    }
}
