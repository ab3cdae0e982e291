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
mod text;

pub use kinds::Choice;

use crate::output::FigureFile;
use crate::table::Table;
use anyhow::{Context, Result};
use std::io::Write;

/// Draws `table` into `file`, with the columns that its kind or the user chose.
///
/// # Errors
/// If the table has no such columns or nothing to draw, or the file cannot be written.
pub fn draw(
    table: &Table,
    choice: &Choice,
    figure_file: &FigureFile,
    file: &mut dyn Write,
) -> Result<()> {
    let figure = kinds::figure(table, choice)?;
    file.write_all(&render::render(&figure, figure_file.kind)?)
        .context("cannot write")
}
