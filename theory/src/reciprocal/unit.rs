//! One unit in a field: its cumulants.

use std::f64::consts::{LN_2, PI};

/// Kind of a unit, which fixes what it does in a field I.
///
/// ```text
/// spin ±1:     φ(I) = ln 2cosh I
/// binary 0/1:  φ(I) = ln(1 + e^I)
/// gaussian:    φ(I) = I²/2 + ln √(2π),   potential U = h²/2
/// ```
///
/// φ generates the cumulants: `φ' = ⟨h|I⟩`, `φ'' = var(h|I)`, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// ±1.
    Spin,
    /// 0 or 1.
    Binary,
    /// Any real number, with unit variance.
    Gaussian,
}

impl Unit {
    /// φ(I) = ln ∫ exp(−U(h) + hI) dh, or the sum over the two states.
    pub fn log_partition(self, field: f64) -> f64 {
        match self {
            Self::Spin => field.abs() + (-2.0 * field.abs()).exp().ln_1p(),
            Self::Binary => field.max(0.0) + (-field.abs()).exp().ln_1p(),
            Self::Gaussian => 0.5 * (field * field + (2.0 * PI).ln()),
        }
    }

    /// Σ φ(I) over the units of a layer: one exponential per unit, and a logarithm for a few hundred.
    pub fn log_partition_of_layer(self, fields: &[f64]) -> f64 {
        // The product of (1 + e^−x) over a chunk is below 2^512 and cannot overflow.
        let factors = |chunk: &[f64], rate: f64| -> f64 {
            let factor = |field: &f64| 1.0 + (rate * field.abs()).exp();
            chunk.iter().map(factor).product::<f64>().ln()
        };
        let chunks = fields.chunks(512);
        match self {
            Self::Spin => {
                let linear: f64 = fields.iter().map(|x| x.abs()).sum();
                linear + chunks.map(|chunk| factors(chunk, -2.0)).sum::<f64>()
            }
            Self::Binary => {
                let linear: f64 = fields.iter().map(|x| x.max(0.0)).sum();
                linear + chunks.map(|chunk| factors(chunk, -1.0)).sum::<f64>()
            }
            Self::Gaussian => fields.iter().map(|&x| self.log_partition(x)).sum(),
        }
    }

    /// φ'(I), the mean.
    pub fn mean(self, field: f64) -> f64 {
        match self {
            Self::Spin => field.tanh(),
            Self::Binary => {
                let small = (-field.abs()).exp();
                if field >= 0.0 {
                    1.0 / (1.0 + small)
                } else {
                    small / (1.0 + small)
                }
            }
            Self::Gaussian => field,
        }
    }

    /// φ''(I), the variance; to full relative precision in strong fields.
    pub fn variance(self, field: f64) -> f64 {
        let of_binary = |field: f64| {
            let small = (-field.abs()).exp();
            small / ((1.0 + small) * (1.0 + small))
        };
        match self {
            // A spin is 2b − 1 for a binary unit b in twice the field.
            Self::Spin => 4.0 * of_binary(2.0 * field),
            Self::Binary => of_binary(field),
            Self::Gaussian => 1.0,
        }
    }

    /// φ, φ' and φ'' at once, from one exponential.
    pub(super) fn response(self, field: f64) -> [f64; 3] {
        match self {
            Self::Spin => {
                let small = (-2.0 * field.abs()).exp();
                let sum = 1.0 + small;
                [
                    field.abs() + small.ln_1p(),
                    ((1.0 - small) / sum).copysign(field),
                    4.0 * small / (sum * sum),
                ]
            }
            Self::Binary => {
                let small = (-field.abs()).exp();
                let sum = 1.0 + small;
                let larger = 1.0 / sum;
                [
                    field.max(0.0) + small.ln_1p(),
                    if field >= 0.0 { larger } else { small / sum },
                    small / (sum * sum),
                ]
            }
            Self::Gaussian => [self.log_partition(field), field, 1.0],
        }
    }

    /// The largest variance in any field.
    pub(super) fn largest_variance(self) -> f64 {
        match self {
            Self::Spin | Self::Gaussian => 1.0,
            Self::Binary => 0.25,
        }
    }

    /// φ'''(I).
    pub fn third_cumulant(self, field: f64) -> f64 {
        match self {
            Self::Spin => -2.0 * field.tanh() * self.variance(field),
            Self::Binary => -(0.5 * field).tanh() * self.variance(field),
            Self::Gaussian => 0.0,
        }
    }

