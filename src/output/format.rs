//! How a table or a figure is written, and how its file's name says so.

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

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

/// A figure's file, whose name says its format, and its width.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureFile {
    /// The file.
    pub path: PathBuf,
    /// Vectors or pixels.
    pub kind: FigureKind,
    /// Width in millimetres; `None` for what the panels need.
    pub width: Option<f64>,
}

/// Vectors or pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// Scalable vector graphics.
    Svg,
    /// A page of a portable document.
    Pdf,
    /// Pixels.
    Png,
}

impl FigureFile {
    /// Reads the format off the name's end.
    ///
    /// # Errors
    /// If it says none.
    pub fn parse(text: &str) -> Result<Self> {
        let path = PathBuf::from(text);
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let kind = match extension.as_deref() {
            Some("svg") => FigureKind::Svg,
            Some("pdf") => FigureKind::Pdf,
            Some("png") => FigureKind::Png,
            _ => bail!("a figure's name must end in .svg, .pdf or .png"),
        };
        Ok(Self {
            path,
            kind,
            width: None,
        })
    }

    /// The same file with a figure of this width.
    ///
    /// # Errors
    /// Unless the width is from 40 to 1000 mm.
    pub fn with_width(self, width: Option<f64>) -> Result<Self> {
        if let Some(width) = width {
            ensure!(
                (40.0..=1000.0).contains(&width),
                "--width {width}: a figure is 40 to 1000 mm wide; one column of a journal is 86"
            );
        }
        Ok(Self { width, ..self })
    }
}
