//! The landscape that a finite data set makes of the zero mode.

use std::f64::consts::FRAC_PI_2;

use crate::dynamics::flow::Flow;
use crate::dynamics::ring_flow::RingFlow;
use crate::dynamics::ring_flow::nodes::Nodes;
use crate::error::{Result, check, positive};

/// Wave numbers beyond this add 1e-9 to a covariance, whose terms are squares.
const CUTOFF: f64 = 12.0;

/// cos and sin of k w for one k, site by site.
type Phases = Vec<[f64; 2]>;

/// The log-likelihood of P samples along the zero mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Pinning {
    /// P.
    pub samples: f64,
    /// Covariance of the log-likelihoods at two places that are d = 0 to N/2 sites apart, nats². Its mean over the ring, which moves
    /// the whole landscape up or down, is taken out.
    pub covariance: Vec<f64>,
    /// Root mean square of the difference between two unrelated places, and the step of the lattice: nats.
    pub barrier: f64,
    /// The step of the lattice.
    lattice: f64,
}

impl Pinning {
    pub(super) fn new(samples: f64, covariance: Vec<f64>, lattice: f64) -> Self {
        Self {
            samples,
            barrier: (2.0 * covariance[0]).sqrt() + lattice,
            covariance,
            lattice,
        }
    }

    /// The landscape of another number of samples, from the same covariance.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless P ≥ 1.
    pub fn with_samples(&self, samples: f64) -> Result<Self> {
        checked_samples(samples)?;
        let ratio = self.samples / samples;
        let covariance = self.covariance.iter().map(|k| k * ratio).collect();
        Ok(Self::new(samples, covariance, self.lattice))
    }

    /// Variance of the log-likelihood along the ring, nats².
    pub fn variance(&self) -> f64 {
        self.covariance[0]
    }

    /// Number of samples at which trapping turns to diffusion: the barrier equals the temperature of the noise.
    ///
    /// ```text
    /// Δ₀ + √(2 σ²) = T,   σ² ∝ 1/P   ⇒   P = 2 P′σ²(P′)/(T − Δ₀)²
    /// ```
    ///
    /// where Δ₀ is the step of the lattice and T > 0 the temperature in nats. `None` where T ≤ Δ₀: the lattice alone traps.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless T is positive and finite.
    pub fn samples_diffusing(&self, temperature: f64) -> Result<Option<f64>> {
        let excess = positive("temperature", temperature)? - self.lattice;
        let samples = 2.0 * self.samples * self.variance() / (excess * excess);
        Ok((excess > 0.0).then_some(samples))
    }
}

pub(super) fn checked_samples(samples: f64) -> Result<f64> {
    check("samples", "at least 1", samples, |p| p >= 1.0)
}

/// Covariance over the data of L(v) and of L(v) moved by d sites, for d = 0 to N/2, where `L = Σ_μ ln cosh(w_μ·v)` of the fields of some
/// hidden units, one after another.
///
/// ```text
/// K(d) = Σ_μν ∫∫ [⟨cos kS cos k′S′⟩ − ⟨cos kS⟩⟨cos k′S′⟩] dk dk′/(k sinh(πk/2) k′ sinh(πk′/2))
/// 2 cos kS cos k′S′ = cos(kS + k′S′) + cos(kS − k′S′)
/// ```
pub(super) fn covariance(ring: &RingFlow, w: &[f64]) -> Vec<f64> {
    let fields = w.chunks(ring.units());
    let all: Vec<(f64, Phases)> = fields.flat_map(|field| waves(ring, field)).collect();
    let rest = vec![[1.0, 0.0]; ring.units()];
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
    (0..=ring.units() / 2).map(pairs).collect()
}

/// dk/(k sinh(πk/2)) and the phases of one field, for every k.
fn waves(ring: &RingFlow, w: &[f64]) -> Vec<(f64, Phases)> {
    let nodes = Nodes::for_weights(ring, w).refined(1.0, CUTOFF);
    let wave = |node: usize| {
        let k = nodes.wave_number(node);
        let weight = nodes.step / (k * (FRAC_PI_2 * k).sinh());
        let phase = |w: &f64| {
            let (sin, cos) = (k * w).sin_cos();
            [cos, sin]
        };
        (weight, w.iter().map(phase).collect())
    };
    (0..nodes.count).map(wave).collect()
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
        for (n, hidden, beta) in [(9_usize, 1, 0.5), (10, 1, -0.4), (8, 2, 0.5), (7, 3, 0.3)] {
            let number = |i: usize| f64::from(u32::try_from(i).unwrap());
            let bump = |m: usize| {
                let height = 0.9 - 0.2 * number(m);
                (0..n).map(move |i| height * (-0.3 * (number(i) - 3.0 * number(m)).powi(2)).exp())
            };
            let w: Vec<f64> = (0..hidden).flat_map(bump).collect();
            let found = covariance(&RingFlow::new(n, beta).unwrap(), &w);
            let mut states = Vec::new();
            for state in 0..1_usize << n {
                let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
                let energy: f64 = (0..n).map(|i| beta * v[i] * v[(i + 1) % n]).sum();
                let value = |shift: usize| {
                    let input =
                        |w: &[f64]| -> f64 { (0..n).map(|i| w[(i + n - shift) % n] * v[i]).sum() };
                    w.chunks(n).map(|w| input(w).cosh().ln()).sum::<f64>()
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
