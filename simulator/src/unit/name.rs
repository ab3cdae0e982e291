//! Names of units, as on the command line and in files.

use std::fmt;
use std::str::FromStr;

use super::double_well::DoubleWell;
use super::{UNKNOWN, Unit};
use crate::error::{Error, Result};

/// The name of its law, and the parameter.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parameter) = self.law(|law| (law.name(), law.parameter()));
        f.write_str(name)?;
        parameter.map_or(Ok(()), |parameter| write!(f, ":{parameter}"))
    }
}

/// The unit of a name that `Display` gives.
///
/// # Errors
/// [`Error::Name`] for another name; [`Error::OutOfDomain`] for a parameter out of its domain.
impl FromStr for Unit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (text, None),
        };
        if name == DoubleWell::NAME {
            return double_well(text, parameter);
        }
        let named = |unit: &Self| unit.law(|law| law.name()) == name;
        match (Self::PLAIN.into_iter().find(named), parameter) {
            (None, _) => Err(bad(text, UNKNOWN)),
            (Some(unit), None) => Ok(unit),
            (Some(_), Some(_)) => Err(bad(
                text,
                "has a parameter, but this unit takes none: leave it out",
            )),
        }
    }
}

fn double_well(text: &str, parameter: Option<&str>) -> Result<Unit> {
    let parameter = parameter.ok_or_else(|| {
        bad(
            text,
            "needs theta, a number at most 0: write double-well:-2",
        )
    })?;
    let theta = parameter.parse().map_err(|_| {
        bad(
            text,
            "has a theta that is not a number: write double-well:-2",
        )
    })?;
    Unit::DoubleWell { theta }.checked()
}

fn bad(text: &str, problem: &'static str) -> Error {
    Error::Name {
        text: text.to_owned(),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_read_back_from_its_name() {
        for name in ["spin", "binary", "gaussian", "double-well:-2.5", "relu"] {
            let unit: Unit = name.parse().unwrap();
            assert_eq!(unit.to_string(), name);
        }
    }

    #[test]
    fn a_bad_name_says_what_is_wrong_and_what_to_write() {
        for (text, expected) in [
            ("potts", "'potts' is no unit: write spin"),
            ("spin:2", "takes none: leave it out"),
            ("double-well", "write double-well:-2"),
            ("double-well:x", "not a number"),
            ("double-well:1", "theta must be finite and at most 0, got 1"),
            ("double-well:nan", "theta must be finite"),
        ] {
            let message = text.parse::<Unit>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
