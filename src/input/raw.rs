//! A matrix as a file holds it.

use super::columns;
use super::limit::Limit;
use anyhow::{Context, Result, bail, ensure};
use faer::Mat;

/// A matrix as read: row by row, with the columns' names where the file has them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Raw {
    pub(super) names: Option<Vec<String>>,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// The sizes of the array in the file; all but the first are flattened.
    pub(super) shape: Vec<u64>,
    pub(super) values: Vec<f64>,
    /// What was left out or done, in words.
    pub(super) notes: Vec<String>,
}

impl Raw {
    /// An array of this shape, whose last index varies fastest in `values`, or with `fortran` the first.
    pub(super) fn new(shape: Vec<u64>, values: Vec<f64>, fortran: bool) -> Result<Self> {
        let (rows, columns) = Limit::PLAIN.rows_and_columns(&shape)?;
        let values = if fortran && shape.len() > 1 {
            let order = offsets(&shape, columns);
            (0..rows)
                .flat_map(|i| order.iter().map(move |at| i + at))
                .map(|at| values[at])
                .collect()
        } else {
            values
        };
        Ok(Self {
            names: None,
            rows,
            columns,
            shape,
            values,
            notes: Vec::new(),
        })
    }

    /// The same with a word on where it is from or what was done to it.
    pub(super) fn noted(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }

    /// A matrix where an array of more dimensions would be a mistake.
    pub(super) fn into_plain_matrix(self) -> Result<Mat<f64>> {
        let dimensions = self.shape.len();
        ensure!(
            dimensions <= 2,
            "has {dimensions} dimensions where a matrix has two; save it reshaped, one row per visible unit"
        );
        self.into_matrix(None)
    }

    /// The finite numbers of the chosen columns.
    pub(super) fn into_matrix(self, selection: Option<&str>) -> Result<Mat<f64>> {
        if let Some(at) = self.values.iter().position(|x| !x.is_finite()) {
            bail!(not_finite(at, self.columns, self.values[at]));
        }
        let Some(selection) = selection else {
            return Ok(Mat::from_fn(self.rows, self.columns, |i, j| {
                self.values[i * self.columns + j]
            }));
        };
        let chosen = columns::select(selection, self.columns, self.names.as_deref())
            .with_context(|| format!("--columns {selection}"))?;
        Ok(Mat::from_fn(self.rows, chosen.len(), |i, j| {
            self.values[i * self.columns + chosen[j]]
        }))
    }
}

/// Where a number that is not finite stands, and what to do.
pub(super) fn not_finite(at: usize, columns: usize, x: f64) -> String {
    let (row, column) = (at / columns, at % columns);
    format!(
        "holds {x:?} at [{row}, {column}] (counted from 0); remove that row or fill in a number"
    )
}

/// Where the values of row 0 stand in an array stored in Fortran order, the first index varying fastest.
fn offsets(shape: &[u64], columns: usize) -> Vec<usize> {
    let sizes: Vec<usize> = shape
        .iter()
        .map(|n| usize::try_from(*n).unwrap_or(usize::MAX))
        .collect();
    let stride = |axis: usize| sizes[..axis].iter().product::<usize>();
    let strides: Vec<usize> = (0..sizes.len()).map(stride).collect();
    (0..columns)
        .map(|column| {
            let mut rest = column;
            let mut offset = 0;
            for axis in (1..sizes.len()).rev() {
                offset += strides[axis] * (rest % sizes[axis]);
                rest /= sizes[axis];
            }
            offset
        })
        .collect()
}
