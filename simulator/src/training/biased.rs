//! The exact likelihood of a machine of spins with one hidden unit, biases and a weight penalty.

use super::likelihood::{Alignment, Likelihood};
use super::objective::{Line, Objective};
use super::partition::Partition;
use crate::error::{Result, check, same_size};
use crate::exponential::exp;
use crate::numbers::{as_float, dot};
use crate::samples::Samples;
use crate::unit::Unit;

/// Nodes and weights of the Gauss-Legendre rule of eight points on [0, 1], the lower half: the upper one mirrors it.
const LEGENDRE: [(f64, f64); 4] = [
    (0.019_855_071_751_231_884, 0.050_614_268_145_188_13),
    (0.101_666_761_293_186_63, 0.111_190_517_226_687_24),
    (0.237_233_795_041_835_5, 0.156_853_322_938_943_64),
    (0.408_282_678_752_175_1, 0.181_341_891_689_181),
];

/// Difference of the logarithms of two densities at which the smaller one is left out.
const NEGLIGIBLE: f64 = 40.0;

/// Panels of h on either side of 0 in which the law of the hidden unit is looked at.
const PANELS: u16 = 200;

/// Panels in which it may rise from a small value at 0 to a peak.
const FIRST_PANELS: u16 = 4;

/// Width of a panel: a density of width one, the narrowest there is, is integrated to 1e-9.
const WIDTH: f64 = 2.0;

/// Factors of Σ ln(1 + x) that are multiplied before a logarithm is taken: each is at most 2.
const CHUNK: usize = 512;

/// Log-likelihood of a machine of N spins and one hidden unit as a function of its parameters (w, b, c), w first, then the biases b of
/// the visible units and the bias c of the hidden unit.
///
/// ```text
/// L = (1/P) Σ_a [φ(w·v_a + c) + b·v_a] − ln Z − (λ/2) |w|²,   Z = ∫ dh exp(−U(h) + c h) Π_i cosh(b_i + w_i h)
/// ```
///
/// per sample, in nats, relative to the uniform law. Z is exact: a sum over the two values of a spin or binary unit, eight points of
/// Gauss and Legendre in intervals of h of width two for real ones.
#[derive(Debug, Clone)]
pub struct BiasedLikelihood<'a> {
    data: Likelihood<'a>,
    /// Mean of the samples.
    mean: Vec<f64>,
    penalty: f64,
    /// `φ(0) − ln ∫ dh exp(−U)`, so that Z has the measure of φ.
    offset: f64,
}

/// A trained machine against a planted direction, on its own samples and on fresh ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BiasedComparison {
    /// m = w·u, the weight along the planted unit direction u, without its sign.
    pub magnetization: f64,
    /// Q, the variance over fresh samples of what is left of the field w·v without m u·v.
    pub field_variance: f64,
    /// m²/|w|².
    pub overlap_squared: f64,
    /// Log-likelihood per training sample, in nats, without the penalty.
    pub train_log_likelihood: f64,
    /// Log-likelihood per fresh sample, in nats.
    pub test_log_likelihood: f64,
}

/// One value of the hidden unit with the logarithm of its weight.
#[derive(Debug, Clone, Copy)]
struct Node {
    h: f64,
    log_weight: f64,
}

impl<'a> BiasedLikelihood<'a> {
    /// The likelihood of one hidden unit on spins, one sample per row, with the penalty λ ≥ 0.
    ///
    /// # Errors
    /// As [`Likelihood::new`]; [`Error::OutOfDomain`](crate::Error::OutOfDomain) for samples other than ±1 and a penalty out of its
    /// range.
    pub fn new(samples: &'a Samples, unit: Unit, penalty: f64) -> Result<Self> {
        // Of which only the check of spins is wanted.
        Likelihood::new(samples, Unit::Spin, Partition::Spins)?;
        let data = Likelihood::new(samples, unit, Partition::Gaussian)?;
        let penalty = check("penalty", "finite and not negative", penalty, |x| x >= 0.0)?;
        let ones = vec![1.0; data.samples()];
        let rows = as_float(data.samples());
        let mean = data
            .transposed_times(&ones)
            .iter()
            .map(|x| x / rows)
            .collect();
        let mut likelihood = Self {
            data,
            mean,
            penalty,
            offset: 0.0,
        };
        let nothing = vec![0.0; likelihood.parameters()];
        likelihood.offset = unit.cumulant(0.0) - likelihood.log_partition(&nothing);
        Ok(likelihood)
    }

    /// Number of parameters, 2N + 1.
    pub fn parameters(&self) -> usize {
        2 * self.data.units() + 1
    }

