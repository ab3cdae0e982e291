//! How a table is drawn, declared beside its columns.
//!
//! A figure is a list of views; the first one that fits the table is drawn: its condition holds and one of its candidates for
//! the horizontal axis varies. The last view is drawn with its first candidate where none fits, so that one row is drawn as what
//! it is. Nothing here draws: a declaration names columns, and the program's `plot` module turns table and declaration into a picture.
//!
//! ```
//! use saddlepoint_validation::table::figure::{Curve, Figure, Panel, View};
//! const FIGURE: Figure = Figure {
//!     views: &[View {
//!         x: &["alpha", "beta"],
//!         keys: &["hidden"],
//!         panels: &[
//!             Panel { curves: &[Curve::line("overlap_squared")], ..Panel::EMPTY },
//!             Panel { curves: &[Curve::line("train_loglik"), Curve::line("test_loglik")], ..Panel::EMPTY },
//!         ],
//!         ..View::EMPTY
//!     }],
//! };
//! ```

use super::Cell;
use serde::Serialize;

/// The pictures that a kind of table can have.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// In the order in which they are tried.
    pub views: &'static [View],
}

impl Figure {
    /// A table that is not drawn.
    pub const NONE: Self = Self { views: &[] };
}

/// One picture of a table: panels side by side that share the horizontal axis and the meaning of colours.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// A column and the value that all rows must have in it for the view to fit.
    pub when: Option<(&'static str, &'static str)>,
    /// Candidates for the horizontal axis: the first whose values vary, in each panel anew. A column of words makes an axis of named
    /// places; so does the first candidate where none varies.
    pub x: &'static [&'static str],
    /// Scale of the horizontal axis.
    pub scale: Scale,
    /// Columns that tell one series from another, the most important first. Of those that vary, the first is the colour, the second dash
    /// or marker, and every value of further ones has panels of its own. More than seven numbers of the first make a colour bar.
    pub keys: &'static [&'static str],
    /// Columns each of whose values has panels of its own, titled with it.
    pub split: &'static [&'static str],
    /// The panels.
    pub panels: &'static [Panel],
    /// Order of the points of a line.
    pub order: Order,
    /// A column at whose change lines break where they jump: the branch, the phase, at a transition of first order; empty for none.
    pub breaks: &'static str,
    /// A column of which a few values are shown, those between which the curves change most alike: times of a trajectory.
    pub few: Option<(&'static str, usize)>,
}

impl View {
    /// Nothing; the fields of a view that are not given.
    pub const EMPTY: Self = Self {
        when: None,
        x: &[],
        scale: Scale::Auto,
        keys: &[],
        split: &[],
        panels: &[],
        order: Order::AlongX,
        breaks: "",
        few: None,
    };
}

/// A pair of axes.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    /// Words above it; empty for none.
    pub title: &'static str,
    /// Label of the vertical axis: symbol, short meaning, unit; empty for that of the first curve's column and others of its mark, or of the observable where
    /// `split` names it.
    pub label: &'static str,
    /// A column and the values of it whose rows are shown, in the order of their panels; all where there is none.
    pub show: Option<(&'static str, &'static [&'static str])>,
    /// Candidates for the horizontal axis instead of the view's.
    pub x: &'static [&'static str],
    /// Label of the horizontal axis; empty for that of its column.
    pub across: &'static str,
    /// What is drawn against x.
    pub curves: &'static [Curve],
    /// Or a map: the column of the vertical axis and that of the height, drawn as colours with contours.
    pub map: Option<(&'static str, &'static str)>,
    /// Scale of the vertical axis.
    pub scale: Scale,
    /// Most decades of a logarithmic axis, counted from its upper end; 0 for all.
    pub decades: u8,
    /// Whether a few very large values are cut off: a density that diverges at an edge, an expansion that leaves its domain.
    pub cut: bool,
}

impl Panel {
    /// Nothing; the fields of a panel that are not given.
    pub const EMPTY: Self = Self {
        title: "",
        label: "",
        show: None,
        x: &[],
        across: "",
        curves: &[],
        map: None,
        scale: Scale::Auto,
        decades: 0,
        cut: false,
    };
}

/// One column against x.
#[derive(Debug, Clone, Copy)]
pub struct Curve {
    /// The column; the name of numbered columns without their number stands for all of them.
    pub column: &'static str,
    /// The column of its standard error; empty for none.
    pub error: &'static str,
    /// How it is drawn.
    pub mark: Mark,
    /// Its name in the legend where a panel has several; empty for its column's symbol.
    pub name: &'static str,
    /// A column and the value that a row must have in it to be drawn.
    pub only: Option<(&'static str, &'static str)>,
    /// A column at whose change this line breaks, if it jumps there, instead of the view's.
    pub breaks: &'static str,
    /// Its values between the rows' x too, where these are too few for a line: one law for each column that may be x.
    pub laws: &'static [Law],
}

/// A theory at any x, not only those of the rows: a smooth line for each different combination of the columns that it depends on.
#[derive(Debug, Clone, Copy)]
pub struct Law {
    /// The column of x; against another one the rows are drawn.
    pub x: &'static str,
    /// The columns that it depends on.
    pub of: &'static [&'static str],
    /// The value at x for these cells of a row, one per column of `of`; `None` where there is none.
    pub value: fn(&[&Cell], f64) -> Option<f64>,
}

impl Curve {
    /// A line, with dots at its points where they are few.
    pub const fn line(column: &'static str) -> Self {
        Self {
            column,
            error: "",
            mark: Mark::Line,
            name: "",
            only: None,
            breaks: "",
            laws: &[],
        }
    }

    /// Points with their error bars.
    pub const fn points(column: &'static str, error: &'static str) -> Self {
        Self {
            column,
            error,
            mark: Mark::Points,
            name: "",
            only: None,
            breaks: "",
            laws: &[],
        }
    }

    /// The curve under this name in the legend.
    #[must_use]
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The curve of the rows that have `value` in `column`.
    #[must_use]
    pub const fn only(self, column: &'static str, value: &'static str) -> Self {
        Self {
            only: Some((column, value)),
            ..self
        }
    }

    /// The line broken where a column changes.
    #[must_use]
    pub const fn breaking(self, breaks: &'static str) -> Self {
        Self { breaks, ..self }
    }

    /// The line of a law instead of one from row to row, of that whose x is the axis.
    #[must_use]
    pub const fn by(self, laws: &'static [Law]) -> Self {
        Self { laws, ..self }
    }

    /// The curve drawn in another way.
    #[must_use]
    pub const fn marked(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Mark {
    /// A line, with dots at its points where they are few: a theory.
    Line,
    /// Points with error bars: a simulation.
    Points,
    /// Hollow crosses: a control, whose theory is wrong on purpose.
    Crosses,
    /// The histogram of data whose cumulative distribution at the rows' x the column is.
    Histogram,
    /// Short ticks on the horizontal axis at the column's values: outliers.
    Ticks,
    /// A horizontal line at the column's value.
    Level,
}

/// Scale of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Logarithmic where positive values span decades.
    Auto,
    /// Linear whatever the values.
    Linear,
    /// Logarithmic; values that are not positive have no place.
    Log,
}

/// Order of the points of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From left to right: a function of x.
    AlongX,
    /// As the rows are: a line of a diagram that turns back, along its own parameter.
    AsWritten,
}
