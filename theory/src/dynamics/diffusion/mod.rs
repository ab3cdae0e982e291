//! Restoration of the symmetry: stochastic learning moves the place cell around the ring.
//!
//! The gradient of a batch of B fresh samples has noise, and along the direction e = dw/dx in which the bump moves nothing pulls it
//! back. Projected on e, one update of learning rate η moves the bump by η e·noise/|e|² sites:
//!
//! ```text
//! D = η² Var(e·v tanh(w·v))/(2 B |e|⁴)   sites² per update,   T = D |e|²/η = η Var/(2 B |e|²)
//! ```
//!
//! D is a mobility η/|e|² times a temperature T. The log-likelihood can pin the bump: the lattice (a bump on a site is better than one
//! between two) and the P samples (whose likelihood differs from place to place) each make barriers, to be compared with T (nats). Of the
//! samples' log-likelihood `L_P`
//!
//! ```text
//! Cov(L_P(x), L_P(x + d)) = K(d)/P,   K(d) = Cov(ln cosh(w·v), ln cosh(w_d·v))
//! ```
//!
//! Several units repel each other and move as one: e becomes the motion of all of them, `E = (dw_1/dx, …, dw_M/dx)`, and
//!
//! ```text
//! D_M = η² Var(Σ_μ e_μ·v tanh(w_μ·v))/(2 B |E|⁴),   |E|² = Σ_μ |e_μ|²
//! ```
//!
//! which tends to D/M for units far apart. Their distances fluctuate around those of equilibrium ([`Distances`]).
//!
//! # References
//! Own. The phenomenon: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020). A particle in a random potential: Lifson &
//! Jackson, J. Chem. Phys. 36, 2410 (1962).

mod distances;
mod landscape;
mod moments;
mod motion;
mod response;
mod shift;
mod walk;

use super::flow::{Flow, Search, climb};
use super::ring_flow::{Field, RingFlow};
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;
use crate::solver::Solution;
pub use distances::Distances;
pub use landscape::Pinning;
use landscape::covariance;
use motion::{Noise, moved};
pub use response::LinearResponse;
use shift::{between_sites, derivative, interpolated};
pub use walk::LandscapeWalk;

/// Slope at which a search has ended: modes other than the joint place, whose rates are 0.01 or more, are off by 1e-4 at most.
const SETTLED: f64 = 1e-6;

/// The bump of one hidden unit on a long ring, or those of several that move as one, on a site and between two.
#[derive(Debug, Clone)]
pub struct PlaceCell {
    ring: RingFlow,
    /// Weights of the bump on a site; of several units, one after another.
    weights: Vec<f64>,
    /// The same between two sites.
    between: Vec<f64>,
    /// What the noise does on a site and between two.
    noise: [Noise; 2],
    /// Log-likelihood on a site minus that between two.
    step: f64,
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
    /// The best bump of one hidden unit on a ring. On rings of an even number of sites, a negative coupling is a positive one in weights of
    /// alternating sign.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if the optimum is the symmetric state, because the ring is too short, and for β < 0 and N odd;
    /// [`crate::Error::NotConverged`] if the search failed.
    pub fn new(ring: &RingFlow) -> Result<Self> {
        Self::several(ring, 1)
    }

    /// The best bumps of M hidden units on a ring, 1 ≤ M ≤ 16, searched for from equal distances.
    ///
    /// Their joint motion is that of a single bump, with the noise of all of them.
    ///
    /// # Errors
    /// As [`Self::new`]; [`crate::Error::OutOfDomain`] for another number of units.
    pub fn several(ring: &RingFlow, hidden: usize) -> Result<Self> {
        let ring = &smooth(ring)?;
        let search = Search {
            starts: 1,
            ..Search::default()
        };
        let optimum = ring.optimum(hidden, &search)?;
        let columns = optimum.weights.col_iter();
        let on_site = settled(Solution {
            state: columns.flat_map(|w| w.iter().copied()).collect(),
            stop: optimum.stop,
            iterations: optimum.iterations,
            residual: optimum.residual,
        })?;
        let fields = on_site.chunks(ring.units());
        let centres: Option<Vec<f64>> = fields.map(|w| Field::new(w).centre).collect();
        let start = match centres.as_deref() {
            Some([centre]) => between_sites(&on_site, *centre),
            Some(_) => moved(ring, &on_site, |w| interpolated(w, 0.5, false)),
            None => {
                return Err(Error::OutOfDomain {
                    name: "units",
                    domain: "enough for a place cell to exist at this beta",
                    value: count(ring.units()),
                });
            }
        };
        let between = settled(climb(ring, start, &search)?)?;
        let value = |w: &[f64]| ring.evaluate(w, &mut vec![0.0; w.len()]);
        Ok(Self {
            step: (value(&on_site) - value(&between)).abs(),
            noise: [Noise::new(ring, &on_site)?, Noise::new(ring, &between)?],
            ring: ring.clone(),
            weights: on_site,
            between,
        })
    }

