//! Kinds of units as typed, as files name them, and as theory and simulator know them.

use anyhow::{Context, Result, bail};
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::machine::Layer;
use saddlepoint_theory::units::{Unit, UnitPrior};
use std::fmt;
use std::str::FromStr;

/// A kind of unit; `Display` gives its name on the command line, in tables and in files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A unit of one entry.
    Unit(Unit),
    /// One of p states, written as p entries of which one is 1 and the others are 0.
    Categorical(u16),
}

impl From<Unit> for Kind {
    fn from(unit: Unit) -> Self {
        Self::Unit(unit)
    }
}

impl FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.strip_prefix("categorical:").map(str::parse) {
            Some(Ok(states)) if (2..=1000).contains(&states) => Ok(Self::Categorical(states)),
            Some(_) => bail!("write categorical:P with 2 to 1000 states P"),
            None => Ok(Self::Unit(text.parse()?)),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => unit.fmt(f),
            Self::Categorical(states) => write!(f, "categorical:{states}"),
        }
    }
}

impl Kind {
    /// The names of units of one entry, in a sentence.
    pub const NAMES: &str = Unit::NAMES;
    /// Values −1 and 1, no potential.
    pub const SPIN: Self = Self::Unit(Unit::Spin);
    /// Values 0 and 1, no potential.
    pub const BINARY: Self = Self::Unit(Unit::Binary);
    /// Real, of potential x²/2.
    pub const GAUSSIAN: Self = Self::Unit(Unit::Gaussian);

    /// Whether the unit takes -1, 0 and 1 only.
    pub(crate) fn is_discrete(self) -> bool {
        match self {
            Self::Unit(unit) => unit.states().is_some(),
            Self::Categorical(_) => true,
        }
    }

    /// Errs for samples that such units cannot be in, with the place; the first sample has the number `first`.
    ///
    /// # Errors
    /// If a value is none of theirs, or a group of entries is not one-hot.
    pub fn check(self, samples: &Samples, first: usize) -> Result<()> {
        let mut row = vec![0.0; samples.columns()];
        for index in 0..samples.rows() {
            samples.write_row(index, &mut row);
            let Some(column) = self.stray(&row) else {
                continue;
            };
            let wanted = match self {
                Self::SPIN => "they are -1 or 1; --threshold X writes -1 up to X and 1 above",
                Self::BINARY => "they are 0 or 1; --threshold X writes 0 up to X and 1 above",
                Self::Unit(_) => "give data that they can take",
                Self::Categorical(_) => "each group of entries has one 1 and else 0",
            };
            bail!(
                "sample {} has {:?} in column {column} (both counted from 0), which {self} units cannot take: {wanted}",
                first + index,
                row[column]
            );
        }
        Ok(())
    }

    /// The first entry of a configuration that such units cannot have: of a group that is not one-hot, its first one.
    pub(crate) fn stray(self, row: &[f64]) -> Option<usize> {
        match self {
            Self::Unit(unit) => {
                let unit = simulated(unit).ok()?;
                row.iter().position(|&x| !unit.allows(x))
            }
            Self::Categorical(states) => {
                let is_bit = |x: &f64| x.abs() <= 0.0 || (x - 1.0).abs() <= 0.0;
                let mut groups = row.chunks(states.into()).map(|group| {
                    group.iter().all(is_bit) && (group.iter().sum::<f64>() - 1.0).abs() <= 0.0
                });
                let bad = groups.position(|is_one_hot| !is_one_hot);
                bad.map(|group| group * usize::from(states))
            }
        }
    }

    /// The unit in theory.
    ///
    /// # Errors
    /// For categorical units.
    pub fn in_theory(self) -> Result<Unit> {
        match self {
            Self::Unit(unit) => Ok(unit),
            Self::Categorical(_) => bail!(
                "{self} units: the theory has units of one entry only; 'simulate gibbs' samples others"
            ),
        }
    }

    /// The three functions of one hidden unit, for the theory of learning.
    ///
    /// # Errors
    /// For categorical units.
    pub fn prior(&self) -> Result<&dyn UnitPrior> {
        match self {
            Self::Unit(unit) => Ok(unit.prior()),
            Self::Categorical(_) => bail!(
                "{self}: the theory of one hidden unit has none of several states; choose another kind"
            ),
        }
    }

    /// A layer for the simulator: one bias per unit, or per state of a categorical one.
    ///
    /// # Errors
    /// If there is no bias, one is not finite, or the states do not divide their number.
    pub fn layer(self, biases: Vec<f64>) -> Result<Layer> {
        Ok(match self {
            Self::Unit(unit) => Layer::new(simulated(unit)?, biases)?,
            Self::Categorical(states) => Layer::categorical(states.into(), biases)?,
        })
    }

    /// A layer for the simulator whose units, left to themselves, have the means of some samples.
    ///
    /// # Errors
    /// If there are no samples, a value is none of the units', or means do not determine a bias.
    pub fn layer_of_means(self, samples: &Samples) -> Result<Layer> {
        Ok(match self {
            Self::Unit(unit) => Layer::of_means(simulated(unit)?, samples)?,
            Self::Categorical(states) => Layer::of_frequencies(states.into(), samples)?,
        })
    }
}

/// The simulator's unit of the same name.
fn simulated(unit: Unit) -> Result<saddlepoint_simulator::Unit> {
    let name = unit.to_string();
    name.parse()
        .with_context(|| format!("{name} units: the simulator has none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_from_its_name() {
        for name in [
            "spin",
            "binary",
            "gaussian",
            "double-well:-2.5",
            "relu",
            "categorical:7",
        ] {
            let kind: Kind = name.parse().unwrap();
            assert_eq!(kind.to_string(), name);
            assert_eq!(kind.layer(vec![0.0; 7]).unwrap().kind().to_string(), name);
        }
    }

    #[test]
    fn a_bad_kind_says_what_is_wrong_and_what_to_do() {
        for (text, expected) in [
            ("potts", "write spin"),
            ("spin:2", "no parameter"),
            ("double-well", "double-well:-2"),
            ("double-well:x", "not a number"),
            ("double-well:1", "at most 0"),
            ("categorical:1", "2 to 1000 states"),
        ] {
            let message = text.parse::<Kind>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
