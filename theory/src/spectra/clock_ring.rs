//! The discrete XY model (clock model) on a ring, with one-hot units.

use super::{Band, PoissonBands, Population, check_ring};
use crate::error::{Error, Result, check};
use crate::numerics::count;

/// Relative eigenvalues `t_m = L_m/L_0` of the clock model's transfer matrix, m = 0..p−1.
///
/// ```text
/// L_m = Σ_{a=0}^{p−1} exp(β cos(2πa/p)) cos(2πam/p)
/// ```
///
/// where `states` is p ≥ 2 and `beta` any finite coupling; `t_m = t_{p−m}` exactly, and `|t_m| ≤ 1`.
///
/// # Errors
/// [`Error::OutOfDomain`] if `states` is below 2 or `beta` is not finite.
pub fn transfer_eigenvalues(states: usize, beta: f64) -> Result<Vec<f64>> {
    check("beta", "finite", beta, |_| true)?;
    if states < 2 {
        let value = count(states);
        return Err(Error::OutOfDomain {
            name: "states",
            domain: "at least 2",
            value,
        });
    }
    let angle = |a: usize| std::f64::consts::TAU * count(a % states) / count(states);
    // exp(β(cos − 1)) for β > 0 and exp(β(cos + 1)) for β < 0 stay below 1 at any β.
    let weight = |a: usize| (beta * angle(a).cos() - beta.abs()).exp();
    let eigenvalue =
        |m: usize| -> f64 { (0..states).map(|a| weight(a) * angle(a * m).cos()).sum() };
    let half: Vec<f64> = (0..=states / 2).map(eigenvalue).collect();
    Ok((0..states)
        .map(|m| half[m.min(states - m)] / half[0])
        .collect())
}

impl Population {
    /// Clock spins on a ring, `p(a) ∝ exp(β Σ_i cos(2π(a_i − a_{i+1})/p))`, as one-hot units standardised to unit variance.
    ///
    /// With `t_m` of [`transfer_eigenvalues`] and `Z = Σ_n t_nᴺ`, the eigenvalue at angular number m = 1..p−1 and wave number q is
    ///
    /// ```text
    /// λ(m, q) = p/(p−1) Σ_d cos(qd) Σ_n t_n^{N−d} t_{n+m}^d / Z
    ///         → p/(p−1) (1−t_m²)/(1+t_m²−2t_m cos q)   for N → ∞
    /// ```
    ///
    /// and the N directions in which a site's units sum to a constant are null. There are `states` variables per unit. The
    /// modes (±m, ±q) are degenerate: the leading one is two-fold, uniform in space and cos and sin in angle.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if `states` is below 2, `units` below 3 or with more than 2²⁵ variables, or `beta` not finite; for an infinite ring also if
    /// a correlation reaches 1 in double precision.
    ///
    /// # References
    /// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020); finite ring: own, all transfer-matrix eigenvalues.
    pub fn clock_ring(units: Option<usize>, states: usize, beta: f64) -> Result<Self> {
        let transfer = transfer_eigenvalues(states, beta)?;
        let p = count(states);
        let scale = p / (p - 1.0);
        let Some(units) = units else {
            let bands = (1..states)
                .map(|m| Band {
                    correlation: transfer[m],
                    scale,
                    weight: 1.0 / p,
                })
                .collect();
            let degeneracy = if states == 2 { 1 } else { 2 };
            return Ok(Self::continuum(PoissonBands::new(bands)?, p, degeneracy));
        };
        check_ring(units, states)?;
        let mut groups = vec![(0.0, units)];
        for m in 1..=states / 2 {
            let angular = if 2 * m == states { 1 } else { 2 };
            for k in 0..=units / 2 {
                let spatial = if k == 0 || 2 * k == units { 1 } else { 2 };
                let eigenvalue = scale * structure_factor(&transfer, units, m, k);
                // Rounding can take a vanishing structure factor below zero.
                groups.push((eigenvalue.max(0.0), angular * spatial));
            }
        }
        Self::finite(units, &groups)
    }
}

