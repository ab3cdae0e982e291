//! Tables in several files put together: replicas of a run in their order, or their mean, and parts of a grid.

mod grid;
mod mean;
mod replicas;

pub use mean::{mean, schemas};
pub use replicas::gaps;

use super::GridPart;
use crate::table::Table;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// A table that holds some of the rows.
pub struct Part {
    /// Its file, for messages.
    pub name: String,
    /// Its rows.
    pub table: Table,
    /// Flags that decide on its rows, with their values; not those that only say which rows they are.
    pub settings: BTreeMap<String, String>,
    /// Which points of a grid they are of, if they are of some.
    pub part: Option<GridPart>,
}

/// Puts the rows of all tables in the order that they have in the table of one run.
///
/// # Errors
/// If they are no tables of one run, rows are in two of them, or points of a grid are in none.
pub fn joined(parts: Vec<Part>) -> Result<Table> {
    let first = parts.first().context("there are no tables to merge")?;
    for other in &parts[1..] {
        check_alike(first, other)?;
    }
    if parts.iter().all(|part| part.part.is_some()) {
        return grid::joined(parts);
    }
    for part in &parts {
        replicas::check_kind(part)?;
    }
    replicas::joined(parts)
}

/// Errs if two tables are not of the same kind, or were made with other settings.
fn check_alike(one: &Part, other: &Part) -> Result<()> {
    let names = [&one.name, &other.name];
    ensure!(
        one.table.name == other.table.name,
        "{} is a table of {} and {} one of {}: merge takes tables of one run",
        names[0],
        kind(one),
        names[1],
        kind(other)
    );
    let flags: BTreeSet<&String> = one.settings.keys().chain(other.settings.keys()).collect();
    for flag in flags {
        let value = |of: &Part| {
            let given = of.settings.get(flag);
            given.map_or("not given".to_owned(), Clone::clone)
        };
        let (here, there) = (value(one), value(other));
        ensure!(
            here == there,
            "{} and {} are of two runs: {flag} {here} and {there}",
            names[0],
            names[1]
        );
    }
    // A part without a row does not know how many modes there are.
    ensure!(
        one.table.rows.is_empty() || other.table.rows.is_empty() || same_columns(one, other),
        "{} and {} have other columns",
        names[0],
        names[1]
    );
    Ok(())
}

fn same_columns(one: &Part, other: &Part) -> bool {
    let names = |part: &Part| -> Vec<String> {
        let names = part
            .table
            .columns
            .iter()
            .map(|column| column.name.to_string());
        names.collect()
    };
    names(one) == names(other)
}

/// What messages call the kind of a table.
fn kind(part: &Part) -> &str {
    match part.table.name.as_str() {
        "" => "no known kind",
        name => name,
    }
}

fn place(table: &Table, column: &str) -> Result<usize> {
    table
        .index(column)
        .with_context(|| format!("the table has no column {column}"))
}
