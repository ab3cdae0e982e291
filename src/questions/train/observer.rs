//! Looks at a machine in training.

use super::{FieldSeen, ModeSeen, Seen, Sets, Train};
use anyhow::Result;
use faer::Mat;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::log_partition::log_likelihood;
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::{Evaluation, Trainer};

/// What is looked for.
pub(super) struct Observer<'a> {
    train: &'a Train,
    sets: &'a Sets<'a>,
    /// Leading principal directions of the data, the columns, and behind them the leading mode of the population, where it is known.
    directions: Mat<f64>,
    /// Number of directions of the data.
    modes: usize,
}

impl<'a> Observer<'a> {
    pub(super) fn new(train: &'a Train, sets: &'a Sets<'a>) -> Result<Self> {
        let (samples, modes) = (sets.samples.as_ref(), train.modes());
        let mut vectors: Vec<Vec<f64>> = Vec::new();
        if modes > 0 {
            let covariance = SampleCovariance::new(samples, Columns::Centred)?;
            let leading = covariance.leading(modes)?;
            vectors.extend((0..modes).map(|k| leading.vector(k)));
        }
        vectors.extend(sets.leading_mode.as_deref().map(<[f64]>::to_vec));
        Ok(Self {
            directions: Mat::from_fn(samples.columns(), vectors.len(), |i, k| vectors[k][i]),
            train,
            sets,
            modes,
        })
    }

    /// What is seen in the present epoch.
    pub(super) fn look(&self, trainer: &Trainer<'_>) -> Result<Seen> {
        let log = &self.train.log;
        let likelihood = log
            .likelihood
            .then(|| trainer.log_likelihood(&Evaluation::default()))
            .transpose()?;
        let test = likelihood.zip(self.sets.test.as_deref());
        let test =
            test.map(|(found, test)| log_likelihood(trainer.machine(), test, found.log_partition));
        let (modes, overlap_squared) = self.modes(trainer)?;
        Ok(Seen {
            epoch: trainer.epochs(),
            likelihood,
            test: test.transpose()?,
            overlap_squared,
            modes,
            fields: self.fields(trainer),
            weights: log.weights.then(|| columns(trainer).concat()),
        })
    }

    /// The leading modes of the weights, and how the first of them lies to that of the population.
    fn modes(&self, trainer: &Trainer<'_>) -> Result<(Vec<ModeSeen>, Option<f64>)> {
        if self.directions.ncols() == 0 {
            return Ok((Vec::new(), None));
        }
        let (values, overlaps) = trainer.singular_values(self.directions.as_ref())?;
        let mode = |k| ModeSeen {
            singular_value: values[k],
            overlap_squared: overlaps[(k, k)],
        };
        let is_known = self.sets.leading_mode.is_some();
        Ok((
            (0..self.modes).map(mode).collect(),
            is_known.then(|| overlaps[(0, self.modes)]),
        ))
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
