//! Lines, points, crosses, bars and ticks of a panel.

use super::axes::Frame;
use super::palette::{Colour, GREY, WHITE, dash};
use super::picture::{Look, Point, Series};
use super::svg::{Pen, Place, Svg};
use crate::table::figure::Mark;

/// Width of a line.
const LINE: f64 = 1.5;
/// Radius of a marker.
const MARKER: f64 = 3.2;
/// The most points of a line that are shown as dots.
const FEW: usize = 12;

/// Draws the series of a panel.
pub(super) fn draw(svg: &mut Svg, series: &[Series], frame: &Frame) {
    let has_points = series.iter().any(|series| series.mark == Mark::Points);
    for (index, one) in series.iter().enumerate() {
        open(svg, one);
        match one.mark {
            Mark::Line => {
                // Points of its own tell a line from those that it hides under.
                let hides = |other: &&Series| !has_points && coincide(frame, one, other);
                let above = series[index + 1..].iter().filter(hides).count();
                let width = LINE + 1.3 * super::float(above.min(4));
                line(svg, one, frame, width, !has_points);
            }
            Mark::Points => points(svg, one, frame),
            Mark::Crosses => {
                for place in places(one, frame) {
                    marker(svg, Mark::Crosses, place, one.look);
                }
            }
            Mark::Histogram => bars(svg, one, frame),
            Mark::Ticks => ticks(svg, one, frame),
            Mark::Level => levels(svg, one, frame),
        }
        svg.close();
    }
}

/// A group that says what it is, for whoever checks the figure.
fn open(svg: &mut Svg, series: &Series) {
    let finite = series.points.iter().filter(|point| point.y.is_finite());
    let count = finite.count();
    let data = [
        ("mark", format!("{:?}", series.mark)),
        ("name", series.name.clone()),
        ("colour", series.look.colour.hex()),
        ("style", series.look.style.to_string()),
        ("points", count.to_string()),
    ];
    svg.open(
        "series",
        &data.each_ref().map(|(name, value)| (*name, value.as_str())),
    );
}

/// Whether a line is hidden under another that is drawn later.
fn coincide(frame: &Frame, one: &Series, other: &Series) -> bool {
    if other.mark != Mark::Line || one.points.len() != other.points.len() {
        return false;
    }
    let near = |(a, b): (&Point, &Point)| match (frame.place(a.x, a.y), frame.place(b.x, b.y)) {
        (Some(a), Some(b)) => (a.0 - b.0).abs() < 1.0 && (a.1 - b.1).abs() < 1.2,
        _ => true,
    };
    let pairs = one.points.iter().zip(&other.points);
    10 * pairs.filter(|pair| near(*pair)).count() >= 6 * one.points.len()
}

/// The places of the points inside the frame.
fn places(series: &Series, frame: &Frame) -> Vec<Place> {
    let points = series.points.iter();
    points
        .filter_map(|point| frame.inside(point.x, point.y))
        .collect()
}

/// A line, broken at missing values and where the series says so; a point alone is a short bar.
fn line(svg: &mut Svg, series: &Series, frame: &Frame, width: f64, dots: bool) {
    let colour = series.look.colour;
    let pen = Pen::dashed(colour, width, dash(series.look.style, width));
    frame.clip(svg);
    for run in runs(series, frame) {
        match run[..] {
            [(x, y)] => {
                let half = 0.6 * frame.em;
                svg.line(&[(x - half, y), (x + half, y)], &Pen::solid(colour, width));
            }
            _ => svg.line(&run, &pen),
        }
    }
    svg.close();
    if dots && series.points.len() <= FEW {
        for place in places(series, frame) {
            svg.dot(place, 0.7 * MARKER, colour);
        }
    }
}

fn runs(series: &Series, frame: &Frame) -> Vec<Vec<Place>> {
    let mut runs: Vec<Vec<Place>> = Vec::new();
    let mut ended = true;
    for point in &series.points {
        let Some(place) = frame.place(point.x, point.y) else {
            ended = true;
            continue;
        };
        match runs.last_mut() {
            Some(run) if !ended && !point.begins => run.push(place),
            _ => runs.push(vec![place]),
        }
        ended = false;
    }
    runs
}

