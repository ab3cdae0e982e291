//! Averages of products over correlated Gaussians, by turning on all correlations together.
//!
//! Plackett's identity: the derivative of a Gaussian average with respect to the correlation of two variables is the average of its derivatives with respect to
//! these two. With all correlations scaled by λ, steps f of four variables have
//!
//! ```text
//! d/dλ ⟨f(z₁) f(z₂) f(z₃) f(z₄)⟩ = Σ_ab ρ_ab p(z_a = z_b = u; λρ_ab) ⟨f(z_c) f(z_d)⟩ given z_a = z_b = u,   p density times the squared height of the steps at u
//! ```
//!
//! # References
//! Plackett, Biometrika 41, 351 (1954).

use std::f64::consts::FRAC_PI_2;
use std::sync::LazyLock;

use crate::quadrature::gauss_legendre;

/// Pairs of four variables, in the order of the correlations, and the pair that is left.
pub(super) const PAIRS: [([usize; 2], [usize; 2]); 6] = [
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

/// `∫₀¹ f(λ) dλ`, where f may have roots 1/√(1 − λ²): λ = sin θ removes them. Forty points reach 1e-10 for the correlations of neighbouring sites.
pub(super) fn over_scales(mut f: impl FnMut(f64) -> f64) -> f64 {
    NODES
        .iter()
        .map(|&[sine, cosine, weight]| weight * cosine * f(sine))
        .sum()
}

/// Correlations of four variables.
pub(super) type Matrix = [[f64; 4]; 4];

/// The matrix of the correlations of the pairs 01, 02, 03, 12, 13, 23, scaled.
pub(super) fn matrix(correlations: [f64; 6], scale: f64) -> Matrix {
    let mut matrix = [[1.0; 4]; 4];
    for ([a, b], r) in PAIRS.map(|(pair, _)| pair).into_iter().zip(correlations) {
        matrix[a][b] = scale * r;
        matrix[b][a] = scale * r;
    }
    matrix
}

/// The law of other variables where two are given.
pub(super) struct Given<'a> {
    matrix: &'a Matrix,
    pair: [usize; 2],
}

impl<'a> Given<'a> {
    pub(super) fn new(matrix: &'a Matrix, pair: [usize; 2]) -> Self {
        Self { matrix, pair }
    }

    /// Correlation of the pair that is given.
    pub(super) fn between(&self) -> f64 {
        self.matrix[self.pair[0]][self.pair[1]]
    }

    /// Mean of a variable where both that are given are 1.
    pub(super) fn mean(&self, i: usize) -> f64 {
        let [a, b] = self.pair;
        (self.matrix[i][a] + self.matrix[i][b]) / (1.0 + self.between())
    }

    /// Variance of a variable, above 0.
    pub(super) fn variance(&self, i: usize) -> f64 {
        // Rounding where it is nearly a function of those given.
        (1.0 - self.explained(i, i)).max(f64::MIN_POSITIVE)
    }

    /// Correlation of two variables.
    pub(super) fn correlation(&self, [c, d]: [usize; 2]) -> f64 {
        let variances = (1.0 - self.explained(c, c)) * (1.0 - self.explained(d, d));
        let covariance = self.matrix[c][d] - self.explained(c, d);
        // Rounding where c or d is nearly a function of those given.
        let correlation = covariance / variances.max(f64::MIN_POSITIVE).sqrt();
        correlation.clamp(-1.0, 1.0)
    }

    /// What those given explain of the covariance of two variables.
    fn explained(&self, i: usize, j: usize) -> f64 {
        let (r, [a, b]) = (self.matrix, self.pair);
        let crossed = r[a][b] * (r[i][a] * r[j][b] + r[i][b] * r[j][a]);
        (r[i][a] * r[j][a] + r[i][b] * r[j][b] - crossed) / (1.0 - r[a][b] * r[a][b])
    }
}
