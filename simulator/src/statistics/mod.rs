//! Means with honest errors: independent values, correlated chains, functions of means.

mod chain;
mod diagnostics;
mod divergence;

pub use chain::{Autocorrelation, autocorrelation, correlated_mean};
pub use diagnostics::{Agreement, agreement};
pub use divergence::jensen_shannon;

use crate::error::{Error, Result};
use crate::numbers::as_float;

/// A mean and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error, one σ.
    pub standard_error: f64,
    /// Number of values behind it.
    pub count: usize,
}

/// Mean and variance of values that come one by one.
///
/// Welford's update: stable where the mean is large against the spread.
///
/// # References
/// Welford, Technometrics 4, 419 (1962).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    count: usize,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
}

impl Moments {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one value into account.
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let difference = value - self.mean;
        self.mean += difference / as_float(self.count);
        self.squares += difference * (value - self.mean);
    }

    /// Number of values.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Mean, 0 without values.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Unbiased variance Σ (x − mean)²/(n − 1), `None` for fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / as_float(self.count - 1))
    }

    /// Mean and standard error √(variance/n) of independent values.
    ///
    /// # Errors
    /// [`Error::TooFew`] for fewer than two values; [`Error::OutOfDomain`] where a value was not finite.
    pub fn estimate(&self) -> Result<Estimate> {
        let few = Error::TooFew {
            statistic: "a standard error",
            needed: 2,
            available: self.count,
        };
        let variance = self.variance().ok_or(few)?;
        let standard_error = (variance / as_float(self.count)).sqrt();
        if standard_error.is_finite() {
            Ok(Estimate {
                mean: self.mean,
                standard_error,
                count: self.count,
            })
        } else {
            Err(Error::OutOfDomain {
                name: "values",
                domain: "finite",
                value: self.mean,
            })
        }
    }
}

impl Extend<f64> for Moments {
    fn extend<T: IntoIterator<Item = f64>>(&mut self, values: T) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut moments = Self::new();
        moments.extend(values);
        moments
    }
}

/// Mean and standard error of independent values.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two values; [`Error::OutOfDomain`] for a value that is not finite.
pub fn independent_mean(values: &[f64]) -> Result<Estimate> {
    values.iter().copied().collect::<Moments>().estimate()
}

/// A function of means of independent rows, its bias of order 1/n removed and its error by leaving out each row once.
///
/// ```text
/// f = n f(all) − (n − 1) ⟨f_i⟩,   σ² = (n − 1)/n Σ_i (f_i − ⟨f_i⟩)²
/// ```
///
/// where `f_i` is the function of the column means without row i. `rows` all have the same number of columns.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two rows; [`Error::Size`] for rows of different lengths; [`Error::OutOfDomain`] where
/// a value of the function is not finite.
///
/// # References
/// Miller, Biometrika 61, 1 (1974).
pub fn jackknife(rows: &[Vec<f64>], function: impl Fn(&[f64]) -> f64) -> Result<Estimate> {
    let count = rows.len();
    require("a jackknife", 2, count)?;
    let columns = rows[0].len();
    if let Some(row) = rows.iter().find(|row| row.len() != columns) {
        return Err(Error::Size {
            name: "rows",
            expected: columns,
            actual: row.len(),
        });
    }
    let n = as_float(count);
    let sums: Vec<f64> = (0..columns)
        .map(|j| rows.iter().map(|row| row[j]).sum())
        .collect();
    let without = |row: &Vec<f64>| {
        let means: Vec<_> = sums
            .iter()
            .zip(row)
            .map(|(sum, x)| (sum - x) / (n - 1.0))
            .collect();
        function(&means)
    };
    let left_out = rows.iter().map(without).collect::<Moments>();
    let spread = left_out.estimate()?.standard_error;
    let all = function(&sums.iter().map(|sum| sum / n).collect::<Vec<_>>());
    let mean = n * all - (n - 1.0) * left_out.mean();
    Ok(Estimate {
        mean,
        standard_error: (n - 1.0) * spread,
        count,
    })
}

/// Errs for fewer than `needed` values.
fn require(statistic: &'static str, needed: usize, available: usize) -> Result<()> {
    if available >= needed {
        Ok(())
    } else {
        Err(Error::TooFew {
            statistic,
            needed,
            available,
        })
    }
}
