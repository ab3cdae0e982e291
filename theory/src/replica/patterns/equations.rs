//! The equations of one number of recalled patterns, their free energy and their stability.

use faer::Mat;

use super::layer::{self, Averages, Input, Response, TwoValued};
use super::sum::SumOfSigns;
use super::{OrderParameters, Patterns};
use crate::error::{Error, Result};
use crate::numerics::count;
use crate::solver::newton::Tangent;

/// `s² (Q − q)` of the starts close to a glass of real hidden units.
const NEAR: [f64; 3] = [0.6, 0.9, 0.98];

/// The unknowns: Q, q, and the overlap with a recalled pattern per sign of it, M = m/(w p), in [0, 1].
pub(super) type Unknowns = [f64; 3];

/// The map x = F(x) at L recalled patterns.
#[derive(Debug)]
pub(super) struct Equations<'a> {
    pub(super) machine: &'a Patterns,
    pub(super) visible: TwoValued,
    pub(super) sum: &'a SumOfSigns,
}

/// F(x) and what else the averages at x tell.
#[derive(Debug)]
pub(super) struct Image {
    /// F(x).
    pub(super) value: Unknowns,
    /// `∂F_i/∂x_j`.
    pub(super) slopes: [[f64; 3]; 3],
    /// Averages over the hidden units.
    pub(super) hidden: Averages,
    /// E var v.
    variance: f64,
    /// E (var v)².
    variance_squared: f64,
    /// `E ξ_1² var v`.
    variance_on_pattern: f64,
    /// E S² var v.
    variance_by_sum: f64,
}

impl Equations<'_> {
    /// Where the search begins, without any noise: visible units follow the sign of the recalled patterns' sum, and those where it
    /// is 0 are off, or, with nothing recalled, frozen in either value. A glass in which real hidden units are nearly thrown to infinity is
    /// not reached from there: further starts are close to it.
    pub(super) fn starts(&self) -> Vec<Unknowns> {
        if self.sum.terms > 0 {
            return vec![self.saturated(-1.0)];
        }
        let mut starts = vec![self.saturated(-1.0)];
        if self.visible.centre > 0.0 {
            starts.push(self.saturated(0.0));
        }
        if self.machine.can_recall() {
            starts.extend(self.near_divergence());
        }
        starts
    }

    /// Several means of the visible units with overlaps at which `s² (Q − q)` is a little below 1.
    fn near_divergence(&self) -> impl Iterator<Item = Unknowns> {
        let (centre, half) = (self.visible.centre, self.visible.half);
        let s2 = self.machine.weight_variance();
        let at = move |(side, room): (f64, f64)| {
            let mean = centre + half * side;
            let square = centre * centre + half * half + 2.0 * centre * half * side;
            let overlap = square - room / s2;
            (overlap > mean * mean).then_some([square, overlap, 0.0])
        };
        let sides = if centre > 0.0 {
            &[-0.4, 0.0, 0.4][..]
        } else {
            &[0.0]
        };
        let pairs = sides.iter().flat_map(|&side| NEAR.map(|room| (side, room)));
        pairs.filter_map(at)
    }

    /// Visible units at full values, with the mean at `side` between −1 and 1 where the sum is 0.
    fn saturated(&self, side: f64) -> Unknowns {
        let (centre, half) = (self.visible.centre, self.visible.half);
        let mut start = [0.0; 3];
        for value in self.sum.values() {
            let side = if value.sum > 0.0 {
                1.0
            } else if value.sum < 0.0 {
                -1.0
            } else {
                side
            };
            let mean = centre + half * side;
            start[0] += value.weight * (centre * centre + half * half + 2.0 * centre * half * side);
            start[2] += value.weight * value.sum * mean * self.per_sign();
        }
        start[1] = start[0];
        start
    }

    /// 1/(L p), or 0 without patterns.
    fn per_sign(&self) -> f64 {
        match self.sum.terms {
            0 => 0.0,
            terms => (count(terms) * self.machine.density).recip(),
        }
    }

    /// The field on a hidden unit that is not recalled.
    ///
    /// # Errors
    /// [`Error::NotFinite`] where it would be thrown to infinity, s² (Q − q) ≥ 1 for a real unit.
    fn hidden_input(&self, [square, overlap, _]: Unknowns) -> Result<Input> {
        self.machine.hidden_input(square, overlap)
    }

    /// F(x) with its derivatives.
    ///
    /// # Errors
    /// As [`Equations::hidden_input`], or where an average cannot be computed.
    pub(super) fn image(&self, x: Unknowns) -> Result<Image> {
        let (s2, alpha) = (self.machine.weight_variance(), self.machine.alpha);
        let hidden = layer::respond(self.machine.hidden, &self.hidden_input(x)?)?;
        // Derivatives of E⟨h²⟩ and E⟨h⟩² with respect to Q and q.
        let by = [1, 2].map(|i| {
            let by_gap = -s2 * hidden.by_precision[i];
            [by_gap, s2 * hidden.by_variance[i] - by_gap]
        });
        let mut image = Image {
            value: [0.0; 3],
            slopes: [[0.0; 3]; 3],
            hidden: hidden.averages,
            variance: 0.0,
            variance_squared: 0.0,
            variance_on_pattern: 0.0,
            variance_by_sum: 0.0,
        };
        for value in self.sum.values() {
            let averages = &hidden.averages;
            let input = Input {
                precision: -alpha * s2 * averages.variance,
                mean: s2 * x[2] * value.sum + self.machine.field,
                variance: alpha * s2 * averages.overlap,
            };
            let visible = self.visible.respond(&input);
            let inputs = [0, 1].map(|j| {
                [
                    -alpha * s2 * (by[0][j] - by[1][j]),
                    alpha * s2 * by[1][j],
                    0.0,
                ]
            });
            let along = self.per_sign() * value.sum;
            let weights = [0.0, 0.0, along];
            image.add(
                &visible,
                value.weight,
                weights,
                [inputs[0], inputs[1], [0.0, 0.0, s2 * value.sum]],
            );
            image.variance_on_pattern += value.square * visible.averages.variance;
            image.variance_by_sum += value.weight * value.sum.powi(2) * visible.averages.variance;
        }
        Ok(image)
    }

    /// F(x) − x and its derivatives; NaN where they cannot be computed.
    pub(super) fn tangent(&self, x: &[f64]) -> Tangent {
        let Ok(Ok(image)) = Unknowns::try_from(x).map(|x| self.image(x)) else {
            return Tangent {
                residual: vec![f64::NAN; 3],
                jacobian: Mat::zeros(3, 3),
            };
        };
        Tangent {
            residual: (0..3).map(|i| image.value[i] - x[i]).collect(),
            jacobian: Mat::from_fn(3, 3, |i, j| {
                image.slopes[i][j] - f64::from(u8::from(i == j))
            }),
        }
    }

    /// f at any order parameters.
    ///
    /// # Errors
    /// As [`Equations::image`].
    pub(super) fn free_energy(&self, order: &OrderParameters) -> Result<f64> {
        let machine = self.machine;
        let (s2, alpha) = (machine.weight_variance(), machine.alpha);
        let hidden_input = machine.hidden_input(order.square_visible, order.overlap_visible)?;
        let hidden = layer::log_partition(machine.hidden, &hidden_input)?;
        let noise = Input {
            precision: -alpha * s2 * (order.square_hidden - order.overlap_hidden),
            mean: machine.field,
            variance: alpha * s2 * order.overlap_hidden,
        };
        let visible = self.sum.values().map(|value| {
            let mean = noise.mean + machine.weight() * order.magnetization * value.sum;
            value.weight * self.visible.log_partition(&Input { mean, ..noise })
        });
        let pairs = order.square_visible * order.square_hidden
            - order.overlap_visible * order.overlap_hidden;
        let recalled = count(self.sum.terms) * order.magnetization.powi(2);
        Ok(0.5 * (alpha * s2 * pairs + recalled) - visible.sum::<f64>() - alpha * hidden)
    }
}

