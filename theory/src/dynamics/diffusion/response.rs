//! How far P samples leave a machine from what infinitely many would teach it.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use crate::dynamics::ring_flow::{RingFlow, sech_squared_pairs};
use crate::error::{Error, Result};
use crate::numerics::count;

/// What a place cell learns from P ≫ 1 samples, to the order 1/P: neither number is a threshold.
///
/// ```text
/// overlap² = 1 − A/P,   A = (tr X − wᵀXw/|w|²)/|w|²,   X = B⁻¹ Σ B⁻¹
/// test = L − C/P,   C = tr(B⁻¹ Σ)/2
/// ```
///
/// with L the log-likelihood of the place cell w that infinitely many samples teach, B minus its Hessian there and Σ the covariance of the
/// gradient of one sample, both without the direction in which the bump moves; the overlap is that with the place cell at the same place on
/// the ring. The training log-likelihood has no such expansion: among all places the samples choose the best one, which adds to it the
/// largest of a landscape of height P^(−1/2) ([`Pinning`](super::Pinning)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearResponse {
    /// Log-likelihood L of the place cell per sample, in nats, relative to the uniform law.
    pub log_likelihood: f64,
    /// Coefficient A of 1 − overlap² in 1/P, in samples.
    pub overlap_coefficient: f64,
    /// Coefficient C of the loss of test log-likelihood in 1/P, in nats times samples.
    pub test_coefficient: f64,
}

impl LinearResponse {
    /// The response of a maximum `w` of log-likelihood L whose motion along the ring is `e`.
    ///
    /// ```text
    /// δw = B⁻¹ g,   ⟨g gᵀ⟩ = Σ/P,   ⟨L(w + δw)⟩ = L − ⟨δwᵀ B δw⟩/2
    /// B = −H = diag(sech² w_i) − ⟨v vᵀ sech²(w·v)⟩,   Σ = ⟨v vᵀ tanh²(w·v)⟩ − m mᵀ,   m_i = tanh w_i
    /// ```
    ///
    /// in the directions orthogonal to e.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless B is positive in them.
    pub(super) fn new(ring: &RingFlow, w: &[f64], e: &[f64], log_likelihood: f64) -> Result<Self> {
        let n = w.len();
        let pairs = sech_squared_pairs(ring, w);
        let mean: Vec<f64> = w.iter().map(|w| w.tanh()).collect();
        let identity = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
        let stiffness = Mat::from_fn(n, n, |i, j| {
            identity(i, j) * (1.0 - mean[i] * mean[j]) - pairs[(i, j)]
        });
        let noise = noise_within(ring, &pairs, &mean);
        let along = |x: &[f64], i: usize, j: usize| x[i] * x[j] / square(x);
        let still = Mat::from_fn(n, n, |i, j| identity(i, j) - along(e, i, j));
        // A stiffness of 1 along e, where there is no noise left.
        let held = &still * stiffness * &still + Mat::from_fn(n, n, |i, j| along(e, i, j));
        let factors = held.llt(Side::Lower).map_err(|_| Error::OutOfDomain {
            name: "units",
            domain: "enough for the place cell to be a maximum",
            value: count(n),
        })?;
        let half = factors.solve(&still * noise * &still);
        let scatter = factors.solve(half.transpose());
        let turned: f64 = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .map(|(i, j)| (identity(i, j) - along(w, i, j)) * scatter[(i, j)])
            .sum();
        Ok(Self {
            log_likelihood,
            overlap_coefficient: turned / square(w),
            test_coefficient: 0.5 * (0..n).map(|i| half[(i, i)]).sum::<f64>(),
        })
    }

    /// Squared overlap 1 − A/P after learning from P samples.
    pub fn overlap_squared(&self, samples: f64) -> f64 {
        1.0 - self.overlap_coefficient / samples
    }

    /// Log-likelihood L − C/P per fresh sample after learning from P samples, in nats.
    pub fn test_log_likelihood(&self, samples: f64) -> f64 {
        self.log_likelihood - self.test_coefficient / samples
    }
}

/// `⟨v_i v_j tanh² S⟩ − m_i m_j`, the covariance of the gradient in the weights of one unit, from `⟨v_i v_j sech² S⟩` and
/// `m_i = ⟨v_i tanh S⟩`.
pub(super) fn noise_within(ring: &RingFlow, pairs: &Mat<f64>, mean: &[f64]) -> Mat<f64> {
    let correlations = ring.correlations();
    Mat::from_fn(mean.len(), mean.len(), |i, j| {
        correlations[i.abs_diff(j)] - pairs[(i, j)] - mean[i] * mean[j]
    })
}

fn square(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}
