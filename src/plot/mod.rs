//! Figures of tables, as SVG or PNG: theory as lines, simulation as points with error bars.

mod axes;
mod canvas;
mod comparison;
mod figure;
mod kinds;
mod place_cells;
mod raster;
mod reciprocal;
mod render;
mod scale;
mod simulation;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use kinds::Choice;

use crate::cli::args::FigureKind;
use crate::output::Table;
use anyhow::{Context, Result};
use std::io::Write;

/// Draws `table` into `file`, with the columns that its kind or the user chose.
///
/// # Errors
/// If the table has no such columns or nothing to draw, or the file cannot be written.
pub(crate) fn draw(
    table: &Table,
    choice: &Choice,
    kind: FigureKind,
    file: &mut dyn Write,
) -> Result<()> {
    let figure = kinds::figure(table, choice)?;
    file.write_all(&render::render(&figure, kind)?)
        .context("cannot write")
}
