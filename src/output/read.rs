//! Tables back from the CSV files that the program wrote.

use super::sidecar::{self, Short};
use super::staged;
use crate::questions::GridPart;
use crate::table::{Cell, Column, Table};
use crate::tables;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
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

impl Sidecar {
    /// Whether it is about a table with these columns: one of the same name but for its ending may have taken its place.
    fn explains(&self, names: &[&str]) -> bool {
        let has = |name: &&str| self.columns.iter().any(|column| column.name == **name);
        !self.table.is_empty() && names.iter().all(has)
    }
}

/// What the sidecar of a table says of how it was made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Origin {
    /// Version of the program.
    pub version: String,
    /// The command line, without the program.
    pub arguments: Vec<String>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Rows that are no full answer.
    #[serde(default)]
    pub shortfalls: Vec<Short>,
    /// Which part of a grid its rows are of, if not all of it.
    #[serde(default)]
    pub part: Option<GridPart>,
}

impl Origin {
    /// That of a table in a file.
    ///
    /// # Errors
    /// If there is no sidecar beside it.
    pub fn of(table: &Path) -> Result<Self> {
        let path = sidecar::path(table);
        let found = fs::read_to_string(&path)
            .map_err(Into::into)
            .and_then(|text| Ok(serde_json::from_str(&text)?));
        found.map_err(|error: anyhow::Error| anyhow!("{}, which says how it was made, cannot be read ({error}); keep it beside the table", path.display()))
    }

    /// The flags with their values, but for those of some names: `--l2 0.1` and `--l2=0.1` are one. What stands before the first flag is
    /// called `command`.
    pub fn flags(&self, but: &[&str]) -> BTreeMap<String, String> {
        let mut flags = BTreeMap::from([("version".to_owned(), self.version.clone())]);
        let mut name = "command".to_owned();
        for argument in &self.arguments {
            let begins_flag =
                |rest: &str| rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic());
            let is_flag = argument.strip_prefix('-').is_some_and(begins_flag);
            let value = if is_flag {
                // A short flag is one letter, and its value may follow at once.
                let end = if argument.starts_with("--") {
                    argument.find('=').unwrap_or(argument.len())
                } else {
                    2
                };
                argument[..end].clone_into(&mut name);
                argument[end..].trim_start_matches('=')
            } else {
                argument
            };
            let known: &mut String = flags.entry(name.clone()).or_default();
            if !known.is_empty() && !value.is_empty() {
                known.push(' ');
            }
            known.push_str(value);
        }
        flags.retain(|flag, _| !but.contains(&flag.as_str()));
        flags
    }
}

/// A table from a file, and what there is to say of how it was read.
pub struct ReadTable {
    /// The table; its name is empty where its kind is not known.
    pub table: Table,
    /// What a reader of the figure should know: a column that was left out, a kind told by the columns alone.
    pub notices: Vec<String>,
}

/// Reads a table from a CSV file, or from stdin if it is `-`. Its sidecar says what kind of table it is. Without one it is the kind
/// that has these columns and the fewest others. The row numbers that pandas writes under an empty name are left out.
///
/// # Errors
/// If the file cannot be read, or is no table.
pub fn read_table(path: &Path) -> Result<ReadTable> {
    if path == Path::new("-") {
        return Ok(explained(parse(io::stdin())?, None));
    }
    ensure!(!path.is_dir(), "is a folder; name a CSV file in it");
    staged::reading(path)?;
    let file = File::open(path).context("cannot be opened")?;
    // A missing or foreign sidecar only costs the labels.
    let text = fs::read_to_string(sidecar::path(path)).unwrap_or_default();
    let sidecar = serde_json::from_str(&text).ok();
    Ok(explained(parse(file)?, sidecar))
}

/// Names of the columns, and rows.
type Parsed = (Vec<String>, Vec<Vec<Cell>>);

fn parse(reader: impl Read) -> Result<Parsed> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let plain = |error: csv::Error| match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            anyhow!("is no text; a table is a CSV file that saddlepoint wrote")
        }
        _ => anyhow!(io::Error::from(error)),
    };
    let header = reader.headers().map_err(plain)?.clone();
    ensure!(
        !header.is_empty(),
        "is empty; a table starts with a line of column names"
    );
    ensure!(
        !header[0].starts_with('{'),
        "is no CSV but JSON; write the table as .csv to draw it"
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
    Ok((header.iter().map(str::to_owned).collect(), rows))
}

/// The table with what its columns mean.
fn explained((mut names, mut rows): Parsed, sidecar: Option<Sidecar>) -> ReadTable {
    let mut notices = Vec::new();
    if names.len() > 1 && names[0].is_empty() {
        names.remove(0);
        for row in &mut rows {
            row.remove(0);
        }
        notices.push("its first column has no name and is left out".to_owned());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sidecar = sidecar.filter(|sidecar| sidecar.explains(&names));
    let told = sidecar
        .as_ref()
        .and_then(|sidecar| tables::find(&sidecar.table));
    let is_told = told.is_some();
    let schema = told.or_else(|| tables::with_columns(&names));
    if let Some(schema) = schema.as_ref().filter(|_| !is_told) {
        notices.push(format!(
            "has no sidecar of its own; by its columns it is taken for a table of {}",
            schema.name
        ));
    }
    let of_sidecar = sidecar.iter().flat_map(|sidecar| &sidecar.columns);
    let of_schema = schema.iter().flat_map(|schema| &schema.columns);
    let known: Vec<&Column> = of_sidecar.chain(of_schema).collect();
    let explained = |name: &&str| {
        let column = known.iter().find(|column| column.name == **name);
        column.map_or_else(|| Column::unknown(name), |column| (*column).clone())
    };
    let columns = names.iter().map(explained).collect();
    let name = schema.map_or(String::new(), |schema| schema.name.to_owned());
    ReadTable {
        table: Table {
            name,
            columns,
            rows,
        },
        notices,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_of_a_command_line_have_their_values() {
        let typed = "simulate train --l2=0.1 --beta -0.5 --along a b -q -ox.csv --resume";
        let origin = Origin {
            version: "0.1.0".to_owned(),
            arguments: typed.split(' ').map(str::to_owned).collect(),
            seed: 0,
            shortfalls: Vec::new(),
            part: None,
        };
        let flags = origin.flags(&["-o", "-q"]);
        let words: Vec<String> = flags
            .iter()
            .map(|(flag, value)| format!("{flag}={value}"))
            .collect();
        assert_eq!(
            words,
            [
                "--along=a b",
                "--beta=-0.5",
                "--l2=0.1",
                "--resume=",
                "command=simulate train",
                "version=0.1.0"
            ]
        );
    }
}
