//! The solution of vanishing weights, where the noise has no direction worth learning.

use super::{Branch, Learned, OneUnit};
use crate::covariance::{SampleLaw, population_eigenvalue};
use crate::error::Result;
use crate::solver::{Solution, Stop};

impl OneUnit<'_> {
    /// True where the likelihood has its maximum at vanishing weights: no sample eigenvalue of the noise gains more than the
    /// model's own variance and the penalty take, `φ''(λ − 1) ≤ ε`, and φ has no slope there.
    pub(super) fn learns_nothing(&self, alpha: f64) -> Result<bool> {
        let level = self.level_of_nothing();
        let is_flat = self.equations.potential.slope(0.0).abs() <= 0.0;
        if !is_flat || self.equations.data.largest() >= level {
            return Ok(false);
        }
        let (law, aspect_ratio, scale) = self.equations.data.bulk(alpha);
        let intervals = SampleLaw::new(law, aspect_ratio)?;
        let top = intervals
            .support()
            .last()
            .map_or(0.0, |last| last.upper.position);
        Ok(top <= scale * level)
    }

    /// Sample eigenvalue 1 + ε/φ'' up to which the weights vanish, at the field that the biases prefer.
    fn level_of_nothing(&self) -> f64 {
        1.0 + self.equations.penalty / self.curvature_of_nothing()
    }

    /// φ'' = r of vanishing weights: with biases the largest.
    fn curvature_of_nothing(&self) -> f64 {
        let potential = &self.equations.potential;
        if self.equations.has_biases {
            potential.steepest()
        } else {
            potential.bend(0.0)
        }
    }

    /// The solution w = 0.
    ///
    /// ```text
    /// G = r/(1 − V r),   V = (1/α) (1/N) Σ λ/(r + ε − Gλ)   ⇔   ψ(u) = 1 + ε/r at u = (1 − V r)(1 + ε/r)
    /// ```
    pub(super) fn nothing(&self, alpha: f64) -> Result<Solution<Learned>> {
        let (law, aspect_ratio, scale) = self.equations.data.bulk(alpha);
        let (level, r) = (self.level_of_nothing(), self.curvature_of_nothing());
        let point = population_eigenvalue(law, aspect_ratio, scale * level)? / scale;
        let sums = self.equations.data.sums(point);
        let remainder = point / level;
        let v = (1.0 - remainder) / r;
        let visible = self.visible_gain(alpha);
        let potential = &self.equations.potential;
        let state = Learned {
            branch: Branch::Noise,
            m: 0.0,
            q: 0.0,
            v,
            rho: 0.0,
            c: 0.0,
            eta: potential.origin(),
            train_log_likelihood: visible,
            test_log_likelihood: -visible,
            at_stability: sums.field / alpha,
        };
        let scaled = remainder * sums.response / alpha;
        Ok(Solution {
            state,
            stop: Stop::Converged,
            iterations: 1,
            residual: (scaled - (1.0 - remainder)).abs(),
        })
    }
}
