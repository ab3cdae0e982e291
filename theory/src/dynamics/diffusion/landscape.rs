//! The landscape that a finite data set makes of the zero mode.

use std::f64::consts::FRAC_PI_2;

use crate::dynamics::ring_flow::RingFlow;
use crate::dynamics::ring_flow::nodes::Nodes;

/// Wave numbers beyond this add 1e-9 to a covariance, whose terms are squares.
const CUTOFF: f64 = 12.0;

/// cos and sin of k w for one k, site by site.
type Phases = Vec<[f64; 2]>;

/// Covariance over the data of ln cosh(w·v) and ln cosh(w′·v), w′ being w moved by d sites, for d = 0 to N/2.
///
/// ```text
/// K(d) = ∫∫ [⟨cos kS cos k′S′⟩ − ⟨cos kS⟩⟨cos k′S′⟩] dk dk′/(k sinh(πk/2) k′ sinh(πk′/2))
/// 2 cos kS cos k′S′ = cos(kS + k′S′) + cos(kS − k′S′)
/// ```
pub(super) fn covariance(ring: &RingFlow, w: &[f64]) -> Vec<f64> {
    let nodes = Nodes::for_weights(ring, w).refined(1.0, CUTOFF);
    let all: Vec<(f64, Phases)> = (0..nodes.count)
        .map(|node| {
            let k = nodes.wave_number(node);
            let weight = nodes.step / (k * (FRAC_PI_2 * k).sinh());
            let phase = |w: &f64| {
                let (sin, cos) = (k * w).sin_cos();
                [cos, sin]
            };
            (weight, w.iter().map(phase).collect())
        })
        .collect();
    let rest = vec![[1.0, 0.0]; w.len()];
    let alone = all
        .iter()
        .map(|(weight, phases)| weight * wave(ring, phases, &rest, 0));
    let square = alone.sum::<f64>().powi(2);
    let pairs = |shift: usize| {
        let mut sum = 0.0;
        for (weight, phases) in &all {
            for (other_weight, other) in &all {
                sum += weight * other_weight * wave(ring, phases, other, shift);
            }
        }
        sum - square
    };
    (0..=w.len() / 2).map(pairs).collect()
}

/// ⟨cos kS cos k′S′⟩ from two products of transfer matrices.
fn wave(ring: &RingFlow, phases: &[[f64; 2]], other: &[[f64; 2]], shift: usize) -> f64 {
    let t = ring.correlation();
    let (mut sum, mut difference) = ([1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]);
    let (tail, head) = other.split_at(other.len() - shift);
    for ([c, s], [d, r]) in phases.iter().zip(head.iter().chain(tail)) {
        let (cc, ss, sc, cs) = (c * d, s * r, s * d, c * r);
        times_rotation(&mut sum, cc - ss, sc + cs, t);
        times_rotation(&mut difference, cc + ss, sc - cs, t);
    }
    0.5 * (sum[0] + sum[3] + difference[0] + difference[3]) / ring.closing()
}

/// P R diag(1, t) for P = [[a, b], [c, d]].
#[inline]
fn times_rotation(p: &mut [f64; 4], cos: f64, sin: f64, t: f64) {
    let [a, b, c, d] = *p;
    *p = [
        a * cos + b * sin,
        t * (b * cos - a * sin),
        c * cos + d * sin,
        t * (d * cos - c * sin),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_covariance_is_that_of_the_plain_sums() {
        for (n, beta) in [(9_usize, 0.5), (10, -0.4)] {
            let w: Vec<f64> = (0..n)
                .map(|i| 0.9 * (-0.3 * (f64::from(u32::try_from(i).unwrap()) - 3.0).powi(2)).exp())
                .collect();
            let found = covariance(&RingFlow::new(n, beta).unwrap(), &w);
            let mut states = Vec::new();
            for state in 0..1_usize << n {
                let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
                let energy: f64 = (0..n).map(|i| beta * v[i] * v[(i + 1) % n]).sum();
                let value = |shift: usize| {
                    let input: f64 = (0..n).map(|i| w[(i + n - shift) % n] * v[i]).sum();
                    input.cosh().ln()
                };
                states.push((energy.exp(), (0..=n / 2).map(value).collect::<Vec<f64>>()));
            }
            let z: f64 = states.iter().map(|s| s.0).sum();
            let mean = |f: &dyn Fn(&[f64]) -> f64| -> f64 {
                states.iter().map(|(p, values)| p / z * f(values)).sum()
            };
            for (shift, k) in found.iter().enumerate() {
                let expected = mean(&|v| v[0] * v[shift]) - mean(&|v| v[0]) * mean(&|v| v[shift]);
                // What the cut-off leaves.
                assert_abs_diff_eq!(*k, expected, epsilon = 1e-8);
            }
        }
    }
}
