//! Whether a state would take up a further mode, or drop one: its stability in the space of the magnetizations.

use faer::{Mat, Side};

use super::Ensemble;
use super::layer::Response;

/// How far below zero, in units of the largest, rounding may put an eigenvalue of R: saturated modes answer no field.
const ROUNDING: f64 = 1e-12;

impl Ensemble {
    /// The square of the largest eigenvalue of a round of disturbed magnetizations through both layers; `None` where the state is none.
    ///
    /// ```text
    /// Λ = [largest eigenvalue of R K]²,   R = [[A − 2σ⁴ε̄ k kᵀ/D, −2σ²√κ k k̄ᵀ/D], [−2σ²√κ k̄ kᵀ/D, κ (B − 2σ⁴ε k̄ k̄ᵀ/D)]]
    /// A_ab = E u_a u_b sech² H,   k_a = E u_a tanh H sech² H,   ε = E[3 sech⁴ H − 2 sech² H],   D = 1 − σ⁴ ε ε̄
    /// K = [[0, w/√κ], [w/√κ, 0]],   w diagonal;   B, k̄, ε̄ the same of the hidden layer
    /// ```
    ///
    /// R is how the magnetizations `(m, κ m̄)` follow fields on the modes, the overlaps following too, and K are the fields that they
    /// make. Their susceptibility is `(R⁻¹ − K)⁻¹`, N times a covariance in a stable state: positive iff the largest eigenvalue of
    /// R K is below 1, which is Λ < 1. R is symmetric and positive, so that all eigenvalues of R K are real. Without noise
    /// R is diag(A, κB) and Λ the largest eigenvalue of A w B w.
    ///
    /// A mode that is not recalled is disturbed by itself, since q and the other modes are even in its sign: its part of Λ is
    /// `w_a² (1 − q)(1 − q̄)`, for every law.
    pub(super) fn at_mixing(&self, set: &[usize], layers: &[Response; 2]) -> Option<f64> {
        let idle = (0..self.modes.len()).filter(|a| !set.contains(a));
        let strongest = idle.map(|a| self.modes[a].0).fold(0.0, f64::max);
        let taken_up = strongest * strongest * layers[0].sech2 * layers[1].sech2;
        Some(taken_up.max(self.recalled_mixing(set, layers)?))
    }

    /// The part of the recalled modes; `None` where R is not positive.
    fn recalled_mixing(&self, set: &[usize], layers: &[Response; 2]) -> Option<f64> {
        if set.is_empty() {
            return Some(0.0);
        }
        let root = square_root(&self.response_to_modes(layers))?;
        let count = set.len();
        let fields = Mat::from_fn(2 * count, 2 * count, |i, j| {
            if i.abs_diff(j) == count {
                self.modes[set[i % count]].0 / self.aspect.sqrt()
            } else {
                0.0
            }
        });
        let round = root.transpose() * fields * &root;
        let eigenvalues = round.self_adjoint_eigenvalues(Side::Lower).ok()?;
        let squared = eigenvalues.last().map(|largest| largest * largest);
        squared.filter(|square| square.is_finite())
    }

    /// R of the recalled modes.
    fn response_to_modes(&self, [visible, hidden]: &[Response; 2]) -> Mat<f64> {
        let count = visible.order.len() - 1;
        let (v, h) = (&visible.slopes, &hidden.slopes);
        let (variance, root) = (self.noise * self.noise, self.aspect.sqrt());
        let fourth = variance * variance;
        let gain = 2.0 / (1.0 - fourth * v[(0, 0)] * h[(0, 0)]);
        // Rows and columns of `slopes` from 1 on are modes; −k is the answer of a magnetization to the variance of the field.
        let own = |slopes: &Mat<f64>, other: &Mat<f64>, a: usize, b: usize| {
            let through_overlaps = slopes[(1 + a, 0)] * slopes[(1 + b, 0)];
            slopes[(1 + a, 1 + b)] - gain * fourth * other[(0, 0)] * through_overlaps
        };
        Mat::from_fn(2 * count, 2 * count, |i, j| {
            let (a, b) = (i % count, j % count);
            match (i < count, j < count) {
                (true, true) => own(v, h, a, b),
                (false, false) => self.aspect * own(h, v, a, b),
                (true, false) => -gain * variance * root * v[(1 + a, 0)] * h[(1 + b, 0)],
                (false, true) => -gain * variance * root * h[(1 + a, 0)] * v[(1 + b, 0)],
            }
        })
    }
}

/// L with R = L Lᵀ; `None` where R has a negative eigenvalue.
fn square_root(response: &Mat<f64>) -> Option<Mat<f64>> {
    let parts = response.self_adjoint_eigen(Side::Lower).ok()?;
    let values: Vec<f64> = parts.S().column_vector().iter().copied().collect();
    let least = -ROUNDING * values.last()?.abs();
    let is_positive = values.iter().all(|value| *value >= least);
    let vectors = parts.U();
    let scaled = |i: usize, j: usize| vectors[(i, j)] * values[j].max(0.0).sqrt();
    is_positive.then(|| Mat::from_fn(values.len(), values.len(), scaled))
}
