//! Where learning ends: maxima of the log-likelihood.

use std::cmp::Ordering;

use faer::Mat;

use super::Flow;
use crate::error::Result;
use crate::solver::curvature::{Curvature, leading_curvature};
use crate::solver::quasi_newton::QuasiNewton;
use crate::solver::{Solution, Stop};

/// A Hessian eigenvalue above this is one: differences of gradients know it to 1e-8.
const CURVED: f64 = 1e-7;

/// Products of the Hessian from which its largest eigenvalue is taken.
const LANCZOS_STEPS: usize = 40;

/// Saddles left behind before the search gives up.
const MOST_ESCAPES: usize = 20;

/// Length of the step off a saddle, along its unstable direction: half the amplitude of a weak bump.
const KICK: f64 = 0.2;

/// How optima are searched for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Number of starts, at least 1: bumps at equal distances, small weights everywhere, bumps in scattered places, and so on.
    pub starts: usize,
    /// Where the scattered ones begin.
    pub seed: u64,
    /// Largest component of the gradient at which a search ends, above 0.
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
        self.stop == Stop::Converged && self.curvature <= CURVED
    }

    /// The order in which maxima come before other ends, and higher log-likelihoods before lower ones.
    pub(in crate::dynamics) fn best_first(&self, other: &Self) -> Ordering {
        let best = other.log_likelihood.total_cmp(&self.log_likelihood);
        other.is_maximum().cmp(&self.is_maximum()).then(best)
    }
}

/// The maximum uphill of a start.
pub(in crate::dynamics) fn ascend<F: Flow + ?Sized>(
    flow: &F,
    start: Vec<f64>,
    search: &Search,
) -> Result<Optimum> {
    let mut end = climb(flow, start, search)?;
    let mut curvature = curvature(flow, &end.state)?;
    for _ in 0..MOST_ESCAPES {
        let left = search.max_iterations.saturating_sub(end.iterations);
        if end.stop != Stop::Converged || curvature.eigenvalue <= CURVED || left == 0 {
            break;
        }
        let steps = end.iterations;
        end = climb(flow, kicked(flow, &end.state, &curvature.direction), search)?;
        end.iterations += steps;
        curvature = self::curvature(flow, &end.state)?;
    }
    let mut gradient = vec![0.0; end.state.len()];
    Ok(Optimum {
        log_likelihood: flow.evaluate(&end.state, &mut gradient),
        weights: super::matrix(flow.units(), &end.state),
        curvature: curvature.eigenvalue,
        stop: end.stop,
        iterations: end.iterations,
        residual: end.residual,
    })
}

/// A point without slope near a start, which may be a saddle.
pub(in crate::dynamics) fn climb<F: Flow + ?Sized>(
    flow: &F,
    start: Vec<f64>,
    search: &Search,
) -> Result<Solution<Vec<f64>>> {
    let settings = QuasiNewton {
        tolerance: search.tolerance,
        max_iterations: search.max_iterations,
        ..QuasiNewton::default()
    };
    let cost = |weights: &[f64], gradient: &mut [f64]| {
        let value = flow.evaluate(weights, gradient);
        for g in gradient {
            *g = -*g;
        }
        -value
    };
    settings.minimize("log-likelihood", cost, start)
}

fn curvature<F: Flow + ?Sized>(flow: &F, weights: &[f64]) -> Result<Curvature> {
    let gradient = |weights: &[f64], gradient: &mut [f64]| {
        flow.evaluate(weights, gradient);
    };
    leading_curvature(gradient, weights, LANCZOS_STEPS)
}

/// The higher one of the two points beside a saddle.
fn kicked<F: Flow + ?Sized>(flow: &F, saddle: &[f64], direction: &[f64]) -> Vec<f64> {
    let beside = |length: f64| -> Vec<f64> {
        let at = saddle.iter().zip(direction);
        at.map(|(w, d)| w + length * d).collect()
    };
    let [up, down] = [beside(KICK), beside(-KICK)];
    let mut gradient = vec![0.0; saddle.len()];
    let mut value = |weights: &[f64]| flow.evaluate(weights, &mut gradient);
    if value(&up) >= value(&down) { up } else { down }
}
