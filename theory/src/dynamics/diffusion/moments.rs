//! The noise of the gradient along one direction.

use std::f64::consts::FRAC_PI_2;

use crate::dynamics::ring_flow::matrix::{IDENTITY, Matrix, times, turn};
use crate::dynamics::ring_flow::nodes::Nodes;
use crate::dynamics::ring_flow::{RingFlow, positive_phase, tanh_products};
use crate::error::Result;
use crate::numerics::dot;

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
    let mean = mean_along(ring, w, e);
    whole - rest - mean * mean
}

/// Covariance of e·v tanh(w·v) and f·v tanh(x·v) over the data, for the weights w and x of two hidden units.
///
/// ```text
/// ⟨(e·v)(f·v) tanh S tanh S′⟩ = ∫∫ ⟨(e·v)(f·v) [cos(kS − k′S′) − cos(kS + k′S′)]⟩ dk dk′/(2 sinh(πk/2) sinh(πk′/2))
/// ```
pub(super) fn data_covariance(ring: &RingFlow, [w, e]: [&[f64]; 2], [x, f]: [&[f64]; 2]) -> f64 {
    let term = |[k, other_k, weight]: [f64; 3]| {
        let cosine = |sign: f64| {
            let angles = w.iter().zip(x).map(|(w, x)| k * w + sign * other_k * x);
            cosine_along(ring, angles, e, f)
        };
        weight * (cosine(-1.0) - cosine(1.0))
    };
    let product = tanh_products(ring, w, x).map(term).sum::<f64>() / ring.closing();
    product - mean_along(ring, w, e) * mean_along(ring, x, f)
}

/// ⟨e·v tanh(w·v)⟩ over the data.
fn mean_along(ring: &RingFlow, w: &[f64], e: &[f64]) -> f64 {
    let mut means = vec![0.0; w.len()];
    positive_phase(ring, w, &mut means);
    dot(&means, e)
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

/// ∫ profile(k) ⟨(e·v)² cos(k w·v)⟩ dk.
fn square_along(
    ring: &RingFlow,
    w: &[f64],
    e: &[f64],
    nodes: Nodes,
    profile: impl Fn(f64) -> f64,
) -> f64 {
    let term = |node: usize| {
        let k = nodes.wave_number(node);
        nodes.step * profile(k) * cosine_along(ring, w.iter().map(|w| k * w), e, e)
    };
    (0..nodes.count).map(term).sum::<f64>() / ring.closing()
}

/// ⟨(e·v)(f·v) cos(θ·v)⟩ (1 + t^N), from the product of transfer matrices and its derivatives along e and f.
fn cosine_along(ring: &RingFlow, angles: impl Iterator<Item = f64>, e: &[f64], f: &[f64]) -> f64 {
    let none = [[0.0; 2]; 2];
    let (mut p, mut along_e, mut along_f, mut both) = (IDENTITY, none, none, none);
    for ((angle, e), f) in angles.zip(e).zip(f) {
        let site = ring.site_matrix(angle);
        let [turned, e_turned, f_turned] = [&p, &along_e, &along_f].map(turn);
        // The derivatives of R(θ + s e + u f) along s, u and both are e J R, f J R and −e f R.
        let once = sum(&both, *e, &f_turned, *f, &e_turned);
        both = times(&sum(&once, -e * f, &p, 0.0, &p), &site);
        along_e = times(&sum(&along_e, *e, &turned, 0.0, &p), &site);
        along_f = times(&sum(&along_f, *f, &turned, 0.0, &p), &site);
        p = times(&p, &site);
    }
    -(both[0][0] + both[1][1])
}

fn sum(a: &Matrix, x: f64, b: &Matrix, y: f64, c: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][j] + x * b[i][j] + y * c[i][j]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::ring_flow::tanh_pairs;
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
    fn the_covariance_of_two_units_is_that_of_the_plain_sums() {
        for (n, beta, scale) in [(9_usize, 0.5, 0.6), (10, -0.8, 1.2), (8, 0.3, 2.5)] {
            let number = |i: usize| f64::from(u32::try_from(i * i % 11).unwrap()) / 11.0;
            let field = |a: usize| -> Vec<f64> {
                (0..n).map(|i| scale * (number(a * i + 1) - 0.4)).collect()
            };
            let [w, x, e, f] = [1, 2, 3, 4].map(field);
            let ring = RingFlow::new(n, beta).unwrap();
            let plus: Vec<f64> = e.iter().zip(&f).map(|(e, f)| e + f).collect();
            let bonds = |v: &[f64]| (0..n).map(|i| beta * v[i] * v[(i + 1) % n]).sum();
            let (mut z, mut product, mut means) = (0.0, 0.0, [0.0; 2]);
            let mut matrix = faer::Mat::<f64>::zeros(n, n);
            for state in 0..1_usize << n {
                let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
                let along = |w: &[f64]| -> f64 { w.iter().zip(&v).map(|(w, v)| w * v).sum() };
                let weight = f64::exp(bonds(&v));
                let values = [along(&e) * along(&w).tanh(), along(&f) * along(&x).tanh()];
                z += weight;
                product += weight * values[0] * values[1];
                means = [means[0] + weight * values[0], means[1] + weight * values[1]];
                let both = weight * along(&w).tanh() * along(&x).tanh();
                matrix += faer::Mat::from_fn(n, n, |i, j| both * v[i] * v[j]);
            }
            let expected = product / z - means[0] * means[1] / (z * z);
            // Rounding of a sum over thousands of nodes of terms of order Σ|e| Σ|f|.
            let found = data_covariance(&ring, [&w, &e], [&x, &f]);
            assert_abs_diff_eq!(found, expected, epsilon = 1e-10);
            let pairs = tanh_pairs(&ring, &w, &x);
            assert!((pairs - matrix * faer::Scale(1.0 / z)).norm_max() < 1e-11);
            // Twice the same unit: the covariance is bilinear.
            let same = |e: &[f64]| data_covariance(&ring, [&w, e], [&w, e]);
            let mixed = data_covariance(&ring, [&w, &e], [&w, &f]);
            assert_abs_diff_eq!(same(&e), data_variance(&ring, &w, &e), epsilon = 1e-10);
            assert_abs_diff_eq!(
                same(&plus),
                same(&e) + same(&f) + 2.0 * mixed,
                epsilon = 1e-10
            );
        }
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
