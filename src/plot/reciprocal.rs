//! Figures of the landscape in reciprocal space, and of singular values in training.

use super::figure::{Figure, Panel};
use super::kinds::{distinct, index, panel};
use crate::table::{Cell, Table};
use anyhow::Result;

/// Lines of a surface: cuts at a few values of the second amplitude.
const CUTS: usize = 5;

/// The figure of a table of this family; `None` for any other.
///
/// # Errors
/// If a column cannot be drawn.
pub(super) fn figure(table: &Table) -> Result<Option<Figure>> {
    let has = |names: &[&str]| names.iter().all(|name| index(table, name).is_ok());
    let panel = if has(&["second_amplitude", "mean_field"]) {
        panel(
            &cuts(table)?,
            "amplitude",
            &["mean_field"],
            &["second_amplitude", "scale"],
        )?
    } else if has(&["amplitude", "landau", "mean_field", "exact"]) {
        profile(table)?
    } else if has(&["field", "rising", "falling"]) {
        panel(
            table,
            "field",
            &["rising", "falling", "lowest_amplitude"],
            &["scale"],
        )?
    } else if has(&["method", "log_z", "scale"]) {
        panel(table, "scale", &["log_z"], &["method"])?
    } else if has(&["mode", "singular_value", "edge"]) {
        panel(table, "mode", &["singular_value", "edge"], &["scale"])?
    } else if has(&["time", "singular_value"]) {
        panel(table, "time", &["singular_value"], &["eigenvalue"])?
    } else if has(&["eigenvalue", "emergence"]) {
        panel(table, "eigenvalue", &["emergence"], &[])?
    } else {
        return Ok(None);
    };
    Ok(Some(Figure {
        panels: vec![panel],
    }))
}

/// The three free energies, cut off where the expansion leaves the range of the others.
fn profile(table: &Table) -> Result<Panel> {
    let mut panel = panel(
        table,
        "amplitude",
        &["landau", "mean_field", "exact"],
        &["scale"],
    )?;
    let column = index(table, "mean_field")?;
    let values = table.rows.iter().filter_map(|row| row[column].number());
    let highest = values.filter(|x| x.is_finite()).fold(0.0, f64::max);
    let drawn = panel.extent(false).fold(0.0, f64::max);
    if drawn > 2.0 * highest && highest > 0.0 {
        let end = 1.5 * highest;
        panel.y.end = Some(end);
        for series in &mut panel.series {
            series.points.retain(|point| point.y <= end);
        }
    }
    Ok(panel)
}

/// The rows at a few evenly spaced values of the second amplitude.
fn cuts(table: &Table) -> Result<Table> {
    let column = index(table, "second_amplitude")?;
    let values: Vec<Cell> = distinct(table, column).into_iter().cloned().collect();
    let step = (values.len().saturating_sub(1) / (CUTS - 1)).max(1);
    let chosen: Vec<&Cell> = values.iter().step_by(step).collect();
    let rows = table.rows.iter();
    let rows = rows.filter(|row| chosen.contains(&&row[column])).cloned();
    Ok(Table {
        name: String::new(),
        columns: table.columns.clone(),
        rows: rows.collect(),
    })
}
