//! Eigenvalues and eigenvectors of the sample covariance.

mod dense;
mod doubled;
mod krylov;
mod moments;
mod operator;
mod panels;
mod permutation;
mod products;
mod scalar_products;
mod sums;

use faer::Mat;

use crate::error::{Error, Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, Values};
use operator::Operator;

pub use doubled::Doubled;
pub use krylov::{ByProducts, Multiply};
pub use moments::{MomentParts, Moments};
pub use permutation::Shuffled;
pub use products::add_products;
pub use scalar_products::ScalarProducts;
pub use sums::{STRETCH, Sums};

/// Below this smaller side of the data matrix, or for more than an eighth of all eigenpairs, the full decomposition is
/// the faster one.
const DENSE_BELOW: usize = 256;

/// What is done with the columns of the data before their covariance is taken.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Columns {
    /// Nothing: the population mean is known to be zero.
    #[default]
    Raw,
    /// The sample mean of each column is subtracted.
    Centred,
    /// Each column is centred and scaled to unit sample variance: the correlation matrix.
    Standardized,
    /// x → (x − shift)·scale for every column, as of a known population
    /// ([`DataModel::standardization`](crate::data::DataModel::standardization)).
    Affine {
        /// Subtracted from every entry.
        shift: f64,
        /// Factor of every entry, not zero.
        scale: f64,
    },
}

/// Covariance matrix of P samples of n variables.
///
/// ```text
/// Ĉ = (1/P) Σ_a x_a x_aᵀ
/// ```
///
/// where `x_a` is row a after the treatment of its [`Columns`]. The divisor is P also after centring. The matrix is not
/// formed before it is needed.
#[derive(Debug, Clone)]
pub struct SampleCovariance<'a> {
    samples: &'a Samples,
    /// Subtracted from each column.
    shifts: Vec<f64>,
    /// Factor of each column.
    scales: Vec<f64>,
}

/// Leading eigenpairs of a sample covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Leading {
    /// Eigenvalues from the largest down.
    pub eigenvalues: Vec<f64>,
    /// Unit eigenvectors, one per column in the order of the eigenvalues; the entry of largest magnitude is positive.
    pub vectors: Mat<f64>,
    /// |Ĉv − λv|/λ₁ of each pair. The angle between v and the exact eigenvector is at most about this times λ₁ over the
    /// distance to the next eigenvalue.
    pub residuals: Vec<f64>,
    /// Multiplications by Ĉ; 0 for a full decomposition.
    pub iterations: usize,
}

impl Leading {
    /// Entries of eigenvector `k`.
    ///
    /// # Panics
    /// Unless `k` is below the number of pairs, as indexing a slice.
    pub fn vector(&self, k: usize) -> Vec<f64> {
        self.vectors.col(k).iter().copied().collect()
    }
}

impl<'a> SampleCovariance<'a> {
    /// Covariance of samples whose columns are treated as stated.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without samples or variables, and unless an affine shift is finite and its scale finite and
    /// not zero; [`Error::ConstantColumn`] for a column that cannot be standardized.
    pub fn new(samples: &'a Samples, columns: Columns) -> Result<Self> {
        at_least("samples", "at least 1", samples.rows(), 1)?;
        at_least("variables", "at least 1", samples.columns(), 1)?;
        let n = samples.columns();
        let (shifts, scales) = match columns {
            Columns::Raw => (vec![0.0; n], vec![1.0; n]),
            Columns::Centred => (means(samples), vec![1.0; n]),
            Columns::Standardized => {
                let means = means(samples);
                let scales = inverse_deviations(samples, &means)?;
                (means, scales)
            }
            Columns::Affine { shift, scale } => {
                check("shift", "finite", shift, |_| true)?;
                check("scale", "finite and not zero", scale, |x| x.abs() > 0.0)?;
                (vec![shift; n], vec![scale; n])
            }
        };
        Ok(Self {
            samples,
            shifts,
            scales,
        })
    }

    /// Number of samples P.
    pub fn rows(&self) -> usize {
        self.samples.rows()
    }

    /// Number of variables n.
    pub fn variables(&self) -> usize {
        self.samples.columns()
    }

    /// Variance of each variable.
    pub fn variances(&self) -> Vec<f64> {
        let treat = |j: usize, x: f64| ((x - self.shifts[j]) * self.scales[j]).powi(2);
        let rows = as_float(self.rows());
        let sums = column_sums(self.samples, treat).into_iter();
        sums.map(|sum| sum / rows).collect()
    }

    /// The n × n matrix.
    pub fn matrix(&self) -> Mat<f64> {
        let mut gram = dense::variable_gram(self);
        for j in 0..gram.ncols() {
            for i in 0..j {
                gram[(i, j)] = gram[(j, i)];
            }
        }
        gram
    }

    /// All n eigenvalues from the largest down; max(0, n − P) of them are 0.
    ///
    /// They come from the smaller of the two Gram matrices, n × n or P × P, in O(min(n, P)² max(n, P)) operations.
    ///
    /// # Errors
    /// [`Error::NotConverged`] where the dense eigensolver gives up.
    pub fn eigenvalues(&self) -> Result<Vec<f64>> {
        dense::eigenvalues(self)
    }

