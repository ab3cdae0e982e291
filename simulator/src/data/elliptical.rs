//! Gaussian samples of random strength: translation-invariant data whose kurtosis has no place.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{DataModel, GaussianProcess};
use crate::bits::uniform;
use crate::error::{Result, check};
use crate::samples::{Samples, allocate};

/// A Gaussian process whose samples are silent with some probability.
///
/// ```text
/// x = √τ z,   τ = 1/p with probability p, else 0,   p = 1/(1 + κ/3)
/// ```
///
/// where z is a [`GaussianProcess`] and κ ≥ 0 the excess kurtosis of every unit, 3 Var τ. Fourth cumulants are
/// `(κ/3)(C_ij C_kl + C_ik C_jl + C_il C_jk)`: those of an elliptical law, in which the kurtosis is the same along all directions. A negative κ is
/// possible up to O(1/N) only, and not made here.
#[derive(Debug, Clone, PartialEq)]
pub struct Elliptical {
    process: GaussianProcess,
    /// p.
    probability: f64,
}

impl Elliptical {
    /// A process whose units have the excess kurtosis κ = `kurtosis` ≥ 0.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless κ is finite and not negative.
    pub fn new(process: GaussianProcess, kurtosis: f64) -> Result<Self> {
        let domain = "finite and not negative for elliptical data";
        let kurtosis = check("kurtosis", domain, kurtosis, |k| k >= 0.0)?;
        Ok(Self {
            process,
            probability: 1.0 / (1.0 + kurtosis / 3.0),
        })
    }
}

impl DataModel for Elliptical {
    fn units(&self) -> usize {
        self.process.units()
    }

    fn draw(&self, samples: usize, random: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let units = self.units();
        let mut values: Vec<f64> = allocate(samples, units)?;
        let mut process = self.process.writer();
        let scale = self.probability.sqrt().recip();
        for row in values.chunks_exact_mut(units) {
            if uniform(random.next_u64()) < self.probability {
                process.write(row, random);
                for x in row {
                    *x *= scale;
                }
            }
        }
        Samples::real(samples, units, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Place;
    use crate::stream::stream;
    use approx::assert_abs_diff_eq;

    #[test]
    fn every_direction_has_the_kurtosis_of_a_unit() {
        let process = GaussianProcess::new(Place::Ring, 6, 1.0).unwrap();
        let model = Elliptical::new(process, 1.5).unwrap();
        let rows = 200_000;
        let samples = model.draw(rows, &mut stream(0, "elliptical", 0)).unwrap();
        let mut sums = [0.0; 4];
        let mut row = vec![0.0; 6];
        for i in 0..rows {
            samples.write_row(i, &mut row);
            let (one, all) = (row[2], row.iter().sum::<f64>());
            for (sum, x) in sums.iter_mut().zip([one, one * one, all, all * all]) {
                *sum += x * x / 2e5;
            }
        }
        let [variance, fourth, of_sum, fourth_of_sum] = sums;
        // x⁸ has the mean 105/p³ = 354: four standard errors of ⟨x⁴⟩.
        let error = 4.0 * (354.0_f64 / 2e5).sqrt();
        assert_abs_diff_eq!(variance, 1.0, epsilon = 4.0 * (4.5_f64 / 2e5).sqrt());
        assert_abs_diff_eq!(fourth, 4.5, epsilon = error);
        assert_abs_diff_eq!(fourth_of_sum / of_sum.powi(2), 4.5, epsilon = 2.0 * error);
    }

    #[test]
    fn a_negative_kurtosis_is_refused() {
        let process = GaussianProcess::new(Place::Ring, 6, 1.0).unwrap();
        assert!(Elliptical::new(process, -0.5).is_err());
    }
}
