//! Directions that stand out of noise in independent columns, by their variances alone.

use super::judge::to_float;
use crate::questions::large::Facts;
use anyhow::Result;
use faer::{Mat, MatRef};
use saddlepoint_theory::covariance::{Debiased, IndependentColumns};

/// The test of leading eigenpairs against independent columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnsTest<'a> {
    /// Variance of each column, with the divisor P − 1.
    pub(super) variances: &'a [f64],
    /// Degrees of freedom P − 1.
    pub(super) free: f64,
    /// Mean excess kurtosis of the columns.
    pub(super) excess_kurtosis: f64,
    /// Probability that noise alone shows a direction.
    pub(super) level: f64,
}

/// How many directions stand out, and the noise without them.
pub(super) struct Counted {
    pub(super) count: usize,
    /// The p-value of each place that was looked at: place k with k directions taken out.
    pub(super) p_values: Vec<Option<f64>>,
    noise: IndependentColumns,
}

impl<'a> ColumnsTest<'a> {
    /// Of a table.
    pub(super) fn new(facts: &'a Facts, level: f64) -> Self {
        Self {
            variances: &facts.variances,
            free: facts.free(),
            excess_kurtosis: facts.shape.excess_kurtosis,
            level,
        }
    }

    /// Counts one after the other from the largest of these eigenvalues down, at most `most`. Columns of `vectors` are their eigenvectors.
    pub(super) fn count(
        &self,
        eigenvalues: &[f64],
        vectors: MatRef<'_, f64>,
        most: usize,
    ) -> Result<Counted> {
        // The directions and the noise must keep two degrees of freedom each.
        let known = eigenvalues.len().min(vectors.ncols());
        let limit = (self.variances.len() - 2).min(known).min(most);
        let mut p_values = Vec::new();
        let mut residual = self.variances.to_vec();
        loop {
            let count = p_values.len();
            let noise = IndependentColumns::new(&residual, self.free, count, self.excess_kurtosis)?;
            let is_last = count == limit || self.free < to_float(count) + 3.0;
            let found = if is_last {
                None
            } else {
                Some(noise.p_value(eigenvalues[count])?)
            };
            match found {
                Some(p) if p <= self.level => p_values.push(Some(p)),
                _ => {
                    p_values.push(found);
                    return Ok(Counted {
                        count,
                        p_values,
                        noise,
                    });
                }
            }
            let vector = vectors.col(count);
            for (left, u) in residual.iter_mut().zip(vector.iter()) {
                *left = (*left - eigenvalues[count] * u * u).max(0.0);
            }
        }
    }
}

/// Eigenvalues and eigenvectors.
pub(super) type Pairs = (Vec<f64>, Mat<f64>);

/// Eigenpairs that are looked for at first.
const FIRST_PAIRS: usize = 8;

impl ColumnsTest<'_> {
    /// Counts all, however many leading eigenpairs it takes; `pairs` finds so many of them. Gives back those that were looked at, too.
    pub(super) fn count_all(
        &self,
        pairs: &mut dyn FnMut(usize) -> Result<Pairs>,
    ) -> Result<(Counted, Vec<f64>)> {
        let n = self.variances.len();
        let mut wanted = FIRST_PAIRS.min(n);
        loop {
            let (values, vectors) = pairs(wanted)?;
            let counted = self.count(&values, vectors.as_ref(), wanted)?;
            if counted.count < wanted || wanted == n {
                return Ok((counted, values));
            }
            wanted = (2 * wanted).min(n);
        }
    }
}

impl Counted {
    /// The noise without the directions that stand out.
    pub(super) fn noise(&self) -> &IndependentColumns {
        &self.noise
    }

    /// What the leading eigenvalues tell of the population.
    pub(super) fn debiased(&self, eigenvalues: &[f64]) -> Result<Debiased> {
        Ok(self.noise.debiased(eigenvalues)?)
    }
}
