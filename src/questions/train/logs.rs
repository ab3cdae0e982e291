//! Logs of one training in several files put together: its replicas in their order, or their mean.

use super::Row;
use crate::table::figure::{Curve, Panel, Scale, View};
use crate::table::{Cell, Column, Record, Table, vocabulary as words};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// Name of a table of means.
pub const MEAN: &str = "training-mean";

/// How it is drawn.
pub const VIEW: View = View {
    x: &["epoch"],
    panels: &[
        Panel {
            label: "log-likelihood per sample  L (nats)",
            curves: &[
                Curve::points("log_likelihood", "log_likelihood_error").named("training"),
                Curve::points("test_log_likelihood", "test_log_likelihood_error").named("held out"),
            ],
            ..Panel::EMPTY
        },
        Panel {
            label: "singular values of the weights  s",
            curves: &[Curve::points("singular_value", "")],
            ..Panel::EMPTY
        },
        Panel {
            label: "overlap² of modes of the weights",
            curves: &[
                Curve::points("overlap_squared", "overlap_squared_error").named("population"),
                Curve::points("data_overlap_squared", ""),
            ],
            scale: Scale::Linear,
            ..Panel::EMPTY
        },
    ],
    ..View::EMPTY
};

/// What has no mean: the error of one replica's likelihood, and a place on a ring.
const WITHOUT_MEAN: [&str; 2] = ["standard_error", "centre"];

/// The log of some replicas.
pub struct Part {
    /// Its file, for messages.
    pub name: String,
    /// Its rows.
    pub table: Table,
    /// Flags that decide on its rows, with their values; not those that only say which replicas they are of.
    pub settings: BTreeMap<String, String>,
}

