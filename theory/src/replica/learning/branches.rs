//! The two branches of solutions, each from its own start.

use super::equations::{Saddle, Shift, TOLERANCE, Unknowns};
use super::{Branch, Learned, OneUnit};
use crate::error::{Error, Result};
use crate::solver::{FixedPoint, Solution, Stop};

/// m²/Q below which an iteration has ended on the noise branch.
const NO_OVERLAP: f64 = 1e-9;

/// Factors by which the first guess of Q is raised where the unit responds too strongly to it.
const STARTS: [f64; 4] = [1.0, 4.0, 16.0, 64.0];

/// Guesses of the rate at which the squared overlap grows with the excess of the growth factor over 1; two clusters and a spin: 3.
const DEPARTURES: [f64; 4] = [3.0, 1.0, 0.3, 10.0];

/// Multiples of α from which the signal branch is followed down where it may not be found directly: near its end it is narrow.
const WAY: [f64; 6] = [8.0, 4.0, 2.0, 1.4, 1.2, 1.1];

/// Residual with which a noise branch is good enough to tell whether it is stable.
const ENOUGH: f64 = 1e-8;

/// Accuracy of a solution that is only the start of another one.
const ROUGH: f64 = 1e-4;

/// Accuracy of a solution in units of that of the averages.
const SLACK: f64 = 100.0;

/// How the map is iterated: four unknowns at most, so four differences make a Newton step.
const ITERATION: FixedPoint = FixedPoint {
    damping: 0.0,
    tolerance: SLACK * TOLERANCE,
    max_iterations: 200,
    acceleration: 4,
};

/// How the unknowns are sought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Search {
    pub(super) shift: Shift,
    pub(super) tolerance: f64,
    pub(super) max_iterations: usize,
}

impl Search {
    /// At a given C.
    pub(super) const AT_SHIFT: Self = Self {
        shift: Shift::Fixed,
        tolerance: ITERATION.tolerance,
        max_iterations: ITERATION.max_iterations,
    };

    /// With C; few iterations lead there from nearby, if any.
    pub(super) const FREE: Self = Self {
        shift: Shift::Free,
        max_iterations: 40,
        ..Self::AT_SHIFT
    };

    /// A solution that is only the start of another one.
    pub(super) const ROUGH: Self = Self {
        tolerance: ROUGH,
        ..Self::AT_SHIFT
    };

    /// Accuracy of the averages.
    pub(super) fn average_accuracy(self) -> f64 {
        self.tolerance / SLACK
    }

    /// Whether a solution is to be no more than a start.
    pub(super) fn is_rough(self) -> bool {
        self.tolerance >= ROUGH
    }
}

