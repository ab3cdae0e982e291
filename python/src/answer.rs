//! The table of an answer.

use crate::arrays::error;
use numpy::IntoPyArray;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString};
use saddlepoint::call;
use saddlepoint::output::sidecar::Short;
use saddlepoint::plot::{self, Choice};
use saddlepoint::table::{Cell, Column, Table};
use std::path::PathBuf;

/// A table in memory.
#[pyclass(frozen, module = "saddlepoint._native")]
pub(crate) struct Answer(call::Answer);

impl From<call::Answer> for Answer {
    fn from(answer: call::Answer) -> Self {
        Self(answer)
    }
}

impl Answer {
    /// The same with what was said of it.
    pub(crate) fn with_notices(mut self, notices: Vec<String>) -> Self {
        self.0.notices = notices;
        self
    }
}

/// Name of the table, its columns, cells of its rows, why they are short, notices, arguments and seed.
type State<'py> = (
    String,
    Vec<Meaning>,
    Vec<Vec<Bound<'py, PyAny>>>,
    Vec<Option<(String, String)>>,
    Vec<String>,
    Vec<String>,
    u64,
);

/// Name, symbol, meaning, unit and equation.
type Meaning = (String, String, String, String, String);

#[pymethods]
impl Answer {
    /// The answer of a state, as [`Self::state`] gives it.
    #[staticmethod]
    fn of_state(state: State<'_>) -> PyResult<Self> {
        let (name, columns, rows, short, notices, arguments, seed) = state;
        let column = |(name, symbol, meaning, unit, equation): Meaning| Column {
            name: name.into(),
            symbol: symbol.into(),
            meaning: meaning.into(),
            unit: unit.into(),
            equation: equation.into(),
        };
        let row = |row: Vec<Bound<'_, PyAny>>| row.iter().map(cell).collect();
        let table = Table {
            name,
            columns: columns.into_iter().map(column).collect(),
            rows: rows.into_iter().map(row).collect::<PyResult<_>>()?,
        };
        let short = short.into_iter().map(|why| {
            why.map(|(what, remedy)| Short {
                what,
                remedy,
                rows: 1,
            })
        });
        let answer = call::Answer::of(table, short.collect(), arguments, seed);
        Ok(Self(answer).with_notices(notices))
    }

