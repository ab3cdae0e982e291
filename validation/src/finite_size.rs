//! Extrapolation to infinite size in stated powers of N.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::comparison::{Estimate, as_float};
use crate::error::{Error, Result};

/// Smallest probability of a χ² as large as the one found at which a fit is accepted: that of |z| > 4.
const SMALLEST_PROBABILITY: f64 = 6.334_248_366_623_996e-5;

/// Weighted least-squares fit of measurements at several sizes.
///
/// ```text
/// limit:     y(N) = y_∞ + Σ_j c_j N^(−p_j)
/// exponent:  ln y(N) = y_∞ ln N + c_0 + Σ_j c_j N^(−p_j)
/// ```
///
/// with weights 1/e(N)², where y(N) ± e(N) are the measurements, the powers `p_j` > 0 are stated by the caller and `y_∞` and
/// the `c_j` are fitted. The standard error of `y_∞` carries Satterthwaite's degrees of freedom, since the e(N) are estimates
/// themselves.
///
/// # References
/// Satterthwaite, Biometrics Bull. 2, 110 (1946).
#[derive(Debug, Clone, PartialEq)]
pub struct Extrapolation {
    /// The limit or exponent `y_∞`; its `replicas` are those of all sizes together.
    pub limit: Estimate,
    /// χ² = Σ (y(N) − fit)²/e(N)².
    pub chi_squared: f64,
    /// Number of sizes minus number of fitted coefficients, at least 1.
    pub degrees_of_freedom: usize,
    /// 1/e(N).
    scale: Vec<f64>,
    /// y(N)/e(N).
    measured: Vec<f64>,
    /// What `y_∞` multiplies, over e(N).
    target: Vec<f64>,
    /// What the other coefficients multiply, over e(N), made orthonormal.
    others: Vec<Vec<f64>>,
}

/// Whether a χ² is no larger than chance allows.
pub(crate) fn is_acceptable(chi_squared: f64, degrees_of_freedom: usize) -> bool {
    ChiSquared::new(as_float(degrees_of_freedom))
        .is_ok_and(|law| law.sf(chi_squared) >= SMALLEST_PROBABILITY)
}

impl Extrapolation {
    /// Fits the limit of `points`, pairs of size N and estimate, with one correction N^(−p) for each of `powers`.
    ///
    /// # Errors
    /// [`Error::TooFewSizes`] unless there are at least two more points than powers.
    pub fn fit(points: &[(usize, Estimate)], powers: &[f64]) -> Result<Self> {
        let corrections: Vec<Vec<f64>> = powers.iter().map(|&p| decay(points, p)).collect();
        Self::solve(points, &decay(points, 0.0), &corrections)
    }

    /// Fits the exponent with which the positive means of `points` grow with N, with one correction for each of `powers`.
    ///
    /// # Errors
    /// [`Error::TooFewSizes`] unless there are at least three more points than powers; [`Error::NoScatter`] if a mean is
    /// not positive.
    pub fn exponent(points: &[(usize, Estimate)], powers: &[f64]) -> Result<Self> {
        let logarithm = |(n, y): &(usize, Estimate)| {
            let standard_error = y.standard_error / y.mean;
            if standard_error > 0.0 {
                Ok((
                    *n,
                    Estimate {
                        mean: y.mean.ln(),
                        standard_error,
                        ..*y
                    },
                ))
            } else {
                Err(Error::NoScatter { standard_error })
            }
        };
        let logarithms: Vec<_> = points.iter().map(logarithm).collect::<Result<_>>()?;
        let others: Vec<_> = [0.0]
            .iter()
            .chain(powers)
            .map(|&p| decay(points, p))
            .collect();
        let target: Vec<f64> = points.iter().map(|(n, _)| as_float(*n).ln()).collect();
        Self::solve(&logarithms, &target, &others)
    }

