//! Averages over the field of the hidden unit.

use std::f64::consts::PI;

use crate::error::Result;
use crate::quadrature::gaussian_averages;
use crate::solver::root::find_root;

/// Relative tolerance of Gaussian averages.
const TOLERANCE: f64 = 1e-13;

/// Averages over a field of variance s: `E sech² = 2G'`, `D = E f''''`, `B = E f^(6) = 2D'` and `B' = E f^(8)/2` of f = ln cosh.
#[derive(Debug, Clone, Copy)]
pub(super) struct Averages {
    pub(super) response: f64,
    pub(super) fourth: f64,
    pub(super) sixth: f64,
    pub(super) sixth_slope: f64,
}

impl Averages {
    pub(super) fn at(variance: f64) -> Result<Self> {
        let scale = variance.sqrt();
        let derivatives = |z: f64| {
            let square = (scale * z).tanh().powi(2);
            let sech = (scale * z).cosh().recip().powi(2);
            [
                sech,
                sech * (6.0 * square - 2.0),
                sech * (16.0 - 120.0 * square + 120.0 * square * square),
                sech * (-272.0 + square * (3696.0 + square * (5040.0 * square - 8400.0))),
            ]
        };
        let [response, fourth, sixth, eighth] =
            gaussian_averages(derivatives, &[], TOLERANCE)?.value;
        Ok(Self {
            response,
            fourth,
            sixth,
            sixth_slope: 0.5 * eighth,
        })
    }
}

/// s at which `E sech²(√s z) = response`, 0 < `response` < 1.
pub(super) fn variance_at(response: f64) -> Result<f64> {
    // sech² is at least 1 − u² and has the integral 2: 1 − s ≤ response ≤ √(2/(π s)).
    let (lower, upper) = (
        0.5 * (1.0 - response),
        2.0 / (PI * response * response) + 1.0,
    );
    let excess = |s: f64| Averages::at(s).map_or(f64::NAN, |averages| averages.response - response);
    Ok(find_root("variance of the field", excess, lower, upper, 1e-13)?.x)
}
