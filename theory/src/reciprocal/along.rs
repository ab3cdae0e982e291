//! The mean-field free energy along one mode.

use super::profile::{Profile, Stationary, lowest_minimum, stationary_points};
use super::{FreeEnergy, Landscape};
use crate::error::Result;

/// The free energy along one mode, the others at zero.
#[derive(Debug, Clone, Copy)]
pub struct AlongMode<'a> {
    pub(super) landscape: &'a Landscape,
    pub(super) mode: usize,
}

impl AlongMode<'_> {
    fn origin(&self) -> Result<Stationary> {
        let here = self.at(0.0)?;
        Ok(Stationary {
            amplitude: 0.0,
            free_energy: here.value,
            curvature: here.hessian[(0, 0)],
        })
    }

    fn at(&self, amplitude: f64) -> Result<FreeEnergy> {
        self.landscape.saddle(&[self.mode], &[amplitude])
    }

    /// True where the free energy is surely convex, so that zero amplitude is its only stationary point without a field.
    ///
    /// ```text
    /// F'' = 4 (1 − Φ_v'' Φ_h'')/(2 + Φ_v'' + Φ_h'') > 0   if  max Φ_v'' max Φ_h'' < 1
    /// ```
    ///
    /// Spins without biases: s < 1.
    pub fn is_surely_convex(&self) -> bool {
        let (visible, hidden) = self.landscape.largest_curvatures(self.mode);
        visible * hidden < 1.0
    }

    /// All stationary points in a field.
    ///
    /// # Errors
    /// [`crate::Error::NotFinite`] on overflow.
    pub fn stationary_points(&self, field: f64) -> Result<Vec<Stationary>> {
        // The field of a biased machine is in its landscape already: most modes of most machines end here.
        if field.abs() <= 0.0 && self.is_surely_convex() {
            return Ok(vec![self.origin()?]);
        }
        stationary_points(self, field)
    }

    /// The lowest minimum; `None` where the free energy has no lower bound.
    ///
    /// # Errors
    /// [`crate::Error::NotFinite`] on overflow.
    pub fn lowest_minimum(&self, field: f64) -> Result<Option<Stationary>> {
        if field.abs() <= 0.0 && self.is_surely_convex() {
            return self.origin().map(Some);
        }
        lowest_minimum(self, field)
    }
}

impl Profile for AlongMode<'_> {
    fn value(&self, amplitude: f64) -> Result<f64> {
        Ok(self.at(amplitude)?.value)
    }

    fn slope(&self, amplitude: f64) -> Result<f64> {
        Ok(self.at(amplitude)?.gradient[0])
    }

    fn curvature(&self, amplitude: f64) -> Result<f64> {
        Ok(self.at(amplitude)?.hessian[(0, 0)])
    }
}
