//! The state that keeps the symmetry of the ring, and its stability.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::RingFlow;
use super::matrix::{IDENTITY, Matrix, power, times};
use super::nodes::Nodes;
use crate::dynamics::flow::{Flow, MOST_HIDDEN, Scale, checked_hidden, log_likelihood};
use crate::error::{Result, check};
use crate::numerics::count;
use crate::solver::quasi_newton::QuasiNewton;
use crate::solver::root::find_root;

/// Uniform weights of one hidden unit at which learning rests.
#[derive(Debug, Clone, PartialEq)]
pub struct SymmetricState {
    /// The weight w of every site; for β < 0 and even N that of every other one, −w between them.
    pub weight: f64,
    /// Log-likelihood per sample, in nats, relative to independent spins.
    pub log_likelihood: f64,
    /// Growth rates `H_k` of a wave of wave number 2πk/N on top of it, k = 0 to N/2.
    pub growth_rates: Vec<f64>,
}

/// Where tanh w is 1 to rounding.
const LARGEST_WEIGHT: f64 = 20.0;

impl SymmetricState {
    /// Whether every wave decays.
    pub fn is_stable(&self) -> bool {
        self.growth_rates.iter().all(|rate| *rate < 0.0)
    }
}

impl RingFlow {
    /// The uniform weights of one hidden unit, the largest solution of
    ///
    /// ```text
    /// tanh w = ⟨v_i tanh(w Σ_j v_j)⟩
    /// ```
    ///
    /// and the growth rates of waves on top of them, the eigenvalues of the circulant Hessian
    ///
    /// ```text
    /// H_k = Σ_d cos(2πkd/N) ⟨v_0 v_d sech²(w Σ_j v_j)⟩ − sech² w
    /// ```
    ///
    /// Negative β on an even ring is positive β in staggered weights. A frustrated ring (β < 0, N odd) has w = 0.
    ///
    /// # Errors
    /// [`crate::Error::NotBracketed`] if rounding hides the solution.
    pub fn symmetric(&self) -> Result<SymmetricState> {
        let ring = self.ferromagnetic()?;
        let all: Vec<usize> = (0..=self.units / 2).collect();
        if let Some(lattice) = ring.weak()? {
            let rate = |mode: &usize| Ok(ring.beta * lattice.symmetric_growth_rate(*mode)?);
            return Ok(SymmetricState {
                weight: ring.beta.sqrt() * lattice.symmetric_weight(),
                log_likelihood: ring.beta.powi(2) * lattice.symmetric_potential(),
                growth_rates: all.iter().map(rate).collect::<Result<_>>()?,
            });
        }
        let weight = ring.symmetric_weight()?;
        let uniform = vec![weight; self.units];
        Ok(SymmetricState {
            weight,
            log_likelihood: log_likelihood(&ring, &uniform),
            growth_rates: ring.growth_rates(weight, &all),
        })
    }

    /// The growth rate `H_k` of one wave on top of the uniform weights.
    ///
    /// # Errors
    /// As [`Self::symmetric`]; [`crate::Error::OutOfDomain`] for a mode above N/2.
    pub fn symmetric_growth_rate(&self, mode: usize) -> Result<f64> {
        check(
            "mode",
            "at most half the number of units",
            count(mode),
            |k| 2.0 * k <= count(self.units),
        )?;
        let ring = self.ferromagnetic()?;
        if let Some(lattice) = ring.weak()? {
            return Ok(ring.beta * lattice.symmetric_growth_rate(mode)?);
        }
        let weight = ring.symmetric_weight()?;
        Ok(ring.growth_rates(weight, &[mode])[0])
    }

    /// Log-likelihood of `hidden` units whose weights are each uniform, at their best; in staggered signs where β < 0 and N is
    /// even.
    ///
    /// # Errors
    /// As [`Self::symmetric`]; [`crate::Error::OutOfDomain`] unless 1 ≤ `hidden` ≤ 16.
    pub fn symmetric_log_likelihood(&self, hidden: usize) -> Result<f64> {
        checked_hidden(hidden, MOST_HIDDEN)?;
        let one = self.symmetric()?;
        if self.weak()?.is_some() {
            // Any number of units is as good as one, to this order.
            return Ok(one.log_likelihood);
        }
        let spread = |weights: &[f64]| -> Vec<f64> {
            let column = |w: &f64| {
                (0..self.units)
                    .map(|i| self.sign(i) * w)
                    .collect::<Vec<f64>>()
            };
            weights.iter().flat_map(column).collect()
        };
        let mut full = vec![0.0; hidden * self.units];
        let Scale {
            weights: of_weights,
            log_likelihood: unit,
        } = self.scale();
        let cost = |weights: &[f64], slope: &mut [f64]| {
            let at: Vec<f64> = weights.iter().map(|w| of_weights * w).collect();
            self.evaluate(&spread(&at), &mut full);
            for (slope, column) in slope.iter_mut().zip(full.chunks(self.units)) {
                let terms = column.iter().enumerate().map(|(i, g)| self.sign(i) * g);
                *slope = -of_weights / unit * terms.sum::<f64>();
            }
            -log_likelihood(self, &spread(&at)) / unit
        };
        // Units of unequal weights: equal ones would stay equal.
        let start = (0..hidden).map(|m| one.weight / of_weights / count(m + 1).sqrt());
        let best = QuasiNewton {
            tolerance: 1e-8,
            ..QuasiNewton::default()
        }
        .minimize("log-likelihood", cost, start.collect())?;
        let best: Vec<f64> = best.state.iter().map(|w| of_weights * w).collect();
        Ok(log_likelihood(self, &spread(&best)))
    }

