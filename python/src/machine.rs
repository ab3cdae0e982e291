//! A machine: weights, biases, kinds of units.

use crate::arrays::{error, from_mat, from_slice, mat, vector};
use anyhow::{Context, Result, ensure};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use saddlepoint::input::machine::{self, Files};
use saddlepoint::input::memory::Held;
use saddlepoint::output::machine as output;
use saddlepoint::questions::{GivenMachine, Kind, Scaling};
use std::path::PathBuf;
use std::sync::Arc;

type Vector<'py> = Bound<'py, PyArray1<f64>>;

/// What messages call a machine in memory.
const NAME: &str = "<machine>";

/// A machine, and how the data that it learnt from were scaled.
#[pyclass(frozen, module = "saddlepoint._native")]
pub(crate) struct Machine {
    given: GivenMachine,
    scaling: Option<Scaling>,
}

impl Machine {
    pub(crate) fn new(given: GivenMachine, scaling: Option<Scaling>) -> Self {
        Self { given, scaling }
    }

    /// The machine for whoever reads one.
    pub(crate) fn held(&self) -> Held<'static> {
        let given = self.given.clone();
        let machine = machine::Machine {
            weights: given.weights,
            visible_bias: given.visible_bias,
            hidden_bias: given.hidden_bias,
            visible: Some(given.visible),
            hidden: Some(given.hidden),
            biases: vec!["given".to_owned()],
            format: None,
            notes: Vec::new(),
        };
        Held::Machine(Arc::new(machine), self.scaling.clone())
    }

    fn read(
        path: PathBuf,
        transpose: bool,
        visible: Option<&str>,
        hidden: Option<&str>,
    ) -> Result<(Self, String)> {
        let kind = |layer: &str, name: Option<&str>| {
            let kind = name.map(str::parse::<Kind>).transpose();
            kind.with_context(|| format!("--{layer} '{}'", name.unwrap_or_default()))
        };
        let found = machine::read(Files {
            machine: &path,
            visible_bias: None,
            hidden_bias: None,
            transpose,
        })?;
        let kinds = (kind("visible", visible)?, kind("hidden", hidden)?);
        let (given, words) = found.with_kinds(&path, kinds.0, kinds.1)?;
        Ok((Self::new(given, machine::scaling(&path)?), words))
    }
}

#[pymethods]
impl Machine {
    #[new]
    #[pyo3(signature = (weights, visible_bias, hidden_bias, visible, hidden, scaling = None))]
    fn py_new(
        weights: PyReadonlyArray2<'_, f64>,
        visible_bias: PyReadonlyArray1<'_, f64>,
        hidden_bias: PyReadonlyArray1<'_, f64>,
        visible: &str,
        hidden: &str,
        scaling: Option<(PyReadonlyArray1<'_, f64>, PyReadonlyArray1<'_, f64>)>,
    ) -> PyResult<Self> {
        let scaling = scaling.map(|(mean, scale)| Scaling {
            mean: vector(&mean),
            scale: vector(&scale),
        });
        let given = || -> Result<GivenMachine> {
            let given = GivenMachine {
                name: NAME.to_owned(),
                weights: mat(&weights),
                visible_bias: vector(&visible_bias),
                hidden_bias: vector(&hidden_bias),
                visible: visible.parse()?,
                hidden: hidden.parse()?,
            };
            let shape = (given.weights.nrows(), given.weights.ncols());
            let biases = (given.visible_bias.len(), given.hidden_bias.len());
            ensure!(
                biases == shape,
                "W is {} x {}, one row per visible and one column per hidden unit; b has {} entries and c {}",
                shape.0,
                shape.1,
                biases.0,
                biases.1
            );
            given.in_simulator()?;
            Ok(given)
        };
        let given = given().map_err(|e| error(&e))?;
        Ok(Self::new(given, scaling))
    }

    /// Reads a machine from a file, with a line that says what was read.
    #[staticmethod]
    #[pyo3(signature = (path, transpose = false, visible = None, hidden = None))]
    fn load(
        path: PathBuf,
        transpose: bool,
        visible: Option<&str>,
        hidden: Option<&str>,
    ) -> PyResult<(Self, String)> {
        Self::read(path, transpose, visible, hidden).map_err(|e| error(&e))
    }

    /// Writes the machine as `simulate train` does.
    fn save(&self, path: PathBuf) -> PyResult<()> {
        let saved = output::save(&path, &self.given, self.scaling.as_ref());
        saved.map_err(|e| error(&e))
    }

    /// W, one row per visible unit.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        from_mat(py, &self.given.weights)
    }

    /// b.
    #[getter]
    fn visible_bias<'py>(&self, py: Python<'py>) -> Vector<'py> {
        from_slice(py, &self.given.visible_bias)
    }

    /// c.
    #[getter]
    fn hidden_bias<'py>(&self, py: Python<'py>) -> Vector<'py> {
        from_slice(py, &self.given.hidden_bias)
    }

    /// Kind of the visible units.
    #[getter]
    fn visible(&self) -> String {
        self.given.visible.to_string()
    }

    /// Kind of the hidden units.
    #[getter]
    fn hidden(&self) -> String {
        self.given.hidden.to_string()
    }

    /// Mean and scale of each variable of the data, where they were scaled.
    #[getter]
    fn scaling<'py>(&self, py: Python<'py>) -> Option<(Vector<'py>, Vector<'py>)> {
        let Scaling { mean, scale } = self.scaling.as_ref()?;
        Some((from_slice(py, mean), from_slice(py, scale)))
    }
}
