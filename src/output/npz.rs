//! `NumPy`'s NPZ format, written: a zip archive of NPY files, the same bytes for the same arrays.

use super::npy;
use anyhow::Result;
use faer::MatRef;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// An archive in memory.
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Default for Archive {
    fn default() -> Self {
        Self::new()
    }
}

impl Archive {
    /// An empty archive.
    pub fn new() -> Self {
        Self {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
        }
    }

    /// Adds a vector.
    ///
    /// # Errors
    /// If it does not fit into an archive.
    pub fn vector(&mut self, name: &str, values: &[f64]) -> Result<()> {
        self.array(name, &[values.len()], values)
    }

    /// Adds a matrix.
    ///
    /// # Errors
    /// If it does not fit into an archive.
    pub fn matrix(&mut self, name: &str, matrix: MatRef<'_, f64>) -> Result<()> {
        let values: Vec<f64> = matrix
            .row_iter()
            .flat_map(|row| row.iter().copied().collect::<Vec<_>>())
            .collect();
        self.array(name, &[matrix.nrows(), matrix.ncols()], &values)
    }

    /// Adds an array in C order.
    ///
    /// # Errors
    /// If it does not fit into an archive.
    pub fn array(&mut self, name: &str, shape: &[usize], values: &[f64]) -> Result<()> {
        self.start(&format!("{name}.npy"))?;
        npy::write(&mut self.zip, "<f8", shape, values, f64::to_le_bytes)?;
        Ok(())
    }

    /// Adds a text as an array of no dimension.
    ///
    /// # Errors
    /// If it does not fit into an archive.
    pub fn word(&mut self, name: &str, text: &str) -> Result<()> {
        let points: Vec<u32> = text.chars().map(u32::from).collect();
        self.start(&format!("{name}.npy"))?;
        let descr = format!("<U{}", points.len());
        npy::write(&mut self.zip, &descr, &[], &points, u32::to_le_bytes)?;
        Ok(())
    }

    /// Adds a text that is no array.
    ///
    /// # Errors
    /// If it does not fit into an archive.
    pub fn text(&mut self, name: &str, text: &str) -> Result<()> {
        self.start(name)?;
        self.zip.write_all(text.as_bytes())?;
        Ok(())
    }

    fn start(&mut self, name: &str) -> Result<()> {
        // Stored and dated alike, so that equal arrays give equal bytes; large files need the wider header.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .large_file(true);
        Ok(self.zip.start_file(name, options)?)
    }

    /// The bytes of the archive.
    ///
    /// # Errors
    /// If it does not fit into an archive.
    pub fn finish(self) -> Result<Vec<u8>> {
        Ok(self.zip.finish()?.into_inner())
    }
}
