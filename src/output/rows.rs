//! CSV and JSON lines, to stdout or to a staged file.

use super::format::Format;
use super::staged::Staged;
use crate::table::{Cell, Column};
use anyhow::{Context, Result};
use std::io::{self, BufWriter, Stdout, Write};

enum Sink {
    Stdout(BufWriter<Stdout>),
    File(Box<BufWriter<Staged>>),
}

/// Writes rows in one format to one place.
pub(super) struct RowWriter {
    sink: Sink,
    format: Format,
}

impl RowWriter {
    /// Writes to `file`, or to stdout without one.
    pub(super) fn new(format: Format, file: Option<BufWriter<Staged>>) -> Self {
        let stdout = || Sink::Stdout(BufWriter::new(io::stdout()));
        Self {
            format,
            sink: file.map_or_else(stdout, |file| Sink::File(Box::new(file))),
        }
    }

    /// Writes the names of the columns at `places`, which JSON repeats on each line instead.
    pub(super) fn header(&mut self, columns: &[Column], places: &[usize]) -> Result<()> {
        if self.format == Format::Json {
            return Ok(());
        }
        let names = places.iter().map(|&place| columns[place].name.as_ref());
        let line = csv_line(names)?;
        self.write(&line)
    }

    /// Writes the cells of a row at `places`.
    pub(super) fn row(&mut self, columns: &[Column], row: &[Cell], places: &[usize]) -> Result<()> {
        let line = match self.format {
            Format::Json => json_line(columns, row, places)?,
            _ => csv_line(places.iter().map(|&place| row[place].to_csv()))?,
        };
        self.write(&line)
    }

    /// Hands everything so far to the operating system.
    pub(super) fn flush(&mut self) -> Result<()> {
        let result = self.writer().flush();
        self.explain(result)
    }

    /// Flushes, and gives back the file, which is not yet in place.
    pub(super) fn finish(mut self) -> Result<Option<Staged>> {
        self.flush()?;
        match self.sink {
            Sink::Stdout(_) => Ok(None),
            Sink::File(file) => Ok(Some(
                file.into_inner().map_err(io::IntoInnerError::into_error)?,
            )),
        }
    }

    fn writer(&mut self) -> &mut dyn Write {
        match &mut self.sink {
            Sink::Stdout(stdout) => stdout,
            Sink::File(file) => file.as_mut(),
        }
    }

    /// Writes bytes as they are.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let result = self.writer().write_all(bytes);
        self.explain(result)
    }

    fn explain(&self, result: io::Result<()>) -> Result<()> {
        result.with_context(|| match &self.sink {
            Sink::Stdout(_) => "cannot write to stdout".to_owned(),
            Sink::File(file) => file.get_ref().cannot_write(),
        })
    }
}

fn csv_line(cells: impl Iterator<Item = impl AsRef<str>>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for cell in cells {
        writer.write_field(cell.as_ref())?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
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
