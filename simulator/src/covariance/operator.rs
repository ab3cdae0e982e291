//! Multiplication of pairs of vectors by a sample covariance that is never formed.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};

use super::SampleCovariance;
use crate::linear;
use crate::numbers::as_float;
use crate::two_valued::{TwoValued, add_product};

/// Two vectors side by side: entry i of both.
pub(super) type Pair = [f64; 2];

/// x → Ĉ x for two vectors at a time.
pub(super) struct Operator {
    data: Data,
    rows: f64,
    shifts: Vec<f64>,
    scales: Vec<f64>,
    /// Multiplications done.
    applied: usize,
}

/// The data before the treatment of their columns.
enum Data {
    /// Two values only, as bits.
    TwoValued(TwoValued),
    /// Row by row.
    Real { columns: usize, values: Vec<f64> },
}

impl Operator {
    /// The operator of a sample covariance.
    pub(super) fn new(covariance: &SampleCovariance) -> Self {
        let samples = covariance.samples;
        let data = samples
            .as_discrete()
            .and_then(|values| TwoValued::new(values, samples.columns()))
            .map_or_else(
                || Data::Real {
                    columns: samples.columns(),
                    values: samples.to_reals(),
                },
                Data::TwoValued,
            );
        let (shifts, scales) = (covariance.shifts.clone(), covariance.scales.clone());
        Self {
            data,
            rows: as_float(samples.rows()),
            shifts,
            scales,
            applied: 0,
        }
    }

    /// Multiplications done so far.
    pub(super) fn applied(&self) -> usize {
        self.applied
    }

    /// Ĉ x with `x_ja` → (`x_ja` − `shift_j`) `scale_j`: the shifts are two rank-one corrections.
    pub(super) fn apply(&mut self, x: &[Pair]) -> Vec<Pair> {
        self.applied += 1;
        let scaled: Vec<_> = x
            .iter()
            .zip(&self.scales)
            .map(|(x, s)| [x[0] * s, x[1] * s])
            .collect();
        let mut mean = [0.0; 2];
        for (x, shift) in scaled.iter().zip(&self.shifts) {
            add_product(&mut mean, *shift, *x);
        }
        let (mut y, total) = self.data.product(&scaled, mean);
        let factors = self.shifts.iter().zip(&self.scales);
        for (y, (shift, scale)) in y.iter_mut().zip(factors) {
            add_product(y, -shift, total);
            *y = [y[0] * scale / self.rows, y[1] * scale / self.rows];
        }
        y
    }

    /// |Ĉv − λv|/λ₁ of each pair, 0 where λ₁ = 0.
    pub(super) fn residuals(&mut self, eigenvalues: &[f64], vectors: &Mat<f64>) -> Vec<f64> {
        let mut residuals = Vec::with_capacity(eigenvalues.len());
        for first in (0..eigenvalues.len()).step_by(2) {
            let second = (first + 1).min(eigenvalues.len() - 1);
            let (v, w) = (vectors.col(first), vectors.col(second));
            let x: Vec<_> = v.iter().zip(w.iter()).map(|(&v, &w)| [v, w]).collect();
            let y = self.apply(&x);
            for (side, k) in (first..=second).enumerate() {
                let error = |(x, y): (&Pair, &Pair)| (y[side] - eigenvalues[k] * x[side]).powi(2);
                residuals.push(x.iter().zip(&y).map(error).sum::<f64>().sqrt());
            }
        }
        let largest = eigenvalues[0];
        let relative = |r: f64| if largest > 0.0 { r / largest } else { 0.0 };
        residuals.into_iter().map(relative).collect()
    }
}

impl Data {
    /// Xᵀu and Σ u for u = X x − mean.
    fn product(&self, x: &[Pair], mean: Pair) -> (Vec<Pair>, Pair) {
        match self {
            Self::TwoValued(data) => data.product(x, mean),
            Self::Real { columns, values } => product(values, *columns, x, mean),
        }
    }
}

/// Rows of real data that are multiplied at a time: the second product finds them in cache.
const ROWS: usize = 32;

/// The same for real data row by row.
fn product(values: &[f64], columns: usize, x: &[Pair], mean: Pair) -> (Vec<Pair>, Pair) {
    let x = Mat::from_fn(columns, 2, |i, j| x[i][j]);
    let mut y = Mat::zeros(columns, 2);
    let mut total = [0.0; 2];
    for rows in values.chunks(ROWS * columns) {
        let rows = MatRef::from_row_major_slice(rows, rows.len() / columns, columns);
        let mut u = linear::product(rows, x.as_ref());
        for side in 0..2 {
            for u in u.col_mut(side).iter_mut() {
                *u -= mean[side];
                total[side] += *u;
            }
        }
        matmul(&mut y, Accum::Add, rows.transpose(), &u, 1.0, Par::Seq);
    }
    (y.row_iter().map(|y| [y[0], y[1]]).collect(), total)
}
