//! From records to the bytes of a table, its sidecar and its figure.

use super::fields;
use super::format::Format;
use super::kept;
use super::rows::RowWriter;
use super::sidecar::{self, Run};
use super::staged::{self, Staged};
use super::whole;
use crate::plot::{self, Choice, FigureFile};
use crate::table::{Cell, Record, Shortfall, Table};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a row may wait before a reader of the file or pipe sees it.
const FLUSH_EVERY: Duration = Duration::from_millis(200);

/// Where a table goes, and how.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    /// The file; `None` for stdout.
    pub file: Option<PathBuf>,
    /// How it is written; `None` for what the file's name says, for columns on a terminal, and CSV in a pipe.
    pub format: Option<Format>,
    /// Names of the columns that are written, in this order; all where there is none.
    pub fields: Vec<String>,
    /// The figure, if one is wanted.
    pub figure: Option<FigureFile>,
    /// Seed of the random numbers, for the sidecar.
    pub seed: u64,
}

impl Destination {
    /// Errs if a file could not be written: long before there is something to write.
    ///
    /// # Errors
    /// If a file cannot be created in its folder, or its name says no format.
    pub fn check(&self) -> Result<()> {
        let file = self.file.as_deref().map(Staged::open).transpose()?;
        self.format(file.as_ref())?;
        let figure = self.figure.as_ref();
        figure
            .map(|figure| Staged::open(&figure.path))
            .transpose()?;
        Ok(())
    }

