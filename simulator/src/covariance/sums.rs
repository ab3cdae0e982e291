//! Sums over samples that come in blocks, and the covariance that they make.

use faer::{Mat, MatRef};
use std::ops::Deref;

use super::doubled::Doubled;
use super::moments::{MomentParts, Moments};
use super::panels::Panels;
use crate::error::{Error, Result};
use crate::numbers::as_float;

/// Samples whose sums are taken by themselves before they are added to the others.
pub const STRETCH: usize = 4096;

/// Sums over samples of n variables, from which their covariance follows: [`Moments`] and products of the distances from an origin.
///
/// ```text
/// S_ij = Σ_a d_ai d_aj,   d_ai = x_ai − o_i,   Ĉ_ij = (S_ij − S_i S_j/P)/P
/// ```
///
/// Each stretch of [`STRETCH`] samples, [`Sums::close`] at its end, is summed by itself, and the stretches are summed in [`Doubled`] numbers: parts that
/// begin at a multiple of it, put together by [`Sums::merge`], have the sums of the whole.
#[derive(Debug, Clone)]
pub struct Sums {
    moments: Moments,
    /// Lower triangle column by column.
    products: Doubled,
    /// Products of the stretch that is not closed yet; none of sums that were in a file.
    open: Panels,
}

impl Deref for Sums {
    type Target = Moments;

    fn deref(&self) -> &Moments {
        &self.moments
    }
}

impl Sums {
    /// Sums of no sample, for distances from `origin`.
    pub fn new(origin: Vec<f64>) -> Self {
        let n = origin.len();
        Self {
            products: Doubled::zeros(n * (n + 1) / 2),
            open: Panels::new(n),
            moments: Moments::new(origin),
        }
    }

    /// The sums of a file, to which no sample is added any more: the moments, and the lower triangle of the products column by column.
    ///
    /// # Errors
    /// [`Error::Size`] unless the parts are of one number of variables.
    pub fn from_parts(moments: MomentParts, products: Doubled) -> Result<Self> {
        let moments = Moments::from_parts(moments)?;
        let n = moments.columns();
        if products.count() != n * (n + 1) / 2 {
            return Err(Error::Size {
                name: "products",
                expected: n * (n + 1) / 2,
                actual: products.count(),
            });
        }
        Ok(Self {
            moments,
            products,
            open: Panels::new(0),
        })
    }

    /// The numbers of the closed stretches, as [`Sums::from_parts`] takes them.
    pub fn parts(&self) -> (&MomentParts, &Doubled) {
        (&self.moments.parts, &self.products)
    }

    /// Adds samples, one after the other in `values`, which become distances from the origin.
    pub fn add(&mut self, values: &mut [f64]) {
        self.moments.add(values);
        let n = self.columns();
        let block = MatRef::from_column_major_slice(values, n, values.len() / n);
        self.open.add(block, 1.0);
    }

    /// Ends a stretch: its sums are added to those of the others.
    pub fn close(&mut self) {
        self.moments.close();
        let mut at = 0;
        for column in self.open.columns_mut() {
            self.products.add(at, column);
            at += column.len();
            column.fill(0.0);
        }
    }

    /// Adds the closed stretches of other samples with the same origin.
    pub fn merge(&mut self, other: &Self) {
        self.moments.merge(&other.moments.parts);
        self.products.merge(&other.products);
    }

