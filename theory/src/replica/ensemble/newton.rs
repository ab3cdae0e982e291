//! The search for x = F(x), x ≥ 0, kept on the branch of its start.

use faer::Mat;

use crate::solver::Solution;
use crate::solver::newton::{Newton, Tangent};

/// Applications of F before Newton's method takes over, which carry the start to its branch.
const WARM_UP: usize = 3;
/// Evaluations of F in all.
const MAX_ITERATIONS: usize = 200;
/// A step leaves each order parameter at least this part of its value, so that it never jumps over zero.
const KEPT: f64 = 0.1;

/// F and its derivatives at a point.
pub(super) struct Image {
    pub(super) value: Vec<f64>,
    pub(super) slopes: Mat<f64>,
}

/// Solves x = F(x) for x ≥ 0 from a start, which decides on the branch: Newton's method for F(x) − x.
pub(super) fn solve(map: impl Fn(&[f64]) -> Image, start: Vec<f64>) -> Solution<Vec<f64>> {
    let state = (0..WARM_UP).fold(start, |state, _| map(&state).value);
    let settings = Newton {
        max_iterations: MAX_ITERATIONS - WARM_UP,
        ..Newton::default()
    };
    let equations = |x: &[f64]| map(x).equations(x);
    let found = settings.solve_within(equations, largest_part, state);
    Solution {
        iterations: WARM_UP + found.iterations,
        ..found
    }
}

impl Image {
    /// F(x) − x and its derivatives.
    fn equations(self, x: &[f64]) -> Tangent {
        let size = x.len();
        let pairs = self.value.iter().zip(x);
        Tangent {
            residual: pairs.map(|(image, x)| image - x).collect(),
            jacobian: self.slopes - Mat::<f64>::identity(size, size),
        }
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
