//! From records to a table, with a count of what their rows say.

use super::sidecar::{Outcome, Short};
use super::table_writer::{Destination, TableWriter};
use crate::questions::GridPart;
use crate::table::Record;
use anyhow::Result;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::PathBuf;

/// What the rows of a table say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    rows: usize,
    /// Rows that are no full answer, for each reason.
    short: Vec<Short>,
    verdicts: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// That of rows which were counted before, some of them of one reason in several places.
    pub fn of(rows: usize, short: impl IntoIterator<Item = Short>) -> Self {
        let mut tally = Self {
            rows,
            ..Self::default()
        };
        short.into_iter().for_each(|more| tally.count(more));
        tally
    }

    /// Counts a row.
    pub fn add(&mut self, record: &impl Record) {
        self.rows += 1;
        if let Some(shortfall) = record.shortfall() {
            self.count(Short::new(shortfall, 1));
        }
        if let Some(verdict) = record.verdict() {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
    }

    /// Counts rows that are no full answer; reasons stand in the order of their words.
    fn count(&mut self, more: Short) {
        let key = |short: &Short| (short.what.clone(), short.remedy.clone());
        match self.short.binary_search_by_key(&key(&more), key) {
            Ok(place) => self.short[place].rows += more.rows,
            Err(place) => self.short.insert(place, more),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether every row is a full answer.
    pub fn is_full(&self) -> bool {
        self.short.is_empty()
    }

    /// Rows that are no full answer, for each reason.
    pub fn short(&self) -> &[Short] {
        &self.short
    }

    /// Which rows are no full answer, a line for each reason.
    pub fn shortfalls(&self) -> impl Iterator<Item = String> {
        self.short.iter().map(|Short { what, remedy, rows }| {
            format!("{rows} of {} rows: {what}; {remedy}", self.rows)
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
        let outcome = Outcome {
            shortfalls: self.tally.short().to_vec(),
            part,
        };
        let written = self.table.finish(&outcome)?;
        Ok(Summary {
            tally: self.tally,
            file: written.file,
            undrawn: written.undrawn,
        })
    }
}
