//! Does a law of the sample covariance have mass 1 and the right mean? Asked of its density, by quadrature.

use std::f64::consts::PI;

use num_complex::Complex64;

use super::edges::{Interval, lowest_in_gap};
use super::law::{SampleLaw, chebyshev};
use crate::error::Result;
use crate::quadrature::integrate_pieces;

/// Relative error to which mass and mean are integrated.
const TOLERANCE: f64 = 1e-9;

/// A closed gap of the population in which g = 1 − ψ' comes down to this value leaves a visible notch in the density.
const NOTCH: f64 = 8.0;

/// Mass and mean of a law by integrating its density, beside what they must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelfCheck {
    /// ∫ f dx plus the atom at zero; must be 1.
    pub mass: f64,
    /// ∫ x f dx; must be the mean population eigenvalue.
    pub mean: f64,
    /// The mean population eigenvalue.
    pub expected_mean: f64,
    /// Absolute error that the quadrature claims for `mass`.
    pub quadrature_error: f64,
}

impl SelfCheck {
    /// True when mass and mean are right to `tolerance`, the mean relative to itself.
    pub fn is_within(&self, tolerance: f64) -> bool {
        (self.mass - 1.0).abs() <= tolerance
            && (self.mean - self.expected_mean).abs() <= tolerance * self.expected_mean
    }
}

impl SampleLaw<'_> {
    /// Mass and mean from the density itself, by quadrature over every interval of the support.
    ///
    /// The support, the density and the exact masses come from different computations, so that an edge that was missed or
    /// a density on a wrong branch shows here. The integrals are cut at every notch where a gap has nearly opened.
    ///
    /// # Errors
    /// As [`SampleLaw::density`], and [`crate::Error::Quadrature`] if an integral does not settle.
    pub fn self_check(&self) -> Result<SelfCheck> {
        let mut result = SelfCheck {
            mass: self.atom_at_zero(),
            mean: 0.0,
            expected_mean: self.mean(),
            quadrature_error: 0.0,
        };
        let notches = self.notches()?;
        for interval in self.support() {
            let high = interval.upper.position;
            let mut failure = None;
            // f dx = f (dx/dθ) dθ is smooth at both ends, where the product is left out: its limit there is 0, or finite on
            // a set of measure 0.
            let mut integrand = |theta: f64| {
                let (x, slope) = chebyshev(interval, theta);
                let density = self.density(x).unwrap_or_else(|error| {
                    failure = Some(error);
                    f64::NAN
                });
                let is_end = slope <= 0.0 || density.is_infinite();
                let value = if is_end { 0.0 } else { density * slope };
                [value, value * (x / high)]
            };
            let limits = limits(interval, &notches);
            let parts = integrate_pieces(|node| integrand(node.x), &limits, TOLERANCE)
                .map_err(|error| failure.unwrap_or(error))?;
            result.mass += parts.value[0];
            result.mean += parts.value[1] * high;
            result.quadrature_error += parts.error[0];
        }
        Ok(result)
    }

    /// Positions, ascending, where the density dips because a gap of the population has nearly opened.
    fn notches(&self) -> Result<Vec<f64>> {
        let landing = self.landing();
        let mut notches = Vec::new();
        for (lower, upper) in landing.spectrum().gaps() {
            if landing
                .spectrum()
                .surely_closed(landing.aspect_ratio() / NOTCH, lower, upper)
            {
                continue;
            }
            let lowest = lowest_in_gap(landing, lower, upper)?;
            let height = landing.height(lowest)?;
            if height > 0.0 {
                let u = Complex64::new(lowest, height);
                notches.push(landing.at(u).position.re);
            }
        }
        Ok(notches)
    }
}

/// Angles of the two ends of an interval and of the notches between them.
fn limits(interval: &Interval, notches: &[f64]) -> Vec<f64> {
    let inside = interval.lower.position..interval.upper.position;
    let angles = notches
        .iter()
        .filter(|x| inside.contains(x))
        .map(|&x| angle(interval, x));
    let mut limits = vec![0.0];
    limits.extend(angles.filter(|t| *t > 0.0 && *t < PI));
    limits.push(PI);
    limits
}

/// The angle at which `chebyshev` reaches x.
fn angle(interval: &Interval, x: f64) -> f64 {
    let (low, high) = (
        interval.lower.position.sqrt(),
        interval.upper.position.sqrt(),
    );
    2.0 * ((x.sqrt() - low) / (high - low))
        .clamp(0.0, 1.0)
        .sqrt()
        .asin()
}
