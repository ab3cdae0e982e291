//! Where learning ends: maxima of the log-likelihood.

use std::cmp::Ordering;

use faer::Mat;

use super::view::View;
use super::{Flow, Scale, checked_hidden};
use crate::error::{Result, check};
use crate::numerics::count;
use crate::solver::Stop;
use crate::solver::curvature::{Curvature, leading_curvature};

/// A Hessian eigenvalue above this, in the units of the flow, is one: differences of gradients know it to 1e-8.
const CURVED: f64 = 1e-7;

/// Products of the Hessian from which its largest eigenvalue is taken.
const LANCZOS_STEPS: usize = 40;

/// Saddles left behind before the search gives up.
const MOST_ESCAPES: usize = 20;

/// Length of the step off a saddle, along its unstable direction, in the units of the flow: half the amplitude of a weak bump.
const KICK: f64 = 0.2;

/// How optima are searched for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Number of starts, at least 1: bumps at equal distances, small weights everywhere, bumps in scattered places, and so on.
    pub starts: usize,
    /// Where the scattered ones begin.
    pub seed: u64,
    /// Largest component of the gradient at which a search ends, in the units of [`Flow::scale`], above 0.
    pub tolerance: f64,
    /// Steps after which a search ends in any case.
    pub max_iterations: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            starts: 4,
            seed: 0,
            tolerance: 1e-9,
            max_iterations: 4000,
        }
    }
}

/// A point at which the gradient vanishes, and how it was reached.
#[derive(Debug, Clone)]
pub struct Optimum {
    /// Weights, N × M.
    pub weights: Mat<f64>,
    /// Log-likelihood per sample, in nats, relative to independent spins.
    pub log_likelihood: f64,
    /// Largest eigenvalue of its Hessian; that of a bump's translation is barely negative.
    pub curvature: f64,
    /// Whether that is above 0.
    pub is_saddle: bool,
    /// Why the search stopped.
    pub stop: Stop,
    /// Steps.
    pub iterations: usize,
    /// Largest component of the gradient.
    pub residual: f64,
}

impl Optimum {
    /// Whether the search converged to a maximum, flat directions allowed, and not to a saddle.
    pub fn is_maximum(&self) -> bool {
        self.stop == Stop::Converged && !self.is_saddle
    }

    /// The order in which maxima come before other ends, and higher log-likelihoods before lower ones.
    pub(in crate::dynamics) fn best_first(&self, other: &Self) -> Ordering {
        let best = other.log_likelihood.total_cmp(&self.log_likelihood);
        other.is_maximum().cmp(&self.is_maximum()).then(best)
    }
}

/// The optima of all starts, best first.
pub(in crate::dynamics) fn optima<F: Flow + ?Sized>(
    flow: &F,
    hidden: usize,
    search: &Search,
) -> Result<Vec<Optimum>> {
    checked_hidden(hidden, flow.most_hidden())?;
    check("starts", "at least 1", count(search.starts), |n| n >= 1.0)?;
    let numbers = 0..search.starts as u64;
    let found = numbers.map(|number| ascend(flow, flow.start(hidden, number, search.seed), search));
    let mut found: Vec<Optimum> = found.collect::<Result<_>>()?;
    found.sort_by(Optimum::best_first);
    Ok(found)
}

/// The maximum uphill of a start.
pub(in crate::dynamics) fn ascend<F: Flow + ?Sized>(
    flow: &F,
    start: Vec<f64>,
    search: &Search,
) -> Result<Optimum> {
    let view = View::new(flow);
    let mut end = view.climb(view.scaled(start), search)?;
    let mut curvature = curvature(&view, &end.state)?;
    let curved = CURVED.max(view.rounding_of_curvature());
    for _ in 0..MOST_ESCAPES {
        let left = search.max_iterations.saturating_sub(end.iterations);
        if end.stop != Stop::Converged || curvature.eigenvalue <= curved || left == 0 {
            break;
        }
        let steps = end.iterations;
        end = view.climb(kicked(&view, &end.state, &curvature.direction), search)?;
        end.iterations += steps;
        curvature = self::curvature(&view, &end.state)?;
    }
    let log_likelihood = view.within(&end.state, &mut vec![0.0; end.state.len()]);
    let Scale {
        weights: of_weights,
        log_likelihood: unit,
    } = view.scale();
    let end = view.unscaled(end);
    Ok(Optimum {
        log_likelihood: unit * log_likelihood,
        weights: super::matrix(flow.units(), &end.state),
        curvature: unit / of_weights / of_weights * curvature.eigenvalue,
        is_saddle: curvature.eigenvalue > curved,
        stop: end.stop,
        iterations: end.iterations,
        residual: end.residual,
    })
}

fn curvature<F: Flow + ?Sized>(view: &View<'_, F>, weights: &[f64]) -> Result<Curvature> {
    let gradient = |weights: &[f64], gradient: &mut [f64]| {
        view.within(weights, gradient);
    };
    leading_curvature(gradient, weights, LANCZOS_STEPS)
}

/// The higher one of the two points beside a saddle.
fn kicked<F: Flow + ?Sized>(view: &View<'_, F>, saddle: &[f64], direction: &[f64]) -> Vec<f64> {
    let beside = |length: f64| -> Vec<f64> {
        let at = saddle.iter().zip(direction);
        at.map(|(w, d)| w + length * d).collect()
    };
    let [up, down] = [beside(KICK), beside(-KICK)];
    let mut gradient = vec![0.0; saddle.len()];
    let mut value = |weights: &[f64]| view.within(weights, &mut gradient);
    if value(&up) >= value(&down) { up } else { down }
}
