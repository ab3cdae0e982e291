//! The partition function of a machine with one hidden unit, where it is known in closed form.

use crate::error::{Error, Result, at_least, same_size};
use crate::exponential::log_two_cosh;
use crate::numbers::{as_float, dot};
use crate::samples::{Samples, Values};
use crate::unit::{Unit, categorical};

/// How the partition function of the one-unit machine is evaluated.
///
/// Relative to the uniform law on configurations v of the visible units, `ln Z = ln E_v exp φ(w·v)`. The first form is its limit for
/// weights spread over N → ∞ spins, where w·v is Gaussian with variance ρ = |w|²; it is also exact at any N for Gaussian visible
/// units, where "uniform" means a standard Gaussian. The others are exact at any N.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Partition {
    /// `ln E_z exp φ(√ρ z)`, [`Unit::log_weight`].
    #[default]
    Gaussian,
    /// `ln 2 + Σ_i ln cosh w_i` for a spin hidden unit, `ln(1 + Π_i cosh w_i)` for a binary one, and `ln ∫ dh exp(−U(h)) Π_i cosh(h w_i)`,
    /// by Simpson's rule, for a real one.
    Spins,
    /// `ln Σ_h Π_i (1/p) Σ_a exp(h w_ia)` over the two values h of a spin or binary hidden unit; weight i p + a is that of state a of
    /// visible unit i.
    Categorical {
        /// States p ≥ 2 of a visible unit.
        states: usize,
    },
}

impl Partition {
    /// Errs for samples or a hidden unit that the form is not made for.
    pub(super) fn check(self, samples: &Samples, unit: Unit) -> Result<()> {
        if self == Self::Gaussian {
            return Ok(());
        }
        match self {
            Self::Categorical { .. } if !unit.is_two_valued() => Err(Error::Unsupported {
                name: "the exact partition function of categorical units",
                remedy: "a spin or binary hidden unit, or the Gaussian form",
            }),
            Self::Categorical { states } => check_one_hot(samples, states),
            _ => check_spins(samples),
        }
    }

    /// ln Z relative to the uniform law.
    pub(super) fn log(self, unit: Unit, weights: &[f64]) -> f64 {
        match self {
            Self::Gaussian => unit.log_weight(dot(weights, weights)),
            Self::Spins if unit == Unit::Binary => Unit::Binary.cumulant(log_cosh_sum(weights)),
            Self::Spins if unit.is_two_valued() => std::f64::consts::LN_2 + log_cosh_sum(weights),
            Self::Spins => RealStates::new(unit, weights).log_partition(),
            Self::Categorical { states } => {
                let [low, high] = values(unit).map(|h| log_sum(weights, states, h));
                // ln(e^low + e^high) = low + ln(1 + e^(high − low)).
                low + Unit::Binary.cumulant(high - low)
            }
        }
    }

    /// ∂ ln Z/∂w.
    pub(super) fn slope(self, unit: Unit, weights: &[f64]) -> Vec<f64> {
        let tanh = |share: f64| weights.iter().map(|w| share * w.tanh()).collect();
        match self {
            Self::Gaussian => {
                let r = unit.mean_square(dot(weights, weights));
                weights.iter().map(|w| r * w).collect()
            }
            Self::Spins if unit == Unit::Binary => tanh(Unit::Binary.mean(log_cosh_sum(weights))),
            Self::Spins if unit.is_two_valued() => tanh(1.0),
            Self::Spins => RealStates::new(unit, weights).slope(weights),
            Self::Categorical { states } => categorical_slope(unit, weights, states),
        }
    }
}

/// Step of Simpson's rule over a real hidden unit, whose law varies over a length of 1: a hundredth of its fourth power is 1e-7.
const STEP: f64 = 1.0 / 16.0;

/// Distance of the end of the rule from the strongest field and the wells: exp(−9²/2) is 3e-18.
const TAIL: f64 = 9.0;

/// The states of a real hidden unit among spins, with ln of their weights `−U(h) + Σ_i ln cosh(h w_i)` in Simpson's rule.
struct RealStates {
    states: Vec<(f64, f64)>,
    largest: f64,
}

