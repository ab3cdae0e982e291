//! The largest eigenvalue of data whose columns are shuffled: what it would be without any correlation.

use faer::Mat;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use std::ops::Range;

use super::{Columns, SampleCovariance};
use crate::error::Result;
use crate::linear::product;
use crate::numbers::as_float;
use crate::samples::Samples;
use crate::stream::stream;

/// Up to this smaller side of the data all eigenvalues are faster than the largest one by iteration.
const ALL_UP_TO: usize = 600;

/// Data without their leading directions, ready to be shuffled.
///
/// ```text
/// R = X (1 − V Vᵀ),   V the k leading eigenvectors of Ĉ
/// ```
///
/// where X are the P × n data after the treatment of their columns. R has the noise of P − k samples of n − k variables spread over P × n
/// entries; [`Shuffled::largest`] makes up for both.
///
/// # References
/// Horn, Psychometrika 30, 179 (1965) (parallel analysis); Buja & Eyuboglu, Multivar. Behav. Res. 27, 509 (1992) (permutations);
/// Dobriban & Owen, J. R. Stat. Soc. B 81, 163 (2019) (deflation).
#[derive(Debug)]
pub struct Shuffled {
    residual: Mat<f64>,
    /// Of the largest eigenvalue, for the size that the residual should have.
    factor: f64,
}

impl Shuffled {
    /// The data of `covariance` without their `deflated` leading directions, in units in which Ĉ has the divisor P.
    ///
    /// # Errors
    /// As [`SampleCovariance::leading`].
    pub fn new(covariance: &SampleCovariance, deflated: usize) -> Result<Self> {
        let (p, n) = (covariance.rows(), covariance.variables());
        let mut residual = super::dense::data(covariance);
        let mut factor = 1.0;
        if deflated > 0 {
            let leading = covariance.leading(deflated)?;
            let vectors = leading.vectors.as_ref();
            let scores = product(residual.as_ref(), vectors);
            residual -= product(scores.as_ref(), vectors.transpose());
            // Columns are centred: one sample in P is not free.
            let (free, n, k) = (as_float(p - 1), as_float(n), as_float(deflated));
            let edge = |p: f64, n: f64| (p.sqrt() + n.sqrt()).powi(2);
            let (fewer_samples, fewer) = ((free - k).max(1.0), (n - k).max(1.0));
            let entries = free * n / (fewer_samples * fewer);
            factor = entries * edge(fewer_samples, fewer) / edge(free, n);
        }
        Ok(Self { residual, factor })
    }

    /// The largest eigenvalue after every column was shuffled by itself, of the stream `replica` of `seed`.
    ///
    /// # Errors
    /// As [`SampleCovariance::eigenvalues`].
    pub fn largest(&self, seed: u64, replica: u64) -> Result<f64> {
        let mut rng = stream(seed, "column permutation", replica);
        let mut shuffled = self.residual.clone();
        for column in shuffled.col_iter_mut() {
            if let Some(column) = column.try_as_col_major_mut() {
                column.as_slice_mut().shuffle(&mut rng);
            }
        }
        let samples = Samples::from_mat(shuffled.as_ref())?;
        drop(shuffled);
        let covariance = SampleCovariance::new(&samples, Columns::Raw)?;
        let small = samples.rows().min(samples.columns());
        let largest = if small <= ALL_UP_TO {
            covariance.eigenvalues()?[0]
        } else {
            covariance.leading(1)?.eigenvalues[0]
        };
        Ok(largest * self.factor)
    }

    /// The largest eigenvalue of each shuffled data set of a range of streams, in their order.
    ///
    /// # Errors
    /// As [`Shuffled::largest`].
    pub fn range(&self, seed: u64, replicas: Range<u64>) -> Result<Vec<f64>> {
        replicas
            .into_par_iter()
            .map(|replica| self.largest(seed, replica))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    fn noise(rows: usize, columns: usize, seed: u64) -> Samples {
        let mut rng = stream(seed, "noise", 0);
        let values = (0..rows * columns)
            .map(|_| rng.sample(StandardNormal))
            .collect();
        Samples::real(rows, columns, values).unwrap()
    }

    #[test]
    fn shuffling_keeps_each_column_and_breaks_what_they_share() {
        // Forty columns that are one: the largest eigenvalue is 40, and that of independent columns close to (1 + √(40/400))².
        let one = noise(400, 1, 3).to_reals();
        let copies = one.iter().flat_map(|&x| [x; 40]).collect();
        let samples = Samples::real(400, 40, copies).unwrap();
        let covariance = SampleCovariance::new(&samples, Columns::Standardized).unwrap();
        assert!((covariance.eigenvalues().unwrap()[0] - 40.0).abs() < 1e-9);
        let shuffled = Shuffled::new(&covariance, 0).unwrap();
        let trace: f64 = shuffled.residual.squared_norm_l2() / 400.0;
        assert!((trace - 40.0).abs() < 1e-9);
        for largest in shuffled.range(1, 0..5).unwrap() {
            assert!((1.5..2.1).contains(&largest), "{largest}");
        }
    }

    #[test]
    fn without_its_direction_the_rest_is_as_large_as_its_own_noise() {
        let covariance_of = |samples: &Samples, deflated| {
            let covariance = SampleCovariance::new(samples, Columns::Centred).unwrap();
            let all = Shuffled::new(&covariance, deflated).unwrap();
            let largest = all.range(0, 0..40).unwrap();
            (
                largest.iter().sum::<f64>() / 40.0,
                covariance.eigenvalues().unwrap()[deflated],
            )
        };
        // Two of sixty directions of variance 20: what is left has the edge of the noise.
        let mut values = noise(100, 60, 5).to_reals();
        for row in values.chunks_exact_mut(60) {
            row[0] *= 20.0_f64.sqrt();
            row[1] *= 20.0_f64.sqrt();
        }
        let (shuffled, _) = covariance_of(&Samples::real(100, 60, values).unwrap(), 2);
        let (plain, _) = covariance_of(&noise(100, 60, 5), 0);
        // The mean of 40 largest eigenvalues is known to 0.02 scales of 0.15.
        assert!((shuffled - plain).abs() < 0.1, "{shuffled} {plain}");
    }
}
