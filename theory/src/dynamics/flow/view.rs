//! A flow as a search sees it: in its own units, and with a wall around weights that grow without end.

use std::cell::{Cell, RefCell};

use super::{Flow, Scale, Search};
use crate::error::Result;
use crate::numerics::dot;
use crate::quadrature::gauss_legendre;
use crate::solver::quasi_newton::QuasiNewton;
use crate::solver::{Solution, Stop};

/// Slope of the cost beyond the wall.
const RESTORING: f64 = 10.0;

/// Part of the largest Σ|w| from which on weights lean on the wall.
const LEANING: f64 = 0.99;

/// Points one after another beyond the wall, from which on a search does not come back: a line search comes back at once.
const MOST_BEYOND: usize = 30;

/// Log-likelihoods of this order in nats are lost in rounding, a sum's 1e-16 or so, and follow from slopes.
const SMALL: f64 = 1e-5;

/// Error of slopes in units of the weights: they are differences of averages.
const ROUNDING: f64 = 2e-14;

/// Error of curvatures: slopes a step of 1e-4 apart, which are right to 1e-16 or so.
const ROUGH: f64 = 1e-11;

/// Largest slope with which a search ends, should rounding leave so much.
const STEEPEST: f64 = 1e-6;

/// Largest weight up to which slopes grow so smoothly that a rule of eight points adds them up.
const SMALL_WEIGHT: f64 = 0.2;

/// Log-likelihood at some weights; where it is small,
///
/// ```text
/// L(w) = ∫₀¹ w·∇L(sw) ds
/// ```
///
/// which has as many digits as slopes have.
pub(in crate::dynamics) fn log_likelihood<F: Flow + ?Sized>(flow: &F, weights: &[f64]) -> f64 {
    let mut gradient = vec![0.0; weights.len()];
    let is_small = weights.iter().all(|w| w.abs() < SMALL_WEIGHT);
    if flow.scale().log_likelihood >= SMALL || !is_small {
        return flow.evaluate(weights, &mut gradient);
    }
    let mut at = weights.to_vec();
    let term = |(part, weight): (f64, f64)| {
        at.iter_mut().zip(weights).for_each(|(x, w)| *x = part * w);
        flow.evaluate(&at, &mut gradient);
        weight * dot(weights, &gradient)
    };
    gauss_legendre::<8>().into_iter().map(term).sum()
}

/// A point without slope near a start, which may be a saddle.
pub(in crate::dynamics) fn climb<F: Flow + ?Sized>(
    flow: &F,
    start: Vec<f64>,
    search: &Search,
) -> Result<Solution<Vec<f64>>> {
    let view = View::new(flow);
    Ok(view.unscaled(view.climb(view.scaled(start), search)?))
}

/// A flow in its own units.
///
/// Where the |w| of a unit add up to more than [`Flow::runaway`] the flow is that of the weights scaled back to it, and a cost drives it back.
pub(super) struct View<'a, F: ?Sized> {
    flow: &'a F,
    scale: Scale,
    /// The largest Σ|w|, in these units.
    largest: f64,
    /// Points beyond it, one after another.
    beyond: Cell<usize>,
    /// Points that were looked at.
    visits: Cell<usize>,
    /// The last of them that was not beyond.
    inside: RefCell<Vec<f64>>,
}

impl<'a, F: Flow + ?Sized> View<'a, F> {
    pub(super) fn new(flow: &'a F) -> Self {
        let scale = flow.scale();
        Self {
            flow,
            scale,
            largest: flow.runaway() / scale.weights,
            beyond: Cell::new(0),
            visits: Cell::new(0),
            inside: RefCell::default(),
        }
    }

    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    /// What an average over data differs by from that over independent units, relative to either: of the order of the coupling.
    fn contrast(&self) -> f64 {
        self.scale.log_likelihood.sqrt()
    }

    /// Error of a curvature, in these units.
    pub(super) fn rounding_of_curvature(&self) -> f64 {
        ROUGH / self.contrast()
    }

    /// Weights in these units.
    pub(super) fn scaled(&self, mut weights: Vec<f64>) -> Vec<f64> {
        for w in &mut weights {
            *w /= self.scale.weights;
        }
        weights
    }

