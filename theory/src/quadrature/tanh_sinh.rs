//! The tanh-sinh rule on an interval.
//!
//! ```text
//! ∫₀¹ g(u) du = ∫ g(u(t)) u'(t) dt,   u = 1/(1 + e^(−π sinh t)),   u' = π cosh t · u (1 − u)
//! ```
//!
//! summed by the trapezoid rule in t, whose step is halved until the sum stops changing. The nodes crowd
//! double-exponentially towards both ends, so that powers and logarithms there do no harm, and distances
//! from the ends are kept to full relative precision.
//!
//! References: Takahasi & Mori, Publ. RIMS 9, 721 (1974).

use std::sync::LazyLock;

use super::convergence::{Halvings, ROUNDING};
use super::total::Total;
use crate::error::{Error, Result};

/// Halvings of the first step: steps 1/2, 1/4, … 1/64.
const LEVELS: u32 = 5;
/// Nodes of the finest level per unit of t.
const FINEST: usize = 64;
/// First step in units of the finest.
const COARSEST: usize = FINEST / 2;
/// Largest t, 4.5: the node is 4e-62 from the end, so that even an inverse square root loses nothing.
const REACH: usize = 9 * COARSEST;
/// From t = 2 on (1e-5 from the end) small terms are taken for the tail.
const BULK: usize = 4 * COARSEST;

/// `[1 − u, u']` at t = k/64: distance from the nearer end and weight.
static NODES: LazyLock<Vec<[f64; 2]>> = LazyLock::new(|| {
    let step = 1.0 / 64.0;
    let node = |t: f64| {
        let distance = 1.0 / (1.0 + (std::f64::consts::PI * t.sinh()).exp());
        [
            distance,
            std::f64::consts::PI * t.cosh() * distance * (1.0 - distance),
        ]
    };
    (0..=REACH)
        .scan(0.0, |t, _| Some(std::mem::replace(t, *t + step)))
        .map(node)
        .collect()
});

/// A point of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// The abscissa.
    pub x: f64,
    /// Distance from the lower end, to full relative precision.
    pub from_lower: f64,
    /// Distance from the upper end, to full relative precision.
    pub to_upper: f64,
}

/// An interval of the real line as an image of the unit interval; an end may be infinite, not both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub(super) lower: f64,
    pub(super) upper: f64,
}

impl Interval {
    /// The intervals that make up a range: none where it is empty, two where it is the whole line.
    pub(super) fn split(lower: f64, upper: f64) -> [Option<Self>; 2] {
        if lower == f64::NEG_INFINITY && upper == f64::INFINITY {
            return [
                Some(Self { lower, upper: 0.0 }),
                Some(Self { lower: 0.0, upper }),
            ];
        }
        [(lower < upper).then_some(Self { lower, upper }), None]
    }

    /// Node at distances `left` and `right` from the ends of the unit interval, and dx/du.
    fn node(&self, left: f64, right: f64) -> (Node, f64) {
        let Self { lower, upper } = *self;
        if upper.is_infinite() {
            let from_lower = left / right;
            let node = Node {
                x: lower + from_lower,
                from_lower,
                to_upper: f64::INFINITY,
            };
            return (node, right.powi(-2));
        }
        if lower.is_infinite() {
            let to_upper = right / left;
            let node = Node {
                x: upper - to_upper,
                from_lower: f64::INFINITY,
                to_upper,
            };
            return (node, left.powi(-2));
        }
        let width = upper - lower;
        let (from_lower, to_upper) = (width * left, width * right);
        let x = if left < right {
            lower + from_lower
        } else {
            upper - to_upper
        };
        (
            Node {
                x,
                from_lower,
                to_upper,
            },
            width,
        )
    }
}

/// Part of an interval, in the coordinate u of the unit interval.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    interval: Interval,
    /// Distance of the lower end from 0.
    left: f64,
    /// Distance of the upper end from 1.
    right: f64,
    width: f64,
}

impl Piece {
    pub(super) fn whole(interval: Interval) -> Self {
        Self {
            interval,
            left: 0.0,
            right: 0.0,
            width: 1.0,
        }
    }

    pub(super) fn halves(&self) -> [Self; 2] {
        let width = 0.5 * self.width;
        [
            Self {
                right: self.right + width,
                width,
                ..*self
            },
            Self {
                left: self.left + width,
                width,
                ..*self
            },
        ]
    }
}

/// The integrand and its name.
pub(super) struct Integrand<F> {
    pub(super) name: &'static str,
    pub(super) f: F,
}

/// The rule at work on one piece.
pub(super) struct Rule<'a, const D: usize, F> {
    integrand: &'a mut Integrand<F>,
    piece: Piece,
    tolerance: f64,
    sum: [f64; D],
    /// The part of the first sum at even multiples of the step.
    even: [f64; D],
    absolute: [f64; D],
    /// Terms at which the two tails were cut off.
    tail: [f64; D],
    step: f64,
    halvings: Halvings<D>,
    evaluations: usize,
}

