//! One step of replica-symmetry breaking: the Hopfield model and the glass of two layers of spins.
//!
//! Where the replica-symmetric saddle is unstable, states come in clusters. Two states of one cluster have the overlap `q_high`, two of
//! different clusters `q_low`, and the size x of the step, in (0, 1), is the probability that two states are of different clusters. A spin's field is
//! `H = h + √Δ z₁` with h of variance `between` over clusters, and z₁ has the weight `(2cosh H/T)^x`:
//!
//! ```text
//! q_low = E ⟨tanh H/T⟩²,   q_high = E ⟨tanh² H/T⟩ = 1 − T C,   C = E ⟨sech² H/T⟩/T,   y = x/T
//! ```
//!
//! with ⟨·⟩ the average over z₁ at fixed z₀ and E that over z₀. In C and y the equations have a limit at T = 0. The free energy is stationary in all of them, and a
//! *maximum* in y: at y → 0 and at x = 1 it is that of the replica-symmetric saddle. So y is the root of ∂f/∂y, at each y with the order parameters of
//! that y.
//!
//! One step is an approximation where the full theory has a hierarchy of steps: for the model of Sherrington and Kirkpatrick the energy at T = 0 is −0.7979
//! without a step, −0.7652 with one, and −0.7632 in full (Parisi 1980).
//!
//! # References
//! Parisi, J. Phys. A 13, 1101 and L115 (1980); Crisanti, Amit & Gutfreund, Europhys. Lett. 2, 337 (1986); Steffan & Kühn, Z. Phys. B 95, 249 (1994).

mod bipartite;
mod cooling;
mod hopfield;
mod load;
mod spin;

pub use bipartite::{BipartiteGlass, GlassStep};
pub use hopfield::{
    HopfieldStep, coexistence, retrieval_capacity, retrieval_step, spin_glass_step,
};

use self::cooling::{Transition, cooled};
use crate::solver::newton::{Newton, Tangent};
use crate::solver::root::find_root;
use crate::solver::{FixedPoint, Solution, Stop};
use faer::Mat;

/// How the order parameters are found at a given y, but for the damping.
const ITERATION: FixedPoint = FixedPoint {
    damping: 0.0,
    tolerance: 1e-12,
    max_iterations: 3000,
    acceleration: 5,
};
/// Plain iterations before accelerated ones, which may lead to states that are not stable.
const PLAIN: usize = 40;
/// Factor over which ∂f/∂y < 0 before no further maximum is looked for.
const FALLING: f64 = 4.0;
/// Relative accuracy of y: f changes by its square.
const Y_TOLERANCE: f64 = 1e-9;
/// Where Newton's method ends: the sums of the averages round off at some 1e-15.
const NEWTON: Newton = Newton {
    step: 1e-11,
    residual: 1e-14,
    max_iterations: 40,
    smallest_part: Some(1e-3),
};
/// Step of the central differences.
const DIFFERENCE: f64 = 1e-6;
/// Overlaps that differ by less are one: there is no step.
const NO_STEP: f64 = 1e-7;
/// The smallest y that is tried, in units of the inverse coupling, for a glass times its distance 1 − `T/T_g` from its transition, where x is 4/3 of this.
const SMALLEST_Y: f64 = 0.05;
/// The largest one: from some 10³ on the step of a retrieval state is below 1e-6, and the averages take as many nodes as y is large.
const LARGEST_Y: f64 = 2e3;

/// The equations of a model with one step, at a temperature.
trait Model {
    /// T ≥ 0.
    fn temperature(&self) -> f64;

    /// The equations at a given y: the order parameters that follow from some.
    fn map(&self, y: f64, order: &[f64]) -> Vec<f64>;

    /// ∂f/∂y at fixed order parameters.
    fn slope(&self, y: f64, order: &[f64]) -> f64;

    /// Order parameters from which those at a given y are looked for; `near` are those at a y nearby.
    fn start(&self, y: f64, near: Option<&[f64]>) -> Vec<f64>;

    /// The smallest y that is tried.
    fn smallest_y(&self) -> f64;

    /// Factor between the values of y at which the sign of ∂f/∂y is looked at.
    fn stride(&self) -> f64;

    /// The part of a step of the iteration that is left out, in [0, 1).
    fn damping(&self) -> f64;

    /// f.
    fn free_energy(&self, y: f64, order: &[f64]) -> f64;

    /// The largest difference `q_high` − `q_low` of a layer.
    fn step(&self, order: &[f64]) -> f64;

    /// The transition at which the state is born; `None` for states of other kinds.
    fn transition(&self) -> Option<Transition> {
        None
    }

    /// The model at another temperature.
    fn at_temperature(&self, temperature: f64) -> Self;
}

/// The lowest temperature at which `q_high` is the unknown of a cluster, which is small near a transition, and not C, which is finite at T = 0.
const WARM: f64 = 0.5;

/// `q_high` and C of the unknown of a cluster.
fn of_cluster(unknown: f64, temperature: f64) -> [f64; 2] {
    if temperature < WARM {
        [1.0 - temperature * unknown, unknown]
    } else {
        [unknown, (1.0 - unknown) / temperature]
    }
}

/// The one of two that is the unknown.
fn unknown_of([high, c]: [f64; 2], temperature: f64) -> f64 {
    if temperature < WARM { c } else { high }
}

/// A maximum of f in y, and the order parameters there.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    y: f64,
    order: Vec<f64>,
    stop: Stop,
    iterations: usize,
    residual: f64,
}

