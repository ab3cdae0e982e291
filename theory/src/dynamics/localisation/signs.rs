//! Signs of four correlated Gaussians.

use std::f64::consts::FRAC_2_PI;

use super::plackett::{Given, PAIRS, matrix, over_scales};

/// Fourth cumulant of the signs of four Gaussians of unit variance.
///
/// ```text
/// ⟨s₁ s₂ s₃ s₄⟩ = ∫₀¹ dλ Σ_pairs (2/π)² ρ_ab arcsin ρ_cd|ab(λ) / √(1 − λ² ρ_ab²)
/// κ₄ = ⟨s₁ s₂ s₃ s₄⟩ − Σ (2/π)² arcsin ρ_ab arcsin ρ_cd, over the three ways to pair the four
/// ```
///
/// where all correlations are scaled by λ and `ρ_cd|ab` is the correlation of c and d at given a and b: [Plackett's identity](super::plackett). `correlations` are
/// those of the pairs 01, 02, 03, 12, 13, 23, below 1 in size.
pub(super) fn cumulant_of_signs(correlations: [f64; 6]) -> f64 {
    let fourth = over_scales(|scale| derivative(correlations, scale));
    let covariance = correlations.map(|r| FRAC_2_PI * r.asin());
    let [a, b, c, d, e, f] = covariance;
    fourth - a * f - b * e - c * d
}

/// The derivative of the mean product of four signs as all correlations are scaled by λ.
fn derivative(correlations: [f64; 6], scale: f64) -> f64 {
    let matrix = matrix(correlations, scale);
    let mut sum = 0.0;
    for ((pair, others), r) in PAIRS.into_iter().zip(correlations) {
        let given = Given::new(&matrix, pair);
        let rest = 1.0 - given.between() * given.between();
        sum += r * given.correlation(others).asin() / rest.sqrt();
    }
    FRAC_2_PI * FRAC_2_PI * sum
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
