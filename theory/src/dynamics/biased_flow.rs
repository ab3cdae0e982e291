//! The exact learning flow of machines with biases on the Ising ring, for hidden units of any kind.
//!
//! Hidden units without a symmetry, such as rectified ones, need biases c of their own and b of the visible units:
//!
//! ```text
//! L(W, b, c) = Σ_μ ⟨φ(c_μ + S_μ) − φ(0)⟩ + Σ_i b_i ⟨v_i⟩ − ln ⟨exp(Σ_μ c_μ h_μ) Π_i cosh(b_i + Σ_μ w_iμ h_μ)⟩_h,   S_μ = Σ_i w_iμ v_i
//! ∂L/∂w_iμ = ⟨v_i φ'(c_μ + S_μ)⟩ − ⟨v_i h_μ⟩_machine,   ∂L/∂c_μ = ⟨φ'(c_μ + S_μ)⟩ − ⟨h_μ⟩_machine,   ∂L/∂b_i = ⟨v_i⟩ − ⟨v_i⟩_machine
//! ```
//!
//! where φ is the unit's cumulant generating function and the average over h is one over hidden units without a field. The data are as often v
//! as −v, so that `⟨v_i⟩ = 0` and averages over them are those of odd functions of S and of their integrals, as without biases.
//!
//! A bias is a weight to what is always 1. So a machine of N sites and M hidden units is a matrix of N + 1 rows and M + 1 columns: the last row
//! has the biases of the hidden units, the last column those of the visible units, and where they meet is a 0.
//!
//! # References
//! Own.

use std::ops::Range;

use faer::Mat;

use super::flow::{Flow, Optimum, Search, ascend, checked_hidden, matrix};
use super::ring_flow::{RingFlow, layer_of_spins, positive_phase_at};
use super::unit_response::UnitResponse;
use super::unit_states::{UnitStates, VisibleLayer, most_hidden, negative_phase};
use crate::error::{Error, Result, check};
use crate::numerics::{count, dot};
use crate::solver::Stop;
use crate::units::Unit;

/// The largest sum of |w| over the sites of a hidden unit in a search, in units of √N.
const RUNAWAY: f64 = 5.0;

/// An Ising ring, from which a machine with biases learns.
#[derive(Debug, Clone, PartialEq)]
pub struct BiasedFlow {
    ring: RingFlow,
    hidden: Unit,
}

/// Biases of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Biases {
    /// Those of the M hidden units, c.
    pub hidden: Vec<f64>,
    /// Those of the N visible units, b.
    pub visible: Vec<f64>,
}

/// Where learning with biases ends.
#[derive(Debug, Clone)]
pub struct BiasedOptimum {
    /// Weights, N × M, and how they were found.
    pub optimum: Optimum,
    /// The biases there.
    pub biases: Biases,
    /// Starts that were given up.
    pub given_up: usize,
}

impl BiasedFlow {
    /// Of a ring and a kind of hidden units: any, of real ones at most three.
    pub fn new(ring: RingFlow, hidden: Unit) -> Self {
        Self { ring, hidden }
    }

    /// The best machine of `hidden` units that a search finds.
    ///
    /// A start is given up where the |w| of a hidden unit add up to more than 5√N, several times what a Gaussian unit can hold: its weights grow without
    /// end, and it becomes a copy of one site, or is seldom on. On short cold rings such machines can be the better ones. If all are, the machine is the
    /// best of the last ones before that, with [`Stop::Diverged`].
    ///
    /// # Errors
    /// As [`Flow::optimum`].
    pub fn machine(&self, hidden: usize, search: &Search) -> Result<BiasedOptimum> {
        checked_hidden(hidden, most_hidden(self.hidden))?;
        check("starts", "at least 1", count(search.starts), |n| n >= 1.0)?;
        let flow = Centred { flow: self };
        let ends = (0..search.starts as u64)
            .map(|number| ascend(&flow, flow.start(hidden + 1, number, search.seed), search));
        let ends: Vec<Optimum> = ends.collect::<Result<_>>()?;
        let is_given_up = |end: &&Optimum| end.stop == Stop::Diverged;
        let given_up = ends.iter().filter(is_given_up).count();
        let best = ends.into_iter().min_by(Optimum::best_first);
        let best = best.ok_or(Error::NotFinite {
            name: "the optimum",
        })?;
        let columns = best.weights.col_iter();
        let mut state: Vec<f64> = columns.flat_map(|w| w.iter().copied()).collect();
        self.shift(&mut state, -1.0);
        let (weights, biases) = taken_apart(&matrix(self.units(), &state));
        Ok(BiasedOptimum {
            optimum: Optimum { weights, ..best },
            biases,
            given_up,
        })
    }

