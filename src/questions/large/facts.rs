//! What the columns of a table turned out to be.

use super::super::data_matrix::{Shape, kept};
use anyhow::{Result, ensure};

/// What the columns of a table that vary are like.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Number of samples P.
    pub rows: usize,
    /// Number n of variables that vary.
    pub variables: usize,
    /// What the columns are like.
    pub shape: Shape,
    /// Whether every column is scaled to unit variance.
    pub standardized: bool,
    /// Variance of each variable, with the divisor P − 1.
    pub variances: Vec<f64>,
    /// What was left out, and what to know of the columns.
    pub notes: Vec<String>,
}

impl Facts {
    /// Of a table of so many rows and columns, some of which vary and have these variances, with the divisor P.
    ///
    /// # Errors
    /// With too few of either to tell, as of a matrix in memory.
    pub(super) fn new(
        [rows, columns]: [usize; 2],
        mut variances: Vec<f64>,
        shape: Shape,
        standardized: bool,
    ) -> Result<Self> {
        let variables = variances.len();
        check_size(rows, columns, variables)?;
        for variance in &mut variances {
            *variance *= unbiased(rows);
        }
        let notes = kept(columns - variables, &shape, standardized);
        Ok(Self {
            rows,
            variables,
            shape,
            standardized,
            variances,
            notes: notes.into_iter().flatten().collect(),
        })
    }

    /// Degrees of freedom, P − 1: one sample goes into the means.
    pub fn free(&self) -> f64 {
        to_float(self.rows - 1)
    }
}

/// Refuses what has nothing to tell.
pub(super) fn check_size(rows: usize, columns: usize, varying: usize) -> Result<()> {
    ensure!(
        rows >= 3,
        "{rows} samples in the rows; at least 3 are needed"
    );
    ensure!(
        varying >= 2,
        "{varying} of {columns} columns vary over the samples; at least 2 are needed"
    );
    Ok(())
}

/// From the divisor P to P − 1.
pub(super) fn unbiased(rows: usize) -> f64 {
    to_float(rows) / to_float(rows - 1)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of samples stay far below 2^53"
)]
pub(super) fn to_float(n: usize) -> f64 {
    n as f64
}
