//! From rows of cells to the bytes of a table, its sidecar and its figure.

use super::fields;
use super::format::Format;
use super::kept;
use super::rows::RowWriter;
use super::sidecar::{self, Outcome, Run};
use super::staged::{self, Staged};
use super::whole;
use crate::plot::{self, Choice, FigureFile};
use crate::table::vocabulary::OBSERVABLE;
use crate::table::{Cell, Column, Record, Row, Table, observables};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
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
    /// The run that made the table where it is over; `None` for that of this process.
    pub run: Option<Run>,
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
pub struct Written {
    /// Number of rows.
    pub rows: usize,
    /// The file; `None` for stdout.
    pub file: Option<PathBuf>,
    /// Why there is no figure although one was wanted.
    pub undrawn: Option<String>,
}

/// Writes one table, whatever its rows are of. Dropped without [`finish`](Self::finish), it leaves no file.
pub struct TableWriter {
    destination: Destination,
    format: Format,
    lines: RowWriter,
    sidecar: Option<(Staged, Run)>,
    figure: Option<(FigureFile, Staged)>,
    /// Columns that are left out whatever the fields
    leaves_out: Vec<&'static str>,
    /// The columns of the whole table, once they are known; its rows where they are wanted at the end.
    table: Table,
    /// Places of the columns that are written, once they are known
    places: Option<Vec<usize>>,
    count: usize,
    /// What a table of comparisons compares, by its name.
    observables: BTreeMap<&'static str, &'static Column>,
    flushed: Instant,
}

impl TableWriter {
    /// Opens every file that will be written. `known` are the columns of all tables of the kind, of which `leaves_out` names those that
    /// have no meaning here.
    ///
    /// # Errors
    /// If a file cannot be written, its name says no format, or a field does not exist.
    pub fn open(
        destination: &Destination,
        name: &str,
        known: Vec<Column>,
        leaves_out: &[&'static str],
    ) -> Result<Self> {
        let mut known = known;
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
                destination
                    .run
                    .clone()
                    .unwrap_or_else(|| Run::start(destination.seed)),
            )),
            _ => None,
        };
        Ok(Self {
            destination: destination.clone(),
            format,
            lines: RowWriter::new(format, file),
            sidecar,
            figure,
            leaves_out: leaves_out.to_vec(),
            table: Table {
                name: name.to_owned(),
                columns: Vec::new(),
                rows: Vec::new(),
            },
            places: None,
            count: 0,
            observables: BTreeMap::new(),
            flushed: Instant::now(),
        })
    }

    /// Whether the columns are known.
    pub fn has_begun(&self) -> bool {
        self.places.is_some()
    }

    /// Says the columns, and writes the header.
    ///
    /// # Errors
    /// If a field does not exist, or the file or pipe cannot be written.
    pub fn begin(&mut self, columns: Vec<Column>) -> Result<()> {
        let left_out = |name: &str| self.leaves_out.contains(&name);
        let places = if self.destination.fields.is_empty() {
            (0..columns.len())
                .filter(|&place| !left_out(&columns[place].name))
                .collect()
        } else {
            fields::places(&self.destination.fields, &columns)?
        };
        if self.format.is_streamed() {
            self.lines.header(&columns, &places)?;
        }
        self.table.columns = columns;
        self.places = Some(places);
        Ok(())
    }

    /// Writes one row, a cell for each of the columns.
    ///
    /// # Errors
    /// If the file or pipe cannot be written.
    pub fn push(&mut self, cells: Vec<Cell>) -> Result<()> {
        let places = self.places.as_deref().unwrap_or_default();
        self.count += 1;
        self.observables.extend(compared(&self.table, &cells));
        if self.format.is_streamed() {
            self.lines.row(&self.table.columns, &cells, places)?;
            if self.flushed.elapsed() > FLUSH_EVERY {
                self.lines.flush()?;
                self.flushed = Instant::now();
                if self.destination.file.is_none() {
                    kept::rows(self.count);
                }
            }
        }
        if self.figure.is_some() || !self.format.is_streamed() {
            self.table.rows.push(cells);
        }
        Ok(())
    }

    /// Writes the sidecar, with what is known of the rows, moves the table into place, and then draws the figure.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn finish(mut self, outcome: &Outcome) -> Result<Written> {
        let shown = selected(&self.table, self.places.as_deref().unwrap_or_default());
        if !self.format.is_streamed() {
            self.lines.text(&whole::text(&shown, self.format))?;
        }
        let mut finished = Vec::from_iter(self.lines.finish()?);
        if let Some((mut staged, run)) = self.sidecar {
            let observables: Vec<&Column> = self.observables.into_values().collect();
            let document = run.document(
                &shown.name,
                &shown.columns,
                self.count,
                outcome,
                &observables,
            );
            staged
                .write_all(document.as_bytes())
                .with_context(|| staged.cannot_write())?;
            finished.push(staged);
        }
        staged::commit(finished)?;
        // Fields that were not chosen are drawn, columns without a meaning are not.
        let names = self.table.columns.iter().map(|column| &column.name);
        let has_meaning = |name: &str| !self.leaves_out.contains(&name);
        let drawn: Vec<usize> = names
            .enumerate()
            .filter_map(|(place, name)| has_meaning(name).then_some(place))
            .collect();
        let table = selected(&self.table, &drawn);
        let undrawn = self.figure.and_then(|figure| undrawn(&table, figure));
        Ok(Written {
            undrawn,
            rows: self.count,
            file: self.destination.file,
        })
    }
}

/// What a row of a table of comparisons compares.
fn compared(table: &Table, cells: &[Cell]) -> Option<(&'static str, &'static Column)> {
    if table.name != Row::NAME {
        return None;
    }
    let Cell::Text(name) = &cells[table.index(&OBSERVABLE.name)?] else {
        return None;
    };
    let known = observables::find(name)?;
    Some((known.name.as_ref(), known))
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