/// The state with a step; `None` where there is none.
///
/// A glass is followed from its transition on. At T = 0 a search over y is faster, and there is no such path to other states.
fn solve(model: &impl Model) -> Option<Found> {
    let follow = || cooled(model, &model.transition()?);
    if model.temperature() > 0.0 {
        follow().or_else(|| scanned(model))
    } else {
        scanned(model).or_else(follow)
    }
}

/// Looks for the step; `None` where all iterations lead to overlaps that are one.
///
/// There may be several maxima, such as that of `q_low` = 0 in a glass without a field: the highest one is taken, as f is a maximum in `q_low`, too.
fn scanned(model: &impl Model) -> Option<Found> {
    let mut search = Search {
        model,
        iterations: 0,
    };
    let mut best: Option<(f64, Found)> = None;
    for (lower, upper) in search.brackets() {
        let Some(found) = search.maximum(lower, &upper) else {
            continue;
        };
        let f = model.free_energy(found.y, &found.order);
        if best.as_ref().is_none_or(|(highest, _)| f > *highest) {
            best = Some((f, found));
        }
    }
    let iterations = search.iterations;
    best.map(|(_, found)| Found {
        iterations,
        ..found
    })
}

/// The order parameters at a y, and ∂f/∂y.
#[derive(Debug, Clone)]
struct Point {
    y: f64,
    slope: f64,
    found: Solution<Vec<f64>>,
}

struct Search<'a, M> {
    model: &'a M,
    iterations: usize,
}

impl<M: Model> Search<'_, M> {
    /// The order parameters at a y from a start; `None` where there are none with a step.
    fn at(&mut self, y: f64, start: Vec<f64>) -> Option<Point> {
        let map = |order: &Vec<f64>| Ok(self.model.map(y, order));
        // Where the map is not finite the start has led out of its domain.
        let plain = FixedPoint {
            damping: self.model.damping(),
            acceleration: 0,
            max_iterations: PLAIN,
            ..ITERATION
        };
        let near = plain.solve(map, start).ok()?;
        let accelerated = FixedPoint {
            damping: self.model.damping(),
            ..ITERATION
        };
        let found = accelerated.solve(map, near.state).ok()?;
        self.iterations += near.iterations + found.iterations;
        let has_step = self.model.step(&found.state) > NO_STEP;
        (found.stop == Stop::Converged && has_step).then(|| Point {
            y,
            slope: self.model.slope(y, &found.state),
            found,
        })
    }

    /// Neighbouring points between which ∂f/∂y falls through zero.
    fn brackets(&mut self) -> Vec<(Point, Point)> {
        let temperature = self.model.temperature();
        let largest = if temperature > 0.0 {
            temperature.recip().min(LARGEST_Y)
        } else {
            LARGEST_Y
        };
        let (mut y, mut rising) = (self.model.smallest_y().min(0.1 * largest), f64::INFINITY);
        let mut before: Option<Point> = None;
        let mut brackets = Vec::new();
        while y <= largest && y < FALLING * rising {
            let near = before.as_ref().map(|point| &point.found.state[..]);
            let here = self.at(y, self.model.start(y, near));
            match &here {
                Some(here) if here.slope > 0.0 => rising = f64::INFINITY,
                Some(here) => rising = rising.min(here.y),
                None => {}
            }
            if let (Some(before), Some(here)) = (before, &here)
                && before.slope > 0.0
                && here.slope <= 0.0
            {
                brackets.push((before, here.clone()));
            }
            before = here;
            // x = 1 itself is an end of the scan.
            y = if y < largest {
                (y * self.model.stride()).min(largest)
            } else {
                f64::INFINITY
            };
        }
        brackets
    }

    /// The maximum of f between two points.
    fn maximum(&mut self, lower: Point, upper: &Point) -> Option<Found> {
        let ends = [lower.y.ln(), upper.y.ln()];
        let mut last = lower;
        let slope = |log_y: f64| {
            let Some(point) = self.at(log_y.exp(), last.found.state.clone()) else {
                return f64::NAN;
            };
            last = point;
            last.slope
        };
        let name = "derivative of the free energy with respect to the step";
        // Where there is none, another branch begins between the points.
        find_root(name, slope, ends[0], ends[1], Y_TOLERANCE).ok()?;
        Some(Found {
            y: last.y,
            order: last.found.state,
            stop: last.found.stop,
            iterations: 0,
            residual: last.found.residual,
        })
    }
}

/// What is left of the equations and of y ∂f/∂y at the order parameters and ln y.
fn residual(model: &impl Model, unknowns: &[f64]) -> Vec<f64> {
    let (order, y) = (
        &unknowns[..unknowns.len() - 1],
        unknowns[unknowns.len() - 1].exp(),
    );
    let image = model.map(y, order);
    let pairs = image.iter().zip(order);
    let slope = y * model.slope(y, order);
    pairs.map(|(image, x)| image - x).chain([slope]).collect()
}

/// Newton's method with slopes by central differences: they need not be exact, the residual is.
fn newton(residual: impl Fn(&[f64]) -> Vec<f64>, start: Vec<f64>) -> Solution<Vec<f64>> {
    let size = start.len();
    let column = |x: &[f64], k: usize| -> Vec<f64> {
        let at = |sign: f64| {
            let mut moved = x.to_vec();
            moved[k] += sign * DIFFERENCE;
            residual(&moved)
        };
        let pairs = at(1.0).into_iter().zip(at(-1.0));
        pairs.map(|(a, b)| (a - b) / (2.0 * DIFFERENCE)).collect()
    };
    let equations = |x: &[f64]| {
        let columns: Vec<_> = (0..size).map(|k| column(x, k)).collect();
        Tangent {
            residual: residual(x),
            jacobian: Mat::from_fn(size, size, |i, j| columns[j][i]),
        }
    };
    NEWTON.solve(equations, start)
}
