//! Does a law of the sample covariance have mass 1 and the right mean? Asked of its density, by quadrature.

use std::f64::consts::PI;

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
            let (low, high) = (interval.lower.position, interval.upper.position);
            let mut limits = vec![0.0];
            let inside = notches.iter().filter(|x| (low..high).contains(*x));
            limits.extend(inside.map(|&x| angle(interval, x)).filter(|t| *t > 0.0 && *t < PI));
            limits.push(PI);
            // f dx = f (dx/dθ) dθ is smooth at both ends, where the product is taken as its limit 0 or left out.
            let integrand = |theta: f64| {
                let (x, slope) = chebyshev(interval, theta);
                let value = self.density(x).unwrap_or(f64::NAN) * slope;
                let value = if slope > 0.0 && !value.is_infinite() { value } else { 0.0 };
                [value, value * (x / high)]
            };
            let parts = integrate_pieces(|node| integrand(node.x), &limits, TOLERANCE)?;
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
            if landing.spectrum().surely_closed(landing.aspect_ratio() / NOTCH, lower, upper) {
                continue;
            }
            let lowest = lowest_in_gap(landing, lower, upper)?;
            let height = self.height(lowest)?;
            if height > 0.0 {
                let u = num_complex::Complex64::new(lowest, height);
                notches.push(landing.at(u).position.re);
            }
        }
        Ok(notches)
    }
}

/// The angle at which `chebyshev` reaches x.
fn angle(interval: &Interval, x: f64) -> f64 {
    let (low, high) = (interval.lower.position.sqrt(), interval.upper.position.sqrt());
    2.0 * ((x.sqrt() - low) / (high - low)).clamp(0.0, 1.0).sqrt().asin()
}
