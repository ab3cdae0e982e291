//! The frame of a panel: where values stand in it, its ticks and labels.

use super::palette::{INK, PALE};
use super::picture::Panel;
use super::scale::{Scale, Tick};
use super::svg::{Anchor, Pen, Place, Svg};
use super::text::{self, Block};

/// Length of a tick with a label, in ems.
const TICK: f64 = 0.4;
/// Space between things, in ems.
pub(super) const GAP: f64 = 0.4;
/// The longest word that names a place of an axis, upright, in ems.
const LONGEST_WORD: f64 = 14.0;

/// What surrounds the frame of a panel, in pixels, with the texts in it.
#[derive(Debug, Clone)]
pub(super) struct Margins {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    title: Block,
    x_label: Block,
    y_label: Block,
    /// Names of places that stand upright, since they do not fit beside each other
    upright: bool,
}

impl Margins {
    /// For a panel of a size in pixels, with text of the size `em`.
    pub(super) fn new(panel: &Panel, (width, height): Place, em: f64) -> Self {
        let y_label = Block::fit(&panel.y.label, 0.8 * height, em);
        let left = (3.0 * GAP + TICK + widest(&panel.y.scale)) * em + y_label.height();
        let mut ticks = panel.x.scale.ticks.iter().rev();
        let last = ticks.find_map(|tick| tick.label.as_deref());
        let words = panel.x.scale.words;
        let last = last.filter(|_| !words);
        let half = 0.5 * last.map_or(0.0, text::width);
        let right = (half + GAP).max(2.0 * GAP) * em;
        let room = width - left - right;
        let place = room / super::float(panel.x.scale.ticks.len().max(1));
        let upright = words && widest(&panel.x.scale) * em > place - GAP * em;
        let high = if upright {
            widest(&panel.x.scale).min(LONGEST_WORD)
        } else {
            1.0
        };
        let x_label = Block::fit(&panel.x.label, room, em);
        let title = Block::fit(&panel.title, width - 2.0 * GAP * em, em);
        Self {
            left,
            right,
            top: title.height() + 2.0 * GAP * em,
            bottom: (TICK + 3.0 * GAP + high) * em + x_label.height(),
            title,
            x_label,
            y_label,
            upright,
        }
    }

    /// Margins at least as wide as others, so that frames stand in line.
    pub(super) fn over(mut self, others: &[Self]) -> Self {
        for other in others {
            self.left = self.left.max(other.left);
            self.right = self.right.max(other.right);
            self.top = self.top.max(other.top);
            self.bottom = self.bottom.max(other.bottom);
        }
        self
    }
}

/// Width of the widest label of an axis in ems.
fn widest(scale: &Scale) -> f64 {
    let labels = scale.ticks.iter().filter_map(|tick| tick.label.as_deref());
    labels.map(text::width).fold(0.0, f64::max)
}

/// The frame of a panel, and where values stand in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) x: &'a Scale,
    pub(super) y: &'a Scale,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) em: f64,
}

impl<'a> Frame<'a> {
    /// In a panel whose upper left corner is at `corner`.
    pub(super) fn new(
        panel: &'a Panel,
        margins: &Margins,
        corner: Place,
        size: Place,
        em: f64,
    ) -> Self {
        Self {
            x: &panel.x.scale,
            y: &panel.y.scale,
            left: corner.0 + margins.left,
            right: corner.0 + size.0 - margins.right,
            top: corner.1 + margins.top,
            bottom: corner.1 + size.1 - margins.bottom,
            em,
        }
    }

    pub(super) fn across(&self, x: f64) -> Option<f64> {
        Some(self.left + self.x.share(x)? * (self.right - self.left))
    }

    pub(super) fn up(&self, y: f64) -> Option<f64> {
        Some(self.bottom - self.y.share(y)? * (self.bottom - self.top))
    }

    /// Where a point stands, also outside the frame.
    pub(super) fn place(&self, x: f64, y: f64) -> Option<Place> {
        Some((self.across(x)?, self.up(y)?))
    }

    /// Opens a group that is seen inside the frame only.
    pub(super) fn clip(&self, svg: &mut Svg) {
        let size = (self.right - self.left, self.bottom - self.top);
        svg.open_clipped((self.left, self.top), size);
    }

