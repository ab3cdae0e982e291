//! Annealed importance sampling, forward from a machine without weights and back to it.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::packed::PackedPath;
use super::score;
use super::weights::{LogWeights, log_mean};
use crate::error::{Result, at_least, check, same_size};
use crate::gibbs::{Configurations, check_visible, independent};
use crate::machine::{Layer, Rbm};
use crate::numbers::{as_float, dot};
use crate::packed::{are_small, suits};
use crate::samples::Samples;
use crate::statistics::{Estimate, independent_mean};

/// A path from a machine without weights to a given one.
///
/// ```text
/// p_β(v) ∝ exp(−F_β(v)),   F_β = −((1 − β) b⁰ + β b)·v + Σ_i U_v(v_i) − Σ_μ φ(β I_μ(v)),   0 = β_0 < β_1 < … < β_K = 1
/// ```
///
/// where I = Wᵀv + c are the inputs of the hidden units. At β = 0 units are independent and Z is known; b⁰ are the biases of
/// the machine unless others are given, say those of the data's means ([`Layer::of_means`]). Between two temperatures the
/// chains do one Gibbs sweep.
///
/// # References
/// Neal, Stat. Comput. 11, 125 (2001); Salakhutdinov & Murray, ICML (2008); Burda, Grosse & Salakhutdinov, AISTATS (2015)
/// (the way back).
#[derive(Debug, Clone, PartialEq)]
pub struct Annealing {
    inverse_temperatures: Vec<f64>,
    base: Option<Vec<f64>>,
}

/// Columns that are annealed together where samples come one after another.
const BLOCK: usize = 1000;

impl Annealing {
    /// A path through these inverse temperatures.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless they rise from 0 to 1.
    pub fn new(inverse_temperatures: Vec<f64>) -> Result<Self> {
        let (name, domain) = ("inverse_temperatures", "rising from 0 to 1");
        let last = inverse_temperatures.len().saturating_sub(1);
        at_least("number of temperatures", "at least 1", last, 1)?;
        check(name, domain, inverse_temperatures[0], |b| b.abs() <= 0.0)?;
        check(name, domain, inverse_temperatures[last], |b| {
            (b - 1.0).abs() <= 0.0
        })?;
        for pair in inverse_temperatures.windows(2) {
            check(name, domain, pair[1], |b| b > pair[0])?;
        }
        Ok(Self {
            inverse_temperatures,
            base: None,
        })
    }

    /// K ≥ 1 equal steps, `β_k` = k/K.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without steps.
    pub fn linear(steps: usize) -> Result<Self> {
        at_least("steps", "at least 1", steps, 1)?;
        Self::new((0..=steps).map(|k| as_float(k) / as_float(steps)).collect())
    }

    /// The path from the biases b⁰ of the visible units.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a bias that is not finite.
    pub fn from_base(mut self, biases: Vec<f64>) -> Result<Self> {
        for &bias in &biases {
            check("bias", "finite", bias, |_| true)?;
        }
        self.base = Some(biases);
        Ok(self)
    }

