//! Units that are mostly 0, and otherwise ±.

use super::UnitPrior;
use crate::error::{Result, check};
use crate::numerics::ln_cosh;

/// A unit of unit variance that is 0 but for a fraction ρ of cases, in which it is one of two opposite values.
///
/// ```text
/// P = (1 − ρ) δ(x) + (ρ/2) [δ(x − 1/√ρ) + δ(x + 1/√ρ)]
/// φ(a, b) = ln[1 − ρ + ρ exp(−a/2ρ) cosh(b/√ρ)],   ⟨x⟩ = π T/√ρ,   var x = π (1 − π T²)/ρ
/// ```
///
/// where ρ in (0, 1] is the density, π the probability of a value other than 0, and T = tanh(b/√ρ). P is normalised, unlike the
/// weight of [`Spin`](super::Spin); ρ = 1 is the Rademacher law, ±1 with equal probability.
///
/// # References
/// Deshpande & Montanari, IEEE ISIT 2014, 2197; Lesieur, Krzakala & Zdeborová, J. Stat. Mech. 073403 (2017), section 4.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SparseRademacher {
    density: f64,
}

impl SparseRademacher {
    /// The Rademacher law: ±1 with equal probability.
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

    /// ln of what the two values contribute to exp φ.
    fn log_weight(self, precision: f64, scaled_field: f64) -> f64 {
        self.density.ln() - 0.5 * precision / self.density + ln_cosh(scaled_field)
    }

    /// The probabilities of ± and of 0.
    fn probabilities(self, precision: f64, scaled_field: f64) -> [f64; 2] {
        let log_odds = self.log_weight(precision, scaled_field) - (-self.density).ln_1p();
        [logistic(log_odds), logistic(-log_odds)]
    }
}

impl UnitPrior for SparseRademacher {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        let scaled = field / self.density.sqrt();
        let half = 0.5 * precision / self.density;
        let (up, down) = (scaled - half, -scaled - half);
        if up.abs().max(down.abs()) < 1.0 {
            // Near no field at all φ is small, and the sum of exponentials would round it away.
            return (self.density * 0.5 * (up.exp_m1() + down.exp_m1())).ln_1p();
        }
        log_sum((-self.density).ln_1p(), self.log_weight(precision, scaled))
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        let scaled = field / self.density.sqrt();
        let [some, _] = self.probabilities(precision, scaled);
        some * scaled.tanh() / self.density.sqrt()
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        let scaled = field / self.density.sqrt();
        let [some, none] = self.probabilities(precision, scaled);
        let decay = (-2.0 * scaled.abs()).exp();
        // 1 − π T² = sech² + (1 − π) T²: no digits are lost where the value is certain.
        let spread = 4.0 * decay / (1.0 + decay).powi(2) + none * scaled.tanh().powi(2);
        some * spread / self.density
    }
}

/// A fraction of cases in which a sparse unit is not 0.
pub(super) fn checked_density(density: f64) -> Result<f64> {
    check("density", "above 0 and at most 1", density, |rho| {
        rho > 0.0 && rho <= 1.0
    })
}

/// 1/(1 + exp(−x)).
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// ln(exp x + exp y), either of which may be −∞.
pub(super) fn log_sum(x: f64, y: f64) -> f64 {
    let largest = x.max(y);
    if largest.is_infinite() {
        return largest;
    }
    largest + (x.min(y) - largest).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Spin;
    use approx::assert_relative_eq;
    use std::f64::consts::LN_2;

    #[test]
    fn at_full_density_it_is_a_normalised_spin() {
        for (a, b) in [
            (0.0, 0.0),
            (0.3, 0.7),
            (2.0, -5.0),
            (1e3, 0.0),
            (900.0, 800.0),
        ] {
            let (dense, spin) = (SparseRademacher::DENSE, Spin);
            // Rounding of terms of the size of a and b.
            let expected = spin.log_partition(a, b) - LN_2;
            assert_relative_eq!(dense.log_partition(a, b), expected, epsilon = 1e-12);
            assert_relative_eq!(dense.mean(a, b), spin.mean(a, b), epsilon = 1e-15);
            assert_relative_eq!(
                dense.variance(a, b),
                spin.variance(a, b),
                max_relative = 1e-14
            );
        }
    }

    #[test]
    fn it_is_the_sum_over_its_three_values() {
        for (rho, a, b) in [
            (0.05, 0.3_f64, 0.7),
            (0.4, 2.0, -3.0),
            (0.02, -0.1, 0.01),
            (0.9, 5.0, 9.0),
        ] {
            let prior = SparseRademacher::new(rho).unwrap();
            let value = 1.0 / rho.sqrt();
            let weight = |sign: f64| 0.5 * rho * (b * sign * value - 0.5 * a * value * value).exp();
            let total = 1.0 - rho + weight(1.0) + weight(-1.0);
            let mean = value * (weight(1.0) - weight(-1.0)) / total;
            let square = value * value * (weight(1.0) + weight(-1.0)) / total;
            // A few roundings of each form.
            assert_relative_eq!(prior.log_partition(a, b), total.ln(), epsilon = 1e-14);
            assert_relative_eq!(prior.mean(a, b), mean, max_relative = 1e-13);
            assert_relative_eq!(
                prior.variance(a, b),
                square - mean * mean,
                max_relative = 1e-12
            );
        }
    }

    #[test]
    fn extreme_fields_leave_it_finite_and_certain() {
        let prior = SparseRademacher::new(0.02).unwrap();
        for (a, b) in [(1e6, 1e6), (1e3, -1e6), (0.0, 1e8), (1e6, 0.0)] {
            assert!(prior.log_partition(a, b).is_finite());
            assert!(prior.mean(a, b).abs() <= 1.0 / 0.02_f64.sqrt());
            assert!(prior.variance(a, b) >= 0.0);
        }
        assert_relative_eq!(
            prior.log_partition(1e6, 0.0),
            0.98_f64.ln(),
            epsilon = 1e-15
        );
    }

    #[test]
    fn a_density_outside_its_domain_is_refused() {
        for density in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(SparseRademacher::new(density).is_err());
        }
    }
}
