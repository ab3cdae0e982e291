//! The machine that learns.

use crate::error::{Error, Result};
use crate::units::Unit;

/// A machine of one spin hidden unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machine {
    /// Kind of its visible units, gaussian or spin, as the data are: symmetric and of unit variance.
    pub visible: Unit,
    /// Whether it learns biases, of the visible units and of the hidden one. On data without third cumulants they stay 0.
    pub has_biases: bool,
}

/// A machine without biases.
impl From<Unit> for Machine {
    fn from(visible: Unit) -> Self {
        Self {
            visible,
            has_biases: false,
        }
    }
}

/// The kind of visible units, if it is known here.
pub(super) fn checked(visible: Unit) -> Result<Unit> {
    match visible {
        Unit::Gaussian | Unit::Spin => Ok(visible),
        _ => Err(Error::Unit {
            quantity: "uniform state",
            unit: visible.to_string(),
            reason: "visible units must be gaussian or spin, symmetric and of unit variance",
        }),
    }
}
