//! How a table is written, and how its file's name says so.

use anyhow::{Result, bail};
use clap::ValueEnum;
use std::path::Path;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated values under a header
    Csv,
    /// One JSON object per line
    Json,
    /// A Markdown table, numbers to six digits
    Markdown,
    /// A LaTeX tabular, numbers to six digits
    Latex,
    /// Columns for a reader: six digits, constant columns in a caption, empty ones left out
    Table,
}

impl Format {
    /// The format that a file's name says.
    ///
    /// # Errors
    /// If it says none.
    pub fn of_name(path: &Path) -> Result<Self> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("json" | "jsonl" | "ndjson") => Ok(Self::Json),
            Some("md") => Ok(Self::Markdown),
            Some("tex") => Ok(Self::Latex),
            Some(other) => bail!(
                "cannot write {}: a table is no .{other} file; name it .csv, .json, .md or .tex, or say --format",
                path.display()
            ),
            None => bail!(
                "cannot write {}: its name says no format; name it .csv, .json, .md or .tex, or say --format",
                path.display()
            ),
        }
    }

    /// Whether rows are written as they come, and not all at the end.
    pub(crate) fn is_streamed(self) -> bool {
        matches!(self, Self::Csv | Self::Json)
    }
}
