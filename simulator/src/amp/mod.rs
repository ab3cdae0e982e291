//! Approximate message passing: the receptive field of rank-one spiked data, inferred at a finite size.
//!
//! # Examples
//! ```
//! use saddlepoint_simulator::amp::{Amp, Prior, RankOne, Start};
//! use saddlepoint_simulator::stream;
//! # fn main() -> saddlepoint_simulator::Result<()> {
//! let mut rng = stream(0, "message passing", 0);
//! let (weights, hidden) = (Prior::Rademacher, Prior::Gaussian);
//! let planted = RankOne { units: 500, samples: 1000, snr: 2.0, weights, hidden }.draw(&mut rng)?;
//! let run = Amp::default().run(&planted, Start::Random, &mut rng)?;
//! assert!(run.last().overlap_weights > 0.8);
//! # Ok(())
//! # }
//! ```

mod planted;
mod prior;

pub use planted::{Planted, RankOne};
pub use prior::{Posterior, Prior};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::{Result, check};
use crate::numbers::{add_scaled, as_float, dot, wide_dot};

/// Approximate message passing for a [`RankOne`] model of known priors and snr, that is Bayes-optimal inference.
///
/// ```text
/// s-side:  a = snr (1/N) Σ_i ŵ_i²,   b_a = √(snr/N) Σ_i v_ai ŵ_i − snr (1/N) Σ_i var_i · ŝ_a(old),   ŝ_a = ⟨s⟩_{a, b_a}
/// w-side:  a = snr (1/N) Σ_a ŝ_a²,   b_i = √(snr/N) Σ_a v_ai ŝ_a − snr (1/N) Σ_a var_a · ŵ_i(old),   ŵ_i = ⟨ξ⟩_{a, b_i}
/// ```
///
/// where ⟨·⟩ is the posterior mean of a scalar component ([`Prior::posterior`]) and var its variance; the last term of
/// each field is Onsager's reaction. One iteration updates ŝ from ŵ and then ŵ from ŝ. For N → ∞ its overlaps follow the
/// state evolution `q_s ← f_h(snr q_w)`, `q_w ← f_w(α snr q_s)`, iteration by iteration. The data are read once per
/// iteration.
///
/// # References
/// Rangan & Fletcher, ISIT (2012); Deshpande & Montanari, ISIT (2014); Lesieur, Krzakala & Zdeborová, J. Stat. Mech.
/// (2017) 073403.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amp {
    /// Root-mean-square change of ŵ in one iteration at which it stops; 0 to do all iterations.
    pub tolerance: f64,
    /// Iterations after which it stops in any case.
    pub max_iterations: usize,
}

impl Default for Amp {
    fn default() -> Self {
        Self {
            tolerance: 1e-8,
            max_iterations: 1000,
        }
    }
}

/// What is known about the weights before the data are seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start {
    /// Nothing: ŵ is Gaussian noise of standard deviation 0.1. Its overlap with ξ is of order N^(−1/2).
    Random,
    /// Everything: ŵ = ξ, `q_w` = 1.
    Informed,
    /// The outcome of a scalar channel of signal-to-noise ratio r per component: ŵ = ⟨ξ⟩ with a = r, b = r ξ + √r z. The state
    /// evolution starts from `q_w` = `f_w(r)`.
    Channel {
        /// r ≥ 0.
        snr: f64,
    },
}

/// The estimates after an iteration against the truth.
///
/// The joint sign of ŵ and ŝ is chosen such that the overlap of the weights is positive: the data do not know it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Iterations done; 0 is the start, where nothing is known about the hidden values.
    pub iteration: usize,
    /// (1/N) ŵ·ξ, `q_w` of the state evolution.
    pub overlap_weights: f64,
    /// (1/P) ŝ·s, `q_s` of the state evolution.
    pub overlap_hidden: f64,
    /// (1/N) |ŵ|², equal to the overlap for N → ∞ (Nishimori's identity) but for the start.
    pub self_overlap_weights: f64,
    /// (1/P) |ŝ|².
    pub self_overlap_hidden: f64,
    /// Mean-square error (1/N) |ŵ − ξ|², 1 − `q_w` for N → ∞.
    pub mse_weights: f64,
    /// Mean-square error (1/P) |ŝ − s|².
    pub mse_hidden: f64,
    /// Root-mean-square change of ŵ in this iteration.
    pub change: f64,
}

/// Why the iteration stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The change is below the tolerance.
    Converged,
    /// The iterations were used up.
    MaxIterations,
}

/// All iterations of a run.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Run {
    /// The steps, from the start on.
    pub steps: Vec<Step>,
    /// Why it stopped.
    pub stop: Stop,
    /// The last ŵ, with the sign as it came out.
    pub weights: Vec<f64>,
    /// The last ŝ.
    pub hidden: Vec<f64>,
}

impl Run {
    /// The last step.
    #[expect(clippy::missing_panics_doc, reason = "a run has a start")]
    pub fn last(&self) -> &Step {
        self.steps.last().expect("the start is always there")
    }
}

/// Standard deviation of the weights at a random start: small enough for the linear regime, in which the norm adjusts itself.
const RANDOM_SCALE: f64 = 0.1;

