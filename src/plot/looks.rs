//! Colours and dashes of values, the same in every panel.

use super::palette::{Colour, GREY, INK, PALE, STYLES};
use super::parts::Part;
use super::picture::{Axis, Look};
use super::plan::CurvePlan;
use super::roles::{Channel, Keys, MOST_ENTRIES};
use super::scale::Scale;
use super::{float, names};
use crate::table::figure::Mark;
use crate::table::{Cell, Table};
use std::collections::BTreeMap;

/// The values that each column has as a colour or a dash, over all panels.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Those of colours, and of dashes
    values: [BTreeMap<usize, Vec<Cell>>; 2],
    bars: BTreeMap<usize, Axis>,
}

impl Looks {
    pub(super) fn of(table: &Table, parts: &[Part]) -> Self {
        let mut looks = Self::default();
        for part in parts {
            for (channel, known) in part.roles.channels().into_iter().zip(&mut looks.values) {
                if let Some(Channel::Key(key)) = channel {
                    let mut values = known.remove(&key).unwrap_or_default();
                    values.extend(part.values(channel));
                    known.insert(key, sorted(values));
                }
            }
        }
        for (key, values) in &looks.values[0] {
            let wanted =
                |part: &Part| part.roles.is_bar && part.roles.colour == Some(Channel::Key(*key));
            let numbers: Vec<f64> = finite(values).collect();
            let many = values.len() > MOST_ENTRIES && numbers.len() > 1;
            if many || parts.iter().any(wanted) {
                looks
                    .bars
                    .insert(*key, bar(names::axis(&table.columns[*key]), &numbers));
            }
        }
        looks
    }

    /// The bar of a column whose values are too many for single colours.
    pub(super) fn bar(&self, channel: Option<Channel>) -> Option<&Axis> {
        match channel {
            Some(Channel::Key(key)) => self.bars.get(&key),
            _ => None,
        }
    }

    /// The place of a value among all that its column has in the figure; dashes come after colours.
    pub(super) fn order(&self, key: usize, cell: &Cell, of_colour: bool) -> usize {
        let at = usize::from(!of_colour);
        1000 * at
            + self.values[at][&key]
                .iter()
                .position(|value| value == cell)
                .unwrap_or(0)
    }

    /// The look of a curve's rows with these values of the keys.
    pub(super) fn look(&self, part: &Part, curve: &CurvePlan, cells: &Keys) -> Look {
        let colour = match (part.roles.colour, &cells[0]) {
            _ if curve.mark == Mark::Crosses => GREY,
            (Some(Channel::Key(key)), Some(cell)) => self.colour(part, key, cell),
            (Some(Channel::Quantity), _) => quantity(part, curve.variant),
            _ => match curve.mark {
                Mark::Histogram => PALE,
                Mark::Level => INK,
                Mark::Line if curve.has_law(part.x) => INK,
                Mark::Ticks => Colour::of(1),
                _ => Colour::of(0),
            },
        };
        let style = match (part.roles.style, &cells[1]) {
            (Some(Channel::Key(key)), Some(cell)) => self.style(part, key, cell),
            (Some(Channel::Quantity), _) => curve.variant,
            _ => 0,
        };
        Look { colour, style }
    }

    fn colour(&self, part: &Part, key: usize, cell: &Cell) -> Colour {
        if let Some(bar) = self.bars.get(&key) {
            let share = cell.number().and_then(|x| bar.scale.share(x));
            return share.map_or(INK, Colour::along);
        }
        let values = self.known(part, key, 0, MOST_ENTRIES);
        let is_limit = |cell: &Cell| cell.number().is_none_or(f64::is_infinite);
        if values.iter().any(|cell| cell.number().is_some()) && is_limit(cell) {
            return INK;
        }
        Colour::of(values.iter().position(|value| value == cell).unwrap_or(0))
    }

    /// The values among which a channel tells; where they are more than it can tell, those of this panel.
    fn known(&self, part: &Part, key: usize, channel: usize, most: usize) -> Vec<Cell> {
        let known = &self.values[channel][&key];
        if known.len() > most {
            part.values(part.roles.channels()[channel])
        } else {
            known.clone()
        }
    }

    fn style(&self, part: &Part, key: usize, cell: &Cell) -> usize {
        let values = self.known(part, key, 1, STYLES);
        values.iter().position(|value| value == cell).unwrap_or(0)
    }
}

/// The colour of one of several quantities.
fn quantity(part: &Part, variant: usize) -> Colour {
    if part.roles.is_bar {
        return Colour::along(float(variant) / float(quantities(part) - 1));
    }
    Colour::of(variant)
}

/// How many quantities of one mark a panel has.
pub(super) fn quantities(part: &Part) -> usize {
    let curves = part.panel.curves.iter();
    curves.map(|curve| curve.variant + 1).max().unwrap_or(1)
}

/// A bar from the smallest to the largest number.
pub(super) fn bar(label: String, numbers: &[f64]) -> Axis {
    let (low, high) = super::ends(numbers.iter().copied());
    let scale = Scale::tight(numbers, low > 0.0 && high / low >= 5.0);
    let whole = !scale.log && numbers.iter().all(|x| (x - x.round()).abs() < 1e-9);
    Axis::new(label, if whole { scale.of_integers() } else { scale })
}

fn finite(values: &[Cell]) -> impl Iterator<Item = f64> {
    let numbers = values.iter().filter_map(Cell::number);
    numbers.filter(|x| x.is_finite())
}

fn sorted(values: Vec<Cell>) -> Vec<Cell> {
    let rows: Vec<[Cell; 1]> = values.into_iter().map(|cell| [cell]).collect();
    let rows: Vec<&[Cell]> = rows.iter().map(|row| &row[..]).collect();
    super::roles::distinct(&rows, 0)
}
