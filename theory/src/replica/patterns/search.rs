//! The search for the state of a given number of recalled patterns.

use super::equations::{Equations, Unknowns};
use crate::error::{Error, Result};
use crate::solver::newton::Newton;
use crate::solver::{FixedPoint, Solution, Stop};

/// Steps of half the way to F(x) before Newton's method takes over, which carry the start to its branch.
const WARM_UP: usize = 6;
/// Overlap with a recalled pattern below which nothing is recalled: it tends to zero there, or has become rounding.
const NOTHING: f64 = 1e-7;
/// Distance in Q below which two solutions are one.
const SAME: f64 = 1e-6;
/// A step leaves each unknown at least this part of its value, so that it never jumps over zero.
const KEPT: f64 = 0.1;
/// What Newton's method may do.
const NEWTON: Newton = Newton {
    step: 1e-13,
    residual: 4.0 * f64::EPSILON,
    max_iterations: 100,
    smallest_part: Some(1e-3),
};
/// What is done where Newton's method misses the branch: a slow iteration that cannot jump over it.
const SLOW: FixedPoint = FixedPoint {
    damping: 0.5,
    tolerance: 1e-11,
    max_iterations: 3000,
    acceleration: 0,
};

impl Equations<'_> {
    /// The states that are reached from full order; none where that ends with nothing recalled or beyond the domain.
    ///
    /// # Errors
    /// Where an average cannot be computed.
    pub(super) fn search(&self) -> Result<Vec<Solution<Unknowns>>> {
        let mut states: Vec<Solution<Unknowns>> = Vec::new();
        for start in self.starts() {
            let is_new = |found: &Solution<Unknowns>| {
                let distance = |other: &Solution<Unknowns>| (other.state[0] - found.state[0]).abs();
                states.iter().all(|other| distance(other) > SAME)
            };
            let found = self.search_from(start)?.filter(is_new);
            states.extend(found);
        }
        Ok(states)
    }

    /// The state that is reached from a start.
    fn search_from(&self, start: Unknowns) -> Result<Option<Solution<Unknowns>>> {
        let start = self.warm_up(start)?;
        let part =
            |state: &[f64], step: &[f64]| largest_part(state, step).min(self.within(state, step));
        let found = NEWTON.solve_within(|x| self.tangent(x), part, start.to_vec());
        let state = [found.state[0], found.state[1], found.state[2]];
        if found.stop == Stop::Converged && self.is_on_branch(state)? {
            return Ok(Some(Solution {
                state,
                stop: found.stop,
                iterations: WARM_UP + found.iterations,
                residual: found.residual,
            }));
        }
        let slow = SLOW.solve_within(
            |x: &Unknowns| Ok(self.image(*x)?.value),
            |x| self.is_ordered(*x),
            start,
        );
        match slow {
            Ok(found) if found.stop == Stop::Diverged => Ok(None),
            Ok(found) => Ok(self.is_ordered(found.state).then_some(found)),
            Err(Error::NotFinite { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A few steps towards F(x), up to where it cannot be computed.
    fn warm_up(&self, mut state: Unknowns) -> Result<Unknowns> {
        for _ in 0..WARM_UP {
            match self.image(state) {
                Ok(image) => {
                    let next = [0, 1, 2].map(|i| 0.5 * (state[i] + image.value[i]));
                    if self.image(next).is_err() {
                        break;
                    }
                    state = next;
                }
                Err(Error::NotFinite { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(state)
    }

    /// Part of the step, at most all of it, that keeps real hidden units from being thrown to infinity, `s² (Q − q) < 1`.
    fn within(&self, state: &[f64], step: &[f64]) -> f64 {
        let room = self.machine.weight_variance().recip() - (state[0] - state[1]);
        let widens = step[0] - step[1];
        if self.machine.can_recall() && widens > (1.0 - KEPT) * room {
            (1.0 - KEPT) * room / widens
        } else {
            1.0
        }
    }

    /// Whether the patterns are recalled, if there are any.
    fn is_ordered(&self, state: Unknowns) -> bool {
        self.sum.terms == 0 || state[2] > NOTHING
    }

    fn is_on_branch(&self, state: Unknowns) -> Result<bool> {
        Ok(self.is_ordered(state) && self.image(state)?.determinant() > 0.0)
    }
}

/// Part of the step, at most all of it, that keeps order parameters on their side of zero.
fn largest_part(state: &[f64], step: &[f64]) -> f64 {
    let limits = state.iter().zip(step).map(|(x, dx)| {
        if *dx < 0.0 {
            (1.0 - KEPT) * x / -dx
        } else {
            1.0
        }
    });
    limits.fold(1.0, f64::min)
}