fn points(svg: &mut Svg, series: &Series, frame: &Frame) {
    let pen = Pen::solid(series.look.colour, 1.1);
    for point in &series.points {
        let Some(place) = frame.inside(point.x, point.y) else {
            continue;
        };
        if point.error > 0.0 {
            let high = frame.up(point.y + point.error).unwrap_or(place.1);
            // On a logarithmic axis a bar that reaches zero goes down to the frame.
            let low = frame.up(point.y - point.error).unwrap_or(frame.bottom);
            let (high, low) = (high.max(frame.top), low.min(frame.bottom));
            let x = place.0;
            let cap = |y| [(x - 2.5, y), (x + 2.5, y)];
            svg.strokes(&[[(x, low), (x, high)], cap(low), cap(high)], &pen);
        }
        marker(svg, Mark::Points, place, series.look);
    }
}

/// One marker: of a point, whose shape is its style; of a control.
pub(super) fn marker(svg: &mut Svg, mark: Mark, (x, y): Place, look: Look) {
    let r = MARKER;
    if mark == Mark::Crosses {
        let strokes = [
            [(x - r, y - r), (x + r, y + r)],
            [(x - r, y + r), (x + r, y - r)],
        ];
        svg.strokes(&strokes, &Pen::solid(WHITE, 3.2));
        return svg.strokes(&strokes, &Pen::solid(look.colour, 1.4));
    }
    // Every other one is open, so that two of almost equal values are both seen.
    let (s, h) = (1.2, 1.6);
    let corners: &[Place] = match look.style {
        0 => return svg.dot((x, y), r, look.colour),
        1 => &[(-s, -s), (s, -s), (s, s), (-s, s)],
        2 => &[(0.0, -1.25), (1.1, 0.8), (-1.1, 0.8)],
        3 => &[(0.0, -h), (h, 0.0), (0.0, h), (-h, 0.0)],
        _ => &[(0.0, 1.25), (1.1, -0.8), (-1.1, -0.8)],
    };
    let place = |(dx, dy): &Place| (x + dx * r, y + dy * r);
    let places: Vec<Place> = corners.iter().map(place).collect();
    match look.style {
        // Beyond its first corner, so that no corner is left open.
        1 | 3 => {
            let around: Vec<Place> = places.iter().cycle().take(6).copied().collect();
            svg.line(&around, &Pen::solid(look.colour, 1.2));
        }
        _ => svg.fill(&places, look.colour, Some((WHITE, 0.5))),
    }
}

fn bars(svg: &mut Svg, series: &Series, frame: &Frame) {
    let corner = |point: &Point| {
        let y = frame.up(point.y).unwrap_or(frame.bottom).min(frame.bottom);
        Some((frame.across(point.x)?, y))
    };
    let outline: Vec<Place> = series.points.iter().filter_map(corner).collect();
    frame.clip(svg);
    svg.fill(
        &outline,
        super::palette::PALE,
        Some((rim(series.look.colour), 0.8)),
    );
    svg.close();
}

/// The rim of bars: their colour, where it says something.
pub(super) fn rim(colour: Colour) -> Colour {
    if colour == super::palette::PALE {
        GREY
    } else {
        colour
    }
}

fn ticks(svg: &mut Svg, series: &Series, frame: &Frame) {
    let points = series.points.iter();
    let at = points.filter_map(|point| frame.across(point.x));
    let (low, high) = (frame.bottom, frame.bottom - 1.1 * frame.em);
    let strokes: Vec<[Place; 2]> = at.map(|x| [(x, low), (x, high)]).collect();
    svg.strokes(&strokes, &Pen::solid(series.look.colour, 1.8));
}

fn levels(svg: &mut Svg, series: &Series, frame: &Frame) {
    let at = series.points.iter().filter_map(|point| frame.up(point.y));
    let strokes: Vec<[Place; 2]> = at.map(|y| [(frame.left, y), (frame.right, y)]).collect();
    svg.strokes(&strokes, &level_pen(series.look));
}

/// The pen of a horizontal line at a value.
pub(super) fn level_pen(look: Look) -> Pen {
    Pen::dashed(look.colour, 1.2, vec![7.0, 3.0, 1.5, 3.0])
}

/// The pen of a line.
pub(super) fn line_pen(look: Look) -> Pen {
    Pen::dashed(look.colour, LINE, dash(look.style, LINE))
}
