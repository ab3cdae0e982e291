//! The law of sample eigenvalues.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method is one of a single lifetime"
)]

use crate::arrays::{error, from_slice, vector};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use saddlepoint::questions::spectrum;
use saddlepoint_theory::covariance::SampleLaw;

/// The law of the eigenvalues of a sample covariance.
#[pyclass(frozen, module = "saddlepoint._native")]
pub(crate) struct Law(spectrum::Law);

impl From<spectrum::Law> for Law {
    fn from(law: spectrum::Law) -> Self {
        Self(law)
    }
}

type Vector<'py> = Bound<'py, PyArray1<f64>>;

impl Law {
    /// A function of the law at each of some numbers.
    fn at<'py>(
        &self,
        py: Python<'py>,
        x: &PyReadonlyArray1<'py, f64>,
        value: impl Fn(&SampleLaw<'_>, f64) -> saddlepoint_theory::Result<f64> + Sync,
    ) -> PyResult<Vector<'py>> {
        let x = vector(x);
        let values = py.detach(|| {
            self.0.with(|law| {
                let values = x.iter().map(|&x| value(law, x));
                values.collect::<Result<Vec<f64>, _>>()
            })
        });
        let values = values.and_then(|values| Ok(values?));
        Ok(from_slice(py, &values.map_err(|e| error(&e))?))
    }
}

#[pymethods]
impl Law {
    /// Samples per unit.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha()
    }

    /// Mass at zero.
    #[getter]
    fn atom(&self) -> PyResult<f64> {
        let atom = self.0.with(|law| law.atom_at_zero());
        atom.map_err(|e| error(&e))
    }

    /// Lower and upper edge of each interval.
    #[getter]
    fn edges(&self) -> PyResult<Vec<(f64, f64)>> {
        let edges = self.0.with(|law| {
            let intervals = law.support().iter();
            let ends = intervals.map(|at| (at.lower.position, at.upper.position));
            ends.collect()
        });
        edges.map_err(|e| error(&e))
    }

    /// Density.
    fn pdf<'py>(&self, py: Python<'py>, x: PyReadonlyArray1<'py, f64>) -> PyResult<Vector<'py>> {
        self.at(py, &x, |law, x| law.density(x))
    }

    /// Cumulative distribution.
    fn cdf<'py>(&self, py: Python<'py>, x: PyReadonlyArray1<'py, f64>) -> PyResult<Vector<'py>> {
        self.at(py, &x, |law, x| law.cumulative(x))
    }

    /// Quantiles.
    fn ppf<'py>(&self, py: Python<'py>, p: PyReadonlyArray1<'py, f64>) -> PyResult<Vector<'py>> {
        self.at(py, &p, |law, p| law.quantile(p))
    }
}
