//! From records to a table, with a count of what their rows say.

use super::table_writer::{Destination, TableWriter};
use crate::table::{Record, Shortfall};
use anyhow::Result;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::PathBuf;

/// What the rows of a table say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    rows: usize,
    shortfalls: BTreeMap<Shortfall, usize>,
    verdicts: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Counts a row.
    pub fn add(&mut self, record: &impl Record) {
        self.rows += 1;
        if let Some(shortfall) = record.shortfall() {
            *self.shortfalls.entry(shortfall).or_default() += 1;
        }
        if let Some(verdict) = record.verdict() {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether every row is a full answer.
    pub fn is_full(&self) -> bool {
        self.shortfalls.is_empty()
    }

    /// Which rows are no full answer, a line for each reason.
    pub fn shortfalls(&self) -> impl Iterator<Item = String> {
        self.shortfalls.iter().map(|(shortfall, count)| {
            let Shortfall { what, remedy } = shortfall;
            format!("{count} of {} rows: {what}; {remedy}", self.rows)
        })
    }

    /// Number of rows of each verdict, where rows have one.
    pub fn verdicts(&self) -> impl ExactSizeIterator<Item = (&'static str, usize)> {
        self.verdicts.iter().map(|(word, count)| (*word, *count))
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What the rows say.
    pub tally: Tally,
    /// The file; `None` for stdout.
    pub file: Option<PathBuf>,
    /// Why there is no figure although one was wanted.
    pub undrawn: Option<String>,
}

/// Writes the records of one table.
///
/// ```text
/// let mut table = Writer::<Row>::open(&destination, &[])?;   // fails before anything is computed
/// for point in points { table.push(&row)?; }                 // one row at a time
/// let summary = table.finish()?;                             // renames the files into place, sidecar last
/// ```
///
/// Dropped without `finish`, it leaves no file.
pub struct Writer<R: Record> {
    table: TableWriter,
    tally: Tally,
    record: PhantomData<R>,
}

impl<R: Record> Writer<R> {
    /// Opens every file that will be written; the header follows with the first row, so that a command which fails before it has a
    /// row leaves stdout empty. `leaves_out` names columns that have no meaning for what was asked.
    ///
    /// # Errors
    /// If a file cannot be written, its name says no format, or a field does not exist.
    pub fn open(destination: &Destination, leaves_out: &[&'static str]) -> Result<Self> {
        Ok(Self {
            table: TableWriter::open(destination, R::NAME, R::known(), leaves_out)?,
            tally: Tally::default(),
            record: PhantomData,
        })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// If the file or pipe cannot be written, or the first row shows that a field does not exist.
    pub fn push(&mut self, record: &R) -> Result<()> {
        if !self.table.has_begun() {
            self.table.begin(R::columns(Some(record)))?;
        }
        self.tally.add(record);
        self.table.push(record.cells())
    }

    /// Writes the sidecar, moves the table into place, and then draws the figure.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn finish(mut self) -> Result<Summary> {
        if !self.table.has_begun() {
            self.table.begin(R::columns(None))?;
        }
        let written = self.table.finish()?;
        Ok(Summary {
            tally: self.tally,
            file: written.file,
            undrawn: written.undrawn,
        })
    }
}
