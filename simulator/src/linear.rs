//! Small pieces of linear algebra that faer does not have.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::Svd;
use faer::{Accum, ColMut, Mat, MatRef, Par};

use crate::error::{Error, Result};

/// A column of a matrix whose columns are contiguous, as those of every `Mat` are.
pub(crate) fn column(matrix: MatRef<'_, f64>, column: usize) -> &[f64] {
    let column = matrix.col(column).try_as_col_major();
    column.expect("columns are contiguous").as_slice()
}

/// The entries of a column, which are contiguous in every `Mat`.
pub(crate) fn contiguous(column: ColMut<'_, f64>) -> &mut [f64] {
    let column = column.try_as_col_major_mut();
    column.expect("columns are contiguous").as_slice_mut()
}

/// A·B on one thread, so that the order of the sums is always the same.
pub(crate) fn product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Mat<f64> {
    let mut product = Mat::zeros(a.nrows(), b.ncols());
    matmul(&mut product, Accum::Replace, a, b, 1.0, Par::Seq);
    product
}

/// Singular values, from the largest down, and vectors of a finite matrix, min(n, m) of each.
pub(crate) fn svd(matrix: MatRef<'_, f64>) -> Result<Svd<f64>> {
    matrix.thin_svd().map_err(|_| Error::NotConverged {
        name: "the singular value decomposition",
        iterations: 0,
        residual: f64::NAN,
    })
}

/// Subtracts from column `j` its component along the unit column `i`, which is returned.
pub(crate) fn remove_component(columns: &mut Mat<f64>, i: usize, j: usize) -> f64 {
    let component = columns
        .col(i)
        .iter()
        .zip(columns.col(j).iter())
        .map(|(x, y)| x * y)
        .sum();
    for row in 0..columns.nrows() {
        columns[(row, j)] -= component * columns[(row, i)];
    }
    component
}

/// Makes the columns orthonormal in order by modified Gram–Schmidt, twice, which leaves errors of rounding only.
///
/// A column that depends on those before it becomes noise: the caller excludes it.
pub(crate) fn orthonormalize(columns: &mut Mat<f64>) {
    for j in 0..columns.ncols() {
        for _ in 0..2 {
            for i in 0..j {
                remove_component(columns, i, j);
            }
            let norm = columns.col(j).norm_l2();
            if norm > 0.0 {
                columns.col_mut(j).iter_mut().for_each(|x| *x /= norm);
            }
        }
    }
}
