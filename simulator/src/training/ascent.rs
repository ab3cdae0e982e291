//! Gradient ascent of the likelihood of a machine with one hidden unit.

use std::collections::VecDeque;

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::objective::{Line, Objective};
use crate::error::{Result, at_least, check};
use crate::numbers::{add_scaled, dot, norm};

/// How the likelihood of one hidden unit is climbed.
///
/// # Method
/// Limited-memory quasi-Newton steps (Liu & Nocedal, Math. Program. 45, 503 (1989)). The fields of the samples along a
/// step are linear in its length, so that a step costs one product with the data and one with their transpose however
/// exact its line search is; that is why the search is part of the method here and not a library's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ascent {
    /// Norm of ∇L (per sample) at which the ascent stops.
    pub tolerance: f64,
    /// Steps after which it stops in any case.
    pub max_iterations: usize,
    /// Steps that are remembered for the curvature.
    pub memory: usize,
}

impl Default for Ascent {
    fn default() -> Self {
        Self {
            // Weights are of order one and so are curvatures: errors of 1e-7 are far below 1/√P.
            tolerance: 1e-7,
            max_iterations: 2000,
            memory: 10,
        }
    }
}

/// Why an ascent stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The norm of the gradient is below the tolerance.
    Converged,
    /// The iterations were used up.
    MaxIterations,
    /// No step rises: the gradient is down to its rounding errors.
    Stalled,
}

/// Where an ascent ended.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Optimum {
    /// The weights w; of a machine with biases all parameters.
    pub weights: Vec<f64>,
    /// L(w).
    pub log_likelihood: f64,
    /// |∇L(w)|.
    pub gradient_norm: f64,
    /// Steps taken.
    pub iterations: usize,
    /// Why the ascent stopped.
    pub stop: Stop,
}

/// Random Gaussian weights of the given squared norm.
///
/// # Errors
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `units` ≥ 1 and `squared_norm` is positive and finite.
pub fn random_weights(
    units: usize,
    squared_norm: f64,
    rng: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    at_least("units", "at least 1", units, 1)?;
    let direction: Vec<_> = (0..units).map(|_| StandardNormal.sample(rng)).collect();
    weights_along(&direction, squared_norm)
}

/// Weights of the given squared norm along a direction.
///
/// # Errors
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `squared_norm` and the norm of `direction` are positive and
/// finite.
pub fn weights_along(direction: &[f64], squared_norm: f64) -> Result<Vec<f64>> {
    check("squared_norm", "positive and finite", squared_norm, |x| {
        x > 0.0
    })?;
    let norm = check(
        "direction",
        "a vector of positive finite norm",
        dot(direction, direction),
        |x| x > 0.0,
    )?;
    let scale = (squared_norm / norm).sqrt();
    Ok(direction.iter().map(|x| scale * x).collect())
}

impl Ascent {
    /// Climbs from `start` to a local maximum.
    ///
    /// At w = 0 the gradient of an even unit (spin, Gaussian, double well) vanishes: start elsewhere, from
    /// [`random_weights`] of a small norm or along a known direction. Where replica symmetry is broken there are many
    /// maxima, and the start decides.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless there is one weight per unit;
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a setting or weight out of its domain, or a start where Z
    /// diverges (|w| ≥ 1 for real hidden units).
    pub fn run(&self, likelihood: &impl Objective, start: Vec<f64>) -> Result<Optimum> {
        check("tolerance", "not negative", self.tolerance, |x| x >= 0.0)?;
        likelihood.check_parameters(&start)?;
        let mut climber = Climber::new(likelihood, start)?;
        let mut history = History::new(self.memory);
        let mut iterations = 0;
        let stop = loop {
            if climber.gradient_norm() <= self.tolerance {
                break Stop::Converged;
            }
            if iterations == self.max_iterations {
                break Stop::MaxIterations;
            }
            // A direction from stale curvatures may fail where the gradient still rises.
            let direction = history.direction(&climber.gradient);
            if !climber.step(&direction, &mut history) {
                let fresh = history.is_empty();
                history.clear();
                let gradient = climber.gradient.clone();
                if fresh || !climber.step(&gradient, &mut history) {
                    break Stop::Stalled;
                }
            }
            iterations += 1;
        };
        Ok(climber.finish(stop, iterations))
    }
}

/// The state of an ascent.
struct Climber<'a, L> {
    likelihood: &'a L,
    weights: Vec<f64>,
    fields: Vec<f64>,
    gradient: Vec<f64>,
    value: f64,
}

impl<'a, L: Objective> Climber<'a, L> {
    fn new(likelihood: &'a L, weights: Vec<f64>) -> Result<Self> {
        let fields = likelihood.fields_of(&weights);
        let value = likelihood.value_at(&weights, &fields);
        check("log_likelihood", "finite at the start", value, |_| true)?;
        let gradient = likelihood.gradient_at(&weights, &fields);
        Ok(Self {
            likelihood,
            weights,
            fields,
            gradient,
            value,
        })
    }

