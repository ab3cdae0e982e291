//! One panel: frame, ticks, labels, lines and points.

use super::canvas::{Canvas, INK, TEXT};
use super::figure::{Mark, Panel, Point, Series};
use super::scale::Scale;
use super::text;
use anyhow::Result;
use plotters::prelude::*;
use std::error::Error;

const TICK: f64 = 5.0;
const GAP: f64 = 6.0;

/// The frame of a panel, and where values stand in it.
struct Frame {
    x: Scale,
    y: Scale,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Frame {
    fn new(panel: &Panel, corner: (f64, f64), size: (f64, f64)) -> Self {
        let x = Scale::new(panel.extent(true), panel.x.log);
        let end = panel.y.end.unwrap_or(f64::INFINITY);
        let y = Scale::new(panel.extent(false).map(|y| y.min(end)), panel.y.log);
        let labels = y.ticks.iter().filter_map(|tick| tick.label.as_deref());
        let widest = labels.map(text::rich_width).fold(0.0, f64::max) * TEXT;
        let title = if panel.title.is_empty() { 16.0 } else { 34.0 };
        Self {
            x,
            y,
            left: corner.0 + 3.0 * GAP + TEXT + widest + TICK,
            right: corner.0 + size.0 - 22.0,
            top: corner.1 + title,
            bottom: corner.1 + size.1 - (3.0 * GAP + 2.0 * TEXT + TICK),
        }
    }

    fn across(&self, drawn: f64) -> f64 {
        self.left + (drawn - self.x.low) / (self.x.high - self.x.low) * (self.right - self.left)
    }

    fn up(&self, drawn: f64) -> f64 {
        // A value beyond the end of the axis stands on the frame.
        let share = ((drawn - self.y.low) / (self.y.high - self.y.low)).min(1.0);
        self.bottom - share * (self.bottom - self.top)
    }

    fn place(&self, point: &Point) -> Option<(f64, f64)> {
        Some((
            self.across(self.x.place(point.x)?),
            self.up(self.y.place(point.y)?),
        ))
    }
}

/// Draws a panel whose top left corner is at `corner`.
pub(super) fn draw<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    panel: &Panel,
    corner: (f64, f64),
    size: (f64, f64),
    color: &dyn Fn(&Series) -> RGBColor,
) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    let frame = Frame::new(panel, corner, size);
    // Lines first: the points of a simulation stand on top of its theory.
    for series in &panel.series {
        if series.mark != Mark::Points {
            lines(canvas, &frame, series, color(series))?;
        }
    }
    for series in &panel.series {
        if series.mark != Mark::Line {
            points(canvas, &frame, series, color(series))?;
        }
    }
    outline(canvas, &frame)?;
    ticks(canvas, &frame)?;
    let middle = 0.5 * (frame.left + frame.right);
    let fit = |words: &str, room: f64| TEXT.min(room / text::rich_width(words));
    let width = size.0 - 2.0 * GAP;
    let title = (middle, corner.1 + 18.0);
    canvas.text(&panel.title, title, fit(&panel.title, width), 0.5)?;
    let label = (middle, corner.1 + size.1 - GAP - 0.5 * TEXT);
    // Twice the room to the right of the middle: to its left the label may go on below the other one.
    let room = 2.0 * (corner.0 + size.0 - middle);
    canvas.text(&panel.x.label, label, fit(&panel.x.label, room), 0.5)?;
    let height = 0.5 * (frame.top + frame.bottom);
    let room = 2.0 * (height - corner.1);
    let label = (corner.0 + GAP + 0.5 * TEXT, height);
    canvas.text_upwards(&panel.y.label, label, fit(&panel.y.label, room))
}

fn lines<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    series: &Series,
    color: RGBColor,
) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    let mut run = Vec::new();
    for place in series
        .points
        .iter()
        .map(|point| frame.place(point))
        .chain([None])
    {
        if let Some(place) = place {
            run.push(place);
            continue;
        }
        // A value that is missing or infinite breaks the line.
        if run.len() > 1 {
            canvas.line(&run, color, 1.6)?;
        } else if let Some(alone) = run.first() {
            canvas.dot(*alone, 2.4, color)?;
        }
        run.clear();
    }
    Ok(())
}

fn points<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    series: &Series,
    color: RGBColor,
) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    for point in &series.points {
        let Some((x, y)) = frame.place(point) else {
            continue;
        };
        if let Some(error) = point.error {
            let high = frame.y.place(point.y + error).map_or(y, |at| frame.up(at));
            // On a logarithmic axis a bar that reaches zero goes down to the frame.
            let low = frame
                .y
                .place(point.y - error)
                .map_or(frame.bottom, |at| frame.up(at));
            canvas.line(&[(x, low), (x, high)], color, 1.2)?;
            for end in [low, high] {
                canvas.line(&[(x - 2.5, end), (x + 2.5, end)], color, 1.2)?;
            }
        }
        canvas.dot((x, y), 3.2, color)?;
    }
    Ok(())
}

fn outline<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, frame: &Frame) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    let Frame {
        left,
        right,
        top,
        bottom,
        ..
    } = *frame;
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    // Two more corners close the outline without a notch.
    let closed: Vec<_> = corners.into_iter().cycle().take(6).collect();
    canvas.line(&closed, INK, 1.0)
}

fn ticks<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, frame: &Frame) -> Result<()>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    let length = |labelled: bool| if labelled { TICK } else { 0.6 * TICK };
    let mut end = f64::NEG_INFINITY;
    for tick in &frame.x.ticks {
        let x = frame.across(tick.at);
        let tip = frame.bottom + length(tick.label.is_some());
        canvas.line(&[(x, frame.bottom), (x, tip)], INK, 1.0)?;
        let Some(label) = &tick.label else { continue };
        let half = 0.5 * text::rich_width(label) * TEXT;
        // A label that would touch the one before it is left out.
        if x - half > end + GAP {
            canvas.text(
                label,
                (x, frame.bottom + TICK + GAP + 0.5 * TEXT),
                TEXT,
                0.5,
            )?;
            end = x + half;
        }
    }
    for tick in &frame.y.ticks {
        let y = frame.up(tick.at);
        let tip = frame.left - length(tick.label.is_some());
        canvas.line(&[(frame.left, y), (tip, y)], INK, 1.0)?;
        if let Some(label) = &tick.label {
            canvas.text(label, (frame.left - TICK - 0.5 * GAP, y), TEXT, 1.0)?;
        }
    }
    Ok(())
}
