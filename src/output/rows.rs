//! CSV and JSON lines, to stdout or to a staged file.

use super::staged::Staged;
use super::{Cell, Column};
use crate::cli::args::Format;
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

    /// Writes the names of the columns, which JSON repeats on each line instead.
    pub(super) fn header(&mut self, columns: &[Column]) -> Result<()> {
        match self.format {
            Format::Csv => self.write(&csv_line(
                columns.iter().map(|column| column.name.as_ref()),
            )?),
            Format::Json => Ok(()),
        }
    }

    /// Writes one row.
    pub(super) fn row(&mut self, columns: &[Column], row: &[Cell]) -> Result<()> {
        let line = match self.format {
            Format::Csv => csv_line(row.iter().map(Cell::to_csv))?,
            Format::Json => json_line(columns, row)?,
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

    fn write(&mut self, line: &[u8]) -> Result<()> {
        let result = self.writer().write_all(line);
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

fn json_line(columns: &[Column], row: &[Cell]) -> Result<Vec<u8>> {
    // Built by hand, because a map would lose the order of the columns.
    let mut line = Vec::from(b"{");
    for (index, (column, cell)) in columns.iter().zip(row).enumerate() {
        if index > 0 {
            line.push(b',');
        }
        serde_json::to_writer(&mut line, &column.name)?;
        line.push(b':');
        serde_json::to_writer(&mut line, &cell.to_json())?;
    }
    line.extend(b"}\n");
    Ok(line)
}
