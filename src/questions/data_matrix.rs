//! A data matrix that somebody brings: P samples in rows, one column per variable.

use anyhow::{Context, Result, ensure};
use faer::MatRef;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::samples::Values;

/// Samples in rows, without the columns that do not vary.
#[derive(Debug, Clone)]
pub struct DataMatrix {
    samples: Samples,
    standardized: bool,
    constant_columns: usize,
    shape: Shape,
    notes: Vec<String>,
}

/// What the columns are like, beyond their correlations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Mean excess kurtosis of the columns, unbiased for Gaussian ones: 0 there, −2 for balanced ±1, large for heavy tails.
    pub excess_kurtosis: f64,
    /// Largest over smallest variance of the columns.
    pub variance_ratio: f64,
    /// Whether the variances differ by more than chance makes them: five standard errors.
    pub is_unequal: bool,
}

/// Samples from their values row by row, kept in a byte each where all are small whole numbers.
///
/// # Errors
/// Unless there are as many values as `rows` times `columns`, all of them finite.
pub fn compact(rows: usize, columns: usize, values: Vec<f64>) -> Result<Samples> {
    let small: Option<Vec<i8>> = values.iter().map(|&x| small_integer(x)).collect();
    Ok(match small {
        Some(values) => Samples::discrete(rows, columns, values)?,
        None => Samples::real(rows, columns, values)?,
    })
}

/// What samples are, in words: how many of how many variables, their values, and what their reader left out.
pub fn describe_samples(samples: &Samples, notes: &[String]) -> String {
    let values = match samples.values() {
        Values::Discrete(values) => {
            let holds = |allowed: [i8; 2]| values.iter().all(|x| allowed.contains(x));
            match () {
                () if holds([0, 1]) => "values 0 and 1",
                () if holds([-1, 1]) => "values -1 and 1",
                () => "whole numbers",
            }
        }
        Values::Real(values) if values.iter().all(|x| x.fract().abs() <= 0.0) => "whole numbers",
        Values::Real(_) => "real values",
    };
    let mut words = vec![format!(
        "{} samples of {} variables, {values}",
        samples.rows(),
        samples.columns()
    )];
    words.extend(notes.iter().cloned());
    words.join("; ")
}

fn small_integer(x: f64) -> Option<i8> {
    #[expect(clippy::cast_possible_truncation, reason = "checked by the round trip")]
    let integer = x as i8;
    ((f64::from(integer) - x).abs() <= 0.0).then_some(integer)
}

impl DataMatrix {
    /// The matrix of P samples (rows) of n variables, its columns centred later on and, with `standardized`, scaled to unit variance.
    ///
    /// # Errors
    /// With fewer than 3 rows, fewer than 2 columns that vary, or an entry that is not finite.
    pub fn new(matrix: MatRef<'_, f64>, standardized: bool) -> Result<Self> {
        ensure!(
            matrix.nrows() >= 3,
            "{} samples in the rows; at least 3 are needed",
            matrix.nrows()
        );
        let varying: Vec<usize> = (0..matrix.ncols())
            .filter(|&column| {
                let first = matrix[(0, column)];
                matrix.col(column).iter().any(|x| (x - first).abs() > 0.0)
            })
            .collect();
        ensure!(
            varying.len() >= 2,
            "{} of {} columns vary over the samples; at least 2 are needed",
            varying.len(),
            matrix.ncols()
        );
        let constant_columns = matrix.ncols() - varying.len();
        let (rows, kept) = (matrix.nrows(), varying.len());
        let row = |i| varying.iter().map(move |&j| matrix[(i, j)]);
        let samples = compact(rows, kept, (0..rows).flat_map(row).collect())?;
        Ok(Self {
            shape: Shape::of(&samples),
            samples,
            standardized,
            constant_columns,
            notes: Vec::new(),
        })
    }

    /// The same data with what their reader left out, for [`DataMatrix::describe`].
    #[must_use]
    pub fn noted(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }

    /// Number of samples P.
    pub fn rows(&self) -> usize {
        self.samples.rows()
    }

    /// Number n of variables that vary.
    pub fn variables(&self) -> usize {
        self.samples.columns()
    }

    /// Number of columns that were left out since they do not vary.
    pub fn constant_columns(&self) -> usize {
        self.constant_columns
    }

    /// Whether every column is scaled to unit variance.
    pub fn is_standardized(&self) -> bool {
        self.standardized
    }

