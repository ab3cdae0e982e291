//! What sampling shows of a machine.

use crate::answer::Answer;
use pyo3::prelude::*;
use saddlepoint::call;

/// Observables, and what they are made of.
#[pyclass(frozen, module = "saddlepoint._native")]
pub(crate) struct Sampling(call::Sampling);

impl From<call::Sampling> for Sampling {
    fn from(sampling: call::Sampling) -> Self {
        Self(sampling)
    }
}

#[pymethods]
impl Sampling {
    /// Means over chains and time.
    fn observables(&self) -> Answer {
        self.0.observables.clone().into()
    }

    /// The observables of some chains in time.
    fn trace(&self, py: Python<'_>) -> Answer {
        py.detach(|| self.0.trace()).into()
    }

    /// The rungs of tempering.
    fn ladder(&self) -> Answer {
        self.0.ladder().into()
    }
}
