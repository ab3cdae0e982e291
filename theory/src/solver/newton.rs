//! Newton's method for a system of equations.

use std::cell::Cell;

use faer::Mat;
use faer::linalg::solvers::Solve;

use super::{Solution, Stop};

/// How a system of equations G(x) = 0 is solved.
///
/// ```text
/// x ← x + t d,   G'(x) d = −G(x),   0 < t ≤ 1
/// ```
///
/// The search has converged where the step d, which estimates the distance to the solution, or the residual G is at most as long
/// as the settings say. Lengths are largest components in units of max(1, |x|), with |x| the largest component of x, so that G
/// should grow as x does: as F(x) − x for a fixed point. The solution returned is the state at which this was found: the last
/// step is not taken.
///
/// Far from a solution a full step may overshoot. With a `smallest_part`, t is halved until the residual falls; where it does not
/// fall for any t above that part, as at a minimum of |G| that is no solution, the plain step `x ← x + G(x)` is taken instead,
/// which for G = F(x) − x applies the map F once. Without a `smallest_part` every step is taken in full.
///
/// ```
/// # use faer::Mat;
/// # use saddlepoint_theory::solver::newton::{Newton, Tangent};
/// let curie_weiss = |m: &[f64]| {
///     let image = (2.0 * m[0]).tanh();
///     Tangent {
///         residual: vec![image - m[0]],
///         jacobian: Mat::from_fn(1, 1, |_, _| 2.0 * (1.0 - image * image) - 1.0),
///     }
/// };
/// let solution = Newton::default().solve(curie_weiss, vec![1.0]).converged()?;
/// assert!((solution.state[0] - 0.957_504_024_077).abs() < 1e-12);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Newton {
    /// Length of the step at which the search ends.
    pub step: f64,
    /// Length of the residual at which the search ends: at a critical point, where rounding makes long steps.
    pub residual: f64,
    /// Evaluations of the equations after which the search ends in any case.
    pub max_iterations: usize,
    /// Smallest part of a step that is tried while the residual does not fall; `None` takes full steps.
    pub smallest_part: Option<f64>,
}

impl Default for Newton {
    fn default() -> Self {
        Self {
            step: 1e-13,
            residual: 4.0 * f64::EPSILON,
            max_iterations: 200,
            smallest_part: Some(1e-3),
        }
    }
}

/// A system of equations at one state.
#[derive(Debug, Clone)]
pub struct Tangent {
    /// G(x), as many components as x.
    pub residual: Vec<f64>,
    /// `∂G_i/∂x_j`.
    pub jacobian: Mat<f64>,
}

impl Newton {
    /// Solves `equations` from `start`, which decides on the branch.
    ///
    /// A residual that is not finite ends the search with [`Stop::Diverged`], unless it belongs to a trial step, which is then
    /// halved. The solution's iterations are evaluations of the equations, its residual is a length as defined in [`Newton`].
    pub fn solve(
        &self,
        equations: impl FnMut(&[f64]) -> Tangent,
        start: Vec<f64>,
    ) -> Solution<Vec<f64>> {
        self.solve_within(equations, |_, _| 1.0, start)
    }

    /// Solves `equations` from `start` with steps of at most the part `largest_part(x, d)` of Newton's step d.
    ///
    /// For unknowns that must stay in a domain: the part, in (0, 1], is such that x plus that part of d is inside.
    pub fn solve_within(
        &self,
        mut equations: impl FnMut(&[f64]) -> Tangent,
        largest_part: impl Fn(&[f64], &[f64]) -> f64,
        start: Vec<f64>,
    ) -> Solution<Vec<f64>> {
        let iterations = Cell::new(0);
        let mut visit = |state: Vec<f64>| {
            iterations.set(iterations.get() + 1);
            Visit::new(equations(&state), state)
        };
        let mut here = visit(start);
        let stop = loop {
            let step = match self.step_from(&here) {
                Err(stop) => break stop,
                Ok(_) if iterations.get() >= self.max_iterations => break Stop::MaxIterations,
                Ok(step) => step,
            };
            let part = largest_part(&here.state, &step);
            here = self.moved(&here, &step, part, &mut visit);
        };
        Solution {
            state: here.state,
            stop,
            iterations: iterations.get(),
            residual: here.length,
        }
    }

    /// Newton's step from a state, or why there is none to take.
    fn step_from(&self, here: &Visit) -> std::result::Result<Vec<f64>, Stop> {
        if here.length.is_nan() {
            return Err(Stop::Diverged);
        }
        if here.length <= self.residual {
            return Err(Stop::Converged);
        }
        let step = here.tangent.step();
        if length(&step, &here.state) <= self.step {
            return Err(Stop::Converged);
        }
        Ok(step)
    }

    /// The first state along the step, from `part` of it downwards, that is better; else one plain step.
    fn moved(
        &self,
        here: &Visit,
        step: &[f64],
        mut part: f64,
        mut visit: impl FnMut(Vec<f64>) -> Visit,
    ) -> Visit {
        let Some(smallest) = self.smallest_part else {
            return visit(along(&here.state, step, part));
        };
        while part >= smallest {
            let next = visit(along(&here.state, step, part));
            if next.length < here.length {
                return next;
            }
            part *= 0.5;
        }
        visit(along(&here.state, &here.tangent.residual, 1.0))
    }
}

