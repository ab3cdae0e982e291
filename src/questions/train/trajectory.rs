//! The weights in training, a row for each visible and hidden unit.

use super::super::DataPoint;
use super::log;
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, vocabulary as words};

/// One weight in one epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where the samples are from.
    pub data: DataPoint,
    /// Number of hidden units.
    pub hidden_units: usize,
    /// Number of the replica.
    pub replica: usize,
    /// Passes through the samples.
    pub epoch: u64,
    /// Number of the hidden unit.
    pub hidden_unit: usize,
    /// Number of the visible unit; of the entry, where units are categorical.
    pub site: usize,
    /// Weight between the site and the hidden unit.
    pub weight: f64,
}

/// The weights of a row of the log, where it has them.
pub(super) fn rows(row: &log::Row) -> impl Iterator<Item = Row> + '_ {
    let weights = row.seen.weights.as_deref().unwrap_or_default();
    let sites = weights.len() / row.hidden_units;
    let one = move |(index, &weight): (usize, &f64)| Row {
        data: row.data.clone(),
        hidden_units: row.hidden_units,
        replica: row.replica,
        epoch: row.seen.epoch,
        hidden_unit: index / sites,
        site: index % sites,
        weight,
    };
    weights.iter().enumerate().map(one)
}

impl Record for Row {
    const NAME: &'static str = "trajectory";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::DATA, |row| row.data.model.name().into()),
        Field::one(words::UNITS, |row| row.data.units.into()),
        Field::one(words::BETA, |row| row.data.beta.into()),
        Field::one(words::HIDDEN_UNITS, |row| row.hidden_units.into()),
        Field::one(words::REPLICA, |row| row.replica.into()),
        Field::one(words::EPOCH, |row| row.epoch.into()),
        Field::one(words::HIDDEN_UNIT, |row| row.hidden_unit.into()),
        Field::one(words::SITE, |row| row.site.into()),
        Field::one(words::WEIGHT, |row| row.weight.into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["site"],
            keys: &["epoch", "replica"],
            split: &["hidden_unit"],
            few: Some(("epoch", 6)),
            panels: &[Panel {
                curves: &[Curve::line("weight")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}
