//! A table in memory: what CSV, JSON, sidecar and figure are made from.

use crate::cli::grid::Units;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Name and meaning of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    /// Name in the header, `snake_case`
    pub(crate) name: Cow<'static, str>,
    /// Symbol in the handbook's equations, `_{…}` being a subscript and `^{…}` a superscript
    pub(crate) symbol: Cow<'static, str>,
    /// What it is, in a few words: a figure's axis is labelled so
    pub(crate) meaning: Cow<'static, str>,
    /// Unit; empty where dimensionless
    pub(crate) unit: Cow<'static, str>,
    /// Equation that defines it; empty for parameters
    pub(crate) equation: Cow<'static, str>,
}

impl Column {
    /// A dimensionless column with all its texts known at compile time.
    pub(crate) const fn new(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        equation: &'static str,
    ) -> Self {
        Self::with_unit(name, symbol, meaning, "", equation)
    }

    /// The same in units of natural logarithms.
    pub(crate) const fn in_nats(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        equation: &'static str,
    ) -> Self {
        Self::with_unit(name, symbol, meaning, "nats", equation)
    }

    const fn with_unit(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        unit: &'static str,
        equation: &'static str,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            symbol: Cow::Borrowed(symbol),
            meaning: Cow::Borrowed(meaning),
            unit: Cow::Borrowed(unit),
            equation: Cow::Borrowed(equation),
        }
    }
}

/// Columns and rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(Cow<'static, str>),
    Integer(i64),
    /// Finite or infinite; NaN is written as missing
    Number(f64),
    Bool(bool),
    Missing,
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<f64> for Cell {
    fn from(x: f64) -> Self {
        if x.is_nan() {
            Self::Missing
        } else {
            Self::Number(x)
        }
    }
}

impl From<bool> for Cell {
    fn from(holds: bool) -> Self {
        Self::Bool(holds)
    }
}

impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        Self::Integer(n)
    }
}

impl From<u16> for Cell {
    fn from(n: u16) -> Self {
        Self::Integer(n.into())
    }
}

impl From<usize> for Cell {
    /// Numbers beyond 2^63, which count nothing, become floating-point numbers.
    fn from(n: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "as documented")]
        i64::try_from(n).map_or(Self::Number(n as f64), Self::Integer)
    }
}

impl From<Units> for Cell {
    fn from(units: Units) -> Self {
        units
            .finite()
            .map_or(Self::Number(f64::INFINITY), Self::from)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

impl Cell {
    /// The value on an axis, if it is a number.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "an axis needs no more than 53 bits"
            )]
            Self::Integer(n) => Some(*n as f64),
            Self::Number(x) => Some(*x),
            _ => None,
        }
    }

    /// The text in a CSV file: floats in the shortest form that reads back as the same number.
    pub(crate) fn to_csv(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(n) => Cow::Owned(n.to_string()),
            Self::Number(x) => Cow::Owned(format!("{x:?}")),
            Self::Bool(holds) => Cow::Borrowed(if *holds { "true" } else { "false" }),
            Self::Missing => Cow::Borrowed(""),
        }
    }

    /// The value in a JSON file: infinities, which JSON lacks, are the texts `inf` and `-inf`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_ref().into(),
            Self::Integer(n) => (*n).into(),
            Self::Number(x) if x.is_finite() => (*x).into(),
            Self::Number(x) => format!("{x:?}").into(),
            Self::Bool(holds) => (*holds).into(),
            Self::Missing => serde_json::Value::Null,
        }
    }

    /// Reads back what `to_csv` wrote.
    pub(crate) fn from_csv(text: &str) -> Self {
        match text {
            "" => Self::Missing,
            "true" => Self::Bool(true),
            "false" => Self::Bool(false),
            _ => text
                .parse()
                .map(Self::Integer)
                .or_else(|_| text.parse::<f64>().map(Self::from))
                .unwrap_or_else(|_| text.to_owned().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn missing_is_empty_and_infinity_is_inf() {
        assert_eq!(Cell::from(f64::NAN).to_csv(), "");
        assert_eq!(Cell::from(None::<f64>).to_csv(), "");
        assert_eq!(Cell::from(Units::Infinite).to_csv(), "inf");
        assert_eq!(Cell::from(f64::NEG_INFINITY).to_csv(), "-inf");
        assert_eq!(Cell::from(f64::INFINITY).to_json(), "inf");
        assert_eq!(Cell::from(1.0).to_csv(), "1.0");
        assert_eq!(Cell::from(1e300).to_csv(), "1e300");
    }

    proptest! {
        #[test]
        fn floats_read_back_as_the_same_number(x in any::<f64>()) {
            let cell = Cell::from(x);
            prop_assert_eq!(Cell::from_csv(&cell.to_csv()), cell);
        }
    }
}
