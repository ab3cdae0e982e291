//! CSV and JSON lines, to stdout, to a staged file or into memory.

use super::format::Format;
use super::kept;
use super::staged::Staged;
use crate::table::{Cell, Column, Table};
use anyhow::{Context, Result};
use std::io::{self, BufWriter, Stdout, Write};

/// Stdout, which notes when it is used.
struct Noting(Stdout);

impl Write for Noting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Before it happens: who reads it may interrupt at once.
        kept::begun();
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

enum Sink {
    Stdout(BufWriter<Noting>),
    File(Box<BufWriter<Staged>>),
    Memory(Vec<u8>),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::File(file) => file.write(bytes),
            Self::Memory(kept) => kept.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::File(file) => file.flush(),
            Self::Memory(kept) => kept.flush(),
        }
    }
}

enum Lines {
    Csv(Box<csv::Writer<Sink>>),
    Others(Sink),
}

impl Lines {
    fn of(format: Format, sink: Sink) -> Self {
        match format {
            Format::Csv => Self::Csv(Box::new(csv::Writer::from_writer(sink))),
            _ => Self::Others(sink),
        }
    }
}

/// Writes rows in one format to one place.
pub(super) struct RowWriter {
    lines: Lines,
    /// The start of the message when writing fails.
    cannot_write: String,
}

impl RowWriter {
    /// Writes to `file`, or to stdout without one.
    pub(super) fn new(format: Format, file: Option<Staged>) -> Self {
        let cannot_write = file
            .as_ref()
            .map_or("cannot write to stdout".to_owned(), Staged::cannot_write);
        let stdout = || Sink::Stdout(BufWriter::new(Noting(io::stdout())));
        let sink = file.map_or_else(stdout, |file| Sink::File(Box::new(BufWriter::new(file))));
        Self {
            lines: Lines::of(format, sink),
            cannot_write,
        }
    }

    /// The bytes of a whole table.
    pub(super) fn bytes(table: &Table, format: Format) -> Result<Vec<u8>> {
        let mut writer = Self {
            lines: Lines::of(format, Sink::Memory(Vec::new())),
            cannot_write: "cannot write into memory".to_owned(),
        };
        let places: Vec<usize> = (0..table.columns.len()).collect();
        writer.header(&table.columns, &places)?;
        let mut rows = table.rows.iter();
        rows.try_for_each(|row| writer.row(&table.columns, row, &places))?;
        match writer.into_sink()? {
            Sink::Memory(bytes) => Ok(bytes),
            Sink::Stdout(_) | Sink::File(_) => unreachable!("the sink is memory"),
        }
    }

    /// Writes the names of the columns at `places`, which JSON repeats on each line instead.
    pub(super) fn header(&mut self, columns: &[Column], places: &[usize]) -> Result<()> {
        let Lines::Csv(csv) = &mut self.lines else {
            return Ok(());
        };
        let names = places.iter().map(|&place| columns[place].name.as_ref());
        let result = csv.write_record(names).map_err(cause);
        self.explain(result)
    }

    /// Writes the cells of a row at `places`.
    pub(super) fn row(&mut self, columns: &[Column], row: &[Cell], places: &[usize]) -> Result<()> {
        let result = match &mut self.lines {
            Lines::Csv(csv) => {
                let mut cells = places.iter().map(|&place| row[place].to_csv());
                cells
                    .try_for_each(|cell| csv.write_field(cell.as_bytes()))
                    .and_then(|()| csv.write_record(None::<&[u8]>))
                    .map_err(cause)
            }
            Lines::Others(sink) => sink.write_all(&json_line(columns, row, places)?),
        };
        self.explain(result)
    }

    /// Hands everything so far to the operating system.
    pub(super) fn flush(&mut self) -> Result<()> {
        let result = match &mut self.lines {
            Lines::Csv(csv) => csv.flush(),
            Lines::Others(sink) => sink.flush(),
        };
        self.explain(result)
    }

    /// Writes a text as it is.
    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        let Lines::Others(sink) = &mut self.lines else {
            return Ok(());
        };
        let result = sink.write_all(text.as_bytes());
        self.explain(result)
    }

    /// Flushes, and gives back the file, which is not yet in place.
    pub(super) fn finish(self) -> Result<Option<Staged>> {
        match self.into_sink()? {
            Sink::Stdout(_) | Sink::Memory(_) => Ok(None),
            Sink::File(file) => Ok(Some(
                file.into_inner().map_err(io::IntoInnerError::into_error)?,
            )),
        }
    }

    /// Flushes, and gives back where everything went.
    fn into_sink(mut self) -> Result<Sink> {
        self.flush()?;
        Ok(match self.lines {
            Lines::Csv(csv) => csv.into_inner().map_err(csv::IntoInnerError::into_error)?,
            Lines::Others(sink) => sink,
        })
    }

    fn explain(&self, result: io::Result<()>) -> Result<()> {
        result.with_context(|| self.cannot_write.clone())
    }
}

/// What the operating system said: a closed pipe is told by its kind, which `io::Error::from` hides.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn json_line(columns: &[Column], row: &[Cell], places: &[usize]) -> Result<Vec<u8>> {
    // Built by hand, because a map would lose the order of the columns.
    let mut line = Vec::from(b"{");
    for (index, &place) in places.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        serde_json::to_writer(&mut line, &columns[place].name)?;
        line.push(b':');
        serde_json::to_writer(&mut line, &row[place].to_json())?;
    }
    line.extend(b"}\n");
    Ok(line)
}
