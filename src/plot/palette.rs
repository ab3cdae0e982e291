//! Colours, dashes and markers.

use serde::{Serialize, Serializer};

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

/// Ink of axes and text, and of the limit of infinite size.
pub(super) const INK: Colour = Colour(30, 30, 30);
/// Controls, captions, and what stands behind.
pub(super) const GREY: Colour = Colour(115, 115, 115);
/// The paper.
pub(super) const WHITE: Colour = Colour(255, 255, 255);
/// The bars of a histogram.
pub(super) const PALE: Colour = Colour(205, 205, 205);

/// Colours that colour-blind readers can tell apart (Okabe & Ito 2008).
const COLOURS: [Colour; 7] = [
    Colour(0, 114, 178),
    Colour(213, 94, 0),
    Colour(0, 158, 115),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
    Colour(140, 100, 60),
];
/// Steps of viridis, the last one darkened so that a line in it is seen on white.
const VIRIDIS: [Colour; 9] = [
    Colour(68, 1, 84),
    Colour(71, 44, 122),
    Colour(59, 81, 139),
    Colour(44, 113, 142),
    Colour(33, 144, 141),
    Colour(39, 173, 129),
    Colour(92, 200, 99),
    Colour(170, 220, 50),
    Colour(240, 220, 37),
];
/// Dashes of lines, lengths of strokes and gaps in units of their width.
const DASHES: [&[f64]; STYLES] = [
    &[],
    &[4.0, 2.0],
    &[1.2, 1.8],
    &[6.0, 1.8, 1.2, 1.8],
    &[9.0, 3.0],
];
/// Dashes that can be told apart, and markers.
pub(super) const STYLES: usize = 5;

impl Colour {
    /// One of a few.
    pub(super) fn of(index: usize) -> Self {
        COLOURS[index % COLOURS.len()]
    }

    /// Along viridis, from 0 to 1.
    pub(super) fn along(share: f64) -> Self {
        let at = share.clamp(0.0, 1.0) * super::float(VIRIDIS.len() - 1);
        let lower = super::whole(at.floor()).min(VIRIDIS.len() - 2);
        let (a, b, t) = (VIRIDIS[lower], VIRIDIS[lower + 1], at - super::float(lower));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 255"
        )]
        let mix = |a: u8, b: u8| (f64::from(a) * (1.0 - t) + f64::from(b) * t).round() as u8;
        Self(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
    }

    /// As `#rrggbb`.
    pub(super) fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

/// The dash of a style, for a line of some width.
pub(super) fn dash(style: usize, width: f64) -> Vec<f64> {
    let lengths = DASHES[style % STYLES].iter();
    lengths.map(|length| length * width.max(1.2)).collect()
}
