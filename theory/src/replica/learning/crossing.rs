//! Solutions in which C is found with the other unknowns.
//!
//! At a given C the other equations have a solution, and the last one gives the next C. The difference of the two has the sign of the
//! slope of the likelihood in C: a maximum is where it falls through zero.

use super::OneUnit;
use super::branches::{Search, has_overlap};
use super::equations::{Shift, Unknowns};
use crate::error::Result;
use crate::solver::root::find_root;
use crate::solver::{Solution, Stop};

/// C, V and Q of skewed noise at α = 1 in units of the width of φ'' and its square; C grows about as ln α.
const SKEWED: [f64; 3] = [2.0, 2.5, 4.7];

/// C in widths at which the sign of the difference is looked at, from a unit that is Gaussian to one that is rarely on.
const LADDER: [f64; 12] = [
    7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.5, 0.2, 0.05, -0.5, -2.0,
];

/// |C| in widths up to which a unit is not about to be Gaussian.
const LIKELY: f64 = 4.0;

/// |C| in widths below which a solution is the symmetric one, where C is 0 up to the tolerance of its square.
const SYMMETRIC: f64 = 1e-4;

/// Difference of the next C from C, in widths, that may be a rounding error: the unit is Gaussian.
const FLAT: f64 = 1e-10;

/// Accuracy of C where it is found by a root, relative to C or the width.
const ACCURACY: f64 = 1e-11;

/// A solution at one C.
#[derive(Debug, Clone, Copy)]
struct Rung {
    shift: f64,
    found: Solution<Unknowns>,
    /// The next C less C.
    rise: f64,
}

