//! The exact learning flow of categorical machines on the clock ring.
//!
//! Each of N sites has an angle 2πa/p, one-hot with p states; neighbours prefer to be parallel. Hidden units of even potential, spins unless
//! another kind is named, learn infinitely many configurations:
//!
//! ```text
//! p(a) ∝ exp(β Σ_i cos(2π(a_i − a_(i+1))/p)),   S_μ = Σ_i w_(i a_i)μ
//! L(W) = Σ_μ ⟨φ(S_μ) − φ(0)⟩ − ln ⟨Π_i (1/p) Σ_a exp(Σ_μ w_iaμ h_μ)⟩_h
//! ```
//!
//! with φ = ln 2cosh and h = ±1 of spins; the average over h is one over units without a field.
//!
//! As on the Ising ring, the averages over the data are integrals over a product of transfer matrices, here p × p and complex:
//!
//! ```text
//! ⟨1(a_i = a) exp(ikS)⟩ = (Π_(j>i) B_j Π_(j≤i) B_j)_aa / tr Tᴺ,   B_j = T diag(exp(ik w_ja)),   T_ab = exp(β cos(2π(a − b)/p))
//! ```
//!
//! # References
//! Own. The phenomenon: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).

mod field;
mod transfer;

use std::f64::consts::TAU;

use super::flow::{Bumps, Flow, HEIGHT, Scale};
use super::ring_flow::nodes::Nodes;
use super::unit_response::UnitResponse;
use super::unit_states::{
    VisibleLayer, checked_unit, most_hidden, negative_phase, runaway, states_that_count,
};
use crate::error::{Result, check};
use crate::numerics::count;
use crate::spectra::transfer_eigenvalues;
use crate::units::Unit;
pub use field::ClockField;
use transfer::positive_phase;

/// The most states of a site: a product of two transfer matrices costs p³.
const MOST_STATES: usize = 12;

/// Standard deviation of the initial fields in space, in sites.
const WIDTH: f64 = 3.0;

/// A ring of N sites with p states each, from which a machine of spin hidden units learns.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockFlow {
    sites: usize,
    states: usize,
    beta: f64,
    /// `t_m = L_m/L_0`, the eigenvalues of T in units of the largest.
    eigenvalues: Vec<f64>,
    /// T, row by row, in those units.
    transfer: Vec<f64>,
    /// tr Tᴺ, likewise.
    closing: f64,
    /// Kind of the hidden units.
    hidden: Unit,
}

impl ClockFlow {
    /// A ring of `sites` ≥ 3 sites with 2 ≤ `states` ≤ 12, of finite coupling `beta`.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] otherwise, and for a frustrated ring so cold that tr Tᴺ < 1e-4 in units of the largest eigenvalue.
    pub fn new(sites: usize, states: usize, beta: f64) -> Result<Self> {
        check("sites", "at least 3 on a ring", count(sites), |n| n >= 3.0)?;
        check("states", "2 to 12", count(states), |p| {
            (2.0..=count(MOST_STATES)).contains(&p)
        })?;
        let eigenvalues = transfer_eigenvalues(states, beta)?;
        let size = i32::try_from(sites).unwrap_or(i32::MAX);
        let closing = eigenvalues.iter().map(|t| t.powi(size)).sum();
        check("beta", "not so negative on such a ring", beta, |_| {
            closing >= 1e-4
        })?;
        // The matrix from its eigenvalues: circulant, and 1 in norm.
        let entry = |d: usize| {
            let waves = eigenvalues.iter().enumerate();
            let terms = waves.map(|(m, t)| t * (TAU * count(m * d % states) / count(states)).cos());
            terms.sum::<f64>() / count(states)
        };
        let row: Vec<f64> = (0..states).map(entry).collect();
        let index = |a: usize, b: usize| row[(a + states - b) % states];
        Ok(Self {
            sites,
            states,
            beta,
            transfer: (0..states * states)
                .map(|ab| index(ab / states, ab % states))
                .collect(),
            eigenvalues,
            closing,
            hidden: Unit::Spin,
        })
    }

