//! Pixels: a backend for plotters with smooth lines and the program's own font.

use super::text;
use ab_glyph::{Font, GlyphId, OutlineCurve};
use plotters::prelude::*;
use plotters_backend::{BackendColor, BackendStyle, BackendTextStyle, DrawingErrorKind};
use std::convert::Infallible;
use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

/// A white picture of `size` coordinates, `scale` pixels to a coordinate. `None` if it is empty or too large.
pub(super) fn blank(size: (u32, u32), scale: f32) -> Option<Pixmap> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "tiny_skia checks"
    )]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a figure has less than 2^24 coordinates"
    )]
    let pixels = |n: u32| (n as f32 * scale).round() as u32;
    let mut pixmap = Pixmap::new(pixels(size.0), pixels(size.1))?;
    pixmap.fill(Color::WHITE);
    Some(pixmap)
}

/// A picture under construction, whose coordinates are finer than its pixels.
pub(super) struct Raster<'a> {
    pub(super) pixmap: &'a mut Pixmap,
    pub(super) size: (u32, u32),
    pub(super) scale: f32,
}

impl Raster<'_> {
    fn transform(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn stroke(&mut self, path: Option<Path>, style: &impl BackendStyle) {
        #[expect(clippy::cast_precision_loss, reason = "a line is thinner than 2^24")]
        let width = style.stroke_width() as f32;
        let stroke = Stroke {
            width,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        if let Some(path) = path {
            let transform = self.transform();
            self.pixmap
                .stroke_path(&path, &paint(style.color()), &stroke, transform, None);
        }
    }

    fn fill(&mut self, path: Option<Path>, color: BackendColor, transform: Transform) {
        if let Some(path) = path {
            self.pixmap
                .fill_path(&path, &paint(color), FillRule::Winding, transform, None);
        }
    }
}

fn paint(color: BackendColor) -> Paint<'static> {
    let (red, green, blue) = color.rgb;
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 ≤ alpha ≤ 1"
    )]
    let alpha = (color.alpha * 255.0).round() as u8;
    paint.set_color_rgba8(red, green, blue, alpha);
    paint
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure has less than 2^24 coordinates"
)]
fn float(point: (i32, i32)) -> (f32, f32) {
    (point.0 as f32, point.1 as f32)
}

fn path(points: impl IntoIterator<Item = (i32, i32)>, close: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for point in points {
        let (x, y) = float(point);
        if builder.is_empty() {
            builder.move_to(x, y);
        } else {
            builder.line_to(x, y);
        }
    }
    if close && !builder.is_empty() {
        builder.close();
    }
    builder.finish()
}

impl DrawingBackend for Raster<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): (i32, i32), color: BackendColor) -> Outcome {
        let square = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        self.fill(path(square, true), color, self.transform());
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: (i32, i32),
        to: (i32, i32),
        style: &S,
    ) -> Outcome {
        self.stroke(path([from, to], false), style);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): (i32, i32),
        (right, bottom): (i32, i32),
        style: &S,
        fill: bool,
    ) -> Outcome {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let outline = path(corners, true);
        if fill {
            self.fill(outline, style.color(), self.transform());
        } else {
            self.stroke(outline, style);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = (i32, i32)>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Outcome {
        self.stroke(path(points, false), style);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: (i32, i32),
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome {
        let (x, y) = float(center);
        #[expect(clippy::cast_precision_loss, reason = "a circle is smaller than 2^24")]
        let circle = PathBuilder::from_circle(x, y, radius as f32);
        if fill {
            self.fill(circle, style.color(), self.transform());
        } else {
            self.stroke(circle, style);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = (i32, i32)>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Outcome {
        self.fill(path(points, true), style.color(), self.transform());
        Ok(())
    }

    /// Places text as plotters' SVG backend does: a centred line has its baseline half an x-height below `pos`.
    fn draw_text<S: BackendTextStyle>(
        &mut self,
        words: &str,
        style: &S,
        pos: (i32, i32),
    ) -> Outcome {
        use plotters_backend::text_anchor::HPos;
        let em = style.size() / text::PLOTTERS_SIZE;
        let shift = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => -0.5 * text::width(words) * em,
            HPos::Right => -text::width(words) * em,
        };
        let (x, y) = float(pos);
        let turn = match style.transform() {
            FontTransform::Rotate270 => Transform::from_row(0.0, -1.0, 1.0, 0.0, 0.0, 0.0),
            _ => Transform::identity(),
        };
        #[expect(clippy::cast_possible_truncation, reason = "coordinates are small")]
        let (em, shift) = (em as f32, shift as f32);
        let placed = turn.post_translate(x, y).post_concat(self.transform());
        self.fill(outline(words, em, shift), style.color(), placed);
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        words: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let em = style.size() / text::PLOTTERS_SIZE;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small and positive"
        )]
        Ok(((text::width(words) * em).ceil() as u32, em.ceil() as u32))
    }
}

/// The outline of a line of text that starts `shift` to the right of the origin.
fn outline(words: &str, em: f32, shift: f32) -> Option<Path> {
    /// Height of a lower-case x in `DejaVu Sans`, in ems
    const X_HEIGHT: f32 = 0.547;
    let font = text::font();
    let per_unit = em / font.units_per_em().unwrap_or(1000.0);
    let mut builder = PathBuilder::new();
    let (mut x, y) = (shift, 0.5 * X_HEIGHT * em);
    for c in words.chars() {
        let glyph = font.glyph_id(c);
        append(&mut builder, &font, glyph, |point| {
            (x + point.x * per_unit, y - point.y * per_unit)
        });
        x += font.h_advance_unscaled(glyph) * per_unit;
    }
    builder.finish()
}

fn append(
    builder: &mut PathBuilder,
    font: &impl Font,
    glyph: GlyphId,
    place: impl Fn(ab_glyph::Point) -> (f32, f32),
) {
    let mut pen = None;
    for curve in font
        .outline(glyph)
        .map(|outline| outline.curves)
        .unwrap_or_default()
    {
        let (start, end) = match &curve {
            OutlineCurve::Line(a, b)
            | OutlineCurve::Quad(a, _, b)
            | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
        };
        if pen != Some(start) {
            let (x, y) = place(start);
            builder.move_to(x, y);
        }
        let (x, y) = place(end);
        match curve {
            OutlineCurve::Line(..) => builder.line_to(x, y),
            OutlineCurve::Quad(_, control, _) => {
                let (cx, cy) = place(control);
                builder.quad_to(cx, cy, x, y);
            }
            OutlineCurve::Cubic(_, first, second, _) => {
                let ((ax, ay), (bx, by)) = (place(first), place(second));
                builder.cubic_to(ax, ay, bx, by, x, y);
            }
        }
        pen = Some(end);
    }
}
