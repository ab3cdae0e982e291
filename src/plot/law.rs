//! Lines of a law: a theory at any x, where a table has too few rows for a line.

use super::float;
use super::jumps;
use super::looks::Looks;
use super::parts::Part;
use super::picture::{Point, Series};
use super::plan::CurvePlan;
use super::roles::{Channel, Keys, Row, distinct};
use super::scale::Scale;
use super::series::{name, rows_of};
use crate::table::figure::Law;
use crate::table::{Cell, Table};

/// Points of a line.
const POINTS: usize = 241;

/// The lines of the laws of a panel; equal ones are drawn once.
pub(super) fn series(table: &Table, part: &Part, looks: &Looks, x: &Scale) -> Vec<Series> {
    let curves = part.panel.curves.iter();
    let with_law = curves.filter(|curve| curve.has_law(part.x));
    let of = |curve| {
        lines(part, curve, x)
            .into_iter()
            .map(move |line| (curve, line))
    };
    with_law
        .flat_map(of)
        .map(|(curve, (keys, points))| Series {
            name: name(table, part, curve, &keys),
            mark: curve.mark,
            look: looks.look(part, curve, &keys),
            keys,
            points,
        })
        .collect()
}

/// Whether a law has a value where this row is, so that its line stands for the row.
pub(super) fn covers(part: &Part, curve: &CurvePlan, row: &Row) -> bool {
    let Some((law, of)) = curve.law(part.x) else {
        return false;
    };
    let x = part.x.and_then(|x| row[x].number());
    let cells: Vec<&Cell> = of.iter().map(|at| &row[*at]).collect();
    x.is_some_and(|x| (law.value)(&cells, x).is_some())
}

/// The different lines of a curve, with the values of the colour and the dash that are theirs alone.
fn lines(part: &Part, curve: &CurvePlan, x: &Scale) -> Vec<(Keys, Vec<Point>)> {
    let Some((law, of)) = curve.law(part.x) else {
        return Vec::new();
    };
    let cells = |row: &Row| -> Vec<Cell> { of.iter().map(|at| row[*at].clone()).collect() };
    let mut known: Vec<Vec<Cell>> = Vec::new();
    let mut lines: Vec<(Keys, Vec<Point>)> = Vec::new();
    let rows = rows_of(part, curve);
    for row in &rows {
        let of_row = cells(row);
        if known.contains(&of_row) {
            continue;
        }
        let points = points(law, &of_row, x);
        let alike = rows.iter().copied().filter(|other| cells(other) == of_row);
        let keys = keys(part, &alike.collect::<Vec<_>>(), of);
        match lines.iter_mut().find(|line| are_equal(&line.1, &points)) {
            Some(line) => {
                for (key, other) in line.0.iter_mut().zip(keys) {
                    *key = key.take().filter(|cell| Some(cell) == other.as_ref());
                }
            }
            None if points.iter().any(|point| point.y.is_finite()) => lines.push((keys, points)),
            None => {}
        }
        known.push(of_row);
    }
    lines
}

/// The values of the colour and the dash of rows of one line, where the law depends on them; where it does not, those that go along
/// with what it depends on.
fn keys(part: &Part, rows: &[&Row], of: &[usize]) -> Keys {
    let channels = part.roles.channels();
    let is_of =
        |channel: Option<Channel>| matches!(channel, Some(Channel::Key(key)) if of.contains(&key));
    let depends = channels.into_iter().any(is_of);
    channels.map(|channel| match channel {
        Some(Channel::Key(key)) if is_of(channel) || !depends => {
            let values = distinct(rows, key);
            values.first().filter(|_| values.len() == 1).cloned()
        }
        _ => None,
    })
}

fn points(law: &Law, cells: &[Cell], axis: &Scale) -> Vec<Point> {
    let cells: Vec<&Cell> = cells.iter().collect();
    let places = (0..POINTS)
        .map(|index| axis.low + (axis.high - axis.low) * float(index) / float(POINTS - 1));
    let value = |place: f64| if axis.log { 10f64.powf(place) } else { place };
    let point = |x: f64| Point {
        x,
        y: (law.value)(&cells, x).unwrap_or(f64::NAN),
        ..Point::default()
    };
    let mut points: Vec<Point> = places.map(value).map(point).collect();
    jumps::anywhere(&mut points);
    points
}

fn are_equal(a: &[Point], b: &[Point]) -> bool {
    let near =
        |a: f64, b: f64| (a - b).abs() <= 1e-9 * (a.abs() + b.abs()) || a.is_nan() && b.is_nan();
    a.iter().zip(b).all(|(a, b)| near(a.y, b.y))
}
