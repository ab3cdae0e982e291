//! Following a branch of solutions through its folds.
//!
//! The solutions of D equations in D unknowns and one parameter, F(x, λ) = 0, form curves. Pseudo-arclength
//! continuation walks along one of them in small steps: along the tangent, then back to the curve by
//! Newton's method in the plane perpendicular to it. At a fold, where two solutions merge and λ turns back,
//! the curve itself is smooth, and so is the walk.
//!
//! References: Keller, in *Applications of Bifurcation Theory* (Academic Press 1977), p. 359; Allgower & Georg,
//! *Introduction to Numerical Continuation Methods* (SIAM 2003), chapters 2, 6 and 9.

use faer::Mat;
use faer::linalg::solvers::Solve;

use super::root::find_root;
use crate::error::{Error, Result, check};

/// Newton corrections of one point; a point that needs more is too far from the curve.
const MAX_CORRECTIONS: usize = 8;
/// Cosine between the tangents of neighbouring points: a step along which the curve turns further is
/// halved, so that no two folds hide within one.
const MIN_COSINE: f64 = 0.95;
/// A step that needed at most this many corrections is followed by a longer one.
const EASY: usize = 3;

/// D equations in D unknowns and one parameter.
///
/// A function `Fn(&[f64], f64) -> Result<Vec<f64>>` is one, with derivatives by differences.
pub trait Equations {
    /// F(x, λ), as many values as unknowns.
    ///
    /// # Errors
    /// Where the equations cannot be evaluated; the walk then tries a shorter step.
    fn residual(&self, state: &[f64], parameter: f64) -> Result<Vec<f64>>;

    /// Derivatives of F: D rows; D columns for the unknowns, the last for the parameter.
    ///
    /// By default central differences with steps `ε^(1/3) max(1, |x|)`, right to about 1e-10.
    ///
    /// # Errors
    /// As [`Equations::residual`].
    fn jacobian(&self, state: &[f64], parameter: f64) -> Result<Mat<f64>> {
        let mut point: Vec<f64> = state.iter().copied().chain([parameter]).collect();
        let mut matrix = Mat::zeros(state.len(), point.len());
        for j in 0..point.len() {
            let centre = point[j];
            let step = f64::EPSILON.cbrt() * centre.abs().max(1.0);
            let [upper, lower] = [centre + step, centre - step].map(|x| {
                point[j] = x;
                self.residual(&point[..state.len()], point[state.len()])
            });
            point[j] = centre;
            for (i, (above, below)) in upper?.into_iter().zip(lower?).enumerate() {
                matrix[(i, j)] = (above - below) / (2.0 * step);
            }
        }
        Ok(matrix)
    }
}

impl<F: Fn(&[f64], f64) -> Result<Vec<f64>>> Equations for F {
    fn residual(&self, state: &[f64], parameter: f64) -> Result<Vec<f64>> {
        self(state, parameter)
    }
}

/// How a branch is followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Continuation {
    /// First step, in units of the length of (x, λ): unknowns and parameter should be of order one.
    pub step: f64,
    /// Step below which the walk gives up.
    pub min_step: f64,
    /// Longest step.
    pub max_step: f64,
    /// Length of Newton's correction, in units of max(1, |(x, λ)|), at which a point counts as on the curve.
    pub tolerance: f64,
    /// Points after which the walk stops in any case.
    pub max_points: usize,
    /// Range of the parameter; the walk ends on its limits.
    pub range: [f64; 2],
}

impl Default for Continuation {
    fn default() -> Self {
        Self {
            step: 0.01,
            min_step: 1e-9,
            max_step: 0.1,
            tolerance: 1e-12,
            max_points: 10_000,
            range: [f64::NEG_INFINITY, f64::INFINITY],
        }
    }
}

/// Direction in which a walk sets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The parameter grows at first.
    Increasing,
    /// The parameter falls at first.
    Decreasing,
}

/// A solution and the parameter at which it is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The unknowns.
    pub state: Vec<f64>,
    /// The parameter.
    pub parameter: f64,
}

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At a limit of the parameter's range.
    Range,
    /// Back at its beginning: the branch is a closed curve.
    Closed,
    /// With the last of the points allowed.
    MaxPoints,
    /// At a point beyond which the shortest step found no solution.
    Stuck,
}

