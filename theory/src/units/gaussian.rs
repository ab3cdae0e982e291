//! Real units of quadratic potential.

use std::f64::consts::TAU;

use super::{MachineUnit, UnitPrior};

/// A real unit of potential U = h²/2.
///
/// ```text
/// φ(a, b) = b²/(2(1 + a)) + ½ ln(2π/(1 + a)),   ⟨x⟩ = b/(1 + a),   var x = 1/(1 + a)
/// ```
///
/// The integral diverges for a ≤ −1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gaussian;

impl UnitPrior for Gaussian {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        let stiffness = 1.0 + precision;
        if stiffness <= 0.0 {
            return f64::INFINITY;
        }
        0.5 * (field * (field / stiffness) + (TAU / stiffness).ln())
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        if precision <= -1.0 {
            return f64::INFINITY.copysign(field);
        }
        field / (1.0 + precision)
    }

    fn variance(&self, precision: f64, _field: f64) -> f64 {
        if precision <= -1.0 {
            return f64::INFINITY;
        }
        1.0 / (1.0 + precision)
    }
}

impl MachineUnit for Gaussian {
    fn name(&self) -> &'static str {
        "gaussian"
    }

    fn third_and_fourth_cumulant(&self, _field: f64) -> [f64; 2] {
        [0.0, 0.0]
    }

    fn largest_variance(&self) -> f64 {
        1.0
    }

    fn variance_at_mean(&self, _mean: f64) -> Option<[f64; 2]> {
        Some([1.0, 0.0])
    }
}
