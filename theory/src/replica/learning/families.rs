//! All solutions at one number of samples: symmetric ones, skewed ones, and those of a unit that becomes Gaussian.
//!
//! Without biases there is one noise branch and one signal branch. With them C is an unknown with several solutions, of which the one
//! of the highest training likelihood is learnt:
//! * an even unit has those of C = 0, where the biases do nothing for it, and skewed ones: noise is fitted better by a unit that is on
//!   for the few samples that project most;
//! * a unit that is not even has a C of its own;
//! * a unit of curvature φ'' → 1 in strong fields becomes Gaussian for c → ∞ and learns the leading sample eigenvector.

use super::branches::Search;
use super::equations::{Saddle, TOLERANCE, Unknowns};
use super::{Branch, Learned, OneUnit};
use crate::error::{Error, Result, positive};
use crate::solver::{Solution, Stop};

/// Difference of training likelihoods that leaves no doubt which is larger where one of them is rough, to some 1e-4.
const CLEAR: f64 = 1e-2;

/// Difference of training likelihoods below which a unit is the Gaussian one that it becomes for c → ∞.
const GAUSSIAN: f64 = 1e-10;

/// Where a solution is asked for that does not exist.
const NONE: Error = Error::NotFinite {
    name: "every branch",
};

impl OneUnit<'_> {
    /// Every solution found at `alpha` samples per unit: noise (m = 0) first, then those with a signal.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `alpha` is positive and finite; what the equations return where there is no solution at all.
    pub fn branches(&self, alpha: f64) -> Result<Vec<Solution<Learned>>> {
        let mut found = self.plain_branches(alpha)?;
        if let Some(free) = self.free_noise(alpha, Search::AT_SHIFT)? {
            let free = self.describe(Branch::Noise, alpha, free)?;
            found.push(free);
        }
        let found = without_copies(found);
        let is = |branch: Branch| {
            let of_branch = found.iter().filter(move |one| one.state.branch == branch);
            of_branch.copied()
        };
        Ok(is(Branch::Noise).chain(is(Branch::Signal)).collect())
    }

    /// The solution m = 0 of the highest training likelihood.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `alpha` is positive and finite; what the equations return where they could not be evaluated.
    pub fn noise(&self, alpha: f64) -> Result<Solution<Learned>> {
        positive("alpha", alpha)?;
        let mut found = Vec::new();
        if self.has_symmetric_solutions() || self.learns_nothing(alpha)? {
            let noise = self.noise_unknowns(alpha, 0.0)?;
            found.push(self.described_noise(alpha, noise)?);
        }
        if let Some(gaussian) = &self.at_infinity {
            found.push(at_infinity(gaussian.noise(alpha)?));
        }
        if let Some(free) = self.free_noise(alpha, Search::AT_SHIFT)? {
            found.push(self.describe(Branch::Noise, alpha, free)?);
        }
        best(without_copies(found)).ok_or(NONE)
    }

    /// The solution m > 0 of the highest training likelihood, `None` where there is none.
    ///
    /// # Errors
    /// As [`OneUnit::branches`].
    pub fn signal(&self, alpha: f64) -> Result<Option<Solution<Learned>>> {
        let found = without_copies(self.plain_branches(alpha)?);
        Ok(best(
            found
                .into_iter()
                .filter(|one| one.state.branch == Branch::Signal),
        ))
    }

    /// What maximum likelihood chooses at `alpha` samples per unit: the solution of the highest training likelihood.
    ///
    /// # Errors
    /// As [`OneUnit::branches`].
    pub fn learn(&self, alpha: f64) -> Result<Solution<Learned>> {
        let mut found = self.plain_branches(alpha)?;
        let highest = best(found.iter().copied()).map(|one| one.state.train_log_likelihood);
        if let Some(free) = self.free_noise(alpha, Search::ROUGH)? {
            let likelihood = self.train_log_likelihood(alpha, free.state)?;
            if highest.is_none_or(|highest| likelihood > highest - CLEAR)
                && let Some(free) = self.free_noise(alpha, Search::AT_SHIFT)?
            {
                found.push(self.describe(Branch::Noise, alpha, free)?);
            }
        }
        best(without_copies(found)).ok_or(NONE)
    }

    /// All solutions but noise of free C.
    fn plain_branches(&self, alpha: f64) -> Result<Vec<Solution<Learned>>> {
        positive("alpha", alpha)?;
        let mut found = Vec::new();
        if self.has_symmetric_solutions() || self.learns_nothing(alpha)? {
            found.extend(self.pair(alpha, 0.0)?.into_iter().flatten());
        }
        if let Some(gaussian) = &self.at_infinity {
            let pair = gaussian.pair(alpha, 0.0)?;
            found.extend(pair.into_iter().flatten().map(at_infinity));
        }
        if self.may_have_free_signal(alpha, &found)?
            && let Some(signal) = self.free_signal(alpha)?
        {
            found.push(self.describe(Branch::Signal, alpha, signal)?);
        }
        Ok(found)
    }

    /// By what a small weight on the planted direction is multiplied beside the best noise; 0 for vanishing weights.
    pub(super) fn noise_growth(&self, alpha: f64) -> Result<f64> {
        let noise = self.noise(alpha)?;
        match &self.at_infinity {
            _ if noise.state.rho <= 0.0 => Ok(0.0),
            Some(gaussian) if noise.state.c.is_infinite() => gaussian.noise_growth(alpha),
            _ => self.growth(alpha, &self.as_unknowns(&noise)),
        }
    }

    /// Whether there are solutions of C = 0: without biases and for an even unit.
    fn has_symmetric_solutions(&self) -> bool {
        !self.equations.has_biases || self.equations.potential.is_even()
    }

    /// Whether C may be anything else; of a Gaussian unit and of vanishing weights it has no effect.
    fn has_free_solutions(&self, alpha: f64) -> Result<bool> {
        let may = self.equations.has_biases && !self.equations.potential.is_gaussian();
        Ok(may && !self.learns_nothing(alpha)?)
    }

    /// Whether a signal of C ≠ 0 may be the best: of an even unit where C = 0 is unstable.
    fn may_have_free_signal(&self, alpha: f64, found: &[Solution<Learned>]) -> Result<bool> {
        if !self.has_free_solutions(alpha)? {
            return Ok(false);
        }
        if !self.has_symmetric_solutions() {
            return Ok(true);
        }
        let is_symmetric = |one: &&Solution<Learned>| {
            one.state.branch == Branch::Signal && one.state.c.is_finite()
        };
        let Some(signal) = found.iter().find(is_symmetric) else {
            return Ok(false);
        };
        let unknowns = self.as_unknowns(signal).state;
        let saddle = self.equations.saddle(alpha, unknowns, TOLERANCE)?;
        Ok(self.shift_growth(&saddle)? > 1.0)
    }

    /// By what a small C of an even unit is multiplied.
    ///
    /// ```text
    /// dη/dC = G,   C = s + η(ρ − V),   ds/dη = 1/r
    /// ```
    fn shift_growth(&self, saddle: &Saddle<'_>) -> Result<f64> {
        let r = self.equations.restoring(saddle.rho, 0.0)?;
        Ok(saddle.forces.response * (r.recip() + saddle.rho - saddle.v))
    }

    /// Noise that is fitted with C ≠ 0, `None` where there is no such solution.
    fn free_noise(&self, alpha: f64, search: Search) -> Result<Option<Solution<Unknowns>>> {
        if !self.has_free_solutions(alpha)? {
            return Ok(None);
        }
        if let Some(found) = self.likely_noise(alpha, search) {
            return Ok(Some(found));
        }
        if self.has_symmetric_solutions() && self.is_noise_symmetric(alpha)? {
            return Ok(None);
        }
        let noise = |shift, near| self.noise_at(alpha, shift, near, search);
        self.crossing(noise, alpha, search)
    }

    /// Whether C = 0 is stable for the noise of an even unit.
    fn is_noise_symmetric(&self, alpha: f64) -> Result<bool> {
        let Some(noise) = self.noise_unknowns(alpha, 0.0)? else {
            return Ok(true);
        };
        let saddle = self.equations.saddle(alpha, noise.state, TOLERANCE)?;
        Ok(self.shift_growth(&saddle)? <= 1.0)
    }

    /// The signal of free C, `None` where there is none.
    fn free_signal(&self, alpha: f64) -> Result<Option<Solution<Unknowns>>> {
        if !self.equations.potential.is_even()
            && let Some(found) = self.likely_signal(alpha)
        {
            return Ok(Some(found));
        }
        let signal = |shift, near| self.signal_at(alpha, shift, near);
        self.crossing(signal, alpha, Search::AT_SHIFT)
    }

    /// A solution by its unknowns.
    fn as_unknowns(&self, solution: &Solution<Learned>) -> Solution<Unknowns> {
        let (state, potential) = (solution.state, &self.equations.potential);
        let eta = if self.equations.has_biases {
            state.eta - potential.origin()
        } else {
            0.0
        };
        let odds = state.v / (1.0 - potential.tail() * state.v);
        Solution {
            state: [state.m, state.q.ln(), odds.ln(), state.c - state.v * eta],
            stop: solution.stop,
            iterations: solution.iterations,
            residual: solution.residual,
        }
    }
}