    /// The `count` largest eigenvalues and their eigenvectors.
    ///
    /// # Method
    /// Block Lanczos with two vectors per block, full reorthogonalization and thick restarts, started from a fixed random
    /// block; the matrix is only multiplied by vectors, never formed. Blocks of two find both members of a pair of equal
    /// eigenvalues, as translation-invariant data have them; close but different eigenvalues, as at the edge of a bulk
    /// (distance ∝ N^(−2/3)), only take more iterations. It stops where every residual |Ĉv − λv| is below 10⁻⁹ λ₁, which
    /// is computed once more from the data and returned. Two-valued data (±1 or 0/1) are multiplied
    /// eight entries at a time by table ("four Russians"). For few variables or samples, or many pairs, the full
    /// decomposition is used: for three or more equal eigenvalues ask for at least an eighth of all pairs.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 1 ≤ `count` ≤ n; [`Error::NotConverged`].
    ///
    /// # References
    /// Golub & Underwood, in *Mathematical Software III* (1977) (block Lanczos); Wu & Simon, SIAM J. Matrix Anal. Appl.
    /// 22, 602 (2000) (thick restart); Arlazarov, Dinic, Kronrod & Faradžev, Sov. Math. Dokl. 11, 1209 (1970) (tables).
    pub fn leading(&self, count: usize) -> Result<Leading> {
        at_least("count", "at least 1", count, 1)?;
        at_least(
            "variables",
            "at least the number of eigenpairs",
            self.variables(),
            count,
        )?;
        let small = self.variables().min(self.rows());
        let mut operator = Operator::new(self);
        let (eigenvalues, mut vectors, iterations) = if small < DENSE_BELOW || count > small / 8 {
            let (eigenvalues, vectors) = dense::leading(self, count)?;
            (eigenvalues, vectors, 0)
        } else {
            krylov::leading(&mut operator, self.variables(), count)?
        };
        fix_signs(&mut vectors);
        let residuals = operator.residuals(&eigenvalues, &vectors);
        Ok(Leading {
            eigenvalues,
            vectors,
            residuals,
            iterations,
        })
    }

    /// Writes row `row` after the treatment of its columns.
    fn write_row<'b>(&self, row: usize, to: impl Iterator<Item = &'b mut f64>) {
        let n = self.variables();
        let treatment = self.shifts.iter().zip(&self.scales);
        let start = row * n;
        match self.samples.values() {
            Values::Discrete(values) => {
                for ((to, &x), (shift, scale)) in to.zip(&values[start..start + n]).zip(treatment) {
                    *to = (f64::from(x) - shift) * scale;
                }
            }
            Values::Real(values) => {
                for ((to, &x), (shift, scale)) in to.zip(&values[start..start + n]).zip(treatment) {
                    *to = (x - shift) * scale;
                }
            }
        }
    }
}

/// All eigenvalues, from the largest down, of the positive semidefinite matrix with this lower triangle; rounding errors below zero are set to zero.
///
/// # Errors
/// [`Error::NotConverged`] where the eigensolver gives up.
pub fn eigenvalues_of(lower: &Mat<f64>) -> Result<Vec<f64>> {
    dense::decompose(lower, None)
}

/// Sums of `f(column, entry)` over the rows of each column.
fn column_sums(samples: &Samples, f: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let n = samples.columns();
    let mut sums = vec![0.0; n];
    match samples.values() {
        Values::Discrete(values) => {
            for row in values.chunks_exact(n) {
                sums.iter_mut()
                    .zip(row)
                    .enumerate()
                    .for_each(|(j, (s, &x))| *s += f(j, f64::from(x)));
            }
        }
        Values::Real(values) => {
            for row in values.chunks_exact(n) {
                sums.iter_mut()
                    .zip(row)
                    .enumerate()
                    .for_each(|(j, (s, &x))| *s += f(j, x));
            }
        }
    }
    sums
}

/// Mean of each column.
fn means(samples: &Samples) -> Vec<f64> {
    let rows = as_float(samples.rows());
    column_sums(samples, |_, x| x)
        .into_iter()
        .map(|sum| sum / rows)
        .collect()
}

/// 1/σ of each column, with the divisor P.
fn inverse_deviations(samples: &Samples, means: &[f64]) -> Result<Vec<f64>> {
    let rows = as_float(samples.rows());
    let squares = column_sums(samples, |j, x| (x - means[j]).powi(2));
    let mut scales = Vec::with_capacity(squares.len());
    for (column, (square, mean)) in squares.into_iter().zip(means).enumerate() {
        let variance = square / rows;
        // A constant column of non-zero mean keeps a variance of rounding errors.
        if variance <= (f64::EPSILON * mean).powi(2) * 4.0 {
            return Err(Error::ConstantColumn { column });
        }
        scales.push(1.0 / variance.sqrt());
    }
    Ok(scales)
}

/// Makes the entry of largest magnitude of each column positive.
fn fix_signs(vectors: &mut Mat<f64>) {
    for k in 0..vectors.ncols() {
        let larger = |a: f64, &b: &f64| if b.abs() > a.abs() { b } else { a };
        if vectors.col(k).iter().fold(0.0, larger) < 0.0 {
            vectors.col_mut(k).iter_mut().for_each(|x| *x = -*x);
        }
    }
}
