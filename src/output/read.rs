//! Tables back from the CSV files that the program wrote.

use super::sidecar;
use crate::table::{Cell, Column, Table};
use crate::tables;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The most cells that a table may have to be drawn: about 1 GB of memory.
const MAX_CELLS: usize = 20_000_000;

/// What a sidecar says of its table.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Sidecar {
    table: String,
    columns: Vec<Column>,
}

/// Reads a table from a CSV file, or from stdin if it is `-`, and says whether a sidecar told its kind. Without one it is the kind
/// that has these columns and the fewest others.
///
/// # Errors
/// If the file cannot be read, or is no table.
pub fn read_table(path: &Path) -> Result<(Table, bool)> {
    if path == Path::new("-") {
        return Ok((parse(io::stdin(), &Sidecar::default())?, false));
    }
    ensure!(!path.is_dir(), "is a folder; name a CSV file in it");
    let file = File::open(path).context("cannot be opened")?;
    // A missing or foreign sidecar only costs the labels.
    let text = fs::read_to_string(sidecar::path(path)).unwrap_or_default();
    let sidecar: Sidecar = serde_json::from_str(&text).unwrap_or_default();
    Ok((parse(file, &sidecar)?, !sidecar.table.is_empty()))
}

fn parse(reader: impl Read, sidecar: &Sidecar) -> Result<Table> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let plain = |error: csv::Error| anyhow!(io::Error::from(error));
    let header = reader.headers().map_err(plain)?.clone();
    ensure!(
        !header.is_empty(),
        "is empty; a table starts with a line of column names"
    );
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(plain)?;
        if record.len() != header.len() {
            let line = record.position().map_or(0, csv::Position::line);
            bail!(
                "line {line} has {} cells, the header {}",
                record.len(),
                header.len()
            );
        }
        ensure!(
            rows.len() * header.len() < MAX_CELLS,
            "has more than {MAX_CELLS} cells"
        );
        rows.push(record.iter().map(Cell::from_csv).collect());
    }
    let names: Vec<&str> = header.iter().collect();
    let schema = tables::find(&sidecar.table).or_else(|| tables::with_columns(&names));
    let known = schema.as_ref().map_or(&[][..], |schema| &schema.columns);
    let explained = |name: &&str| {
        let all = sidecar.columns.iter().chain(known);
        let column = all.into_iter().find(|column| column.name == **name);
        column.cloned().unwrap_or_else(|| Column::unknown(name))
    };
    Ok(Table {
        name: schema
            .as_ref()
            .map_or(String::new(), |schema| schema.name.to_owned()),
        columns: names.iter().map(explained).collect(),
        rows,
    })
}
