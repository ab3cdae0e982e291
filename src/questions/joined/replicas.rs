//! Replicas of a run in their order.

use super::{Part, kind, place};
use crate::questions::{gibbs, train};
use crate::table::{Cell, Record, Table};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// The most replicas that a message names.
const MOST_NAMED: usize = 8;

/// Puts the rows of all tables in the order of their replicas.
pub(super) fn joined(parts: Vec<Part>) -> Result<Table> {
    let mut seen = BTreeMap::new();
    for part in &parts {
        note(part, &mut seen)?;
    }
    let mut tables = parts.into_iter().map(|part| part.table);
    let mut table = tables.next().context("there are no tables to merge")?;
    tables.for_each(|more| table.rows.extend(more.rows));
    let place = place(&table, "replica")?;
    table.rows.sort_by_key(|row| replica(row, place));
    Ok(table)
}

/// Errs for a table that has no replicas.
pub(super) fn check_kind(part: &Part) -> Result<()> {
    ensure!(
        [train::Row::NAME, gibbs::Row::NAME].contains(&part.table.name.as_str()),
        "{} is a table of {}, and no part of one by --shard: merge takes journals of validate, replicas of simulate train or gibbs, and parts of a grid",
        part.name,
        kind(part)
    );
    Ok(())
}

/// Takes note of the replicas of a table.
fn note(part: &Part, seen: &mut BTreeMap<i64, String>) -> Result<()> {
    let place = place(&part.table, "replica").with_context(|| part.name.clone())?;
    let rows = part.table.rows.iter();
    let replicas: BTreeSet<i64> = rows.map(|row| replica(row, place)).collect();
    for replica in replicas {
        if let Some(other) = seen.insert(replica, part.name.clone()) {
            bail!(
                "replica {replica} is in {other} and in {}: leave one out",
                part.name
            );
        }
    }
    Ok(())
}

/// Says which replicas between the first and the last are not there, if any.
pub fn gaps(table: &Table) -> Option<String> {
    let place = table.index("replica")?;
    let there: BTreeSet<i64> = table.rows.iter().map(|row| replica(row, place)).collect();
    let all = *there.first()?..=*there.last()?;
    let absent: Vec<String> = all
        .filter(|number| !there.contains(number))
        .map(|number| number.to_string())
        .take(MOST_NAMED + 1)
        .collect();
    let more = if absent.len() > MOST_NAMED {
        " and more"
    } else {
        ""
    };
    let named = absent[..absent.len().min(MOST_NAMED)].join(", ");
    (!absent.is_empty()).then(|| format!("replicas {named}{more} are not among them"))
}

fn replica(row: &[Cell], place: usize) -> i64 {
    match row[place] {
        Cell::Integer(number) => number,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::log;
    use super::super::{gaps, joined};
    use super::*;

    #[test]
    fn replicas_are_joined_in_their_order() {
        let found = joined(vec![log(&[2, 3], "0"), log(&[0], "0"), log(&[1], "0")]).unwrap();
        assert_eq!(gaps(&found), None);
        assert_eq!(found, log(&[0, 1, 2, 3], "0").table);
        let found = joined(vec![log(&[7], "0"), log(&[4], "0")]).unwrap();
        assert_eq!(gaps(&found).unwrap(), "replicas 5, 6 are not among them");
    }

    #[test]
    fn what_is_no_part_of_one_run_is_refused() {
        let said = |parts: Vec<Part>| format!("{:#}", joined(parts).unwrap_err());
        let found = said(vec![log(&[0], "0"), log(&[1], "0.1")]);
        assert!(found.ends_with("--l2 0 and 0.1"), "{found}");
        let found = said(vec![log(&[0, 1], "0"), log(&[1], "0")]);
        assert!(
            found.contains("replica 1 is in [0, 1] and in [1]"),
            "{found}"
        );
        let mut other = log(&[1], "0");
        other.table.name = "learn".to_owned();
        let found = said(vec![log(&[0], "0"), other]);
        assert!(found.contains("one of learn"), "{found}");
        let mut alone = log(&[1], "0");
        alone.table.name = "learn".to_owned();
        let found = said(vec![alone]);
        assert!(found.contains("a table of learn, and no part"), "{found}");
    }
}
