//! From rows to points.

use super::histogram;
use super::jumps;
use super::law;
use super::looks::Looks;
use super::names;
use super::parts::Part;
use super::picture::{Point, Series};
use super::plan::{CurvePlan, Plan};
use super::roles::{Channel, Keys, Row, distinct};
use crate::table::figure::{Mark, Order};
use crate::table::{Cell, Table};

/// The horizontal axis of a panel: numbers, or named places.
#[derive(Debug, Clone)]
pub(super) enum Across {
    /// The numbers of a column; that of the number of units, without which a row is of the limit of a comparison
    Numbers(usize, Option<usize>),
    /// The words of a column
    Words(usize, Vec<Cell>),
    /// One place for all rows
    One,
}

impl Across {
    pub(super) fn of(table: &Table, part: &Part) -> Self {
        let Some(column) = part.x else {
            return Self::One;
        };
        let cells = distinct(&part.rows, column);
        if cells
            .iter()
            .any(|cell| matches!(cell, Cell::Text(_) | Cell::Bool(_)))
        {
            return Self::Words(column, cells);
        }
        // Only a comparison, which has controls, leaves out the units of its limit.
        let limit = table.index("control").and_then(|_| table.index("units"));
        Self::Numbers(column, limit)
    }

    /// Where a row stands; `shift` tells series of one place apart.
    fn place(&self, row: &Row, shift: f64) -> Option<f64> {
        match self {
            Self::Numbers(column, limit) => match &row[*column] {
                Cell::Missing => limit
                    .filter(|units| row[*units] == Cell::Missing)
                    .map(|_| f64::INFINITY),
                cell => cell.number(),
            },
            Self::Words(column, cells) => {
                let place = cells.iter().position(|cell| *cell == row[*column]);
                place.map(|place| super::float(place) + shift)
            }
            Self::One => Some(shift),
        }
    }

    fn is_named(&self) -> bool {
        !matches!(self, Self::Numbers(..))
    }
}

/// The series of a panel, those that stand behind first.
pub(super) fn series(
    table: &Table,
    plan: &Plan,
    part: &Part,
    across: &Across,
    looks: &Looks,
) -> Vec<Series> {
    let places = keys(part, &part.rows);
    let mut series = Vec::new();
    let curves = part.panel.curves.iter();
    for curve in curves {
        let mut rows: Vec<&Row> = rows_of(part, curve);
        rows.retain(|row| !law::covers(part, curve, row));
        let has_one_look = curve.mark == Mark::Crosses
            || curve.mark == Mark::Level && distinct(&rows, curve.column).len() < 2;
        let groups = if has_one_look {
            vec![[None, None]]
        } else {
            keys(part, &rows)
        };
        for group in groups {
            let rows = rows
                .iter()
                .copied()
                .filter(|row| has_one_look || keys_of(part, row) == group);
            let placed = rows.filter_map(|row| {
                let at = places.iter().position(|keys| *keys == keys_of(part, row));
                let shift =
                    (super::float(at.unwrap_or(0)) + 0.5) / super::float(places.len()) - 0.5;
                Some((across.place(row, 0.6 * shift)?, row))
            });
            let points = points(plan, curve, across, placed.collect());
            if points.iter().any(|point| point.y.is_finite()) {
                series.push(Series {
                    name: name(table, part, curve, &group),
                    mark: curve.mark,
                    look: looks.look(part, curve, &group),
                    keys: group,
                    points,
                });
            }
        }
    }
    series
}

/// The rows of a curve; a line also has those in which its value is missing and not only of another kind, where it breaks.
pub(super) fn rows_of<'a>(part: &Part<'a>, curve: &CurvePlan) -> Vec<&'a Row> {
    let lines = || {
        part.panel
            .curves
            .iter()
            .filter(|other| other.mark == Mark::Line)
    };
    let is_line = |row: &Row| lines().any(|line| row[line.column].number().is_some());
    let of_line = |row: &Row| is_line(row) || !part.panel.draws(row);
    let has = |row: &Row| match curve.mark {
        Mark::Line => of_line(row),
        _ => row[curve.column].number().is_some(),
    };
    let rows = part.all.iter().copied();
    rows.filter(|row| curve.takes(row) && has(row)).collect()
}

/// What stands behind what: the points of a simulation stand on top of its theory.
pub(super) fn depth(mark: Mark) -> usize {
    let order = [
        Mark::Histogram,
        Mark::Level,
        Mark::Line,
        Mark::Points,
        Mark::Crosses,
        Mark::Ticks,
    ];
    order.iter().position(|m| *m == mark).unwrap_or(0)
}

