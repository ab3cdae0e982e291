//! Averages over the data of pairs of spins.

use faer::Mat;

use super::RingFlow;
use super::matrix::{IDENTITY, Matrix, times, trace_of_product, turn};
use super::nodes::Nodes;

/// Products of two weights below this are left out; all of them together add up to less than 1e-13.
const NEGLIGIBLE: f64 = 1e-16;

/// `⟨v_i v_j sech² S⟩` of the input S = w·v, for all pairs of sites.
///
/// ```text
/// sech² x = ∫₀^∞ k cos(kx)/sinh(πk/2) dk,   ⟨v_i v_j cos kS⟩ = −∂²⟨cos kS⟩/∂(k w_i)∂(k w_j)
/// ```
///
/// with the products of transfer matrices of the positive phase, two of whose factors are differentiated: N² of them per wave number.
pub(in crate::dynamics) fn sech_squared_pairs(ring: &RingFlow, w: &[f64]) -> Mat<f64> {
    let nodes = Nodes::for_weights(ring, w);
    let mut pairs = Mat::zeros(w.len(), w.len());
    for node in 0..nodes.count {
        let k = nodes.wave_number(node);
        let weight = k * nodes.weight(node) / ring.closing;
        let sites: Vec<Matrix> = w.iter().map(|w| ring.site_matrix(k * w)).collect();
        add_pairs(&sites, weight, &mut pairs);
    }
    mirror(&mut pairs);
    pairs
}

/// `⟨v_i v_j tanh S tanh S′⟩` of the inputs S = w·v and S′ = w′·v of two units, for all pairs of sites.
///
/// ```text
/// tanh S tanh S′ = ∫₀^∞∫₀^∞ [cos(kS − k′S′) − cos(kS + k′S′)]/(2 sinh(πk/2) sinh(πk′/2)) dk dk′
/// ```
pub(in crate::dynamics) fn tanh_pairs(ring: &RingFlow, w: &[f64], other: &[f64]) -> Mat<f64> {
    let mut pairs = Mat::zeros(w.len(), w.len());
    for [k, other_k, weight] in tanh_products(ring, w, other) {
        for sign in [1.0, -1.0] {
            let angles = w.iter().zip(other).map(|(w, x)| k * w - sign * other_k * x);
            let sites: Vec<Matrix> = angles.map(|angle| ring.site_matrix(angle)).collect();
            add_pairs(&sites, sign * weight / ring.closing, &mut pairs);
        }
    }
    mirror(&mut pairs);
    pairs
}

/// k, k′ and half their weight in the integrals of tanh S and tanh S′, for all nodes that count.
pub(in crate::dynamics) fn tanh_products(
    ring: &RingFlow,
    w: &[f64],
    other: &[f64],
) -> impl Iterator<Item = [f64; 3]> {
    let [nodes, others] = [w, other].map(|w| Nodes::for_weights(ring, w));
    (0..nodes.count).flat_map(move |a| {
        let weight = 0.5 * nodes.weight(a);
        let b = (0..others.count).map(move |b| (b, weight * others.weight(b)));
        b.take_while(|(_, weight)| *weight > NEGLIGIBLE)
            .map(move |(b, weight)| [nodes.wave_number(a), others.wave_number(b), weight])
    })
}

/// The lower triangle from the upper one.
fn mirror(pairs: &mut Mat<f64>) {
    for i in 0..pairs.nrows() {
        for j in 0..i {
            pairs[(i, j)] = pairs[(j, i)];
        }
    }
}

/// Adds weight · `⟨v_i v_j cos kS⟩ (1 + t^N)` for i ≤ j.
fn add_pairs(sites: &[Matrix], weight: f64, pairs: &mut Mat<f64>) {
    let mut after = vec![IDENTITY];
    for site in sites.iter().rev() {
        after.push(times(site, &after[after.len() - 1]));
    }
    // after[j] is the product of site j and all behind it.
    after.reverse();
    let [[a, _], [_, d]] = after[0];
    let mut before = IDENTITY;
    for (i, site) in sites.iter().enumerate() {
        pairs[(i, i)] += weight * (a + d);
        let mut product = times(&turn(&before), site);
        for j in i + 1..sites.len() {
            pairs[(i, j)] -= weight * trace_of_product(&turn(&product), &after[j]);
            product = times(&product, &sites[j]);
        }
        before = times(&before, site);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn pairs_are_those_of_the_plain_sum() {
        for (n, beta, scale) in [
            (9_usize, 0.5, 0.6),
            (10, -0.8, 1.5),
            (11, 1.0, 0.2),
            (6, 0.3, 4.0),
        ] {
            let number = |i: usize| f64::from(u32::try_from(i * i % 11).unwrap()) / 11.0;
            let w: Vec<f64> = (0..n).map(|i| scale * (number(i) - 0.3)).collect();
            let (mut z, mut expected) = (0.0, Mat::<f64>::zeros(n, n));
            for state in 0..1_usize << n {
                let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
                let bonds: f64 = (0..n).map(|i| v[i] * v[(i + 1) % n]).sum();
                let weight = (beta * bonds).exp();
                let input: f64 = w.iter().zip(&v).map(|(w, v)| w * v).sum();
                let slope = input.cosh().powi(-2);
                z += weight;
                expected += Mat::from_fn(n, n, |i, j| weight * slope * v[i] * v[j]);
            }
            let found = sech_squared_pairs(&RingFlow::new(n, beta).unwrap(), &w);
            for (x, y) in found.col_iter().zip(expected.col_iter()) {
                for (x, y) in x.iter().zip(y.iter()) {
                    // The images of tanh are below 1e-13, those of its derivative below twice that; rounding adds up over nodes.
                    assert_abs_diff_eq!(*x, y / z, epsilon = 1e-12);
                }
            }
        }
    }
}
