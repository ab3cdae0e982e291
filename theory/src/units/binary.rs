//! Units that are 0 or 1.

use super::UnitPrior;

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
