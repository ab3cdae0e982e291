//! Figures of tables, as SVG, PDF or PNG: theory as lines, simulation as points with error bars.
//!
//! A table and the figure that its kind declares ([`crate::table::figure`]) become a picture in three steps:
//!
//! | step | modules | what |
//! | --- | --- | --- |
//! | resolve | `plan`, `few`, `parts`, `roles`, `looks`, `series`, `keys`, `names`, `jumps`, `resolve` | columns by their place; what is colour, dash or panel; points, scales, legends |
//! | lay out and draw | `layout`, `axes`, `marks`, `map`, `legend` | where each thing stands, in pixels of 1/96 inch, as SVG |
//! | write | `file`, `export` | SVG as it is, as a page of a PDF, or as pixels |

mod axes;
mod export;
mod extent;
mod few;
mod file;
mod histogram;
mod jumps;
mod keys;
mod law;
mod layout;
mod legend;
mod looks;
mod map;
mod marks;
mod names;
mod palette;
mod parts;
mod picture;
mod plan;
mod resolve;
mod roles;
mod scale;
mod series;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use crate::table::Table;
use anyhow::{Context, Result};
pub use file::{FigureFile, FigureKind};
use std::io::Write;

/// Columns that are drawn instead of those that the kind of table declares, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Along the horizontal axis; `None` for the figure as declared.
    pub x: Option<String>,
    /// Along the vertical axis.
    pub y: Vec<String>,
    /// What tells one line from another; empty for the declared ones.
    pub series: Vec<String>,
    /// Whether x and y are logarithmic; as declared where absent.
    pub log: Option<(bool, bool)>,
}

/// Draws `table` into `file`, with the columns that its kind declares or the user chose.
///
/// # Errors
/// If a chosen column does not exist or holds no numbers, the kind of table is not known and nothing is chosen, or the file cannot
/// be written.
pub fn draw(
    table: &Table,
    choice: &Choice,
    figure_file: &FigureFile,
    file: &mut dyn Write,
) -> Result<()> {
    let svg = svg(table, choice, figure_file.width)?;
    file.write_all(&export::bytes(svg, figure_file.kind)?)
        .context("cannot write")
}

/// The figure of `table` as SVG, `width` millimetres wide; `None` for what its panels need.
///
/// # Errors
/// Those of [`draw`], but for the file's.
pub fn svg(table: &Table, choice: &Choice, width: Option<f64>) -> Result<String> {
    Ok(layout::svg(&resolve::picture(table, choice)?, width))
}

/// The figure of `table` as data, for another program to draw: panels with their axes, series of points, and legends.
///
/// | key | what |
/// | --- | --- |
/// | `panels` | `title`, axes `x` and `y`, `series`, `map` or null, `legend`, `words` of a panel that has nothing to draw |
/// | an axis | `label` with subscripts `_{…}` and superscripts `^{…}`, `scale`: `log`, `low`, `high` and `ticks` in the coordinate that is drawn, the decimal logarithm where `log`; `infinity`: where an infinite value stands, or null |
/// | a series | `name`, `mark`, `look`: `colour` and number of the dash or marker `style`, `points`: `x`, null for infinity, `y`, null where it is missing, `error`, `begins`: no line leads to it |
/// | `legend` | of all panels where they have none of their own: `entries` of `text`, `look`, `marks`, and the axis of a colour `bar` or null |
///
/// # Errors
/// Those of [`draw`], but for the file's.
pub fn data(table: &Table, choice: &Choice) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(resolve::picture(table, choice)?)?)
}

/// The smallest and the largest of some values.
fn ends(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let values = values.into_iter();
    values.fold(none, |(low, high), x| (low.min(x), high.max(x)))
}

/// A number of things as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 things")]
fn float(count: usize) -> f64 {
    count as f64
}

/// The whole number next to a coordinate that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and negative ones become 0"
)]
fn whole(x: f64) -> usize {
    x.round() as usize
}