    /// Weights and biases at each of `times`, learning from the weights `start`, N × M, without biases at time 0.
    ///
    /// # Errors
    /// As [`Flow::trajectory`].
    pub fn learning(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<(Mat<f64>, Biases)>> {
        let (n, m) = (start.nrows(), start.ncols());
        let weight = |i: usize, j: usize| if i < n && j < m { start[(i, j)] } else { 0.0 };
        let states = self.trajectory(&Mat::from_fn(n + 1, m + 1, weight), times)?;
        Ok(states.iter().map(taken_apart).collect())
    }
}

/// The weights, and the biases beside them.
fn taken_apart(all: &Mat<f64>) -> (Mat<f64>, Biases) {
    let (n, m) = (all.nrows() - 1, all.ncols() - 1);
    let biases = Biases {
        hidden: (0..m).map(|j| all[(n, j)]).collect(),
        visible: (0..n).map(|i| all[(i, m)]).collect(),
    };
    (Mat::from_fn(n, m, |i, j| all[(i, j)]), biases)
}

impl Biases {
    /// The least input of hidden unit μ of the machine of these `weights`, over all configurations: from about 5 on a rectified unit is a
    /// Gaussian one.
    ///
    /// ```text
    /// c_μ − Σ_i |w_iμ|
    /// ```
    pub fn least_input(&self, weights: &Mat<f64>, hidden: usize) -> f64 {
        let weights = weights.col(hidden).iter();
        self.hidden[hidden] - weights.map(|w| w.abs()).sum::<f64>()
    }
}

/// Visible spins, and a site that is always 1.
struct SpinsAndOne;

/// The weights to the sites, and the bias.
fn split(column: &[f64]) -> (&[f64], f64) {
    let (bias, weights) = column.split_last().unwrap_or((&0.0, &[]));
    (weights, *bias)
}

impl VisibleLayer for SpinsAndOne {
    fn largest_input(&self, column: &[f64]) -> f64 {
        split(column).0.iter().map(|w| w.abs()).sum()
    }

    fn evaluate(&self, fields: &mut [f64]) -> f64 {
        let Some((one, spins)) = fields.split_last_mut() else {
            return 0.0;
        };
        let log = layer_of_spins(spins) + *one;
        *one = 1.0;
        log
    }

    fn is_even(&self) -> bool {
        false
    }
}

impl BiasedFlow {
    /// `⟨φ(c + S) − φ(0)⟩`; adds `⟨v_i φ'(c + S)⟩` and `⟨φ'(c + S)⟩` to the gradient of the column (w, c).
    fn positive_phase(&self, column: &[f64], gradient: &mut [f64]) -> f64 {
        let (w, c) = split(column);
        let Some((of_bias, of_weights)) = gradient.split_last_mut() else {
            return 0.0;
        };
        let largest = SpinsAndOne.largest_input(column);
        let response = UnitResponse::with_bias(self.hidden, c, largest);
        let log = positive_phase_at(&self.ring, w, &response, of_weights);
        let mean = UnitResponse::mean_with_bias(self.hidden, c, largest);
        *of_bias += positive_phase_at(&self.ring, w, &mean, &mut []);
        log - self.hidden.log_partition(0.0)
    }

    /// Adds `sign` times `Σ_μ w_iμ φ'(c_μ)` to the biases of the visible units.
    fn shift(&self, state: &mut [f64], sign: f64) {
        let size = self.units();
        let (columns, biases) = state.split_at_mut(state.len() - size);
        for column in columns.chunks(size) {
            let (w, c) = split(column);
            let mean = sign * self.hidden.mean(c);
            biases.iter_mut().zip(w).for_each(|(b, w)| *b += mean * w);
        }
    }

