//! Restoration of the symmetry: stochastic learning moves the place cell around the ring.
//!
//! The gradient of a batch of B fresh samples has noise, and along the direction e = dw/dx in which the bump moves nothing pulls it
//! back. Projected on e, one update of learning rate η moves the bump by η e·noise/|e|² sites:
//!
//! ```text
//! D = η² Var(e·v tanh(w·v))/(2 B |e|⁴)   sites² per update,   T = D |e|²/η = η Var/(2 B |e|²)
//! ```
//!
//! D is a mobility η/|e|² times a temperature T, in nats, against which the log-likelihood may pin the bump: that of the lattice
//! (a bump on a site is better than one between two) and that of the P samples from which it learns, whose likelihood differs from
//! place to place:
//!
//! ```text
//! Cov(L_P(x), L_P(x + d)) = K(d)/P,   K(d) = Cov(ln cosh(w·v), ln cosh(w_d·v))
//! ```
//!
//! # References
//! Own. The phenomenon: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020). A particle in a random potential: Lifson &
//! Jackson, J. Chem. Phys. 36, 2410 (1962).

mod landscape;
mod moments;
mod overlap;
mod walk;

use std::f64::consts::TAU;

use super::flow::{Flow, Search, climb, count};
use super::ring_flow::{Field, RingFlow};
use crate::error::{Error, Result, check, positive};
use crate::solver::Solution;
use landscape::covariance;
pub use landscape::{Pinning, slowing};
use moments::{data_variance, machine_variance};
use overlap::critical_samples;
pub use walk::LandscapeWalk;

/// The bump of one hidden unit on a long ring, on a site and between two.
#[derive(Debug, Clone)]
pub struct PlaceCell {
    ring: RingFlow,
    /// Weights of the bump on a site.
    weights: Vec<f64>,
    /// What the noise does on a site and between two.
    noise: [Noise; 2],
    /// Log-likelihood on a site minus that between two.
    step: f64,
}

/// Noise of the gradient along the motion of a bump.
#[derive(Debug, Clone, Copy)]
struct Noise {
    /// |e|².
    square: f64,
    /// Var(e·v tanh(w·v)) over the data.
    data: f64,
    /// The same over the machine.
    machine: f64,
}

/// How the machine is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Training {
    /// Learning rate η > 0.
    pub learning_rate: f64,
    /// Samples per update B ≥ 1.
    pub batch: f64,
    /// Whether the negative phase is sampled too, by as many persistent chains as the batch has samples.
    pub is_negative_phase_sampled: bool,
}

/// Whether a bump moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// The noise carries it over the barriers of its landscape.
    Diffusing,
    /// It stays in a valley.
    Trapped,
}

impl PlaceCell {
    /// The best bump of one hidden unit on a ring.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if the optimum is the symmetric state, because the ring is too short;
    /// [`crate::Error::NotConverged`] if the search failed.
    pub fn new(ring: &RingFlow) -> Result<Self> {
        let search = Search {
            starts: 1,
            ..Search::default()
        };
        let optimum = ring.optimum(1, &search)?;
        let on_site: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
        let found = Solution {
            state: on_site,
            stop: optimum.stop,
            iterations: optimum.iterations,
            residual: optimum.residual,
        };
        let on_site = found.converged()?.state;
        let Some(centre) = Field::new(&on_site).centre else {
            return Err(Error::OutOfDomain {
                name: "units",
                domain: "enough for a place cell to exist",
                value: count(ring.units()),
            });
        };
        let between = climb(ring, between_sites(&on_site, centre), &search)?;
        let between = between.converged()?.state;
        let value = |w: &[f64]| ring.evaluate(w, &mut vec![0.0; w.len()]);
        Ok(Self {
            step: (value(&on_site) - value(&between)).abs(),
            noise: [Noise::new(ring, &on_site)?, Noise::new(ring, &between)?],
            ring: ring.clone(),
            weights: on_site,
        })
    }

    /// Sites² per update over which the bump diffuses in a flat landscape.
    ///
    /// ```text
    /// D = η² Var/(2 B |e|⁴)
    /// ```
    ///
    /// the harmonic mean of the bump on a site and between two, since the time that the slower half takes counts. Var is that of
    /// e·v tanh(w·v) over the data, plus that over the machine if the negative phase is sampled. Asymptotic for η/B → 0.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless the learning rate is positive and the batch holds a sample.
    pub fn diffusion(&self, training: &Training) -> Result<f64> {
        let factor = training.checked_rate()? * training.learning_rate;
        let times = self
            .noise
            .map(|noise| noise.square.powi(2) / (factor * noise.variance(training)));
        Ok(2.0 / (times[0] + times[1]))
    }

    /// Temperature of the noise against the log-likelihood, in nats.
    ///
    /// ```text
    /// T = η Var/(2 B |e|²)
    /// ```
    ///
    /// # Errors
    /// As [`Self::diffusion`].
    pub fn temperature(&self, training: &Training) -> Result<f64> {
        let factor = training.checked_rate()?;
        let each = self
            .noise
            .map(|noise| factor * noise.variance(training) / noise.square);
        Ok(0.5 * (each[0] + each[1]))
    }

    /// Weights of the bump on a site.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Log-likelihood of the bump on a site minus that between two, in nats, without its sign: the pinning by the lattice.
    pub fn lattice_barrier(&self) -> f64 {
        self.step
    }

