//! The exact learning flow of hidden units of any kind on the Ising ring.
//!
//! As [`ring_flow`](super::ring_flow), for real hidden units:
//!
//! ```text
//! L(W) = Σ_μ ⟨φ(w_μ·v) − φ(0)⟩ − ln ⟨Π_i cosh(Σ_μ w_iμ h_μ)⟩_h,   ∂L/∂w_iμ = ⟨v_i φ'(w_μ·v)⟩ − ⟨v_i h_μ⟩_machine
//! ```
//!
//! where φ is the unit's cumulant generating function and the average over h is one over hidden units without a field. Units of even potential
//! do without biases, since the data have no preferred sign.
//!
//! # References
//! Own. Double-well units: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).

use super::flow::{Flow, Scale};
use super::ring_flow::{RingFlow, layer_of_spins, positive_phase_at};
use super::unit_response::UnitResponse;
use super::unit_states::{
    VisibleLayer, checked_unit, most_hidden, negative_phase, runaway, states_that_count,
};
use crate::error::Result;
use crate::units::Unit;

/// An Ising ring, from which a machine of hidden units of one kind learns.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitFlow {
    ring: RingFlow,
    hidden: Unit,
}

impl UnitFlow {
    /// Of a ring and a kind of hidden units: spin, gaussian or double-well, at most three real ones.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] for wells at more than 100; [`crate::Error::Unit`] for a binary or a rectified unit, which need biases. A machine of binary units with biases is one of
    /// spins: its weights are twice those of the spins, and the bias of a visible unit is minus half the sum of its weights.
    pub fn new(ring: RingFlow, hidden: Unit) -> Result<Self> {
        Ok(Self {
            ring,
            hidden: checked_unit(hidden)?,
        })
    }
}

/// Visible spins.
struct Spins;

impl VisibleLayer for Spins {
    fn largest_input(&self, w: &[f64]) -> f64 {
        w.iter().map(|w| w.abs()).sum()
    }

    fn evaluate(&self, fields: &mut [f64]) -> f64 {
        layer_of_spins(fields)
    }

    fn is_even(&self) -> bool {
        true
    }
}

impl Flow for UnitFlow {
    fn units(&self) -> usize {
        self.ring.units()
    }

    fn most_hidden(&self) -> usize {
        most_hidden(self.hidden)
    }

    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let size = self.units();
        let mut log_likelihood = 0.0;
        for (w, means) in weights.chunks(size).zip(gradient.chunks_mut(size)) {
            let response = UnitResponse::new(self.hidden, Spins.largest_input(w));
            log_likelihood += positive_phase_at(&self.ring, w, &response, means);
            log_likelihood -= self.hidden.log_partition(0.0);
        }
        let states = states_that_count(self.hidden, size, weights, &Spins);
        log_likelihood - negative_phase(&states, size, weights, gradient, &Spins)
    }

    fn scale(&self) -> Scale {
        Scale::of(self.hidden, self.ring.beta())
    }

    fn runaway(&self) -> f64 {
        runaway(self.hidden, self.units(), self.ring.beta())
    }

    /// Bumps as those of spins, in units of the hidden unit's own standard deviation.
    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        let scale = self.hidden.variance(0.0).sqrt().recip();
        let start = self.ring.start(hidden, number, seed).into_iter();
        start.map(|w| scale * w).collect()
    }
}