/// The equations at a state, and the length of the residual; NaN where that is not finite.
struct Visit {
    state: Vec<f64>,
    tangent: Tangent,
    length: f64,
}

impl Visit {
    fn new(tangent: Tangent, state: Vec<f64>) -> Self {
        Self {
            length: length(&tangent.residual, &state),
            state,
            tangent,
        }
    }
}

impl Tangent {
    /// d with G' d = −G; of two equations by Cramer's rule, which takes a tenth of the time.
    fn step(&self) -> Vec<f64> {
        if let &[f, g] = &self.residual[..] {
            let j = &self.jacobian;
            let determinant = j[(0, 0)] * j[(1, 1)] - j[(0, 1)] * j[(1, 0)];
            return vec![
                (j[(0, 1)] * g - j[(1, 1)] * f) / determinant,
                (j[(1, 0)] * f - j[(0, 0)] * g) / determinant,
            ];
        }
        let goal = Mat::from_fn(self.residual.len(), 1, |i, _| -self.residual[i]);
        let step = self.jacobian.partial_piv_lu().solve(goal);
        step.col_as_slice(0).to_vec()
    }
}

/// x + t d.
fn along(state: &[f64], step: &[f64], part: f64) -> Vec<f64> {
    let pairs = state.iter().zip(step);
    pairs.map(|(x, d)| x + part * d).collect()
}

/// Largest component in units of max(1, |x|); NaN unless both are finite.
fn length(vector: &[f64], state: &[f64]) -> f64 {
    let largest = |numbers: &[f64]| numbers.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    if state.iter().chain(vector).all(|x| x.is_finite()) {
        largest(vector) / largest(state).max(1.0)
    } else {
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn curie_weiss(coupling: f64) -> impl Fn(&[f64]) -> Tangent {
        move |x| {
            let m = (coupling * x[0]).tanh();
            Tangent {
                residual: vec![m - x[0]],
                jacobian: Mat::from_fn(1, 1, |_, _| coupling * (1.0 - m * m) - 1.0),
            }
        }
    }

    #[test]
    fn a_magnetization_is_found_from_the_magnetized_side() {
        let found = Newton::default().solve(curie_weiss(2.0), vec![1.0]);
        assert_eq!(found.stop, Stop::Converged);
        assert!(found.iterations < 9);
        assert_abs_diff_eq!(found.state[0], 0.957_504_024_077, epsilon = 1e-12);
    }

    #[test]
    fn a_start_within_a_domain_stays_there() {
        let near_zero =
            |x: &[f64], step: &[f64]| (-0.9 * x[0] / step[0].min(-f64::MIN_POSITIVE)).min(1.0);
        let solve = |k: f64| Newton::default().solve_within(curie_weiss(k), near_zero, vec![1.0]);
        // m² = 3 (K − 1); the residual, which rounds at 4ε, is 2 (K − 1) times the distance.
        assert_abs_diff_eq!(solve(1.0 + 1e-8).state[0], 3e-8_f64.sqrt(), epsilon = 5e-8);
        assert!((0.0..1e-10).contains(&solve(0.9).state[0]));
    }

    /// A circle and a hyperbola, x² + y² = 5 and x y = 2.
    fn intersection(x: &[f64]) -> Tangent {
        let derivatives = [[2.0 * x[0], 2.0 * x[1]], [x[1], x[0]]];
        Tangent {
            residual: vec![x[0] * x[0] + x[1] * x[1] - 5.0, x[0] * x[1] - 2.0],
            jacobian: Mat::from_fn(2, 2, |i, j| derivatives[i][j]),
        }
    }

    #[test]
    fn a_system_of_two_unknowns_is_solved_with_and_without_halving() {
        for smallest_part in [None, Some(1e-3)] {
            let settings = Newton {
                smallest_part,
                ..Newton::default()
            };
            let found = settings
                .solve(intersection, vec![0.5, 3.0])
                .converged()
                .unwrap();
            for (x, exact) in found.state.iter().zip([1.0, 2.0]) {
                assert_abs_diff_eq!(*x, exact, epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn full_steps_of_the_arctangent_diverge_where_halved_ones_arrive() {
        let equation = |x: &[f64]| Tangent {
            residual: vec![x[0].atan()],
            jacobian: Mat::from_fn(1, 1, |_, _| 1.0 / (1.0 + x[0] * x[0])),
        };
        let halved = Newton::default().solve(equation, vec![3.0]);
        assert_eq!(halved.stop, Stop::Converged);
        let full = Newton {
            smallest_part: None,
            max_iterations: 5,
            ..Newton::default()
        };
        let found = full.solve(equation, vec![3.0]);
        assert_eq!((found.stop, found.iterations), (Stop::MaxIterations, 5));
        assert!(found.state[0].abs() > 1e6, "{found:?}");
    }
}
