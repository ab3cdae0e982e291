//! Full decompositions by the smaller Gram matrix.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::prelude::default;
use faer::{Mat, MatRef, Par};

use rand_distr::{Distribution, StandardNormal};

use super::SampleCovariance;
use super::panels::Panels;
use crate::error::{Error, Result};
use crate::linear::{orthonormalize, product};
use crate::numbers::as_float;
use crate::stream::stream;

/// Samples (or variables) that enter a Gram matrix at a time.
const CHUNK: usize = 512;

/// Lower triangle of the n × n matrix XᵀX/P.
pub(super) fn variable_gram(covariance: &SampleCovariance) -> Mat<f64> {
    gram(
        covariance,
        covariance.variables(),
        covariance.rows(),
        |first, size| {
            let mut block = Mat::zeros(covariance.variables(), size);
            for (row, column) in (first..).zip(block.col_iter_mut()) {
                covariance.write_row(row, column.iter_mut());
            }
            block
        },
    )
}

/// Lower triangle of the P × P matrix XXᵀ/P of the matrix X.
fn sample_gram(covariance: &SampleCovariance, data: MatRef<'_, f64>) -> Mat<f64> {
    gram(covariance, data.nrows(), data.ncols(), |first, size| {
        data.subcols(first, size).to_owned()
    })
}

/// Lower triangle of Σ B Bᵀ/P over blocks B of `outer` rows and `inner` columns in all.
fn gram(
    covariance: &SampleCovariance,
    outer: usize,
    inner: usize,
    block: impl Fn(usize, usize) -> Mat<f64>,
) -> Mat<f64> {
    let factor = 1.0 / as_float(covariance.rows());
    let mut panels = Panels::new(outer);
    for first in (0..inner).step_by(CHUNK) {
        panels.add(block(first, CHUNK.min(inner - first)).as_ref(), factor);
    }
    panels.into_lower()
}

/// The data matrix after the treatment of its columns.
pub(super) fn data(covariance: &SampleCovariance) -> Mat<f64> {
    let mut data = Mat::zeros(covariance.rows(), covariance.variables());
    for (row, to) in data.row_iter_mut().enumerate() {
        covariance.write_row(row, to.iter_mut());
    }
    data
}

/// All eigenvalues from the largest down, with the zeros of a matrix of lower rank.
pub(super) fn eigenvalues(covariance: &SampleCovariance) -> Result<Vec<f64>> {
    let n = covariance.variables();
    let gram = if covariance.rows() < n {
        sample_gram(covariance, data(covariance).as_ref())
    } else {
        variable_gram(covariance)
    };
    let mut values = decompose(&gram, None)?;
    values.resize(n, 0.0);
    Ok(values)
}

/// The `count` leading eigenvalues and unit eigenvectors from a full decomposition.
pub(super) fn leading(covariance: &SampleCovariance, count: usize) -> Result<(Vec<f64>, Mat<f64>)> {
    let n = covariance.variables();
    if covariance.rows() < n {
        return leading_by_samples(covariance, count);
    }
    let mut vectors = Mat::zeros(n, n);
    let mut values = decompose(&variable_gram(covariance), Some(&mut vectors))?;
    values.truncate(count);
    Ok((
        values,
        Mat::from_fn(n, count, |i, j| vectors[(i, n - 1 - j)]),
    ))
}

/// The same where there are fewer samples than variables: v = Xᵀu/√(P λ) from the eigenvectors u of XXᵀ/P.
fn leading_by_samples(covariance: &SampleCovariance, count: usize) -> Result<(Vec<f64>, Mat<f64>)> {
    let (n, rows) = (covariance.variables(), covariance.rows());
    let data = data(covariance);
    let mut by_samples = Mat::zeros(rows, rows);
    let mut values = decompose(
        &sample_gram(covariance, data.as_ref()),
        Some(&mut by_samples),
    )?;
    let found = count.min(rows);
    let mut vectors = Mat::zeros(n, count);
    let leading = Mat::from_fn(rows, found, |i, j| by_samples[(i, rows - 1 - j)]);
    vectors
        .as_mut()
        .subcols_mut(0, found)
        .copy_from(product(data.transpose(), leading.as_ref()));
    // The kernel has no Xᵀu: its basis is completed by random vectors, orthogonal to all others.
    let negligible = values[0] * f64::EPSILON * f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let mut rng = stream(0, "completion of a kernel", 0);
    for (j, column) in vectors.as_mut().col_iter_mut().enumerate() {
        if values.get(j).is_none_or(|&value| value <= negligible) {
            column
                .iter_mut()
                .for_each(|x| *x = StandardNormal.sample(&mut rng));
        }
    }
    orthonormalize(&mut vectors);
    values.resize(n, 0.0);
    values.truncate(count);
    Ok((values, vectors))
}

/// Eigenvalues from the largest down, rounding errors below zero set to zero, of the symmetric matrix with this lower
/// triangle; its eigenvectors are the columns of `vectors` in the opposite order.
pub(super) fn decompose(lower: &Mat<f64>, vectors: Option<&mut Mat<f64>>) -> Result<Vec<f64>> {
    let n = lower.nrows();
    let compute = if vectors.is_some() {
        ComputeEigenvectors::Yes
    } else {
        ComputeEigenvectors::No
    };
    let scratch = self_adjoint_evd_scratch::<f64>(n, compute, Par::Seq, default());
    let mut values = Diag::zeros(n);
    self_adjoint_evd(
        lower.as_ref(),
        values.as_mut(),
        vectors.map(Mat::as_mut),
        // One thread: the result must not depend on how many there are.
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        default(),
    )
    .map_err(|_| Error::NotConverged {
        name: "the full eigendecomposition",
        iterations: 0,
        residual: f64::NAN,
    })?;
    Ok(values
        .column_vector()
        .iter()
        .rev()
        .map(|&value| value.max(0.0))
        .collect())
}