    /// φ''''(I); −2 for a spin and −1/8 for a binary unit without a field.
    pub fn fourth_cumulant(self, field: f64) -> f64 {
        let variance = self.variance(field);
        match self {
            Self::Spin => variance * (4.0 - 6.0 * variance),
            Self::Binary => variance * (1.0 - 6.0 * variance),
            Self::Gaussian => 0.0,
        }
    }

    /// The variance as a function of the mean, and half of its derivative.
    ///
    /// ```text
    /// spin: 1 − m², −m     binary: m − m², ½ − m     gaussian: 1, 0
    /// ```
    pub fn variance_at_mean(self, mean: f64) -> (f64, f64) {
        match self {
            Self::Spin => ((1.0 - mean) * (1.0 + mean), -mean),
            Self::Binary => (mean * (1.0 - mean), 0.5 - mean),
            Self::Gaussian => (1.0, 0.0),
        }
    }

    /// The two values of a discrete unit; `None` for a Gaussian one.
    pub fn states(self) -> Option<[f64; 2]> {
        match self {
            Self::Spin => Some([-1.0, 1.0]),
            Self::Binary => Some([0.0, 1.0]),
            Self::Gaussian => None,
        }
    }

    /// φ(0): ln 2 for a discrete unit.
    pub fn free_log_partition(self) -> f64 {
        match self {
            Self::Spin | Self::Binary => LN_2,
            Self::Gaussian => 0.5 * (2.0 * PI).ln(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    const ALL: [Unit; 3] = [Unit::Spin, Unit::Binary, Unit::Gaussian];

    proptest! {
        #[test]
        fn every_cumulant_is_the_derivative_of_the_one_before(field in -6.0_f64..6.0) {
            let step = 1e-4;
            // Central differences: h² times a derivative below 20, and rounding of 1e-16 · 20/h.
            let tolerance = 3e-7;
            for unit in ALL {
                let slope = |f: &dyn Fn(f64) -> f64| (f(field + step) - f(field - step)) / (2.0 * step);
                let together = [unit.log_partition(field), unit.mean(field), unit.variance(field)];
                for (one, other) in unit.response(field).into_iter().zip(together) {
                    assert_relative_eq!(one, other, epsilon = 1e-14, max_relative = 1e-14);
                }
                assert_relative_eq!(unit.mean(field), slope(&|x| unit.log_partition(x)), epsilon = tolerance);
                assert_relative_eq!(unit.variance(field), slope(&|x| unit.mean(x)), epsilon = tolerance);
                assert_relative_eq!(unit.third_cumulant(field), slope(&|x| unit.variance(x)), epsilon = tolerance);
                assert_relative_eq!(unit.fourth_cumulant(field), slope(&|x| unit.third_cumulant(x)), epsilon = tolerance);
            }
        }

        #[test]
        fn the_variance_at_a_mean_is_that_of_its_field(field in -5.0_f64..5.0) {
            for unit in ALL {
                let (variance, half_slope) = unit.variance_at_mean(unit.mean(field));
                // 1 − m² loses the digits that m has in common with 1.
                assert_relative_eq!(variance, unit.variance(field), max_relative = 1e-10);
                let third = 2.0 * half_slope * variance;
                assert_relative_eq!(third, unit.third_cumulant(field), max_relative = 1e-10, epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn a_layer_is_the_sum_over_its_units() {
        let fields: Vec<f64> = (-700..700).map(|i| 0.05 * f64::from(i)).collect();
        for unit in ALL {
            let sum: f64 = fields.iter().map(|&x| unit.log_partition(x)).sum();
            // Rounding of 1400 terms.
            assert_relative_eq!(
                unit.log_partition_of_layer(&fields),
                sum,
                max_relative = 1e-13
            );
        }
    }

    #[test]
    fn strong_fields_neither_overflow_nor_lose_the_variance() {
        for unit in [Unit::Spin, Unit::Binary] {
            assert_relative_eq!(unit.log_partition(1e4), 1e4);
            assert!(unit.variance(300.0) > 0.0);
            assert_relative_eq!(unit.variance(-20.0), unit.variance(20.0));
        }
        assert_relative_eq!(
            Unit::Binary.mean(-40.0),
            (-40.0_f64).exp(),
            max_relative = 1e-14
        );
    }
}
