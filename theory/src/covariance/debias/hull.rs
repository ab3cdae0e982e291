//! The point of a convex hull that is nearest to the origin, by non-negative least squares.

use crate::numerics::norm;
use faer::Mat;
use faer::linalg::solvers::SolveLstsq;

/// Weights w ≥ 0, Σ w = 1, for which `|Σ w_k v_k|` is smallest; most of them are zero.
///
/// With a row of ones below the vectors, `|Σ w v|² + (Σ w − 1)²` has its smallest value over w ≥ 0 in the same direction,
/// whatever the scale of the vectors, so that non-negative least squares (active sets) solve it.
///
/// # References
/// Lawson & Hanson, *Solving Least Squares Problems* (1974), chapter 23; Wolfe, Math. Program. 11, 128 (1976).
pub(super) fn nearest(vectors: &[Vec<f64>]) -> Vec<f64> {
    let length = |v: &Vec<f64>| norm(v);
    let shortest = vectors.iter().map(length).fold(f64::INFINITY, f64::min);
    let scale = if shortest > 0.0 {
        shortest.recip()
    } else {
        1.0
    };
    let rows = vectors.first().map_or(0, Vec::len);
    let matrix = Mat::from_fn(rows + 1, vectors.len(), |i, k| {
        if i < rows { vectors[k][i] * scale } else { 1.0 }
    });
    let mut weights = active_set(&matrix);
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    weights
}

/// w ≥ 0 with the smallest |A w − b|, b = (0, …, 0, 1).
fn active_set(matrix: &Mat<f64>) -> Vec<f64> {
    let (rows, count) = (matrix.nrows(), matrix.ncols());
    let mut weights = vec![0.0; count];
    let mut passive: Vec<usize> = Vec::new();
    // Each round lowers the distance, so that no set returns; the bound is for rounding.
    for _ in 0..10 * count {
        let Some(entering) = steepest(matrix, &weights, &passive) else {
            break;
        };
        passive.push(entering);
        loop {
            let columns = Mat::from_fn(rows, passive.len(), |i, k| matrix[(i, passive[k])]);
            let goal = Mat::from_fn(rows, 1, |i, _| if i + 1 == rows { 1.0 } else { 0.0 });
            let free = columns.col_piv_qr().solve_lstsq(&goal);
            let blocking = passive
                .iter()
                .enumerate()
                .filter(|(k, _)| free[(*k, 0)] <= 0.0);
            let step = blocking
                .map(|(k, &j)| weights[j] / (weights[j] - free[(k, 0)]))
                .fold(1.0_f64, |a, b| if b.is_nan() { 0.0 } else { a.min(b) });
            let is_inside = (0..passive.len()).all(|k| free[(k, 0)] > 0.0);
            for (k, &j) in passive.iter().enumerate() {
                weights[j] += step * (free[(k, 0)] - weights[j]);
            }
            if is_inside {
                break;
            }
            let leaves = |k: usize, j: usize| free[(k, 0)] <= 0.0 && weights[j] <= 1e-14;
            let stay: Vec<usize> = passive
                .iter()
                .enumerate()
                .filter(|&(k, &j)| !leaves(k, j))
                .map(|(_, &j)| j)
                .collect();
            (0..count)
                .filter(|j| !stay.contains(j))
                .for_each(|j| weights[j] = 0.0);
            if !stay.contains(&entering) {
                // Only rounding made it look like a descent.
                return weights;
            }
            passive = stay;
        }
    }
    weights
}

/// The column outside the passive set along which the distance falls fastest, if it falls at all.
fn steepest(matrix: &Mat<f64>, weights: &[f64], passive: &[usize]) -> Option<usize> {
    let rows = matrix.nrows();
    let mut residual = vec![0.0; rows];
    residual[rows - 1] = 1.0;
    for &j in passive {
        residual
            .iter_mut()
            .enumerate()
            .for_each(|(i, r)| *r -= weights[j] * matrix[(i, j)]);
    }
    let gain = |j: usize| {
        let column = matrix.col(j);
        let slope: f64 = column.iter().zip(&residual).map(|(a, r)| a * r).sum();
        slope / column.norm_l2()
    };
    (0..matrix.ncols())
        .filter(|j| !passive.contains(j))
        .map(|j| (j, gain(j)))
        // The residual is at most 1 long.
        .filter(|(_, gain)| *gain > 1e-11)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(j, _)| j)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_nearest_point_of_a_triangle_lies_on_its_nearest_side() {
        // The side from (1, 1) to (3, −1) meets the diagonal at (1, 1); from (1, 2) to (1, −2) the axis at (1, 0).
        let weights = nearest(&[vec![1.0, 2.0], vec![1.0, -2.0], vec![5.0, 0.0]]);
        assert_relative_eq!(weights[0], 0.5, epsilon = 1e-12);
        assert_relative_eq!(weights[1], 0.5, epsilon = 1e-12);
        assert_relative_eq!(weights[2], 0.0);
    }

    #[test]
    fn a_hull_around_the_origin_reaches_it() {
        let vectors = [vec![4.0, 1.0], vec![-2.0, 3.0], vec![-1.0, -5.0]];
        let weights = nearest(&vectors);
        for axis in 0..2 {
            let sum: f64 = weights.iter().zip(&vectors).map(|(w, v)| w * v[axis]).sum();
            assert_relative_eq!(sum, 0.0, epsilon = 1e-12);
        }
    }
}
