//! What the log of a training tells of an epoch.

use super::super::{DataPoint, Kind};
use super::trajectory;
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Column, Field, Record, lift, vocabulary as words};
use saddlepoint_simulator::training::LogLikelihood;

/// What the log tells, and of which epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// Epochs between two rows, 1 or more; `None` for as many rows as cost no more than the training. The first and the last epoch have one in any case.
    pub every: Option<u64>,
    /// Leading modes of the weights in a row, at most.
    pub modes: usize,
    /// Whether the log-likelihood is computed.
    pub likelihood: bool,
    /// Whether the weights are kept, for a trajectory.
    pub weights: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            every: None,
            modes: 5,
            likelihood: true,
            weights: false,
        }
    }
}

/// What was seen of a machine in training.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Passes through the samples.
    pub epoch: u64,
    /// Log-likelihood of the training samples; `None` where it is not wanted.
    pub likelihood: Option<LogLikelihood>,
    /// Log-likelihood per sample that was held out; `None` where it is not wanted, or there are none.
    pub test: Option<f64>,
    /// Squared overlap of the weights' first left singular vector with the leading mode of the population, where that is known.
    pub overlap_squared: Option<f64>,
    /// The leading modes of the weights.
    pub modes: Vec<ModeSeen>,
    /// The receptive field of every hidden unit where the data are on a ring; `None` for weights that are all zero.
    pub fields: Vec<Option<FieldSeen>>,
    /// All weights, one hidden unit after the other, where they are wanted.
    pub weights: Option<Vec<f64>>,
}

/// A mode of the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModeSeen {
    /// Singular value of the weights.
    pub singular_value: f64,
    /// Squared overlap with the data's principal direction of the same number.
    pub overlap_squared: f64,
}

/// A receptive field on a ring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldSeen {
    /// Centre, in sites from 0 up to N.
    pub centre: f64,
    /// Full width at half maximum in sites.
    pub width: f64,
    /// Sum of the weights.
    pub sum_weights: f64,
}

/// One epoch of one replica.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where the samples are from.
    pub data: DataPoint,
    /// Number of samples P.
    pub samples: usize,
    /// Kind of the visible units.
    pub visible: Kind,
    /// Kind of the hidden units.
    pub hidden: Kind,
    /// Number of hidden units.
    pub hidden_units: usize,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Number of the replica.
    pub replica: usize,
    /// Likelihood, modes, receptive fields and weights at this epoch.
    pub seen: Seen,
}

impl Row {
    /// The weights, one row for each visible and hidden unit, where they were kept.
    pub fn trajectory(&self) -> impl Iterator<Item = trajectory::Row> + '_ {
        trajectory::rows(self)
    }
}

const LIKELIHOOD: &[Field<LogLikelihood>] = &[
    Field::one(words::LOG_LIKELIHOOD, |found| found.value.into()),
    Field::one(words::STANDARD_ERROR, |found| found.standard_error.into()),
    Field::one(words::LOG_Z, |found| found.log_partition.into()),
];

const OVERLAP: Column = Column::new(
    "data_overlap_squared",
    "c²",
    "squared overlap of a left singular vector of the weights with the principal direction of the data of the same number",
    "c_k² = (u_k·e_k)²",
);

/// A value of every receptive field.
fn each(row: &Row, value: fn(&FieldSeen) -> f64) -> Vec<Cell> {
    let fields = row.seen.fields.iter();
    fields
        .map(|field| field.as_ref().map(value).into())
        .collect()
}

impl Record for Row {
    const NAME: &'static str = "training";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::SAMPLES, |row| row.samples.into()),
        Field::one(words::VISIBLE, |row| row.visible.to_string().into()),
        Field::one(words::HIDDEN, |row| row.hidden.to_string().into()),
        Field::one(words::HIDDEN_UNITS, |row| row.hidden_units.into()),
        Field::one(words::SEED, |row| Cell::all_digits(row.seed)),
        Field::one(words::REPLICA, |row| row.replica.into()),
        Field::one(words::EPOCH, |row| row.seen.epoch.into()),
        Field::group(&lift(|row: &Row| row.seen.likelihood.as_ref(), LIKELIHOOD)),
        Field::in_nats(
            "test_log_likelihood",
            "L_{test}",
            "log-likelihood per sample that is held out: of --test, or fresh ones of the data model; relative to free visible units as log_likelihood",
            "L_test = (1/P_test) Σ ln p(v)/p₀(v)",
            |row| row.seen.test.into(),
        ),
        Field::one(words::OVERLAP_SQUARED, |row| {
            row.seen.overlap_squared.into()
        }),
        Field::many(words::SINGULAR_VALUE, |row| {
            let modes = row.seen.modes.iter();
            modes.map(|mode| mode.singular_value.into()).collect()
        }),
        Field::many(OVERLAP, |row| {
            let modes = row.seen.modes.iter();
            modes.map(|mode| mode.overlap_squared.into()).collect()
        }),
        Field::many(words::CENTRE, |row| each(row, |field| field.centre)),
        Field::many(words::WIDTH, |row| each(row, |field| field.width)),
        Field::many(words::SUM_WEIGHTS, |row| {
            each(row, |field| field.sum_weights)
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["epoch"],
            keys: &["replica"],
            panels: &[
                Panel {
                    label: "log-likelihood per sample  L (nats)",
                    curves: &[
                        Curve {
                            error: "standard_error",
                            ..Curve::line("log_likelihood")
                        }
                        .named("training"),
                        Curve::line("test_log_likelihood").named("held out"),
                    ],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "singular values of the weights  s",
                    curves: &[Curve::line("singular_value")],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "squared overlap of modes of the weights  c²",
                    curves: &[
                        Curve::line("overlap_squared").named("with the population's mode"),
                        Curve::line("data_overlap_squared").named("with the data's mode"),
                    ],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}
