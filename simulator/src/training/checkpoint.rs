//! The state of a training, from which it goes on as if it had not been interrupted.

use faer::{Mat, MatRef};

use crate::error::{Result, at_least, check, same_size};
use crate::machine::{Layer, Rbm};

/// Everything that changes in a training, as plain numbers.
///
/// The random numbers of an epoch are those of [`stream`](crate::stream())`(key, "epoch", epoch)`: key and epoch are the
/// state of the generator.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// W, column by column: column μ is hidden unit μ.
    pub weights: Vec<f64>,
    /// b.
    pub visible_biases: Vec<f64>,
    /// c.
    pub hidden_biases: Vec<f64>,
    /// Visible units of the persistent chains, chain by chain; empty without such chains.
    pub chains: Vec<f64>,
    /// Names the random streams of the training.
    pub key: u64,
    /// Epochs that are done.
    pub epoch: u64,
}

impl Checkpoint {
    /// The machine, with the kinds of units of another one of the same size.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) for weights or biases of another size;
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for numbers that are not finite.
    pub fn machine(&self, like: &Rbm) -> Result<Rbm> {
        let (rows, columns) = (self.visible_biases.len(), self.hidden_biases.len());
        same_size("weights", rows * columns, self.weights.len())?;
        let weights = MatRef::from_column_major_slice(&self.weights, rows, columns);
        Rbm::new(
            weights.to_owned(),
            layer(like.visible(), &self.visible_biases)?,
            layer(like.hidden(), &self.hidden_biases)?,
        )
    }

    /// The chains, one per column; none without such chains.
    pub(super) fn chains(&self) -> Result<Option<Mat<f64>>> {
        if self.chains.is_empty() {
            return Ok(None);
        }
        let units = at_least(
            "visible_biases",
            "of at least one entry",
            self.visible_biases.len(),
            1,
        )?;
        let count = self.chains.len() / units;
        same_size("chains", count * units, self.chains.len())?;
        Ok(Some(
            MatRef::from_column_major_slice(&self.chains, units, count).to_owned(),
        ))
    }
}

/// Units of a kind with other biases.
fn layer(like: &Layer, biases: &[f64]) -> Result<Layer> {
    same_size("biases", like.units(), biases.len())?;
    for &bias in biases {
        check("bias", "finite", bias, |_| true)?;
    }
    Ok(like.with_biases(biases.to_vec()))
}

/// The entries of a matrix, column by column.
pub(super) fn entries(matrix: MatRef<'_, f64>) -> Vec<f64> {
    matrix
        .col_iter()
        .flat_map(|column| column.iter().copied())
        .collect()
}
