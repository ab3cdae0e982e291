//! Numbers of units.

use crate::table::Cell;
use std::fmt;

/// A number of units N: a whole number, or the limit N → ∞.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// N = 1, 2, 3, …
    Finite(usize),
    /// N → ∞
    Infinite,
}

impl Units {
    /// N, unless it is infinite.
    pub fn finite(self) -> Option<usize> {
        match self {
            Units::Finite(n) => Some(n),
            Units::Infinite => None,
        }
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Units::Finite(n) => n.fmt(f),
            Units::Infinite => f.write_str("inf"),
        }
    }
}

impl From<Units> for Cell {
    fn from(units: Units) -> Self {
        units
            .finite()
            .map_or(Self::Number(f64::INFINITY), Self::from)
    }
}