/// The different keys of some rows, in the order of their values.
fn keys(part: &Part, rows: &[&Row]) -> Vec<Keys> {
    let values = |channel| match channel {
        Some(Channel::Key(key)) => distinct(rows, key).into_iter().map(Some).collect(),
        _ => vec![None],
    };
    let [colours, styles] = part.roles.channels().map(values);
    let pairs = colours
        .iter()
        .flat_map(|colour| styles.iter().map(|style| [colour.clone(), style.clone()]));
    let present: Vec<Keys> = rows.iter().map(|row| keys_of(part, row)).collect();
    pairs.filter(|pair| present.contains(pair)).collect()
}

fn keys_of(part: &Part, row: &Row) -> Keys {
    part.roles.channels().map(|channel| match channel {
        Some(Channel::Key(key)) => Some(row[key].clone()),
        _ => None,
    })
}

pub(super) fn name(table: &Table, part: &Part, curve: &CurvePlan, keys: &Keys) -> String {
    let channels = part.roles.channels();
    let texts = channels.iter().zip(keys).filter_map(|pair| match pair {
        (Some(Channel::Key(key)), Some(cell)) => Some(names::key(&table.columns[*key], cell)),
        _ => None,
    });
    texts.fold(quantity(table, curve), |name, text| {
        format!("{name}, {text}")
    })
}

/// The name of a curve: the declared one with its number, or its column's.
pub(super) fn quantity(table: &Table, curve: &CurvePlan) -> String {
    match (curve.name, &curve.number) {
        ("", _) => names::series(&table.columns[curve.column]),
        (name, None) => names::limited(name),
        (name, Some(number)) => names::limited(&format!("{name} {number}")),
    }
}

fn points(
    plan: &Plan,
    curve: &CurvePlan,
    across: &Across,
    mut rows: Vec<(f64, &Row)>,
) -> Vec<Point> {
    if plan.order == Order::AlongX || curve.mark == Mark::Histogram {
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let value = |row: &Row, column: usize| row[column].number().unwrap_or(f64::NAN);
    match curve.mark {
        Mark::Histogram => {
            let law: Vec<_> = rows
                .iter()
                .map(|(x, row)| (*x, value(row, curve.column)))
                .collect();
            return histogram::outline(&law);
        }
        Mark::Ticks | Mark::Level => {
            let rows: Vec<&Row> = rows.iter().map(|row| row.1).collect();
            let values = distinct(&rows, curve.column)
                .into_iter()
                .filter_map(|cell| cell.number());
            let point = |value| Point {
                x: value,
                y: value,
                ..Point::default()
            };
            return values.map(point).collect();
        }
        _ => {}
    }
    let jumps = breaks(plan, curve, &rows);
    let point = |((x, row), jumps): ((f64, &Row), bool)| Point {
        x,
        y: value(row, curve.column),
        error: curve
            .error
            .map_or(0.0, |column| value(row, column).max(0.0)),
        begins: across.is_named() || x.is_infinite() || jumps,
    };
    let mut points: Vec<Point> = rows.into_iter().zip(jumps).map(point).collect();
    if let Some(first) = points.first_mut() {
        first.begins = true;
    }
    points
}

/// Whether a curve breaks before each of its rows: it, or another one of those that break at the same column, jumps where that changes.
fn breaks(plan: &Plan, curve: &CurvePlan, rows: &[(f64, &Row)]) -> Vec<bool> {
    let mut breaks = vec![false; rows.len()];
    let Some(at) = curve.breaks.or(plan.breaks) else {
        return breaks;
    };
    let changes = rows.windows(2).map(|pair| pair[0].1[at] != pair[1].1[at]);
    let changes: Vec<bool> = std::iter::once(false).chain(changes).collect();
    let curves = plan.panels.iter().flat_map(|panel| &panel.curves);
    let alike = curves.filter(|other| other.breaks == curve.breaks);
    for other in alike.filter(|other| other.mark == Mark::Line) {
        let values = rows
            .iter()
            .map(|row| row.1[other.column].number().unwrap_or(f64::NAN));
        let jumps = jumps::at_changes(&values.collect::<Vec<_>>(), &changes);
        for (breaks, jumps) in breaks.iter_mut().zip(jumps) {
            *breaks |= jumps;
        }
    }
    breaks
}
