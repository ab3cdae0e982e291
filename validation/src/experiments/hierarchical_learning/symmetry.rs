//! How far weights are from random ones of the same singular values.

use faer::{Mat, MatRef};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::comparison::as_float;

/// Bins of the histograms, equally likely under a Gaussian law of the entries' variance.
const BINS: usize = 50;

/// Jensen–Shannon divergence in nats between the histograms of the entries of W and of a rotated W' = R₁ W R₂, with random
/// rotations R₁ and R₂ (T25).
///
/// ```text
/// JS = ½ Σ_b p_b ln(2p_b/(p_b + q_b)) + ½ Σ_b q_b ln(2q_b/(p_b + q_b))
/// ```
///
/// Both have the same mean square, which sets the bins.
pub(super) fn divergence(weights: MatRef<'_, f64>, random: &mut Xoshiro256PlusPlus) -> f64 {
    let (rows, columns) = (weights.nrows(), weights.ncols());
    let rotated = haar(rows, random) * weights * haar(columns, random);
    let scale = (weights.squared_norm_l2() / as_float(rows * columns)).sqrt();
    jensen_shannon(
        &histogram(weights, scale),
        &histogram(rotated.as_ref(), scale),
    )
}

/// Expected divergence of independent Gaussian weights.
///
/// ```text
/// ⟨JS⟩ = (B − 2)/(4 N M)
/// ```
///
/// Two histograms of n = N M independent entries differ by `Σ_b ⟨(p_b − q_b)²⟩/(8 p_b) = (B − 1)/(4n)` to leading order. That both
/// have the same mean square takes one of the B − 1 directions away (own).
pub(super) fn untrained_divergence(rows: usize, columns: usize) -> f64 {
    as_float(BINS - 2) / as_float(4 * rows * columns)
}

/// A random rotation or reflection: the orthogonal factor of a Gaussian matrix, with the signs that make it uniform.
///
/// # References
/// Mezzadri, Notices AMS 54, 592 (2007).
fn haar(size: usize, random: &mut Xoshiro256PlusPlus) -> Mat<f64> {
    let gaussian = Mat::from_fn(size, size, |_, _| -> f64 { StandardNormal.sample(random) });
    let factors = gaussian.qr();
    let mut rotation = factors.compute_Q();
    for (j, column) in rotation.col_iter_mut().enumerate() {
        let sign = factors.R()[(j, j)].signum();
        column.iter_mut().for_each(|x| *x *= sign);
    }
    rotation
}

/// Fractions of the entries in the bins.
fn histogram(weights: MatRef<'_, f64>, scale: f64) -> Vec<f64> {
    let gaussian = Normal::standard();
    let edges: Vec<f64> = (1..BINS)
        .map(|b| scale * gaussian.inverse_cdf(as_float(b) / as_float(BINS)))
        .collect();
    let mut counts = vec![0.0; BINS];
    for column in weights.col_iter() {
        for w in column.iter() {
            counts[edges.partition_point(|edge| edge < w)] += 1.0;
        }
    }
    let entries = as_float(weights.nrows() * weights.ncols());
    counts.iter().map(|count| count / entries).collect()
}

fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let term = |x: f64, mean: f64| {
        if x > 0.0 {
            0.5 * x * (x / mean).ln()
        } else {
            0.0
        }
    };
    let pairs = p.iter().zip(q);
    pairs
        .map(|(&p, &q)| term(p, 0.5 * (p + q)) + term(q, 0.5 * (p + q)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use saddlepoint_simulator::stream;

    #[test]
    fn a_rotation_keeps_lengths_and_a_diagonal_matrix_shows_it() {
        let random = &mut stream(0, "rotations", 0);
        let rotation = haar(30, random);
        let product = rotation.transpose() * &rotation;
        // Rounding of thirty products.
        assert!((product - Mat::<f64>::identity(30, 30)).norm_max() < 1e-13);
        let diagonal = Mat::from_fn(40, 40, |i, j| if i == j { 1.0 } else { 0.0 });
        // Most entries are zero, those of the rotated one are spread: near the largest divergence, ln 2.
        assert!(divergence(diagonal.as_ref(), random) > 0.5);
    }

    #[test]
    fn histograms_without_a_common_bin_are_ln_2_apart() {
        assert!((jensen_shannon(&[1.0, 0.0], &[0.0, 1.0]) - 2.0_f64.ln()).abs() < 1e-15);
        assert!(jensen_shannon(&[0.3, 0.7], &[0.3, 0.7]).abs() < 1e-15);
    }
}
