//! Minima of smooth functions of many variables.

use std::cell::{Cell, RefCell};

use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use super::curvature::newton_step;
use super::vector::Vector;
use super::{Solution, Stop};
use crate::error::{Error, Result, check};

/// Fresh starts from the point where a line search found no lower value.
///
/// Near the minimum the value is flat to rounding and a search along a stale direction fails; the steepest one still falls.
const RESTARTS: usize = 4;

/// Slope down to which values, right to some 1e-14, tell up from down: below it the line search is lost in rounding.
const ROUGH: f64 = 1e-6;

/// Slope from which Newton's method is near enough, should the line search have stuck above [`ROUGH`].
const NEAR: f64 = 1e-4;

/// Newton's steps at most: each gains a digit at worst, or is a shortened one.
const MOST_NEWTON_STEPS: usize = 24;

/// Halves that are taken of a step that goes too far, as next to a bifurcation.
const HALVES: usize = 6;

/// Products with the Hessian in one of Newton's steps.
const PRODUCTS: usize = 40;

/// Part of the value that going on along a valley gains at least: less is rounding.
const LEAST_GAIN: f64 = 1e-12;

/// Values without a lower one among them, after which a line search is lost: one that is not needs a few.
const MOST_IDLE: usize = 100;

/// How a smooth function of many variables is minimised: argmin's L-BFGS with the line search of Moré and Thuente, and from a
/// slope of 1e-6 on Newton's steps, which need gradients only. Where these fail, as in a bent valley whose floor slopes by less, L-BFGS goes on
/// for as long as it finds lower values.
///
/// The end is judged by the largest component of the gradient, never by a small step or a small change of the value. The start
/// decides on the minimum, and a start on a saddle with no slope stays there: what was found is a point without slope, whose
/// curvature [`leading_curvature`](super::curvature::leading_curvature) knows.
///
/// # References
/// Liu & Nocedal, Math. Program. 45, 503 (1989); Moré & Thuente, ACM Trans. Math. Softw. 20, 286 (1994).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuasiNewton {
    /// Differences of gradients that are remembered, at least 1.
    pub memory: usize,
    /// Largest component of the gradient at which the search stops, above 0.
    pub tolerance: f64,
    /// Steps after which it stops in any case.
    pub max_iterations: usize,
}

impl Default for QuasiNewton {
    fn default() -> Self {
        Self {
            memory: 12,
            tolerance: 1e-9,
            max_iterations: 2000,
        }
    }
}

impl QuasiNewton {
    /// Goes downhill from `start`. `function` writes the gradient at a point into its second argument and returns the value.
    ///
    /// The solution's residual is the largest component of the gradient, its iterations are steps.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for settings out of range, [`Error::NotFinite`] where the function is not finite.
    pub fn minimize(
        &self,
        name: &'static str,
        function: impl FnMut(&[f64], &mut [f64]) -> f64,
        start: Vec<f64>,
    ) -> Result<Solution<Vec<f64>>> {
        check("tolerance", "positive and finite", self.tolerance, |t| {
            t > 0.0
        })?;
        let landscape = Landscape::new(function, start.len());
        let mut solution = Solution {
            residual: landscape.residual(&start, name)?,
            state: start,
            stop: Stop::MaxIterations,
            iterations: 0,
        };
        for _ in 0..=RESTARTS {
            let before = solution.residual;
            if before <= self.rough() || solution.iterations >= self.max_iterations {
                break;
            }
            self.descend(name, &landscape, &mut solution, self.rough())?;
            if solution.residual >= before {
                break;
            }
        }
        self.polish(name, &landscape, &mut solution)?;
        self.follow_valley(name, &landscape, &mut solution)?;
        if solution.residual <= self.tolerance {
            solution.stop = Stop::Converged;
        }
        Ok(solution)
    }

    /// Goes on downhill for as long as values get lower.
    fn follow_valley<F: FnMut(&[f64], &mut [f64]) -> f64>(
        &self,
        name: &'static str,
        landscape: &Landscape<F>,
        solution: &mut Solution<Vec<f64>>,
    ) -> Result<()> {
        let mut value = landscape.value(&solution.state, name)?;
        while solution.residual > self.tolerance && solution.iterations < self.max_iterations {
            self.descend(name, landscape, solution, self.tolerance)?;
            self.polish(name, landscape, solution)?;
            let lower = landscape.value(&solution.state, name)?;
            if value - lower <= LEAST_GAIN * value.abs() {
                break;
            }
            value = lower;
        }
        Ok(())
    }

