//! The joint motion of the units, and the noise along it.

use super::moments::{data_covariance, data_variance, machine_variance};
use super::shift::derivative;
use crate::dynamics::flow::Flow;
use crate::dynamics::ring_flow::RingFlow;
use crate::error::Result;
use crate::numerics::dot;

/// Noise of the gradient along the motion of a bump.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    /// |E|².
    pub(super) square: f64,
    /// `Var(Σ_μ e_μ·v tanh(w_μ·v))` over the data.
    pub(super) data: f64,
    /// The same over the machine, of one hidden unit.
    pub(super) machine: Option<f64>,
}

impl Noise {
    pub(super) fn new(ring: &RingFlow, w: &[f64]) -> Result<Self> {
        let e = motion(ring, w);
        let fields = || w.chunks(ring.units()).zip(e.chunks(ring.units()));
        let mut data = 0.0;
        for (a, (w, e)) in fields().enumerate() {
            data += data_variance(ring, w, e);
            for (x, f) in fields().take(a) {
                data += 2.0 * data_covariance(ring, [w, e], [x, f]);
            }
        }
        let is_one = w.len() == ring.units();
        Ok(Self {
            square: dot(&e, &e),
            data,
            machine: is_one.then(|| machine_variance(w, &e)).transpose()?,
        })
    }
}

/// The weights of each unit changed alike, one after another.
pub(super) fn moved(ring: &RingFlow, w: &[f64], change: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    w.chunks(ring.units()).flat_map(change).collect()
}

/// E: the change of all weights when all units move by a site, without its sign.
pub(super) fn motion(ring: &RingFlow, w: &[f64]) -> Vec<f64> {
    moved(ring, w, derivative)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_noise_of_all_units_is_that_of_the_plain_sums() {
        for (n, hidden, beta, scale) in [
            (9_usize, 2, 0.5, 0.6),
            (11, 3, 0.4, 0.9),
            (10, 2, -0.8, 1.2),
        ] {
            let number = |i: usize| f64::from(u32::try_from(i * i % 11).unwrap()) / 11.0;
            let random: Vec<f64> = (0..n * hidden).map(|i| scale * (number(i) - 0.3)).collect();
            let equal = random[..n].repeat(hidden);
            let ring = RingFlow::new(n, beta).unwrap();
            for w in [random, equal] {
                let e = motion(&ring, &w);
                let (mut z, mut first, mut second) = (0.0, 0.0, 0.0);
                for state in 0..1_usize << n {
                    let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
                    let along = |w: &[f64]| -> f64 { w.iter().zip(&v).map(|(w, v)| w * v).sum() };
                    let bonds: f64 = (0..n).map(|i| v[i] * v[(i + 1) % n]).sum();
                    let weight = (beta * bonds).exp();
                    let units = w.chunks(n).zip(e.chunks(n));
                    let value: f64 = units.map(|(w, e)| along(e) * along(w).tanh()).sum();
                    z += weight;
                    first += weight * value;
                    second += weight * value * value;
                }
                let noise = Noise::new(&ring, &w).unwrap();
                let expected = second / z - (first / z).powi(2);
                // Rounding of a sum over thousands of nodes of terms of order (Σ|e|)².
                assert_abs_diff_eq!(noise.data, expected, epsilon = 1e-10);
                assert!(noise.machine.is_none());
            }
        }
    }
}
