//! Spiked Gaussian data: white noise and a few directions of larger variance.

use faer::{Mat, MatRef};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::error::{Error, Result, at_least, check};
use crate::linear::{orthonormalize, product};
use crate::samples::{Samples, allocate};

/// Gaussian vectors with a few strong directions.
///
/// ```text
/// x = z + Σ_j √ℓ_j g_j u_j,   C = 1 + Σ_j ℓ_j u_j u_jᵀ
/// ```
///
/// where z and g are standard Gaussian, the `ℓ_j` ≥ 0 are the excess eigenvalues and the `u_j` orthonormal.
#[derive(Debug, Clone, PartialEq)]
pub struct Spiked {
    amplitudes: Vec<f64>,
    directions: Mat<f64>,
}

impl Spiked {
    /// Spikes with given directions, the columns of `directions`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless every spike is finite and not negative and there is at least one unit;
    /// [`Error::Size`] unless each has its direction; [`Error::NotOrthonormal`] where |`UᵀU` − 1| exceeds 10⁻⁸.
    pub fn new(spikes: &[f64], directions: Mat<f64>) -> Result<Self> {
        at_least("units", "at least 1", directions.nrows(), 1)?;
        if directions.ncols() != spikes.len() {
            let (expected, actual) = (spikes.len(), directions.ncols());
            return Err(Error::Size {
                name: "directions",
                expected,
                actual,
            });
        }
        check_orthonormal(directions.as_ref())?;
        let amplitude = |&l| Ok(check("spike", "finite and not negative", l, |l| l >= 0.0)?.sqrt());
        let amplitudes = spikes.iter().map(amplitude).collect::<Result<_>>()?;
        Ok(Self {
            amplitudes,
            directions,
        })
    }

    /// Spikes along orthonormal directions that are uniform over all of them.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 1 ≤ number of spikes ≤ `units` and every spike is finite and not negative.
    pub fn random(units: usize, spikes: &[f64], rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        at_least("spikes", "of at least one entry", spikes.len(), 1)?;
        at_least(
            "units",
            "at least the number of spikes",
            units,
            spikes.len(),
        )?;
        let mut directions = Mat::from_fn(units, spikes.len(), |_, _| StandardNormal.sample(rng));
        // Gaussian columns are linearly independent with probability one.
        orthonormalize(&mut directions);
        Self::new(spikes, directions)
    }

    /// The unit vectors `u_j`, one per column.
    pub fn directions(&self) -> MatRef<'_, f64> {
        self.directions.as_ref()
    }
}

impl DataModel for Spiked {
    fn units(&self) -> usize {
        self.directions.nrows()
    }

    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let mut values: Vec<f64> = allocate(samples, self.units())?;
        for row in values.chunks_exact_mut(self.units()) {
            row.fill_with(|| StandardNormal.sample(rng));
            for (&amplitude, direction) in self.amplitudes.iter().zip(self.directions.col_iter()) {
                let noise: f64 = StandardNormal.sample(rng);
                for (x, u) in row.iter_mut().zip(direction.iter()) {
                    *x += amplitude * noise * u;
                }
            }
        }
        Samples::real(samples, self.units(), values)
    }
}

/// Errs where the columns are not orthonormal to 10⁻⁸, well above rounding and far below a sampling error.
fn check_orthonormal(columns: MatRef<'_, f64>) -> Result<()> {
    let gram = product(columns.transpose(), columns);
    let mut error = 0.0_f64;
    for i in 0..gram.nrows() {
        for j in 0..gram.ncols() {
            let entry = (gram[(i, j)] - f64::from(u8::from(i == j))).abs();
            error = if entry.is_nan() {
                f64::INFINITY
            } else {
                error.max(entry)
            };
        }
    }
    if error <= 1e-8 {
        Ok(())
    } else {
        Err(Error::NotOrthonormal {
            name: "directions",
            error,
        })
    }
}
