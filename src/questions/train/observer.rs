//! Looks at a machine in training.

use super::{FieldSeen, ModeSeen, Seen, Train};
use anyhow::Result;
use faer::Mat;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::{Evaluation, Trainer};

/// What is looked for.
pub(super) struct Observer<'a> {
    train: &'a Train,
    /// Leading principal directions of the data, the columns.
    directions: Mat<f64>,
}

impl<'a> Observer<'a> {
    pub(super) fn new(train: &'a Train, samples: &Samples) -> Result<Self> {
        let modes = train.modes();
        let directions = if modes == 0 {
            Mat::zeros(samples.columns(), 0)
        } else {
            let covariance = SampleCovariance::new(samples, Columns::Centred)?;
            let leading = covariance.leading(modes)?;
            let vectors: Vec<Vec<f64>> = (0..modes).map(|k| leading.vector(k)).collect();
            Mat::from_fn(samples.columns(), modes, |i, k| vectors[k][i])
        };
        Ok(Self { train, directions })
    }

    /// What is seen in the present epoch.
    pub(super) fn look(&self, trainer: &Trainer<'_>) -> Result<Seen> {
        let log = &self.train.log;
        let likelihood = log
            .likelihood
            .then(|| trainer.log_likelihood(&Evaluation::default()));
        Ok(Seen {
            epoch: trainer.epochs(),
            likelihood: likelihood.transpose()?,
            modes: self.modes(trainer)?,
            fields: self.fields(trainer),
            weights: log.weights.then(|| columns(trainer).concat()),
        })
    }

    fn modes(&self, trainer: &Trainer<'_>) -> Result<Vec<ModeSeen>> {
        let count = self.directions.ncols();
        if count == 0 {
            return Ok(Vec::new());
        }
        let (values, overlaps) = trainer.singular_values(self.directions.as_ref())?;
        let mode = |k| ModeSeen {
            singular_value: values[k],
            overlap_squared: overlaps[(k, k)],
        };
        Ok((0..count).map(mode).collect())
    }

    fn fields(&self, trainer: &Trainer<'_>) -> Vec<Option<FieldSeen>> {
        let Some(states) = self.train.ring() else {
            return Vec::new();
        };
        let field = |weights: Vec<f64>| {
            let field = ReceptiveField::on_ring(&weights, states).ok()?;
            Some(FieldSeen {
                centre: field.centre,
                width: field.width,
                sum_weights: field.sum_weights,
            })
        };
        columns(trainer).into_iter().map(field).collect()
    }
}

/// The weights of each hidden unit.
fn columns(trainer: &Trainer<'_>) -> Vec<Vec<f64>> {
    let columns = trainer.machine().weights().col_iter();
    columns
        .map(|column| column.iter().copied().collect())
        .collect()
}