impl OneUnit<'_> {
    /// Noise with C among the unknowns, from where it is about to be found.
    pub(super) fn likely_noise(&self, alpha: f64, search: Search) -> Option<Solution<Unknowns>> {
        let potential = &self.equations.potential;
        let width = potential.width();
        let [q, log_v] = self.first_guess(alpha);
        let [c, log_skewed_v, skewed_q] = [SKEWED[0] + alpha.ln(), SKEWED[1].ln(), SKEWED[2]];
        let start = match (potential.is_even(), potential.tail() > 0.0) {
            (false, _) => [0.0, q.ln(), log_v, width],
            // Its wells are soft, and half of the field of a spin skews them.
            (true, true) => [0.0, q.ln(), log_v, 0.5 * width * c.max(0.5)],
            (true, false) => {
                let scale = 2.0 * width.ln();
                let log_q = skewed_q.ln() + scale;
                [0.0, log_q, log_skewed_v + scale, width * c.max(0.5)]
            }
        };
        self.likely(alpha, start, search)
    }

    /// The signal with C among the unknowns, from weights as after infinitely many samples.
    pub(super) fn likely_signal(&self, alpha: f64) -> Option<Solution<Unknowns>> {
        let [m, c] = self.infinite_data?;
        let found = self.likely(alpha, self.informed_start(alpha, m, c), Search::AT_SHIFT);
        found.filter(|found| has_overlap(&found.state))
    }

    /// Where the iteration leads from a start, if that is well before the unit becomes Gaussian.
    fn likely(&self, alpha: f64, start: Unknowns, search: Search) -> Option<Solution<Unknowns>> {
        let most = LIKELY * self.equations.potential.width();
        let has_limit = self.at_infinity.is_some();
        let is_likely = |shift: f64| !has_limit || shift.abs() < most;
        if !is_likely(start[3]) {
            return None;
        }
        let found = self.search(alpha, start, free(search)).ok()?;
        (self.is_free(&found) && is_likely(found.state[3])).then_some(found)
    }

    /// The noise branch at a given C, from a solution nearby if there is one.
    pub(super) fn noise_at(
        &self,
        alpha: f64,
        shift: f64,
        near: Option<Unknowns>,
        search: Search,
    ) -> Result<Option<Solution<Unknowns>>> {
        Ok(match self.continued(alpha, shift, near, search) {
            Some(found) => Some(found),
            None => self.noise_unknowns(alpha, shift)?,
        })
    }

    /// The signal branch at a given C, from a solution nearby if there is one.
    pub(super) fn signal_at(
        &self,
        alpha: f64,
        shift: f64,
        near: Option<Unknowns>,
    ) -> Result<Option<Solution<Unknowns>>> {
        if let Some(found) = self.continued(alpha, shift, near, Search::AT_SHIFT) {
            return Ok(Some(found));
        }
        let noise = self.noise_unknowns(alpha, shift)?;
        self.signal_beside(alpha, noise.as_ref(), shift)
    }

    /// Where the iteration at C leads from a solution at another C, if it converges to the same branch.
    fn continued(
        &self,
        alpha: f64,
        shift: f64,
        near: Option<Unknowns>,
        search: Search,
    ) -> Option<Solution<Unknowns>> {
        let near = near?;
        let start = [near[0], near[1], near[2], shift];
        let found = self.search(alpha, start, search).ok()?;
        let is_same = has_overlap(&found.state) == has_overlap(&near);
        (found.stop == Stop::Converged && is_same).then_some(found)
    }

    /// The maximum in C of a branch, given by its solution `at` a C near another solution; `None` where there is none.
    ///
    /// # Errors
    /// What the equations return.
    pub(super) fn crossing(
        &self,
        at: impl Fn(f64, Option<Unknowns>) -> Result<Option<Solution<Unknowns>>>,
        alpha: f64,
        search: Search,
    ) -> Result<Option<Solution<Unknowns>>> {
        let width = self.equations.potential.width();
        let is_even = self.equations.potential.is_even();
        let mut above: Option<Rung> = None;
        for multiple in LADDER.into_iter().filter(|&c| !is_even || c > 0.0) {
            let shift = multiple * width;
            let near = above.map(|rung| rung.found.state);
            let Ok(Some(found)) = at(shift, near) else {
                continue;
            };
            let Some(here) = self.rung(alpha, found, search)? else {
                continue;
            };
            if let Some(above) = above
                && above.rise < -FLAT * width
                && here.rise > 0.0
            {
                return self.between(&at, alpha, search, [here, above]);
            }
            above = Some(here);
        }
        Ok(None)
    }

    /// The rise at a solution; `None` where it could not be evaluated.
    fn rung(&self, alpha: f64, found: Solution<Unknowns>, search: Search) -> Result<Option<Rung>> {
        let accuracy = search.average_accuracy();
        let saddle = self.equations.saddle(alpha, found.state, accuracy)?;
        let shift = found.state[3];
        let next = self.equations.next_shift(&saddle, saddle.rho);
        Ok(next.ok().map(|next| Rung {
            shift,
            found,
            rise: next - shift,
        }))
    }

    /// The maximum between two rungs: by a few steps of the iteration, else by the root of the rise.
    fn between(
        &self,
        at: impl Fn(f64, Option<Unknowns>) -> Result<Option<Solution<Unknowns>>>,
        alpha: f64,
        search: Search,
        [lower, upper]: [Rung; 2],
    ) -> Result<Option<Solution<Unknowns>>> {
        let fraction = lower.rise / (lower.rise - upper.rise);
        let mix = |k: usize| {
            lower.found.state[k] + fraction * (upper.found.state[k] - lower.found.state[k])
        };
        let start = [mix(0), mix(1), mix(2), mix(3)];
        if search.is_rough() {
            return at(start[3], Some(start));
        }
        let found = self.search(alpha, start, free(search));
        if let Ok(found) = found
            && (lower.shift..=upper.shift).contains(&found.state[3])
            && has_overlap(&found.state) == has_overlap(&lower.found.state)
            && self.is_free(&found)
        {
            return Ok(Some(found));
        }
        let mut latest = lower.found;
        let rise = |shift: f64| {
            let found = at(shift, Some(latest.state)).ok().flatten();
            let rung = found.and_then(|found| self.rung(alpha, found, search).ok().flatten());
            rung.map_or(f64::NAN, |rung| {
                latest = rung.found;
                rung.rise
            })
        };
        let root = find_root(
            "bias of the hidden unit",
            rise,
            lower.shift,
            upper.shift,
            ACCURACY,
        )?;
        at(root.x, Some(latest.state))
    }

    /// True for a converged solution that is not symmetric.
    fn is_free(&self, found: &Solution<Unknowns>) -> bool {
        let potential = &self.equations.potential;
        let is_symmetric =
            potential.is_even() && found.state[3].abs() < SYMMETRIC * potential.width();
        found.stop == Stop::Converged && !is_symmetric
    }
}

/// The search with C among the unknowns.
fn free(search: Search) -> Search {
    Search {
        shift: Shift::Free,
        tolerance: search.tolerance,
        ..Search::FREE
    }
}
