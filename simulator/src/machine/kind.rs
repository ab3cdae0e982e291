//! Kinds of layers, with their names.

use std::fmt;
use std::str::FromStr;

use super::Layer;
use crate::error::{Error, Result, at_least};
use crate::samples::Samples;
use crate::unit::Unit;

/// What a layer consists of. It is printed as its name, and parsed from it: that of the unit, or `categorical:P`.
///
/// # Examples
/// ```
/// use saddlepoint_simulator::machine::LayerKind;
/// # fn main() -> saddlepoint_simulator::Result<()> {
/// let kind: LayerKind = "categorical:3".parse()?;
/// assert_eq!(kind, LayerKind::Categorical { states: 3 });
/// assert_eq!(kind.to_string(), "categorical:3");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LayerKind {
    /// Units of one number each.
    Units(Unit),
    /// One-hot groups of entries, as [`Layer::categorical`].
    Categorical {
        /// Entries of a group, P ≥ 2.
        states: usize,
    },
}

impl LayerKind {
    /// A layer of this kind with the given biases, one per unit or entry.
    ///
    /// # Errors
    /// As [`Layer::new`] and [`Layer::categorical`].
    pub fn layer(self, biases: Vec<f64>) -> Result<Layer> {
        match self {
            Self::Units(unit) => Layer::new(unit, biases),
            Self::Categorical { states } => Layer::categorical(states, biases),
        }
    }

    /// A layer of this kind with the means of the samples.
    ///
    /// # Errors
    /// As [`Layer::of_means`] and [`Layer::of_frequencies`].
    pub fn of_samples(self, samples: &Samples) -> Result<Layer> {
        match self {
            Self::Units(unit) => Layer::of_means(unit, samples),
            Self::Categorical { states } => Layer::of_frequencies(states, samples),
        }
    }
}

impl From<Unit> for LayerKind {
    fn from(unit: Unit) -> Self {
        Self::Units(unit)
    }
}

const CATEGORICAL: &str = "categorical";

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Units(unit) => unit.fmt(f),
            Self::Categorical { states } => write!(f, "{CATEGORICAL}:{states}"),
        }
    }
}

/// The kind of a name that `Display` gives.
///
/// # Errors
/// [`Error::Name`] for another name; [`Error::OutOfDomain`] for a parameter out of its domain.
impl FromStr for LayerKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, states) = text.split_once(':').unwrap_or((text, ""));
        if name != CATEGORICAL {
            return Ok(Self::Units(text.parse()?));
        }
        let states = states.parse().map_err(|_| Error::Name {
            text: text.to_owned(),
            problem: "needs the number of states, at least 2: write categorical:3",
        })?;
        let states = at_least("number of states", "at least 2", states, 2)?;
        Ok(Self::Categorical { states })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_from_its_name() {
        for name in ["spin", "double-well:-0.5", "relu", "categorical:21"] {
            let kind: LayerKind = name.parse().unwrap();
            assert_eq!(kind.to_string(), name);
            let layer = kind.layer(vec![0.1; 42]).unwrap();
            assert_eq!(layer.kind(), kind);
        }
    }

    #[test]
    fn a_bad_name_says_what_to_write() {
        for (text, expected) in [
            ("potts", "write spin"),
            ("categorical", "write categorical:3"),
            ("categorical:-1", "write categorical:3"),
            ("categorical:1", "must be at least 2, got 1"),
        ] {
            let message = text.parse::<LayerKind>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