    fn solve(points: &[(usize, Estimate)], target: &[f64], others: &[Vec<f64>]) -> Result<Self> {
        let unknowns = others.len() + 1;
        if points.len() <= unknowns {
            return Err(Error::TooFewSizes {
                found: points.len(),
                unknowns,
            });
        }
        let scale: Vec<f64> = points.iter().map(|(_, y)| 1.0 / y.standard_error).collect();
        let weigh = |column: &[f64]| column.iter().zip(&scale).map(|(x, s)| x * s).collect();
        let measured: Vec<f64> = points
            .iter()
            .map(|(_, y)| y.mean / y.standard_error)
            .collect();
        let target: Vec<f64> = weigh(target);
        let others = orthonormal(others.iter().map(|column| weigh(column)));
        // The target made orthogonal to the other columns carries its coefficient alone.
        let mut pure = target.clone();
        remove_projections(&mut pure, &others);
        let limit = combine(points, &pure, &measured);
        let mut residual = measured.clone();
        remove_projections(&mut residual, &others);
        let chi_squared = residual
            .iter()
            .zip(&pure)
            .map(|(r, c)| (r - limit.mean * c).powi(2))
            .sum();
        let degrees_of_freedom = points.len() - unknowns;
        Ok(Self {
            limit,
            chi_squared,
            degrees_of_freedom,
            scale,
            measured,
            target,
            others,
        })
    }

    /// Whether χ² is no larger than chance allows: the stated powers describe the measurements.
    pub fn is_acceptable(&self) -> bool {
        is_acceptable(self.chi_squared, self.degrees_of_freedom)
    }

    /// The fit's value (its logarithm for an exponent) at each size when `y_∞` is held at `limit` and only the rest is
    /// fitted.
    pub fn law_towards(&self, limit: f64) -> Vec<f64> {
        let mut law: Vec<f64> = self.target.iter().map(|t| limit * t).collect();
        let missing: Vec<f64> = self.measured.iter().zip(&law).map(|(y, l)| y - l).collect();
        for direction in &self.others {
            let amplitude = dot(direction, &missing);
            law.iter_mut()
                .zip(direction)
                .for_each(|(l, d)| *l += amplitude * d);
        }
        law.iter().zip(&self.scale).map(|(l, s)| l / s).collect()
    }
}

/// N^(−p) at each size.
fn decay(points: &[(usize, Estimate)], power: f64) -> Vec<f64> {
    points
        .iter()
        .map(|(n, _)| as_float(*n).powf(-power))
        .collect()
}

/// The coefficient of the column `pure` as the linear combination of measurements that it is.
fn combine(points: &[(usize, Estimate)], pure: &[f64], measured: &[f64]) -> Estimate {
    let norm = dot(pure, pure);
    let shares = pure.iter().map(|c| c * c / norm);
    let spread: f64 = shares
        .zip(points)
        .map(|(share, (_, y))| share * share / y.degrees_of_freedom)
        .sum();
    Estimate {
        mean: dot(pure, measured) / norm,
        standard_error: norm.sqrt().recip(),
        replicas: points.iter().map(|(_, y)| y.replicas).sum(),
        degrees_of_freedom: spread.recip(),
    }
}

/// Gram-Schmidt, each vector twice against its predecessors: powers of N are nearly parallel.
fn orthonormal(columns: impl Iterator<Item = Vec<f64>>) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for mut column in columns {
        remove_projections(&mut column, &basis);
        let norm = dot(&column, &column).sqrt();
        for x in &mut column {
            *x /= norm;
        }
        basis.push(column);
    }
    basis
}