impl RealStates {
    /// On h ≥ 0, where double wells have no cusp; states of either sign have the same weight and the same `h tanh(h w_i)`.
    fn new(unit: Unit, weights: &[f64]) -> Self {
        let strongest: f64 = weights.iter().map(|w| w.abs()).sum();
        let end = strongest + unit.variance(0.0).sqrt() + TAIL;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and below 1e9 for weights below 1e6"
        )]
        let intervals = 2 * (end / (2.0 * STEP)).ceil() as usize;
        let step = end / as_float(intervals);
        let signs = if unit.allows(-1.0) { 2.0 } else { 1.0 };
        let mut states = Vec::with_capacity(intervals + 1);
        for index in 0..=intervals {
            let h = step * as_float(index);
            let simpson = match index {
                0 => 1.0,
                _ if index == intervals => 1.0,
                _ if index % 2 == 1 => 4.0,
                _ => 2.0,
            };
            let inputs: Vec<f64> = weights.iter().map(|w| h * w).collect();
            let log = log_cosh_sum(&inputs) - unit.potential(h);
            states.push((h, log + f64::ln(signs * simpson * step / 3.0)));
        }
        let largest = states.iter().map(|s| s.1).fold(f64::NEG_INFINITY, f64::max);
        Self { states, largest }
    }

    fn log_partition(&self) -> f64 {
        let sum: f64 = self.states.iter().map(|s| (s.1 - self.largest).exp()).sum();
        self.largest + sum.ln()
    }

    /// `⟨h tanh(h w_i)⟩`.
    fn slope(&self, weights: &[f64]) -> Vec<f64> {
        let mut slope = vec![0.0; weights.len()];
        let mut total = 0.0;
        for (h, log) in &self.states {
            let weight = (log - self.largest).exp();
            total += weight;
            // What is below rounding saves most of the hyperbolic tangents.
            if weight > f64::EPSILON * f64::EPSILON {
                for (slope, w) in slope.iter_mut().zip(weights) {
                    *slope += weight * h * (h * w).tanh();
                }
            }
        }
        slope.iter().map(|x| x / total).collect()
    }
}

/// `Σ_h p(h) h ⟨v_ia | h⟩`.
fn categorical_slope(unit: Unit, weights: &[f64], states: usize) -> Vec<f64> {
    let values = values(unit);
    let [low, high] = values.map(|h| log_sum(weights, states, h));
    let share = Unit::Binary.mean(high - low);
    let mut slope = vec![0.0; weights.len()];
    let mut inputs = vec![0.0; states];
    let mut means = inputs.clone();
    for (h, probability) in values.into_iter().zip([1.0 - share, share]) {
        let sites = weights.chunks_exact(states);
        for (weights, slope) in sites.zip(slope.chunks_exact_mut(states)) {
            for (input, w) in inputs.iter_mut().zip(weights) {
                *input = h * w;
            }
            categorical::means(&inputs, &mut means);
            for (slope, mean) in slope.iter_mut().zip(&means) {
                *slope += probability * h * mean;
            }
        }
    }
    slope
}

/// Both values of a hidden unit of two.
fn values(unit: Unit) -> [f64; 2] {
    unit.two_values().expect("checked to have two values")
}

/// `Σ_i ln (1/p) Σ_a exp(h w_ia)`.
fn log_sum(weights: &[f64], states: usize, h: f64) -> f64 {
    let sites = weights.chunks_exact(states);
    let uniform = as_float(states).ln();
    sites
        .map(|site| categorical::cumulant(site, h) - uniform)
        .sum()
}

/// `Σ_i ln cosh w_i`.
fn log_cosh_sum(weights: &[f64]) -> f64 {
    let log_cosh = |&w: &f64| log_two_cosh(w) - std::f64::consts::LN_2;
    weights.iter().map(log_cosh).sum()
}

/// Errs unless every sample is one-hot.
fn check_one_hot(samples: &Samples, states: usize) -> Result<()> {
    at_least("states", "at least 2", states, 2)?;
    let columns = samples.columns();
    same_size(
        "columns of one-hot samples",
        columns / states * states,
        columns,
    )?;
    let mut row = vec![0.0; columns];
    for index in 0..samples.rows() {
        samples.write_row(index, &mut row);
        let mut sites = row.chunks_exact(states);
        if let Some(site) = sites.find(|site| !categorical::is_one_hot(site)) {
            return Err(Error::OutOfDomain {
                name: "samples",
                domain: "one-hot: exactly one entry of each group 1, the others 0",
                value: site.iter().sum(),
            });
        }
    }
    Ok(())
}

/// Errs unless the samples are spins.
fn check_spins(samples: &Samples) -> Result<()> {
    let stray = match samples.values() {
        Values::Discrete(values) => values
            .iter()
            .find(|x| x.unsigned_abs() != 1)
            .map(|&x| f64::from(x)),
        Values::Real(values) => values
            .iter()
            .find(|x| x.abs().total_cmp(&1.0).is_ne())
            .copied(),
    };
    match stray {
        Some(value) => Err(Error::OutOfDomain {
            name: "samples",
            domain: "spins +1 and -1",
            value,
        }),
        None => Ok(()),
    }
}
