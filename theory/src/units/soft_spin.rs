//! Units between a spin and a Gaussian.

use std::fmt;

use super::UnitPrior;
use crate::error::{Result, check};
use crate::numerics::ln_cosh;

/// A unit of unit variance that is a spin with Gaussian noise of variance Ω.
///
/// ```text
/// x = √(1 − Ω) s + √Ω g,   s = ±1 with equal probability,   g ~ N(0, 1),   Ω in [0, 1]
/// φ(a, b) = −½ ln S + (Ω b² − (1 − Ω) a)/2S + ln cosh(√(1 − Ω) b/S),   S = 1 + Ω a
/// ⟨x⟩ = (Ω b + √(1 − Ω) T)/S,   var x = Ω/S + (1 − Ω)(1 − T²)/S²,   T = tanh(√(1 − Ω) b/S)
/// ```
///
/// φ is +∞ for a ≤ −1/Ω. The law is normalised; Ω = 0 is a spin, Ω = 1 the standard normal law. In no field is its variance larger
/// than without.
///
/// # References
/// Barra, Genovese, Sollich & Tantari, Phys. Rev. E 97, 022310 (2018).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftSpin {
    gaussian_variance: f64,
}

impl SoftSpin {
    /// ±1.
    pub const SPIN: Self = Self {
        gaussian_variance: 0.0,
    };
    /// The standard normal law.
    pub const GAUSSIAN: Self = Self {
        gaussian_variance: 1.0,
    };

    /// The law whose Gaussian part has this variance Ω.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless Ω is in [0, 1].
    pub fn new(gaussian_variance: f64) -> Result<Self> {
        let gaussian_variance = check("OMEGA", "in [0, 1]", gaussian_variance, |omega| {
            (0.0..=1.0).contains(&omega)
        })?;
        Ok(Self { gaussian_variance })
    }

    /// Ω.
    pub fn gaussian_variance(&self) -> f64 {
        self.gaussian_variance
    }

    /// √(1 − Ω), the size of the spin.
    pub fn spin_size(&self) -> f64 {
        (1.0 - self.gaussian_variance).sqrt()
    }

    /// E x⁴ = 1 + 4Ω − 2Ω².
    pub fn fourth_moment(&self) -> f64 {
        1.0 + self.gaussian_variance * (4.0 - 2.0 * self.gaussian_variance)
    }

    /// S.
    fn narrowing(self, precision: f64) -> f64 {
        1.0 + self.gaussian_variance * precision
    }

    /// √(1 − Ω) b/S.
    fn spin_field(self, precision: f64, field: f64) -> f64 {
        self.spin_size() * field / self.narrowing(precision)
    }
}

impl UnitPrior for SoftSpin {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        let narrowing = self.narrowing(precision);
        if narrowing <= 0.0 {
            return f64::INFINITY;
        }
        let omega = self.gaussian_variance;
        let square = omega * field * field - (1.0 - omega) * precision;
        let width = (omega * precision).ln_1p();
        0.5 * (square / narrowing - width) + ln_cosh(self.spin_field(precision, field))
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        let narrowing = self.narrowing(precision);
        if narrowing <= 0.0 {
            return f64::INFINITY.copysign(field);
        }
        let tanh = self.spin_field(precision, field).tanh();
        (self.gaussian_variance * field + self.spin_size() * tanh) / narrowing
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        let narrowing = self.narrowing(precision);
        if narrowing <= 0.0 {
            return f64::INFINITY;
        }
        let sech = self.spin_field(precision, field).cosh().recip();
        let share = self.spin_size() * sech / narrowing;
        self.gaussian_variance / narrowing + share * share
    }
}

/// The name on the command line and in tables: `soft:0.3`, at the ends `rademacher` and `gaussian`.
impl fmt::Display for SoftSpin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::SPIN {
            formatter.write_str("rademacher")
        } else if *self == Self::GAUSSIAN {
            formatter.write_str("gaussian")
        } else {
            write!(formatter, "soft:{}", self.gaussian_variance)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_averages;
    use crate::units::{SparseGaussian, SparseRademacher};
    use approx::assert_relative_eq;

    #[test]
    fn it_is_the_average_over_its_values() {
        for (omega, a, b) in [
            (0.0, 0.3_f64, 0.7),
            (0.3, 2.0, -3.0),
            (0.3, -0.9, 0.4),
            (0.8, -0.2, 1.5),
            (1.0, 5.0, 9.0),
        ] {
            let unit = SoftSpin::new(omega).unwrap();
            let moments = |z: f64| {
                let pair = [1.0, -1.0].map(|s| {
                    let x = unit.spin_size() * s + omega.sqrt() * z;
                    let weight = 0.5 * (b * x - 0.5 * a * x * x).exp();
                    [weight, weight * x, weight * x * x]
                });
                std::array::from_fn(|i| pair[0][i] + pair[1][i])
            };
            let [weight, mean, square] = gaussian_averages(moments, &[], 1e-13).unwrap().value;
            let (mean, square) = (mean / weight, square / weight);
            // The quadrature's tolerance, enlarged by the moments' cancellation.
            assert_relative_eq!(unit.log_partition(a, b), weight.ln(), epsilon = 1e-12);
            assert_relative_eq!(unit.mean(a, b), mean, max_relative = 1e-11);
            let variance = square - mean * mean;
            assert_relative_eq!(unit.variance(a, b), variance, max_relative = 1e-10);
        }
    }

    #[test]
    fn at_its_ends_it_is_a_spin_and_a_gaussian() {
        for (a, b) in [(0.0, 0.0), (0.3, 0.7), (2.0, -5.0)] {
            let ends: [(SoftSpin, &dyn UnitPrior); 2] = [
                (SoftSpin::SPIN, &SparseRademacher::DENSE),
                (SoftSpin::GAUSSIAN, &SparseGaussian::DENSE),
            ];
            for (soft, known) in ends {
                let values = |unit: &dyn UnitPrior| {
                    [
                        unit.log_partition(a, b),
                        unit.mean(a, b),
                        unit.variance(a, b),
                    ]
                };
                for (soft, known) in values(&soft).into_iter().zip(values(known)) {
                    // Rounding of a few terms.
                    assert_relative_eq!(soft, known, epsilon = 1e-14, max_relative = 1e-13);
                }
            }
        }
    }

    #[test]
    fn where_the_integral_diverges_all_is_infinite() {
        let unit = SoftSpin::new(0.25).unwrap();
        assert!(unit.log_partition(-4.0, 0.0).is_infinite());
        assert!(unit.mean(-5.0, -1.0) < f64::MIN && unit.variance(-4.0, 0.0) > f64::MAX);
        assert!(unit.log_partition(-3.9, 3.0).is_finite());
    }

    #[test]
    fn a_law_has_one_name_and_a_bad_one_none() {
        let name = |omega| SoftSpin::new(omega).unwrap().to_string();
        assert_eq!(
            [0.0, 0.3, 1.0].map(name),
            ["rademacher", "soft:0.3", "gaussian"]
        );
        for omega in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(SoftSpin::new(omega).is_err());
        }
    }
}