    /// L; −∞ where Z diverges.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless there are 2N + 1 parameters, [`Error::OutOfDomain`](crate::Error::OutOfDomain) for
    /// one that is not finite.
    pub fn value(&self, parameters: &[f64]) -> Result<f64> {
        self.check_parameters(parameters)?;
        Ok(self.value_at(parameters, &self.fields_of(parameters)))
    }

    /// The gradient of L.
    ///
    /// # Errors
    /// As [`BiasedLikelihood::value`].
    pub fn gradient(&self, parameters: &[f64]) -> Result<Vec<f64>> {
        self.check_parameters(parameters)?;
        Ok(self.gradient_at(parameters, &self.fields_of(parameters)))
    }

    /// Weights to begin with and no biases.
    pub fn start(&self, weights: &[f64]) -> Vec<f64> {
        let mut start = weights.to_vec();
        start.resize(self.parameters(), 0.0);
        start
    }

    /// Compares what was learnt with a planted `direction` (of any norm) and with `fresh` samples.
    ///
    /// # Errors
    /// As [`BiasedLikelihood::value`], [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a direction of zero norm, and what
    /// [`BiasedLikelihood::new`] returns for the fresh samples.
    pub fn compare(
        &self,
        parameters: &[f64],
        direction: &[f64],
        fresh: &Samples,
    ) -> Result<BiasedComparison> {
        let units = self.data.units();
        self.check_parameters(parameters)?;
        let weights = &parameters[..units];
        let Alignment {
            overlap_squared,
            magnetization,
            rest,
        } = Alignment::new(weights, direction)?;
        let test = BiasedLikelihood::new(fresh, self.data.unit(), 0.0)?;
        let fields = test.data.times(&rest);
        let count = as_float(fields.len());
        let mean = fields.iter().sum::<f64>() / count;
        let squares = fields.iter().map(|x| (x - mean).powi(2));
        let penalty = 0.5 * self.penalty * dot(weights, weights);
        Ok(BiasedComparison {
            magnetization,
            field_variance: squares.sum::<f64>() / count,
            overlap_squared,
            train_log_likelihood: self.value(parameters)? + penalty,
            test_log_likelihood: test.value(parameters)?,
        })
    }

    /// w, b and c.
    fn split<'p>(&self, parameters: &'p [f64]) -> (&'p [f64], &'p [f64], f64) {
        let (weights, rest) = parameters.split_at(self.data.units());
        let (biases, c) = rest.split_at(self.data.units());
        (weights, biases, c[0])
    }

    /// `Σ_i ln cosh(b_i + w_i h)`, and the means `tanh(b_i + w_i h)` if they are wanted.
    fn visible(&self, parameters: &[f64], h: f64, mut means: Option<&mut Vec<f64>>) -> f64 {
        let (weights, biases, _) = self.split(parameters);
        let mut sum = 0.0;
        for (weights, biases) in weights.chunks(CHUNK).zip(biases.chunks(CHUNK)) {
            let mut product = 1.0;
            for (w, b) in weights.iter().zip(biases) {
                let field = b + w * h;
                let decay = exp(-2.0 * field.abs());
                sum += field.abs();
                product *= 0.5 * (1.0 + decay);
                if let Some(means) = means.as_deref_mut() {
                    means.push(((1.0 - decay) / (1.0 + decay)).copysign(field));
                }
            }
            sum += f64::ln(product);
        }
        sum
    }

    /// The values of the hidden unit that count, with the logarithms of their weights and, if they are wanted, the means of the visible
    /// units given each.
    fn nodes(&self, parameters: &[f64], with_means: bool) -> (Vec<Node>, Vec<f64>) {
        let unit = self.data.unit();
        let (_, _, c) = self.split(parameters);
        let (mut nodes, mut means) = (Vec::new(), Vec::new());
        let mut highest = f64::NEG_INFINITY;
        let mut add = |h: f64, weight: f64| {
            let wanted = with_means.then_some(&mut means);
            let visible = self.visible(parameters, h, wanted);
            let log_weight = c * h - unit.potential(h) + visible + weight.ln();
            nodes.push(Node { h, log_weight });
            log_weight
        };
        if let Some(values) = unit.two_values() {
            for h in values {
                add(h, 1.0);
            }
            return (nodes, means);
        }
        for side in [1.0, -1.0] {
            if !unit.allows(side) {
                continue;
            }
            for panel in 0..PANELS {
                let mut most = f64::NEG_INFINITY;
                for (place, weight) in LEGENDRE {
                    for part in [place, 1.0 - place] {
                        let h = side * WIDTH * (f64::from(panel) + part);
                        most = most.max(add(h, WIDTH * weight));
                    }
                }
                highest = highest.max(most);
                if most < highest - NEGLIGIBLE && panel >= FIRST_PANELS {
                    break;
                }
            }
        }
        (nodes, means)
    }

    /// ln Z relative to the uniform law.
    fn log_partition(&self, parameters: &[f64]) -> f64 {
        log_sum(&self.nodes(parameters, false).0) + self.offset
    }

    /// Calls `f` with each value h, its probability, and the means `tanh(b_i + w_i h)` of the visible units.
    fn for_each_state(&self, parameters: &[f64], mut f: impl FnMut(f64, f64, &[f64])) -> f64 {
        let (nodes, means) = self.nodes(parameters, true);
        let log_partition = log_sum(&nodes);
        for (node, means) in nodes.iter().zip(means.chunks_exact(self.data.units())) {
            f(node.h, exp(node.log_weight - log_partition), means);
        }
        log_partition + self.offset
    }

    /// ∂ ln Z by all parameters.
    fn partition_gradient(&self, parameters: &[f64]) -> Vec<f64> {
        let units = self.data.units();
        let mut gradient = vec![0.0; self.parameters()];
        self.for_each_state(parameters, |h, probability, means| {
            let (weights, rest) = gradient.split_at_mut(units);
            let (biases, c) = rest.split_at_mut(units);
            c[0] += probability * h;
            for ((w, b), mean) in weights.iter_mut().zip(biases).zip(means) {
                *w += probability * h * mean;
                *b += probability * mean;
            }
        });
        gradient
    }
}

