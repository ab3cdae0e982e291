//! Units that are mostly 0, and otherwise Gaussian.

use super::UnitPrior;
use super::sparse_rademacher::{checked_density, log_sum, logistic};
use crate::error::Result;

/// A unit of unit variance that is 0 but for a fraction ρ of cases, in which it is Gaussian.
///
/// ```text
/// P = (1 − ρ) δ(x) + ρ N(x; 0, 1/ρ)
/// φ(a, b) = ln[1 − ρ + ρ (1 + a/ρ)^(−1/2) exp(b²/2(ρ + a))]
/// ⟨x⟩ = π b/(ρ + a),   var x = π/(ρ + a) + π (1 − π) b²/(ρ + a)²
/// ```
///
/// where ρ in (0, 1] is the density and π the probability of a value other than 0; φ is +∞ for a ≤ −ρ. P is normalised, unlike
/// the weight of [`Gaussian`](super::Gaussian); ρ = 1 is the standard normal law.
///
/// # References
/// Lesieur, Krzakala & Zdeborová, J. Stat. Mech. 073403 (2017), section 4.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SparseGaussian {
    density: f64,
}

impl SparseGaussian {
    /// The standard normal law.
    pub const DENSE: Self = Self { density: 1.0 };

    /// The law of this density.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless 0 < `density` ≤ 1.
    pub fn new(density: f64) -> Result<Self> {
        let density = checked_density(density)?;
        Ok(Self { density })
    }

    /// The fraction of cases in which the unit is not 0.
    pub fn density(&self) -> f64 {
        self.density
    }

    /// ln of the Gaussian's part of exp φ, over ρ.
    fn log_slab(self, precision: f64, field: f64) -> f64 {
        let total = self.density + precision;
        0.5 * field * field / total - 0.5 * (precision / self.density).ln_1p()
    }

    /// The probabilities of the Gaussian and of 0.
    fn probabilities(self, precision: f64, field: f64) -> [f64; 2] {
        let prior = self.density.ln() - (-self.density).ln_1p();
        let log_odds = prior + self.log_slab(precision, field);
        [logistic(log_odds), logistic(-log_odds)]
    }

    fn diverges(self, precision: f64) -> bool {
        precision <= -self.density
    }
}

impl UnitPrior for SparseGaussian {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        if self.diverges(precision) {
            return f64::INFINITY;
        }
        let slab = self.log_slab(precision, field);
        if slab.abs() < 1.0 {
            // Near no field at all φ is small, and the sum of exponentials would round it away.
            return (self.density * slab.exp_m1()).ln_1p();
        }
        log_sum((-self.density).ln_1p(), self.density.ln() + slab)
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        if self.diverges(precision) {
            return f64::INFINITY.copysign(field);
        }
        self.probabilities(precision, field)[0] * field / (self.density + precision)
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        if self.diverges(precision) {
            return f64::INFINITY;
        }
        let [some, none] = self.probabilities(precision, field);
        let total = self.density + precision;
        some * (1.0 / total + none * (field / total).powi(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_averages;
    use approx::assert_relative_eq;

    #[test]
    fn at_full_density_it_is_the_standard_normal_law() {
        for (a, b) in [(0.0, 0.0), (0.3, 0.7), (2.0, -5.0), (900.0, 800.0)] {
            let dense = SparseGaussian::DENSE;
            let expected = 0.5 * b * b / (1.0 + a) - 0.5 * f64::ln_1p(a);
            assert_relative_eq!(dense.log_partition(a, b), expected, epsilon = 1e-12);
            assert_relative_eq!(dense.mean(a, b), b / (1.0 + a), max_relative = 1e-14);
            assert_relative_eq!(dense.variance(a, b), 1.0 / (1.0 + a), max_relative = 1e-14);
        }
    }

    #[test]
    fn it_is_the_average_over_its_values() {
        for (rho, a, b) in [
            (0.05, 0.3_f64, 0.7),
            (0.4, 2.0, -3.0),
            (0.02, -0.01, 0.01),
            (0.9, 5.0, 9.0),
        ] {
            let prior = SparseGaussian::new(rho).unwrap();
            let moments = |z: f64| {
                let x = z / f64::sqrt(rho);
                let weight = (b * x - 0.5 * a * x * x).exp();
                [weight, weight * x, weight * x * x]
            };
            let [weight, mean, square] = gaussian_averages(moments, &[], 1e-13).unwrap().value;
            let total = 1.0 - rho + rho * weight;
            let (mean, square) = (rho * mean / total, rho * square / total);
            // The quadrature's tolerance, enlarged by the moments' cancellation.
            assert_relative_eq!(prior.log_partition(a, b), total.ln(), epsilon = 1e-12);
            assert_relative_eq!(prior.mean(a, b), mean, max_relative = 1e-11);
            assert_relative_eq!(
                prior.variance(a, b),
                square - mean * mean,
                max_relative = 1e-10
            );
        }
    }

    #[test]
    fn where_the_integral_diverges_all_is_infinite() {
        let prior = SparseGaussian::new(0.25).unwrap();
        assert!(prior.log_partition(-0.25, 0.0).is_infinite());
        assert!(prior.mean(-0.3, -1.0) < f64::MIN && prior.variance(-1.0, 0.0) > f64::MAX);
        assert!(prior.log_partition(-0.2, 3.0).is_finite());
    }

    #[test]
    fn a_density_outside_its_domain_is_refused() {
        for density in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(SparseGaussian::new(density).is_err());
        }
    }
}
