//! Kinds of hidden units as typed.

use anyhow::{Context, Result, bail, ensure};
use saddlepoint_theory::units::{Binary, DoubleWell, Gaussian, Rectified, Spin, UnitPrior};
use std::fmt;

/// A kind of hidden unit; `Display` gives the name typed on the command line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HiddenUnit {
    /// -1 or 1
    Spin,
    /// 0 or 1
    Binary,
    /// Real, of potential h^2/2
    Gaussian,
    /// Real, of potential h^2/2 + theta |h|
    DoubleWell(DoubleWell),
    /// Not negative, of potential h^2/2
    Rectified,
}

impl HiddenUnit {
    /// A unit by its name; for clap's `value_parser`.
    pub fn parse(text: &str) -> Result<Self> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (text, None),
        };
        let unit = match name {
            "spin" => Self::Spin,
            "binary" => Self::Binary,
            "gaussian" => Self::Gaussian,
            "relu" => Self::Rectified,
            "double-well" => {
                let text = parameter.context("needs theta, at most 0: write double-well:-2")?;
                let theta: f64 = text
                    .parse()
                    .with_context(|| format!("theta '{text}' is not a number"))?;
                return Ok(Self::DoubleWell(DoubleWell::new(theta)?));
            }
            _ => bail!("is no unit; write spin, binary, gaussian, double-well:THETA or relu"),
        };
        ensure!(parameter.is_none(), "{name} has no parameter; write {name}");
        Ok(unit)
    }

    /// The unit's three functions.
    pub fn prior(&self) -> &dyn UnitPrior {
        match self {
            Self::Spin => &Spin,
            Self::Binary => &Binary,
            Self::Gaussian => &Gaussian,
            Self::DoubleWell(unit) => unit,
            Self::Rectified => &Rectified,
        }
    }
}

impl fmt::Display for HiddenUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spin => f.write_str("spin"),
            Self::Binary => f.write_str("binary"),
            Self::Gaussian => f.write_str("gaussian"),
            Self::DoubleWell(unit) => write!(f, "double-well:{}", unit.threshold()),
            Self::Rectified => f.write_str("relu"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_read_back_from_its_name() {
        for name in ["spin", "binary", "gaussian", "double-well:-2.5", "relu"] {
            assert_eq!(HiddenUnit::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_bad_unit_says_what_is_wrong_and_what_to_do() {
        for (text, expected) in [
            ("potts", "write spin"),
            ("spin:2", "no parameter"),
            ("double-well", "double-well:-2"),
            ("double-well:x", "not a number"),
            ("double-well:1", "at most 0"),
        ] {
            let message = HiddenUnit::parse(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
