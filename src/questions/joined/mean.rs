//! Means over the replicas of a run, with their standard errors.

use super::place;
use crate::questions::{gibbs, train};
use crate::table::figure::{Curve, Panel, Scale, View};
use crate::table::{Cell, Column, Record, Schema, Table, vocabulary as words};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// A kind of table whose replicas have a mean.
struct Mean {
    /// The table of the replicas.
    of: &'static str,
    /// Name of the table of means.
    name: &'static str,
    /// The last of the columns that tell what a row is about.
    last_key: &'static str,
    /// Columns behind it that have no mean, such as the error of one replica's value.
    without: &'static [&'static str],
    /// The columns of every table of the replicas.
    known: fn() -> Vec<Column>,
    /// How it is drawn.
    view: View,
}

const MEANS: [Mean; 2] = [
    Mean {
        of: train::Row::NAME,
        name: "training-mean",
        last_key: "epoch",
        // A place on a ring has none either.
        without: &["standard_error", "centre"],
        known: train::Row::known,
        view: TRAINING,
    },
    Mean {
        of: gibbs::Row::NAME,
        name: "gibbs-mean",
        last_key: "observable",
        without: &[
            "standard_error",
            "autocorrelation_error",
            "r_hat",
            "sufficient",
            "log_z_error",
        ],
        known: gibbs::Row::known,
        view: GIBBS,
    },
];

const GIBBS: View = View {
    x: &["observable"],
    panels: &[
        Panel {
            scale: Scale::Linear,
            curves: &[Curve::points("mean", "mean_error")],
            ..Panel::EMPTY
        },
        Panel {
            curves: &[Curve::points(
                "autocorrelation_time",
                "autocorrelation_time_error",
            )],
            ..Panel::EMPTY
        },
    ],
    ..View::EMPTY
};

const TRAINING: View = View {
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
            label: "squared overlap of modes of the weights  c²",
            curves: &[
                Curve::points("overlap_squared", "overlap_squared_error")
                    .named("with the population's mode"),
                Curve::points("data_overlap_squared", "").named("with the data's mode"),
            ],
            scale: Scale::Linear,
            ..Panel::EMPTY
        },
    ],
    ..View::EMPTY
};

/// Means over the replicas for each observable or epoch, and their standard errors.
///
/// ```text
/// x̄ = Σ_r x_r/R,   e² = Σ_r (x_r − x̄)²/(R (R−1))
/// ```
///
/// where every replica has a value; elsewhere the cells are empty. The error of one replica's likelihood and places on a ring have no mean.
///
/// # Errors
/// If the table has no replicas, fewer than two, or they do not have the same rows.
pub fn mean(table: &Table) -> Result<Table> {
    let kind = MEANS.iter().find(|kind| kind.of == table.name);
    let kind = kind.context("--mean is for replicas of simulate train and gibbs")?;
    let (replica, last) = (place(table, "replica")?, place(table, kind.last_key)?);
    let key: Vec<usize> = (0..=last).filter(|&place| place != replica).collect();
    let is_measured = |&place: &usize| !kind.without.contains(&stem(&table.columns[place].name).0);
    let measured: Vec<usize> = (last + 1..table.columns.len())
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
        "the replicas have other rows; merge them without --mean"
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
        name: kind.name.to_owned(),
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

/// The kinds of tables of means.
pub fn schemas() -> Vec<Schema> {
    let schema = |kind: &Mean| Schema {
        name: kind.name,
        columns: kind.columns(),
        views: vec![kind.view],
    };
    MEANS.iter().map(schema).collect()
}

impl Mean {
    /// The columns of every table of these means, those that are numbered once and without a number.
    fn columns(&self) -> Vec<Column> {
        let columns = (self.known)();
        let last = columns
            .iter()
            .position(|column| column.name == self.last_key);
        let (key, measured) = columns.split_at(last.map_or(0, |last| last + 1));
        let key = key
            .iter()
            .filter(|column| column.name != "replica")
            .cloned();
        let is_measured = |column: &&Column| !self.without.contains(&column.name.as_ref());
        let measured = measured.iter().filter(is_measured);
        key.chain([words::REPLICAS])
            .chain(measured.flat_map(of_mean))
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Part;
    use super::*;

    /// Logs of replicas whose likelihood at epoch t is r + t, and of which number 1 has no test likelihood.
    pub(in super::super) fn log(replicas: &[i64], flag: &str) -> Part {
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
                name: train::Row::NAME.to_owned(),
                columns: names.map(Column::unknown).to_vec(),
                rows: replicas
                    .iter()
                    .flat_map(|replica| [row(replica, 0), row(replica, 5)])
                    .collect(),
            },
            settings: BTreeMap::from([("--l2".to_owned(), flag.to_owned())]),
            part: None,
        }
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
