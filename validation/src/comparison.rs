//! Difference, score and verdict: when do theory and simulation agree?

use std::borrow::Borrow;

use crate::error::{Error, Result};

/// Largest |z| at which theory and simulation are said to agree.
pub const LARGEST_SCORE: f64 = 4.0;

/// Fewest independent replicas whose scatter is accepted as a standard error.
pub const FEWEST_REPLICAS: usize = 16;

/// A measured mean with its standard error.
///
/// ```text
/// x̄ = (1/R) Σ_r x_r,   e² = Σ_r (x_r − x̄)² / (R (R−1)),   ν = R − 1
/// ```
///
/// where R is the number of independent replicas and ν counts the degrees of freedom behind e, which is itself an
/// estimate with relative error 1/√(2ν).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean x̄.
    pub mean: f64,
    /// The standard error e > 0 of the mean.
    pub standard_error: f64,
    /// Number R of independent replicas.
    pub replicas: usize,
    /// Degrees of freedom ν of the standard error (not a whole number for combined estimates).
    pub degrees_of_freedom: f64,
}

impl Estimate {
    /// Mean and standard error of independent replicas.
    ///
    /// # Errors
    /// [`Error::TooFewReplicas`] below [`FEWEST_REPLICAS`]; [`Error::NoScatter`] if the standard error is zero or not
    /// finite.
    pub fn from_replicas(values: &[f64]) -> Result<Self> {
        let found = values.len();
        if found < FEWEST_REPLICAS {
            return Err(Error::TooFewReplicas {
                found,
                needed: FEWEST_REPLICAS,
            });
        }
        let replicas = as_float(found);
        let mean = values.iter().sum::<f64>() / replicas;
        let scatter: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        let degrees_of_freedom = replicas - 1.0;
        let standard_error = (scatter / (replicas * degrees_of_freedom)).sqrt();
        if !(standard_error.is_finite() && standard_error > 0.0) {
            return Err(Error::NoScatter { standard_error });
        }
        Ok(Self {
            mean,
            standard_error,
            replicas: found,
            degrees_of_freedom,
        })
    }

    /// A share k/R of independent replicas, with the standard error of Laplace's rule of succession: a share of 0 or 1 has no
    /// scatter of its own.
    ///
    /// ```text
    /// e² = p (1 − p)/(R + 3),   p = (k + 1)/(R + 2)
    /// ```
    pub fn of_share(count: usize, replicas: usize) -> Self {
        let (count, total) = (as_float(count), as_float(replicas));
        let smoothed = (count + 1.0) / (total + 2.0);
        Self {
            mean: count / total,
            standard_error: (smoothed * (1.0 - smoothed) / (total + 3.0)).sqrt(),
            replicas,
            degrees_of_freedom: total - 1.0,
        }
    }

    /// The same estimate of a x + b.
    #[must_use]
    pub fn rescaled(self, factor: f64, shift: f64) -> Self {
        Self {
            mean: factor * self.mean + shift,
            standard_error: factor.abs() * self.standard_error,
            ..self
        }
    }

    /// Score of the difference, simulation minus theory, on the scale of a standard Gaussian.
    ///
    /// ```text
    /// t = (x̄ − theory)/e,   z = sign(t) (8ν+1)/(8ν+3) √(ν ln(1 + t²/ν))
    /// ```
    ///
    /// With few replicas the quotient t follows Student's law, whose tails are heavier than Gaussian: at ν = 15 it
    /// exceeds 4 by chance 18 times as often. The score z is the Gaussian quantile of the same tail probability (to
    /// 0.02 for ν ≥ 15 and |z| ≤ 6), so one limit on |z| means the same everywhere; z → t as ν → ∞. The closed form
    /// cannot underflow, as the tail probability itself does at the scores of controls.
    ///
    /// # References
    /// Wallace, Ann. Math. Stat. 30, 1124 (1959).
    pub fn score(&self, theory: f64) -> f64 {
        let t = (self.mean - theory) / self.standard_error;
        let nu = self.degrees_of_freedom;
        let size = (8.0 * nu + 1.0) / (8.0 * nu + 3.0) * (nu * (t * t / nu).ln_1p()).sqrt();
        size.copysign(t)
    }

    /// Whether |[`score`](Self::score)| is at most [`LARGEST_SCORE`].
    pub fn agrees_with(&self, theory: f64) -> bool {
        self.score(theory).abs() <= LARGEST_SCORE
    }
}

/// A count as a float: exact below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of this crate are far below 2^53"
)]
pub(crate) fn as_float(count: usize) -> f64 {
    count as f64
}

/// The nearest count to a number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of this crate are far below 2^53"
)]
pub(crate) fn rounded(x: f64) -> usize {
    x.round() as usize
}

/// Mean of at least one number.
pub(crate) fn mean<X: Borrow<f64>>(
    values: impl IntoIterator<Item = X, IntoIter: ExactSizeIterator>,
) -> f64 {
    let values = values.into_iter();
    let count = as_float(values.len());
    values.map(|x| *x.borrow()).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

    fn estimate(degrees_of_freedom: f64) -> Estimate {
        Estimate {
            mean: 0.0,
            standard_error: 1.0,
            replicas: 16,
            degrees_of_freedom,
        }
    }

    #[test]
    fn mean_and_standard_error_of_known_numbers() {
        let values: Vec<f64> = (0..17).map(f64::from).collect();
        let found = Estimate::from_replicas(&values).unwrap();
        // Sum of squared deviations of 0..=16 is 408, over 17·16 = 272.
        assert_relative_eq!(found.mean, 8.0, epsilon = 1e-14);
        assert_relative_eq!(found.standard_error, 1.5_f64.sqrt(), epsilon = 1e-14);
    }

    #[test]
    fn score_is_the_gaussian_quantile_of_the_student_tail() {
        for nu in [15.0, 31.0, 63.0, 999.0] {
            for t in [0.5, 2.0, 4.0, 6.0] {
                let tail = StudentsT::new(0.0, 1.0, nu).unwrap().sf(t);
                let exact = -Normal::standard().inverse_cdf(tail);
                // Wallace's bound on the error of his approximation, rounded up.
                assert_relative_eq!(estimate(nu).score(-t), exact, epsilon = 0.02);
                assert_relative_eq!(estimate(nu).score(t), -exact, epsilon = 0.02);
            }
        }
    }

    #[test]
    fn a_share_of_nothing_has_the_error_of_about_one_replica() {
        let none = Estimate::of_share(0, 98);
        // p = 1/100: √(0.01 · 0.99/101).
        assert_relative_eq!(
            none.standard_error,
            (0.0099_f64 / 101.0).sqrt(),
            epsilon = 1e-15
        );
        assert!(none.agrees_with(0.01) && !none.agrees_with(0.1));
    }

    #[test]
    fn a_hopeless_theory_has_a_large_finite_score() {
        let score = estimate(15.0).score(1e100);
        assert!(score.is_finite() && score < -50.0);
    }

    #[test]
    fn equal_replicas_and_few_replicas_are_refused() {
        assert!(matches!(
            Estimate::from_replicas(&[1.0; 20]),
            Err(Error::NoScatter { .. })
        ));
        assert!(matches!(
            Estimate::from_replicas(&[1.0, 2.0]),
            Err(Error::TooFewReplicas { found: 2, .. })
        ));
        let mut values = vec![0.5; 20];
        values[3] = f64::NAN;
        assert!(matches!(
            Estimate::from_replicas(&values),
            Err(Error::NoScatter { .. })
        ));
    }
}