/// A branch of solutions in the order of the walk.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Points of the branch, the start first.
    pub points: Vec<Point>,
    /// The folds between them, in the order of the walk.
    pub folds: Vec<Point>,
    /// Why the walk ended.
    pub end: End,
}

/// A point (x, λ) of the curve and the unit tangent there.
#[derive(Debug, Clone)]
struct Station {
    point: Vec<f64>,
    tangent: Vec<f64>,
    corrections: usize,
}

impl Station {
    fn to_point(&self) -> Point {
        let (parameter, state) = self
            .point
            .split_last()
            .expect("a station holds the parameter");
        Point {
            state: state.to_vec(),
            parameter: *parameter,
        }
    }

    fn slope(&self) -> f64 {
        *self.tangent.last().expect("a station holds the parameter")
    }

    fn parameter(&self) -> f64 {
        *self.point.last().expect("a station holds the parameter")
    }
}

impl Continuation {
    /// Follows the branch through the solution that Newton's method finds from `start` at the given parameter.
    ///
    /// Folds are refined on the curve until the parameter's derivative along it vanishes, which determines
    /// λ there to second order: to rounding. A branch that crosses another is followed straight across.
    ///
    /// # Errors
    /// What `equations` returns at the start, [`Error::NotConverged`] where Newton's method finds no
    /// solution from there, [`Error::OutOfDomain`] for settings out of range.
    pub fn follow(
        &self,
        equations: &impl Equations,
        start: &[f64],
        parameter: f64,
        direction: Direction,
    ) -> Result<Branch> {
        check("step", "positive and finite", self.step, |step| step > 0.0)?;
        check("tolerance", "positive and finite", self.tolerance, |t| {
            t > 0.0
        })?;
        let [lowest, highest] = self.range;
        check("parameter", "within the range", parameter, |x| {
            x >= lowest && x <= highest
        })?;
        let first = self.first_station(equations, start, parameter, direction)?;
        let mut branch = Branch {
            points: vec![first.to_point()],
            folds: vec![],
            end: End::MaxPoints,
        };
        let mut here = first.clone();
        let mut step = self.step;
        while branch.points.len() < self.max_points {
            let Some((next, length)) = self.advance(equations, &here, step) else {
                branch.end = End::Stuck;
                break;
            };
            let last = self.last_station(equations, &first, &here, &next, branch.points.len());
            let (next, end) = last.map_or((next, None), |(station, end)| (station, Some(end)));
            if next.slope() * here.slope() < 0.0 {
                branch.folds.extend(self.fold(equations, &here, &next));
            }
            branch.points.push(next.to_point());
            if let Some(end) = end {
                branch.end = end;
                break;
            }
            let growth = if next.corrections <= EASY { 1.5 } else { 1.0 };
            step = (growth * length).min(self.max_step);
            here = next;
        }
        Ok(branch)
    }

    /// The solution near `start` at fixed parameter, with the tangent that sets out in `direction`.
    fn first_station(
        &self,
        equations: &impl Equations,
        start: &[f64],
        parameter: f64,
        direction: Direction,
    ) -> Result<Station> {
        let guess: Vec<f64> = start.iter().copied().chain([parameter]).collect();
        let unit = |j: usize| -> Vec<f64> {
            (0..guess.len())
                .map(|i| if i == j { 1.0 } else { 0.0 })
                .collect()
        };
        let fixed = unit(start.len());
        let mut station = self.correct(equations, &guess, &fixed)?;
        let is_backward =
            station.slope().is_sign_negative() == (direction == Direction::Increasing);
        if is_backward {
            station.tangent.iter_mut().for_each(|t| *t = -*t);
        }
        Ok(station)
    }

    /// The next station and the step that led there; none where even the shortest step fails.
    fn advance(
        &self,
        equations: &impl Equations,
        here: &Station,
        step: f64,
    ) -> Option<(Station, f64)> {
        let mut step = step;
        while step >= self.min_step {
            if let Ok(next) = self.along(equations, here, step)
                && dot(&next.tangent, &here.tangent) >= MIN_COSINE
            {
                return Some((next, step));
            }
            step *= 0.5;
        }
        None
    }

    /// The station at a distance along the tangent.
    fn along(&self, equations: &impl Equations, here: &Station, distance: f64) -> Result<Station> {
        let guess: Vec<f64> = here
            .point
            .iter()
            .zip(&here.tangent)
            .map(|(x, t)| x + distance * t)
            .collect();
        self.correct(equations, &guess, &here.tangent)
    }

