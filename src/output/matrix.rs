//! Matrices of samples out, as NPY or as CSV without a header.

use super::npy;
use super::sidecar::{self, Outcome, Run};
use super::staged::Staged;
use crate::table::Column;
use anyhow::{Context, Result, bail};
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::samples::Values;
use std::io::{self, BufWriter, Write};
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Npy,
}

/// Where a matrix goes: a file with its sidecar, or stdout as CSV.
pub struct MatrixOutput {
    format: Format,
    file: Option<Staged>,
    sidecar: Option<(Staged, Run)>,
}

impl MatrixOutput {
    /// Opens the files before anything is computed.
    ///
    /// # Errors
    /// If they cannot be written, or their name is of no known format.
    pub fn open(path: Option<&Path>, seed: u64) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self {
                format: Format::Csv,
                file: None,
                sidecar: None,
            });
        };
        let mut output = Self::beside(path)?;
        if let Some(file) = output.file.as_ref().filter(|file| file.is_regular()) {
            let sidecar = Staged::open(&sidecar::path(file.target()))?;
            output.sidecar = Some((sidecar, Run::start(seed)));
        }
        Ok(output)
    }

    /// Opens a file beside a table, whose sidecar tells how both were made.
    ///
    /// # Errors
    /// If it cannot be written, or its name is of no known format.
    pub fn beside(path: &Path) -> Result<Self> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let file = Staged::open(path)?;
        let format = match extension.as_deref() {
            Some("npy") => Format::Npy,
            Some("csv") => Format::Csv,
            // A device or a pipe has no extension to go by.
            _ if !file.is_regular() => Format::Csv,
            _ => bail!(
                "cannot write {}: a matrix's name must end in .npy or .csv",
                path.display()
            ),
        };
        Ok(Self {
            format,
            file: Some(file),
            sidecar: None,
        })
    }

    /// Writes the matrix, and gives back its files for [`commit`](super::staged::commit). `meaning` explains what its columns hold.
    ///
    /// # Errors
    /// If the files cannot be written.
    pub fn write(mut self, matrix: &Samples, meaning: &[Column]) -> Result<Vec<Staged>> {
        let mut finished = Vec::new();
        if let Some(mut file) = self.file {
            let result = write(matrix, self.format, BufWriter::new(&mut file));
            result.with_context(|| file.cannot_write())?;
            finished.push(file);
        } else {
            write(matrix, self.format, BufWriter::new(io::stdout()))
                .context("cannot write to stdout")?;
        }
        if let Some((staged, run)) = &mut self.sidecar {
            let document =
                run.document("samples", meaning, matrix.rows(), &Outcome::default(), &[]);
            staged
                .write_all(document.as_bytes())
                .with_context(|| staged.cannot_write())?;
        }
        finished.extend(self.sidecar.map(|(staged, _)| staged));
        Ok(finished)
    }
}

fn write(matrix: &Samples, format: Format, mut writer: impl Write) -> io::Result<()> {
    match format {
        Format::Csv => csv(matrix, &mut writer)?,
        Format::Npy => write_npy(matrix, &mut writer)?,
    }
    writer.flush()
}

fn csv(matrix: &Samples, writer: &mut impl Write) -> io::Result<()> {
    match matrix.values() {
        Values::Discrete(values) => lines(values, matrix.columns(), writer),
        Values::Real(values) => lines(values, matrix.columns(), writer),
    }
}

/// `{:?}` of a float is the shortest text that reads back as the same number.
fn lines(
    values: &[impl std::fmt::Debug],
    columns: usize,
    writer: &mut impl Write,
) -> io::Result<()> {
    for row in values.chunks_exact(columns) {
        for (index, value) in row.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(writer, "{comma}{value:?}")?;
        }
        writeln!(writer)?;
    }
    Ok(())
}

fn write_npy(matrix: &Samples, writer: &mut impl Write) -> io::Result<()> {
    let shape = [matrix.rows(), matrix.columns()];
    match matrix.values() {
        Values::Discrete(values) => npy::write(writer, "|i1", &shape, values, i8::to_le_bytes),
        Values::Real(values) => npy::write(writer, "<f8", &shape, values, f64::to_le_bytes),
    }
}
