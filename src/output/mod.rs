//! Tables out: stdout or a file with its sidecar, and a figure of what the table holds.

pub(crate) mod columns;
pub(crate) mod matrix;
mod npy;
pub(crate) mod npz;
mod read;
mod rows;
pub(crate) mod sidecar;
pub(crate) mod staged;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use table::{Cell, Column, Table};

use crate::cli::args::{CommonArgs, FigureFile};
use crate::plot::{self, Choice};
use anyhow::{Context, Result, ensure};
use rows::RowWriter;
use sidecar::Run;
use staged::Staged;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a row may wait before a reader of the file or pipe sees it.
const FLUSH_EVERY: Duration = Duration::from_millis(200);

/// Where one command's table goes.
///
/// ```text
/// let mut output = Output::open(&args.common, COLUMNS.to_vec())?;   // fails before anything is computed
/// for point in points { output.push(vec![point.into(), …])?; }      // one row at a time
/// output.finish()?;                                                // renames the files into place, sidecar last
/// ```
///
/// Dropped without `finish`, it leaves no file.
pub(crate) struct Output {
    writer: RowWriter,
    table: Table,
    figure: Option<(FigureFile, Staged)>,
    sidecar: Option<(Staged, Run)>,
    rows: usize,
    flushed: Instant,
}

impl Output {
    /// Opens every file that the command will write; the header follows with the first row, so that a command which fails
    /// before it has a row leaves stdout empty.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) fn open(common: &CommonArgs, columns: Vec<Column>) -> Result<Self> {
        let file = common.output_file().map(Staged::open).transpose()?;
        let figure = match &common.plot {
            Some(figure) => Some((figure.clone(), Staged::open(&figure.path)?)),
            None => None,
        };
        check_distinct(common)?;
        let sidecar = match &file {
            Some(file) if file.is_regular() => Some((
                Staged::open(&sidecar::path(file.target()))?,
                Run::start(common.seed),
            )),
            _ => None,
        };
        let writer = RowWriter::new(common.format, file.map(BufWriter::new));
        let table = Table {
            columns,
            rows: Vec::new(),
        };
        Ok(Self {
            writer,
            table,
            figure,
            sidecar,
            rows: 0,
            flushed: Instant::now(),
        })
    }

    /// Writes one row: one cell per column.
    ///
    /// # Errors
    /// If the file or pipe cannot be written.
    pub(crate) fn push(&mut self, row: Vec<Cell>) -> Result<()> {
        ensure!(
            row.len() == self.table.columns.len(),
            "a row of {} cells for {} columns",
            row.len(),
            self.table.columns.len()
        );
        if self.rows == 0 {
            self.writer.header(&self.table.columns)?;
        }
        self.writer.row(&self.table.columns, &row)?;
        self.rows += 1;
        if self.flushed.elapsed() > FLUSH_EVERY {
            self.writer.flush()?;
            self.flushed = Instant::now();
        }
        if self.figure.is_some() {
            self.table.rows.push(row);
        }
        Ok(())
    }

    /// Writes the sidecar, draws the figure, and moves all files into place. A table that cannot be drawn is still
    /// written.
    ///
    /// # Errors
    /// If a file cannot be written, or the table cannot be drawn.
    pub(crate) fn finish(mut self) -> Result<()> {
        if self.rows == 0 {
            self.writer.header(&self.table.columns)?;
        }
        let mut finished = Vec::from_iter(self.writer.finish()?);
        let drawn = match self.figure {
            Some((figure, mut staged)) => {
                let drawn = plot::draw(&self.table, &Choice::default(), figure.kind, &mut staged);
                // Dropped otherwise, and with it its temporary file.
                if drawn.is_ok() {
                    finished.push(staged);
                }
                drawn.with_context(|| format!("cannot draw {}", figure.path.display()))
            }
            None => Ok(()),
        };
        if let Some((mut staged, run)) = self.sidecar {
            let document = run.document(&self.table.columns, self.rows);
            staged
                .write_all(document.as_bytes())
                .with_context(|| staged.cannot_write())?;
            finished.push(staged);
        }
        staged::commit(finished)?;
        drawn
    }
}

fn check_distinct(common: &CommonArgs) -> Result<()> {
    let figure: Option<&PathBuf> = common.plot.as_ref().map(|figure| &figure.path);
    ensure!(
        figure.is_none() || figure.map(PathBuf::as_path) != common.output_file(),
        "--output and --plot name the same file; choose two names"
    );
    Ok(())
}

/// Whether the reader of our stdout went away, as `head` does: no error to speak of.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
