//! A data matrix from a file and what its sample spectrum says of the population, or a list of eigenvalues.

use super::read;
use anyhow::{Context, Result, bail, ensure};
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_theory::covariance::{Debiased, debias};
use saddlepoint_theory::spectra::Population;
use std::path::Path;

/// Population modes behind a data matrix: P samples in rows, centred, so that P − 1 are free.
///
/// Columns without variance carry nothing and are left out; with `standardize` the others are scaled to unit variance.
///
/// # Errors
/// If the file cannot be read, or holds too little to tell.
pub fn debiased(file: &Path, columns: Option<&str>, standardize: bool) -> Result<Debiased> {
    let matrix = read(file, columns)?;
    let place = || file.display().to_string();
    ensure!(
        matrix.nrows() >= 3,
        "{}: {} samples in the rows; at least 3 are needed",
        file.display(),
        matrix.nrows()
    );
    let varying: Vec<usize> = (0..matrix.ncols())
        .filter(|&column| {
            let first = matrix[(0, column)];
            matrix.col(column).iter().any(|x| (x - first).abs() > 0.0)
        })
        .collect();
    ensure!(
        varying.len() >= 2,
        "{}: {} of {} columns vary over the samples; at least 2 are needed",
        file.display(),
        varying.len(),
        matrix.ncols()
    );
    let kept = faer::Mat::from_fn(matrix.nrows(), varying.len(), |i, j| {
        matrix[(i, varying[j])]
    });
    let samples = Samples::from_mat(kept.as_ref()).with_context(place)?;
    let columns = if standardize {
        Columns::Standardized
    } else {
        Columns::Centred
    };
    let covariance = SampleCovariance::new(&samples, columns).with_context(place)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of samples stay far below 2^53"
    )]
    let (rows, free) = (matrix.nrows() as f64, (matrix.nrows() - 1) as f64);
    // The simulator divides by P; one degree of freedom went into the mean.
    let eigenvalues: Vec<f64> = covariance
        .eigenvalues()
        .with_context(place)?
        .iter()
        .map(|x| x * rows / free)
        .collect();
    debias(&eigenvalues, free).with_context(place)
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