    /// Variance of e·v tanh(w·v) over the machine in units of that over the data: what a sampled negative phase adds.
    pub fn negative_phase_noise(&self) -> f64 {
        self.noise[0].machine / self.noise[0].data
    }

    /// Samples `P_c` from which the place cell is learnt: trained on P of them, its squared overlap with that of infinitely many,
    /// wherever it is on the ring, is
    ///
    /// ```text
    /// overlap² = 1 − P_c/P + …,   P_c = (tr X − wᵀXw/|w|²)/|w|²,   X = H⁻¹ Σ H⁻¹
    /// ```
    ///
    /// with the Hessian H of the log-likelihood and the covariance Σ of the gradient of one sample, both without the direction
    /// in which the bump moves. For P ≫ `P_c`; the same is true of the leading eigenvector of the sample covariance and its
    /// spectral critical number. Most of it is noise on the sites away from the bump:
    ///
    /// ```text
    /// P_c/N → (1/|w|²) ∫ dq/2π (1 − s) λ_q/(1 − s λ_q)²,   s = ⟨sech²(w·v)⟩,   λ_q = 1/(cosh 2β − sinh 2β cos q)
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] where the bump is no maximum.
    pub fn critical_samples(&self) -> Result<f64> {
        critical_samples(&self.ring, &self.weights, &derivative(&self.weights))
    }

    /// The landscape of `samples` samples.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless P ≥ 1.
    pub fn pinning(&self, samples: f64) -> Result<Pinning> {
        landscape::checked_samples(samples)?;
        let mut all = covariance(&self.ring, &self.weights);
        let units = self.ring.units();
        let around = (0..units).map(|d| all[d.min(units - d)]);
        let mean = around.sum::<f64>() / count(units);
        for k in &mut all {
            *k = (*k - mean) / samples;
        }
        Ok(Pinning::new(samples, all, self.step))
    }

    /// Sites² per update over which the bump diffuses in the landscape of a finite data set.
    ///
    /// ```text
    /// D_P = D/(⟨exp(L/T)⟩⟨exp(−L/T)⟩) = D exp(−σ²/T²)
    /// ```
    ///
    /// for a Gaussian landscape of variance σ² on a ring long against its correlations.
    ///
    /// # Errors
    /// As [`Self::diffusion`].
    ///
    /// # References
    /// Lifson & Jackson, J. Chem. Phys. 36, 2410 (1962).
    pub fn pinned_diffusion(&self, training: &Training, pinning: &Pinning) -> Result<f64> {
        let ratio = pinning.variance() / self.temperature(training)?.powi(2);
        Ok(self.diffusion(training)? * (-ratio).exp())
    }
}

impl Training {
    /// η/2B of a training that can be.
    fn checked_rate(&self) -> Result<f64> {
        positive("learning_rate", self.learning_rate)?;
        check("batch", "at least 1", self.batch, |b| b >= 1.0)?;
        Ok(0.5 * self.learning_rate / self.batch)
    }
}

impl Regime {
    /// Trapped if the barrier exceeds the temperature.
    pub fn of(barrier: f64, temperature: f64) -> Self {
        if barrier > temperature {
            Self::Trapped
        } else {
            Self::Diffusing
        }
    }
}

impl Noise {
    fn new(ring: &RingFlow, w: &[f64]) -> Result<Self> {
        let e = derivative(w);
        Ok(Self {
            square: e.iter().map(|e| e * e).sum(),
            data: data_variance(ring, w, &e),
            machine: machine_variance(w, &e)?,
        })
    }

    fn variance(&self, training: &Training) -> f64 {
        if training.is_negative_phase_sampled {
            self.data + self.machine
        } else {
            self.data
        }
    }
}

/// A field between its sites, by the Fourier sum through them: at i + `shift`, or its derivative there.
fn interpolated(w: &[f64], shift: f64, is_derivative: bool) -> Vec<f64> {
    let size = w.len();
    let n = count(size);
    // The response to a weight of 1 at distance d; the highest wave of an even ring has no derivative.
    let kernel = |d: usize| -> f64 {
        let waves = (1..size.div_ceil(2)).map(|k| {
            let q = TAU * count(k) / n;
            let angle = TAU * count(k * d % size) / n + q * shift;
            if is_derivative {
                -2.0 * q * angle.sin()
            } else {
                2.0 * angle.cos()
            }
        });
        let uniform = if is_derivative { 0.0 } else { 1.0 };
        (uniform + waves.sum::<f64>()) / n
    };
    let kernels: Vec<f64> = (0..size).map(kernel).collect();
    (0..size)
        .map(|i| {
            (0..size)
                .map(|j| kernels[(i + size - j) % size] * w[j])
                .sum()
        })
        .collect()
}

/// dw/dx: the change of the weights when the bump moves by a site, without its sign.
fn derivative(w: &[f64]) -> Vec<f64> {
    interpolated(w, 0.0, true)
}

/// A bump around `centre` half a site before, made symmetric about its new centre to the last bit, which keeps a search there on
/// the saddle.
fn between_sites(w: &[f64], centre: f64) -> Vec<f64> {
    let n = w.len();
    let shifted = interpolated(w, 0.5, false);
    // Site i now holds w(i + 1/2). Twice the old centre is a whole number: a maximum lies on a site or between two.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a centre lies in [0, N)"
    )]
    let twice = (2.0 * centre).round() as usize;
    let mirror = |i: usize| (twice + 2 * n - 1 - i) % n;
    (0..n)
        .map(|i| 0.5 * (shifted[i] + shifted[mirror(i)]))
        .collect()
}
