//! Solvers of equations: they know iterations and brackets, not physics.
//!
//! [`FixedPoint`] iterates a map, [`newton`] solves a system of equations whose derivatives are known, [`root`] and [`minimum`]
//! search in one variable inside a bracket, [`quasi_newton`] in many, [`curvature`] tells a maximum from a saddle, and
//! [`initial_value`] follows equations of motion, by [`exponential`] steps those that come to rest.

pub mod acceleration;
pub mod curvature;
pub mod exponential;
pub mod initial_value;
pub mod minimum;
pub mod newton;
pub mod quasi_newton;
pub mod root;
mod vector;

use crate::error::{Error, Result, check};
use crate::numerics::subtract;
use acceleration::Anderson;

/// Ratio of the true error to the one extrapolated from the latest two states, in the worst regular case:
/// at a marginal point (x ← x − x³/3, say) the iteration slows down as it converges, and the plain one sees
/// a third, the accelerated one a quarter of the way that is left.
const SAFETY: f64 = 5.0;

/// Weight per iteration of an amplification that was seen before: a direction stays in mind for some
/// hundred steps, since accelerated steps are not often along the slowest one.
const MEMORY: f64 = 0.99;

/// Smallest difference of two states, in the units of the tolerance, that tells something.
const ROUNDING: f64 = 32.0 * f64::EPSILON;

/// Evaluations between two states that are kept for comparison.
const ANCHOR_EVERY: usize = 16;

/// An accelerated step that multiplies the residual by more than this is taken back.
const ALLOWED_GROWTH: f64 = 4.0;

/// A list of unknowns: `[f64; D]` or `Vec<f64>`.
pub trait State: Clone + AsRef<[f64]> + AsMut<[f64]> {}

impl<S: Clone + AsRef<[f64]> + AsMut<[f64]>> State for S {}

/// How a map is iterated to its fixed point.
///
/// ```text
/// x ← x + (1 − damping) (F(x) − x)
/// ```
///
/// or, with `acceleration` > 0, by [Anderson's method](acceleration) with that many remembered differences.
/// Convergence is judged by the estimated distance to the fixed point, in units of max(1, |xᵢ|) and for the
/// worst component, never by a small step, which near criticality or under strong damping is small far from
/// the solution:
///
/// ```text
/// |x − x*| ≈ |F(x) − x| · a,   a = max |Δx| / |Δ(F(x) − x)|
/// ```
///
/// where Δ is the difference between successive states and the maximum is over the latest of them; for the
/// plain iteration a is 1/(1 − rate). A slow direction in which the iteration has hardly begun to move
/// stays hidden. The start decides on the branch; an unstable branch wants [`newton`].
///
/// ```
/// # use saddlepoint_theory::solver::FixedPoint;
/// let curie_weiss = |m: &[f64; 1]| Ok([(2.0 * m[0]).tanh()]);
/// let solution = FixedPoint::default().solve(curie_weiss, [0.5])?.converged()?;
/// assert!((solution.state[0] - 0.957_504_024_077).abs() < 1e-10);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedPoint {
    /// Fraction of the old state that is kept in each step, in [0, 1).
    pub damping: f64,
    /// Distance to the fixed point at which the iteration stops, in units of max(1, |xᵢ|).
    pub tolerance: f64,
    /// Evaluations of the map after which the iteration stops in any case.
    pub max_iterations: usize,
    /// Differences that Anderson's acceleration remembers; 0 for the plain iteration.
    pub acceleration: usize,
}

impl Default for FixedPoint {
    fn default() -> Self {
        Self {
            damping: 0.0,
            tolerance: 1e-10,
            max_iterations: 10_000,
            acceleration: 0,
        }
    }
}

/// Why an iteration stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The estimated error is below the tolerance.
    Converged,
    /// The iterations were used up.
    MaxIterations,
    /// The state left the range of finite numbers, or the domain that it was to stay in.
    Diverged,
}

