//! Text with subscripts and superscripts, measured with the font that the program carries.

use ab_glyph::{Font, FontRef};

/// Families that an SVG viewer tries, in this order.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// plotters' SVG backend divides the font's size by this before it writes it.
pub(super) const PLOTTERS_SIZE: f64 = 1.24;
/// Size of a subscript relative to the text around it.
pub(super) const SMALL: f64 = 0.72;

/// The font that figures are drawn with.
pub(super) fn font() -> FontRef<'static> {
    FontRef::try_from_slice(dejavu::sans::regular()).expect("the dejavu crate ships a valid font")
}

/// Where a piece of text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Normal,
    Sub,
    Super,
}

/// A piece of text on one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) level: Level,
}

/// Splits `α_c = 10^{-3}` into pieces. `_` or `^` before anything but a letter, digit or brace is itself.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut normal = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let level = match c {
            '_' => Level::Sub,
            '^' => Level::Super,
            _ => Level::Normal,
        };
        let script = if level == Level::Normal {
            None
        } else {
            script(rest)
        };
        match script {
            Some((inner, after)) => {
                push(&mut pieces, std::mem::take(&mut normal), Level::Normal);
                push(&mut pieces, inner.to_owned(), level);
                rest = after;
            }
            None => normal.push(c),
        }
    }
    push(&mut pieces, normal, Level::Normal);
    pieces
}

fn push(pieces: &mut Vec<Piece>, text: String, level: Level) {
    if !text.is_empty() {
        pieces.push(Piece { text, level });
    }
}

/// The braced group or the single letter or digit at the start, and what follows.
fn script(text: &str) -> Option<(&str, &str)> {
    if let Some(group) = text.strip_prefix('{') {
        return group.split_once('}');
    }
    let first = text.chars().next().filter(|c| c.is_alphanumeric())?;
    // A longer word, as in `sample_eigenvalue`, is a name and no symbol.
    let after = &text[first.len_utf8()..];
    let alone = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    alone.then(|| text.split_at(first.len_utf8()))
}

/// Width of plain text in ems.
pub(super) fn width(text: &str) -> f64 {
    let font = font();
    let per_em = f64::from(font.units_per_em().unwrap_or(1000.0));
    text.chars()
        .map(|c| f64::from(font.h_advance_unscaled(font.glyph_id(c))) / per_em)
        .sum()
}

/// Width of text with scripts in ems.
pub(super) fn rich_width(text: &str) -> f64 {
    pieces(text).iter().map(Piece::width).sum()
}

impl Piece {
    /// Size relative to the text around it.
    pub(super) fn size(&self) -> f64 {
        if self.level == Level::Normal {
            1.0
        } else {
            SMALL
        }
    }

    /// Width in ems of the text around it.
    pub(super) fn width(&self) -> f64 {
        width(&self.text) * self.size()
    }

    /// How far below the text around it, in ems.
    pub(super) fn drop(&self) -> f64 {
        match self.level {
            Level::Normal => 0.0,
            Level::Sub => 0.22,
            Level::Super => -0.36,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_split_from_symbols_but_not_from_names() {
        let split = |text| -> Vec<(String, Level)> {
            pieces(text)
                .into_iter()
                .map(|piece| (piece.text, piece.level))
                .collect()
        };
        assert_eq!(
            split("α_c"),
            [("α".into(), Level::Normal), ("c".into(), Level::Sub)]
        );
        assert_eq!(
            split("10^{−3}"),
            [("10".into(), Level::Normal), ("−3".into(), Level::Super)]
        );
        assert_eq!(
            split("sample_eigenvalue"),
            [("sample_eigenvalue".into(), Level::Normal)]
        );
        assert_eq!(split("a_{"), [("a_{".into(), Level::Normal)]);
        assert!(width("mm") > width("ii"));
    }
}