    /// The same ring, from which hidden units of another kind learn.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] for wells at more than 100; [`crate::Error::Unit`] for a binary or a rectified unit.
    pub fn with_hidden(self, hidden: Unit) -> Result<Self> {
        Ok(Self {
            hidden: checked_unit(hidden)?,
            ..self
        })
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states p of a site: the weights of one hidden unit are N p numbers, those of a site next to each other.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Log-likelihood of the data's own law: the most that any machine can reach.
    ///
    /// ```text
    /// ⟨ln pᴺ P(a)⟩ = N [β ⟨cos(2π(a_i − a_(i+1))/p)⟩ − ln (1/p) Σ_a exp(β cos(2πa/p))] − ln Σ_m t_mᴺ
    /// ⟨f(a_i − a_(i+1))⟩ = Σ_d f(d) exp(β cos(2πd/p)) (T^(N−1))_0d / Σ_d exp(β cos(2πd/p)) (T^(N−1))_0d
    /// ```
    ///
    /// with β cos − |β|, at most 0, in place of β cos, lest a strong coupling hide the rest.
    pub fn data_log_likelihood(&self) -> f64 {
        let (p, t) = (self.states, &self.eigenvalues);
        let power = i32::try_from(self.sites - 1).unwrap_or(i32::MAX);
        let cosine = |turns: usize| (TAU * count(turns % p) / count(p)).cos();
        let (mut mean, mut total, mut gap) = (0.0, 0.0, 0.0);
        for d in 0..p {
            let below = self.beta.abs() - self.beta * cosine(d);
            let weight = (-below).exp();
            let waves = t.iter().enumerate();
            let others: f64 = waves.map(|(m, t)| t.powi(power) * cosine(m * d)).sum();
            mean += weight / count(p);
            total += weight * others;
            // Not 0 ∞.
            gap += if weight > 0.0 {
                weight * below * others
            } else {
                0.0
            };
        }
        count(self.sites) * (-gap / total - mean.ln()) - self.closing.ln()
    }
}

/// Turns the fields of a site into the probabilities of its states, and returns `ln (1/p) Σ_a exp(x_a)`.
fn normalise(fields: &mut [f64]) -> f64 {
    let top = fields.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for x in fields.iter_mut() {
        *x = (*x - top).exp();
        sum += *x;
    }
    for x in fields.iter_mut() {
        *x /= sum;
    }
    top + (sum / count(fields.len())).ln()
}

impl VisibleLayer for ClockFlow {
    fn largest_input(&self, w: &[f64]) -> f64 {
        let largest = |site: &[f64]| site.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        w.chunks(self.states).map(largest).sum()
    }

    fn evaluate(&self, fields: &mut [f64]) -> f64 {
        fields.chunks_mut(self.states).map(normalise).sum()
    }

    fn is_even(&self) -> bool {
        false
    }
}

impl Flow for ClockFlow {
    /// N p, the number of weights of one hidden unit.
    fn units(&self) -> usize {
        self.sites * self.states
    }

    fn most_hidden(&self) -> usize {
        most_hidden(self.hidden)
    }

    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let size = self.units();
        let fields = weights.chunks(size).zip(gradient.chunks_mut(size));
        let mut log_likelihood = 0.0;
        for (w, means) in fields {
            let strongest = self.largest_input(w);
            log_likelihood += if self.hidden == Unit::Spin {
                positive_phase(self, w, &Nodes::for_largest(strongest), means)
            } else {
                let response = UnitResponse::new(self.hidden, strongest);
                positive_phase(self, w, &response, means) - self.hidden.log_partition(0.0)
            };
        }
        let states = states_that_count(self.hidden, size, weights, self);
        log_likelihood - negative_phase(&states, size, weights, gradient, self)
    }

    fn scale(&self) -> Scale {
        Scale::of(self.hidden, self.beta)
    }

    fn runaway(&self) -> f64 {
        count(self.states) * runaway(self.hidden, self.sites, self.beta)
    }

    /// The bumps of [`Flow::start`] in space, times cosines in angle whose phases are spread over half a turn: the other half holds
    /// their negatives, and a hidden spin does not tell a field from its negative.
    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        let bumps = Bumps {
            units: self.sites,
            height: HEIGHT.min(self.beta.abs().sqrt()),
            width: WIDTH,
            is_staggered: self.beta < 0.0,
        };
        if number % 2 == 1 {
            // Irregular weights have no place for a cosine.
            let all = Bumps {
                units: self.units(),
                ..bumps
            };
            return all.start(hidden, number, seed);
        }
        let fields = bumps.start(hidden, number, seed);
        let scale = self.hidden.variance(0.0).sqrt().recip();
        let cosine = |unit: usize, a: usize| {
            let phase = 0.5 * count(unit) / count(hidden);
            scale * (TAU * (count(a) / count(self.states) - phase)).cos()
        };
        let indices = fields.iter().enumerate();
        indices
            .flat_map(|(index, w)| (0..self.states).map(move |a| (index / self.sites, a, *w)))
            .map(|(unit, a, w)| w * cosine(unit, a))
            .collect()
    }
}
