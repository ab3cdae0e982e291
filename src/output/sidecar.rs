//! `NAME.meta.json`: what made a table, and what its columns mean.

use crate::questions::GridPart;
use crate::table::{Column, Shortfall};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Version of the tables' format; it grows when a column changes its meaning.
const FORMAT: u32 = 2;

/// Extensions that the sidecar's name drops: `run.csv` is explained by `run.meta.json`.
const DATA_EXTENSIONS: [&str; 8] = ["csv", "json", "jsonl", "ndjson", "md", "tex", "npy", "npz"];

/// The sidecar of a data file.
pub fn path(file: &Path) -> PathBuf {
    let known = file
        .extension()
        .is_some_and(|e| DATA_EXTENSIONS.iter().any(|known| e == *known));
    if known {
        return file.with_extension("meta.json");
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".meta.json");
    name.into()
}

/// Suffixes of tables.
const TABLES: [&str; 6] = ["csv", "json", "jsonl", "ndjson", "md", "tex"];

/// Another table that has the same sidecar already: `run.csv` for `run.json`.
pub fn other_owner(file: &Path) -> Option<PathBuf> {
    let own = file.extension()?.to_str()?;
    if !TABLES.contains(&own) {
        return None;
    }
    let others = TABLES.into_iter().filter(|suffix| own != *suffix);
    let mut others = others.map(|suffix| file.with_extension(suffix));
    others.find(|other| other.is_file() && path(file).is_file())
}

/// A run under way: what the sidecar tells of it.
#[derive(Debug, Clone)]
pub struct Run {
    arguments: Vec<String>,
    seed: u64,
    date: SystemTime,
    started: Instant,
    took: Option<Duration>,
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    table: &'a str,
    program: &'static str,
    version: &'static str,
    commit: Option<&'static str>,
    arguments: &'a [String],
    generator: &'static str,
    seed: u64,
    date: String,
    wall_time_seconds: f64,
    rows: usize,
    /// Rows that are no full answer.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    shortfalls: &'a [Short],
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'a GridPart>,
    columns: &'a [Column],
    /// What the table compares: the entries of its column `observable`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    observables: &'a [&'a Column],
}

/// What is known of the rows of a table once all of them are written.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Rows that are no full answer, for each reason.
    pub shortfalls: Vec<Short>,
    /// Which part of a grid they are of, if not all of it.
    pub part: Option<GridPart>,
}

/// Rows that are no full answer for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Short {
    /// Which column says what.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// The number of these rows.
    pub rows: usize,
}

impl Short {
    /// So many rows of a reason.
    pub fn new(shortfall: Shortfall, rows: usize) -> Self {
        Self {
            what: shortfall.what.to_owned(),
            remedy: shortfall.remedy.to_owned(),
            rows,
        }
    }
}

impl Run {
    /// Starts the clock of what the arguments of this process ask for.
    pub fn start(seed: u64) -> Self {
        let arguments = std::env::args_os().skip(1);
        let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
        Self::of(arguments.collect(), seed)
    }

    /// Starts the clock of what these arguments ask for.
    pub fn of(arguments: Vec<String>, seed: u64) -> Self {
        Self {
            arguments,
            seed,
            date: SystemTime::now(),
            started: Instant::now(),
            took: None,
        }
    }

    /// The arguments, and the seed of the random numbers.
    pub fn origin(&self) -> (&[String], u64) {
        (&self.arguments, self.seed)
    }

    /// The run as it is now over; one that was over stays so.
    #[must_use]
    pub fn stopped(self) -> Self {
        let took = self.took.or_else(|| Some(self.started.elapsed()));
        Self { took, ..self }
    }

    /// The sidecar's text, for a table of this name that compares `observables`.
    ///
    /// # Panics
    /// Never: strings, integers and finite numbers are JSON.
    pub fn document(
        &self,
        table: &str,
        columns: &[Column],
        rows: usize,
        outcome: &Outcome,
        observables: &[&Column],
    ) -> String {
        let document = Document {
            format: FORMAT,
            table,
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("SADDLEPOINT_COMMIT"),
            arguments: &self.arguments,
            generator: "Xoshiro256PlusPlus",
            seed: self.seed,
            date: humantime::format_rfc3339_seconds(self.date).to_string(),
            wall_time_seconds: self
                .took
                .unwrap_or_else(|| self.started.elapsed())
                .as_secs_f64(),
            rows,
            shortfalls: &outcome.shortfalls,
            part: outcome.part.as_ref(),
            columns,
            observables,
        };
        let text = serde_json::to_string_pretty(&document);
        text.expect("strings, integers and finite numbers are JSON") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_is_named_after_its_table() {
        assert_eq!(path(Path::new("a/run.csv")), Path::new("a/run.meta.json"));
        assert_eq!(path(Path::new("run.1")), Path::new("run.1.meta.json"));
    }
}
