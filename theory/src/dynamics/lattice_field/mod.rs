//! Place cells at weak coupling: the learning flow of the Ising ring to leading order in β.
//!
//! With weights √β w and time t/β the flow of [`ring_flow`](super::ring_flow) tends to
//!
//! ```text
//! dw_iμ/dt = w_(i+1)μ + w_(i−1)μ + w_iμ Σ_ν w_iν² − Σ_ν w_iν Σ_k w_kν w_kμ = ∂V/∂w_iμ
//! V = Σ_i w_i·w_(i+1) + (1/4) Σ_i |w_i|⁴ − (1/4) tr (WᵀW)²,   L = β² V
//! ```
//!
//! where `w_i` is the row of site i. V does not change when the rows of all sites are rotated together: to this order M hidden units
//! are as good as any rotation of them.
//!
//! # References
//! Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), for one and two hidden units; any M and V: own.

mod continuum;

use faer::Scale;

use super::flow::{Bumps, Flow, Optimum};
use crate::error::{Result, check};
use crate::numerics::{count, dot};
pub use continuum::SechField;

/// Height of the bump of one unit, of which the search begins.
const HEIGHT: f64 = 0.9;

/// Standard deviation of a Gaussian like that bump.
const WIDTH: f64 = 1.6;

/// A ring of N sites at β → 0, in the units of weights √β and time 1/β.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatticeField {
    units: usize,
}

impl LatticeField {
    /// A ring of `units` ≥ 3 sites.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] on shorter ones.
    pub fn new(units: usize) -> Result<Self> {
        check("units", "at least 3 on a ring", count(units), |n| n >= 3.0)?;
        Ok(Self { units })
    }

    /// An optimum of these equations as one of the ring of coupling β > 0: weights `√β w`, log-likelihood `β² V`.
    pub fn at_coupling(optimum: Optimum, beta: f64) -> Optimum {
        Optimum {
            weights: Scale(beta.sqrt()) * optimum.weights,
            log_likelihood: beta.powi(2) * optimum.log_likelihood,
            curvature: beta * optimum.curvature,
            residual: beta.powf(1.5) * optimum.residual,
            ..optimum
        }
    }

    /// The uniform weight of the symmetric state of one hidden unit, `√(2/(N − 1))`.
    pub fn symmetric_weight(&self) -> f64 {
        (2.0 / (count(self.units) - 1.0)).sqrt()
    }

    /// V at the symmetric state, `N/(N − 1)`; that of any number of units, which may be rotated into one.
    pub fn symmetric_potential(&self) -> f64 {
        count(self.units) / (count(self.units) - 1.0)
    }

    /// Growth rate of a wave of wave number 2πk/N on top of the symmetric state of one hidden unit.
    ///
    /// ```text
    /// 4/(N − 1) − 2(1 − cos(2πk/N)),   −4 for k = 0
    /// ```
    ///
    /// Positive for k = 1 from N = 9 on.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless k < N.
    ///
    /// # References
    /// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).
    pub fn symmetric_growth_rate(&self, mode: usize) -> Result<f64> {
        check("mode", "below the number of units", count(mode), |k| {
            k < count(self.units)
        })?;
        if mode == 0 {
            return Ok(-4.0);
        }
        let half = std::f64::consts::PI * count(mode) / count(self.units);
        Ok(4.0 / (count(self.units) - 1.0) - 4.0 * half.sin().powi(2))
    }
}

impl Flow for LatticeField {
    fn units(&self) -> usize {
        self.units
    }

    /// Writes the velocity of the weights and returns V.
    fn evaluate(&self, weights: &[f64], velocity: &mut [f64]) -> f64 {
        let n = self.units;
        let columns: Vec<&[f64]> = weights.chunks(n).collect();
        let squares: Vec<f64> = (0..n)
            .map(|i| columns.iter().map(|w| w[i] * w[i]).sum())
            .collect();
        let mut potential = 0.25 * squares.iter().map(|square| square * square).sum::<f64>();
        for (w, out) in columns.iter().zip(velocity.chunks_mut(n)) {
            for i in 0..n {
                let next = w[(i + 1) % n];
                out[i] = next + w[(i + n - 1) % n] + w[i] * squares[i];
                potential += w[i] * next;
            }
            for other in &columns {
                let overlap = dot(w, other);
                potential -= 0.25 * overlap * overlap;
                out.iter_mut()
                    .zip(*other)
                    .for_each(|(v, w)| *v -= overlap * w);
            }
        }
        potential
    }

    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        let bumps = Bumps {
            units: self.units,
            height: HEIGHT,
            width: WIDTH,
            is_staggered: false,
        };
        bumps.start(hidden, number, seed)
    }
}
