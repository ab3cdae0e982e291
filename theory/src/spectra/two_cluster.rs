//! Two clusters of spins around opposite patterns.

use std::sync::Arc;

use super::{Atoms, Population};
use crate::error::{Result, check};
use crate::numerics::count;

impl Population {
    /// Spins drawn by an RBM with one spin hidden unit, `p(v) ∝ cosh(b ξ·v/√N)` with `ξ_i = ±1`.
    ///
    /// Given the hidden unit the spins are independent with mean `±ξ_i tanh(b/√N)`, so that
    ///
    /// ```text
    /// along ξ:  λ = 1 + (N−1) tanh²(b/√N) → 1 + b²,   across (N−1 times):  λ = 1 − tanh²(b/√N) → 1
    /// ```
    ///
    /// where `signal` is b ≥ 0 and the limits are those of infinite N, used when `units` is `None` (own, elementary).
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if `signal` is negative or above 10⁷⁰, whose critical sample size b⁻⁴ is no ordinary number, or `units` is 0.
    pub fn two_cluster(units: Option<usize>, signal: f64) -> Result<Self> {
        check("signal", "between 0 and 1e70", signal, |b| {
            (0.0..=1e70).contains(&b)
        })?;
        let Some(units) = units else {
            let few = vec![(1.0 + signal * signal, 1)];
            return Ok(Self::infinite(Arc::new(Atoms::uniform(&[1.0])?), 1.0, few));
        };
        let n = count(units.max(1));
        let mean = (signal / n.sqrt()).tanh();
        let squared = mean * mean;
        let groups = [
            (1.0 + (n - 1.0) * squared, 1),
            (1.0 - squared, units.saturating_sub(1)),
        ];
        Self::finite(units, &groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn eigenvalues_are_those_of_the_enumerated_covariance() {
        let (n, b) = (6, 0.9);
        let mut norm = 0.0;
        let mut along = 0.0;
        let mut difference = 0.0;
        for state in 0..1_u32 << n {
            let spin = |i: u32| if state >> i & 1 == 1 { 1.0 } else { -1.0 };
            let total: f64 = (0..n).map(spin).sum();
            let weight = (b * total / f64::from(n).sqrt()).cosh();
            norm += weight;
            along += weight * total * total / f64::from(n);
            difference += weight * (spin(0) - spin(1)).powi(2) / 2.0;
        }
        let population = Population::two_cluster(Some(6), b).unwrap();
        assert_relative_eq!(
            population.modes()[0].eigenvalue,
            along / norm,
            max_relative = 1e-13
        );
        assert_relative_eq!(
            population.modes()[1].eigenvalue,
            difference / norm,
            max_relative = 1e-13
        );
    }
}
