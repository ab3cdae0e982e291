//! The two branches of solutions, each from its own start.

use super::equations::{TOLERANCE, Unknowns};
use super::{Branch, Learned, OneUnit};
use crate::covariance::{SampleLaw, population_eigenvalue};
use crate::error::{Error, Result, positive};
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

/// How the map is iterated: three unknowns, so three differences make a Newton step.
const ITERATION: FixedPoint = FixedPoint {
    damping: 0.0,
    tolerance: SLACK * TOLERANCE,
    max_iterations: 200,
    acceleration: 3,
};

impl OneUnit<'_> {
    /// Both branches at `alpha` samples per unit, as far as they exist: noise, signal.
    ///
    /// The signal branch is sought from weights as after infinitely many samples. Where that does not lead to it although the
    /// noise branch is unstable, so that there must be one, it is sought near the noise branch, from which it departs at the
    /// threshold, and by following it down from more samples. Where the noise branch is stable there may be two more solutions, of
    /// which the one of higher likelihood is returned.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `alpha` is positive and finite; what the equations return where neither branch could be
    /// computed, or not the signal branch although there is one.
    pub fn branches(&self, alpha: f64) -> Result<[Option<Solution<Learned>>; 2]> {
        positive("alpha", alpha)?;
        let noise = self.noise_unknowns(alpha);
        let beside = noise.as_ref().ok().and_then(Option::as_ref);
        let signal = self.signal_beside(alpha, beside);
        match (
            noise.and_then(|noise| self.described_noise(alpha, noise)),
            signal,
        ) {
            (Err(_), Ok(Some(signal))) => Ok([None, Some(signal)]),
            (noise, signal) => Ok([Some(noise?), signal?]),
        }
    }

    /// The branch m = 0 alone.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `alpha` is positive and finite; what the equations return where they could not be evaluated.
    pub fn noise(&self, alpha: f64) -> Result<Solution<Learned>> {
        positive("alpha", alpha)?;
        self.described_noise(alpha, self.noise_unknowns(alpha)?)
    }

    /// The branch m > 0 alone, `None` where there is none.
    ///
    /// # Errors
    /// As [`OneUnit::noise`].
    pub fn signal(&self, alpha: f64) -> Result<Option<Solution<Learned>>> {
        positive("alpha", alpha)?;
        let noise = self.noise_unknowns(alpha)?;
        self.signal_beside(alpha, noise.as_ref())
    }

    fn described_noise(
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
    fn signal_beside(
        &self,
        alpha: f64,
        noise: Option<&Solution<Unknowns>>,
    ) -> Result<Option<Solution<Learned>>> {
        let Some(m) = self.infinite_data else {
            return Ok(None);
        };
        let informed = self.informed(alpha, m);
        let growth = noise.map_or(0.0, |noise| self.growth(alpha, noise).unwrap_or(0.0));
        let candidates = match noise {
            Some(noise) if growth > 1.0 => [
                Some(self.departed(alpha, m, noise, growth, informed)?),
                None,
            ],
            _ => [informed.ok(), self.followed(alpha, m).ok()],
        };
        let mut best: Option<Solution<Learned>> = None;
        for solution in candidates.into_iter().flatten() {
            // Where the noise branch is stable an iteration that has not converged is none of the solutions.
            if !has_overlap(&solution.state) || (growth <= 1.0 && solution.stop != Stop::Converged)
            {
                continue;
            }
            let found = self.describe(Branch::Signal, alpha, solution)?;
            let likelihood = found.state.train_log_likelihood;
            if best.is_none_or(|best| best.state.train_log_likelihood < likelihood) {
                best = Some(found);
            }
        }
        Ok(best)
    }

    /// The unknowns of the noise branch; `None` where the best weights are none.
    pub(super) fn noise_unknowns(&self, alpha: f64) -> Result<Option<Solution<Unknowns>>> {
        if self.learns_nothing(alpha)? {
            return Ok(None);
        }
        let [q, log_v] = self.first_guess(alpha);
        let mut last = Err(Error::NotFinite { name: "the map" });
        for factor in STARTS {
            last = self.solve(alpha, [0.0, (factor * q).ln(), log_v]);
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
            found = self.followed(alpha, m);
        }
        found
    }

    /// Where the iteration leads from weight m on the planted direction.
    fn informed(&self, alpha: f64, m: f64) -> Result<Solution<Unknowns>> {
        self.solve(alpha, self.informed_start(alpha, m))
    }

    fn informed_start(&self, alpha: f64, m: f64) -> Unknowns {
        let [q, log_v] = self.first_guess(alpha);
        let tail = self.equations.potential.tail();
        let room = (1.0 - tail * m * m).min(0.5);
        [m, (room * q).ln(), log_v]
    }

    /// Where it leads from beside the noise branch, whose overlap grows linearly with the distance from the threshold.
    fn departing(
        &self,
        alpha: f64,
        noise: &Solution<Unknowns>,
        growth: f64,
    ) -> Result<Solution<Unknowns>> {
        let [_, log_q, log_v] = noise.state;
        let rho = self.equations.saddle(alpha, noise.state, TOLERANCE)?.rho;
        let mut last = Err(Error::NotFinite { name: "the map" });
        for rate in DEPARTURES {
            let overlap = (rate * (growth - 1.0)).min(0.5);
            last = self.solve(alpha, [(overlap * rho).sqrt(), log_q, log_v]);
            if is_signal(&last) {
                break;
            }
        }
        last
    }

    /// Where it leads when followed down to `alpha` from more samples, as long as there is an overlap.
    fn followed(&self, alpha: f64, m: f64) -> Result<Solution<Unknowns>> {
        let mut start = self.informed_start(WAY[0] * alpha, m);
        for multiple in WAY {
            let solution = self.solve_to(ROUGH, multiple * alpha, start)?;
            if !has_overlap(&solution.state) {
                return Ok(solution);
            }
            start = solution.state;
        }
        self.solve(alpha, start)
    }

    fn solve(&self, alpha: f64, start: Unknowns) -> Result<Solution<Unknowns>> {
        self.solve_to(ITERATION.tolerance, alpha, start)
    }

    /// Where the iteration leads from `start`: from an overlap only as long as there is one.
    fn solve_to(&self, tolerance: f64, alpha: f64, start: Unknowns) -> Result<Solution<Unknowns>> {
        let image = |state: &Unknowns| self.equations.image(alpha, state, tolerance / SLACK);
        let is_noise = !has_overlap(&start);
        let iteration = FixedPoint {
            tolerance,
            ..ITERATION
        };
        iteration.solve_within(image, |state| is_noise || has_overlap(state), start)
    }

    /// Q and ln(V/(1 − κV)) of about the right size: exact for noise and a Gaussian unit but for the coefficients.
    fn first_guess(&self, alpha: f64) -> [f64; 2] {
        let tail = self.equations.potential.tail();
        // A unit s times as strong learns weights 1/s times as large.
        let strength = self.equations.restoring(0.0) * self.equations.data.largest();
        let v = (1.2 / alpha.sqrt() + alpha.recip()) / strength;
        let bounded = v / (1.0 + tail * v);
        [(2.0 - tail * bounded) * bounded, v.ln()]
    }

    /// Everything about a solution that a table wants to know.
    fn describe(
        &self,
        branch: Branch,
        alpha: f64,
        solution: Solution<Unknowns>,
    ) -> Result<Solution<Learned>> {
        let saddle = self.equations.saddle(alpha, solution.state, TOLERANCE)?;
        let norm = self.log_norm(saddle.rho);
        let at_stability = saddle.field.response_squared(1e-2 * TOLERANCE.sqrt())? / alpha;
        let state = Learned {
            branch,
            m: saddle.m.abs(),
            q: saddle.q,
            v: saddle.v,
            rho: saddle.rho,
            train_log_likelihood: saddle.field.trained(TOLERANCE)? - norm,
            test_log_likelihood: saddle.field.fresh(TOLERANCE)? - norm,
            at_stability: at_stability / saddle.forces.response.powi(2) * saddle.sums.field,
        };
        Ok(Solution {
            state,
            stop: solution.stop,
            iterations: solution.iterations,
            residual: solution.residual,
        })
    }

    /// `ln E_z exp φ(√ρ z)`, the logarithm of the partition function relative to the uniform distribution.
    fn log_norm(&self, rho: f64) -> f64 {
        self.equations.potential.unit().log_partition(-rho, 0.0)
    }

    /// True where the likelihood has its maximum at vanishing weights: an even unit, and no sample eigenvalue of the noise above
    /// the variance of the uniform distribution.
    fn learns_nothing(&self, alpha: f64) -> Result<bool> {
        let is_even = self.equations.potential.slope(0.0).abs() <= 0.0;
        if !is_even || self.equations.data.largest() >= 1.0 {
            return Ok(false);
        }
        let (law, aspect_ratio, scale) = self.equations.data.bulk(alpha);
        let intervals = SampleLaw::new(law, aspect_ratio)?;
        let top = intervals
            .support()
            .last()
            .map_or(0.0, |last| last.upper.position);
        Ok(top <= scale)
    }

    /// The solution w = 0.
    ///
    /// ```text
    /// G = r/(1 − V r),   V = (1/α) (1/N) Σ λ/(r − Gλ)   ⇔   ψ(u) = 1 at u = 1 − V r
    /// ```
    fn nothing(&self, alpha: f64) -> Result<Solution<Learned>> {
        let (law, aspect_ratio, scale) = self.equations.data.bulk(alpha);
        let remainder = population_eigenvalue(law, aspect_ratio, scale)? / scale;
        let sums = self.equations.data.sums(remainder);
        let v = (1.0 - remainder) / self.equations.restoring(0.0);
        let state = Learned {
            branch: Branch::Noise,
            m: 0.0,
            q: 0.0,
            v,
            rho: 0.0,
            train_log_likelihood: 0.0,
            test_log_likelihood: 0.0,
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

    /// λ₁ E[dg/dω]/r on the noise branch: by what a small weight on the planted direction is multiplied.
    pub(super) fn noise_growth(&self, alpha: f64) -> Result<f64> {
        match self.noise_unknowns(alpha)? {
            Some(noise) => self.growth(alpha, &noise),
            None => Ok(0.0),
        }
    }

    fn growth(&self, alpha: f64, noise: &Solution<Unknowns>) -> Result<f64> {
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

fn has_overlap(unknowns: &Unknowns) -> bool {
    let [m, log_q, _] = *unknowns;
    m * m > NO_OVERLAP * log_q.exp()
}

/// True for a converged solution with an overlap.
fn is_signal(found: &Result<Solution<Unknowns>>) -> bool {
    matches!(found, Ok(solution) if solution.stop == Stop::Converged && has_overlap(&solution.state))
}
