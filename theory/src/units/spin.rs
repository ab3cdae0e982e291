//! Units that are ±1.

use super::{MachineUnit, UnitPrior, log_of_decays};
use crate::numerics::ln_2cosh;

/// A unit that is −1 or +1, each of weight one.
///
/// ```text
/// φ(a, b) = ln 2cosh b − a/2,   ⟨x⟩ = tanh b,   var x = sech² b
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spin;

impl UnitPrior for Spin {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        ln_2cosh(field) - 0.5 * precision
    }

    fn mean(&self, _precision: f64, field: f64) -> f64 {
        field.tanh()
    }

    fn variance(&self, _precision: f64, field: f64) -> f64 {
        // 1 − tanh² loses every digit beyond |b| = 18.
        let decay = (-2.0 * field.abs()).exp();
        4.0 * decay / (1.0 + decay).powi(2)
    }

    fn mean_and_variance(&self, _precision: f64, field: f64) -> [f64; 2] {
        let decay = (-2.0 * field.abs()).exp();
        // Near 0 the difference 1 − decay would lose digits.
        let mean = if field.abs() < 0.5 {
            field.tanh()
        } else {
            ((1.0 - decay) / (1.0 + decay)).copysign(field)
        };
        [mean, 4.0 * decay / (1.0 + decay).powi(2)]
    }
}

impl MachineUnit for Spin {
    fn name(&self) -> &'static str {
        "spin"
    }

    /// From one exponential.
    fn response(&self, field: f64) -> [f64; 3] {
        let decay = (-2.0 * field.abs()).exp();
        let sum = 1.0 + decay;
        [
            field.abs() + decay.ln_1p(),
            ((1.0 - decay) / sum).copysign(field),
            4.0 * decay / (sum * sum),
        ]
    }

    fn third_and_fourth_cumulant(&self, field: f64) -> [f64; 2] {
        let variance = self.variance(0.0, field);
        [
            -2.0 * field.tanh() * variance,
            variance * (4.0 - 6.0 * variance),
        ]
    }

    fn largest_variance(&self) -> f64 {
        1.0
    }

    fn log_partition_of_layer(&self, fields: &[f64]) -> f64 {
        fields.iter().map(|x| x.abs()).sum::<f64>() + log_of_decays(fields, -2.0)
    }

    fn states(&self) -> Option<[f64; 2]> {
        Some([-1.0, 1.0])
    }

    fn variance_at_mean(&self, mean: f64) -> Option<[f64; 2]> {
        Some([(1.0 - mean) * (1.0 + mean), -mean])
    }
}