    fn gradient_norm(&self) -> f64 {
        norm(&self.gradient)
    }

    /// Goes to the maximum along `steps`; false where nothing rises.
    fn step(&mut self, steps: &[f64], history: &mut History) -> bool {
        let slope = dot(&self.gradient, steps);
        if !(slope > 0.0 && slope.is_finite()) {
            return false;
        }
        let field_steps = self.likelihood.fields_of(steps);
        let line = Line {
            weights: &self.weights,
            steps,
            fields: &self.fields,
            field_steps: &field_steps,
        };
        let Some((length, value)) = search(self.likelihood, &line, self.value, slope) else {
            return false;
        };
        add_scaled(&mut self.weights, length, steps);
        add_scaled(&mut self.fields, length, &field_steps);
        self.value = value;
        let gradient = self.likelihood.gradient_at(&self.weights, &self.fields);
        let difference = self
            .gradient
            .iter()
            .zip(&gradient)
            .map(|(old, new)| old - new)
            .collect();
        history.push(steps.iter().map(|s| length * s).collect(), difference);
        self.gradient = gradient;
        true
    }

    /// The result, with fields that are free of the rounding errors of many steps.
    fn finish(self, stop: Stop, iterations: usize) -> Optimum {
        let fields = self.likelihood.fields_of(&self.weights);
        let gradient = self.likelihood.gradient_at(&self.weights, &fields);
        Optimum {
            log_likelihood: self.likelihood.value_at(&self.weights, &fields),
            gradient_norm: norm(&gradient),
            weights: self.weights,
            iterations,
            stop,
        }
    }
}

/// Slope, relative to the first, at which a maximum along a line is close enough.
const SLOPE: f64 = 0.1;
/// Rise, relative to the first slope, that a step must bring.
const RISE: f64 = 1e-4;
/// Differences of values below this tell nothing: rounding errors of a mean.
const ROUNDING: f64 = 1e-13;
/// Evaluations along a line: bisections down to rounding errors.
const TRIALS: usize = 60;

/// Length of the step to a maximum along a line, and the value there; strong Wolfe conditions, by bracketing the zero of
/// the slope and interpolating in it.
fn search(
    likelihood: &impl Objective,
    line: &Line<'_>,
    value: f64,
    slope: f64,
) -> Option<(f64, f64)> {
    let (mut low, mut low_slope) = (0.0, slope);
    let mut high: Option<(f64, f64)> = None;
    let mut best = None;
    let mut at = 1.0;
    for _ in 0..TRIALS {
        let (trial, trial_slope) = likelihood.along_line(line, at);
        let rises = trial >= value + RISE * at * slope || (trial - value).abs() <= ROUNDING;
        if rises && trial_slope.abs() <= SLOPE * slope {
            return Some((at, trial));
        }
        if rises && trial_slope > 0.0 {
            (low, low_slope) = (at, trial_slope);
            best = Some((at, trial));
        } else {
            high = Some((at, trial_slope));
        }
        at = match high {
            None => 4.0 * at,
            Some((high, high_slope)) => interpolate((low, low_slope), (high, high_slope)),
        };
    }
    best
}

/// Zero of the slope between two points, kept away from both ends; the middle where the slopes do not bracket it.
fn interpolate((low, low_slope): (f64, f64), (high, high_slope): (f64, f64)) -> f64 {
    let part = low_slope / (low_slope - high_slope);
    let part = if part.is_finite() && part > 0.0 && high_slope < 0.0 {
        part.clamp(0.1, 0.9)
    } else {
        0.5
    };
    low + part * (high - low)
}

/// The latest steps with the changes of the gradient that they brought.
struct History {
    size: usize,
    /// Steps, falls of the gradient, and the product of both.
    pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
}

impl History {
    fn new(size: usize) -> Self {
        Self {
            size,
            pairs: VecDeque::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn clear(&mut self) {
        self.pairs.clear();
    }

    /// Remembers a step along which the likelihood is concave.
    fn push(&mut self, step: Vec<f64>, fall: Vec<f64>) {
        let product = dot(&step, &fall);
        if product > f64::EPSILON * dot(&fall, &fall) && self.size > 0 {
            if self.pairs.len() == self.size {
                self.pairs.pop_front();
            }
            self.pairs.push_back((step, fall, product));
        }
    }

    /// The two-loop recursion: minus the inverse Hessian times the gradient.
    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let mut direction = gradient.to_vec();
        let mut factors = Vec::with_capacity(self.pairs.len());
        for (step, fall, product) in self.pairs.iter().rev() {
            let factor = dot(step, &direction) / product;
            add_scaled(&mut direction, -factor, fall);
            factors.push(factor);
        }
        if let Some((_, fall, product)) = self.pairs.back() {
            let scale = product / dot(fall, fall);
            for x in &mut direction {
                *x *= scale;
            }
        }
        for ((step, fall, product), factor) in self.pairs.iter().zip(factors.into_iter().rev()) {
            let back = dot(fall, &direction) / product;
            add_scaled(&mut direction, factor - back, step);
        }
        direction
    }
}
