//! The number of samples at which maximum likelihood begins to learn.

use super::OneUnit;
use crate::error::{Error, Result};
use crate::replica::Transition;
use crate::solver::root::{expand_bracket, find_root};

/// Multiples of the spectral threshold between which the threshold is sought, as logarithms; the search is for one more than the
/// logarithm, so that an accuracy relative to it is one of α. A Gaussian unit is at the lower end up to rounding, hence the margin.
const RANGE: [f64; 2] = [0.99, 17.0];

/// Fraction of the threshold below which a signal of higher likelihood than the noise makes the transition one of first order.
const BELOW: f64 = 0.999;

/// Factor by which α is lowered until the noise has the higher likelihood.
const DOWN: f64 = 0.95;

/// Relative accuracy of the number of samples at which both likelihoods are equal.
const EQUAL: f64 = 1e-10;

/// Where learning begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onset {
    /// α from which the noise, m = 0, of the highest training likelihood is unstable towards the planted direction.
    pub unstable: f64,
    /// α from which a solution with a signal has the highest training likelihood of all.
    pub equal: f64,
    /// Whether the overlap jumps there, which then lies below `unstable`.
    pub order: Transition,
}

impl OneUnit<'_> {
    /// Critical `alpha` = samples/units of learning by maximum likelihood: the noise branch becomes unstable towards the planted
    /// direction.
    ///
    /// ```text
    /// E dg/dω = (r + ε)/λ₁   on the branch m = 0
    /// ```
    ///
    /// It is never below the spectral threshold [`critical_alpha`](crate::covariance::critical_alpha),
    ///
    /// ```text
    /// α_ML = α_c E[g²] E[ω²]/(E[g ω])² ≥ α_c,
    /// ```
    ///
    /// with equality where g is linear, for a Gaussian unit, and for any penalty as long as one spike stands out of equal eigenvalues.
    /// The noise is that of the highest training likelihood; with biases that may be skewed, and much more stable than the symmetric
    /// one ([`OneUnit::onset`]). Without biases it is nothing is planted, and where the unit does not learn the
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

    /// Where learning begins, and how: by instability of the noise, or before that by a jump.
    ///
    /// Where the noise is unstable against replica-symmetry breaking, as skewed noise always is, `equal` is an approximation.
    ///
    /// # Errors
    /// As [`OneUnit::threshold`] and [`OneUnit::branches`].
    pub fn onset(&self) -> Result<Onset> {
        let unstable = self.threshold()?;
        let continuous = Onset {
            unstable,
            equal: unstable,
            order: Transition::Continuous,
        };
        if !unstable.is_finite() {
            return Ok(continuous);
        }
        let mut upper = BELOW * unstable;
        if self.gain(upper)?.is_none_or(|gain| gain <= 0.0) {
            return Ok(continuous);
        }
        let mut lower = DOWN * upper;
        while self.gain(lower)?.is_some_and(|gain| gain > 0.0) {
            (upper, lower) = (lower, DOWN * lower);
        }
        // Where there is no signal it has lost.
        let gain = |alpha: f64| {
            self.gain(alpha)
                .map_or(f64::NAN, |gain| gain.unwrap_or(-1.0))
        };
        Ok(Onset {
            unstable,
            equal: find_root("difference of likelihoods", gain, lower, upper, EQUAL)?.x,
            order: Transition::FirstOrder,
        })
    }

    /// Training likelihood of the best signal less that of the best noise; `None` without a signal.
    fn gain(&self, alpha: f64) -> Result<Option<f64>> {
        let noise = self.noise(alpha)?.state.train_log_likelihood;
        let signal = self.signal(alpha)?;
        Ok(signal.map(|signal| signal.state.train_log_likelihood - noise))
    }
}
