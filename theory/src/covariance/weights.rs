//! Singular values of a random matrix of weights, and the part of a trained one that still looks random.

use super::{Landing, MarchenkoPastur, tracy_widom_scale, upper_edge};
use crate::error::{Result, check, positive};
use crate::numerics::count;
use crate::spectra::Atoms;

/// Tracy–Widom scales above the edge from which a singular value counts as an outlier: TW₁ lies above with probability 0.01.
const CRITICAL_DISTANCE: f64 = 2.0234;

/// Law of the singular values of an N × M matrix with independent entries of one variance.
///
/// ```text
/// s ∈ σ |√N ± √M|,   density 2 s f(s²),   f Marchenko & Pastur's law of variance σ² max(N, M), γ = min(N, M)/max(N, M)
/// ```
///
/// for the min(N, M) singular values of entries N(0, σ²): a machine at initialisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightLaw {
    scale: f64,
    smaller: f64,
    larger: f64,
    squares: MarchenkoPastur,
}

/// The law of the bulk of a matrix, and the number of singular values above it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedWeights {
    /// The law of the bulk.
    pub law: WeightLaw,
    /// Number of singular values above the edge of the bulk.
    pub outliers: usize,
    /// The edge by how much chance exceeds it in one of a hundred matrices: what a singular value must exceed.
    pub threshold: f64,
}

impl WeightLaw {
    /// Entries of standard deviation σ = `scale` in a matrix of the given shape.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless the scale is positive and finite and the shape not empty.
    pub fn new(scale: f64, rows: usize, columns: usize) -> Result<Self> {
        let scale = positive("scale", scale)?;
        let smaller = positive("number of weights", count(rows.min(columns)))?;
        let larger = count(rows.max(columns));
        Ok(Self {
            scale,
            smaller,
            larger,
            squares: MarchenkoPastur::new(larger * scale * scale, smaller / larger)?,
        })
    }

    /// σ.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Smallest and largest singular value, `σ |√N ± √M|`.
    pub fn edges(&self) -> (f64, f64) {
        let (lower, upper) = self.squares.edges();
        (lower.sqrt(), upper.sqrt())
    }

    /// Density at the singular value s.
    pub fn density(&self, s: f64) -> f64 {
        2.0 * s * self.squares.density(s * s)
    }

    /// Fraction of the singular values at or below s.
    pub fn cumulative(&self, s: f64) -> f64 {
        self.squares.cumulative(s * s.abs())
    }

    /// The singular value that chance exceeds in one of a hundred matrices.
    ///
    /// # Errors
    /// As [`SampleLaw::new`](super::SampleLaw::new).
    pub fn threshold(&self) -> Result<f64> {
        let white = Atoms::uniform(&[1.0])?;
        let edge = upper_edge(&Landing::new(&white, self.smaller / self.larger)?)?;
        let fluctuation = tracy_widom_scale(&edge, self.larger);
        let square = self.larger * self.scale * self.scale * CRITICAL_DISTANCE * fluctuation;
        Ok((self.edges().1.powi(2) + square).sqrt())
    }

    /// The law of the bulk of a matrix whose singular values are given, the largest first.
    ///
    /// The first guess of σ takes the median to the law's median, which outliers do not move. Above its edge are the first
    /// outliers; then σ² is the mean square of what the matrix without its r outlying modes holds,
    ///
    /// ```text
    /// σ² = Σ_{k>r} s_k²/((N − r)(M − r))
    /// ```
    ///
    /// and outliers are counted again until their number stays. More outliers leave a smaller σ, so that the count ends.
    /// `None` if the matrix vanishes beyond half of its modes: there is no bulk.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless the min(N, M) singular values are finite, not negative and descending.
    pub fn fit(
        singular_values: &[f64],
        rows: usize,
        columns: usize,
    ) -> Result<Option<FittedWeights>> {
        let modes = rows.min(columns);
        let listed = count(singular_values.len());
        check(
            "number of singular values",
            "that of the shape",
            listed,
            |n| (n - count(modes)).abs() < 0.5 && modes > 0,
        )?;
        let mut before = f64::INFINITY;
        for &s in singular_values {
            check("singular_value", "not negative, and descending", s, |s| {
                (0.0..=before).contains(&s)
            })?;
            before = s;
        }
        let unit = Self::new(1.0, rows, columns)?;
        let guess = singular_values[modes / 2] / unit.quantile(0.5);
        if guess <= 0.0 {
            return Ok(None);
        }
        let mut law = Self::new(guess, rows, columns)?;
        let mut outliers = law.above(singular_values)?;
        // Each pass moves the count in one direction only.
        for _ in 0..modes {
            let squares: f64 = singular_values[outliers..].iter().map(|s| s * s).sum();
            let entries = (count(rows) - count(outliers)) * (count(columns) - count(outliers));
            law = Self::new((squares / entries).sqrt(), rows, columns)?;
            let next = law.above(singular_values)?.min(modes / 2);
            if next == outliers {
                break;
            }
            outliers = next;
        }
        let threshold = law.threshold()?;
        Ok(Some(FittedWeights {
            law,
            outliers,
            threshold,
        }))
    }