    /// The reverse of [`Self::scaled`], of an end.
    pub(super) fn unscaled(&self, mut end: Solution<Vec<f64>>) -> Solution<Vec<f64>> {
        for w in &mut end.state {
            *w *= self.scale.weights;
        }
        end.residual *= self.scale.log_likelihood / self.scale.weights;
        end
    }

    /// A point without slope near a start, all in these units.
    pub(super) fn climb(&self, start: Vec<f64>, search: &Search) -> Result<Solution<Vec<f64>>> {
        let settings = QuasiNewton {
            tolerance: search
                .tolerance
                .max((ROUNDING / self.contrast()).min(STEEPEST)),
            max_iterations: search.max_iterations,
            ..QuasiNewton::default()
        };
        self.beyond.set(0);
        self.visits.set(0);
        self.inside.replace(start.clone());
        let cost = |weights: &[f64], gradient: &mut [f64]| {
            let value = self.evaluate(weights, gradient);
            for g in gradient {
                *g = -*g;
            }
            -value
        };
        let end = settings.minimize("log-likelihood", cost, start);
        let ends_beyond = |end: &Solution<Vec<f64>>| {
            let allowed = match end.stop {
                Stop::Converged => self.largest,
                // A search that leans on the wall does not come to rest.
                _ => LEANING * self.largest,
            };
            self.sums(&end.state).iter().any(|sum| *sum > allowed)
        };
        if self.has_run_away() || end.as_ref().is_ok_and(ends_beyond) {
            return Ok(self.given_up());
        }
        end
    }

    fn has_run_away(&self) -> bool {
        self.beyond.get() >= MOST_BEYOND
    }

    /// The last point that was not beyond.
    fn given_up(&self) -> Solution<Vec<f64>> {
        let state = self.inside.borrow().clone();
        let mut gradient = vec![0.0; state.len()];
        self.within(&state, &mut gradient);
        Solution {
            state,
            stop: Stop::Diverged,
            iterations: self.visits.get(),
            residual: gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs())),
        }
    }

    /// Σ|w| of each hidden unit.
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let columns = self.flow.columns(weights.len()).into_iter();
        columns
            .map(|column| weights[column].iter().map(|w| w.abs()).sum())
            .collect()
    }

    /// Log-likelihood and slope in these units, wherever the weights are.
    pub(super) fn within(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        let Scale {
            weights: of_weights,
            log_likelihood: unit,
        } = self.scale;
        let at: Vec<f64> = weights.iter().map(|w| of_weights * w).collect();
        let mut value = self.flow.evaluate(&at, gradient);
        for g in gradient {
            *g *= of_weights / unit;
        }
        if unit < SMALL {
            value = log_likelihood(self.flow, &at);
        }
        value / unit
    }

    /// The same with the wall.
    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        if self.has_run_away() {
            return f64::NAN;
        }
        self.visits.set(self.visits.get() + 1);
        let (sums, largest) = (self.sums(weights), self.largest);
        if sums.iter().all(|sum| *sum <= largest) {
            self.beyond.set(0);
            self.inside.replace(weights.to_vec());
            return self.within(weights, gradient);
        }
        self.beyond.set(self.beyond.get() + 1);
        let columns = || self.flow.columns(weights.len()).into_iter().zip(&sums);
        let mut held = weights.to_vec();
        for (column, sum) in columns() {
            let factor = (largest / sum).min(1.0);
            held[column].iter_mut().for_each(|w| *w *= factor);
        }
        let mut value = self.within(&held, gradient);
        for (column, sum) in columns().filter(|(_, sum)| **sum > largest) {
            let (w, gradient) = (&held[column.clone()], &mut gradient[column]);
            let excess = sum - largest;
            value -= 0.5 * RESTORING * excess * excess;
            let radial = dot(w, gradient) / sum + RESTORING * excess;
            let pairs = gradient.iter_mut().zip(w);
            pairs.for_each(|(g, w)| *g = largest / sum * *g - radial * w.signum());
        }
        value
    }
}
