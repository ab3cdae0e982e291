//! Layout: panels in a grid, the legend beside them, and the files that they become.

use super::axes;
use super::canvas::{Canvas, FINE, INK, TEXT};
use super::comparison::THEORY;
use super::figure::{Figure, Mark, Panel, Series};
use super::raster::{self, Raster};
use super::text;
use crate::output::FigureKind;
use anyhow::{Context, Result};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;

/// Pixels of a PNG file per unit of length, which is a pixel of an SVG file.
const PNG_SCALE: f32 = 2.0;
/// More names than this do not fit beside the panels.
const MAX_LEGEND: usize = 24;
const LEGEND_LINE: f64 = 20.0;
const LEGEND_SAMPLE: f64 = 28.0;

/// Where everything stands, in units of length.
struct Layout {
    columns: usize,
    panel: (f64, f64),
    size: (f64, f64),
}

/// Draws a figure into the bytes of a file.
pub(super) fn render(figure: &Figure, kind: FigureKind) -> Result<Vec<u8>> {
    let names = names(figure);
    let layout = layout(figure, &names);
    let size = (fine(layout.size.0), fine(layout.size.1));
    match kind {
        FigureKind::Svg | FigureKind::Pdf => {
            let mut svg = String::new();
            let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            draw(&root, figure, &names, &layout)?;
            drop(root);
            Ok(resize(&svg, size, layout.size).into_bytes())
        }
        FigureKind::Png => {
            #[expect(clippy::cast_possible_truncation, reason = "a small power of ten")]
            let scale = PNG_SCALE / FINE as f32;
            let mut pixmap = raster::blank(size, scale).context("the figure is too large")?;
            let root = Raster {
                pixmap: &mut pixmap,
                size,
                scale,
            }
            .into_drawing_area();
            draw(&root, figure, &names, &layout)?;
            drop(root);
            Ok(pixmap.encode_png()?)
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small and positive"
)]
fn fine(length: f64) -> u32 {
    (length * FINE).round() as u32
}

/// plotters knows whole coordinates only, so that its picture is large; the file says how large it is to be shown.
fn resize(svg: &str, fine: (u32, u32), shown: (f64, f64)) -> String {
    let from = format!("width=\"{}\" height=\"{}\"", fine.0, fine.1);
    svg.replacen(
        &from,
        &format!("width=\"{}\" height=\"{}\"", shown.0, shown.1),
        1,
    )
}

/// The names in the legend, in the order of their first series.
fn names(figure: &Figure) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for series in figure.panels.iter().flat_map(|panel| &panel.series) {
        if !names.contains(&series.label) {
            names.push(series.label.clone());
        }
    }
    names
}

fn layout(figure: &Figure, names: &[String]) -> Layout {
    let count = figure.panels.len();
    let columns = match count {
        1..=3 => count,
        4 => 2,
        _ => 3,
    };
    let panel = if count == 1 {
        (560.0, 420.0)
    } else {
        (400.0, 320.0)
    };
    let widest = names
        .iter()
        .map(|name| text::rich_width(name))
        .fold(0.0, f64::max);
    let legend = if names.len() < 2 {
        0.0
    } else {
        widest * TEXT + LEGEND_SAMPLE + 30.0
    };
    #[expect(clippy::cast_precision_loss, reason = "a few panels")]
    let (across, down) = (columns as f64, count.div_ceil(columns) as f64);
    #[expect(
        clippy::cast_precision_loss,
        reason = "at most MAX_LEGEND lines and one more"
    )]
    let lines = names.len().min(MAX_LEGEND + 1) as f64 * LEGEND_LINE + 40.0;
    let size = (across * panel.0 + legend, (down * panel.1).max(lines));
    Layout {
        columns,
        panel,
        size: (size.0.ceil(), size.1.ceil()),
    }
}

fn draw<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    figure: &Figure,
    names: &[String],
    layout: &Layout,
) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    root.fill(&WHITE)?;
    let canvas = Canvas::new(root);
    for (index, panel) in figure.panels.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few panels")]
        let (column, row) = (
            (index % layout.columns) as f64,
            (index / layout.columns) as f64,
        );
        let corner = (column * layout.panel.0, row * layout.panel.1);
        let color = |series: &Series| color(names, &series.label);
        axes::draw(&canvas, panel, corner, layout.panel, &color)?;
    }
    if names.len() > 1 {
        #[expect(clippy::cast_precision_loss, reason = "a few panels")]
        let left = layout.columns as f64 * layout.panel.0 + 4.0;
        legend(&canvas, &figure.panels, names, left)?;
    }
    root.present()?;
    Ok(())
}

fn legend<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    panels: &[Panel],
    names: &[String],
    left: f64,
) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    let mut y = 36.0;
    for name in names.iter().take(MAX_LEGEND) {
        let series = panels.iter().flat_map(|panel| &panel.series);
        let marks: Vec<Mark> = series
            .filter(|s| s.label == *name)
            .map(|s| s.mark)
            .collect();
        let color = color(names, name);
        if marks.iter().any(|mark| *mark != Mark::Points) {
            canvas.line(&[(left, y), (left + LEGEND_SAMPLE - 6.0, y)], color, 1.6)?;
        }
        if marks.iter().any(|mark| *mark != Mark::Line) {
            canvas.dot((left + LEGEND_SAMPLE / 2.0 - 3.0, y), 3.2, color)?;
        }
        canvas.text(name, (left + LEGEND_SAMPLE, y), TEXT, 0.0)?;
        y += LEGEND_LINE;
    }
    if names.len() > MAX_LEGEND {
        let more = format!("and {} more", names.len() - MAX_LEGEND);
        canvas.text(&more, (left + LEGEND_SAMPLE, y), TEXT, 0.0)?;
    }
    Ok(())
}

/// A colour per name: a palette that colour-blind readers can tell apart (Okabe & Ito 2008), or steps along viridis
/// where there are more names than it has colours.
fn color(names: &[String], name: &str) -> RGBColor {
    const PALETTE: [(u8, u8, u8); 7] = [
        (0, 114, 178),
        (213, 94, 0),
        (0, 158, 115),
        (204, 121, 167),
        (230, 159, 0),
        (86, 180, 233),
        (60, 60, 60),
    ];
    const VIRIDIS: [(u8, u8, u8); 5] = [
        (68, 1, 84),
        (59, 82, 139),
        (33, 145, 140),
        (94, 201, 98),
        (220, 200, 30),
    ];
    if name == THEORY {
        return INK;
    }
    let names: Vec<_> = names.iter().filter(|other| *other != THEORY).collect();
    let index = names.iter().position(|other| *other == name).unwrap_or(0);
    if names.len() <= PALETTE.len() {
        let (red, green, blue) = PALETTE[index];
        return RGBColor(red, green, blue);
    }
    #[expect(clippy::cast_precision_loss, reason = "few names")]
    let at = index as f64 / (names.len() - 1) as f64 * 4.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 ≤ at ≤ 4"
    )]
    let lower = (at.floor() as usize).min(3);
    #[expect(clippy::cast_precision_loss, reason = "at most 3")]
    let t = at - lower as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 255"
    )]
    let mix = |a: u8, b: u8| (f64::from(a) * (1.0 - t) + f64::from(b) * t).round() as u8;
    let (a, b) = (VIRIDIS[lower], VIRIDIS[lower + 1]);
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