    /// Where a point stands if that is inside the frame.
    pub(super) fn inside(&self, x: f64, y: f64) -> Option<Place> {
        let slack = 0.5;
        let (x, y) = self.place(x, y)?;
        let is_inside = (self.left - slack..=self.right + slack).contains(&x)
            && (self.top - slack..=self.bottom + slack).contains(&y);
        is_inside.then_some((x, y))
    }
}

/// A thin line at zero, behind everything, where values have either sign.
pub(super) fn zero(svg: &mut Svg, frame: &Frame) {
    let share = frame.y.share(0.0).filter(|_| !frame.y.log);
    // Near the frame it would be a second edge.
    if let (Some(0.05..0.95), Some(y)) = (share, frame.up(0.0)) {
        svg.line(&[(frame.left, y), (frame.right, y)], &Pen::solid(PALE, 0.8));
    }
}

/// Outline, ticks and labels.
pub(super) fn draw(
    svg: &mut Svg,
    panel: &Panel,
    frame: &Frame,
    margins: &Margins,
    corner: Place,
    width: f64,
) {
    let Frame {
        left,
        right,
        top,
        bottom,
        em,
        ..
    } = *frame;
    let outline = [
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
        (left, top),
        (right, top),
    ];
    svg.line(&outline, &Pen::solid(INK, 1.0));
    let high = x_ticks(svg, frame, margins.upright);
    y_ticks(svg, frame);
    let middle = 0.5 * (left + right);
    let below = (middle, bottom + high + (TICK + 2.0 * GAP) * em);
    svg.block("label", &margins.x_label, below, INK);
    // A label beside a frame may be longer than it, and does not leave its panel.
    let centre = (0.5 * (top + bottom)).max(corner.1 + half_length(&margins.y_label));
    let beside = (corner.0 + GAP * em, centre);
    svg.block_upwards("label", &margins.y_label, beside);
    let title_top = top - margins.title.height() - GAP * em;
    // A title may be wider than its frame, and not wider than its panel.
    let half = half_length(&margins.title);
    let at = middle.min(corner.0 + width - half).max(corner.0 + half);
    svg.block("title", &margins.title, (at, title_top), INK);
    let words = Block::fit(&panel.words, 0.9 * (right - left), em);
    let at = (middle, 0.5 * (top + bottom - words.height()));
    svg.block("words", &words, at, INK);
}

/// Half the length of the longest line.
fn half_length(block: &Block) -> f64 {
    let widths = block.lines.iter().map(|line| text::width(line));
    0.5 * block.size * widths.fold(0.0, f64::max)
}

/// Draws ticks below the frame and tells how high their labels are.
fn x_ticks(svg: &mut Svg, frame: &Frame, upright: bool) -> f64 {
    let (em, bottom) = (frame.em, frame.bottom);
    let mut end = f64::NEG_INFINITY;
    let mut high: f64 = em;
    for tick in &frame.x.ticks {
        let share = (tick.at - frame.x.low) / (frame.x.high - frame.x.low);
        let x = frame.left + share * (frame.right - frame.left);
        let end_of_tick = bottom + length(tick) * em;
        svg.line(&[(x, bottom), (x, end_of_tick)], &Pen::solid(INK, 1.0));
        let Some(label) = &tick.label else { continue };
        let top = bottom + (TICK + GAP) * em;
        if upright {
            let label = Block::fit(label, LONGEST_WORD * em, em).lines.join(" ");
            svg.upwards("tick", &label, (x, top), em, Anchor::End);
            high = high.max(text::width(&label) * em);
            continue;
        }
        let half = 0.5 * text::width(label) * em;
        // A label that would touch the one before it is left out.
        if x - half > end + GAP * em {
            svg.text("tick", label, (x, top + 0.5 * em), em, Anchor::Middle);
            end = x + half;
        }
    }
    high
}

fn y_ticks(svg: &mut Svg, frame: &Frame) {
    let (em, left) = (frame.em, frame.left);
    for tick in &frame.y.ticks {
        let share = (tick.at - frame.y.low) / (frame.y.high - frame.y.low);
        let y = frame.bottom - share * (frame.bottom - frame.top);
        let end = left - length(tick) * em;
        svg.line(&[(left, y), (end, y)], &Pen::solid(INK, 1.0));
        if let Some(label) = &tick.label {
            let at = (left - (TICK + 0.5 * GAP) * em, y);
            svg.text("tick", label, at, em, Anchor::End);
        }
    }
}

fn length(tick: &Tick) -> f64 {
    tick.label.as_ref().map_or(0.6 * TICK, |_| TICK)
}