impl Amp {
    /// Iterates from `start`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a tolerance or a channel that is negative or not finite.
    pub fn run(
        &self,
        planted: &Planted,
        start: Start,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Run> {
        check("tolerance", "not negative", self.tolerance, |x| x >= 0.0)?;
        let mut state = State::new(planted, start, rng)?;
        let mut steps = vec![state.step(0, 0.0)];
        let mut stop = Stop::MaxIterations;
        for iteration in 1..=self.max_iterations {
            let change = state.iterate();
            steps.push(state.step(iteration, change));
            if change < self.tolerance {
                stop = Stop::Converged;
                break;
            }
        }
        Ok(Run {
            steps,
            stop,
            weights: state.weights.means,
            hidden: state.hidden.means,
        })
    }
}

/// Estimates of all components on one side.
struct Side {
    prior: Prior,
    means: Vec<f64>,
    /// Sum of the posterior variances.
    variance: f64,
}

impl Side {
    /// New means from the fields.
    fn update(&mut self, precision: f64, fields: impl Iterator<Item = f64>) {
        self.variance = 0.0;
        for (mean, field) in self.means.iter_mut().zip(fields) {
            let posterior = self.prior.posterior(precision, field);
            *mean = posterior.mean;
            self.variance += posterior.variance;
        }
    }
}

/// The estimates of both sides.
struct State<'a> {
    planted: &'a Planted,
    values: &'a [f64],
    weights: Side,
    hidden: Side,
}

impl<'a> State<'a> {
    fn new(planted: &'a Planted, start: Start, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let model = planted.model();
        let truth = planted.weights();
        let mut weights = Side {
            prior: model.weights,
            means: truth.to_vec(),
            variance: 0.0,
        };
        let mut noise = || -> f64 { StandardNormal.sample(rng) };
        match start {
            Start::Informed => {}
            Start::Random => weights.means.fill_with(|| RANDOM_SCALE * noise()),
            Start::Channel { snr } => {
                check("snr", "finite and not negative", snr, |x| x >= 0.0)?;
                weights.update(snr, truth.iter().map(|x| snr * x + snr.sqrt() * noise()));
            }
        }
        Ok(Self {
            planted,
            values: planted.data().as_real().expect("planted data are real"),
            weights,
            hidden: Side {
                prior: model.hidden,
                means: vec![0.0; model.samples],
                variance: 0.0,
            },
        })
    }

    /// One iteration of both sides; the root-mean-square change of ŵ.
    fn iterate(&mut self) -> f64 {
        let model = self.planted.model();
        let (units, per_unit) = (model.units, model.snr / as_float(model.units));
        let precision = per_unit * dot(&self.weights.means, &self.weights.means);
        let reaction = per_unit * self.weights.variance;
        let scale = per_unit.sqrt();
        let mut sums = vec![0.0; units];
        self.hidden.variance = 0.0;
        for (row, mean) in self.values.chunks_exact(units).zip(&mut self.hidden.means) {
            let field = scale * wide_dot(row, &self.weights.means) - reaction * *mean;
            let posterior = self.hidden.prior.posterior(precision, field);
            *mean = posterior.mean;
            self.hidden.variance += posterior.variance;
            // The row is still in cache.
            add_scaled(&mut sums, scale * posterior.mean, row);
        }
        self.update_weights(&sums, per_unit)
    }

    /// The second half of an iteration, from the sums √(snr/N) vᵀŝ.
    fn update_weights(&mut self, sums: &[f64], per_unit: f64) -> f64 {
        let precision = per_unit * dot(&self.hidden.means, &self.hidden.means);
        let reaction = per_unit * self.hidden.variance;
        let old = self.weights.means.clone();
        let fields = sums.iter().zip(&old).map(|(sum, old)| sum - reaction * old);
        self.weights.update(precision, fields);
        let squares = self
            .weights
            .means
            .iter()
            .zip(&old)
            .map(|(new, old)| (new - old).powi(2));
        (squares.sum::<f64>() / as_float(old.len())).sqrt()
    }

    /// Overlaps and errors of the present estimates.
    fn step(&self, iteration: usize, change: f64) -> Step {
        let sign = dot(&self.weights.means, self.planted.weights()).signum();
        let weights = compare(&self.weights.means, self.planted.weights(), sign);
        let hidden = compare(&self.hidden.means, self.planted.hidden(), sign);
        Step {
            iteration,
            overlap_weights: weights.overlap,
            overlap_hidden: hidden.overlap,
            self_overlap_weights: weights.self_overlap,
            self_overlap_hidden: hidden.self_overlap,
            mse_weights: weights.mse,
            mse_hidden: hidden.mse,
            change,
        }
    }
}

/// Estimates of one side against the truth, per component.
struct Agreement {
    overlap: f64,
    self_overlap: f64,
    mse: f64,
}

fn compare(estimate: &[f64], truth: &[f64], sign: f64) -> Agreement {
    let count = as_float(truth.len());
    let squares = estimate
        .iter()
        .zip(truth)
        .map(|(x, t)| (sign * x - t).powi(2));
    Agreement {
        overlap: sign * dot(estimate, truth) / count,
        self_overlap: dot(estimate, estimate) / count,
        mse: squares.sum::<f64>() / count,
    }
}
