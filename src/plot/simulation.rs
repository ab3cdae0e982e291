//! Figures of machines in training and of Langevin dynamics.

use super::figure::Figure;
use super::kinds::{index, panel};
use crate::table::Table;
use anyhow::Result;

/// The figure of a table of this family; `None` for any other.
///
/// # Errors
/// If a column cannot be drawn.
pub(super) fn figure(table: &Table) -> Result<Option<Figure>> {
    let has = |names: &[&str]| names.iter().all(|name| index(table, name).is_ok());
    let panels = if has(&["replica", "epoch", "log_likelihood"]) {
        training(table)?
    } else if has(&["singular_value", "variable", "rate"]) {
        let keys = ["variable"];
        vec![panel(table, "singular_value", &["rate"], &keys)?]
    } else {
        return Ok(None);
    };
    Ok(Some(Figure { panels }))
}

/// Log-likelihood and singular values against the epoch, those that the log has.
fn training(table: &Table) -> Result<Vec<super::figure::Panel>> {
    let column = index(table, "log_likelihood")?;
    let has_likelihood = table.rows.iter().any(|row| row[column].number().is_some());
    let names = table.columns.iter().map(|column| column.name.as_ref());
    let values: Vec<&str> = names
        .filter(|name| name.starts_with("singular_value_"))
        .collect();
    let likelihood: &[&str] = if has_likelihood {
        &["log_likelihood"]
    } else {
        &[]
    };
    [likelihood, &values]
        .into_iter()
        .filter(|quantities| !quantities.is_empty())
        .map(|quantities| panel(table, "epoch", quantities, &["replica"]))
        .collect()
}
