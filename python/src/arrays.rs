//! Arrays of numpy in and out.

use anyhow::Result;
use faer::Mat;
use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2,
    PyUntypedArrayMethods,
};
use pyo3::exceptions::{PyFileNotFoundError, PyOSError, PyPermissionError, PyValueError};
use pyo3::prelude::*;
use saddlepoint::input::memory::Array;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::samples::Values;
use std::error::Error;
use std::io;

/// An error of the library as one of Python: of a file, or of an argument.
pub(crate) fn error(error: &anyhow::Error) -> PyErr {
    let words = format!("{error:#}").replace('\n', " ");
    let cause = error.chain().find_map(<dyn Error>::downcast_ref);
    match cause.map(io::Error::kind) {
        Some(io::ErrorKind::NotFound) => PyFileNotFoundError::new_err(words),
        Some(io::ErrorKind::PermissionDenied) => PyPermissionError::new_err(words),
        Some(_) => PyOSError::new_err(words),
        None => PyValueError::new_err(words),
    }
}

/// A matrix of float64, which stays where it is if its rows follow one another.
pub(crate) fn array<'a>(matrix: &'a PyReadonlyArray2<'_, f64>) -> Result<Array<'a>> {
    let (rows, columns) = (matrix.shape()[0], matrix.shape()[1]);
    match matrix.as_slice() {
        Ok(values) if matrix.is_c_contiguous() => Array::new(rows, columns, values),
        _ => {
            let values: Vec<f64> = matrix.as_array().iter().copied().collect();
            Array::new(rows, columns, values)
        }
    }
}

/// A matrix as faer has it.
pub(crate) fn mat(matrix: &PyReadonlyArray2<'_, f64>) -> Mat<f64> {
    let view = matrix.as_array();
    Mat::from_fn(view.nrows(), view.ncols(), |i, j| view[(i, j)])
}

/// A vector.
pub(crate) fn vector(vector: &PyReadonlyArray1<'_, f64>) -> Vec<f64> {
    vector.as_array().iter().copied().collect()
}

/// A matrix of float64 in rows.
pub(crate) fn from_mat<'py>(
    py: Python<'py>,
    matrix: &Mat<f64>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let values: Vec<f64> = matrix
        .row_iter()
        .flat_map(|row| row.iter().copied())
        .collect();
    values.into_pyarray(py).reshape([rows, columns])
}

/// A vector of float64.
pub(crate) fn from_slice<'py>(py: Python<'py>, values: &[f64]) -> Bound<'py, PyArray1<f64>> {
    values.to_vec().into_pyarray(py)
}

/// Samples, one per row: int8 where they are small whole numbers, float64 otherwise.
pub(crate) fn from_samples(py: Python<'_>, samples: Samples) -> PyResult<Py<PyAny>> {
    let shape = [samples.rows(), samples.columns()];
    Ok(match samples.into_values() {
        Values::Discrete(values) => values.into_pyarray(py).reshape(shape)?.into_any().unbind(),
        Values::Real(values) => values.into_pyarray(py).reshape(shape)?.into_any().unbind(),
    })
}
