//! What every learning flow on a ring can do: climb to where learning ends, and follow learning in time.

mod optimum;
mod starts;
mod view;

use std::fmt::Debug;
use std::ops::Range;

use faer::Mat;

use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::initial_value::integrate_gradient;
use crate::units::Unit;
pub use optimum::{Optimum, Search};
pub(super) use optimum::{ascend, optima};
pub(super) use starts::{Bumps, scattered};
pub(super) use view::{climb, log_likelihood};

/// The most hidden units whose 2^M states are enumerated.
pub(super) const MOST_HIDDEN: usize = 16;

/// The largest sum of |w| over the sites: beyond it the characteristic function of the input takes thousands of nodes.
const LARGEST_INPUT: f64 = 1e4;

/// Height of initial fields where the coupling is not weak.
pub(super) const HEIGHT: f64 = 0.6;

/// Error of a step in time: far below what a figure shows, and gradients are exact.
const TOLERANCE: f64 = 1e-8;

/// What is of order 1 in a machine that has learnt: weights and log-likelihoods in these units are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Unit of the weights, above 0.
    pub weights: f64,
    /// Unit of the log-likelihood, in nats, above 0.
    pub log_likelihood: f64,
}

impl Scale {
    /// The units as they are.
    pub const ONE: Self = Self {
        weights: 1.0,
        log_likelihood: 1.0,
    };

    /// Of hidden units of some kind that learn from neighbours of coupling β: without an input they have a standard deviation σ, and
    ///
    /// ```text
    /// σ w ∝ √β,   L ∝ β²   for β → 0
    /// ```
    pub(super) fn of(unit: Unit, beta: f64) -> Self {
        if beta.abs() <= 0.0 {
            return Self::ONE;
        }
        // The smallest couplings are not told from larger ones, lest the fourth power be 0.
        let height = (beta.abs().sqrt() / HEIGHT).clamp(1e-70, 1.0);
        Self {
            weights: height / unit.variance(0.0).sqrt(),
            log_likelihood: height.powi(4),
        }
    }
}

/// Log-likelihood and its gradient at some weights.
#[derive(Debug, Clone)]
pub struct Slope {
    /// Log-likelihood per sample, in nats, relative to independent spins.
    pub log_likelihood: f64,
    /// Its gradient, N × M as the weights.
    pub gradient: Mat<f64>,
}

/// Learning by gradient ascent of a log-likelihood L of the N × M weights W between a ring of N sites and M hidden units.
///
/// ```text
/// dW/dt = ∂L/∂W,   1 ≤ M ≤ 16, or more where the sum over hidden states is not a plain one
/// ```
///
/// Time is the number of updates times the learning rate.
pub trait Flow: Debug + Send + Sync {
    /// Number of sites N.
    fn units(&self) -> usize;

    /// The most hidden units.
    fn most_hidden(&self) -> usize {
        MOST_HIDDEN
    }

    /// Writes the gradient at the weights of all hidden units, one after another, and returns the log-likelihood.
    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64;

    /// The start of a given number for the search of [`Flow::optima`].
    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64>;

    /// The units in which a search works: its tolerance is that of the gradient in them.
    fn scale(&self) -> Scale {
        Scale::ONE
    }

    /// The Σ|w| of a hidden unit beyond which a search gives up: the weights grow without end.
    fn runaway(&self) -> f64 {
        LARGEST_INPUT
    }

    /// Where the weights of each hidden unit stand among `size` numbers, biases left out.
    fn columns(&self, size: usize) -> Vec<Range<usize>> {
        let units = self.units();
        (0..size / units)
            .map(|unit| unit * units..(unit + 1) * units)
            .collect()
    }

    /// Log-likelihood and gradient at `weights`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for another shape, weights that are not finite, or a hidden unit whose |w| add up to more than 1e4.
    fn slope(&self, weights: &Mat<f64>) -> Result<Slope> {
        let flat = checked(self, weights)?;
        let mut gradient = vec![0.0; flat.len()];
        let log_likelihood = self.evaluate(&flat, &mut gradient);
        Ok(Slope {
            log_likelihood,
            gradient: matrix(self.units(), &gradient),
        })
    }

    /// The maximum uphill of `start`.
    ///
    /// A saddle, such as the symmetric state on a long ring or a bump between two sites, is left along its unstable direction. Weights that grow
    /// beyond [`Flow::runaway`] are given up, with [`Stop::Diverged`](crate::solver::Stop::Diverged) and the last ones before that.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for weights or settings out of range, [`Error::NotFinite`] if the search runs away.
    fn ascend(&self, start: &Mat<f64>, search: &Search) -> Result<Optimum> {
        optimum::ascend(self, checked(self, start)?, search)
    }

    /// The optima that `search.starts` starts lead to, best first; those that did not end at a maximum come last.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 1 ≤ `hidden` ≤ [`Flow::most_hidden`] and there is a start; as [`Flow::ascend`].
    fn optima(&self, hidden: usize, search: &Search) -> Result<Vec<Optimum>> {
        optimum::optima(self, hidden, search)
    }

    /// The best of [`Flow::optima`].
    ///
    /// # Errors
    /// As [`Flow::optima`].
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Optimum> {
        let first = self.optima(hidden, search)?.into_iter().next();
        first.ok_or(Error::NotFinite {
            name: "the optimum",
        })
    }

    /// The weights at each of `times`, learning from `start` at time 0.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for weights out of range, or unless the times ascend from 0 or later.
    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>> {
        let velocity = |weights: &[f64], gradient: &mut [f64]| {
            self.evaluate(weights, gradient);
        };
        let start = checked(self, start)?;
        let states = integrate_gradient(velocity, &start, times, TOLERANCE)?;
        Ok(states
            .iter()
            .map(|state| matrix(self.units(), state))
            .collect())
    }
}

/// The columns of a matrix one after another, if it can be weights.
fn checked<F: Flow + ?Sized>(flow: &F, weights: &Mat<f64>) -> Result<Vec<f64>> {
    let units = flow.units();
    checked_hidden(weights.ncols(), flow.most_hidden())?;
    check(
        "rows of the weights",
        "the number of units",
        count(weights.nrows()),
        |_| weights.nrows() == units,
    )?;
    let columns = weights
        .col_iter()
        .map(|column| column.iter().copied().collect());
    let columns: Vec<Vec<f64>> = columns.collect();
    for column in &columns {
        let sum = column.iter().map(|w| w.abs()).sum();
        check("sum of |w|", "finite and at most 1e4", sum, |x| {
            x <= LARGEST_INPUT
        })?;
    }
    Ok(columns.concat())
}

/// The reverse of [`checked`].
pub(super) fn matrix(units: usize, flat: &[f64]) -> Mat<f64> {
    Mat::from_fn(units, flat.len() / units, |i, m| flat[m * units + i])
}

/// A number of hidden units whose states can be enumerated.
pub(super) fn checked_hidden(hidden: usize, most: usize) -> Result<usize> {
    if (1..=most).contains(&hidden) {
        return Ok(hidden);
    }
    Err(Error::OutOfDomain {
        name: "hidden units",
        domain: "1 to 16, to 3 of real ones, or to the number of sites that they tile",
        value: count(hidden),
    })
}
