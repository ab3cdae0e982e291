//! The exact learning flow of spin machines on the Ising ring.
//!
//! Spin hidden units learn infinitely many configurations of a ring of N spins of coupling β. Log-likelihood and gradient have no
//! sampling noise:
//!
//! ```text
//! L(W) = Σ_μ ⟨ln cosh(w_μ·v)⟩ − ln 2^−M Σ_h Π_i cosh(Σ_μ w_iμ h_μ)
//! ∂L/∂w_iμ = ⟨v_i tanh(w_μ·v)⟩ − ⟨v_i h_μ⟩_machine
//! ```
//!
//! The average over the data is an integral over the characteristic function of w·v, a product of 2 × 2 transfer matrices; the
//! one over the machine is a sum over its hidden states. Data do not depend on where the ring begins, and yet the weights of a
//! hidden unit settle in one place.
//!
//! [`RingFlow`] is a [`Flow`], which finds where learning ends and follows it in time; [`RingFlow::symmetric`]
//! is the state that keeps the symmetry, with its stability; [`stability`] finds the rings on which it is lost; [`Field`] and
//! [`Arrangement`] describe what was learnt.
//!
//! # References
//! Own. The phenomenon: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).

mod hidden_states;
pub(super) mod matrix;
pub(super) mod nodes;
mod pairs;
mod shape;
pub mod stability;
mod symmetric;
mod tiling;
mod transfer;

use super::flow::{Bumps, Flow, HEIGHT, Optimum, Scale, Search, optima};
use super::lattice_field::LatticeField;
use super::unit_states::runaway;
use crate::error::{Result, check};
use crate::numerics::{count, ln_cosh};
use crate::spectra::ln_tanh;
use crate::units::Unit;
pub(super) use hidden_states::layer_of_spins;
use hidden_states::negative_phase;
pub(super) use pairs::{sech_squared_pairs, tanh_pairs, tanh_products};
pub use shape::{Arrangement, Field};
pub use symmetric::SymmetricState;
pub use tiling::Tiling;
pub(super) use transfer::{positive_phase, positive_phase_at};

/// Width of an initial bump without correlations, in sites.
const NARROWEST: f64 = 1.0;

/// Coupling below which the equations of weak coupling, off by a fraction of its order, are as good as differences of averages, which know
/// it to 1e-16 and its images to 1e-12.
const WEAK: f64 = 2e-6;

/// Coupling from which on ln cosh β is rather β − ln 2 than β²/2.
const STRONG: f64 = 1.0;

/// 1 + t^N below which a frustrated ring loses its digits.
const LEAST_CLOSING: f64 = 1e-4;

/// A ring of N spins of coupling β, from which a machine of spin units learns.
#[derive(Debug, Clone, PartialEq)]
pub struct RingFlow {
    units: usize,
    beta: f64,
    /// t = tanh β.
    correlation: f64,
    /// 1 + t^N.
    closing: f64,
}

impl RingFlow {
    /// A ring of `units` ≥ 3 spins of finite coupling `beta`.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] otherwise, and for a frustrated ring (N odd, β < 0) so cold that 1 + tanhᴺβ < 1e-4.
    pub fn new(units: usize, beta: f64) -> Result<Self> {
        check("units", "at least 3 on a ring", count(units), |n| n >= 3.0)?;
        check("units", "at most 10^6 on a ring", count(units), |n| {
            n <= 1e6
        })?;
        let beta = check("beta", "finite", beta, |_| true)?;
        let power = count(units) * ln_tanh(beta.abs());
        let closing = if beta < 0.0 && !units.is_multiple_of(2) {
            -power.exp_m1()
        } else {
            1.0 + power.exp()
        };
        check(
            "beta",
            "not so negative on a ring of an odd number of units",
            beta,
            |_| closing >= LEAST_CLOSING,
        )?;
        Ok(Self {
            units,
            beta,
            correlation: beta.tanh(),
            closing,
        })
    }