    /// What the columns are like.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Degrees of freedom, P − 1: one sample goes into the means.
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of samples stay far below 2^53"
    )]
    pub fn free(&self) -> f64 {
        (self.rows() - 1) as f64
    }

    /// The covariance of the columns, whose divisor is P.
    ///
    /// # Errors
    /// For a column whose variance is lost in rounding.
    pub fn covariance(&self) -> Result<SampleCovariance<'_>> {
        let columns = if self.standardized {
            Columns::Standardized
        } else {
            Columns::Centred
        };
        SampleCovariance::new(&self.samples, columns).context("covariance of the columns")
    }

    /// Variance of each variable, with the divisor P − 1; that of standardized ones is P/(P − 1).
    ///
    /// # Errors
    /// Those of [`DataMatrix::covariance`].
    pub fn variances(&self) -> Result<Vec<f64>> {
        let factor = (self.free() + 1.0) / self.free();
        let variances = self.covariance()?.variances();
        Ok(variances.into_iter().map(|v| factor * v).collect())
    }

    /// All n eigenvalues of the covariance with the divisor P − 1, from the largest down.
    ///
    /// # Errors
    /// Those of [`DataMatrix::covariance`], and where the eigensolver gives up.
    pub fn eigenvalues(&self) -> Result<Vec<f64>> {
        let factor = (self.free() + 1.0) / self.free();
        let values = self.covariance()?.eigenvalues()?;
        Ok(values.into_iter().map(|x| x * factor).collect())
    }

    /// What was read, in words.
    pub fn describe(&self) -> String {
        let mut words = vec![describe_samples(&self.samples, &self.notes)];
        let [constant, unequal] = kept(self.constant_columns, &self.shape, self.standardized);
        words.extend(constant);
        if self.rows() < self.variables() {
            words.push(
                "fewer samples than variables (--transpose, if each column is a sample)".to_owned(),
            );
        }
        words.extend(unequal);
        words.join("; ")
    }
}

/// How many columns were left out, and whether the others ask to be standardized, in words.
pub(super) fn kept(constant: usize, shape: &Shape, standardized: bool) -> [Option<String>; 2] {
    let is_worth_saying = shape.is_unequal && shape.variance_ratio > 4.0 && !standardized;
    [
        (constant > 0).then(|| format!("{constant} constant columns left out")),
        is_worth_saying.then(|| {
            format!(
                "variances of the columns differ by a factor {:.3}, --standardize gives all the same weight",
                shape.variance_ratio
            )
        }),
    ]
}

impl Shape {
    fn of(samples: &Samples) -> Self {
        let columns = samples.columns();
        let mut sums = vec![[0.0; 4]; columns];
        let mut row = vec![0.0; columns];
        // Powers around the first sample: no digits are lost to a mean far from zero.
        let mut first = vec![0.0; columns];
        samples.write_row(0, &mut first);
        for index in 0..samples.rows() {
            samples.write_row(index, &mut row);
            for ((sums, x), first) in sums.iter_mut().zip(&row).zip(&first) {
                let d = x - first;
                sums[0] += d;
                sums[1] += d * d;
                sums[2] += d * d * d;
                sums[3] += d * d * d * d;
            }
        }
        Self::from_powers(samples.rows(), &sums)
    }

    /// By the sums over `rows` samples of the first four powers of each column's distance from any number.
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of samples and variables stay far below 2^53"
    )]
    pub(super) fn from_powers(rows: usize, sums: &[[f64; 4]]) -> Self {
        let (p, n) = (rows as f64, sums.len() as f64);
        let moments = sums.iter().map(|sums| {
            let [a, b, c, d] = sums.map(|sum| sum / p);
            let second = b - a * a;
            let fourth = d - 4.0 * a * c + 6.0 * a * a * b - 3.0 * a.powi(4);
            (second, fourth)
        });
        let (mut variances, mut kurtosis) = (Vec::with_capacity(sums.len()), 0.0);
        for (second, fourth) in moments {
            variances.push(second * p / (p - 1.0));
            let biased = fourth / (second * second) - 3.0;
            if p > 3.0 {
                kurtosis += (p - 1.0) / ((p - 2.0) * (p - 3.0)) * ((p + 1.0) * biased + 6.0) / n;
            }
        }
        let mean = variances.iter().sum::<f64>() / n;
        let spread = variances
            .iter()
            .map(|v| (v / mean - 1.0).powi(2))
            .sum::<f64>()
            / n;
        // The variance of a variance is (2 + κ)/P of its square.
        let chance = (2.0 + kurtosis.max(0.0)) / p;
        let most = variances.iter().copied().fold(0.0, f64::max);
        let least = variances.iter().copied().fold(f64::INFINITY, f64::min);
        Self {
            excess_kurtosis: kurtosis,
            variance_ratio: most / least,
            is_unequal: spread > chance * (1.0 + 5.0 * (2.0 / n).sqrt()),
        }
    }
}
