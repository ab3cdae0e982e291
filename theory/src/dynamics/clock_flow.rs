//! The exact learning flow of categorical machines on the clock ring.
//!
//! Each of N sites has an angle 2πa/p, one-hot with p states; neighbours prefer to be parallel. Spin hidden units learn infinitely many
//! configurations:
//!
//! ```text
//! p(a) ∝ exp(β Σ_i cos(2π(a_i − a_(i+1))/p)),   S_μ = Σ_i w_(i a_i)μ
//! L(W) = Σ_μ ⟨ln cosh S_μ⟩ − ln 2^−M Σ_h Π_i (1/p) Σ_a exp(Σ_μ w_iaμ h_μ)
//! ```
//!
//! As on the Ising ring, the averages over the data are integrals over a product of transfer matrices, here p × p and complex:
//!
//! ```text
//! ⟨1(a_i = a) exp(ikS)⟩ = (Π_(j>i) B_j Π_(j≤i) B_j)_aa / tr Tᴺ,   B_j = T diag(exp(ik w_ja)),   T_ab = exp(β cos(2π(a − b)/p))
//! ```
//!
//! # References
//! Own. The phenomenon: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).

use std::f64::consts::{FRAC_PI_2, TAU};

use num_complex::Complex64;

use super::flow::{Bumps, Flow, count};
use super::ring_flow::nodes::Nodes;
use crate::error::{Result, check};
use crate::spectra::transfer_eigenvalues;

/// The most states of a site: a product of two transfer matrices costs p³.
const MOST_STATES: usize = 12;

/// Height of the initial fields where the coupling is not weak.
const HEIGHT: f64 = 0.6;

/// Standard deviation of the initial fields in space, in sites.
const WIDTH: f64 = 3.0;

/// A ring of N sites with p states each, from which a machine of spin hidden units learns.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockFlow {
    sites: usize,
    states: usize,
    beta: f64,
    /// T, row by row, in units of its largest eigenvalue.
    transfer: Vec<f64>,
    /// tr Tᴺ in those units.
    closing: f64,
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
            closing,
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

    /// ⟨ln cosh S⟩ over the data; adds `⟨1(a_i = a) tanh S⟩` to `means`.
    fn positive_phase(&self, w: &[f64], means: &mut [f64]) -> f64 {
        let largest = |site: &[f64]| site.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        let nodes = Nodes::for_largest(w.chunks(self.states).map(largest).sum());
        let mut log_cosh = 0.0;
        for node in 0..nodes.count {
            let k = nodes.wave_number(node);
            let weight = nodes.step / (FRAC_PI_2 * k).sinh();
            let phases: Vec<Complex64> = w.iter().map(|w| Complex64::cis(k * w)).collect();
            let wave = self.add_waves(&phases, weight / self.closing, means);
            log_cosh += weight / k * (1.0 - wave / self.closing);
        }
        log_cosh
    }

    /// Re tr Π B; adds weight · Im of the part of it with state a at site i to `means`.
    fn add_waves(&self, phases: &[Complex64], weight: f64, means: &mut [f64]) -> f64 {
        let p = self.states;
        let sites: Vec<&[Complex64]> = phases.chunks(p).collect();
        let mut left = vec![identity(p)];
        for phases in &sites {
            let next = self.then(&left[left.len() - 1], phases);
            left.push(next);
        }
        let trace: f64 = (0..p).map(|a| left[self.sites][a * p + a].re).sum();
        let mut right = identity(p);
        for (site, phases) in sites.iter().enumerate().rev() {
            let before = &left[site + 1];
            for (a, mean) in means[site * p..(site + 1) * p].iter_mut().enumerate() {
                let here: Complex64 = (0..p).map(|b| right[a * p + b] * before[b * p + a]).sum();
                *mean += weight * here.im;
            }
            right = self.after(&right, phases);
        }
        trace
    }

    /// P T D.
    fn then(&self, product: &[Complex64], phases: &[Complex64]) -> Vec<Complex64> {
        let p = self.states;
        let mut next = vec![Complex64::ZERO; p * p];
        for (row, out) in product.chunks(p).zip(next.chunks_mut(p)) {
            for (x, transfer) in row.iter().zip(self.transfer.chunks(p)) {
                out.iter_mut()
                    .zip(transfer)
                    .for_each(|(out, t)| *out += x * t);
            }
            out.iter_mut().zip(phases).for_each(|(out, z)| *out *= z);
        }
        next
    }

    /// T D P.
    fn after(&self, product: &[Complex64], phases: &[Complex64]) -> Vec<Complex64> {
        let p = self.states;
        let mut next = vec![Complex64::ZERO; p * p];
        for (transfer, out) in self.transfer.chunks(p).zip(next.chunks_mut(p)) {
            for ((t, phase), row) in transfer.iter().zip(phases).zip(product.chunks(p)) {
                let factor = phase * t;
                out.iter_mut()
                    .zip(row)
                    .for_each(|(out, x)| *out += factor * x);
            }
        }
        next
    }

    /// `ln 2^−M Σ_h Π_i (1/p) Σ_a exp(Σ_μ w_iaμ h_μ)`; subtracts its gradient.
    fn negative_phase(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        let (size, p) = (self.sites * self.states, self.states);
        let hidden = weights.len() / size;
        let sign = |state: usize, unit: usize| if state >> unit & 1 == 1 { -1.0 } else { 1.0 };
        let (mut largest, mut total) = (f64::NEG_INFINITY, 0.0);
        let mut sums = vec![0.0; weights.len()];
        for state in 0..1_usize << hidden {
            let mut fields = vec![0.0; size];
            for (unit, w) in weights.chunks(size).enumerate() {
                let h = sign(state, unit);
                fields.iter_mut().zip(w).for_each(|(x, w)| *x += h * w);
            }
            let log_weight: f64 = fields.chunks_mut(p).map(normalise).sum();
            if log_weight > largest {
                let factor = (largest - log_weight).exp();
                total *= factor;
                for x in &mut sums {
                    *x *= factor;
                }
                largest = log_weight;
            }
            let weight = (log_weight - largest).exp();
            total += weight;
            for (unit, sums) in sums.chunks_mut(size).enumerate() {
                let signed = weight * sign(state, unit);
                sums.iter_mut()
                    .zip(&fields)
                    .for_each(|(sum, q)| *sum += signed * q);
            }
        }
        for (gradient, sum) in gradient.iter_mut().zip(&sums) {
            *gradient -= sum / total;
        }
        largest + total.ln() - count(hidden) * std::f64::consts::LN_2
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

fn identity(p: usize) -> Vec<Complex64> {
    let entry = |ab: usize| if ab / p == ab % p { 1.0 } else { 0.0 };
    (0..p * p).map(|ab| Complex64::from(entry(ab))).collect()
}

impl Flow for ClockFlow {
    /// N p, the number of weights of one hidden unit.
    fn units(&self) -> usize {
        self.sites * self.states
    }

    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let size = self.units();
        let fields = weights.chunks(size).zip(gradient.chunks_mut(size));
        let mut log_likelihood = 0.0;
        for (w, means) in fields {
            log_likelihood += self.positive_phase(w, means);
        }
        log_likelihood - self.negative_phase(weights, gradient)
    }

    /// The bumps of [`Flow::start`] in space, times cosines in angle whose phases are spread over the hidden units.
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
        let cosine = |unit: usize, a: usize| {
            let phase = count(unit) / count(hidden);
            (TAU * (count(a) / count(self.states) - phase)).cos()
        };
        let indices = fields.iter().enumerate();
        indices
            .flat_map(|(index, w)| (0..self.states).map(move |a| (index / self.sites, a, *w)))
            .map(|(unit, a, w)| w * cosine(unit, a))
            .collect()
    }
}