    fn rough(&self) -> f64 {
        self.tolerance.max(ROUGH)
    }

    /// Newton's steps for as long as they help.
    fn polish<F: FnMut(&[f64], &mut [f64]) -> f64>(
        &self,
        name: &'static str,
        landscape: &Landscape<F>,
        solution: &mut Solution<Vec<f64>>,
    ) -> Result<()> {
        for _ in 0..MOST_NEWTON_STEPS {
            let is_done = solution.residual <= self.tolerance || solution.residual > NEAR;
            if is_done || solution.iterations >= self.max_iterations {
                break;
            }
            let slope = landscape.slope(&solution.state, name)?;
            let gradient = |point: &[f64], gradient: &mut [f64]| {
                (landscape.function.borrow_mut())(point, gradient);
            };
            let step = newton_step(gradient, &solution.state, &slope, PRODUCTS)?;
            let Some((state, residual)) = nearer(name, landscape, solution, step)? else {
                break;
            };
            solution.iterations += 1;
            (solution.state, solution.residual) = (state, residual);
        }
        Ok(())
    }

    /// One run of argmin's solver, from the solution's state down to a slope of `goal`.
    fn descend<F: FnMut(&[f64], &mut [f64]) -> f64>(
        &self,
        name: &'static str,
        landscape: &Landscape<F>,
        solution: &mut Solution<Vec<f64>>,
        goal: f64,
    ) -> Result<()> {
        landscape.begin();
        let search = MoreThuenteLineSearch::new();
        // argmin judges the Euclidean norm, which is at least the largest component, and would stop on a small change of the
        // value too: never, with a tolerance of zero.
        let solver = LBFGS::new(search, self.memory.max(1))
            .with_tolerance_grad(goal)
            .and_then(|solver| solver.with_tolerance_cost(0.0))
            .map_err(|_| Error::NotFinite { name })?;
        let left = self.max_iterations.saturating_sub(solution.iterations);
        let start = Vector(solution.state.clone());
        let result = Executor::new(landscape, solver)
            .configure(|state| state.param(start).max_iters(left as u64))
            .ctrlc(false)
            .run()
            .map_err(|_| Error::NotFinite { name })?;
        let state = result.state();
        solution.iterations += usize::try_from(state.get_iter()).unwrap_or(left).max(1);
        if let Some(best) = state.get_best_param() {
            solution.state.clone_from(&best.0);
            solution.residual = landscape.residual(&best.0, name)?;
        }
        Ok(())
    }
}

/// The point with less slope that is reached by a step, or by the first of its halves that reaches one.
fn nearer<F: FnMut(&[f64], &mut [f64]) -> f64>(
    name: &'static str,
    landscape: &Landscape<F>,
    solution: &Solution<Vec<f64>>,
    mut step: Vec<f64>,
) -> Result<Option<(Vec<f64>, f64)>> {
    for _ in 0..=HALVES {
        let pairs = solution.state.iter().zip(&step);
        let state: Vec<f64> = pairs.map(|(x, d)| x + d).collect();
        let residual = landscape.residual(&state, name)?;
        if residual < solution.residual {
            return Ok(Some((state, residual)));
        }
        for d in &mut step {
            *d *= 0.5;
        }
    }
    Ok(None)
}

