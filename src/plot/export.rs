//! From SVG to the bytes of a file.

use super::FigureKind;
use anyhow::{Context, Result, anyhow};
use resvg::tiny_skia::{Pixmap, Transform};
use std::sync::Arc;
use svg2pdf::usvg::{Options, Tree, fontdb::Database};
use svg2pdf::{ConversionOptions, PageOptions};

/// Pixels of a PNG per pixel of 1/96 inch.
const FINE: f32 = 2.0;
/// Pixels of an SVG per inch.
const DPI: f32 = 96.0;

/// The file of a figure.
pub(super) fn bytes(svg: String, kind: FigureKind) -> Result<Vec<u8>> {
    match kind {
        FigureKind::Svg => Ok(svg.into_bytes()),
        FigureKind::Pdf => pdf(&tree(&svg)?),
        FigureKind::Png => png(&tree(&svg)?),
    }
}

/// The drawing with the one font that the program carries, so that it looks alike on every machine.
fn tree(svg: &str) -> Result<Tree> {
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    let options = Options {
        fontdb: Arc::new(fonts),
        dpi: DPI,
        ..Options::default()
    };
    Tree::from_str(svg, &options).context("the figure is no valid SVG")
}

fn pdf(tree: &Tree) -> Result<Vec<u8>> {
    let page = PageOptions { dpi: DPI };
    svg2pdf::to_pdf(tree, ConversionOptions::default(), page)
        .map_err(|error| anyhow!("the figure cannot be a PDF: {error}"))
}

fn png(tree: &Tree) -> Result<Vec<u8>> {
    let size = tree
        .size()
        .to_int_size()
        .scale_by(FINE)
        .context("the figure has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).context("the figure is too large")?;
    resvg::render(
        tree,
        Transform::from_scale(FINE, FINE),
        &mut pixels.as_mut(),
    );
    pixels
        .encode_png()
        .context("the figure cannot be written as PNG")
}
