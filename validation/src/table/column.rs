//! What a column means.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Name and meaning of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name in the header, `snake_case`.
    pub name: Cow<'static, str>,
    /// Symbol in the handbook's equations, `_{…}` being a subscript and `^{…}` a superscript.
    pub symbol: Cow<'static, str>,
    /// What it is, in a few words: a figure's axis is labelled so.
    pub meaning: Cow<'static, str>,
    /// Unit; empty where dimensionless.
    pub unit: Cow<'static, str>,
    /// Equation that defines it; empty for parameters.
    pub equation: Cow<'static, str>,
}

impl Column {
    /// A dimensionless column, all of whose texts are known at compile time.
    pub const fn new(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        equation: &'static str,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            symbol: Cow::Borrowed(symbol),
            meaning: Cow::Borrowed(meaning),
            unit: Cow::Borrowed(""),
            equation: Cow::Borrowed(equation),
        }
    }

    /// A column in units of natural logarithms.
    pub const fn in_nats(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        equation: &'static str,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            symbol: Cow::Borrowed(symbol),
            meaning: Cow::Borrowed(meaning),
            unit: Cow::Borrowed("nats"),
            equation: Cow::Borrowed(equation),
        }
    }

    /// A column of which nothing but the name is known.
    pub fn unknown(name: &str) -> Self {
        Self {
            name: Cow::Owned(name.to_owned()),
            symbol: Cow::Owned(name.to_owned()),
            meaning: Cow::Borrowed(""),
            unit: Cow::Borrowed(""),
            equation: Cow::Borrowed(""),
        }
    }

    /// The column of one of several quantities of a kind, counted from 0: `singular_value_0`, `s_{0}`.
    #[must_use]
    pub fn numbered(&self, index: usize) -> Self {
        Self {
            name: format!("{}_{index}", self.name).into(),
            symbol: format!("{}_{{{index}}}", self.symbol).into(),
            ..self.clone()
        }
    }
}
