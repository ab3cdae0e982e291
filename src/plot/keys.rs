//! Legends: what colours, dashes and marks mean.

use super::looks::{self, Looks};
use super::palette::{GREY, INK};
use super::parts::Part;
use super::picture::{Entry, Legend, Look, Panel, Series};
use super::plan::{CurvePlan, Plan};
use super::roles::{Channel, distinct, is_determined};
use super::{float, names, series};
use crate::table::figure::Mark;
use crate::table::{Cell, Table};

/// Colours and dashes of a panel.
pub(super) fn legend(
    table: &Table,
    plan: &Plan,
    part: &Part,
    looks: &Looks,
    drawn: &[Series],
) -> Legend {
    let mut legend = Legend::default();
    match part.roles.colour {
        Some(Channel::Key(_)) => {
            legend.bar = looks.bar(part.roles.colour).cloned();
            let has_bar = legend.bar.is_some();
            let of_bar = |entry: &Entry| has_bar && entry.look.colour != INK;
            let entries = values(table, plan, part, looks, drawn, true);
            legend
                .entries
                .extend(entries.into_iter().filter(|entry| !of_bar(entry)));
        }
        Some(Channel::Quantity) if part.roles.is_bar => {
            let numbers: Vec<f64> = (0..looks::quantities(part)).map(float).collect();
            let column = &table.columns[part.panel.curves[0].column];
            let label = names::axis_of_all(column);
            legend.bar = Some(looks::bar(format!("number of the {label}"), &numbers));
        }
        Some(Channel::Quantity) => legend.entries.extend(quantities(table, part, looks, true)),
        None => {}
    }
    legend.entries.extend(match part.roles.style {
        Some(Channel::Key(_)) => values(table, plan, part, looks, drawn, false),
        Some(Channel::Quantity) => quantities(table, part, looks, false),
        None => Vec::new(),
    });
    legend
}

/// An entry for each value of the colour's or the dash's key.
fn values(
    table: &Table,
    plan: &Plan,
    part: &Part,
    looks: &Looks,
    drawn: &[Series],
    of_colour: bool,
) -> Vec<Entry> {
    let channel = part.roles.channels()[usize::from(!of_colour)];
    let Some(Channel::Key(key)) = channel else {
        return Vec::new();
    };
    let others = companions(plan, part, key);
    let curve = &part.panel.curves[0];
    let entry = |cell: &Cell| {
        let look = looks.look(part, curve, &[Some(cell.clone()), Some(cell.clone())]);
        let look = if of_colour {
            Look { style: 0, ..look }
        } else {
            grey(look)
        };
        let same = |series: &&Series| series.keys[usize::from(!of_colour)].as_ref() == Some(cell);
        let marks = drawn.iter().filter(same).map(|series| series.mark);
        let mut marks: Vec<Mark> = marks.collect();
        marks.sort_unstable();
        marks.dedup();
        Entry {
            text: text(table, part, key, cell, &others),
            look,
            marks,
            order: looks.order(key, cell, of_colour),
        }
    };
    let values = part.values(channel);
    let entries = values.iter().map(entry);
    entries.filter(|entry| !entry.marks.is_empty()).collect()
}

/// The look of a dash alone.
fn grey(look: Look) -> Look {
    let colour = GREY;
    Look { colour, ..look }
}

/// Declared keys that a key knows.
fn companions(plan: &Plan, part: &Part, key: usize) -> Vec<usize> {
    let roles = part.roles.channels();
    let free = |at: &&usize| {
        **at != key && Some(**at) != part.x && !roles.contains(&Some(Channel::Key(**at)))
    };
    // What some rows lack tells as much as what differs.
    let differs = |at: usize| distinct(&part.rows, at).len() > 1;
    let known = |at: &&usize| differs(**at) && is_determined(&part.rows, **at, &[key]);
    let keys = plan.keys.iter().filter(free).filter(known);
    keys.copied().collect()
}

/// `two-cluster, b = 1`.
fn text(table: &Table, part: &Part, key: usize, cell: &Cell, others: &[usize]) -> String {
    let first = names::key(&table.columns[key], cell);
    let Some(row) = part.rows.iter().find(|row| row[key] == *cell) else {
        return first;
    };
    let known = others.iter().filter(|at| row[**at] != Cell::Missing);
    let words = known.map(|at| names::key(&table.columns[*at], &row[*at]));
    // What has no value is named by what goes along with it.
    let own = Some(first.clone()).filter(|_| *cell != Cell::Missing || key_has_limit(table, key));
    let texts = own.into_iter().chain(words);
    texts
        .reduce(|text, other| names::joined(&text, &other).unwrap_or(text))
        .unwrap_or(first)
}

/// Whether a missing value of a key stands for infinity.
fn key_has_limit(table: &Table, key: usize) -> bool {
    ["units", "alpha"].contains(&table.columns[key].name.as_ref())
}

/// An entry for each quantity of a panel.
fn quantities(table: &Table, part: &Part, looks: &Looks, of_colour: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for curve in &part.panel.curves {
        let look = looks.look(part, curve, &[None, None]);
        let look = if of_colour { look } else { grey(look) };
        let text = series::quantity(table, curve);
        match entries.iter_mut().find(|entry| entry.look == look) {
            Some(entry) if !entry.marks.contains(&curve.mark) => entry.marks.push(curve.mark),
            Some(_) => {}
            None => entries.push(Entry {
                text,
                look,
                marks: vec![curve.mark],
                order: if of_colour { 0 } else { 1000 } + curve.variant,
            }),
        }
    }
    entries
}

/// What the marks of the figure are, where a panel has several.
pub(super) fn marks(table: &Table, parts: &[Part], panels: &[Panel]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (part, panel) in parts.iter().zip(panels) {
        let curves = part.panel.curves.iter();
        let curves: Vec<&CurvePlan> = curves
            .filter(|curve| !is_of_a_colour(part, curve))
            .collect();
        let has_several = curves.iter().any(|curve| curve.mark != curves[0].mark);
        for curve in curves.iter().copied().filter(|_| has_several) {
            let same = || curves.iter().filter(|other| other.mark == curve.mark);
            let drawn = panel.series.iter().find(|series| series.mark == curve.mark);
            let Some(drawn) = drawn.filter(|_| same().count() == 1) else {
                continue;
            };
            let has_colours = part.roles.colour.is_some() && curve.mark != Mark::Crosses;
            let colour = if has_colours { INK } else { drawn.look.colour };
            let entry = Entry {
                text: series::quantity(table, curve),
                look: Look { colour, style: 0 },
                marks: vec![curve.mark],
                order: 0,
            };
            match entries
                .iter_mut()
                .find(|e| e.text == entry.text && e.marks == entry.marks)
            {
                Some(known) if known.look != entry.look => known.look.colour = INK,
                Some(_) => {}
                None => entries.push(entry),
            }
        }
    }
    entries
}

/// Whether a curve goes through the rows of one colour alone, which names it.
fn is_of_a_colour(part: &Part, curve: &CurvePlan) -> bool {
    let of = curve.only.map(|(column, _)| Channel::Key(column));
    of.is_some() && of == part.roles.colour
}

/// Whether all rows have the same value.
pub(super) fn constant(rows: &[&[Cell]], column: usize) -> Option<Cell> {
    match &distinct(rows, column)[..] {
        [value] if *value != Cell::Missing => Some(value.clone()),
        _ => None,
    }
}
