//! Products of vectors with samples that come in blocks.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use rayon::prelude::*;

use crate::linear::product;

/// Samples that one thread multiplies at a time.
const SAMPLES: usize = 64;

/// Variables whose sums one thread adds up at a time.
const VARIABLES: usize = 512;

/// Adds Xᵀ(X V) to `sums` for the samples X in `values`, one after the other, and n × b vectors V.
///
/// The shares of the threads do not depend on their number, so that neither do the sums.
///
/// # Panics
/// Unless `vectors` and `sums` are of one shape with n rows, and `values` are n times a number of samples.
pub fn add_products(sums: &mut Mat<f64>, values: &[f64], vectors: MatRef<'_, f64>) {
    let (n, width) = (vectors.nrows(), vectors.ncols());
    let rows = values.len() / n;
    let samples = MatRef::from_row_major_slice(values, rows, n);
    let starts: Vec<usize> = (0..rows).step_by(SAMPLES).collect();
    let parts = starts.par_iter().map(|&first| {
        let part = samples.subrows(first, SAMPLES.min(rows - first));
        product(part, vectors)
    });
    let parts: Vec<Mat<f64>> = parts.collect();
    let mut scores = Mat::zeros(rows, width);
    for (&first, part) in starts.iter().zip(&parts) {
        let mut to = scores.as_mut().subrows_mut(first, part.nrows());
        to.copy_from(part);
    }
    let mut shares: Vec<_> = Vec::new();
    let mut rest = sums.as_mut();
    while rest.nrows() > 0 {
        let (share, below) = rest.split_at_row_mut(VARIABLES.min(n - shares.len() * VARIABLES));
        shares.push(share);
        rest = below;
    }
    shares
        .into_par_iter()
        .enumerate()
        .for_each(|(index, share)| {
            let part = samples.subcols(index * VARIABLES, share.nrows());
            matmul(share, Accum::Add, part.transpose(), &scores, 1.0, Par::Seq);
        });
}