    /// The ring of positive coupling that staggered signs make of this one; itself where there is none.
    pub(in crate::dynamics) fn ferromagnetic(&self) -> Result<Self> {
        if self.beta < 0.0 && self.units.is_multiple_of(2) {
            Self::new(self.units, -self.beta)
        } else {
            Ok(self.clone())
        }
    }

    fn symmetric_weight(&self) -> Result<f64> {
        // The largest covariance eigenvalue minus 1 is the slope at w = 0.
        let susceptibility = (2.0 * self.beta).exp_m1();
        if susceptibility <= 0.0 {
            return Ok(0.0);
        }
        let excess = |w: f64| self.mean_alignment(w) - w.tanh();
        // Far below w² ≈ 2β/N, the value for weak coupling; far above, the hidden unit knows the sign of the majority.
        let least = 1e-3 * (susceptibility / count(self.units)).sqrt().min(1.0);
        let mut most = 1.0;
        while most < LARGEST_WEIGHT && excess(most) > 0.0 {
            most *= 2.0;
        }
        let found = find_root("symmetric weight", excess, least, most, 1e-14)?;
        Ok(found.x)
    }

    /// `⟨v_i tanh(w Σ_j v_j)⟩`, from `A^N` by repeated squaring.
    fn mean_alignment(&self, w: f64) -> f64 {
        let nodes = Nodes::for_weights(self, &vec![w; self.units]);
        let term = |node: usize| {
            let site = self.site_matrix(nodes.wave_number(node) * w);
            let all = power(&site, self.units);
            // −tr(J A^N), J = [[0, −1], [1, 0]].
            nodes.weight(node) * (all[1][0] - all[0][1])
        };
        (0..nodes.count).map(term).sum::<f64>() / self.closing
    }

    /// `H_k` at some k.
    fn growth_rates(&self, w: f64, modes: &[usize]) -> Vec<f64> {
        let correlations = self.weighted_correlations(w);
        let n = count(self.units);
        let sech_squared = w.cosh().powi(-2);
        let rate = |k: &usize| {
            let waves = correlations.iter().enumerate().map(|(d, c)| {
                // d k modulo N keeps the angle exact.
                let angle = TAU * count(d * k % self.units) / n;
                c * angle.cos()
            });
            waves.sum::<f64>() - sech_squared
        };
        modes.iter().map(rate).collect()
    }

    /// `⟨v_0 v_d sech²(w Σ_j v_j)⟩` for d = 0 to N − 1.
    ///
    /// ```text
    /// sech² x = ∫₀^∞ k cos(kx)/sinh(πk/2) dk,   ⟨v_0 v_d cos kS⟩ = −tr(J A^d J A^(N−d))/(1 + t^N)
    /// ```
    fn weighted_correlations(&self, w: f64) -> Vec<f64> {
        let units = self.units;
        let nodes = Nodes::for_weights(self, &vec![w; units]);
        let mut sums = vec![0.0; units];
        let mut powers = vec![IDENTITY; units + 1];
        for node in 0..nodes.count {
            let k = nodes.wave_number(node);
            let site = self.site_matrix(k * w);
            for d in 0..units {
                powers[d + 1] = times(&powers[d], &site);
            }
            let weight = nodes.step * k / (FRAC_PI_2 * k).sinh() / self.closing;
            for d in 0..units {
                sums[d] += weight * twisted_trace(&powers[d], &powers[units - d]);
            }
        }
        sums
    }
}

/// −tr(J P J Q) with J = [[0, −1], [1, 0]].
fn twisted_trace(p: &Matrix, q: &Matrix) -> f64 {
    p[1][1] * q[0][0] - p[1][0] * q[1][0] - p[0][1] * q[0][1] + p[0][0] * q[1][1]
}