    /// Lower triangle of the covariance Ĉ of some variables, in ascending order, with `standardized` each divided by its standard deviation.
    ///
    /// # Errors
    /// [`Error::ConstantColumn`] for a variable whose variance is lost in rounding, [`Error::OutOfDomain`] where sums overflow.
    pub fn covariance(self, variables: &[usize], standardized: bool) -> Result<Mat<f64>> {
        drop(self.open);
        let (moments, products) = (self.moments, self.products);
        let p = as_float(moments.rows());
        let (mut means, mut scales) = (Vec::new(), Vec::new());
        for &variable in variables {
            let (mean, variance) = moments.mean_and_variance(variable)?;
            means.push(mean);
            scales.push(if standardized {
                1.0 / variance.sqrt()
            } else {
                1.0
            });
        }
        let n = moments.columns();
        // Where column j of the triangle would have its row 0.
        let start = |j: usize| j * n - j * (j + 1) / 2;
        let mut lower = Mat::zeros(variables.len(), variables.len());
        for (j, &column) in variables.iter().enumerate() {
            for (i, &row) in variables.iter().enumerate().skip(j) {
                let sum = products.value(start(column) + row);
                lower[(i, j)] = (sum / p - means[i] * means[j]) * scales[i] * scales[j];
            }
        }
        Ok(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::{Columns, SampleCovariance, ScalarProducts, eigenvalues_of};
    use crate::samples::Samples;
    use crate::stream::stream;
    use approx::assert_relative_eq;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    /// Columns of very different means and scales.
    fn values(rows: usize, columns: usize) -> Vec<f64> {
        let mut rng = stream(4, "table of sums", 0);
        let entry = |k: usize| {
            let column = as_float(k % columns);
            let x: f64 = rng.sample(StandardNormal);
            1e3 * column + (1.0 + column) * x
        };
        (0..rows * columns).map(entry).collect()
    }

    /// Sums in blocks of `block` samples and stretches of `stretch`.
    fn sums(values: &[f64], columns: usize, block: usize, stretch: usize) -> Sums {
        let mut sums = Sums::new(values[..columns].to_vec());
        for part in values.chunks(stretch * columns) {
            for block in part.chunks(block * columns) {
                sums.add(&mut block.to_vec());
            }
            sums.close();
        }
        sums
    }

    fn eigenvalues(lower: &Mat<f64>) -> Vec<f64> {
        eigenvalues_of(lower).unwrap()
    }

    #[test]
    fn blocks_have_the_covariance_of_the_whole() {
        let (rows, columns) = (230, 9);
        let values = values(rows, columns);
        let samples = Samples::real(rows, columns, values.clone()).unwrap();
        let all: Vec<usize> = (0..columns).collect();
        for (standardized, how) in [(false, Columns::Centred), (true, Columns::Standardized)] {
            let whole = SampleCovariance::new(&samples, how).unwrap();
            let whole = whole.eigenvalues().unwrap();
            let lower = sums(&values, columns, 7, 64).covariance(&all, standardized);
            let mut by_samples = ScalarProducts::new(rows, standardized);
            for first in [0, 4, 8] {
                let next = (first + 4).min(columns);
                let part = values.chunks_exact(columns);
                let mut part: Vec<f64> = part.flat_map(|x| x[first..next].to_vec()).collect();
                by_samples.add(&mut part).unwrap();
            }
            let by_samples = eigenvalues(&by_samples.into_lower());
            let by_variables = eigenvalues(&lower.unwrap());
            for ((a, b), c) in whole.iter().zip(&by_variables).zip(&by_samples) {
                // Rounding of sums of 230 terms, relative to the largest eigenvalue.
                assert_relative_eq!(a, b, epsilon = 1e-13 * whole[0]);
                assert_relative_eq!(a, c, epsilon = 1e-13 * whole[0]);
            }
        }
    }

    #[test]
    fn parts_put_together_have_the_sums_of_the_whole() {
        let columns = 5;
        let values = values(400, columns);
        let whole = sums(&values, columns, 16, 64);
        let cut = 2 * 64 * columns;
        let part = |values: &[f64]| {
            let mut sums = Sums::new(whole.parts().0.origin.clone());
            for part in values.chunks(64 * columns) {
                // Blocks of other sizes would have other sums.
                for block in part.chunks(16 * columns) {
                    sums.add(&mut block.to_vec());
                }
                sums.close();
            }
            sums
        };
        let (first, second) = (part(&values[..cut]), part(&values[cut..]));
        let bits = |sums: Sums| {
            let lower = sums.covariance(&[0, 1, 2, 3, 4], false).unwrap();
            let columns = lower.col_iter().flat_map(faer::ColRef::iter);
            columns.map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        let mut forth = first.clone();
        forth.merge(&second);
        let mut back = second;
        back.merge(&first);
        let whole = bits(whole);
        assert_eq!(bits(forth), whole);
        assert_eq!(bits(back), whole);
    }

    #[test]
    fn variables_that_do_not_vary_are_told() {
        let mut values = values(50, 3);
        for sample in values.chunks_exact_mut(3) {
            sample[1] = 0.1;
        }
        let sums = sums(&values, 3, 8, 16);
        assert_eq!(sums.varying(), [0, 2]);
        assert!(sums.covariance(&[0, 1], true).is_err());
    }
}