/// `Σ_d cos(2πkd/N) Σ_n t_n^{N−d} t_{n+m}^d / Z`: each sum over d is geometric.
fn structure_factor(transfer: &[f64], units: usize, m: usize, k: usize) -> f64 {
    let q = std::f64::consts::TAU * count(k) / count(units);
    let (sine, cosine) = (q.sin(), q.cos());
    let power = |t: f64| {
        if t.abs() > 0.0 {
            signed_power(t, units)
        } else {
            0.0
        }
    };
    let norm: f64 = transfer.iter().map(|&t| power(t)).sum();
    let total: f64 = (0..transfer.len())
        .map(|n| {
            let (a, b) = (transfer[n], transfer[(n + m) % transfer.len()]);
            if (a - b).abs() <= 1e-14 * a.abs() {
                // t_n = t_{n+m}: the sum over d is that of a plane wave.
                return if k == 0 { count(units) * power(a) } else { 0.0 };
            }
            // Re[a (aᴺ − bᴺ)/(a − b e^{iq})]
            let (re, im) = (a - b * cosine, -b * sine);
            a * (power(a) - power(b)) * re / (re * re + im * im)
        })
        .sum();
    total / norm
}

/// tᴺ for |t| ≤ 1 and any N.
fn signed_power(t: f64, units: usize) -> f64 {
    let magnitude = t.abs().powf(count(units));
    if t < 0.0 && !units.is_multiple_of(2) {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small counts")]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use std::f64::consts::TAU;

    /// Covariance of the standardised one-hot units, site 0 against all, by enumeration; returns λ(m, k).
    fn enumerated(units: usize, states: usize, beta: f64, m: usize, k: usize) -> f64 {
        let p = states as f64;
        let mut norm = 0.0;
        let mut sum = 0.0;
        for code in 0..states.pow(u32::try_from(units).unwrap()) {
            let state = |i: usize| (code / states.pow(u32::try_from(i % units).unwrap())) % states;
            let angle = |i: usize| TAU * state(i) as f64 / p;
            let energy: f64 = (0..units).map(|i| (angle(i) - angle(i + 1)).cos()).sum();
            let weight = (beta * energy).exp();
            norm += weight;
            // One-hot units projected on the unit vector cos(m a) × plane wave, up to the normalisation below.
            for d in 0..units {
                let phase = m as f64 * (angle(0) - angle(d));
                sum += weight * phase.cos() * (TAU * (k * d) as f64 / units as f64).cos();
            }
        }
        p / (p - 1.0) * sum / norm
    }

    #[test]
    fn eigenvalues_are_those_of_the_enumerated_covariance() {
        for (units, states, beta) in [(4, 3, 0.8), (3, 4, 1.3), (5, 4, -0.7), (4, 5, 0.5)] {
            let transfer = transfer_eigenvalues(states, beta).unwrap();
            let scale = states as f64 / (states as f64 - 1.0);
            for m in 1..states {
                for k in 0..units {
                    assert_relative_eq!(
                        scale * structure_factor(&transfer, units, m, k),
                        enumerated(units, states, beta, m, k),
                        max_relative = 1e-11
                    );
                }
            }
        }
    }

    #[test]
    fn standardised_units_have_unit_variance() {
        for (units, states, beta) in [(10, 10, 1.5), (100, 3, 2.0), (7, 4, -1.0), (50, 2, 0.7)] {
            let population = Population::clock_ring(Some(units), states, beta).unwrap();
            assert_relative_eq!(population.spectrum().moment(1), 1.0, max_relative = 1e-11);
            assert_relative_eq!(population.variables_per_unit(), states as f64);
        }
    }

    #[test]
    fn two_states_are_an_ising_ring_of_half_the_contrast() {
        // cos(π(a−b)) = ±1: the same coupling; the two one-hot units of a site share one spin, so λ doubles.
        let clock = Population::clock_ring(Some(12), 2, 0.6).unwrap();
        let ising = Population::ising_ring(Some(12), 0.6).unwrap();
        for (a, b) in clock.modes().iter().zip(ising.modes()) {
            assert_relative_eq!(a.eigenvalue, 2.0 * b.eigenvalue, max_relative = 1e-12);
            assert_eq!(a.degeneracy, b.degeneracy);
        }
    }
}
