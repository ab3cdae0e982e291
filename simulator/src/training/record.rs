//! What a machine has learned so far.

use faer::{Mat, MatRef};

use super::trainer::Trainer;
use crate::error::{Error, Result, same_size};
use crate::linear::{product, svd};
use crate::log_partition::{Annealing, exact, is_enumerable, log_likelihood};
use crate::machine::Layer;
use crate::stream::stream;

/// How a log-likelihood is found: exactly where the smaller layer of two-valued units is small, otherwise by annealing from
/// the data's means.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Units of the largest layer that is enumerated.
    pub largest_layer: usize,
    /// Temperatures of annealing, ≥ 1.
    pub temperatures: usize,
    /// Chains of annealing, ≥ 2.
    pub chains: usize,
}

impl Default for Evaluation {
    fn default() -> Self {
        Self {
            // A million configurations.
            largest_layer: 20,
            temperatures: 1000,
            chains: 100,
        }
    }
}

/// Log-likelihood per sample in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogLikelihood {
    /// (1/P) Σ ln p(v)/p₀(v), relative to free visible units: [`log_likelihood`](crate::log_partition::log_likelihood).
    pub value: f64,
    /// ln Z.
    pub log_partition: f64,
    /// Standard error of ln Z; none where it is exact.
    pub standard_error: Option<f64>,
}

impl Trainer<'_> {
    /// Log-likelihood of the training samples.
    ///
    /// Annealing has random numbers of its own for each epoch, and does not change the training.
    ///
    /// # Errors
    /// As [`Annealing::linear`], [`Annealing::forward`] and
    /// [`LogWeights::log_partition`](crate::log_partition::LogWeights::log_partition).
    pub fn log_likelihood(&self, evaluation: &Evaluation) -> Result<LogLikelihood> {
        let machine = self.machine();
        let layers = [machine.visible(), machine.hidden()];
        let small =
            |layer: &&Layer| layer.is_two_valued() && layer.units() <= evaluation.largest_layer;
        let (log_partition, standard_error) = if is_enumerable(machine) && layers.iter().any(small)
        {
            (exact(machine)?, None)
        } else {
            let mut rng = stream(self.key, "annealing", self.epochs());
            let weights = self.annealing(evaluation)?;
            let weights = weights.forward(machine, evaluation.chains, &mut rng)?;
            let estimate = weights.log_partition()?;
            (estimate.value, Some(estimate.standard_error))
        };
        Ok(LogLikelihood {
            value: log_likelihood(machine, self.samples, log_partition)?,
            log_partition,
            standard_error,
        })
    }

    /// From the data's means, or from the machine's biases where means do not determine them.
    fn annealing(&self, evaluation: &Evaluation) -> Result<Annealing> {
        let path = Annealing::linear(evaluation.temperatures)?;
        match self.machine().visible().refitted(self.samples) {
            Ok(layer) => path.from_base(layer.biases().to_vec()),
            Err(Error::Unsupported { .. }) => Ok(path),
            Err(error) => Err(error),
        }
    }

    /// Singular values of the weights, from the largest down, and the squared overlaps of their left vectors with given unit
    /// vectors, the columns of `modes`: one row per singular value.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have N entries; [`Error::NotConverged`] where the decomposition fails.
    pub fn singular_values(&self, modes: MatRef<'_, f64>) -> Result<(Vec<f64>, Mat<f64>)> {
        let weights = self.machine().weights();
        same_size("rows of modes", weights.nrows(), modes.nrows())?;
        let svd = svd(weights)?;
        let values = svd.S().column_vector().iter().copied().collect();
        Ok((values, squared_overlaps(svd.U(), modes)?))
    }
}

/// Squares of the products of all columns of two matrices of unit columns.
///
/// # Errors
/// [`Error::Size`] for columns of different lengths.
pub fn squared_overlaps(x: MatRef<'_, f64>, y: MatRef<'_, f64>) -> Result<Mat<f64>> {
    same_size("rows of y", x.nrows(), y.nrows())?;
    let mut overlaps = product(x.transpose(), y);
    for column in overlaps.as_mut().col_iter_mut() {
        column.iter_mut().for_each(|x| *x *= *x);
    }
    Ok(overlaps)
}
