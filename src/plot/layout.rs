//! Where the panels, legends and captions of a figure stand, in pixels of 1/96 inch.

use super::axes::{self, Frame, GAP, Margins};
use super::palette::GREY;
use super::picture::{Legend, Panel, Picture};
use super::svg::{Place, Svg};
use super::text::{Block, SMALLEST};
use super::{float, legend, map, marks, whole};

/// Pixels per millimetre.
const MILLIMETRE: f64 = 96.0 / 25.4;
/// Width of a figure of one panel, and of each of several, in millimetres.
const WIDTHS: (f64, f64) = (150.0, 110.0);
/// Width of a panel that has others beside it in a narrow figure, at least, in millimetres.
const NARROWEST: f64 = 75.0;
/// Width of a figure that has room for a legend at its right, in millimetres.
const WIDE: f64 = 125.0;
/// Text of 9 points, in pixels, where there is room for it.
const TEXT: f64 = 12.0;

/// The measures of a figure.
struct Sheet {
    width: f64,
    em: f64,
    columns: usize,
    /// Size of a panel without a legend of its own
    panel: Place,
    /// Width of the legend at the right, if it is there
    beside: Option<f64>,
}

impl Sheet {
    fn new(picture: &Picture, width: Option<f64>) -> Self {
        let count = picture.panels.len();
        let most = match count {
            1 => 1,
            2 | 4 => 2,
            _ => 3,
        };
        let wanted = if count == 1 {
            WIDTHS.0
        } else {
            WIDTHS.1 * float(most)
        };
        let millimetres = width.unwrap_or(wanted);
        let columns = whole((millimetres / NARROWEST).floor()).clamp(1, most);
        let width = millimetres * MILLIMETRE;
        // 7.5 points at one column of a journal, 9 from 150 mm on.
        let em = (TEXT * (millimetres + 175.0) / 325.0).clamp(SMALLEST + 0.4, TEXT);
        let wants = legend::width(&picture.legend, em) + 2.0 * GAP * em;
        let fits = !picture.legend.is_empty() && millimetres >= WIDE && wants < 0.33 * width;
        let beside = fits.then_some(wants);
        let wide = (width - beside.unwrap_or(0.0)) / float(columns);
        let tall = if count == 1 {
            0.68 * width
        } else {
            0.75 * wide
        };
        Self {
            width,
            em,
            columns,
            panel: (wide, tall.clamp(150.0, 420.0).max(15.0 * em)),
            beside,
        }
    }
}

/// The figure as a document.
pub(super) fn svg(picture: &Picture, width: Option<f64>) -> String {
    let sheet = Sheet::new(picture, width);
    let mut svg = Svg::default();
    let mut y = panels(&mut svg, picture, &sheet);
    let below = Legend {
        entries: picture.marks.clone(),
        bar: None,
    };
    let middle = sheet.width - sheet.beside.unwrap_or(0.0);
    if let Some(width) = sheet.beside {
        let corner = (middle, 1.5 * sheet.em);
        let (legend, em) = (&picture.legend, sheet.em);
        legend::draw(&mut svg, "legend", legend, corner, width, em, true);
        y = y.max(corner.1 + legend::height(legend, width, em, true));
    } else {
        y = row(&mut svg, "legend", &picture.legend, &sheet, y);
    }
    y = row(&mut svg, "marks", &below, &sheet, y);
    for caption in &picture.captions {
        let size = (0.85 * sheet.em).max(SMALLEST);
        let block = Block::fit(caption, sheet.width - 4.0 * GAP * sheet.em, size);
        svg.block("caption", &block, (0.5 * sheet.width, y), GREY);
        y += block.height();
    }
    svg.finish((sheet.width, y + GAP * sheet.em))
}

/// A legend across the figure; the height below it.
fn row(svg: &mut Svg, class: &str, legend: &Legend, sheet: &Sheet, y: f64) -> f64 {
    let margin = 2.0 * GAP * sheet.em;
    let width = sheet.width - 2.0 * margin;
    legend::draw(svg, class, legend, (margin, y), width, sheet.em, false);
    y + legend::height(legend, width, sheet.em, false)
}

/// Draws the panels row by row; the height below them.
fn panels(svg: &mut Svg, picture: &Picture, sheet: &Sheet) -> f64 {
    let em = sheet.em;
    let margins = picture.panels.iter();
    let margins = margins.map(|panel| Margins::new(panel, sheet.panel, em));
    let margins: Vec<Margins> = margins.collect();
    let mut y = 0.0;
    for (index, row) in picture.panels.chunks(sheet.columns).enumerate() {
        let first = index * sheet.columns;
        for (column, panel) in row.iter().enumerate() {
            let corner = (float(column) * sheet.panel.0, y);
            // Frames in one column have one left edge, frames in one row one height.
            let in_column = margins.iter().skip(column).step_by(sheet.columns).cloned();
            let in_row = margins[first..first + row.len()].iter().cloned();
            let mut margins = margins[first + column]
                .clone()
                .over(&in_row.collect::<Vec<_>>());
            margins.left = in_column.map(|margins| margins.left).fold(0.0, f64::max);
            draw_panel(svg, panel, &margins, corner, sheet);
        }
        let legends = row.iter().map(|panel| own_legend_height(panel, sheet));
        y += sheet.panel.1 + legends.fold(0.0, f64::max);
    }
    y
}

fn own_legend_height(panel: &Panel, sheet: &Sheet) -> f64 {
    let width = sheet.panel.0 - 4.0 * GAP * sheet.em;
    legend::height(&panel.legend, width, sheet.em, false)
}

fn draw_panel(svg: &mut Svg, panel: &Panel, margins: &Margins, corner: Place, sheet: &Sheet) {
    let frame = Frame::new(panel, margins, corner, sheet.panel, sheet.em);
    svg.open("panel", &[]);
    match &panel.map {
        Some(map) => map::draw(svg, map, &frame),
        None => axes::zero(svg, &frame),
    }
    marks::draw(svg, &panel.series, &frame);
    axes::draw(svg, panel, &frame, margins, corner, sheet.panel.0);
    let place = (corner.0 + 2.0 * GAP * sheet.em, corner.1 + sheet.panel.1);
    let width = sheet.panel.0 - 4.0 * GAP * sheet.em;
    legend::draw(svg, "legend", &panel.legend, place, width, sheet.em, false);
    svg.close();
}