    fn states(&self, column: &[f64]) -> UnitStates {
        let (_, c) = split(column);
        let largest = SpinsAndOne.largest_input(column);
        UnitStates::new(self.hidden, [c - largest, c + largest])
    }
}

/// The same flow in variables that hardly depend on each other: visible biases are counted from those that make up for the hidden units' means
/// without an input.
///
/// ```text
/// b_i = b'_i − Σ_μ w_iμ φ'(c_μ)
/// ```
///
/// Along a bias c that grows nothing else has to follow.
#[derive(Debug)]
struct Centred<'a> {
    flow: &'a BiasedFlow,
}

impl Flow for Centred<'_> {
    fn units(&self) -> usize {
        self.flow.units()
    }

    fn most_hidden(&self) -> usize {
        self.flow.most_hidden()
    }

    fn runaway(&self) -> f64 {
        RUNAWAY * count(self.flow.ring.units()).sqrt()
    }

    /// All columns but that of the visible biases, without their last rows.
    fn columns(&self, size: usize) -> Vec<Range<usize>> {
        let rows = self.units();
        let columns = 0..size / rows - 1;
        columns.map(|m| m * rows..(m + 1) * rows - 1).collect()
    }

    fn evaluate(&self, state: &[f64], gradient: &mut [f64]) -> f64 {
        let mut raw = state.to_vec();
        self.flow.shift(&mut raw, -1.0);
        let log_likelihood = self.flow.evaluate(&raw, gradient);
        let size = self.units();
        let (columns, of_biases) = gradient.split_at_mut(state.len() - size);
        for (column, gradient) in state.chunks(size).zip(columns.chunks_mut(size)) {
            let (w, c) = split(column);
            let [_, mean, variance] = self.flow.hidden.response(c);
            gradient[w.len()] -= variance * dot(w, &of_biases[..w.len()]);
            let pairs = gradient[..w.len()].iter_mut().zip(of_biases.iter());
            pairs.for_each(|(of_weight, of_bias)| *of_weight -= mean * of_bias);
        }
        log_likelihood
    }

    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        let mut start = self.flow.start(hidden, number, seed);
        self.flow.shift(&mut start, 1.0);
        start
    }
}

impl Flow for BiasedFlow {
    /// N + 1.
    fn units(&self) -> usize {
        self.ring.units() + 1
    }

    /// Those of the machine, and one that is always 1.
    fn most_hidden(&self) -> usize {
        most_hidden(self.hidden) + 1
    }

    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let size = self.units();
        let columns = weights.len() / size - 1;
        let mut log_likelihood = 0.0;
        let columns = weights.chunks(size).take(columns);
        let mut states: Vec<UnitStates> = Vec::new();
        for (column, gradient) in columns.zip(gradient.chunks_mut(size)) {
            log_likelihood += self.positive_phase(column, gradient);
            states.push(self.states(column));
        }
        states.push(UnitStates::always_on());
        log_likelihood -= negative_phase(&states, size, weights, gradient, &SpinsAndOne);
        // What is always 1 has an energy of its own, which is none of the machine.
        if let (Some(slope), Some(corner)) = (gradient.last_mut(), weights.last()) {
            *slope = 0.0;
            log_likelihood += corner;
        }
        log_likelihood
    }

    /// The bumps of spins, in units of the hidden unit's own standard deviation, and visible biases that make up for its mean.
    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        let (sites, columns) = (self.ring.units(), hidden.saturating_sub(1));
        let scale = self.hidden.variance(0.0).sqrt().recip();
        let bumps = self.ring.start(columns, number, seed);
        let weight = |i: usize, m: usize| scale * bumps[m * sites + i];
        let mean = self.hidden.mean(0.0);
        let bias = |i: usize| -mean * (0..columns).map(|m| weight(i, m)).sum::<f64>();
        let mut start = Vec::with_capacity(hidden * (sites + 1));
        for m in 0..columns {
            start.extend((0..sites).map(|i| weight(i, m)));
            start.push(0.0);
        }
        start.extend((0..sites).map(bias));
        start.push(0.0);
        start
    }
}