fn remove_projections(vector: &mut [f64], basis: &[Vec<f64>]) {
    for direction in basis.iter().chain(basis) {
        let amplitude = dot(direction, vector);
        vector
            .iter_mut()
            .zip(direction)
            .for_each(|(v, d)| *v -= amplitude * d);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn points(law: impl Fn(f64) -> f64, errors: &[f64]) -> Vec<(usize, Estimate)> {
        let at = |(i, e): (usize, &f64)| {
            let n = 50 << i;
            let y = Estimate {
                mean: law(as_float(n)),
                standard_error: *e,
                replicas: 32,
                degrees_of_freedom: 31.0,
            };
            (n, y)
        };
        errors.iter().enumerate().map(at).collect()
    }

    #[test]
    fn an_exact_law_is_recovered_with_its_limit() {
        let law = |n: f64| 5.0 - 2.0 * n.powf(-2.0 / 3.0) + 7.0 / n;
        let points = points(law, &[1e-3, 2e-3, 1e-3, 3e-3, 1e-3]);
        let fit = Extrapolation::fit(&points, &[2.0 / 3.0, 1.0]).unwrap();
        // Rounding, magnified by nearly parallel columns.
        assert_relative_eq!(fit.limit.mean, 5.0, epsilon = 1e-11);
        assert!(fit.chi_squared < 1e-12 && fit.degrees_of_freedom == 2 && fit.is_acceptable());
        for ((_, y), value) in points.iter().zip(fit.law_towards(5.0)) {
            assert_relative_eq!(value, y.mean, epsilon = 1e-11);
        }
    }

    #[test]
    fn a_straight_line_through_three_points_has_the_textbook_error() {
        // x = 1/50, 1/100, 1/200 with equal errors e: var y_∞ = e² Σx²/(n Σx² − (Σx)²).
        let fit = Extrapolation::fit(&points(|_| 1.0, &[0.1; 3]), &[1.0]).unwrap();
        let (sum, squares) = (0.035, 0.000_525);
        let expected = 0.1 * f64::sqrt(squares / (3.0 * squares - sum * sum));
        assert_relative_eq!(fit.limit.standard_error, expected, epsilon = 1e-12);
        assert!(fit.limit.degrees_of_freedom > 31.0 && fit.limit.degrees_of_freedom < 93.0);
        assert_eq!(fit.limit.replicas, 96);
    }

    #[test]
    fn without_corrections_the_limit_is_the_weighted_mean() {
        let fit = Extrapolation::fit(&points(|n| n, &[1.0, 2.0]), &[]).unwrap();
        assert_relative_eq!(fit.limit.mean, (50.0 + 100.0 / 4.0) / 1.25, epsilon = 1e-12);
        assert_relative_eq!(
            fit.limit.standard_error,
            1.25_f64.sqrt().recip(),
            epsilon = 1e-12
        );
    }

    #[test]
    fn a_power_law_is_recovered_with_its_exponent() {
        let points = points(|n| 3.0 * n.powf(-1.0 / 3.0), &[1e-3, 2e-3, 1e-3, 3e-3]);
        let fit = Extrapolation::exponent(&points, &[]).unwrap();
        // Rounding.
        assert_relative_eq!(fit.limit.mean, -1.0 / 3.0, epsilon = 1e-12);
        for ((_, y), value) in points.iter().zip(fit.law_towards(-1.0 / 3.0)) {
            assert_relative_eq!(value, y.mean.ln(), epsilon = 1e-12);
        }
    }

    #[test]
    fn a_wrong_power_is_noticed() {
        let points = points(|n| 1.0 + n.powf(-1.0 / 3.0), &[1e-4; 5]);
        assert!(!Extrapolation::fit(&points, &[2.0]).unwrap().is_acceptable());
        assert!(
            Extrapolation::fit(&points, &[1.0 / 3.0])
                .unwrap()
                .is_acceptable()
        );
    }

    #[test]
    fn a_fit_without_freedom_is_refused() {
        let fit = Extrapolation::fit(&points(|_| 1.0, &[0.1; 3]), &[1.0, 2.0]);
        assert!(matches!(
            fit,
            Err(Error::TooFewSizes {
                found: 3,
                unknowns: 3
            })
        ));
    }
}
