//! Newton's method for x = F(x), kept on its branch.

use faer::Mat;
use faer::linalg::solvers::Solve;

use crate::solver::Stop;

/// Applications of F before Newton's method takes over, which carry the start to its branch.
const WARM_UP: usize = 3;
const MAX_ITERATIONS: usize = 200;
/// Length of the Newton step, which estimates the distance to the solution, at which the search ends.
const TOLERANCE: f64 = 1e-13;
/// Residual that is all rounding, below which a long step (at a critical point) tells nothing.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// A step leaves each order parameter at least this part of its value, so that it never jumps over zero.
const KEPT: f64 = 0.1;
/// Smallest part of a Newton step before F itself is applied instead.
const SMALLEST_PART: f64 = 1e-3;

/// F and its derivatives at a point.
pub(super) struct Image {
    pub(super) value: Vec<f64>,
    pub(super) slopes: Mat<f64>,
}

/// Where the search ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) state: Vec<f64>,
    pub(super) stop: Stop,
    pub(super) iterations: usize,
    pub(super) residual: f64,
}

/// Solves x = F(x) for x ≥ 0 from a start, which decides on the branch.
///
/// A step is halved until the residual falls; where it does not, F is applied once.
pub(super) fn solve(map: impl Fn(&[f64]) -> Image, start: Vec<f64>) -> Found {
    let mut state = start;
    for _ in 0..WARM_UP {
        state = map(&state).value;
    }
    let mut image = map(&state);
    let mut iterations = WARM_UP + 1;
    let mut stop = Stop::MaxIterations;
    while iterations < MAX_ITERATIONS {
        let residual = subtract(&image.value, &state);
        let step = newton_step(&image.slopes, &residual);
        if norm(&step) <= TOLERANCE || norm(&residual) <= ROUNDING {
            stop = Stop::Converged;
            break;
        }
        let mut part = largest_part(&state, &step);
        loop {
            let next = if part < SMALLEST_PART {
                image.value.clone()
            } else {
                along(&state, &step, part)
            };
            let next_image = map(&next);
            iterations += 1;
            let fell = norm(&subtract(&next_image.value, &next)) < norm(&residual);
            if fell || part < SMALLEST_PART {
                (state, image) = (next, next_image);
                break;
            }
            part *= 0.5;
        }
    }
    if state.iter().any(|x| !x.is_finite()) {
        stop = Stop::Diverged;
    }
    Found {
        residual: norm(&subtract(&image.value, &state)),
        state,
        stop,
        iterations,
    }
}

/// Solution of (1 − F') step = residual.
fn newton_step(slopes: &Mat<f64>, residual: &[f64]) -> Vec<f64> {
    let size = residual.len();
    let matrix = Mat::from_fn(size, size, |i, j| {
        f64::from(u8::from(i == j)) - slopes[(i, j)]
    });
    let solution = matrix
        .partial_piv_lu()
        .solve(Mat::from_fn(size, 1, |i, _| residual[i]));
    (0..size).map(|i| solution[(i, 0)]).collect()
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

fn along(state: &[f64], step: &[f64], part: f64) -> Vec<f64> {
    state
        .iter()
        .zip(step)
        .map(|(x, dx)| x + part * dx)
        .collect()
}

fn subtract(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

/// Largest component; NaN where there is one.
fn norm(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |largest: f64, x| {
        if largest.is_nan() || x.is_nan() {
            f64::NAN
        } else {
            largest.max(x.abs())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn curie_weiss(coupling: f64) -> impl Fn(&[f64]) -> Image {
        move |x| {
            let m = (coupling * x[0]).tanh();
            Image {
                value: vec![m],
                slopes: Mat::from_fn(1, 1, |_, _| coupling * (1.0 - m * m)),
            }
        }
    }

    #[test]
    fn a_magnetization_is_found_from_the_magnetized_side() {
        let found = solve(curie_weiss(2.0), vec![1.0]);
        assert_eq!(found.stop, Stop::Converged);
        assert!(found.iterations < 12);
        assert_abs_diff_eq!(found.state[0], 0.957_504_024_077, epsilon = 1e-12);
    }

    #[test]
    fn a_start_is_not_carried_through_zero() {
        let near = solve(curie_weiss(1.0 + 1e-8), vec![1.0]);
        // m² = 3 (K − 1); the residual, which rounds at 4ε, is 2 (K − 1) times the distance.
        assert_abs_diff_eq!(near.state[0], 3e-8_f64.sqrt(), epsilon = 5e-8);
        let none = solve(curie_weiss(0.9), vec![1.0]);
        assert!(none.state[0] >= 0.0 && none.state[0] < 1e-10);
    }
}
