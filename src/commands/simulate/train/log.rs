//! What the log of a training tells of each epoch.

use super::plan::Plan;
use crate::old::columns::{self, place_cells, reciprocal, training};
use crate::old::{Cell, Column};
use anyhow::Result;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::{Evaluation, Trainer};

/// The columns of the log.
pub(super) fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let mut all = vec![
        columns::DATA,
        columns::UNITS,
        columns::BETA,
        columns::STATES,
        columns::SPIKE,
        columns::SIGNAL,
        training::SAMPLES,
        reciprocal::VISIBLE_UNIT,
        reciprocal::HIDDEN_UNIT,
        reciprocal::HIDDEN_SIZE,
        training::REPLICA,
        training::EPOCH,
        training::LOG_LIKELIHOOD,
        columns::STANDARD_ERROR,
        training::LOG_PARTITION,
    ];
    for mode in 0..plan.modes {
        all.push(numbered(&reciprocal::SINGULAR_VALUE, mode));
        all.push(numbered(&training::DATA_OVERLAP, mode));
    }
    if plan.ring().is_some() {
        for hidden in 0..plan.hidden_units {
            let field = [training::CENTRE, training::WIDTH, training::SUM_WEIGHTS];
            all.extend(field.iter().map(|column| numbered(column, hidden)));
        }
    }
    all
}

/// A column of one mode or hidden unit, counted from 0.
fn numbered(column: &Column, index: usize) -> Column {
    Column {
        name: format!("{}_{index}", column.name).into(),
        symbol: format!("{}_{{{index}}}", column.symbol).into(),
        ..column.clone()
    }
}

/// The cells of a row.
pub(super) fn cells(plan: &Plan<'_>, replica: usize, row: &[f64]) -> Vec<Cell> {
    let point = &plan.point;
    let mut cells: Vec<Cell> = vec![
        plan.data_name().into(),
        plan.units.into(),
        point.beta.into(),
        point.states.into(),
        point.spike.into(),
        point.signal.into(),
        plan.rows.into(),
        plan.visible.name().into(),
        plan.hidden.to_string().into(),
        plan.hidden_units.into(),
        replica.into(),
        epoch(row).into(),
    ];
    let logged = columns(plan).len() - cells.len();
    cells.extend(row[1..=logged].iter().map(|&x| Cell::from(x)));
    cells
}

/// The columns of a trajectory.
pub(super) fn trajectory_columns() -> Vec<Column> {
    vec![
        columns::DATA,
        columns::UNITS,
        columns::BETA,
        reciprocal::HIDDEN_SIZE,
        training::REPLICA,
        training::EPOCH,
        place_cells::HIDDEN,
        place_cells::SITE,
        place_cells::WEIGHT,
    ]
}

/// The rows of a trajectory for one row of the log, which ends with the weights.
pub(super) fn trajectory_cells(
    plan: &Plan<'_>,
    replica: usize,
    row: &[f64],
) -> impl Iterator<Item = Vec<Cell>> {
    let sites = plan.visible_units();
    let weights = &row[row.len() - sites * plan.hidden_units..];
    let leading: Vec<Cell> = vec![
        plan.data_name().into(),
        plan.units.into(),
        plan.point.beta.into(),
        plan.hidden_units.into(),
        replica.into(),
        epoch(row).into(),
    ];
    weights.iter().enumerate().map(move |(index, &weight)| {
        let last = [
            (index / sites).into(),
            (index % sites).into(),
            weight.into(),
        ];
        [&leading[..], &last].concat()
    })
}

/// The epoch of a row, its first number.
fn epoch(row: &[f64]) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count below 2^53"
    )]
    let epoch = row[0] as usize;
    epoch
}

/// Whether the log of a run has a row of this epoch.
pub(super) fn is_wanted(row: &[f64], every: u64, epochs: u64) -> bool {
    let epoch = epoch(row) as u64;
    epoch == epochs || epoch.is_multiple_of(every)
}

/// Looks at a machine in training.
pub(super) struct Observer<'a> {
    plan: &'a Plan<'a>,
    /// Leading principal directions of the data, the columns.
    directions: faer::Mat<f64>,
}

impl<'a> Observer<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, samples: &Samples) -> Result<Self> {
        let directions = if plan.modes == 0 {
            faer::Mat::zeros(samples.columns(), 0)
        } else {
            let covariance = SampleCovariance::new(samples, Columns::Centred)?;
            let leading = covariance.leading(plan.modes)?;
            let vectors: Vec<Vec<f64>> = (0..plan.modes).map(|k| leading.vector(k)).collect();
            faer::Mat::from_fn(samples.columns(), plan.modes, |i, k| vectors[k][i])
        };
        Ok(Self { plan, directions })
    }

    /// The numbers of the present epoch, missing ones as NaN, and the weights if they are kept, one hidden unit after the other.
    pub(super) fn row(&self, trainer: &Trainer<'_>) -> Result<Vec<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "epochs far below 2^53")]
        let mut row = vec![trainer.epochs() as f64];
        if self.plan.has_likelihood() {
            let likelihood = trainer.log_likelihood(&Evaluation::default())?;
            row.extend([
                likelihood.value,
                likelihood.standard_error.unwrap_or(f64::NAN),
                likelihood.log_partition,
            ]);
        } else {
            row.extend([f64::NAN; 3]);
        }
        if self.plan.modes > 0 {
            let (values, overlaps) = trainer.singular_values(self.directions.as_ref())?;
            row.extend((0..self.plan.modes).flat_map(|k| [values[k], overlaps[(k, k)]]));
        }
        if let Some(states) = self.plan.ring() {
            for weights in trainer.machine().weights().col_iter() {
                let weights: Vec<f64> = weights.iter().copied().collect();
                let field = ReceptiveField::on_ring(&weights, states);
                row.extend(field.map_or([f64::NAN; 3], |field| {
                    [field.centre, field.width, field.sum_weights]
                }));
            }
        }
        if self.plan.keeps_weights() {
            let columns = trainer.machine().weights().col_iter();
            row.extend(columns.flat_map(|column| column.iter().copied().collect::<Vec<f64>>()));
        }
        Ok(row)
    }
}
