//! The number of samples at which maximum likelihood begins to learn.

use super::OneUnit;
use crate::error::{Error, Result};
use crate::solver::root::{expand_bracket, find_root};

/// Multiples of the spectral threshold between which the threshold is sought, as logarithms; the search is for one more than the
/// logarithm, so that an accuracy relative to it is one of α. A Gaussian unit is at the lower end up to rounding, hence the margin.
const RANGE: [f64; 2] = [0.99, 17.0];

impl OneUnit<'_> {
    /// Critical `alpha` = samples/units of learning by maximum likelihood: the noise branch becomes unstable towards the planted
    /// direction.
    ///
    /// ```text
    /// E dg/dω = r/λ₁   on the branch m = 0
    /// ```
    ///
    /// It is never below the spectral threshold [`critical_alpha`](crate::covariance::critical_alpha),
    ///
    /// ```text
    /// α_ML = α_c E[g²] E[ω²]/(E[g ω])² ≥ α_c,
    /// ```
    ///
    /// with equality where g is linear, for a Gaussian unit. +∞ where nothing is planted, and where the unit does not learn the
    /// direction from any number of samples up to 10⁷ times the spectral threshold, as units of nonzero mean with
    /// λ₁ ≤ 1 + φ'(0)²/φ''(0): 2 for a binary one, π/(π−2) for a rectified one.
    /// Where the noise branch is unstable against replica-symmetry breaking, as for a spin, this is an approximation.
    ///
    /// # Errors
    /// What the equations of the noise branch return.
    ///
    /// # References
    /// Own; for PCA see [`critical_alpha`](crate::covariance::critical_alpha).
    pub fn threshold(&self) -> Result<f64> {
        let Some(planted) = self.equations.data.planted() else {
            return Ok(f64::INFINITY);
        };
        let spectral = self.equations.data.sums(planted.eigenvalue()).field;
        let mut failure = None;
        let mut growth = |shifted: f64| {
            let ratio = self.noise_growth(spectral * (shifted - 1.0).exp());
            ratio.map_or_else(
                |error| {
                    failure = Some(error);
                    f64::NAN
                },
                f64::ln,
            )
        };
        let found = expand_bracket("growth", &mut growth, [RANGE[0], 1.5], RANGE)
            .and_then(|[lower, upper]| find_root("growth", &mut growth, lower, upper, 1e-13));
        match (found, failure) {
            (_, Some(error)) => Err(error),
            (Err(Error::NotBracketed { .. }), None) => Ok(f64::INFINITY),
            (found, None) => Ok(spectral * (found?.x - 1.0).exp()),
        }
    }
}
