//! A matrix of samples: one row per sample, one column per variable.

use faer::{Mat, MatRef};

use crate::error::{Error, Result};

/// P samples of n variables, stored row by row.
///
/// Discrete data (spins ±1, one-hot 0/1, states 0..p−1) are kept as `i8`, an eighth of the memory of real ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    rows: usize,
    columns: usize,
    values: Values,
}

/// The entries of [`Samples`], row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Small integers.
    Discrete(Vec<i8>),
    /// Real numbers.
    Real(Vec<f64>),
}

impl Samples {
    /// Samples of small integers, `values` row by row.
    ///
    /// # Errors
    /// [`Error::Size`] unless `values` has `rows * columns` entries.
    pub fn discrete(rows: usize, columns: usize, values: Vec<i8>) -> Result<Self> {
        check_size(rows, columns, values.len())?;
        Ok(Self {
            rows,
            columns,
            values: Values::Discrete(values),
        })
    }

    /// Samples of real numbers, `values` row by row.
    ///
    /// # Errors
    /// [`Error::Size`] unless `values` has `rows * columns` entries; [`Error::OutOfDomain`] for an entry that is not
    /// finite.
    pub fn real(rows: usize, columns: usize, values: Vec<f64>) -> Result<Self> {
        check_size(rows, columns, values.len())?;
        match values.iter().find(|x| !x.is_finite()) {
            Some(&value) => Err(Error::OutOfDomain {
                name: "values",
                domain: "finite",
                value,
            }),
            None => Ok(Self {
                rows,
                columns,
                values: Values::Real(values),
            }),
        }
    }

    /// Samples from the rows of a matrix.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for an entry that is not finite; [`Error::TooLarge`] where the copy does not fit into memory.
    pub fn from_mat(matrix: MatRef<'_, f64>) -> Result<Self> {
        let (rows, columns) = (matrix.nrows(), matrix.ncols());
        let mut values = allocate(rows, columns)?;
        let entries = matrix.row_iter().flat_map(faer::RowRef::iter);
        for (value, &entry) in values.iter_mut().zip(entries) {
            *value = entry;
        }
        Self::real(rows, columns, values)
    }

    /// Number of samples P.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of variables n of each sample.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The entries, row by row.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The entries, row by row, without a copy.
    pub fn into_values(self) -> Values {
        self.values
    }

    /// The entries row by row where they are small integers.
    pub fn as_discrete(&self) -> Option<&[i8]> {
        match &self.values {
            Values::Discrete(values) => Some(values),
            Values::Real(_) => None,
        }
    }

    /// The entries row by row where they are real numbers.
    pub fn as_real(&self) -> Option<&[f64]> {
        match &self.values {
            Values::Discrete(_) => None,
            Values::Real(values) => Some(values),
        }
    }

    /// Entry of sample `row` and variable `column`, `None` outside the matrix.
    pub fn get(&self, row: usize, column: usize) -> Option<f64> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let at = row * self.columns + column;
        Some(match &self.values {
            Values::Discrete(values) => f64::from(values[at]),
            Values::Real(values) => values[at],
        })
    }

    /// The entries row by row as real numbers.
    pub fn to_reals(&self) -> Vec<f64> {
        match &self.values {
            Values::Discrete(values) => values.iter().map(|&x| f64::from(x)).collect(),
            Values::Real(values) => values.clone(),
        }
    }

    /// The P × n matrix.
    pub fn to_mat(&self) -> Mat<f64> {
        let columns = self.columns;
        match &self.values {
            Values::Discrete(values) => Mat::from_fn(self.rows, columns, |i, j| {
                f64::from(values[i * columns + j])
            }),
            Values::Real(values) => {
                Mat::from_fn(self.rows, columns, |i, j| values[i * columns + j])
            }
        }
    }

    /// Row `row` as real numbers; `to` has one entry per variable.
    ///
    /// # Panics
    /// Unless `row` is below the number of samples and `to` as long as a row, as indexing a slice.
    pub fn write_row(&self, row: usize, to: &mut [f64]) {
        let entries = row * self.columns..(row + 1) * self.columns;
        match &self.values {
            Values::Real(values) => to.copy_from_slice(&values[entries]),
            Values::Discrete(values) => {
                for (to, &value) in to.iter_mut().zip(&values[entries]) {
                    *to = f64::from(value);
                }
            }
        }
    }

    /// Rows as the columns of a matrix.
    pub(crate) fn columns_of(
        &self,
        rows: impl IntoIterator<Item = usize, IntoIter: ExactSizeIterator>,
    ) -> Mat<f64> {
        let rows = rows.into_iter();
        let mut matrix = Mat::zeros(self.columns, rows.len());
        for (column, row) in rows.enumerate() {
            self.write_row(row, matrix.col_as_slice_mut(column));
        }
        matrix
    }

    /// Rows of real numbers from the transformation x → (x − shift)·scale of every entry.
    ///
    /// With [`DataModel::standardization`](crate::data::DataModel::standardization) the variables get zero mean and
    /// unit variance in the population, as the theory's covariance assumes.
    #[must_use]
    pub fn transformed(&self, shift: f64, scale: f64) -> Self {
        let values = self
            .to_reals()
            .into_iter()
            .map(|x| (x - shift) * scale)
            .collect();
        Self {
            rows: self.rows,
            columns: self.columns,
            values: Values::Real(values),
        }
    }
}

/// Errs unless `rows * columns == actual`.
fn check_size(rows: usize, columns: usize, actual: usize) -> Result<()> {
    let expected = rows
        .checked_mul(columns)
        .ok_or(Error::TooLarge { rows, columns })?;
    if actual == expected {
        Ok(())
    } else {
        Err(Error::Size {
            name: "values",
            expected,
            actual,
        })
    }
}

/// `rows * columns` default values, or an error instead of an abort where they do not fit.
pub(crate) fn allocate<T: Clone + Default>(rows: usize, columns: usize) -> Result<Vec<T>> {
    let too_large = Error::TooLarge { rows, columns };
    let size = rows.checked_mul(columns).ok_or(too_large.clone())?;
    let mut values = Vec::new();
    values.try_reserve_exact(size).map_err(|_| too_large)?;
    values.resize(size, T::default());
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_of_the_wrong_size_is_refused() {
        assert!(Samples::discrete(2, 3, vec![1; 5]).is_err());
        assert!(Samples::real(usize::MAX, 2, vec![]).is_err());
        assert!(Samples::real(1, 2, vec![0.0, f64::NAN]).is_err());
        assert!(allocate::<i8>(usize::MAX / 2, 1).is_err());
    }

    #[test]
    fn rows_are_samples_and_columns_variables() {
        let samples = Samples::discrete(2, 3, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let mat = samples.to_mat();
        assert_eq!((mat.nrows(), mat.ncols()), (2, 3));
        approx::assert_abs_diff_eq!(mat[(1, 0)], 4.0);
        approx::assert_abs_diff_eq!(samples.get(1, 2).unwrap(), 6.0);
        assert!(samples.get(2, 0).is_none());
        let copy = Samples::from_mat(mat.as_ref()).unwrap();
        assert_eq!(copy.to_reals(), samples.to_reals());
        approx::assert_abs_diff_eq!(samples.transformed(1.0, 2.0).get(0, 1).unwrap(), 2.0);
    }
}
