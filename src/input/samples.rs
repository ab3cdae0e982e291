//! A data matrix from a file, or a list of eigenvalues.

use super::read;
use crate::questions::DataMatrix;
use anyhow::{Context, Result, bail, ensure};
use saddlepoint_theory::spectra::Population;
use std::path::Path;

/// A data matrix: P samples in rows.
///
/// Columns without variance carry nothing and are left out; with `standardize` the others are scaled to unit variance.
///
/// # Errors
/// If the file cannot be read, or holds too little to tell.
pub fn matrix(file: &Path, columns: Option<&str>, standardize: bool) -> Result<DataMatrix> {
    let matrix = read(file, columns)?;
    DataMatrix::new(matrix.as_ref(), standardize).with_context(|| file.display().to_string())
}

/// A list of eigenvalues (one column), or of eigenvalues and weights (two).
///
/// # Errors
/// If the file cannot be read, is no such list, or has another number of eigenvalues than `units`.
pub fn listed(file: &Path, columns: Option<&str>, units: Option<usize>) -> Result<Population> {
    let matrix = read(file, columns)?;
    let place = || file.display().to_string();
    let population = match matrix.ncols() {
        1 => {
            let eigenvalues: Vec<f64> = matrix.col(0).iter().copied().collect();
            Population::from_eigenvalues(&eigenvalues).with_context(place)?
        }
        2 => {
            let pairs: Vec<(f64, f64)> = matrix
                .col(0)
                .iter()
                .copied()
                .zip(matrix.col(1).iter().copied())
                .collect();
            Population::from_weights(&pairs).with_context(place)?
        }
        n => bail!(
            "{}: a spectrum has one column of eigenvalues, or a second one of weights; this has {n}; \
             choose with --columns",
            file.display()
        ),
    };
    let size = population.units();
    ensure!(
        units.is_none() || size.is_none() || units == size,
        "--units {}: {} lists {} eigenvalues, one per unit; leave --units out",
        units.unwrap_or_default(),
        file.display(),
        size.unwrap_or_default()
    );
    Ok(population)
}
