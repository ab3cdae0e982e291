//! Tables back from the CSV files that the program wrote.

use super::{Cell, Column, Table, columns, sidecar};
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The most cells that a table may have to be drawn: about 1 GB of memory.
const MAX_CELLS: usize = 20_000_000;

#[derive(Deserialize)]
struct Dictionary {
    columns: Vec<Column>,
}

impl Table {
    /// Reads a CSV file, or stdin if it is `-`. Columns are explained by the sidecar, or else by the program's own
    /// dictionary.
    ///
    /// # Errors
    /// If the file cannot be read, or is no table.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Self::parse(io::stdin(), &[]);
        }
        ensure!(!path.is_dir(), "is a folder; name a CSV file in it");
        let file = File::open(path).context("cannot be opened")?;
        // A missing or foreign sidecar only costs the labels.
        let text = fs::read_to_string(sidecar::path(path)).unwrap_or_default();
        let dictionary = serde_json::from_str(&text).map_or(Vec::new(), |d: Dictionary| d.columns);
        Self::parse(file, &dictionary)
    }

    fn parse(reader: impl Read, dictionary: &[Column]) -> Result<Self> {
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
        let columns = header
            .iter()
            .map(|name| explained(name, dictionary))
            .collect();
        Ok(Self { columns, rows })
    }
}

fn explained(name: &str, dictionary: &[Column]) -> Column {
    let own = dictionary
        .iter()
        .find(|column| column.name == name)
        .cloned();
    own.or_else(|| columns::find(name))
        .unwrap_or_else(|| Column {
            name: Cow::Owned(name.to_owned()),
            symbol: Cow::Owned(name.to_owned()),
            meaning: Cow::Borrowed(""),
            unit: Cow::Borrowed(""),
            equation: Cow::Borrowed(""),
        })
}
