//! Arrays and machines in memory, which are read by a name as files are.
//!
//! ```
//! use saddlepoint::input::{self, memory::{Array, Held, with}};
//! # fn main() -> anyhow::Result<()> {
//! let held = [("<data>".into(), Held::Array(Array::new(2, 1, vec![1.0, 2.0])?.into()))];
//! let matrix = with(held, || input::read("<data>".as_ref(), None))?;
//! assert_eq!((matrix.nrows(), matrix[(1, 0)]), (2, 2.0));
//! assert!(input::read("<data>".as_ref(), None).is_err());
//! # Ok(())
//! # }
//! ```

use super::machine::Machine;
use super::raw::Raw;
use crate::questions::Scaling;
use anyhow::{Result, bail, ensure};
use faer::MatRef;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something in memory.
#[derive(Debug, Clone)]
pub enum Held {
    /// Numbers: a data matrix, configurations, eigenvalues.
    Array(Arc<Array>),
    /// A machine, and how the data that it learnt from were scaled.
    Machine(Arc<Machine>, Option<Scaling>),
}

/// A matrix of numbers, row by row; those that are not finite are refused by whoever reads them.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Array {
    /// A matrix of `rows` times `columns` values.
    ///
    /// # Errors
    /// If there are others, or none.
    pub fn new(rows: usize, columns: usize, values: Vec<f64>) -> Result<Self> {
        ensure!(
            rows > 0 && columns > 0,
            "an array of {rows} rows and {columns} columns holds nothing"
        );
        ensure!(
            rows.checked_mul(columns) == Some(values.len()),
            "{} values are no {rows} x {columns} matrix",
            values.len()
        );
        Ok(Self {
            rows,
            columns,
            values,
        })
    }

    /// The matrix, whose entries stay where they are.
    ///
    /// # Errors
    /// If one is not finite.
    pub(super) fn matrix(&self) -> Result<MatRef<'_, f64>> {
        if let Some(at) = self.values.iter().position(|x| !x.is_finite()) {
            bail!(super::raw::not_finite(at, self.columns, self.values[at]));
        }
        Ok(MatRef::from_row_major_slice(
            &self.values,
            self.rows,
            self.columns,
        ))
    }

    fn raw(&self) -> Result<Raw> {
        let shape = vec![self.rows as u64, self.columns as u64];
        Raw::new(shape, self.values.clone(), false)
    }
}

thread_local! {
    static HELD: RefCell<BTreeMap<PathBuf, Held>> = const { RefCell::new(BTreeMap::new()) };
}

/// Runs something on this thread that reads these by their names; no file of such a name is read.
pub fn with<T>(held: impl IntoIterator<Item = (PathBuf, Held)>, run: impl FnOnce() -> T) -> T {
    /// Puts back what was there, also when `run` panics.
    struct Before(BTreeMap<PathBuf, Held>);

    impl Drop for Before {
        fn drop(&mut self) {
            HELD.set(mem::take(&mut self.0));
        }
    }

    let _before = Before(HELD.replace(held.into_iter().collect()));
    run()
}

fn find(path: &Path) -> Option<Held> {
    HELD.with_borrow(|held| held.get(path).cloned())
}

/// Whether there is something in memory of this name.
pub(super) fn holds(path: &Path) -> bool {
    find(path).is_some()
}

/// The numbers of this name as if they were read.
pub(super) fn raw(path: &Path) -> Option<Result<Raw>> {
    match find(path)? {
        Held::Array(array) => Some(array.raw()),
        Held::Machine(machine, _) => {
            let weights = &machine.weights;
            let (rows, columns) = (weights.nrows(), weights.ncols());
            let values = weights.row_iter().flat_map(faer::RowRef::iter).copied();
            Some(Array::new(rows, columns, values.collect()).and_then(|array| array.raw()))
        }
    }
}

/// The array of this name.
pub(super) fn array(path: &Path) -> Option<Arc<Array>> {
    match find(path)? {
        Held::Array(array) => Some(array),
        Held::Machine(..) => None,
    }
}

/// The machine of this name, and the scaling of its data.
pub(super) fn machine(path: &Path) -> Option<(Arc<Machine>, Option<Scaling>)> {
    match find(path)? {
        Held::Array(_) => None,
        Held::Machine(machine, scaling) => Some((machine, scaling)),
    }
}
