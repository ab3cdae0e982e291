//! Lines, dots and text at positions in units of length, one unit being a pixel of the figure as shown.

use super::text::{self, FAMILY, PLOTTERS_SIZE};
use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;

/// plotters' whole coordinates per unit of length, so that curves are smooth.
pub(super) const FINE: f64 = 20.0;
/// Size of the text.
pub(super) const TEXT: f64 = 13.0;

/// Ink of axes and text.
pub(super) const INK: RGBColor = RGBColor(30, 30, 30);

/// A surface to draw on.
pub(super) struct Canvas<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
}

#[expect(clippy::cast_possible_truncation, reason = "a figure is small")]
fn fine(position: (f64, f64)) -> (i32, i32) {
    (
        (position.0 * FINE).round() as i32,
        (position.1 * FINE).round() as i32,
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small and positive"
)]
fn thick(width: f64) -> u32 {
    (width * FINE).round() as u32
}

impl<'a, DB: DrawingBackend> Canvas<'a, DB>
where
    DB::ErrorType: Error + Send + Sync + 'static,
{
    pub(super) fn new(area: &'a DrawingArea<DB, Shift>) -> Self {
        Self { area }
    }

    /// A line through points.
    pub(super) fn line(&self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Result<()> {
        let points: Vec<_> = points.iter().copied().map(fine).collect();
        self.area
            .draw(&PathElement::new(points, color.stroke_width(thick(width))))?;
        Ok(())
    }

    /// A filled circle.
    pub(super) fn dot(&self, center: (f64, f64), radius: f64, color: RGBColor) -> Result<()> {
        self.area
            .draw(&Circle::new(fine(center), thick(radius), color.filled()))?;
        Ok(())
    }

    /// Text whose middle height is at `position`. `align` is 0 where it starts, 0.5 where it is centred, 1 where it
    /// ends there.
    pub(super) fn text(
        &self,
        words: &str,
        position: (f64, f64),
        size: f64,
        align: f64,
    ) -> Result<()> {
        let mut x = position.0 - align * text::rich_width(words) * size;
        for piece in text::pieces(words) {
            let place = (x, position.1 + piece.drop() * size);
            self.piece(&piece.text, place, size * piece.size(), FontTransform::None)?;
            x += piece.width() * size;
        }
        Ok(())
    }

    /// Text that reads upwards, centred at `position`.
    pub(super) fn text_upwards(&self, words: &str, position: (f64, f64), size: f64) -> Result<()> {
        let mut y = position.1 + 0.5 * text::rich_width(words) * size;
        for piece in text::pieces(words) {
            let place = (position.0 + piece.drop() * size, y);
            self.piece(
                &piece.text,
                place,
                size * piece.size(),
                FontTransform::Rotate270,
            )?;
            y -= piece.width() * size;
        }
        Ok(())
    }

    fn piece(&self, words: &str, place: (f64, f64), size: f64, turn: FontTransform) -> Result<()> {
        let font = FontDesc::new(
            FontFamily::Name(FAMILY),
            size * PLOTTERS_SIZE * FINE,
            FontStyle::Normal,
        );
        let style = TextStyle::from(font.transform(turn))
            .color(&INK)
            .pos(Pos::new(HPos::Left, VPos::Center));
        self.area.draw_text(words, &style, fine(place))?;
        Ok(())
    }
}