    fn format(&self, file: Option<&Staged>) -> Result<Format> {
        match (self.format, file) {
            (Some(format), _) => Ok(format),
            (None, None) if io::stdout().is_terminal() => Ok(Format::Table),
            // A device or a pipe has no name to go by.
            (None, Some(file)) if file.is_regular() => Format::of_name(file.named()),
            (None, _) => Ok(Format::Csv),
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Number of rows.
    pub rows: usize,
    /// Rows that are no full answer, for each reason.
    pub shortfalls: Vec<(Shortfall, usize)>,
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
    destination: Destination,
    format: Format,
    rows: RowWriter,
    sidecar: Option<(Staged, Run)>,
    figure: Option<(FigureFile, Staged)>,
    /// Columns that are left out whatever the fields
    leaves_out: Vec<&'static str>,
    /// The columns of the whole table, once the first row is known; its rows where they are wanted at the end.
    table: Option<Table>,
    /// Places of the columns that are written
    places: Vec<usize>,
    count: usize,
    shortfalls: BTreeMap<Shortfall, usize>,
    verdicts: BTreeMap<&'static str, usize>,
    flushed: Instant,
    record: PhantomData<R>,
}

impl<R: Record> Writer<R> {
    /// Opens every file that will be written; the header follows with the first row, so that a command which fails before it has a
    /// row leaves stdout empty. `leaves_out` names columns that have no meaning for what was asked.
    ///
    /// # Errors
    /// If a file cannot be written, its name says no format, or a field does not exist.
    pub fn open(destination: &Destination, leaves_out: &[&'static str]) -> Result<Self> {
        let mut known = R::known();
        known.retain(|column| !leaves_out.contains(&column.name.as_ref()));
        fields::check(&destination.fields, &known)?;
        let file = destination.file.as_deref().map(Staged::open).transpose()?;
        let format = destination.format(file.as_ref())?;
        if let Some(file) = &file
            && let Some(other) = sidecar::other_owner(file.target())
        {
            bail!(
                "{}: {} has the sidecar of this name; choose another name, or remove both",
                file.named().display(),
                other.display()
            );
        }
        let figure = match &destination.figure {
            Some(figure) => Some((figure.clone(), Staged::open(&figure.path)?)),
            None => None,
        };
        let sidecar = match &file {
            Some(file) if file.is_regular() => Some((
                Staged::open(&sidecar::path(file.target()))?,
                Run::start(destination.seed),
            )),
            _ => None,
        };
        Ok(Self {
            destination: destination.clone(),
            format,
            rows: RowWriter::new(format, file),
            sidecar,
            figure,
            leaves_out: leaves_out.to_vec(),
            table: None,
            places: Vec::new(),
            count: 0,
            shortfalls: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            flushed: Instant::now(),
            record: PhantomData,
        })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// If the file or pipe cannot be written, or the first row shows that a field does not exist.
    pub fn push(&mut self, record: &R) -> Result<()> {
        if self.table.is_none() {
            self.begin(Some(record))?;
        }
        if let Some(shortfall) = record.shortfall() {
            *self.shortfalls.entry(shortfall).or_default() += 1;
        }
        if let Some(verdict) = record.verdict() {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
        let cells = record.cells();
        self.count += 1;
        if self.format.is_streamed() {
            let columns = self.table.as_ref().map_or(&[][..], |table| &table.columns);
            self.rows.row(columns, &cells, &self.places)?;
            if self.flushed.elapsed() > FLUSH_EVERY {
                self.rows.flush()?;
                self.flushed = Instant::now();
                if self.destination.file.is_none() {
                    kept::rows(self.count);
                }
            }
        }
        if let Some(table) = &mut self.table
            && (self.figure.is_some() || !self.format.is_streamed())
        {
            table.rows.push(cells);
        }
        Ok(())
    }

    /// The columns, which the first row completes, and the header.
    fn begin(&mut self, first: Option<&R>) -> Result<()> {
        let columns = R::columns(first);
        let left_out = |name: &str| self.leaves_out.contains(&name);
        self.places = if self.destination.fields.is_empty() {
            (0..columns.len())
                .filter(|&place| !left_out(&columns[place].name))
                .collect()
        } else {
            fields::places(&self.destination.fields, &columns)?
        };
        if self.format.is_streamed() {
            self.rows.header(&columns, &self.places)?;
        }
        self.table = Some(Table {
            name: R::NAME.to_owned(),
            columns,
            rows: Vec::new(),
        });
        Ok(())
    }

    /// Writes the sidecar, moves the table into place, and then draws the figure.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn finish(mut self) -> Result<Summary> {
        if self.table.is_none() {
            self.begin(None)?;
        }
        let table = self.table.take().unwrap_or_else(|| Table::of::<R>(&[]));
        let shown = selected(&table, &self.places);
        if !self.format.is_streamed() {
            self.rows.text(&whole::text(&shown, self.format))?;
        }
        let mut finished = Vec::from_iter(self.rows.finish()?);
        if let Some((mut staged, run)) = self.sidecar {
            let document = run.document(R::NAME, &shown.columns, self.count);
            staged
                .write_all(document.as_bytes())
                .with_context(|| staged.cannot_write())?;
            finished.push(staged);
        }
        staged::commit(finished)?;
        let undrawn = self.figure.and_then(|figure| undrawn(&table, figure));
        Ok(Summary {
            undrawn,
            rows: self.count,
            shortfalls: self.shortfalls.into_iter().collect(),
            verdicts: self.verdicts.into_iter().collect(),
            file: self.destination.file,
        })
    }
}

/// Draws the figure; what hinders that comes back as words, since the table is in place by then.
fn undrawn(table: &Table, (figure, mut staged): (FigureFile, Staged)) -> Option<String> {
    let draw = || {
        plot::draw(table, &Choice::default(), &figure, &mut staged)?;
        staged::commit(vec![staged])
    };
    // A bug of the drawing must not take the table with it.
    let drawn = catch_unwind(AssertUnwindSafe(draw));
    let why = match drawn {
        Ok(Ok(())) => return None,
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => "a bug stopped the drawing; please report the message above".to_owned(),
    };
    Some(format!("cannot draw {}: {why}", figure.path.display()))
}

/// The columns at some places.
fn selected(table: &Table, places: &[usize]) -> Table {
    let chosen = |row: &Vec<Cell>| places.iter().map(|&place| row[place].clone()).collect();
    Table {
        name: table.name.clone(),
        columns: places
            .iter()
            .map(|&place| table.columns[place].clone())
            .collect(),
        rows: table.rows.iter().map(chosen).collect(),
    }
}