/// The solution of the highest training likelihood, a converged one where there is one.
fn best(found: impl IntoIterator<Item = Solution<Learned>>) -> Option<Solution<Learned>> {
    let rank = |one: &Solution<Learned>| one.stop == Stop::Converged;
    let likelihood = |one: &Solution<Learned>| one.state.train_log_likelihood;
    found.into_iter().max_by(|a, b| {
        let by_likelihood = likelihood(a).total_cmp(&likelihood(b));
        rank(a).cmp(&rank(b)).then(by_likelihood)
    })
}

/// What a Gaussian unit learns, as the limit of another one.
fn at_infinity(solution: Solution<Learned>) -> Solution<Learned> {
    Solution {
        state: Learned {
            c: f64::INFINITY,
            eta: f64::INFINITY,
            ..solution.state
        },
        ..solution
    }
}

/// Without solutions that are the Gaussian one of c = ∞ up to rounding.
fn without_copies(found: Vec<Solution<Learned>>) -> Vec<Solution<Learned>> {
    let limits: Vec<Learned> = found
        .iter()
        .map(|one| one.state)
        .filter(|one| one.c.is_infinite())
        .collect();
    let is_copy = |one: &Solution<Learned>| {
        one.state.c.is_finite()
            && limits.iter().any(|limit| {
                limit.branch == one.state.branch
                    && (limit.train_log_likelihood - one.state.train_log_likelihood).abs()
                        < GAUSSIAN
            })
    };
    found.into_iter().filter(|one| !is_copy(one)).collect()
}
