//! From records to a table, with a count of what their rows say.

use super::sidecar::{Outcome, Short};
use super::table_writer::{Destination, TableWriter};
use crate::questions::GridPart;
use crate::table::{Record, Shortfall};
use anyhow::Result;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::PathBuf;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Number of rows.
    pub rows: usize,
    /// Rows that are no full answer, for each reason.
    pub shortfalls: Vec<Short>,
    /// Rows of each verdict, where rows have one.
    pub verdicts: Vec<(&'static str, usize)>,
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
    shortfalls: BTreeMap<Shortfall, usize>,
    verdicts: BTreeMap<&'static str, usize>,
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
            shortfalls: BTreeMap::new(),
            verdicts: BTreeMap::new(),
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
        if let Some(shortfall) = record.shortfall() {
            *self.shortfalls.entry(shortfall).or_default() += 1;
        }
        if let Some(verdict) = record.verdict() {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
        self.table.push(record.cells())
    }

    /// Writes the sidecar, moves the table into place, and then draws the figure.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn finish(self) -> Result<Summary> {
        self.finish_part(None)
    }

    /// [`finish`](Self::finish) of a table whose rows are of a part of a grid.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn finish_part(mut self, part: Option<GridPart>) -> Result<Summary> {
        if !self.table.has_begun() {
            self.table.begin(R::columns(None))?;
        }
        let shortfalls = self.shortfalls.into_iter();
        let outcome = Outcome {
            shortfalls: shortfalls.map(|(of, rows)| Short::new(of, rows)).collect(),
            part,
        };
        let written = self.table.finish(&outcome)?;
        Ok(Summary {
            rows: written.rows,
            shortfalls: outcome.shortfalls,
            verdicts: self.verdicts.into_iter().collect(),
            file: written.file,
            undrawn: written.undrawn,
        })
    }
}
