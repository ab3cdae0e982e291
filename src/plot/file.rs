//! A figure's file and how its name says the format.

use anyhow::{Result, bail, ensure};
use std::path::PathBuf;

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