/// Where an iteration ended.
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Solution<S> {
    /// The last state.
    pub state: S,
    /// Why the iteration stopped.
    pub stop: Stop,
    /// Evaluations of the map.
    pub iterations: usize,
    /// |F(x) − x| of the worst component of `state`, in units of max(1, |xᵢ|).
    pub residual: f64,
}

impl<S> Solution<S> {
    /// The solution, for callers who insist that it converged.
    ///
    /// # Errors
    /// [`Error::NotConverged`] unless `stop` is [`Stop::Converged`].
    pub fn converged(self) -> Result<Self> {
        let Self {
            stop,
            iterations,
            residual,
            ..
        } = self;
        if stop == Stop::Converged {
            Ok(self)
        } else {
            Err(Error::NotConverged {
                iterations,
                residual,
            })
        }
    }
}

impl FixedPoint {
    /// Iterates `equations` from `start`.
    ///
    /// # Errors
    /// What `equations` returns (after an accelerated step: only if the plain step in its place fails too),
    /// [`Error::NotFinite`] where the map is not finite at the start, [`Error::OutOfDomain`] for settings
    /// out of range.
    pub fn solve<S: State>(
        &self,
        equations: impl FnMut(&S) -> Result<S>,
        start: S,
    ) -> Result<Solution<S>> {
        self.solve_within(equations, |_| true, start)
    }

    /// Iterates `equations` from `start` as long as `domain` holds at the states.
    ///
    /// For a solution that is of interest on one side only of a border that the iteration does not cross back. The solution
    /// returned where the domain was left, with [`Stop::Diverged`], is the first state outside.
    ///
    /// # Errors
    /// As [`FixedPoint::solve`].
    pub fn solve_within<S: State>(
        &self,
        mut equations: impl FnMut(&S) -> Result<S>,
        domain: impl Fn(&S) -> bool,
        start: S,
    ) -> Result<Solution<S>> {
        check("damping", "in [0, 1)", self.damping, |d| {
            (0.0..1.0).contains(&d)
        })?;
        check("tolerance", "positive and finite", self.tolerance, |t| {
            t > 0.0
        })?;
        let mut iteration = Iteration::new(self, start);
        while iteration.count < self.max_iterations {
            let image = equations(&iteration.state);
            if let Some(stop) = iteration.advance(image)? {
                return Ok(iteration.solution(stop));
            }
            if iteration
                .last
                .as_ref()
                .is_some_and(|last| !domain(&last.state))
            {
                return Ok(iteration.solution(Stop::Diverged));
            }
        }
        Ok(iteration.solution(Stop::MaxIterations))
    }
}

/// A state at which the map was evaluated, `F(x) − x` there, and the norm of that.
struct Visit<S> {
    state: S,
    residual: Vec<f64>,
    norm: f64,
}

impl<S: State> Visit<S> {
    /// |Δx| / |Δ(F(x) − x)| between two states; 0, which tells nothing, where they differ by rounding only.
    fn amplification_since(&self, earlier: &Self) -> f64 {
        let state = self.state.as_ref();
        let moved = scaled_norm(&subtract(state, earlier.state.as_ref()), state);
        let changed = scaled_norm(&subtract(&self.residual, &earlier.residual), state);
        if moved <= ROUNDING {
            return 0.0;
        }
        // Where rounding hides the change of the residual the ratio is as good as infinite, and yet must fade.
        (moved / changed).min(f64::EPSILON.recip())
    }
}

/// An iteration under way.
struct Iteration<'a, S> {
    settings: &'a FixedPoint,
    /// Where the map is evaluated next.
    state: S,
    /// The latest state that was accepted.
    last: Option<Visit<S>>,
    /// An earlier one, from which the slow directions have had time to show.
    anchor: Option<Visit<S>>,
    /// Lowest norm of a residual since the last step that was taken back.
    lowest: f64,
    /// Largest ratio |Δx| / |Δ(F(x) − x)| of late.
    amplification: f64,
    anderson: Anderson,
    step: Vec<f64>,
    count: usize,
    is_accelerated: bool,
}

