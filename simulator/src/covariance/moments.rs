//! Powers of each variable, summed over samples that come in blocks.

use faer::MatRef;
use rayon::prelude::*;

use super::doubled::Doubled;
use crate::error::{Error, Result};

/// Variables whose powers one thread sums at a time.
const SHARE: usize = 512;

/// Number of samples, and of each variable its range and the sums of powers of its distances from an origin.
///
/// ```text
/// S_k,i = Σ_a d_ai^k  (k = 1, …, 4),   d_ai = x_ai − o_i
/// ```
#[derive(Debug, Clone)]
pub struct Moments {
    pub(super) parts: MomentParts,
    /// Sums of the stretch that is not closed yet.
    open: Vec<[f64; 4]>,
}

/// The numbers of [`Moments`], for a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MomentParts {
    /// o.
    pub origin: Vec<f64>,
    /// Number of samples.
    pub rows: usize,
    /// Least and largest value of each variable.
    pub ranges: [Vec<f64>; 2],
    /// The four powers of one variable side by side.
    pub powers: Doubled,
}

impl Moments {
    /// Of no sample, for distances from `origin`.
    pub fn new(origin: Vec<f64>) -> Self {
        let n = origin.len();
        Self {
            parts: MomentParts {
                rows: 0,
                ranges: [vec![f64::INFINITY; n], vec![f64::NEG_INFINITY; n]],
                powers: Doubled::zeros(4 * n),
                origin,
            },
            open: vec![[0.0; 4]; n],
        }
    }

    /// Those of a file.
    ///
    /// # Errors
    /// [`Error::Size`] unless the parts are of one number of variables.
    pub(super) fn from_parts(parts: MomentParts) -> Result<Self> {
        let n = parts.origin.len();
        for (name, expected, actual) in [
            ("least values", n, parts.ranges[0].len()),
            ("largest values", n, parts.ranges[1].len()),
            ("powers", 4 * n, parts.powers.count()),
        ] {
            if expected != actual {
                return Err(Error::Size {
                    name,
                    expected,
                    actual,
                });
            }
        }
        Ok(Self {
            parts,
            open: vec![[0.0; 4]; n],
        })
    }

    /// Number of samples.
    pub fn rows(&self) -> usize {
        self.parts.rows
    }

    /// Number of variables.
    pub fn columns(&self) -> usize {
        self.parts.origin.len()
    }

    /// Adds samples, one after the other in `values`, which become distances from the origin.
    pub fn add(&mut self, values: &mut [f64]) {
        let n = self.columns();
        self.parts.rows += values.len() / n;
        let [least, most] = &mut self.parts.ranges;
        for sample in values.chunks_exact_mut(n) {
            let ranges = least.iter_mut().zip(most.iter_mut());
            let sample = sample.iter_mut().zip(&self.parts.origin);
            for ((x, origin), (least, most)) in sample.zip(ranges) {
                *least = least.min(*x);
                *most = most.max(*x);
                *x -= origin;
            }
        }
        let block = MatRef::from_column_major_slice(values, n, values.len() / n);
        let shares = self.open.par_chunks_mut(SHARE).enumerate();
        shares.for_each(|(index, powers)| {
            add_powers(powers, block.subrows(index * SHARE, powers.len()));
        });
    }

    /// Ends a stretch: its sums are added to those of the others.
    pub fn close(&mut self) {
        self.parts.powers.add(0, self.open.as_flattened());
        self.open.fill([0.0; 4]);
    }

    /// Adds the closed stretches of other samples with the same origin.
    pub(super) fn merge(&mut self, other: &MomentParts) {
        self.parts.rows += other.rows;
        let [least, most] = &mut self.parts.ranges;
        for (least, other) in least.iter_mut().zip(&other.ranges[0]) {
            *least = least.min(*other);
        }
        for (most, other) in most.iter_mut().zip(&other.ranges[1]) {
            *most = most.max(*other);
        }
        self.parts.powers.merge(&other.powers);
    }

    /// The variables that vary.
    pub fn varying(&self) -> Vec<usize> {
        let [least, most] = &self.parts.ranges;
        let varies = |&i: &usize| most[i] > least[i];
        (0..self.columns()).filter(varies).collect()
    }

    /// S₁, …, S₄ of a variable.
    ///
    /// # Panics
    /// Unless `variable` is below the number of variables, as indexing a slice.
    pub fn powers(&self, variable: usize) -> [f64; 4] {
        [0, 1, 2, 3].map(|k| self.parts.powers.value(4 * variable + k))
    }

    /// Mean distance of a variable from its origin, and its variance with the divisor P.
    ///
    /// # Errors
    /// [`Error::ConstantColumn`] where the variance is lost in rounding, [`Error::OutOfDomain`] where it overflows.
    ///
    /// # Panics
    /// As [`Moments::powers`].
    #[expect(
        clippy::cast_precision_loss,
        reason = "a number of samples far below 2^53"
    )]
    pub fn mean_and_variance(&self, variable: usize) -> Result<(f64, f64)> {
        let [first, second, ..] = self.powers(variable);
        let p = self.parts.rows as f64;
        let distance = first / p;
        let variance = second / p - distance * distance;
        if !variance.is_finite() {
            return Err(Error::OutOfDomain {
                name: "variance of a column",
                domain: "finite",
                value: variance,
            });
        }
        let mean = self.parts.origin[variable] + distance;
        if variance <= (f64::EPSILON * mean).powi(2) * 4.0 {
            return Err(Error::ConstantColumn { column: variable });
        }
        Ok((distance, variance))
    }

    /// The origin of a variable.
    ///
    /// # Panics
    /// As [`Moments::powers`].
    pub fn origin(&self, variable: usize) -> f64 {
        self.parts.origin[variable]
    }
}

/// Adds the powers of every row to its sums.
fn add_powers(powers: &mut [[f64; 4]], rows: MatRef<'_, f64>) {
    for sample in rows.col_iter() {
        for (sums, &d) in powers.iter_mut().zip(sample.iter()) {
            let square = d * d;
            sums[0] += d;
            sums[1] += square;
            sums[2] += square * d;
            sums[3] += square * square;
        }
    }
}