/// Puts the rows of all logs in the order of their replicas.
///
/// # Errors
/// If they are no logs of one training, or a replica is in two of them.
pub fn joined(logs: Vec<Part>) -> Result<Table> {
    let mut logs = logs.into_iter();
    let first = logs.next().context("there are no logs to merge")?;
    check_kind(&first)?;
    let mut seen = BTreeMap::new();
    note(&first, &mut seen)?;
    let Part {
        name,
        mut table,
        settings,
    } = first;
    for log in logs {
        check_kind(&log)?;
        let flags: BTreeSet<&String> = settings.keys().chain(log.settings.keys()).collect();
        for flag in flags {
            let value = |of: &BTreeMap<String, String>| {
                of.get(flag).map_or("not given".to_owned(), Clone::clone)
            };
            let (here, there) = (value(&settings), value(&log.settings));
            ensure!(
                here == there,
                "{name} and {} are of two trainings: {flag} {here} and {there}",
                log.name
            );
        }
        let names = |table: &Table| {
            table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect::<Vec<_>>()
        };
        ensure!(
            names(&table) == names(&log.table),
            "{name} and {} have other columns",
            log.name
        );
        note(&log, &mut seen)?;
        table.rows.extend(log.table.rows);
    }
    let place = place(&table, "replica")?;
    table.rows.sort_by_key(|row| replica(row, place));
    Ok(table)
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

/// The most replicas that a message names.
const MOST_NAMED: usize = 8;

fn check_kind(log: &Part) -> Result<()> {
    ensure!(
        log.table.name == Row::NAME,
        "{} is a table of {}: merge takes journals of validate and logs of simulate train",
        log.name,
        if log.table.name.is_empty() {
            "no known kind"
        } else {
            &log.table.name
        }
    );
    Ok(())
}

/// Takes note of the replicas of a log.
fn note(log: &Part, seen: &mut BTreeMap<i64, String>) -> Result<()> {
    let place = place(&log.table, "replica").with_context(|| log.name.clone())?;
    let replicas: BTreeSet<i64> = log
        .table
        .rows
        .iter()
        .map(|row| replica(row, place))
        .collect();
    for replica in replicas {
        if let Some(other) = seen.insert(replica, log.name.clone()) {
            bail!(
                "replica {replica} is in {other} and in {}: leave one out",
                log.name
            );
        }
    }
    Ok(())
}

fn place(table: &Table, column: &str) -> Result<usize> {
    table
        .index(column)
        .with_context(|| format!("the log has no column {column}"))
}

fn replica(row: &[Cell], place: usize) -> i64 {
    match row[place] {
        Cell::Integer(number) => number,
        _ => -1,
    }
}

/// Means over the replicas at each epoch, and their standard errors.
///
/// ```text
/// x̄ = Σ_r x_r/R,   e² = Σ_r (x_r − x̄)²/(R (R−1))
/// ```
///
/// where every replica has a value; elsewhere the cells are empty. The error of one replica's likelihood and places on a ring have no mean.
///
/// # Errors
/// If there are fewer than two replicas, or they do not have the same epochs.
pub fn mean(table: &Table) -> Result<Table> {
    let (replica, epoch) = (place(table, "replica")?, place(table, "epoch")?);
    let key: Vec<usize> = (0..=epoch).filter(|&place| place != replica).collect();
    let is_measured = |&place: &usize| !WITHOUT_MEAN.contains(&stem(&table.columns[place].name).0);
    let measured: Vec<usize> = (epoch + 1..table.columns.len())
        .filter(is_measured)
        .collect();
    let mut groups: Vec<(Vec<&Cell>, Vec<&Vec<Cell>>)> = Vec::new();
    let mut index = BTreeMap::new();
    for row in &table.rows {
        let of = key.iter().map(|&place| &row[place]).collect::<Vec<_>>();
        let text = of
            .iter()
            .map(|cell| cell.to_csv())
            .collect::<Vec<_>>()
            .join(",");
        let at = *index.entry(text).or_insert_with(|| {
            groups.push((of, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(row);
    }
    let count = groups.first().map_or(0, |group| group.1.len());
    ensure!(count > 1, "--mean needs two replicas or more");
    ensure!(
        groups.iter().all(|group| group.1.len() == count),
        "the replicas have other epochs; merge them without --mean"
    );
    let row = |(of, rows): &(Vec<&Cell>, Vec<&Vec<Cell>>)| {
        let key = of.iter().map(|&cell| cell.clone());
        let means = measured.iter().flat_map(|&place| moments(rows, place));
        key.chain([count.into()]).chain(means).collect()
    };
    let columns = key.iter().map(|&place| table.columns[place].clone());
    let means = measured
        .iter()
        .flat_map(|&place| of_mean(&table.columns[place]));
    Ok(Table {
        name: MEAN.to_owned(),
        columns: columns.chain([words::REPLICAS]).chain(means).collect(),
        rows: groups.iter().map(row).collect(),
    })
}

/// Mean and standard error of a column.
fn moments(rows: &[&Vec<Cell>], place: usize) -> [Cell; 2] {
    let values: Option<Vec<f64>> = rows.iter().map(|row| row[place].number()).collect();
    let Some(values) = values else {
        return [Cell::Missing, Cell::Missing];
    };
    #[expect(clippy::cast_precision_loss, reason = "replicas far below 2^53")]
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let scatter: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    [
        mean.into(),
        (scatter / (count * (count - 1.0))).sqrt().into(),
    ]
}

/// A column's name without its number, and the number.
fn stem(name: &str) -> (&str, &str) {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.strip_suffix('_')
        .filter(|_| stem.len() < name.len())
        .map_or((name, ""), |plain| (plain, &name[plain.len()..]))
}

/// The columns of a mean and of its error: `x_error` beside `x`, `x_error_0` beside `x_0`.
fn of_mean(column: &Column) -> [Column; 2] {
    let (plain, number) = stem(&column.name);
    let mean = Column {
        meaning: format!("mean over replicas: {}", column.meaning).into(),
        ..column.clone()
    };
    let error = Column {
        name: format!("{plain}_error{number}").into(),
        symbol: format!("e({})", column.symbol).into(),
        meaning: format!(
            "standard error of {}, from the scatter of the replicas",
            column.name
        )
        .into(),
        unit: column.unit.clone(),
        equation: "e² = Σ_r (x_r − x̄)²/(R (R−1))".into(),
    };
    [mean, error]
}

/// The columns of every table of means, those that are numbered once and without a number.
pub fn known() -> Vec<Column> {
    let columns = Row::known();
    let epoch = columns
        .iter()
        .position(|column| column.name == "epoch")
        .unwrap_or(0);
    let (key, measured) = columns.split_at(epoch + 1);
    let key = key
        .iter()
        .filter(|column| column.name != "replica")
        .cloned();
    let measured = measured
        .iter()
        .filter(|column| !WITHOUT_MEAN.contains(&column.name.as_ref()));
    key.chain([words::REPLICAS])
        .chain(measured.flat_map(of_mean))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logs of replicas whose likelihood at epoch t is r + t, and of which number 1 has no test likelihood.
    fn log(replicas: &[i64], flag: &str) -> Part {
        let names = [
            "data",
            "seed",
            "replica",
            "epoch",
            "log_likelihood",
            "standard_error",
            "test_log_likelihood",
            "singular_value_0",
            "centre_0",
        ];
        let row = |&replica: &i64, epoch: i64| -> Vec<Cell> {
            let number = |n: i64| Cell::from(f64::from(i32::try_from(n).unwrap()));
            let test = if replica == 1 {
                Cell::Missing
            } else {
                number(replica)
            };
            vec![
                "iid".into(),
                Cell::Integer(0),
                Cell::Integer(replica),
                Cell::Integer(epoch),
                number(replica + epoch),
                0.1.into(),
                test,
                number(replica * replica),
                0.0.into(),
            ]
        };
        Part {
            name: format!("{replicas:?}"),
            table: Table {
                name: Row::NAME.to_owned(),
                columns: names.map(Column::unknown).to_vec(),
                rows: replicas
                    .iter()
                    .flat_map(|replica| [row(replica, 0), row(replica, 5)])
                    .collect(),
            },
            settings: BTreeMap::from([("--l2".to_owned(), flag.to_owned())]),
        }
    }

    #[test]
    fn replicas_are_joined_in_their_order() {
        let found = joined(vec![log(&[2, 3], "0"), log(&[0], "0"), log(&[1], "0")]).unwrap();
        assert_eq!(gaps(&found), None);
        assert_eq!(found, log(&[0, 1, 2, 3], "0").table);
        let found = joined(vec![log(&[7], "0"), log(&[4], "0")]).unwrap();
        assert_eq!(gaps(&found).unwrap(), "replicas 5, 6 are not among them");
    }

    #[test]
    fn what_is_no_part_of_one_training_is_refused() {
        let said = |logs: Vec<Part>| format!("{:#}", joined(logs).unwrap_err());
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
        assert!(found.contains("a table of learn"), "{found}");
    }

    #[test]
    fn means_have_the_errors_of_the_scatter_and_what_one_replica_lacks_is_empty() {
        let found = mean(&log(&[0, 1, 2], "0").table).unwrap();
        let names: Vec<&str> = found
            .columns
            .iter()
            .map(|column| column.name.as_ref())
            .collect();
        let expected = [
            "data",
            "seed",
            "epoch",
            "replicas",
            "log_likelihood",
            "log_likelihood_error",
            "test_log_likelihood",
            "test_log_likelihood_error",
            "singular_value_0",
            "singular_value_error_0",
        ];
        assert_eq!(names, expected);
        let cells = |row: usize| {
            found.rows[row]
                .iter()
                .map(|cell| cell.to_csv().into_owned())
                .collect::<Vec<_>>()
                .join(",")
        };
        // 0, 1, 2: mean 1 and e² = 2/6; 0, 1, 4: mean 5/3 and e² = 26/18.
        let third = (1.0_f64 / 3.0).sqrt();
        assert_eq!(found.rows.len(), 2);
        assert!(
            cells(0).starts_with(&format!("iid,0,0,3,1.0,{third:?},,,1.666")),
            "{}",
            cells(0)
        );
        assert!(
            cells(1).starts_with(&format!("iid,0,5,3,6.0,{third:?},,,1.666")),
            "{}",
            cells(1)
        );
        let error = found.rows[0].last().and_then(Cell::number).unwrap();
        assert!((error - (26.0_f64 / 18.0).sqrt()).abs() < 1e-15);
        assert!(mean(&log(&[4], "0").table).is_err());
    }
}
