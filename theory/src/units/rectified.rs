//! Rectified units.

use super::half_line::{HalfLine, third_and_fourth_cumulant};
use super::{MachineUnit, UnitPrior};

/// A unit with values h ≥ 0 and potential U = h²/2.
///
/// ```text
/// φ(a, b) = ln R(t) − ½ ln(1 + a),   R(t) = √(2π) Φ(t) exp(t²/2),   t = b/√(1 + a)
/// ⟨x⟩ = (t + 1/R)/√(1 + a),   var x = (1 − (t + 1/R)/R)/(1 + a)
/// ```
///
/// For t ≪ 0 these are `−ln|b|`, `1/|b|` and `1/b²`. The integral diverges for a < −1, and at a = −1 for b ≥ 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rectified;

impl UnitPrior for Rectified {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        HalfLine::new(1.0 + precision, field).log_weight
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        HalfLine::new(1.0 + precision, field).mean
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        HalfLine::new(1.0 + precision, field).variance
    }

    fn mean_and_variance(&self, precision: f64, field: f64) -> [f64; 2] {
        let law = HalfLine::new(1.0 + precision, field);
        [law.mean, law.variance]
    }
}

impl MachineUnit for Rectified {
    fn name(&self) -> &'static str {
        "relu"
    }

    fn response(&self, field: f64) -> [f64; 3] {
        let law = HalfLine::new(1.0, field);
        [law.log_weight, law.mean, law.variance]
    }

    fn third_and_fourth_cumulant(&self, field: f64) -> [f64; 2] {
        third_and_fourth_cumulant(field)
    }

    /// That of strong fields, where the unit is Gaussian.
    fn largest_variance(&self) -> f64 {
        1.0
    }
}