impl OneUnit<'_> {
    /// Both branches at C = `shift`, as far as they exist: noise, signal.
    ///
    /// The signal branch is sought from weights as after infinitely many samples. Where that does not lead to it although the
    /// noise branch is unstable, so that there must be one, it is sought near the noise branch, from which it departs at the
    /// threshold, and by following it down from more samples. Where the noise branch is stable there may be two more solutions, of
    /// which the one of higher likelihood is returned.
    ///
    /// # Errors
    /// What the equations return where neither branch could be computed, or not the signal branch although there is one.
    pub(super) fn pair(&self, alpha: f64, shift: f64) -> Result<[Option<Solution<Learned>>; 2]> {
        let noise = self.noise_unknowns(alpha, shift);
        let beside = noise.as_ref().ok().and_then(Option::as_ref);
        let signal = self.signal_beside(alpha, beside, shift).and_then(|found| {
            found
                .map(|found| self.describe(Branch::Signal, alpha, found))
                .transpose()
        });
        match (
            noise.and_then(|noise| self.described_noise(alpha, noise)),
            signal,
        ) {
            (Err(_), Ok(Some(signal))) => Ok([None, Some(signal)]),
            (noise, signal) => Ok([Some(noise?), signal?]),
        }
    }

    pub(super) fn described_noise(
        &self,
        alpha: f64,
        noise: Option<Solution<Unknowns>>,
    ) -> Result<Solution<Learned>> {
        match noise {
            Some(noise) => self.describe(Branch::Noise, alpha, noise),
            None => self.nothing(alpha),
        }
    }

    /// The signal branch, where the noise branch is known; `None` for vanishing weights.
    pub(super) fn signal_beside(
        &self,
        alpha: f64,
        noise: Option<&Solution<Unknowns>>,
        shift: f64,
    ) -> Result<Option<Solution<Unknowns>>> {
        let Some([m, _]) = self.infinite_data else {
            return Ok(None);
        };
        let informed = self.informed(alpha, m, shift);
        let growth = noise.map_or(0.0, |noise| self.growth(alpha, noise).unwrap_or(0.0));
        let candidates = match noise {
            Some(noise) if growth > 1.0 => [
                Some(self.departed(alpha, m, noise, growth, informed)?),
                None,
            ],
            _ => [informed.ok(), self.followed(alpha, m, shift).ok()],
        };
        // Where the noise branch is stable an iteration that has not converged is none of the solutions.
        let is_solution = |found: &Solution<Unknowns>| {
            has_overlap(&found.state) && (growth > 1.0 || found.stop == Stop::Converged)
        };
        let found = candidates.into_iter().flatten().filter(is_solution);
        self.likeliest(alpha, found)
    }

    /// The solution of the highest training likelihood.
    pub(super) fn likeliest(
        &self,
        alpha: f64,
        found: impl IntoIterator<Item = Solution<Unknowns>>,
    ) -> Result<Option<Solution<Unknowns>>> {
        let mut found = found.into_iter();
        let (first, second) = (found.next(), found.next());
        let (Some(first), Some(second)) = (first, second) else {
            return Ok(first);
        };
        let mut best = (self.train_log_likelihood(alpha, first.state)?, first);
        for other in [second].into_iter().chain(found) {
            let likelihood = self.train_log_likelihood(alpha, other.state)?;
            if likelihood > best.0 {
                best = (likelihood, other);
            }
        }
        Ok(Some(best.1))
    }

    /// The unknowns of the noise branch; `None` where the best weights are none.
    pub(super) fn noise_unknowns(
        &self,
        alpha: f64,
        shift: f64,
    ) -> Result<Option<Solution<Unknowns>>> {
        if self.learns_nothing(alpha)? {
            return Ok(None);
        }
        let [q, log_v] = self.first_guess(alpha);
        let mut last = Err(Error::NotFinite { name: "the map" });
        for factor in STARTS {
            last = self.solve(alpha, [0.0, (factor * q).ln(), log_v, shift]);
            if matches!(&last, Ok(solution) if solution.stop == Stop::Converged) {
                break;
            }
        }
        last.map(Some)
    }

    /// The signal branch that must exist beside an unstable noise branch: what was found, or what the other starts find.
    fn departed(
        &self,
        alpha: f64,
        m: f64,
        noise: &Solution<Unknowns>,
        growth: f64,
        mut found: Result<Solution<Unknowns>>,
    ) -> Result<Solution<Unknowns>> {
        if !is_signal(&found) {
            found = self.departing(alpha, noise, growth);
        }
        if !is_signal(&found) {
            found = self.followed(alpha, m, noise.state[3]);
        }
        found
    }

    /// Where the iteration leads from weight m on the planted direction.
    fn informed(&self, alpha: f64, m: f64, shift: f64) -> Result<Solution<Unknowns>> {
        self.solve(alpha, self.informed_start(alpha, m, shift))
    }

    pub(super) fn informed_start(&self, alpha: f64, m: f64, shift: f64) -> Unknowns {
        let [q, log_v] = self.first_guess(alpha);
        let tail = self.equations.potential.tail();
        let room = (1.0 - tail * m * m).min(0.5);
        [m, (room * q).ln(), log_v, shift]
    }

    /// Where it leads from beside the noise branch, whose overlap grows linearly with the distance from the threshold.
    fn departing(
        &self,
        alpha: f64,
        noise: &Solution<Unknowns>,
        growth: f64,
    ) -> Result<Solution<Unknowns>> {
        let [_, log_q, log_v, shift] = noise.state;
        let rho = self.equations.saddle(alpha, noise.state, TOLERANCE)?.rho;
        let mut last = Err(Error::NotFinite { name: "the map" });
        for rate in DEPARTURES {
            let overlap = (rate * (growth - 1.0)).min(0.5);
            last = self.solve(alpha, [(overlap * rho).sqrt(), log_q, log_v, shift]);
            if is_signal(&last) {
                break;
            }
        }
        last
    }

    /// Where it leads when followed down to `alpha` from more samples, as long as there is an overlap.
    fn followed(&self, alpha: f64, m: f64, shift: f64) -> Result<Solution<Unknowns>> {
        let mut start = self.informed_start(WAY[0] * alpha, m, shift);
        for multiple in WAY {
            let solution = self.search(multiple * alpha, start, Search::ROUGH)?;
            if !has_overlap(&solution.state) {
                return Ok(solution);
            }
            start = solution.state;
        }
        self.solve(alpha, start)
    }

    fn solve(&self, alpha: f64, start: Unknowns) -> Result<Solution<Unknowns>> {
        self.search(alpha, start, Search::AT_SHIFT)
    }

    /// Where the iteration leads from `start`: from an overlap only as long as there is one.
    pub(super) fn search(
        &self,
        alpha: f64,
        start: Unknowns,
        search: Search,
    ) -> Result<Solution<Unknowns>> {
        let tolerance = search.average_accuracy();
        let image = |state: &Unknowns| self.equations.image(alpha, state, search.shift, tolerance);
        let is_noise = !has_overlap(&start);
        let iteration = FixedPoint {
            tolerance: search.tolerance,
            max_iterations: search.max_iterations,
            ..ITERATION
        };
        iteration.solve_within(image, |state| is_noise || has_overlap(state), start)
    }

    /// Q and ln(V/(1 − κV)) of about the right size: exact for noise and a Gaussian unit but for the coefficients.
    pub(super) fn first_guess(&self, alpha: f64) -> [f64; 2] {
        let tail = self.equations.potential.tail();
        // A unit s times as strong learns weights 1/s times as large.
        let strength = self.equations.potential.steepest() * self.equations.data.largest();
        let v = (1.2 / alpha.sqrt() + alpha.recip()) / strength;
        let bounded = v / (1.0 + tail * v);
        [(2.0 - tail * bounded) * bounded, v.ln()]
    }

    /// Everything about a solution that a table wants to know.
    pub(super) fn describe(
        &self,
        branch: Branch,
        alpha: f64,
        solution: Solution<Unknowns>,
    ) -> Result<Solution<Learned>> {
        let saddle = self.equations.saddle(alpha, solution.state, TOLERANCE)?;
        let at_stability = saddle.field.response_squared(1e-2 * TOLERANCE.sqrt())? / alpha;
        let (c, visible) = (saddle.hidden_field(), self.visible_gain(alpha));
        let norm = self.log_norm(&saddle);
        let state = Learned {
            branch,
            m: saddle.m.abs(),
            q: saddle.q,
            v: saddle.v,
            rho: saddle.rho,
            c,
            eta: saddle.forces.mean + self.equations.potential.origin(),
            train_log_likelihood: saddle.field.trained(TOLERANCE)? + visible - norm,
            test_log_likelihood: saddle.field.fresh(c, TOLERANCE)? - visible - norm,
            at_stability: at_stability / saddle.forces.response.powi(2) * saddle.sums.field,
        };
        Ok(Solution {
            state,
            stop: solution.stop,
            iterations: solution.iterations,
            residual: solution.residual,
        })
    }

    /// Log-likelihood per training sample.
    ///
    /// ```text
    /// E φ(k) + B − F(c − ηρ) − η²ρ/2
    /// ```
    pub(super) fn train_log_likelihood(&self, alpha: f64, unknowns: Unknowns) -> Result<f64> {
        let saddle = self.equations.saddle(alpha, unknowns, TOLERANCE)?;
        Ok(saddle.field.trained(TOLERANCE)? + self.visible_gain(alpha) - self.log_norm(&saddle))
    }

    /// `F(c − ηρ) + η²ρ/2`: the partition function relative to the uniform distribution, at the biases that fit best.
    fn log_norm(&self, saddle: &Saddle<'_>) -> f64 {
        let eta = saddle.forces.mean;
        let potential = &self.equations.potential;
        potential.log_norm(saddle.rho, saddle.model_field()) + 0.5 * eta * eta * saddle.rho
    }

    /// What the visible biases gain on the training data and lose on fresh data, `|v̄|²/2` on average.
    ///
    /// ```text
    /// B = (1/N) Σ λ/(2α)
    /// ```
    pub(super) fn visible_gain(&self, alpha: f64) -> f64 {
        if self.equations.has_biases {
            0.5 * self.equations.data.variance() / alpha
        } else {
            0.0
        }
    }

    /// λ₁ E[dg/dω]/(r + ε) on the noise branch: by what a small weight on the planted direction is multiplied.
    pub(super) fn growth(&self, alpha: f64, noise: &Solution<Unknowns>) -> Result<f64> {
        if noise.residual > ENOUGH {
            return Err(Error::NotConverged {
                iterations: noise.iterations,
                residual: noise.residual,
            });
        }
        let Some(planted) = self.equations.data.planted() else {
            return Ok(0.0);
        };
        Ok(planted.eigenvalue() / self.equations.saddle(alpha, noise.state, TOLERANCE)?.point)
    }
}

pub(super) fn has_overlap(unknowns: &Unknowns) -> bool {
    let [m, log_q, ..] = *unknowns;
    m * m > NO_OVERLAP * log_q.exp()
}

/// True for a converged solution with an overlap.
fn is_signal(found: &Result<Solution<Unknowns>>) -> bool {
    matches!(found, Ok(solution) if solution.stop == Stop::Converged && has_overlap(&solution.state))
}
