//! How far P samples leave a machine from what infinitely many would teach it.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use crate::dynamics::ring_flow::{RingFlow, sech_squared_pairs};
use crate::error::{Error, Result};
use crate::numerics::count;

/// `P_c` in overlap² = 1 − `P_c`/P, for the weights `w` of a maximum whose motion along the ring is `e`.
///
/// ```text
/// δw = B⁻¹ g,   ⟨g gᵀ⟩ = Σ/P,   P_c = (tr X − wᵀXw/|w|²)/|w|²,   X = B⁻¹ Σ B⁻¹
/// B = −H = diag(sech² w_i) − ⟨v vᵀ sech²(w·v)⟩,   Σ = ⟨v vᵀ tanh²(w·v)⟩ − m mᵀ,   m_i = tanh w_i
/// ```
///
/// in the directions orthogonal to e.
///
/// # Errors
/// [`Error::OutOfDomain`] unless B is positive in them.
pub(super) fn critical_samples(ring: &RingFlow, w: &[f64], e: &[f64]) -> Result<f64> {
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
    Ok(turned / square(w))
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
