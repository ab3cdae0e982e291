//! Parts of a grid put together: the rows of its points in their order.

use super::Part;
use crate::questions::GridPart;
use crate::table::Table;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// Puts the rows of all parts in the order of their points.
pub(super) fn joined(parts: Vec<Part>) -> Result<Table> {
    let mut numbered = BTreeMap::new();
    let mut of_all: Option<(GridPart, String)> = None;
    for part in parts {
        let own = part.part.clone().context("which part it is")?;
        let number = own.shard.number();
        check_rows(&part, &own)?;
        if let Some((first, name)) = &of_all {
            ensure!(
                (own.shard.of(), own.points) == (first.shard.of(), first.points),
                "{name} is part {} of a grid of {} points and {} part {} of one of {}: merge takes parts of one grid",
                first.shard,
                first.points,
                part.name,
                own.shard,
                own.points
            );
        }
        of_all.get_or_insert_with(|| (own.clone(), part.name.clone()));
        let name = part.name.clone();
        if let Some((_, other)) = numbered.insert(number, (own, part)) {
            anyhow::bail!(
                "part {number} is in {} and in {name}: leave one out",
                other.name
            );
        }
    }
    let (first, _) = of_all.context("there are no tables to merge")?;
    let absent: Vec<String> = (1..=first.shard.of())
        .filter(|number| !numbered.contains_key(number))
        .map(|number| format!("{number}/{}", first.shard.of()))
        .collect();
    ensure!(
        absent.is_empty(),
        "parts {} of the grid are not among the files; name them, too",
        absent.join(", ")
    );
    Ok(in_order(numbered.into_values().collect(), first.points))
}

/// Errs if a table does not have the rows that its sidecar tells of.
fn check_rows(part: &Part, own: &GridPart) -> Result<()> {
    let rows: usize = own.rows_of_points().sum();
    ensure!(
        rows == part.table.rows.len() && own.rows_of_points().count() == own.own_points(),
        "{}: has {} rows, where its sidecar tells of {rows}; compute part {} again",
        part.name,
        part.table.rows.len(),
        own.shard
    );
    Ok(())
}

/// The rows of all points; parts in the order of their numbers.
fn in_order(parts: Vec<(GridPart, Part)>, points: usize) -> Table {
    let with_rows = parts.iter().find(|(_, part)| !part.table.rows.is_empty());
    let (_, model) = with_rows.unwrap_or(&parts[0]);
    let (name, columns) = (model.table.name.clone(), model.table.columns.clone());
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|(own, part)| {
            let counts: Vec<usize> = own.rows_of_points().collect();
            (counts.into_iter(), part.table.rows.into_iter())
        })
        .collect();
    let mut rows = Vec::new();
    let of = parts.len();
    for point in 0..points {
        let (counts, own) = &mut parts[point % of];
        rows.extend(own.by_ref().take(counts.next().unwrap_or(0)));
    }
    Table {
        name,
        columns,
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::super::joined;
    use super::*;
    use crate::table::{Cell, Column};
    use saddlepoint_validation::journal::Shard;

    /// Part k of 3 of a grid whose points have these numbers of rows, each holding the number of its point.
    fn part(number: usize, rows: &[usize]) -> Part {
        let own: Vec<usize> = (number - 1..rows.len()).step_by(3).collect();
        let of_point = |&point: &usize| {
            let cell = Cell::Integer(i64::try_from(point).unwrap());
            vec![vec![cell]; rows[point]]
        };
        Part {
            name: format!("{number}.csv"),
            table: Table {
                name: "learn".to_owned(),
                columns: vec![Column::unknown("alpha")],
                rows: own.iter().flat_map(of_point).collect(),
            },
            settings: BTreeMap::new(),
            part: Some(GridPart {
                shard: Shard::new(number, 3).unwrap(),
                points: rows.len(),
                rows: own.iter().map(|&point| (1, rows[point])).collect(),
            }),
        }
    }

    #[test]
    fn points_are_put_in_their_order() {
        for rows in [&[1, 2, 0, 1, 3, 1, 2, 2][..], &[1], &[], &[2; 9]] {
            let table = joined([3, 1, 2].map(|k| part(k, rows)).into()).unwrap();
            let found: Vec<f64> = table
                .rows
                .iter()
                .filter_map(|row| row[0].number())
                .collect();
            let points = rows.iter().enumerate();
            #[expect(clippy::cast_precision_loss, reason = "below nine")]
            let expected: Vec<f64> = points
                .flat_map(|(point, &count)| vec![point as f64; count])
                .collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn gaps_duplicates_and_lost_rows_are_named() {
        let rows = [1, 2, 1, 1];
        let said = |parts: Vec<Part>| format!("{:#}", joined(parts).unwrap_err());
        let found = said(vec![part(2, &rows)]);
        assert!(found.starts_with("parts 1/3, 3/3 of the grid"), "{found}");
        let found = said([1, 2, 2, 3].map(|k| part(k, &rows)).into());
        assert!(
            found.starts_with("part 2 is in 2.csv and in 2.csv"),
            "{found}"
        );
        let found = said(vec![part(1, &rows), part(2, &rows), part(3, &rows[..3])]);
        assert!(
            found.contains("of 4 points and 3.csv part 3/3 of one of 3"),
            "{found}"
        );
        let mut cut = part(2, &rows);
        cut.table.rows.pop();
        let found = said(vec![part(1, &rows), cut, part(3, &rows)]);
        assert!(
            found.starts_with("2.csv: has 1 rows, where its sidecar tells of 2"),
            "{found}"
        );
    }
}