    /// Newton's method from `guess` in the plane perpendicular to `normal`, and the tangent at the solution.
    fn correct(
        &self,
        equations: &impl Equations,
        guess: &[f64],
        normal: &[f64],
    ) -> Result<Station> {
        let mut point = guess.to_vec();
        let mut length = f64::INFINITY;
        for corrections in 1..=MAX_CORRECTIONS {
            let (parameter, state) = point.split_last().expect("the parameter is a coordinate");
            let residual = equations.residual(state, *parameter)?;
            let jacobian = equations.jacobian(state, *parameter)?;
            let [correction, tangent] = bordered(&jacobian, normal, &residual)?;
            point.iter_mut().zip(&correction).for_each(|(x, c)| *x -= c);
            length = norm(&correction) / norm(&point).max(1.0);
            if length <= self.tolerance {
                return Ok(Station {
                    point,
                    tangent,
                    corrections,
                });
            }
        }
        Err(Error::NotConverged {
            iterations: MAX_CORRECTIONS,
            residual: length,
        })
    }

    /// Where the walk ends between two stations, if it does.
    fn last_station(
        &self,
        equations: &impl Equations,
        first: &Station,
        here: &Station,
        next: &Station,
        count: usize,
    ) -> Option<(Station, End)> {
        let limit = if next.parameter() > self.range[1] {
            self.range[1]
        } else {
            self.range[0]
        };
        if next.parameter() > self.range[1] || next.parameter() < self.range[0] {
            let share = (limit - here.parameter()) / (next.parameter() - here.parameter());
            let guess: Vec<f64> = (here.point.iter().zip(&next.point))
                .map(|(a, b)| a + share * (b - a))
                .collect();
            let fixed: Vec<f64> = (1..=guess.len())
                .map(|i| if i == guess.len() { 1.0 } else { 0.0 })
                .collect();
            let guess = [&guess[..guess.len() - 1], &[limit]].concat();
            return self
                .correct(equations, &guess, &fixed)
                .ok()
                .map(|last| (last, End::Range));
        }
        let gap = subtract(&first.point, &here.point);
        let length = norm(&subtract(&next.point, &here.point));
        let is_passed = count > 2
            && norm(&gap) <= length
            && dot(&gap, &here.tangent) > 0.0
            && dot(&first.tangent, &here.tangent) > 0.0;
        is_passed.then(|| (first.clone(), End::Closed))
    }

    /// The fold between two stations, where the tangent has no component along λ.
    fn fold(&self, equations: &impl Equations, here: &Station, next: &Station) -> Option<Point> {
        let reach = dot(&subtract(&next.point, &here.point), &here.tangent);
        let slope = |distance: f64| {
            self.along(equations, here, distance)
                .map_or(f64::NAN, |station| station.slope())
        };
        let root = find_root("slope of the parameter", slope, 0.0, reach, 0.0).ok()?;
        self.along(equations, here, root.x)
            .ok()
            .map(|station| station.to_point())
    }
}

/// Solutions of the Jacobian bordered by `normal`: the correction (right-hand side F, 0) and the unit
/// tangent (0, 1).
fn bordered(jacobian: &Mat<f64>, normal: &[f64], residual: &[f64]) -> Result<[Vec<f64>; 2]> {
    let size = normal.len();
    let matrix = Mat::from_fn(size, size, |i, j| {
        if i + 1 < size {
            jacobian[(i, j)]
        } else {
            normal[j]
        }
    });
    let sides = Mat::from_fn(size, 2, |i, j| match (i + 1 < size, j) {
        (true, 0) => residual[i],
        (false, 1) => 1.0,
        _ => 0.0,
    });
    let solution = matrix.partial_piv_lu().solve(sides);
    let [correction, mut tangent] =
        [0, 1].map(|j| -> Vec<f64> { (0..size).map(|i| solution[(i, j)]).collect() });
    let length = norm(&tangent);
    for component in &mut tangent {
        *component /= length;
    }
    if correction.iter().chain(&tangent).all(|x| x.is_finite()) {
        Ok([correction, tangent])
    } else {
        Err(Error::NotFinite {
            name: "the Newton correction",
        })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn subtract(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}
