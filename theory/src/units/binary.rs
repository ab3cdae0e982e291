//! Units that are 0 or 1.

use super::{MachineUnit, UnitPrior, log_of_decays};

/// A unit that is 0 or 1, each of weight one.
///
/// ```text
/// φ(a, b) = ln(1 + exp(b − a/2)),   ⟨x⟩ = 1/(1 + exp(a/2 − b)),   var x = ⟨x⟩ (1 − ⟨x⟩)
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Binary;

impl UnitPrior for Binary {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        let odds = field - 0.5 * precision;
        odds.max(0.0) + (-odds.abs()).exp().ln_1p()
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        // Either end of the range is reached without overflow: exp of the odds' other sign may be infinite.
        1.0 / (1.0 + (0.5 * precision - field).exp())
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        let decay = (-(field - 0.5 * precision).abs()).exp();
        decay / (1.0 + decay).powi(2)
    }
}

impl MachineUnit for Binary {
    fn name(&self) -> &'static str {
        "binary"
    }

    /// From one exponential.
    fn response(&self, field: f64) -> [f64; 3] {
        let decay = (-field.abs()).exp();
        let sum = 1.0 + decay;
        let larger = 1.0 / sum;
        [
            field.max(0.0) + decay.ln_1p(),
            if field >= 0.0 { larger } else { decay / sum },
            decay / (sum * sum),
        ]
    }

    fn third_and_fourth_cumulant(&self, field: f64) -> [f64; 2] {
        let variance = self.variance(0.0, field);
        [
            -(0.5 * field).tanh() * variance,
            variance * (1.0 - 6.0 * variance),
        ]
    }

    fn largest_variance(&self) -> f64 {
        0.25
    }

    fn log_partition_of_layer(&self, fields: &[f64]) -> f64 {
        fields.iter().map(|x| x.max(0.0)).sum::<f64>() + log_of_decays(fields, -1.0)
    }

    fn states(&self) -> Option<[f64; 2]> {
        Some([0.0, 1.0])
    }

    fn variance_at_mean(&self, mean: f64) -> Option<[f64; 2]> {
        Some([mean * (1.0 - mean), 0.5 - mean])
    }
}
