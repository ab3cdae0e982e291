//! A data matrix from a file, and what its sample spectrum says of the population.

use crate::input;
use anyhow::{Context, Result, ensure};
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_theory::covariance::{Debiased, debias};
use std::path::Path;

/// Population modes behind a data matrix: P samples in rows, centred, so that P − 1 are free.
///
/// Columns without variance carry nothing and are left out; with `standardize` the others are scaled to unit variance.
pub(super) fn debiased(file: &Path, columns: Option<&str>, standardize: bool) -> Result<Debiased> {
    let matrix = input::read(file, columns)?;
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
