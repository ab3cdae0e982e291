//! The few elements of SVG that a figure needs.

use super::palette::{Colour, INK};
use super::text::{Block, pieces};
use std::fmt::Write;

/// Families that a viewer tries, in this order; the first is the one that is measured.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// A drawing that grows.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

/// A place in pixels, from the upper left corner.
pub(super) type Place = (f64, f64);

/// Where text stands about its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A pen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pen {
    pub(super) colour: Colour,
    pub(super) width: f64,
    pub(super) dash: Vec<f64>,
}

impl Pen {
    pub(super) fn solid(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: Vec::new(),
        }
    }

    pub(super) fn dashed(colour: Colour, width: f64, dash: Vec<f64>) -> Self {
        Self {
            dash,
            ..Self::solid(colour, width)
        }
    }

    fn attributes(&self) -> String {
        let (colour, width) = (self.colour.hex(), short(self.width));
        let mut text = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"");
        if !self.dash.is_empty() {
            let lengths: Vec<_> = self.dash.iter().map(|length| short(*length)).collect();
            let _ = write!(text, " stroke-dasharray=\"{}\"", lengths.join(" "));
        }
        text
    }
}

impl Svg {
    /// Opens a group; `data` become attributes `data-…` for whoever checks the figure.
    pub(super) fn open(&mut self, class: &str, data: &[(&str, &str)]) {
        let _ = write!(self.body, "<g class=\"{class}\"");
        for (name, value) in data {
            let _ = write!(self.body, " data-{name}=\"{}\"", escaped(value));
        }
        self.body.push_str(">\n");
    }

    pub(super) fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// Opens a group that is seen inside a rectangle only.
    pub(super) fn open_clipped(&mut self, corner: Place, size: Place) {
        // Lengths make a name: equal rectangles may share it.
        let parts = [corner.0, corner.1, size.0, size.1].map(|x| format!("{x:.0}"));
        let name = parts.join("-");
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(short);
        let _ = writeln!(
            self.body,
            "<clipPath id=\"clip-{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n\
             <g clip-path=\"url(#clip-{name})\">"
        );
    }

    pub(super) fn line(&mut self, places: &[Place], pen: &Pen) {
        let path = path(places);
        let pen = pen.attributes();
        let _ = writeln!(
            self.body,
            "<path d=\"{path}\" {pen} stroke-linejoin=\"round\"/>"
        );
    }

    /// Strokes from place to place that have nothing to do with each other.
    pub(super) fn strokes(&mut self, strokes: &[[Place; 2]], pen: &Pen) {
        let paths: String = strokes.iter().map(|stroke| path(stroke)).collect();
        let pen = pen.attributes();
        let _ = writeln!(self.body, "<path d=\"{paths}\" {pen}/>");
    }

    /// A filled outline, with a rim where one is given.
    pub(super) fn fill(&mut self, places: &[Place], colour: Colour, rim: Option<(Colour, f64)>) {
        let path = path(places);
        let rim = rim.map_or(String::new(), |(rim, width)| {
            format!(" stroke=\"{}\" stroke-width=\"{width}\"", rim.hex())
        });
        let fill = colour.hex();
        let _ = writeln!(self.body, "<path d=\"{path}Z\" fill=\"{fill}\"{rim}/>");
    }

    pub(super) fn rectangle(&mut self, corner: Place, size: Place, colour: Colour) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(short);
        let fill = colour.hex();
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" shape-rendering=\"crispEdges\"/>"
        );
    }

    pub(super) fn dot(&mut self, centre: Place, radius: f64, colour: Colour) {
        let [x, y, radius] = [centre.0, centre.1, radius].map(short);
        let fill = colour.hex();
        let _ = writeln!(
            self.body,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"#ffffff\" stroke-width=\"0.5\"/>"
        );
    }

    /// Text whose middle height is at a place.
    pub(super) fn text(
        &mut self,
        class: &str,
        text: &str,
        place: Place,
        size: f64,
        anchor: Anchor,
    ) {
        self.words(class, text, place, size, anchor, INK, "");
    }

    /// Lines of text, centred below each other, the top of the first at a place.
    pub(super) fn block(&mut self, class: &str, block: &Block, top: Place, colour: Colour) {
        for (index, line) in block.lines.iter().enumerate() {
            let at = (top.0, top.1 + (super::float(index) + 0.5) * block.line());
            self.words(class, line, at, block.size, Anchor::Middle, colour, "");
        }
    }

    /// Lines of text that read upwards, centred at a height, the left edge of the first at a place.
    pub(super) fn block_upwards(&mut self, class: &str, block: &Block, left: Place) {
        for (index, line) in block.lines.iter().enumerate() {
            let x = left.0 + (super::float(index) + 0.5) * block.line();
            self.upwards(class, line, (x, left.1), block.size, Anchor::Middle);
        }
    }

    /// Text that reads upwards, its middle at a place across.
    pub(super) fn upwards(
        &mut self,
        class: &str,
        text: &str,
        place: Place,
        size: f64,
        anchor: Anchor,
    ) {
        let [x, y] = [place.0, place.1].map(short);
        let turn = format!(" transform=\"rotate(-90 {x} {y})\"");
        self.words(class, text, place, size, anchor, INK, &turn);
    }

    #[expect(clippy::too_many_arguments, reason = "what a text element has")]
    fn words(
        &mut self,
        class: &str,
        text: &str,
        place: Place,
        size: f64,
        anchor: Anchor,
        colour: Colour,
        turn: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        // Capitals and digits of the font are 0.73 ems high.
        let [x, y, size_text] = [place.0, place.1 + 0.36 * size, size].map(short);
        let fill = colour.hex();
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" font-size=\"{size_text}\" text-anchor=\"{anchor}\" fill=\"{fill}\"{turn}>"
        );
        let mut dropped = 0.0;
        for piece in pieces(text) {
            let drop = piece.drop() * size;
            let [by, small] = [drop - dropped, piece.size() * size].map(short);
            let _ = write!(self.body, "<tspan dy=\"{by}\" font-size=\"{small}\">");
            let _ = write!(self.body, "{}</tspan>", escaped(&piece.text));
            dropped = drop;
        }
        self.body.push_str("</text>\n");
    }

    /// The document, of a size in pixels.
    pub(super) fn finish(self, size: Place) -> String {
        let [width, height] = [size.0, size.1].map(short);
        let [wide, high] = [size.0, size.1].map(|x| short(x * 25.4 / 96.0));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}mm\" height=\"{high}mm\" viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILY}\" xml:space=\"preserve\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

fn path(places: &[Place]) -> String {
    let mut text = String::new();
    for (index, (x, y)) in places.iter().enumerate() {
        let step = if index == 0 { 'M' } else { 'L' };
        let _ = write!(text, "{step}{} {}", short(*x), short(*y));
    }
    text
}

/// A length to a hundredth of a pixel.
fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