    fn above(&self, singular_values: &[f64]) -> Result<usize> {
        let threshold = self.threshold()?;
        Ok(singular_values.partition_point(|&s| s > threshold))
    }

    /// Singular value below which the fraction `probability` lies.
    fn quantile(&self, probability: f64) -> f64 {
        let (mut lower, mut upper) = self.edges();
        // The start of an iteration asks for no more than this.
        for _ in 0..40 {
            let middle = 0.5 * (lower + upper);
            if self.cumulative(middle) < probability {
                lower = middle;
            } else {
                upper = middle;
            }
        }
        0.5 * (lower + upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::integrate;
    use approx::assert_relative_eq;

    #[test]
    fn weights_of_784_by_500_have_their_published_edges() {
        let law = WeightLaw::new(0.01, 784, 500).unwrap();
        // Seven printed digits of the project's own reference values.
        assert_relative_eq!(law.edges().0, 0.056_393_2, epsilon = 5e-8);
        assert_relative_eq!(law.edges().1, 0.503_606_8, epsilon = 5e-8);
        // The scales at which the first and the last mode reach 4.
        let (last, first) = WeightLaw::new(1.0, 500, 784).unwrap().edges();
        assert_relative_eq!(4.0 / first, 0.079_427_0, epsilon = 5e-8);
        assert_relative_eq!(4.0 / last, 0.709_305_3, epsilon = 5e-8);
    }

    #[test]
    fn the_density_has_mass_one_and_the_mean_square_of_the_entries() {
        for (rows, columns) in [(30, 70), (70, 30), (50, 50)] {
            let law = WeightLaw::new(0.3, rows, columns).unwrap();
            let (lower, upper) = law.edges();
            let mass = integrate(|s| law.density(s), lower, upper, 1e-10).unwrap();
            assert_relative_eq!(mass.value, 1.0, epsilon = 1e-9);
            let square = integrate(|s| s * s * law.density(s), lower, upper, 1e-10).unwrap();
            let larger = count(rows.max(columns));
            assert_relative_eq!(square.value, 0.09 * larger, max_relative = 1e-9);
            let part = integrate(|s| law.density(s), lower, 0.6 * upper, 1e-10).unwrap();
            assert_relative_eq!(law.cumulative(0.6 * upper), part.value, epsilon = 1e-9);
        }
    }

    /// The law's own quantiles, with `outliers` on top.
    fn typical(scale: f64, rows: usize, columns: usize, outliers: &[f64]) -> Vec<f64> {
        let law = WeightLaw::new(scale, rows, columns).unwrap();
        let modes = rows.min(columns) - outliers.len();
        let bulk = (0..modes).map(|k| law.quantile(1.0 - (count(k) + 0.5) / count(modes)));
        outliers.iter().copied().chain(bulk).collect()
    }

    #[test]
    fn the_bulk_is_found_below_strong_outliers() {
        let values = typical(0.01, 200, 120, &[9.0, 2.0, 0.4, 0.3]);
        let fitted = WeightLaw::fit(&values, 200, 120).unwrap().unwrap();
        assert_eq!(fitted.outliers, 4);
        // The outliers take 4 rows and columns of 200 × 120 with them, up to 4/120.
        assert_relative_eq!(fitted.law.scale(), 0.01, max_relative = 0.04);
        let white = WeightLaw::fit(&typical(0.5, 40, 300, &[]), 40, 300)
            .unwrap()
            .unwrap();
        assert_eq!(white.outliers, 0);
        assert_relative_eq!(white.law.scale(), 0.5, max_relative = 1e-3);
    }

    #[test]
    fn a_matrix_of_low_rank_has_no_bulk() {
        assert!(WeightLaw::fit(&[3.0, 0.0, 0.0], 3, 5).unwrap().is_none());
        assert!(WeightLaw::fit(&[0.0], 1, 1).unwrap().is_none());
        assert!(WeightLaw::fit(&[1.0, 2.0], 2, 2).is_err());
        assert!(WeightLaw::fit(&[1.0], 2, 2).is_err());
        assert!(WeightLaw::fit(&[f64::NAN, 0.0], 2, 2).is_err());
    }
}
