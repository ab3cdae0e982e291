//! Random rotations of a machine's layers, and how far its weights are from looking the same after them.

use faer::{Mat, MatRef};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::error::{Error, Result};
use crate::numbers::as_float;
use crate::statistics::jensen_shannon;

/// Half of the range of a histogram in standard deviations: of Gaussian entries 6e-5 lie beyond, in the outermost bins.
const RANGE: f64 = 4.0;

/// A rotation or reflection of n dimensions, uniform over all of them: Haar's measure.
///
/// ```text
/// A = Q R,   A_ij ~ N(0, 1),   Q diag(sign R_ii)
/// ```
///
/// # References
/// Mezzadri, Not. Am. Math. Soc. 54, 592 (2007).
pub fn haar(dimensions: usize, random: &mut impl Rng) -> Mat<f64> {
    let gaussian: Mat<f64> =
        Mat::from_fn(dimensions, dimensions, |_, _| StandardNormal.sample(random));
    let decomposed = gaussian.qr();
    let mut rotation: Mat<f64> = decomposed.compute_Q();
    for (j, r) in decomposed.R().diagonal().column_vector().iter().enumerate() {
        if *r < 0.0 {
            rotation
                .col_as_slice_mut(j)
                .iter_mut()
                .for_each(|x| *x = -*x);
        }
    }
    rotation
}

/// How much rotations of both layers change the entries of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct RotationalSymmetry {
    /// Jensen–Shannon divergence in nats between the entries of W and those of a rotated W, one value per rotation.
    pub divergences: Vec<f64>,
    /// The same between two rotations of W: what a matrix without preferred directions has.
    pub symmetric: Vec<f64>,
}

impl RotationalSymmetry {
    /// Compares the histogram of the entries of W with those of rotated ones.
    ///
    /// ```text
    /// W' = R₁ W R₂ᵀ,   R₁, R₂ of Haar's measure;   JS = ½ Σ_b [p ln(2p/(p + q)) + q ln(2q/(p + q))]
    /// ```
    ///
    /// over `bins` of equal width that cover 4 standard deviations on either side. Entries that are independent and Gaussian keep their law; the entries of
    /// a matrix with preferred units do not.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for fewer than 2 rotations or bins, or for a matrix of zeros.
    ///
    /// # References
    /// Toledo-Marin, Maiti, Fox & Melko, Mach. Learn. Sci. Technol. 6, 035030 (2025).
    pub fn of(
        weights: MatRef<'_, f64>,
        rotations: usize,
        bins: usize,
        random: &mut impl Rng,
    ) -> Result<Self> {
        for (name, number) in [("rotations", rotations), ("bins", bins)] {
            if number < 2 {
                return Err(Error::OutOfDomain {
                    name,
                    domain: "at least 2",
                    value: as_float(number),
                });
            }
        }
        let entries = as_float(weights.nrows() * weights.ncols());
        let deviation = weights.norm_l2() / entries.sqrt();
        let width = 2.0 * RANGE * deviation / as_float(bins);
        if !(width > 0.0 && width.is_finite()) {
            return Err(Error::OutOfDomain {
                name: "weights",
                domain: "finite and not all zero",
                value: deviation,
            });
        }
        let histogram = |matrix: MatRef<'_, f64>| counted(matrix, width, bins);
        let here = histogram(weights);
        let mut rotated = || {
            let left = haar(weights.nrows(), random);
            let right = haar(weights.ncols(), random);
            histogram((&left * weights * right.transpose()).as_ref())
        };
        let turned: Vec<Vec<f64>> = (0..rotations).map(|_| rotated()).collect();
        let pairs = turned.iter().zip(turned.iter().cycle().skip(1));
        Ok(Self {
            divergences: turned
                .iter()
                .map(|there| jensen_shannon(&here, there))
                .collect(),
            symmetric: pairs
                .map(|(one, other)| jensen_shannon(one, other))
                .collect(),
        })
    }
}

/// Number of entries per bin, those beyond the range in the outermost ones.
fn counted(matrix: MatRef<'_, f64>, width: f64, bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    let last = as_float(bins) - 1.0;
    for j in 0..matrix.ncols() {
        for &x in matrix.col(j).iter() {
            let bin = (x / width + 0.5 * as_float(bins)).floor().clamp(0.0, last);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number between 0 and the number of bins"
            )]
            let bin = bin as usize;
            counts[bin] += 1.0;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream;
    use approx::assert_relative_eq;

    #[test]
    fn haar_rotations_are_orthogonal_and_their_columns_have_the_moments_of_the_sphere() {
        let mut random = stream(0, "haar", 0);
        let (n, draws) = (6, 4000);
        let mut fourth = 0.0;
        for _ in 0..draws {
            let q = haar(n, &mut random);
            let error = (q.transpose() * &q - Mat::<f64>::identity(n, n)).norm_max();
            assert!(error < 1e-13);
            fourth += q[(0, 0)].powi(4) / f64::from(draws);
        }
        // E u⁴ = 3/(n(n + 2)) = 1/16; E u⁸ = 105/(n(n+2)(n+4)(n+6)) leaves a standard error of 0.0017; five of them.
        assert_relative_eq!(fourth, 1.0 / 16.0, epsilon = 0.0085);
    }

    #[test]
    fn gaussian_weights_are_symmetric_and_sparse_ones_are_not() {
        let mut random = stream(1, "symmetry", 0);
        let gaussian: Mat<f64> = Mat::from_fn(40, 30, |_, _| StandardNormal.sample(&mut random));
        let sparse = Mat::from_fn(40, 30, |i, j| if (i + 2 * j) % 9 == 0 { 1.0 } else { 0.0 });
        let mean = |values: &[f64]| values.iter().sum::<f64>() / as_float(values.len());
        let mut ratio = |weights: &Mat<f64>| {
            let found = RotationalSymmetry::of(weights.as_ref(), 10, 32, &mut random).unwrap();
            mean(&found.divergences) / mean(&found.symmetric)
        };
        // Ten values each, whose spread is a third of their mean.
        assert!((ratio(&gaussian) - 1.0).abs() < 0.5);
        assert!(ratio(&sparse) > 10.0);
    }
}
