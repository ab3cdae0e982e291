//! One value of a table.

use std::borrow::Cow;

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A word.
    Text(Cow<'static, str>),
    /// A count or an index.
    Integer(i64),
    /// A finite or infinite number; NaN becomes [`Cell::Missing`].
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// What is not known, or has no meaning for the row.
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

impl From<u32> for Cell {
    fn from(n: u32) -> Self {
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

impl Cell {
    /// A number of which all digits count, such as a seed: text beyond the whole numbers of tables.
    pub fn all_digits(n: u64) -> Self {
        i64::try_from(n).map_or_else(|_| n.to_string().into(), Self::Integer)
    }
}

impl From<u64> for Cell {
    /// Numbers beyond 2^63, which count nothing, become floating-point numbers.
    fn from(n: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "as documented")]
        i64::try_from(n).map_or(Self::Number(n as f64), Self::Integer)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

impl Cell {
    /// The value on an axis, if it is a number.
    pub fn number(&self) -> Option<f64> {
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
    pub fn to_csv(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(n) => Cow::Owned(n.to_string()),
            Self::Number(x) => Cow::Owned(format!("{x:?}")),
            Self::Bool(holds) => Cow::Borrowed(if *holds { "true" } else { "false" }),
            Self::Missing => Cow::Borrowed(""),
        }
    }

    /// The value in a JSON file: infinities, which JSON lacks, are the texts `inf` and `-inf`.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_ref().into(),
            Self::Integer(n) => (*n).into(),
            Self::Number(x) if x.is_finite() => (*x).into(),
            Self::Number(x) => format!("{x:?}").into(),
            Self::Bool(holds) => (*holds).into(),
            Self::Missing => serde_json::Value::Null,
        }
    }

    /// Reads back what [`Cell::to_csv`] wrote, also after pandas has saved it again (`True`, `False`).
    pub fn from_csv(text: &str) -> Self {
        match text {
            "" => Self::Missing,
            "true" | "True" => Self::Bool(true),
            "false" | "False" => Self::Bool(false),
            _ => text
                .parse()
                .map(Self::Integer)
                .or_else(|_| text.parse::<f64>().map(Self::from))
                .unwrap_or_else(|_| text.to_owned().into()),
        }
    }

    /// The text for a reader: numbers to `digits` significant digits, in powers of ten where they are very large or small.
    pub fn to_text(&self, digits: usize) -> Cow<'_, str> {
        match self {
            Self::Number(x) => Cow::Owned(short(*x, digits)),
            _ => self.to_csv(),
        }
    }
}

/// A number to some significant digits, without the zeros at its end.
fn short(x: f64, digits: usize) -> String {
    if !x.is_finite() || x.abs() <= 0.0 {
        return format!("{}", x + 0.0);
    }
    let scientific = format!("{x:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text.to_owned()
        }
    };
    let places = i32::try_from(digits).unwrap_or(i32::MAX) - 1 - power;
    if (-4..=6).contains(&power) {
        let rounded: f64 = scientific.parse().unwrap_or(x);
        return trim(&format!(
            "{rounded:.*}",
            usize::try_from(places).unwrap_or(0)
        ));
    }
    format!("{}e{power}", trim(mantissa))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_empty_and_infinity_is_inf() {
        assert_eq!(Cell::from(f64::NAN).to_csv(), "");
        assert_eq!(Cell::from(None::<f64>).to_csv(), "");
        assert_eq!(Cell::from(f64::INFINITY).to_csv(), "inf");
        assert_eq!(Cell::from(f64::NEG_INFINITY).to_csv(), "-inf");
        assert_eq!(Cell::from(f64::INFINITY).to_json(), "inf");
        assert_eq!(Cell::from(1.0).to_csv(), "1.0");
        assert_eq!(Cell::from(1e300).to_csv(), "1e300");
    }

    #[test]
    fn truth_saved_again_by_pandas_is_truth() {
        assert_eq!(Cell::from_csv("True"), Cell::Bool(true));
        assert_eq!(Cell::from_csv("False"), Cell::Bool(false));
    }

    #[test]
    fn a_reader_sees_six_digits() {
        for (x, text) in [
            (0.0, "0"),
            (68.321_445_738, "68.3214"),
            (1.0, "1"),
            (-0.000_123_456_78, "-0.000123457"),
            (3.1e-7, "3.1e-7"),
            (123_456_789.0, "1.23457e8"),
            (3_416.072_286, "3416.07"),
            (999_999.6, "1000000"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(Cell::from(x).to_text(6), text);
        }
    }
}