    /// Coupling β.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// Log-likelihood of the data's own law: the most that any machine can reach.
    ///
    /// ```text
    /// ⟨ln 2^N p(v)⟩ = N β ⟨v_i v_i+1⟩ − N ln cosh β − ln(1 + t^N),   ⟨v_i v_i+1⟩ = (t + t^(N−1))/(1 + t^N)
    /// ```
    ///
    /// where at strong coupling β goes away,
    ///
    /// ```text
    /// β ⟨v_i v_i+1⟩ − ln cosh β = ln 2 − ln(1 + e^(−2|β|)) − |β| (1 − |t|)(1 ∓ |t|^(N−1))/(1 ± |t|^N),   1 − |t| = 2/(1 + e^(2|β|))
    /// ```
    ///
    /// with the lower signs on a frustrated ring.
    pub fn data_log_likelihood(&self) -> f64 {
        let (beta, t) = (self.beta.abs(), self.correlation.abs());
        let sign = if self.is_frustrated() { -1.0 } else { 1.0 };
        let power = |exponent: usize| sign * (count(exponent) * t.ln()).exp();
        let (all, others) = (power(self.units), power(self.units - 1));
        let bond = if beta < STRONG {
            beta * (t + others) / self.closing - ln_cosh(beta)
        } else {
            let weaker = 2.0 / (1.0 + (2.0 * beta).exp());
            let lost = beta * weaker * (1.0 - others) / self.closing;
            std::f64::consts::LN_2 - (-2.0 * beta).exp().ln_1p() - lost
        };
        count(self.units) * bond - all.ln_1p()
    }

    /// Whether not all neighbours can be as they prefer: β < 0 and N odd.
    fn is_frustrated(&self) -> bool {
        self.beta < 0.0 && !self.units.is_multiple_of(2)
    }

    /// The equations of weak coupling, where they are as good as exact; staggered signs make β < 0 positive.
    fn weak(&self) -> Result<Option<LatticeField>> {
        let is_weak = self.beta.abs() < WEAK && self.beta.abs() > 0.0 && !self.is_frustrated();
        is_weak.then(|| LatticeField::new(self.units)).transpose()
    }

    /// Sign of a site of staggered weights, where neighbours prefer to differ.
    fn sign(&self, site: usize) -> f64 {
        if self.beta < 0.0 && !self.is_frustrated() && site % 2 == 1 {
            -1.0
        } else {
            1.0
        }
    }

    /// t = tanh β.
    pub(super) fn correlation(&self) -> f64 {
        self.correlation
    }

    /// `⟨v_0 v_d⟩ = (t^d + t^(N−d))/(1 + t^N)` for d = 0 to N − 1.
    pub(super) fn correlations(&self) -> Vec<f64> {
        let powers: Vec<f64> = std::iter::successors(Some(1.0), |p| Some(p * self.correlation))
            .take(self.units + 1)
            .collect();
        let pairs = powers.iter().zip(powers.iter().rev());
        pairs
            .take(self.units)
            .map(|(near, far)| (near + far) / self.closing)
            .collect()
    }

    /// 1 + t^N, the trace without phases.
    pub(super) fn closing(&self) -> f64 {
        self.closing
    }

    /// What fields look like before they are learnt.
    fn bumps(&self) -> Bumps {
        Bumps {
            units: self.units,
            height: HEIGHT.min(self.beta.abs().sqrt()),
            width: NARROWEST + 0.5 * self.correlation_length(),
            is_staggered: self.beta < 0.0,
        }
    }

    /// ξ = 1/ln coth|β|, in sites, at most the ring.
    fn correlation_length(&self) -> f64 {
        (-ln_tanh(self.beta.abs()).recip()).min(count(self.units))
    }
}

impl Flow for RingFlow {
    fn units(&self) -> usize {
        self.units
    }

    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let mut log_likelihood = 0.0;
        let fields = weights.chunks(self.units);
        for (w, means) in fields.zip(gradient.chunks_mut(self.units)) {
            log_likelihood += positive_phase(self, w, means);
        }
        log_likelihood - negative_phase(self.units, weights, gradient)
    }

    fn scale(&self) -> Scale {
        Scale::of(Unit::Spin, self.beta)
    }

    fn runaway(&self) -> f64 {
        runaway(Unit::Spin, self.units, self.beta)
    }

    /// At the weakest couplings those of [`LatticeField`].
    fn optima(&self, hidden: usize, search: &Search) -> Result<Vec<Optimum>> {
        let Some(lattice) = self.weak()? else {
            return optima(self, hidden, search);
        };
        let found = lattice.optima(hidden, search)?.into_iter();
        Ok(found
            .map(|optimum| {
                let mut optimum = LatticeField::at_coupling(optimum, self.beta.abs());
                for (site, row) in optimum.weights.row_iter_mut().enumerate() {
                    row.iter_mut().for_each(|w| *w *= self.sign(site));
                }
                optimum
            })
            .collect())
    }

    /// Bumps of the order √β at weak coupling, in staggered signs where neighbours prefer to differ.
    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        self.bumps().start(hidden, number, seed)
    }
}
