//! A few values of a column between which the curves change most alike.

use super::plan::Plan;
use super::roles::{Row, distinct};
use super::{ends, float};
use crate::table::Cell;
use std::collections::HashSet;

/// The rows of a few values of a column, always with the first and the last value.
pub(super) fn rows<'a>(plan: &Plan, rows: Vec<&'a Row>) -> Vec<&'a Row> {
    let Some((column, count)) = plan.few else {
        return rows;
    };
    let values = distinct(&rows, column);
    if values.len() <= count || count < 2 {
        return rows;
    }
    let curves = values.iter().map(|value| curve(plan, &rows, column, value));
    let curves: Vec<_> = curves.collect();
    let chosen = chosen(&progress(&curves), count);
    let kept: Vec<&Cell> = chosen.into_iter().map(|index| &values[index]).collect();
    rows.into_iter()
        .filter(|row| kept.contains(&&row[column]))
        .collect()
}

/// What is drawn of the rows of a value, curve after curve.
fn curve(plan: &Plan, rows: &[&Row], column: usize, value: &Cell) -> Vec<Vec<f64>> {
    let curves = plan.panels.iter().flat_map(|panel| &panel.curves);
    let of = |at: usize| {
        let rows = rows.iter().filter(|row| row[column] == *value);
        rows.map(|row| row[at].number().unwrap_or(f64::NAN))
            .collect()
    };
    curves.map(|curve| of(curve.column)).collect()
}

/// How far the curves have changed up to each value, from 0 to 1.
fn progress(curves: &[Vec<Vec<f64>>]) -> Vec<f64> {
    let quantities = curves.first().map_or(0, Vec::len);
    let mut far = vec![0.0];
    for pair in curves.windows(2) {
        let change: f64 = (0..quantities)
            .map(|at| change(&pair[0][at], &pair[1][at]) / range(curves, at))
            .sum();
        far.push(far[far.len() - 1] + change);
    }
    let total = far[far.len() - 1].max(1e-300);
    far.into_iter().map(|x| x / total).collect()
}

/// Mean distance of two curves.
fn change(a: &[f64], b: &[f64]) -> f64 {
    let distances = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    let distances: Vec<f64> = distances.filter(|d| d.is_finite()).collect();
    distances.iter().sum::<f64>() / float(distances.len().max(1))
}

fn range(curves: &[Vec<Vec<f64>>], at: usize) -> f64 {
    let values = curves.iter().flat_map(|curve| curve[at].iter().copied());
    let (low, high) = ends(values.filter(|x| x.is_finite()));
    if high > low { high - low } else { 1.0 }
}

/// The places next to equal steps of a progress.
fn chosen(progress: &[f64], count: usize) -> HashSet<usize> {
    let next_to = |aim: f64| {
        let far = |at: &usize| (progress[*at] - aim).abs();
        let order = |a: &usize, b: &usize| far(a).total_cmp(&far(b));
        (0..progress.len()).min_by(order).unwrap_or(0)
    };
    let steps = (0..count).map(|step| float(step) / float(count - 1));
    let ends = [0, progress.len() - 1];
    let mut chosen: HashSet<usize> = ends.into_iter().collect();
    // A step that falls on the first or last value adds none.
    chosen.extend(steps.skip(1).take(count - 2).map(next_to));
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lie_where_the_shape_changes() {
        // Everything happens between the third and the fifth of ten times.
        let heights = [0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let curves: Vec<_> = heights.iter().map(|h| vec![vec![0.0, *h]]).collect();
        let mut chosen: Vec<_> = chosen(&progress(&curves), 3).into_iter().collect();
        chosen.sort_unstable();
        assert_eq!(chosen, [0, 3, 9]);
    }
}