impl Objective for BiasedLikelihood<'_> {
    fn fields_of(&self, parameters: &[f64]) -> Vec<f64> {
        let (weights, _, c) = self.split(parameters);
        let mut fields = self.data.times(weights);
        for field in &mut fields {
            *field += c;
        }
        fields
    }

    fn value_at(&self, parameters: &[f64], fields: &[f64]) -> f64 {
        let (weights, biases, _) = self.split(parameters);
        self.data.mean_cumulant(fields) + dot(biases, &self.mean)
            - self.log_partition(parameters)
            - 0.5 * self.penalty * dot(weights, weights)
    }

    fn gradient_at(&self, parameters: &[f64], fields: &[f64]) -> Vec<f64> {
        let units = self.data.units();
        let rows = as_float(self.data.samples());
        let mut means = vec![0.0; fields.len()];
        self.data.unit().mean_all(fields, &mut means);
        let pulls = self.data.transposed_times(&means);
        let mut gradient = self.partition_gradient(parameters);
        for (k, slope) in gradient.iter_mut().enumerate() {
            let pull = match k {
                k if k < units => pulls[k] / rows - self.penalty * parameters[k],
                k if k < 2 * units => self.mean[k - units],
                _ => means.iter().sum::<f64>() / rows,
            };
            *slope = pull - *slope;
        }
        gradient
    }

    fn along_line(&self, line: &Line<'_>, at: f64) -> (f64, f64) {
        let [value, slope] = self.data.samples_along(line, at);
        let parameters = line.at(at);
        let (weights, biases, _) = self.split(&parameters);
        let (weight_steps, bias_steps, c_step) = self.split(line.steps);
        let mut model = 0.0;
        let log_partition = self.for_each_state(&parameters, |h, probability, means| {
            let triples = means.iter().zip(weight_steps).zip(bias_steps);
            let visible: f64 = triples.map(|((mean, w), b)| mean * (b + h * w)).sum();
            model += probability * (c_step * h + visible);
        });
        (
            value + dot(biases, &self.mean)
                - log_partition
                - 0.5 * self.penalty * dot(weights, weights),
            slope + dot(bias_steps, &self.mean) - model - self.penalty * dot(weights, weight_steps),
        )
    }

    fn check_parameters(&self, parameters: &[f64]) -> Result<()> {
        same_size("parameters", self.parameters(), parameters.len())?;
        let finite = |&x: &f64| check("parameter", "finite", x, |_| true).map(drop);
        parameters.iter().try_for_each(finite)
    }
}

/// ln Σ exp of the weights.
fn log_sum(nodes: &[Node]) -> f64 {
    let highest = nodes
        .iter()
        .map(|node| node.log_weight)
        .fold(f64::NEG_INFINITY, f64::max);
    let terms = nodes.iter().map(|node| exp(node.log_weight - highest));
    highest + terms.sum::<f64>().ln()
}
