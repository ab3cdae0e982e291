//! What a figure shows, before it is laid out.

use super::palette::Colour;
use super::roles::Keys;
use super::scale::Scale;
use crate::table::figure::Mark;
use serde::Serialize;

/// A figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(super) struct Picture {
    pub(super) panels: Vec<Panel>,
    /// What lines, points and crosses are, where a panel has several of them
    pub(super) marks: Vec<Entry>,
    /// The legend of all panels; where they need legends of their own, it is empty
    pub(super) legend: Legend,
    /// Lines of words below the panels
    pub(super) captions: Vec<String>,
}

/// A pair of axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Panel {
    /// Empty for none
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) series: Vec<Series>,
    pub(super) map: Option<Map>,
    pub(super) legend: Legend,
    /// Words in the middle of a panel that has nothing to draw
    pub(super) words: String,
}

/// One axis; texts have subscripts `_{…}` and superscripts `^{…}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Axis {
    pub(super) label: String,
    pub(super) scale: Scale,
}

impl Axis {
    pub(super) fn new(label: impl Into<String>, scale: Scale) -> Self {
        let label = label.into();
        Self { label, scale }
    }

    /// An axis of named places.
    pub(super) fn of_words(names: &[String]) -> Self {
        Self::new("", Scale::of_words(names))
    }
}

/// Things of one look.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Series {
    /// What it is, as the legend says it
    pub(super) name: String,
    pub(super) mark: Mark,
    /// The values of the colour and the dash that it stands for
    #[serde(skip)]
    pub(super) keys: Keys,
    pub(super) look: Look,
    pub(super) points: Vec<Point>,
}

/// Colour, and number of the dash or marker.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub(super) struct Look {
    pub(super) colour: Colour,
    pub(super) style: usize,
}

/// One row of a series; a corner of a histogram's outline; the place of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub(super) struct Point {
    pub(super) x: f64,
    /// NaN where it is missing: the line breaks
    pub(super) y: f64,
    /// Half length of its error bar, 0 for none
    pub(super) error: f64,
    /// Whether no line leads to it from the point before
    pub(super) begins: bool,
}

/// A grid of heights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Map {
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// One row per y, NaN where there is none
    pub(super) heights: Vec<Vec<f64>>,
    pub(super) scale: Scale,
}

/// What colours and dashes mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(super) struct Legend {
    pub(super) entries: Vec<Entry>,
    pub(super) bar: Option<Axis>,
}

/// A line of a legend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Entry {
    pub(super) text: String,
    pub(super) look: Look,
    pub(super) marks: Vec<Mark>,
    /// Its place among those of other panels
    pub(super) order: usize,
}

impl Legend {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.bar.is_none()
    }

    /// This legend with the entries of another; `None` if they contradict each other or are too many for one.
    pub(super) fn with(mut self, other: &Self) -> Option<Self> {
        for entry in &other.entries {
            let is_new_look = !self.entries.iter().any(|e| e.look == entry.look);
            match self.entries.iter_mut().find(|e| e.text == entry.text) {
                Some(known) if known.look == entry.look => {
                    known.marks.extend(&entry.marks);
                    known.marks.sort_unstable();
                    known.marks.dedup();
                }
                None if is_new_look => self.entries.push(entry.clone()),
                _ => return None,
            }
        }
        self.entries.sort_by_key(|entry| entry.order);
        self.bar = match (self.bar, &other.bar) {
            (Some(a), Some(b)) if a != *b => return None,
            (a, b) => a.or_else(|| b.clone()),
        };
        (self.entries.len() <= super::roles::MOST_ENTRIES).then_some(self)
    }
}