    /// All that is known of the table, as objects that can be pickled.
    fn state<'py>(&self, py: Python<'py>) -> State<'py> {
        let (arguments, seed) = self.0.origin();
        let table = &self.0.table;
        let row = |row: &Vec<Cell>| row.iter().map(|cell| object(py, cell)).collect();
        let why = |short: &Option<Short>| {
            let short = short.as_ref();
            short.map(|short| (short.what.clone(), short.remedy.clone()))
        };
        (
            table.name.clone(),
            self.columns(),
            table.rows.iter().map(row).collect(),
            self.0.short().iter().map(why).collect(),
            self.notices(),
            arguments.to_vec(),
            seed,
        )
    }

    /// Name of the kind of table.
    #[getter]
    fn name(&self) -> &str {
        &self.0.table.name
    }

    /// Name, symbol, meaning, unit and equation of each column.
    #[getter]
    fn columns(&self) -> Vec<Meaning> {
        let meaning = |column: &Column| {
            let Column {
                name,
                symbol,
                meaning,
                unit,
                equation,
            } = column.clone();
            (
                name.into(),
                symbol.into(),
                meaning.into(),
                unit.into(),
                equation.into(),
            )
        };
        self.0.table.columns.iter().map(meaning).collect()
    }

    /// Lines about rows that are no full answer.
    #[getter]
    fn shortfalls(&self) -> Vec<String> {
        self.0.shortfalls()
    }

    /// What was said of files and assumptions.
    #[getter]
    fn notices(&self) -> Vec<String> {
        self.0.notices.clone()
    }

    fn __len__(&self) -> usize {
        self.0.table.rows.len()
    }

    /// The cells of a column, by the narrowest type that has room for all of them: bool or int64 where none is missing, float64 with NaN for missing ones,
    /// object otherwise, with None for missing ones.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let table = &self.0.table;
        let place = table.index(name);
        let place = place.ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        let cells = || table.rows.iter().map(|row| &row[place]);
        let is = |allows: fn(&Cell) -> bool| !table.rows.is_empty() && cells().all(allows);
        if is(|cell| matches!(cell, Cell::Bool(_))) {
            let values = cells().map(|cell| matches!(cell, Cell::Bool(true)));
            return Ok(values.collect::<Vec<_>>().into_pyarray(py).into_any());
        }
        if is(|cell| matches!(cell, Cell::Integer(_))) {
            let value = |cell: &Cell| match cell {
                Cell::Integer(value) => *value,
                _ => 0,
            };
            let values = cells().map(value);
            return Ok(values.collect::<Vec<_>>().into_pyarray(py).into_any());
        }
        if cells().all(|cell| cell.number().is_some() || *cell == Cell::Missing) {
            let values = cells().map(|cell| cell.number().unwrap_or(f64::NAN));
            return Ok(values.collect::<Vec<_>>().into_pyarray(py).into_any());
        }
        let values: Vec<_> = cells().map(|cell| object(py, cell)).collect();
        let list = PyList::new(py, values)?;
        py.import("numpy")?.call_method1("array", (list, "O"))
    }

    /// The cells of a row.
    fn row<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let row = self.0.table.rows.get(place);
        let row = row.ok_or_else(|| pyo3::exceptions::PyIndexError::new_err(place))?;
        Ok(row.iter().map(|cell| object(py, cell)).collect())
    }

    /// The texts of a row's cells, numbers to some significant digits.
    fn texts(&self, place: usize, digits: usize) -> PyResult<Vec<String>> {
        let row = self.0.table.rows.get(place);
        let row = row.ok_or_else(|| pyo3::exceptions::PyIndexError::new_err(place))?;
        Ok(row
            .iter()
            .map(|cell| cell.to_text(digits).into_owned())
            .collect())
    }

    /// The table of some rows.
    fn of_rows(&self, places: Vec<usize>) -> PyResult<Self> {
        let rows = self.0.of_rows(&places);
        rows.map(Self).map_err(|e| error(&e))
    }

    /// Writes the table or its figure into a file.
    #[pyo3(signature = (path, format = None))]
    fn save(&self, py: Python<'_>, path: PathBuf, format: Option<&str>) -> PyResult<()> {
        py.detach(|| self.0.save(&path, format))
            .map_err(|e| error(&e))
    }

    /// The figure as JSON.
    fn figure(&self, py: Python<'_>) -> PyResult<String> {
        let figure = py.detach(|| plot::data(&self.0.table, &Choice::default()));
        Ok(figure.map_err(|e| error(&e))?.to_string())
    }
}

/// A cell of an object of Python.
fn cell(object: &Bound<'_, PyAny>) -> PyResult<Cell> {
    Ok(if object.is_none() {
        Cell::Missing
    } else if let Ok(holds) = object.cast::<PyBool>() {
        Cell::Bool(holds.is_true())
    } else if object.is_instance_of::<PyInt>() {
        Cell::Integer(object.extract()?)
    } else if object.is_instance_of::<PyFloat>() {
        Cell::Number(object.extract()?)
    } else {
        Cell::from(object.extract::<String>()?)
    })
}

/// A cell as an object of Python.
fn object<'py>(py: Python<'py>, cell: &Cell) -> Bound<'py, PyAny> {
    match cell {
        Cell::Text(text) => PyString::new(py, text).into_any(),
        Cell::Integer(value) => PyInt::new(py, *value).into_any(),
        Cell::Number(value) => PyFloat::new(py, *value).into_any(),
        Cell::Bool(holds) => PyBool::new(py, *holds).to_owned().into_any(),
        Cell::Missing => py.None().into_bound(py),
    }
}