    /// Weights of chains from independent units to the machine; their mean is Z.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without chains; [`Error::Size`](crate::Error::Size) for base biases
    /// of another machine.
    pub fn forward(
        &self,
        machine: &Rbm,
        chains: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<LogWeights> {
        let mut path = Path::new(self, machine)?;
        at_least("chains", "at least 1", chains, 1)?;
        let mut values = vec![path.base_log_partition(); chains];
        if path.is_packed(chains) {
            let path = PackedPath::new(machine, path.base);
            path.forward(&self.inverse_temperatures, &mut values, rng);
            return Ok(LogWeights {
                values,
                inverse: false,
            });
        }
        let visible = independent(&path.base_layer(), chains, rng);
        let mut state = Configurations::new(machine, visible)?;
        for pair in self.inverse_temperatures.windows(2) {
            path.set(pair[1]);
            state.write_hidden_inputs(&path.machine);
            path.add_ratios(&state, pair[0], -1.0, &mut values);
            // The last of these sweeps follows the law of the machine and changes no weight.
            if pair[1] < 1.0 {
                state.draw_hidden(&path.machine, rng);
                state.write_visible_inputs(&path.machine);
                state.draw_visible(&path.machine, rng);
            }
        }
        Ok(LogWeights {
            values,
            inverse: false,
        })
    }

    /// Weights of chains from configurations of the machine, the columns of `starts`, back to independent units; their mean
    /// is 1/Z where the starts follow the machine's law.
    ///
    /// Starts from chains that have not reached it give an estimate without a known sign of its error.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless the columns have N entries and base biases those of the machine;
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without starts or for a value that the units cannot take.
    pub fn reverse(
        &self,
        machine: &Rbm,
        starts: Mat<f64>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<LogWeights> {
        let mut path = Path::new(self, machine)?;
        let mut values = vec![-path.base_log_partition(); starts.ncols()];
        if path.is_packed(starts.ncols()) {
            check_visible(machine, &starts)?;
            let path = PackedPath::new(machine, path.base);
            path.reverse(
                &self.inverse_temperatures,
                starts.as_ref(),
                &mut values,
                rng,
            );
            return Ok(LogWeights {
                values,
                inverse: true,
            });
        }
        let mut state = Configurations::new(machine, starts)?;
        for pair in self.inverse_temperatures.windows(2).rev() {
            path.set(pair[1]);
            state.write_hidden_inputs(&path.machine);
            state.advance(&path.machine, rng);
            path.add_ratios(&state, pair[0], 1.0, &mut values);
        }
        Ok(LogWeights {
            values,
            inverse: true,
        })
    }

    /// Log-likelihood per sample by the way back from the samples (RAISE), too small on average; relative to free visible units as
    /// [`log_likelihood`](super::log_likelihood).
    ///
    /// ```text
    /// L = (1/P) Σ_a ln p̂(v_a)/p₀(v_a),   p̂(v) = exp(−F(v)) (1/C) Σ_c w_c
    /// ```
    ///
    /// with w the weights of C chains that start from v. p̂ is unbiased for the probability of v at the end of the forward
    /// path, which tends to that of the machine for many temperatures. The error is that of the mean over the samples.
    ///
    /// # Errors
    /// As [`reverse`](Self::reverse), and [`Error::TooFew`](crate::Error::TooFew) for fewer than two samples.
    pub fn log_likelihood(
        &self,
        machine: &Rbm,
        samples: &Samples,
        chains: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Estimate> {
        at_least("chains", "at least 1", chains, 1)?;
        let scored = score(machine, samples)?;
        let together = (BLOCK / chains).max(1);
        let mut values = Vec::with_capacity(scored.len());
        for (block, scored) in scored.chunks(together).enumerate() {
            let first = block * together;
            let rows: Vec<_> = (0..scored.len() * chains)
                .map(|c| first + c / chains)
                .collect();
            let weights = self.reverse(machine, samples.columns_of(rows), rng)?;
            let means = weights.values.chunks_exact(chains).map(log_mean);
            values.extend(
                means
                    .zip(scored)
                    .map(|(mean, sample)| mean + sample.log_weight),
            );
        }
        independent_mean(&values)
    }
}

/// The machine of one temperature after another.
struct Path<'a> {
    target: &'a Rbm,
    base: &'a [f64],
    machine: Rbm,
    beta: f64,
    /// b − b⁰.
    slopes: Vec<f64>,
}

impl<'a> Path<'a> {
    fn new(annealing: &'a Annealing, target: &'a Rbm) -> Result<Self> {
        let biases = target.visible().biases();
        let base = annealing.base.as_deref().unwrap_or(biases);
        same_size("base biases", biases.len(), base.len())?;
        Ok(Self {
            target,
            base,
            machine: target.clone(),
            beta: 1.0,
            slopes: biases.iter().zip(base).map(|(b, b0)| b - b0).collect(),
        })
    }

    /// Whether chains are kept as bits.
    fn is_packed(&self, chains: usize) -> bool {
        suits(self.target, chains) && are_small(self.base)
    }

    fn base_layer(&self) -> Layer {
        self.target.visible().with_biases(self.base.to_vec())
    }

    /// ln Z at β = 0.
    fn base_log_partition(&self) -> f64 {
        let hidden = self.target.hidden();
        self.target.visible().cumulant_sum(self.base, 1.0)
            + hidden.cumulant_sum(hidden.biases(), 0.0)
    }

    /// Scales the weights and biases.
    fn set(&mut self, beta: f64) {
        self.beta = beta;
        let (weights, visible, hidden) = self.machine.parameters_mut();
        for (to, from) in weights.col_iter_mut().zip(self.target.weights().col_iter()) {
            to.iter_mut()
                .zip(from.iter())
                .for_each(|(to, w)| *to = beta * w);
        }
        for ((to, b0), slope) in visible.iter_mut().zip(self.base).zip(&self.slopes) {
            *to = b0 + beta * slope;
        }
        for (to, c) in hidden.iter_mut().zip(self.target.hidden().biases()) {
            *to = beta * c;
        }
    }

    /// Adds ± (`F_β − F_β′`), β the present and β′ another inverse temperature, to the weight of every chain.
    fn add_ratios(&self, state: &Configurations, other: f64, sign: f64, weights: &mut [f64]) {
        let layer = self.target.hidden();
        for (chain, weight) in weights.iter_mut().enumerate() {
            let inputs = state.hidden_inputs.col_as_slice(chain);
            let hidden =
                layer.cumulant_sum(inputs, other / self.beta) - layer.cumulant_sum(inputs, 1.0);
            let visible = dot(&self.slopes, state.visible.col_as_slice(chain));
            *weight += sign * (hidden + (other - self.beta) * visible);
        }
    }
}
