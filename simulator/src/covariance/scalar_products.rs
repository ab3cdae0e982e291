//! Scalar products of few samples of many variables that come in blocks.

use faer::{Mat, MatRef};

use super::panels::Panels;
use crate::error::{Error, Result};
use crate::numbers::as_float;

/// The P × P matrix of scalar products of P samples, from blocks of their variables.
///
/// ```text
/// G_ab = Σ_i d_ai d_bi,   d_ai = x_ai − mean_i, or that over the standard deviation of variable i
/// ```
///
/// G/P has the eigenvalues of the covariance Ĉ (divisor P) and, where there are more samples than variables, zeros.
#[derive(Debug, Clone)]
pub struct ScalarProducts {
    rows: usize,
    standardized: bool,
    products: Panels,
    powers: Vec<[f64; 4]>,
    columns: usize,
    variances: Vec<f64>,
}

impl ScalarProducts {
    /// Of P = `rows` samples without variables.
    pub fn new(rows: usize, standardized: bool) -> Self {
        Self {
            rows,
            standardized,
            products: Panels::new(rows),
            powers: Vec::new(),
            columns: 0,
            variances: Vec::new(),
        }
    }

    /// Adds variables: `values` has as many of each sample, one sample after the other, which become their distances. Variables that do not vary add nothing.
    ///
    /// # Errors
    /// [`Error::Size`] unless each sample has as many values; [`Error::ConstantColumn`] for a variable whose variance is lost in rounding.
    pub fn add(&mut self, values: &mut [f64]) -> Result<()> {
        let width = values.len() / self.rows;
        if width * self.rows != values.len() {
            return Err(Error::Size {
                name: "samples of a block of variables",
                expected: width * self.rows,
                actual: values.len(),
            });
        }
        let p = as_float(self.rows);
        let first = values[..width].to_vec();
        let mut powers = vec![[0.0; 4]; width];
        for sample in values.chunks_exact(width) {
            for ((sums, x), first) in powers.iter_mut().zip(sample).zip(&first) {
                let d = x - first;
                sums[0] += d;
                sums[1] += d * d;
                sums[2] += d * d * d;
                sums[3] += d * d * d * d;
            }
        }
        let means: Vec<f64> = (powers.iter().zip(&first))
            .map(|(sums, first)| first + sums[0] / p)
            .collect();
        let mut squares = vec![0.0; width];
        for sample in values.chunks_exact_mut(width) {
            for ((x, mean), square) in sample.iter_mut().zip(&means).zip(&mut squares) {
                *x -= mean;
                *square += *x * *x;
            }
        }
        let mut scales = vec![1.0; width];
        for column in 0..width {
            // The distances from the first value are all zero.
            if powers[column][1] <= 0.0 {
                scales[column] = 0.0;
                continue;
            }
            let variance = squares[column] / p;
            if variance <= (f64::EPSILON * means[column]).powi(2) * 4.0 {
                return Err(Error::ConstantColumn {
                    column: self.columns + column,
                });
            }
            if self.standardized {
                scales[column] = 1.0 / variance.sqrt();
            }
            self.powers.push(powers[column]);
            self.variances
                .push(if self.standardized { 1.0 } else { variance });
        }
        for sample in values.chunks_exact_mut(width) {
            for (x, scale) in sample.iter_mut().zip(&scales) {
                *x *= scale;
            }
        }
        self.columns += width;
        let block = MatRef::from_row_major_slice(values, self.rows, width);
        self.products.add(block, 1.0 / p);
        Ok(())
    }

    /// S₁, …, S₄ of each variable that varies, around its first value.
    pub fn powers(&self) -> &[[f64; 4]] {
        &self.powers
    }

    /// Number of variables, those that do not vary among them.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Variance of each variable that varies, with the divisor P; 1 of standardized ones.
    pub fn variances(&self) -> &[f64] {
        &self.variances
    }

    /// Lower triangle of G/P.
    pub fn into_lower(self) -> Mat<f64> {
        self.products.into_lower()
    }
}