impl<'a, const D: usize, F: FnMut(Node) -> [f64; D]> Rule<'a, D, F> {
    pub(super) fn new(integrand: &'a mut Integrand<F>, piece: Piece, tolerance: f64) -> Self {
        Self {
            integrand,
            piece,
            tolerance,
            sum: [0.0; D],
            even: [0.0; D],
            absolute: [0.0; D],
            tail: [0.0; D],
            step: 0.5,
            // With 1, as on the whole line, the estimate fell short for one random integrand in a thousand.
            halvings: Halvings::new(0.5),
            evaluations: 0,
        }
    }

    /// The sums with steps 1 and 1/2; returns where the two tails begin.
    pub(super) fn first_levels(&mut self) -> Result<[usize; 2]> {
        self.even = self.term(0, true)?;
        let reach = [self.first_level(true)?, self.first_level(false)?];
        self.halvings.push(self.even);
        self.halvings.push(self.scaled(&self.sum));
        Ok(reach)
    }

    /// Halves the step until the estimated error is within `tolerance · ∫|f|`; false where that was not
    /// reached.
    ///
    /// `scale` is ∫|f| over all pieces, where it is known to exceed that over this one.
    pub(super) fn run(&mut self, scale: &[f64; D]) -> Result<bool> {
        let [lower, upper] = self.first_levels()?;
        let mut stride = COARSEST;
        for level in 1..=LEVELS {
            stride /= 2;
            self.step *= 0.5;
            self.add_level(stride, lower, upper)?;
            self.halvings.push(self.scaled(&self.sum));
            let own = self.scaled(&self.absolute);
            let target = |i: usize| self.tolerance.max(ROUNDING) * scale[i].max(own[i]);
            if (0..D).all(|i| self.halvings.error(i) + self.tail[i] <= target(i)) {
                return Ok(true);
            }
            if (0..D).any(|i| self.halvings.is_hopeless(i, LEVELS - level, target(i))) {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Sums one side outwards with the first step; returns where its tail begins.
    fn first_level(&mut self, is_lower: bool) -> Result<usize> {
        let cut = 0.1 * self.tolerance;
        let mut before = self.term(COARSEST, is_lower)?;
        let mut tail = before;
        let mut was_small = false;
        for k in (2 * COARSEST..=REACH).step_by(COARSEST) {
            let is_small = (0..D).all(|i| before[i].abs() <= cut * self.absolute[i]);
            if was_small && is_small {
                self.add_tail(tail);
                return Ok(k - 2 * COARSEST);
            }
            was_small = is_small && k > BULK;
            tail = before;
            before = self.term(k, is_lower)?;
            if k.is_multiple_of(2 * COARSEST) {
                self.even
                    .iter_mut()
                    .zip(before)
                    .for_each(|(sum, value)| *sum += value);
            }
        }
        self.add_tail(before);
        Ok(REACH)
    }

    fn add_tail(&mut self, term: [f64; D]) {
        for (tail, value) in self.tail.iter_mut().zip(term) {
            *tail += value.abs();
        }
    }

    /// Adds the nodes that a halved step brings.
    fn add_level(&mut self, stride: usize, lower: usize, upper: usize) -> Result<()> {
        for (reach, is_lower) in [(lower, true), (upper, false)] {
            for k in (stride..reach).step_by(2 * stride) {
                self.term(k, is_lower)?;
            }
        }
        Ok(())
    }

    /// Adds one node and returns its term.
    fn term(&mut self, k: usize, is_lower: bool) -> Result<[f64; D]> {
        let [distance, weight] = NODES[k];
        let Piece {
            interval,
            left,
            right,
            width,
        } = self.piece;
        let (near, far) = (width * distance, width * (1.0 - distance));
        let (left, right) = if is_lower {
            (left + near, right + far)
        } else {
            (left + far, right + near)
        };
        let (node, slope) = interval.node(left, right);
        let mut term = (self.integrand.f)(node);
        self.evaluations += 1;
        let is_end = node.x <= interval.lower || node.x >= interval.upper;
        for (i, value) in term.iter_mut().enumerate() {
            if !value.is_finite() {
                // Rounding put the node on an end, where an integrable singularity is infinite.
                if !is_end {
                    return Err(Error::NotFinite {
                        name: self.integrand.name,
                    });
                }
                *value = 0.0;
            }
            *value *= weight * width * slope;
            self.sum[i] += *value;
            self.absolute[i] += value.abs();
        }
        Ok(term)
    }

    fn scaled(&self, sum: &[f64; D]) -> [f64; D] {
        sum.map(|value| value * self.step)
    }

    fn error(&self, i: usize) -> f64 {
        self.halvings.error(i) + self.tail[i] + ROUNDING * self.absolute[i] * self.step
    }

    pub(super) fn total(&self) -> Total<D> {
        Total {
            value: self.scaled(&self.sum),
            error: std::array::from_fn(|i| self.error(i)),
            absolute: self.scaled(&self.absolute),
            evaluations: self.evaluations,
        }
    }
}
