//! Signs of four correlated Gaussians.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};
use std::sync::LazyLock;

use crate::quadrature::gauss_legendre;

/// Pairs of four variables, in the order of the correlations, and the pair that is left.
const PAIRS: [([usize; 2], [usize; 2]); 6] = [
    ([0, 1], [2, 3]),
    ([0, 2], [1, 3]),
    ([0, 3], [1, 2]),
    ([1, 2], [0, 3]),
    ([1, 3], [0, 2]),
    ([2, 3], [0, 1]),
];

/// sin θ, cos θ and weights of the rule in θ from 0 to π/2.
static NODES: LazyLock<[[f64; 3]; 40]> = LazyLock::new(|| {
    gauss_legendre::<40>().map(|(x, weight)| {
        let (sine, cosine) = (FRAC_PI_2 * x).sin_cos();
        [sine, cosine, FRAC_PI_2 * weight]
    })
});

/// Fourth cumulant of the signs of four Gaussians of unit variance.
///
/// ```text
/// ⟨s₁ s₂ s₃ s₄⟩ = ∫₀¹ dλ Σ_pairs (2/π)² ρ_ab arcsin ρ_cd|ab(λ) / √(1 − λ² ρ_ab²)
/// κ₄ = ⟨s₁ s₂ s₃ s₄⟩ − Σ (2/π)² arcsin ρ_ab arcsin ρ_cd, over the three ways to pair the four
/// ```
///
/// where all correlations are scaled by λ and `ρ_cd|ab` is the correlation of c and d at given a and b: Plackett's identity for the derivative of a Gaussian
/// expectation. `correlations` are those of the pairs 01, 02, 03, 12, 13, 23, below 1 in size. λ = sin θ removes the roots at λ = 1: forty points reach
/// 1e-10 for the correlations of neighbouring sites.
///
/// # References
/// Plackett, Biometrika 41, 351 (1954).
pub(super) fn cumulant_of_signs(correlations: [f64; 6]) -> f64 {
    let fourth: f64 = NODES
        .iter()
        .map(|&[sine, cosine, weight]| weight * cosine * derivative(correlations, sine))
        .sum();
    let covariance = correlations.map(|r| FRAC_2_PI * r.asin());
    let [a, b, c, d, e, f] = covariance;
    fourth - a * f - b * e - c * d
}

/// The derivative of the mean product of four signs as all correlations are scaled by λ.
fn derivative(correlations: [f64; 6], scale: f64) -> f64 {
    let mut matrix = [[1.0; 4]; 4];
    for ([a, b], r) in PAIRS.map(|(pair, _)| pair).into_iter().zip(correlations) {
        matrix[a][b] = scale * r;
        matrix[b][a] = scale * r;
    }
    let mut sum = 0.0;
    for (([a, b], [c, d]), r) in PAIRS.into_iter().zip(correlations) {
        let conditional = conditional(&matrix, [a, b], [c, d]);
        sum += r * conditional.asin() / (1.0 - matrix[a][b] * matrix[a][b]).sqrt();
    }
    FRAC_2_PI * FRAC_2_PI * sum
}

/// Correlation of c and d at given a and b.
fn conditional(r: &[[f64; 4]; 4], [a, b]: [usize; 2], [c, d]: [usize; 2]) -> f64 {
    let rest = 1.0 - r[a][b] * r[a][b];
    let explained = |i: usize, j: usize| {
        let crossed = r[a][b] * (r[i][a] * r[j][b] + r[i][b] * r[j][a]);
        (r[i][a] * r[j][a] + r[i][b] * r[j][b] - crossed) / rest
    };
    let variances = (1.0 - explained(c, c)) * (1.0 - explained(d, d));
    // Rounding where c or d is nearly a function of a and b.
    let correlation = (r[c][d] - explained(c, d)) / variances.max(f64::MIN_POSITIVE).sqrt();
    correlation.clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_average;
    use approx::assert_abs_diff_eq;
    use libm::erf;

    /// The correlations `b_i b_j` of Gaussians with one common factor.
    fn of_factor(b: [f64; 4]) -> [f64; 6] {
        PAIRS.map(|([i, j], _)| b[i] * b[j])
    }

    #[test]
    fn gaussians_with_a_common_factor_have_a_product_of_one_dimension() {
        for (b, tolerance) in [
            ([0.3, 0.5, 0.7, 0.2], 1e-13),
            ([0.9, -0.8, 0.95, 0.4], 1e-13),
            ([0.99, 0.97, 0.5, 0.98], 1e-11),
            // Correlations of 0.99 and above, as of neighbours at a correlation length of ten sites.
            ([0.999, 0.998, 0.995, 0.99], 1e-7),
        ] {
            // At a given factor y the means of the signs are independent.
            let sign = |b: f64, y: f64| erf(b * y / (2.0 * (1.0 - b * b)).sqrt());
            let product = |y: f64| b.iter().map(|&b| sign(b, y)).product::<f64>();
            let fourth = gaussian_average(product, &[0.0], 1e-13).unwrap().value;
            let pair = |i: usize, j: usize| FRAC_2_PI * (b[i] * b[j]).asin();
            let pairs = pair(0, 1) * pair(2, 3) + pair(0, 2) * pair(1, 3) + pair(0, 3) * pair(1, 2);
            let found = cumulant_of_signs(of_factor(b));
            assert_abs_diff_eq!(found, fourth - pairs, epsilon = tolerance);
        }
    }

    #[test]
    fn independent_pairs_have_no_cumulant() {
        let found = cumulant_of_signs([0.8, 0.0, 0.0, 0.0, 0.0, -0.6]);
        assert_abs_diff_eq!(found, 0.0, epsilon = 1e-14);
    }
}