    /// Sites² per update over which the bump diffuses in a flat landscape.
    ///
    /// ```text
    /// D = η² Var/(2 B |e|⁴)
    /// ```
    ///
    /// the harmonic mean of the bump on a site and between two, since the time that the slower half takes counts. Var is that of
    /// e·v tanh(w·v) over the data, plus that over the machine if the negative phase is sampled; of several units, of the sum of
    /// these products, and |e|² is the sum of theirs. Asymptotic for η/B → 0.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless the learning rate is positive and the batch holds a sample, or if the negative phase of
    /// several units is sampled: their chains remember where they were.
    pub fn diffusion(&self, training: &Training) -> Result<f64> {
        let factor = training.checked_rate()? * training.learning_rate;
        let variances = self.variances(training)?;
        let time = |i: usize| self.noise[i].square.powi(2) / (factor * variances[i]);
        let times = [time(0), time(1)];
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
        let variances = self.variances(training)?;
        let each = |i: usize| factor * variances[i] / self.noise[i].square;
        Ok(0.5 * (each(0) + each(1)))
    }

    /// Variance of the noise along the motion, on a site and between two.
    fn variances(&self, training: &Training) -> Result<[f64; 2]> {
        if !training.is_negative_phase_sampled {
            return Ok(self.noise.map(|noise| noise.data));
        }
        training.check_negative_phase(self.hidden_units())?;
        Ok(self
            .noise
            .map(|noise| noise.data + noise.machine.unwrap_or(0.0)))
    }

    /// Number of hidden units M.
    pub fn hidden_units(&self) -> usize {
        self.weights.len() / self.ring.units()
    }

    /// Weights of the bump on a site: N numbers, of several units one after another. For β < 0 without their alternating sign.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Log-likelihood of the bump on a site minus that between two, in nats, without its sign: the pinning by the lattice.
    pub fn lattice_barrier(&self) -> f64 {
        self.step
    }

    /// Variance of e·v tanh(w·v) over the machine in units of that over the data: what a sampled negative phase adds. `None` for
    /// several units.
    pub fn negative_phase_noise(&self) -> Option<f64> {
        let noise = self.noise[0];
        noise.machine.map(|machine| machine / noise.data)
    }

    /// How far the distances between neighbouring place cells fluctuate. `None` for a single one, and where not the repulsion but the
    /// lattice keeps them in place.
    ///
    /// # Errors
    /// [`Error::NotFinite`] where the Hessian is not.
    pub fn distances(&self) -> Result<Option<Distances>> {
        if self.hidden_units() == 1 {
            return Ok(None);
        }
        Distances::new(&self.ring, [&self.weights, &self.between])
    }

    /// What the place cell learns from P samples, to the order 1/P: most of what it lacks is noise on the sites away from the bump, so that
    ///
    /// ```text
    /// A/N → (1/|w|²) ∫ dq/2π (1 − s) λ_q/(1 − s λ_q)²,   s = ⟨sech²(w·v)⟩,   λ_q = 1/(cosh 2β − sinh 2β cos q)
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] where the bump is no maximum, or for several units.
    pub fn linear_response(&self) -> Result<LinearResponse> {
        one_unit(self.hidden_units(), "1 for the linear response")?;
        let weights = &self.weights;
        let log_likelihood = self.ring.evaluate(weights, &mut vec![0.0; weights.len()]);
        LinearResponse::new(&self.ring, weights, &derivative(weights), log_likelihood)
    }

    /// The landscape of `samples` samples, along the joint motion of several units.
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

    /// The sampled negative phase of several units has a memory that is not computed.
    fn check_negative_phase(&self, hidden: usize) -> Result<()> {
        if self.is_negative_phase_sampled {
            one_unit(hidden, "1 where the negative phase is sampled")?;
        }
        Ok(())
    }
}

/// The ring in which weights of alternating sign are smooth, so that a place between two sites has a meaning: that of the opposite coupling.
fn smooth(ring: &RingFlow) -> Result<RingFlow> {
    let ring = ring.ferromagnetic()?;
    check(
        "beta",
        "not negative on a ring of an odd number of units",
        ring.beta(),
        |beta| beta >= 0.0,
    )?;
    Ok(ring)
}

/// Weights at the end of a search. Accepts a Newton solve that stalls at rounding error when the lattice force is negligible, as it is
/// between crowded units.
fn settled(found: Solution<Vec<f64>>) -> Result<Vec<f64>> {
    if found.residual <= SETTLED {
        return Ok(found.state);
    }
    Ok(found.converged()?.state)
}

fn one_unit(hidden: usize, domain: &'static str) -> Result<f64> {
    check("hidden units", domain, count(hidden), |_| hidden == 1)
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
