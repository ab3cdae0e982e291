//! Arrays and machines in memory, which are read by a name as files are.
//!
//! ```
//! use saddlepoint::input::{self, memory::{Array, Held, with}};
//! # fn main() -> anyhow::Result<()> {
//! let numbers = [1.0, 2.0];
//! let held = [("<data>".into(), Held::Array(Array::new(2, 1, &numbers[..])?))];
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
use scoped_tls_hkt::scoped_thread_local;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something in memory.
#[derive(Debug, Clone)]
pub enum Held<'a> {
    /// Numbers: a data matrix, configurations, eigenvalues.
    Array(Array<'a>),
    /// A machine, and how the data that it learnt from were scaled.
    Machine(Arc<Machine>, Option<Scaling>),
}

/// A matrix of numbers, row by row, which may be somebody else's; those that are not finite are refused by whoever reads them.
#[derive(Debug, Clone, PartialEq)]
pub struct Array<'a> {
    rows: usize,
    columns: usize,
    values: Cow<'a, [f64]>,
}

impl<'a> Array<'a> {
    /// A matrix of `rows` times `columns` values.
    ///
    /// # Errors
    /// If there are others, or none.
    pub fn new(rows: usize, columns: usize, values: impl Into<Cow<'a, [f64]>>) -> Result<Self> {
        let values = values.into();
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
        Raw::new(shape, self.values.to_vec(), false)
    }
}

type Names<'a> = BTreeMap<PathBuf, Held<'a>>;

scoped_thread_local!(static HELD: for<'a> &'a Names<'a>);

/// Runs something on this thread that reads these by their names; no file of such a name is read.
pub fn with<'a, T>(
    held: impl IntoIterator<Item = (PathBuf, Held<'a>)>,
    run: impl FnOnce() -> T,
) -> T {
    let names: Names<'a> = held.into_iter().collect();
    HELD.set(&names, run)
}

/// Hands over what is in memory of this name, if there is something.
pub(super) fn visit<T>(path: &Path, hear: impl FnOnce(Option<&Held<'_>>) -> T) -> T {
    if HELD.is_set() {
        HELD.with(|names| hear(names.get(path)))
    } else {
        hear(None)
    }
}

/// Whether there is something in memory of this name.
pub(super) fn holds(path: &Path) -> bool {
    visit(path, |held| held.is_some())
}

/// The numbers of this name as if they were read.
pub(super) fn raw(path: &Path) -> Option<Result<Raw>> {
    visit(path, |held| match held? {
        Held::Array(array) => Some(array.raw()),
        Held::Machine(machine, _) => {
            let weights = &machine.weights;
            let (rows, columns) = (weights.nrows(), weights.ncols());
            let values = weights.row_iter().flat_map(faer::RowRef::iter).copied();
            let values: Vec<f64> = values.collect();
            Some(Array::new(rows, columns, values).and_then(|array| array.raw()))
        }
    })
}

/// The machine of this name, and the scaling of its data.
pub(super) fn machine(path: &Path) -> Option<(Arc<Machine>, Option<Scaling>)> {
    visit(path, |held| match held? {
        Held::Array(_) => None,
        Held::Machine(machine, scaling) => Some((Arc::clone(machine), scaling.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::machine::{Files, read, scaling};
    use crate::input::tests::{TemporaryFile, npy_file, npz_file};
    use crate::input::{Reading, members, read as read_array, samples};
    use crate::questions::Kind;
    use faer::Mat;

    #[test]
    fn a_machine_in_memory_is_read_as_a_file_is() {
        let given = Machine {
            weights: Mat::from_fn(
                2,
                3,
                |i, j| if i == 0 { 1.0 } else { -0.5 } + [0.0, 0.25, 8.0][j],
            ),
            visible_bias: vec![0.1, 0.2],
            hidden_bias: vec![0.3, 0.4, 0.5],
            visible: Some(Kind::SPIN),
            hidden: None,
            biases: vec!["b".to_owned()],
            format: None,
            notes: Vec::new(),
        };
        let scale = Scaling {
            mean: vec![1.0, 2.0],
            scale: vec![3.0, 4.0],
        };
        let name = Path::new("<machine>");
        let held = Held::Machine(Arc::new(given.clone()), Some(scale.clone()));
        with([(name.to_owned(), held)], || {
            let files = Files {
                machine: name,
                visible_bias: None,
                hidden_bias: None,
                transpose: false,
            };
            assert_eq!(read(files).unwrap(), given);
            assert_eq!(scaling(name).unwrap(), Some(scale));
            // As an array it is its weights, row by row.
            assert_eq!(read_array(name, None).unwrap(), given.weights);
            assert!(read_array("<other>".as_ref(), None).is_err());
        });
        assert!(read_array(name, None).is_err());
    }

    #[test]
    fn an_array_is_no_machine_and_is_never_read_by_blocks() {
        let held = Held::Array(Array::new(1, 2, vec![1.0, 2.0]).unwrap());
        let name = Path::new("<data>");
        with([(name.to_owned(), held)], || {
            assert!(machine(name).is_none());
            let blocks = samples::by_blocks(name, Reading::default(), false, 0);
            assert!(blocks.unwrap().is_none());
        });
        assert!(Array::new(2, 2, vec![0.0; 3]).is_err() && Array::new(0, 2, vec![]).is_err());
    }

    #[test]
    fn what_is_in_memory_is_read_in_place_of_a_file_of_its_name() {
        let array = npy_file("'|u1'", false, "(1, 2)", &[7, 8]);
        let packed = npz_file(&[("W.npy", array.clone())]);
        let matrix = TemporaryFile::new("held-npy", "a.npy", &array);
        let archive = TemporaryFile::new("held-npz", "a.npz", &packed);
        let is_by_blocks = || {
            let blocks = samples::by_blocks(&matrix.0, Reading::default(), false, 0);
            blocks.unwrap().is_some()
        };
        let has_members = || members(&archive.0).unwrap().is_some();
        assert!(is_by_blocks() && has_members());
        let held = [&matrix, &archive].map(|file| {
            let array = Array::new(1, 2, vec![1.0, 2.0]).unwrap();
            (file.0.clone(), Held::Array(array))
        });
        with(held, || assert!(!is_by_blocks() && !has_members()));
    }
}