/// The receptive field of one hidden unit over sites and angles.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockField {
    /// Amplitude of the cosine at each site, `(2/p) |Σ_a w_ia exp(2πia/p)|`.
    pub amplitudes: Vec<f64>,
    /// Angle, in units of a full turn from 0 to 1, towards which the field points, weighted over the sites.
    pub angle: f64,
    /// Fraction of the weights' variance over angles that is a cosine, 0 to 1; 1 for p ≤ 3.
    pub cosine_fraction: f64,
}

impl ClockField {
    /// Describes the weights of one hidden unit, p of each site next to each other; a mean over the angles of a site is left out.
    pub fn new(w: &[f64], states: usize) -> Self {
        let p = count(states);
        let wave = |site: &[f64]| -> Complex64 {
            let terms = site.iter().enumerate();
            terms
                .map(|(a, w)| w * Complex64::cis(TAU * count(a) / p))
                .sum()
        };
        let variance = |site: &[f64]| -> f64 {
            let mean = site.iter().sum::<f64>() / p;
            site.iter().map(|w| (w - mean).powi(2)).sum()
        };
        let waves: Vec<Complex64> = w.chunks(states).map(wave).collect();
        let total: f64 = w.chunks(states).map(variance).sum();
        // With two states the cosine and its mirror image are one.
        let share = if states == 2 { 1.0 } else { 2.0 };
        let square: f64 = waves.iter().map(|z| share / p * z.norm_sqr()).sum();
        let direction: Complex64 = waves.iter().map(|z| z * z.norm()).sum();
        Self {
            amplitudes: waves.iter().map(|z| share / p * z.norm()).collect(),
            angle: direction.arg().rem_euclid(TAU) / TAU,
            cosine_fraction: square / total,
        }
    }
}
