//! What tells series apart: which key is colour, which is dash or marker, and which has panels of its own.

use super::palette::STYLES;
use super::plan::{PanelPlan, Plan, varies};
use crate::table::Cell;
use std::collections::{BTreeMap, HashSet};

/// The most entries of a legend.
pub(super) const MOST_ENTRIES: usize = 7;

/// The cells of a row.
pub(super) type Row = [Cell];

/// What a colour or a dash stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// A column
    Key(usize),
    /// The several quantities of a panel
    Quantity,
}

/// What tells the series of a panel apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Roles {
    pub(super) colour: Option<Channel>,
    pub(super) style: Option<Channel>,
    /// A key whose values need panels of their own
    pub(super) panels: Option<usize>,
    /// Whether the colours are a bar
    pub(super) is_bar: bool,
}

/// How many values a channel has, and whether they are numbers.
#[derive(Debug, Clone, Copy)]
struct Size {
    channel: Channel,
    count: usize,
    numbers: bool,
}

/// The values of the colour's and the dash's key.
pub(super) type Keys = [Option<Cell>; 2];

impl Roles {
    /// Colour and dash.
    pub(super) fn channels(&self) -> [Option<Channel>; 2] {
        [self.colour, self.style]
    }

    /// The roles of the keys of some rows against the column `x`.
    pub(super) fn of(plan: &Plan, panel: &PanelPlan, rows: &[&Row], x: Option<usize>) -> Self {
        let mut sizes: Vec<Size> = keys(plan, panel, rows, x)
            .into_iter()
            .map(|key| Size::of_key(rows, key))
            .collect();
        let quantities = panel.curves.iter().map(|curve| curve.variant + 1).max();
        let count = quantities.unwrap_or(1);
        if panel.map.is_none() && count > 1 {
            // Many numbered quantities are told apart by colours along a bar, a few by their dashes.
            let place = usize::from(count <= STYLES).min(sizes.len());
            let size = Size {
                channel: Channel::Quantity,
                count,
                numbers: true,
            };
            sizes.insert(place, size);
        }
        if panel.map.is_some() {
            let first = sizes.first().and_then(Size::key);
            return Self {
                panels: first,
                ..Self::default()
            };
        }
        Self::of_sizes(&sizes)
    }

    fn of_sizes(sizes: &[Size]) -> Self {
        // Words have no bar, and more of them than a legend holds are panels.
        let many = |size: &&Size| !size.numbers && size.count > MOST_ENTRIES;
        if let Some(key) = sizes.iter().find(many).and_then(Size::key) {
            return Self::panels(key);
        }
        match sizes {
            [] => Self::default(),
            [colour] => Self::new(*colour, None),
            [first, second] => Self::of_two(*first, *second),
            [.., before, last] => Self::apart(*last, *before),
        }
    }

    fn of_two(first: Size, second: Size) -> Self {
        // Of two, the one that can be a bar is the colour.
        let (colour, style) = if second.has_bar() && !first.has_bar() && second.count > STYLES {
            (second, first)
        } else {
            (first, second)
        };
        let is_much = colour.count + style.count > MOST_ENTRIES && !colour.has_bar();
        if style.count > STYLES || is_much {
            return Self::apart(style, colour);
        }
        Self::new(colour, Some(style))
    }

    /// A key with panels of its own, or the other one where it is none.
    fn apart(size: Size, other: Size) -> Self {
        let key = size.key().or(other.key());
        key.map_or_else(Self::default, Self::panels)
    }

    fn new(colour: Size, style: Option<Size>) -> Self {
        let others = style.map_or(0, |style| style.count);
        let together = colour.count + others > MOST_ENTRIES;
        Self {
            colour: Some(colour.channel),
            style: style.map(|style| style.channel),
            panels: None,
            is_bar: colour.has_bar() && (together || colour.count > MOST_ENTRIES),
        }
    }

    fn panels(key: usize) -> Self {
        Self {
            panels: Some(key),
            ..Self::default()
        }
    }
}

impl Size {
    fn of_key(rows: &[&Row], key: usize) -> Self {
        let values = distinct(rows, key);
        let numbers = values
            .iter()
            .all(|cell| cell.number().is_some() || *cell == Cell::Missing);
        Self {
            channel: Channel::Key(key),
            count: values.len(),
            numbers,
        }
    }

    /// Whether its values are numbers enough for a bar of colours.
    fn has_bar(&self) -> bool {
        self.numbers && self.count > 3
    }

    fn key(&self) -> Option<usize> {
        match self.channel {
            Channel::Key(key) => Some(key),
            Channel::Quantity => None,
        }
    }
}

/// The keys that tell rows apart: declared ones that vary and are not known from those before them, and candidates for x that are not
/// known from x and the keys.
fn keys(plan: &Plan, panel: &PanelPlan, rows: &[&Row], x: Option<usize>) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let free = |key: &&usize| Some(**key) != x && distinct(rows, **key).len() > 1;
    for key in plan.keys.iter().filter(free) {
        let mut by = found.clone();
        // A break of one line needs no second line, and numbers that go along with x no series of one point each, unless a law tells
        // them apart.
        let mut laws = panel.curves.iter().filter_map(|curve| curve.law(x));
        let has_law = laws.any(|(_, of)| of.contains(key));
        let along = |x: &usize| {
            varies(rows, *x)
                && rows.iter().all(|row| row[*key].number().is_some())
                && is_determined(rows, *x, &[*key])
        };
        by.extend(x.filter(|x| !has_law && (plan.breaks == Some(*key) || along(x))));
        if by.is_empty() || !is_determined(rows, *key, &by) {
            found.push(*key);
        }
    }
    let others = panel.x.iter().filter(|at| !plan.keys.contains(at));
    for key in others.filter(free).filter(|key| varies(rows, **key)) {
        let by: Vec<usize> = found.iter().copied().chain(x).collect();
        if !is_determined(rows, *key, &by) {
            found.push(*key);
        }
    }
    found
}

/// Whether rows that agree in some columns agree in another.
pub(super) fn is_determined(rows: &[&Row], key: usize, by: &[usize]) -> bool {
    let mut known = BTreeMap::new();
    rows.iter().all(|row| {
        let of: Vec<_> = by.iter().map(|at| row[*at].to_csv()).collect();
        let value = row[key].to_csv();
        *known.entry(of).or_insert_with(|| value.clone()) == value
    })
}

/// The different values of a column: numbers in their order, words in that of the rows, what is missing last.
pub(super) fn distinct(rows: &[&Row], column: usize) -> Vec<Cell> {
    let mut known = HashSet::new();
    let cells = rows.iter().map(|row| &row[column]);
    let mut values: Vec<Cell> = cells
        .filter(|cell| known.insert(cell.to_csv()))
        .cloned()
        .collect();
    let order = |cell: &Cell| match cell {
        Cell::Missing => (2, 0.0),
        _ => cell.number().map_or((1, 0.0), |x| (0, x)),
    };
    values.sort_by(|a, b| {
        let (a, b) = (order(a), order(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    values
}
