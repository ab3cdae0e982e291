//! What an ascent climbs.

use crate::error::Result;

/// A function of parameters in which the samples appear through fields that are linear in them.
pub trait Objective {
    /// The fields of all samples, linear in the parameters.
    fn fields_of(&self, parameters: &[f64]) -> Vec<f64>;

    /// The value where the fields are known; −∞ where it diverges.
    fn value_at(&self, parameters: &[f64], fields: &[f64]) -> f64;

    /// The gradient where the fields are known.
    fn gradient_at(&self, parameters: &[f64], fields: &[f64]) -> Vec<f64>;

    /// Value and slope along a line, at a point on it, without products with the data.
    fn along_line(&self, line: &Line<'_>, at: f64) -> (f64, f64);

    /// Errs for parameters out of the domain.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) for a wrong number of them, [`Error::OutOfDomain`](crate::Error::OutOfDomain) for one
    /// that is not finite.
    fn check_parameters(&self, parameters: &[f64]) -> Result<()>;
}

/// A line in the space of parameters, with the fields of its origin and of its direction.
#[derive(Debug)]
pub struct Line<'a> {
    /// The origin.
    pub weights: &'a [f64],
    /// The direction.
    pub steps: &'a [f64],
    /// Fields of the origin.
    pub fields: &'a [f64],
    /// Fields of the direction.
    pub field_steps: &'a [f64],
}

impl Line<'_> {
    /// The parameters at a point of it.
    pub(super) fn at(&self, at: f64) -> Vec<f64> {
        let pairs = self.weights.iter().zip(self.steps);
        pairs.map(|(w, s)| w + at * s).collect()
    }
}
