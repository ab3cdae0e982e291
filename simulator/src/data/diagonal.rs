//! Independent Gaussian units of different variances: any population spectrum, in its own eigenbasis.

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::error::{Result, at_least, check};
use crate::samples::{Samples, allocate};

/// Gaussian vectors with a diagonal covariance.
///
/// ```text
/// x_i = √λ_i z_i,   C = diag(λ_1, …, λ_N)
/// ```
///
/// where z is standard Gaussian and the `λ_i` ≥ 0 are the population eigenvalues.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagonal {
    deviations: Vec<f64>,
}

impl Diagonal {
    /// One unit for each of the population eigenvalues `variances`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless there is at least one variance and each is finite and
    /// not negative.
    pub fn new(variances: &[f64]) -> Result<Self> {
        at_least("variances", "of at least one entry", variances.len(), 1)?;
        let deviation =
            |&x| Ok(check("variance", "finite and not negative", x, |x| x >= 0.0)?.sqrt());
        Ok(Self {
            deviations: variances.iter().map(deviation).collect::<Result<_>>()?,
        })
    }
}

impl DataModel for Diagonal {
    fn units(&self) -> usize {
        self.deviations.len()
    }

    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let mut values: Vec<f64> = allocate(samples, self.units())?;
        for row in values.chunks_exact_mut(self.units()) {
            for (x, deviation) in row.iter_mut().zip(&self.deviations) {
                let noise: f64 = StandardNormal.sample(rng);
                *x = deviation * noise;
            }
        }
        Samples::real(samples, self.units(), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::stream;
    use approx::assert_abs_diff_eq;

    #[test]
    fn each_unit_has_its_variance() {
        let variances = [0.0, 1.0, 7.0];
        let rows = 40_000;
        let mut rng = stream(0, "diagonal", 0);
        let samples = Diagonal::new(&variances)
            .unwrap()
            .draw(rows, &mut rng)
            .unwrap();
        for (j, &variance) in variances.iter().enumerate() {
            let mean_square = (0..rows)
                .map(|i| samples.get(i, j).unwrap().powi(2))
                .sum::<f64>()
                / 4e4;
            // Four standard errors of a mean of Gaussian squares, λ√(2/P).
            assert_abs_diff_eq!(
                mean_square,
                variance,
                epsilon = 4.0 * variance * 5e-5_f64.sqrt()
            );
        }
    }

    #[test]
    fn a_negative_variance_is_refused() {
        assert!(Diagonal::new(&[1.0, -1.0]).is_err());
        assert!(Diagonal::new(&[]).is_err());
    }
}
