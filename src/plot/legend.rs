//! Legends: entries beside or below each other, and bars of colours.

use super::axes::GAP;
use super::marks::{level_pen, line_pen, marker, rim};
use super::palette::{Colour, INK, PALE};
use super::picture::{Axis, Entry, Legend};
use super::svg::{Anchor, Pen, Place, Svg};
use super::text::{self, Block};
use crate::table::figure::Mark;

/// Width of a sample line, in ems.
const SAMPLE: f64 = 2.4;
/// Height of an entry, in ems.
const ROW: f64 = 1.45;
/// Length of a bar of colours, in ems.
const BAR: f64 = 12.0;
/// Height of a bar of colours, in ems.
const THICK: f64 = 0.8;
/// Colours along a bar.
const STEPS: usize = 64;

/// Width that a legend wants where its entries stand below each other.
pub(super) fn width(legend: &Legend, em: f64) -> f64 {
    let entries = legend.entries.iter().map(entry_width);
    let bar = legend.bar.iter().map(|_| BAR + 2.0);
    entries.chain(bar).fold(0.0, f64::max) * em
}

fn entry_width(entry: &Entry) -> f64 {
    SAMPLE + 3.0 * GAP + text::width(&entry.text)
}

/// Where the entries stand in some width: below each other, or beside each other where they fit.
fn places(entries: &[Entry], width: f64, em: f64, stacked: bool) -> (Vec<Place>, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut places = Vec::new();
    for entry in entries {
        let wide = entry_width(entry) * em;
        if x > 0.0 && (stacked || x + wide > width) {
            (x, y) = (0.0, y + ROW * em);
        }
        places.push((x, y));
        x += wide + GAP * em;
    }
    let height = if entries.is_empty() {
        0.0
    } else {
        y + ROW * em
    };
    (places, height)
}

/// Height of a legend of some width.
pub(super) fn height(legend: &Legend, width: f64, em: f64, stacked: bool) -> f64 {
    let entries = places(&legend.entries, width, em, stacked).1;
    let bar = legend.bar.as_ref();
    entries
        + bar.map_or(0.0, |bar| {
            bar_label(bar, width, em).height() + (THICK + 3.0 * GAP + 1.0) * em
        })
}

/// Draws a legend with its upper left corner at a place.
pub(super) fn draw(
    svg: &mut Svg,
    class: &str,
    legend: &Legend,
    corner: Place,
    width: f64,
    em: f64,
    stacked: bool,
) {
    if legend.is_empty() {
        return;
    }
    svg.open(class, &[]);
    let (places, height) = places(&legend.entries, width, em, stacked);
    for (entry, place) in legend.entries.iter().zip(places) {
        let at = (corner.0 + place.0, corner.1 + place.1 + 0.5 * ROW * em);
        sample(svg, entry, at, em);
        let x = at.0 + (SAMPLE + GAP) * em;
        let block = Block::fit(&entry.text, (corner.0 + width - x).max(4.0 * em), em);
        let text = block.lines.join(" ");
        svg.text("entry", &text, (x, at.1), block.size, Anchor::Start);
    }
    if let Some(bar) = &legend.bar {
        let at = (corner.0 + GAP * em, corner.1 + height);
        draw_bar(svg, bar, at, width - 2.0 * GAP * em, em);
    }
    svg.close();
}

/// A short line, a marker, a bar, as they are drawn.
fn sample(svg: &mut Svg, entry: &Entry, (x, y): Place, em: f64) {
    let ends = [(x, y), (x + SAMPLE * em, y)];
    let middle = x + 0.5 * SAMPLE * em;
    for mark in &entry.marks {
        match mark {
            Mark::Line => svg.line(&ends, &line_pen(entry.look)),
            Mark::Level => svg.line(&ends, &level_pen(entry.look)),
            Mark::Points | Mark::Crosses => marker(svg, *mark, (middle, y), entry.look),
            Mark::Ticks => {
                let stroke = [(middle, y - 0.5 * em), (middle, y + 0.5 * em)];
                svg.line(&stroke, &Pen::solid(entry.look.colour, 1.8));
            }
            Mark::Histogram => {
                let (low, high) = (y + 0.4 * em, y - 0.4 * em);
                let outline = [(x, low), (x, high), (ends[1].0, high), (ends[1].0, low)];
                svg.fill(&outline, PALE, Some((rim(entry.look.colour), 0.8)));
            }
        }
    }
}

fn bar_label(bar: &Axis, width: f64, em: f64) -> Block {
    Block::fit(&bar.label, width, em)
}

/// A bar with its label above and its ticks below.
fn draw_bar(svg: &mut Svg, bar: &Axis, (x, y): Place, width: f64, em: f64) {
    let long = (BAR * em).min(width);
    let label = bar_label(bar, width, em);
    for (index, line) in label.lines.iter().enumerate() {
        let middle = y + (super::float(index) + 0.5) * label.line();
        svg.text("label", line, (x, middle), label.size, Anchor::Start);
    }
    let top = y + label.height() + 0.5 * GAP * em;
    let step = long / super::float(STEPS);
    for index in 0..STEPS {
        let at = super::float(index);
        let colour = Colour::along((at + 0.5) / super::float(STEPS));
        svg.rectangle((x + at * step, top), (step + 0.3, THICK * em), colour);
    }
    let bottom = top + THICK * em;
    let mut end = f64::NEG_INFINITY;
    for tick in &bar.scale.ticks {
        let share = (tick.at - bar.scale.low) / (bar.scale.high - bar.scale.low);
        let at = x + share * long;
        let Some(label) = &tick.label else { continue };
        let stroke = [(at, bottom), (at, bottom + 0.5 * GAP * em)];
        svg.line(&stroke, &Pen::solid(INK, 1.0));
        let half = 0.5 * text::width(label) * em;
        if at - half > end + GAP * em {
            let place = (at, bottom + (GAP + 0.5) * em);
            svg.text("tick", label, place, em, Anchor::Middle);
            end = at + half;
        }
    }
}
