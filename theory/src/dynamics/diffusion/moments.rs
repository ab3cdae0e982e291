//! The noise of the gradient along one direction.

use std::f64::consts::FRAC_PI_2;

use crate::dynamics::ring_flow::matrix::{IDENTITY, Matrix, times, turn};
use crate::dynamics::ring_flow::nodes::Nodes;
use crate::dynamics::ring_flow::{RingFlow, positive_phase};
use crate::error::Result;

/// Beyond this wave number 1/cosh(πk/2) is below 6e-14.
const CUTOFF: f64 = 19.5;

/// Variance of e·v tanh(w·v) over the data.
///
/// ```text
/// ⟨(e·v)² tanh²(w·v)⟩ = eᵀCe − ∫₀^∞ k/sinh(πk/2) ⟨(e·v)² cos(k w·v)⟩ dk
/// ⟨(e·v)² cos(k w·v)⟩ = −∂²/∂s² ⟨cos((k w + s e)·v)⟩ at s = 0
/// ```
pub(super) fn data_variance(ring: &RingFlow, w: &[f64], e: &[f64]) -> f64 {
    let nodes = Nodes::for_weights(ring, w);
    let sech_squared = |k: f64| k / (FRAC_PI_2 * k).sinh();
    let whole = quadratic_form(ring, e);
    let rest = square_along(ring, w, e, nodes, sech_squared);
    let mut means = vec![0.0; w.len()];
    positive_phase(ring, w, &mut means);
    let mean: f64 = means.iter().zip(e).map(|(m, e)| m * e).sum();
    whole - rest - mean * mean
}

/// Variance of e·v tanh(w·v) over the machine of one hidden unit, whose law is `p(v) ∝ cosh(w·v)`.
///
/// ```text
/// ⟨f⟩ = ⟨f cosh(w·v)⟩_0 / Π cosh w_i,   cosh sech² = sech,   sech x = ∫₀^∞ cos(kx)/cosh(πk/2) dk
/// ```
///
/// over independent spins. One step of block Gibbs sampling forgets everything but h, on whose sign e·v tanh(w·v) does not
/// depend: in a chain its values are independent.
///
/// # Errors
/// [`crate::Error::OutOfDomain`] on rings that are too short.
pub(super) fn machine_variance(w: &[f64], e: &[f64]) -> Result<f64> {
    let free = RingFlow::new(w.len(), 0.0)?;
    // The images of sech fall half as fast as those of sech².
    let nodes = Nodes::for_weights(&free, w).refined(2.0, CUTOFF);
    let sech = |k: f64| 1.0 / (FRAC_PI_2 * k).cosh();
    let normalisation: f64 = w.iter().map(|w| w.cosh()).product();
    let rest = square_along(&free, w, e, nodes, sech) / normalisation;
    let terms = w.iter().zip(e);
    let scatter: f64 = terms.map(|(w, e)| (e / w.cosh()).powi(2)).sum();
    // (e·m)² of the mean m = tanh w appears in ⟨(e·v)²⟩ and in the square of the mean.
    Ok(scatter - rest)
}

/// eᵀCe of the data, by its definition.
fn quadratic_form(ring: &RingFlow, e: &[f64]) -> f64 {
    let n = e.len();
    let lag = |d: usize| -> f64 { (0..n).map(|i| e[i] * e[(i + d) % n]).sum() };
    let correlations = ring.correlations();
    correlations
        .iter()
        .enumerate()
        .map(|(d, c)| c * lag(d))
        .sum()
}

/// ∫ profile(k) ⟨(e·v)² cos(k w·v)⟩ dk, from the product of transfer matrices and its first two derivatives along e.
fn square_along(
    ring: &RingFlow,
    w: &[f64],
    e: &[f64],
    nodes: Nodes,
    profile: impl Fn(f64) -> f64,
) -> f64 {
    let term = |node: usize| {
        let k = nodes.wave_number(node);
        let (mut p, mut first, mut second) = (IDENTITY, [[0.0; 2]; 2], [[0.0; 2]; 2]);
        for (w, e) in w.iter().zip(e) {
            let site = ring.site_matrix(k * w);
            let [turned, first_turned] = [turn(&p), turn(&first)];
            // The derivatives of R(θ + s e) are e J R and −e² R.
            second = times(&sum(&second, 2.0 * e, &first_turned, -e * e, &p), &site);
            first = times(&sum(&first, *e, &turned, 0.0, &p), &site);
            p = times(&p, &site);
        }
        -nodes.step * profile(k) * (second[0][0] + second[1][1])
    };
    (0..nodes.count).map(term).sum::<f64>() / ring.closing()
}

fn sum(a: &Matrix, x: f64, b: &Matrix, y: f64, c: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][j] + x * b[i][j] + y * c[i][j]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// Variance of e·v tanh(w·v) with the given logarithmic weights of the states, by plain sums.
    fn enumerated(w: &[f64], e: &[f64], log_weight: impl Fn(&[f64]) -> f64) -> f64 {
        let n = w.len();
        let (mut z, mut first, mut second) = (0.0, 0.0, 0.0);
        for state in 0..1_usize << n {
            let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
            let along = |w: &[f64]| -> f64 { w.iter().zip(&v).map(|(w, v)| w * v).sum() };
            let weight = log_weight(&v).exp();
            let value = along(e) * along(w).tanh();
            z += weight;
            first += weight * value;
            second += weight * value * value;
        }
        second / z - (first / z).powi(2)
    }

    #[test]
    fn variances_over_data_and_machine_are_those_of_the_plain_sums() {
        for (n, beta, scale) in [
            (9, 0.5, 0.6),
            (10, -0.8, 1.5),
            (12, 1.0, 0.2),
            (7, 0.3, 3.0),
        ] {
            let number = |i: usize| f64::from(u32::try_from(i * i % 11).unwrap()) / 11.0;
            let w: Vec<f64> = (0..n).map(|i| scale * (number(i) - 0.3)).collect();
            let e: Vec<f64> = (0..n).map(|i| number(3 * i + 1) - 0.5).collect();
            let ring = RingFlow::new(n, beta).unwrap();
            let data = enumerated(&w, &e, |v| {
                (0..n).map(|i| beta * v[i] * v[(i + 1) % n]).sum()
            });
            let machine = enumerated(&w, &e, |v| {
                let input: f64 = w.iter().zip(v).map(|(w, v)| w * v).sum();
                input.cosh().ln()
            });
            // Rounding of a sum over some hundred nodes of terms of order (Σ e)².
            assert_abs_diff_eq!(data_variance(&ring, &w, &e), data, epsilon = 1e-11);
            assert_abs_diff_eq!(machine_variance(&w, &e).unwrap(), machine, epsilon = 1e-11);
        }
    }
}
