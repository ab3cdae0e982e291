//! Text with subscripts and superscripts, measured with the font that the program carries, and broken into lines.

use std::sync::OnceLock;
use ttf_parser::Face;

/// Size of a subscript relative to the text around it.
pub(super) const SMALL: f64 = 0.72;
/// The smallest text, 7 points, in pixels.
pub(super) const SMALLEST: f64 = 7.0 / 0.75;

/// The font that figures are drawn with.
fn font() -> &'static Face<'static> {
    static FONT: OnceLock<Face<'static>> = OnceLock::new();
    FONT.get_or_init(|| {
        Face::parse(dejavu::sans::regular(), 0).expect("the dejavu crate ships a valid font")
    })
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

/// Width of text with scripts in ems.
pub(super) fn width(text: &str) -> f64 {
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
    fn width(&self) -> f64 {
        let font = font();
        let advance = |c| {
            let glyph = font.glyph_index(c).unwrap_or_default();
            f64::from(font.glyph_hor_advance(glyph).unwrap_or(0))
        };
        let advances: f64 = self.text.chars().map(advance).sum();
        advances / f64::from(font.units_per_em()) * self.size()
    }

    /// How far below the text around it, in ems.
    pub(super) fn drop(&self) -> f64 {
        match self.level {
            Level::Normal => 0.0,
            Level::Sub => 0.2,
            Level::Super => -0.36,
        }
    }
}

/// Lines of text, all of one size in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    pub(super) size: f64,
}

impl Block {
    /// Text in some room: in one line, in two, in two smaller ones, in more; a single word too long for a line is abbreviated.
    pub(super) fn fit(text: &str, room: f64, size: f64) -> Self {
        if text.is_empty() {
            return Self {
                lines: Vec::new(),
                size,
            };
        }
        let smallest = size.min(SMALLEST);
        let tried = [(size, 2), (smallest, 2), (smallest, 4)];
        let fitting = tried.into_iter().find_map(|(size, most)| {
            let lines = wrap(text, room / size);
            let fits = lines.iter().all(|line| width(line) * size <= room);
            (fits && lines.len() <= most).then_some(Self { lines, size })
        });
        fitting.unwrap_or_else(|| {
            let lines = wrap(text, room / smallest).into_iter();
            let cut = |line: String| abbreviate(&line, room / smallest);
            Self {
                lines: lines.take(4).map(cut).collect(),
                size: smallest,
            }
        })
    }

    pub(super) fn height(&self) -> f64 {
        super::float(self.lines.len()) * self.line()
    }

    /// From one line to the next.
    pub(super) fn line(&self) -> f64 {
        1.3 * self.size
    }
}

/// Breaks text at spaces into as few lines of at most `room` ems as a reader would, of about equal length.
fn wrap(text: &str, room: f64) -> Vec<String> {
    let count = greedy(text, room).len();
    // Narrower lines are more equal, as long as they are not more.
    let narrower = (10..=20).map(|twentieth| room * f64::from(twentieth) / 20.0);
    narrower
        .map(|room| greedy(text, room))
        .find(|lines| lines.len() == count && lines.iter().all(|line| width(line) <= room))
        .unwrap_or_else(|| greedy(text, room))
}

fn greedy(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}")) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The beginning of a text that is too long for some room in ems.
fn abbreviate(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while short.pop().is_some() && width(&format!("{short}…")) > room {}
    format!("{short}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_split_from_symbols_but_not_from_names() {
        let split = |text| -> Vec<(String, Level)> {
            let pieces = pieces(text).into_iter();
            pieces.map(|piece| (piece.text, piece.level)).collect()
        };
        let normal = |text: &str| (text.to_owned(), Level::Normal);
        assert_eq!(split("α_c"), [normal("α"), ("c".into(), Level::Sub)]);
        assert_eq!(
            split("10^{−3}"),
            [normal("10"), ("−3".into(), Level::Super)]
        );
        assert_eq!(split("sample_eigenvalue"), [normal("sample_eigenvalue")]);
        assert_eq!(split("a_{"), [normal("a_{")]);
        assert!(width("mm") > width("ii"));
    }

    #[test]
    fn a_long_label_stands_in_two_lines_and_nothing_is_lost() {
        let label = "squared overlap with the planted direction  c²";
        let block = Block::fit(label, 200.0, 12.0);
        assert_eq!(block.lines.len(), 2);
        assert_eq!(block.lines.join(" "), label);
        assert!(
            block
                .lines
                .iter()
                .all(|line| width(line) * block.size <= 200.0)
        );
    }

    #[test]
    fn a_word_longer_than_the_room_is_abbreviated() {
        let block = Block::fit("incomprehensibilities", 60.0, 12.0);
        assert!(block.lines[0].ends_with('…') && width(&block.lines[0]) * block.size <= 60.0);
    }
}
