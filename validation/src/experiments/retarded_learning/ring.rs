//! Rings at one size, beside the theory of that size.

use super::super::ensemble::{Ensemble, samples_at};
use super::super::overlap_profile::across::Ring;
use super::{OVERLAP, Point};
use crate::comparison::{as_float, rounded};
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Parameters, Row};
use saddlepoint_theory::detection::leading_overlaps;

/// Why spins on a ring are shown only: the theory knows their covariance, and takes the data for Gaussian.
pub(super) const GAUSSIAN_THEORY: &str = "gaussian-theory";

/// The theory of a ring of this size at any number of samples.
pub(super) fn overlap(beta: f64, units: f64, alpha: f64) -> Option<f64> {
    let ring = Ensemble::IsingRing { beta };
    let population = ring.population(Some(rounded(units))).ok()?;
    let place = leading_overlaps(&population, alpha).ok()?;
    Some(place.overlaps[0].1)
}

/// The overlap with the uniform mode at one size.
pub(super) fn rows(experiment: &'static str, m: &Measured<Point>) -> Result<Vec<Row>> {
    let Point {
        ensemble,
        ratio,
        alpha,
        units,
    } = m.point;
    let alpha = as_float(samples_at(alpha, units)) / as_float(units);
    let ring = Ring {
        population: ensemble.population(Some(units))?,
        units,
        alpha,
        ratio,
    };
    let is_of_spins = matches!(ensemble, Ensemble::IsingRing { .. });
    let parameters = Parameters {
        alpha: Some(alpha),
        mode: Some(0),
        unjudged: is_of_spins.then_some(GAUSSIAN_THEORY),
        ..ensemble.parameters(experiment)
    };
    ring.rows(&parameters, "overlap_squared", &m.estimate(OVERLAP)?)
}
