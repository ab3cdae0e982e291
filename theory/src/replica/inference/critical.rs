//! Where learning becomes possible, and where it becomes easy.

use super::curve::Point;
use super::evolution::{Inference, StateEvolution};
use crate::error::Result;
use crate::replica::Transition;
use crate::solver::root::newton_bracketed;

/// Critical numbers of samples per unit of Bayes-optimal inference.
///
/// ```text
/// α_spinodal ≤ α_IT ≤ α_alg,   α_spectral ≤ α_alg
/// ```
///
/// Where the transition is continuous all four are equal. Where it is of first order, inference is impossible below `α_IT` (or, if
/// `α_spectral` is lower, poor), hard between `α_IT` and `α_alg`, where the good solution is the best but no known algorithm finds
/// it from the data alone, and easy above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Critical {
    /// `1/snr²`, at which `q_w` = 0 becomes unstable, and a sample eigenvector appears.
    pub spectral: f64,
    /// At which the informed branch appears, by a fold.
    pub spinodal: f64,
    /// At which both branches have the same free entropy: the information-theoretic threshold.
    pub information: f64,
    /// At which the uninformed start leaves the low branch: the algorithmic threshold.
    pub algorithmic: f64,
    /// The order of the transition.
    pub transition: Transition,
}

/// Two branches at the same α: the low one ends at `top`, the high one begins at `bottom`.
struct Coexistence {
    /// Number of the rising part of the curve that is the low branch.
    branch: usize,
    bottom: Point,
    top: Point,
}

impl StateEvolution {
    /// The critical numbers of samples per unit.
    ///
    /// The folds of α(r) are roots of its derivative, `α_IT` is the Maxwell construction on the curve: the root of
    /// `ΔΦ`, whose derivative with respect to α is `Δψ_h(snr q_w)`. Of several transitions of first order, which sparse laws on
    /// both sides may have, it is the one of widest coexistence.
    ///
    /// # Errors
    /// Those of the root search.
    pub fn critical(&self) -> Result<Critical> {
        let spectral = self.curve.origin().alpha;
        let Some(coexistence) = self.coexistence() else {
            return Ok(Critical {
                spectral,
                spinodal: spectral,
                information: spectral,
                algorithmic: spectral,
                transition: Transition::Continuous,
            });
        };
        Ok(Critical {
            spectral,
            spinodal: coexistence.bottom.alpha,
            information: self.maxwell(&coexistence)?,
            algorithmic: coexistence.top.alpha,
            transition: Transition::FirstOrder,
        })
    }

    /// The widest pair of folds.
    fn coexistence(&self) -> Option<Coexistence> {
        let width = |pair: &Coexistence| pair.top.alpha / pair.bottom.alpha;
        (1..self.branches.len())
            .map(|high| Coexistence {
                branch: high - 1,
                top: self.top(high - 1),
                bottom: self.bottom(high),
            })
            .max_by(|a, b| width(a).total_cmp(&width(b)))
    }

    /// α of equal free entropies.
    fn maxwell(&self, coexistence: &Coexistence) -> Result<f64> {
        let mut failure = None;
        let difference = |alpha: f64| {
            let pair = self.low(alpha, coexistence.branch).and_then(|low| {
                let (high, _) = self.on_branch(alpha, coexistence.branch + 1)?;
                Ok([self.level(alpha, low)?, self.level(alpha, high)?])
            });
            match pair {
                Ok([low, high]) => (high.0 - low.0, high.1 - low.1),
                Err(error) => {
                    failure = Some(error);
                    (f64::NAN, f64::NAN)
                }
            }
        };
        let (lower, upper) = (coexistence.bottom.alpha, coexistence.top.alpha);
        let root = newton_bracketed("difference of free entropies", difference, lower, upper);
        match failure {
            Some(error) => Err(error),
            None => Ok(root?.x),
        }
    }

    /// The low branch, which is the origin up to the spectral threshold.
    fn low(&self, alpha: f64, branch: usize) -> Result<Point> {
        if branch == 0 && alpha <= self.curve.origin().alpha {
            return Ok(self.curve.origin());
        }
        Ok(self.on_branch(alpha, branch)?.0)
    }

    /// Φ and its derivative with respect to α along a branch, `ψ_h(snr q_w)`.
    fn level(&self, alpha: f64, point: Point) -> Result<(f64, f64)> {
        let inference = Inference::from(point);
        let slope = self
            .curve
            .hidden
            .free_entropy_at(self.curve.snr * point.weights.overlap);
        Ok((self.free_entropy(alpha, &inference)?, slope))
    }
}