/// A point with the value and the gradient there.
struct Visit {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// A closure as argmin wants it: value and gradient asked for apart, and more than once.
struct Landscape<F> {
    function: RefCell<F>,
    last: RefCell<Visit>,
    is_fresh: Cell<bool>,
    /// The lowest value of a descent, and how many came since.
    lowest: Cell<f64>,
    idle: Cell<usize>,
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Landscape<F> {
    fn new(function: F, size: usize) -> Self {
        let last = Visit {
            point: vec![f64::NAN; size],
            value: f64::NAN,
            gradient: vec![0.0; size],
        };
        Self {
            function: RefCell::new(function),
            last: RefCell::new(last),
            is_fresh: Cell::new(true),
            lowest: Cell::new(f64::INFINITY),
            idle: Cell::new(0),
        }
    }

    /// A descent begins.
    fn begin(&self) {
        self.lowest.set(f64::INFINITY);
        self.idle.set(0);
    }

    /// Whether a value is one too many without progress.
    fn is_lost(&self, value: f64) -> bool {
        if value < self.lowest.get() {
            self.lowest.set(value);
            self.idle.set(0);
        } else {
            self.idle.set(self.idle.get() + 1);
        }
        self.idle.get() > MOST_IDLE
    }

    fn value(&self, point: &[f64], name: &'static str) -> Result<f64> {
        self.at(point, |visit| visit.value)
            .ok_or(Error::NotFinite { name })
    }

    /// What `read` takes from the visit of a point; false where the function is not finite there.
    fn at<T>(&self, point: &[f64], read: impl Fn(&Visit) -> T) -> Option<T> {
        let mut last = self.last.borrow_mut();
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
        if self.is_fresh.take() || !last.point.iter().zip(point).all(same) {
            last.point.copy_from_slice(point);
            last.value = (self.function.borrow_mut())(point, &mut last.gradient);
        }
        let is_finite = last.value.is_finite() && last.gradient.iter().all(|g| g.is_finite());
        is_finite.then(|| read(&last))
    }

    fn slope(&self, point: &[f64], name: &'static str) -> Result<Vec<f64>> {
        self.at(point, |visit| visit.gradient.clone())
            .ok_or(Error::NotFinite { name })
    }

    fn residual(&self, point: &[f64], name: &'static str) -> Result<f64> {
        let slope = self.slope(point, name)?;
        Ok(slope.iter().fold(0.0, |m: f64, g| m.max(g.abs())))
    }
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> CostFunction for &Landscape<F> {
    type Param = Vector;
    type Output = f64;

    fn cost(&self, point: &Vector) -> std::result::Result<f64, argmin::core::Error> {
        self.at(&point.0, |visit| visit.value)
            .filter(|value| !self.is_lost(*value))
            .ok_or_else(|| argmin::core::Error::msg("not finite, or lost"))
    }
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Gradient for &Landscape<F> {
    type Param = Vector;
    type Gradient = Vector;

    fn gradient(&self, point: &Vector) -> std::result::Result<Vector, argmin::core::Error> {
        self.at(&point.0, |visit| Vector(visit.gradient.clone()))
            .ok_or_else(|| argmin::core::Error::msg("not finite"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_valley_of_rosenbrock_leads_to_one_one() {
        let rosenbrock = |x: &[f64], g: &mut [f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            g[0] = -2.0 * a - 400.0 * x[0] * b;
            g[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let found = QuasiNewton::default()
            .minimize("valley", rosenbrock, vec![-1.2, 1.0])
            .unwrap()
            .converged()
            .unwrap();
        for x in found.state {
            // A gradient of 1e-9 over the smallest curvature, 0.4.
            assert_relative_eq!(x, 1.0, epsilon = 1e-8);
        }
    }

    #[test]
    fn a_search_that_may_not_go_far_says_so() {
        let bowl = |x: &[f64], g: &mut [f64]| {
            for (g, x) in g.iter_mut().zip(x) {
                *g = 4.0 * x.powi(3);
            }
            x.iter().map(|x| x.powi(4)).sum()
        };
        let settings = QuasiNewton {
            max_iterations: 2,
            ..QuasiNewton::default()
        };
        let found = settings.minimize("bowl", bowl, vec![3.0, -2.0]).unwrap();
        assert_eq!(found.stop, Stop::MaxIterations);
        assert!(found.residual > settings.tolerance);
    }

    #[test]
    fn functions_that_are_not_finite_are_refused() {
        let settings = QuasiNewton::default();
        assert!(
            settings
                .minimize("hole", |_, _| f64::NAN, vec![0.0])
                .is_err()
        );
        let wrong = QuasiNewton {
            tolerance: f64::NAN,
            ..settings
        };
        assert!(wrong.minimize("flat", |_, _| 0.0, vec![0.0]).is_err());
    }
}
