//! Figures of learning on rings.

use super::figure::{Figure, Panel};
use super::kinds::{distinct, index, panel, varying};
use crate::table::{Cell, Table};
use anyhow::Result;

/// Times that a figure of a trajectory shows.
const TIMES: usize = 5;

/// The figure of a table of this family; `None` for any other.
///
/// # Errors
/// If a column cannot be drawn.
pub(super) fn figure(table: &Table) -> Result<Option<Figure>> {
    let has = |names: &[&str]| names.iter().all(|name| index(table, name).is_ok());
    let panel = if has(&["hidden", "site", "weight"]) {
        weights(table)?
    } else if has(&["hidden", "centre", "width"]) {
        panel(
            table,
            &varying(table, "hidden"),
            &["width"],
            &["hidden_size", "units", "beta"],
        )?
    } else if has(&["n_unstable", "n_coexistence"]) {
        panel(table, "beta", &["n_unstable", "n_coexistence"], &[])?
    } else if has(&["lag", "covariance"]) {
        panel(
            table,
            "lag",
            &["covariance"],
            &["hidden_size", "units", "beta", "samples"],
        )?
    } else if has(&["diffusion", "pinned_diffusion"]) {
        diffusion(table)?
    } else {
        return Ok(None);
    };
    Ok(Some(Figure {
        panels: vec![panel],
    }))
}

/// Weights against the site, at a few times or epochs of a trajectory.
fn weights(table: &Table) -> Result<Panel> {
    let keys = [
        "hidden_size",
        "units",
        "beta",
        "time",
        "replica",
        "epoch",
        "hidden",
        "state",
    ];
    let Ok(column) = index(table, "time").or_else(|_| index(table, "epoch")) else {
        return panel(table, "site", &["weight"], &keys);
    };
    let times: Vec<Cell> = distinct(table, column).into_iter().cloned().collect();
    // Spread such that the last one is shown.
    let last = times.len() - 1;
    let shown: Vec<&Cell> = (0..TIMES).map(|k| &times[last * k / (TIMES - 1)]).collect();
    let rows = table.rows.iter();
    let rows = rows.filter(|row| shown.contains(&&row[column])).cloned();
    let chosen = Table {
        name: String::new(),
        columns: table.columns.clone(),
        rows: rows.collect(),
    };
    panel(&chosen, "site", &["weight"], &keys)
}

/// Diffusion against the parameter that varies most.
fn diffusion(table: &Table) -> Result<Panel> {
    let keys = [
        "samples",
        "batch",
        "learning_rate",
        "beta",
        "units",
        "hidden_size",
    ];
    let values = |name: &&str| index(table, name).map_or(0, |column| distinct(table, column).len());
    // The first of those with most values: max_by_key would give the last.
    let x = keys.into_iter().rev().max_by_key(values).unwrap_or("batch");
    let pinned = index(table, "pinned_diffusion")?;
    let is_pinned = !distinct(table, pinned).is_empty();
    let both = ["diffusion", "pinned_diffusion"];
    panel(table, x, if is_pinned { &both } else { &both[..1] }, &keys)
}