impl<'a, S: State> Iteration<'a, S> {
    fn new(settings: &'a FixedPoint, state: S) -> Self {
        Self {
            settings,
            step: vec![0.0; state.as_ref().len()],
            state,
            last: None,
            anchor: None,
            lowest: f64::INFINITY,
            amplification: 0.0,
            anderson: Anderson::new(settings.acceleration, 1.0 - settings.damping),
            count: 0,
            is_accelerated: false,
        }
    }

    /// Takes the value of the map at the state and moves on, or says why to stop.
    fn advance(&mut self, image: Result<S>) -> Result<Option<Stop>> {
        self.count += 1;
        let visit = match image {
            Ok(image) => self.visit(&image),
            Err(_) if self.is_accelerated => None,
            Err(error) => return Err(error),
        };
        let highest = ALLOWED_GROWTH * self.lowest;
        match visit {
            Some(visit) if !self.is_accelerated || visit.norm <= highest => Ok(self.accept(visit)),
            _ if self.is_accelerated => {
                self.take_back();
                Ok(None)
            }
            _ if self.last.is_some() => Ok(Some(Stop::Diverged)),
            _ => Err(Error::NotFinite { name: "the map" }),
        }
    }

    /// The residual at the state, unless a component is not finite.
    fn visit(&self, image: &S) -> Option<Visit<S>> {
        let state = self.state.clone();
        let residual = subtract(image.as_ref(), state.as_ref());
        let norm = scaled_norm(&residual, state.as_ref());
        residual.iter().all(|x| x.is_finite()).then_some(Visit {
            state,
            residual,
            norm,
        })
    }

    /// Moves on from a state, unless it is the solution.
    fn accept(&mut self, visit: Visit<S>) -> Option<Stop> {
        let error = self.error(&visit);
        let is_done = visit.norm <= 0.0 || SAFETY * error <= self.settings.tolerance;
        if !is_done {
            self.anderson
                .step(visit.state.as_ref(), &visit.residual, &mut self.step);
            self.is_accelerated = self.anderson.is_accelerating();
            self.move_on();
        }
        self.lowest = self.lowest.min(visit.norm);
        let before = self.last.replace(visit);
        if self.count.is_multiple_of(ANCHOR_EVERY) {
            self.anchor = before;
        }
        is_done.then_some(Stop::Converged)
    }

    /// Estimated distance to the fixed point: infinite at the first state.
    fn error(&mut self, visit: &Visit<S>) -> f64 {
        let Some(last) = &self.last else {
            return f64::INFINITY;
        };
        let latest = visit.amplification_since(last);
        let earlier = self
            .anchor
            .as_ref()
            .map_or(0.0, |anchor| visit.amplification_since(anchor));
        self.amplification = latest.max(earlier).max(MEMORY * self.amplification);
        visit.norm * self.amplification.max(1.0)
    }

    fn move_on(&mut self) {
        self.state
            .as_mut()
            .iter_mut()
            .zip(&self.step)
            .for_each(|(x, step)| *x += step);
    }

    /// Returns to the latest accepted state and takes a plain step from there.
    fn take_back(&mut self) {
        self.anderson.restart();
        self.is_accelerated = false;
        if let Some(last) = &self.last {
            self.state = last.state.clone();
            self.lowest = last.norm;
            self.anderson
                .step(last.state.as_ref(), &last.residual, &mut self.step);
            self.move_on();
        }
    }

    fn solution(self, stop: Stop) -> Solution<S> {
        let (state, residual) = match self.last {
            Some(last) => (last.state, last.norm),
            None => (self.state, f64::INFINITY),
        };
        Solution {
            state,
            stop,
            iterations: self.count,
            residual,
        }
    }
}

/// Largest component in units of max(1, |xᵢ|).
fn scaled_norm(vector: &[f64], state: &[f64]) -> f64 {
    vector
        .iter()
        .zip(state)
        .map(|(v, x)| v.abs() / x.abs().max(1.0))
        .fold(0.0, f64::max)
}