impl Image {
    /// Adds the visible units at one value of the sum: `inputs` are derivatives of their field with respect to the unknowns.
    fn add(&mut self, visible: &Response, weight: f64, along: [f64; 3], inputs: [[f64; 3]; 3]) {
        let averages = &visible.averages;
        self.variance += weight * averages.variance;
        self.variance_squared += weight * averages.variance_squared;
        let outputs = |[mean, square, overlap]: [f64; 3]| [square, overlap, along[2] * mean];
        let values = outputs([averages.mean, averages.square, averages.overlap]);
        for (total, value) in self.value.iter_mut().zip(values) {
            *total += weight * value;
        }
        for (j, [precision, variance, mean]) in inputs.into_iter().enumerate() {
            let slope = |i: usize| {
                precision * visible.by_precision[i]
                    + variance * visible.by_variance[i]
                    + mean * visible.by_mean[i]
            };
            let slopes = outputs([slope(0), slope(1), slope(2)]);
            for (total, slope) in self.slopes.iter_mut().zip(slopes) {
                total[j] += weight * slope;
            }
        }
    }

    /// det(1 − F'): positive where an iteration in small steps comes back to the solution along every real direction, negative
    /// on the branch that it meets where both disappear.
    pub(super) fn determinant(&self) -> f64 {
        let a = |i: usize, j: usize| f64::from(u8::from(i == j)) - self.slopes[i][j];
        let minor = |j: usize, k: usize| a(1, j) * a(2, k) - a(1, k) * a(2, j);
        a(0, 0) * minor(1, 2) - a(0, 1) * minor(0, 2) + a(0, 2) * minor(0, 1)
    }

    /// `α s⁴ E (var v)² E (var h)²`.
    pub(super) fn at_stability(&self, machine: &Patterns) -> f64 {
        let s2 = machine.weight_variance();
        machine.alpha * s2 * s2 * self.variance_squared * self.hidden.variance_squared
    }

    /// Curvature of f when a further pattern is recalled, `1 − s² E var v`; `None` for hidden units of two values, which recall nothing.
    pub(super) fn curvature_new(&self, machine: &Patterns) -> Option<f64> {
        machine
            .can_recall()
            .then(|| 1.0 - machine.weight_variance() * self.variance)
    }

    /// Curvature of f when one recalled pattern grows and another one shrinks, `1 − w² E (ξ_1² − ξ_1 ξ_2) var v`.
    ///
    /// The mean of `ξ_1 ξ_2` follows from `Σ_{k≠l} ξ_k ξ_l = S² − Σ_k ξ_k²`.
    pub(super) fn curvature_apart(&self, machine: &Patterns, recalled: usize) -> Option<f64> {
        let terms = count(recalled);
        let pair =
            (self.variance_by_sum - terms * self.variance_on_pattern) / (terms * (terms - 1.0));
        (recalled > 1).then(|| 1.0 - machine.weight().powi(2) * (self.variance_on_pattern - pair))
    }
}

impl Patterns {
    /// The field on a hidden unit that is not recalled.
    pub(super) fn hidden_input(&self, square: f64, overlap: f64) -> Result<Input> {
        let s2 = self.weight_variance();
        let precision = -s2 * (square - overlap);
        if TwoValued::of(self.hidden).is_none() && precision <= -1.0 {
            return Err(Error::NotFinite {
                name: "the hidden units' response",
            });
        }
        Ok(Input {
            precision,
            mean: -self.threshold,
            variance: s2 * overlap,
        })
    }
}
