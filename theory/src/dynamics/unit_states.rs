//! The negative phase of hidden units of any kind: averages over the machine, by summing over the states of its hidden units.

use super::flow::MOST_HIDDEN;
use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::quadrature::gauss_legendre;
use crate::units::Unit;

/// Length of a piece of a real unit's range, and points in each: a Gaussian of unit variance is integrated to 1e-11.
const PIECE: f64 = 4.0;
const POINTS: usize = 12;

/// Distance from the wells and the strongest field at which a real unit's range ends: exp(−9²/2) is 3e-18.
const TAIL: f64 = 9.0;

/// ln of a state's part of a layer's weight that does not count.
const NEGLIGIBLE: f64 = -45.0;

/// The most real hidden units.
const MOST_REAL: usize = 3;

/// The deepest wells, where exp(θ²/2) leaves 1e-12 of a logarithm.
const DEEPEST: f64 = -100.0;

/// Σ|w| of a hidden unit from which on a search gives up, in units of its standard deviation: as a spin it is a copy of a site by then, as a
/// Gaussian one it has several times the √N, or √(2βN) at strong coupling, with which it holds all sites together.
const COPY: f64 = 20.0;
const RUNAWAY: f64 = 5.0;

/// The states of one hidden unit with ln of their weights, which add up to 1 without a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitStates {
    values: Vec<f64>,
    log_weights: Vec<f64>,
}

/// The kinds of hidden units of the flows: those of even potential, which do without biases on data of either sign.
///
/// # Errors
/// [`Error::Unit`] for a binary or a rectified unit ([`BiasedFlow`](super::biased_flow::BiasedFlow)), [`Error::OutOfDomain`] for wells so deep that
/// their θ²/2 hides digits of the log-likelihood.
pub(super) fn checked_unit(unit: Unit) -> Result<Unit> {
    match unit {
        Unit::DoubleWell(wells) => {
            let domain =
                "-100 or above on a ring; deeper wells are a spin of |theta| times the weights";
            check("theta", domain, wells.threshold(), |theta| theta >= DEEPEST)?;
            Ok(unit)
        }
        Unit::Spin | Unit::Gaussian => Ok(unit),
        Unit::Binary | Unit::Rectified => Err(Error::Unit {
            quantity: "flow on a ring",
            unit: unit.to_string(),
            reason: "they need biases, which spin, gaussian and double-well units, of even potential, do without",
        }),
    }
}

/// Σ|w| of a hidden unit beyond which its weights grow without end.
pub(super) fn runaway(unit: Unit, sites: usize, beta: f64) -> f64 {
    if unit.states().is_some() {
        return COPY * count(sites);
    }
    let holding = (count(sites) * (2.0 * beta.abs()).max(1.0)).sqrt();
    (COPY + RUNAWAY * holding) / unit.variance(0.0).sqrt()
}

/// The most hidden units whose states are summed over: those of real units are hundreds.
pub(super) fn most_hidden(unit: Unit) -> usize {
    if unit.states().is_some() {
        MOST_HIDDEN
    } else {
        MOST_REAL
    }
}

impl UnitStates {
    /// The states of a unit whose field is between `weakest` and `strongest`: those of a discrete unit; of a real one the points of a Gauss
    /// rule on pieces of either half of its range, since wells meet in a cusp at 0 and a rectified unit ends there.
    pub(super) fn new(unit: Unit, [weakest, strongest]: [f64; 2]) -> Self {
        let normalisation = unit.log_partition(0.0);
        if let Some(states) = unit.states() {
            return Self {
                values: states.to_vec(),
                log_weights: vec![-normalisation; 2],
            };
        }
        let theta = match unit {
            Unit::DoubleWell(wells) => wells.threshold(),
            _ => 0.0,
        };
        // A rectified unit that a field holds at 0 is smaller by as much.
        let (field, finest) = match unit {
            Unit::Rectified => (strongest.max(0.0), PIECE / (1.0 - weakest).max(1.0)),
            _ => (strongest.max(-weakest), PIECE),
        };
        let end = field - theta + TAIL;
        // Between deep wells there is nothing.
        let begin = (-theta - field - TAIL).max(0.0);
        let rule = gauss_legendre::<POINTS>();
        let (mut values, mut log_weights) = (Vec::new(), Vec::new());
        for [from, to] in pieces(finest, end - begin) {
            let length = to - from;
            for (x, weight) in rule {
                let h = begin + from + length * x;
                let potential = 0.5 * h * h + theta * h;
                values.push(h);
                log_weights.push((length * weight).ln() - potential - normalisation);
            }
        }
        if unit != Unit::Rectified {
            let negative: Vec<f64> = values.iter().map(|h| -h).collect();
            values.extend(negative);
            log_weights.extend_from_within(..);
        }
        Self {
            values,
            log_weights,
        }
    }

    /// What is always 1: a visible layer's biases are the weights to it.
    pub(super) fn always_on() -> Self {
        Self {
            values: vec![1.0],
            log_weights: vec![0.0],
        }
    }

    /// The positive states, for two each.
    fn keep_positive(&mut self) {
        let kept = self.values.iter().zip(&self.log_weights);
        let kept = kept.filter(|(h, _)| **h > 0.0);
        (self.values, self.log_weights) = kept
            .map(|(h, log)| (*h, log + std::f64::consts::LN_2))
            .unzip();
    }

    /// The states that can count.
    ///
    /// Whatever the others do, a state h of weight p(h) multiplies the weight of a layer by at most exp(|h| `strongest`); all states together make it
    /// no less than without this unit, since a layer's ln is convex.
    fn that_count(&self, strongest: f64) -> Self {
        let counts = |h: f64, log: f64| log + strongest * h.abs() > NEGLIGIBLE;
        let states = || self.values.iter().zip(&self.log_weights);
        let kept = || states().filter(|(h, log)| counts(**h, **log));
        Self {
            values: kept().map(|(h, _)| *h).collect(),
            log_weights: kept().map(|(_, log)| *log).collect(),
        }
    }
}

/// Pieces from 0 to `end`, of equal length of at most [`PIECE`]; the first of them in pieces that grow from `finest` by factors of 2.
fn pieces(finest: f64, end: f64) -> Vec<[f64; 2]> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and below 1e4"
    )]
    let number = (end / PIECE).ceil() as usize;
    let length = end / count(number);
    let mut edges = vec![0.0];
    let mut edge = finest;
    while edge < 0.75 * length {
        edges.push(edge);
        edge *= 2.0;
    }
    edges.extend((1..=number).map(|piece| length * count(piece)));
    edges.windows(2).map(|ends| [ends[0], ends[1]]).collect()
}

/// The visible layer of a machine.
pub(super) trait VisibleLayer {
    /// The largest input of a hidden unit of weights `w`.
    fn largest_input(&self, w: &[f64]) -> f64;

    /// Takes the fields `Σ_μ w_iμ h_μ`, puts the means `x_i` in their place and returns ln of the layer's weight.
    fn evaluate(&self, fields: &mut [f64]) -> f64;

    /// Whether the fields −x have the same weight as x and the opposite means: then half of the states will do.
    fn is_even(&self) -> bool;
}

/// The states that count of hidden units of one kind, of even potential, by their weights, `size` numbers for each of them.
pub(super) fn states_that_count(
    unit: Unit,
    size: usize,
    weights: &[f64],
    layer: &impl VisibleLayer,
) -> Vec<UnitStates> {
    let of_weights = |w: &[f64]| {
        let strongest = layer.largest_input(w);
        let states = UnitStates::new(unit, [-strongest, strongest]);
        if unit.states().is_some() {
            return states;
        }
        states.that_count(strongest)
    };
    let mut units: Vec<UnitStates> = weights.chunks(size).map(of_weights).collect();
    if let Some(last) = units.last_mut().filter(|_| layer.is_even()) {
        last.keep_positive();
    }
    units
}

/// ln of the sum over all states h of the hidden units of their weights times those of the visible layer; subtracts `⟨x_i h_μ⟩` from
/// `gradient`.
///
/// Weights and gradient hold the numbers of one hidden unit, `size` of them, after those of another.
pub(super) fn negative_phase(
    units: &[UnitStates],
    size: usize,
    weights: &[f64],
    gradient: &mut [f64],
    layer: &impl VisibleLayer,
) -> f64 {
    let mut sum = Sum {
        units,
        size,
        weights,
        layer,
        state: vec![0.0; units.len()],
        largest: f64::NEG_INFINITY,
        total: 0.0,
        means: vec![0.0; weights.len()],
    };
    sum.over(units.len(), &vec![0.0; size], 0.0);
    for (gradient, mean) in gradient.iter_mut().zip(&sum.means) {
        *gradient -= mean / sum.total;
    }
    sum.largest + sum.total.ln()
}

/// `Σ_h weight · h_μ x_i`, in units of the largest weight so far.
struct Sum<'a, L> {
    units: &'a [UnitStates],
    size: usize,
    weights: &'a [f64],
    layer: &'a L,
    state: Vec<f64>,
    largest: f64,
    total: f64,
    means: Vec<f64>,
}

impl<L: VisibleLayer> Sum<'_, L> {
    /// Over the states of the first units, the others being in states that make `fields` and have a weight of exp(`log`).
    fn over(&mut self, units: usize, fields: &[f64], log: f64) {
        let Some(last) = units.checked_sub(1) else {
            self.add(fields, log);
            return;
        };
        let unit = &self.units[last];
        let w = &self.weights[last * self.size..][..self.size];
        for (h, weight) in unit.values.iter().zip(&unit.log_weights) {
            self.state[last] = *h;
            let fields: Vec<f64> = fields.iter().zip(w).map(|(x, w)| x + h * w).collect();
            self.over(last, &fields, log + weight);
        }
    }

    fn add(&mut self, fields: &[f64], log: f64) {
        let mut means = fields.to_vec();
        let log = log + self.layer.evaluate(&mut means);
        if log > self.largest {
            let factor = (self.largest - log).exp();
            self.total *= factor;
            self.means.iter_mut().for_each(|mean| *mean *= factor);
            self.largest = log;
        }
        let weight = (log - self.largest).exp();
        self.total += weight;
        for (h, sums) in self.state.iter().zip(self.means.chunks_mut(self.size)) {
            let signed = weight * h;
            let pairs = sums.iter_mut().zip(&means);
            pairs.for_each(|(sum, mean)| *sum += signed * mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn states_have_the_generating_function_of_their_unit() {
        for name in [
            "spin",
            "binary",
            "gaussian",
            "double-well:-0.3",
            "double-well:-3",
            "relu",
        ] {
            let unit: Unit = name.parse().unwrap();
            for field in [0.0_f64, 0.4, 3.0, 11.0, -0.4, -11.0, -90.0] {
                let states = UnitStates::new(unit, [field.min(0.0), field.max(0.0)]);
                let pairs = states.values.iter().zip(&states.log_weights);
                let logs: Vec<f64> = pairs.map(|(h, log)| h * field + log).collect();
                let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = logs.iter().map(|log| (log - top).exp()).sum();
                let expected = unit.log_partition(field) - unit.log_partition(0.0);
                assert_relative_eq!(
                    top + sum.ln(),
                    expected,
                    epsilon = 1e-10,
                    max_relative = 1e-10
                );
            }
        }
    }
}
