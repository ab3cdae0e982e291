//! How much of a vector lies along known directions and Fourier modes.

use std::f64::consts::PI;

use crate::error::{Error, Result, at_least, same_size};
use crate::numbers::{as_float, dot};

/// Squared cosine between two vectors, (x·y)²/(x·x y·y), between 0 and 1.
///
/// # Errors
/// [`Error::Size`] for different lengths; [`Error::OutOfDomain`] where a norm is zero or not finite.
pub fn squared_overlap(x: &[f64], y: &[f64]) -> Result<f64> {
    same_size("y", x.len(), y.len())?;
    let overlap = dot(x, y);
    Ok(overlap * overlap / squared_norm("x", x)? / squared_norm("y", y)?)
}

/// Squared norm of the projection on each Fourier mode of a ring, k = 0..⌊N/2⌋.
///
/// ```text
/// s_k = (g_k/N) |Σ_j x_j exp(−2πi k j/N)|²/(x·x),   Σ_k s_k = 1
/// ```
///
/// The modes k and N − k belong to one eigenvalue and form one group: `g_k` = 2, but 1 for k = 0 and for k = N/2.
///
/// # Errors
/// [`Error::OutOfDomain`] where the vector is zero or not finite.
pub fn ring_modes(vector: &[f64]) -> Result<Vec<f64>> {
    let groups = mode_groups(vector, vector.len(), 1)?;
    Ok(groups.into_iter().map(|row| row[0]).collect())
}

/// Squared norm of the projection on each group of modes of a ring of one-hot units, `result[k][m]`.
///
/// ```text
/// s_km = (1/(N p)) Σ_{±k, ±m} |Σ_ja x_ja exp(−2πi (k j/N + m a/p))|²/(x·x),   Σ_km s_km = 1
/// ```
///
/// for k = 0..⌊N/2⌋ in space and m = 0..⌊p/2⌋ in angle, summed over the different modes among (±k, ±m): one, two or
/// four, which belong to one eigenvalue. Entry j p + a of the vector is state a of unit j. The leading group of a
/// clock ring is k = 0, m = 1: cosine and sine in angle, uniform in space.
///
/// # Errors
/// [`Error::OutOfDomain`] unless `states` ≥ 1 and the vector is finite and not zero; [`Error::Size`] unless `states`
/// divides its length.
pub fn clock_ring_modes(vector: &[f64], states: usize) -> Result<Vec<Vec<f64>>> {
    at_least("states", "at least 1", states, 1)?;
    let units = vector.len() / states;
    same_size("vector", units * states, vector.len())?;
    mode_groups(vector, units, states)
}

/// The squared projections on all groups of modes.
fn mode_groups(vector: &[f64], units: usize, states: usize) -> Result<Vec<Vec<f64>>> {
    let norm = squared_norm("vector", vector)? * as_float(units * states);
    let (in_space, in_angle) = (phases(units), phases(states));
    let mut groups = vec![vec![0.0; states / 2 + 1]; units / 2 + 1];
    for m in 0..states {
        let angular = |unit: &[f64]| fourier(unit.iter().map(|&x| (x, 0.0)), m, &in_angle);
        let angular: Vec<_> = vector.chunks_exact(states).map(angular).collect();
        for k in 0..units {
            let (re, im) = fourier(angular.iter().copied(), k, &in_space);
            groups[k.min(units - k)][m.min(states - m)] += (re * re + im * im) / norm;
        }
    }
    Ok(groups)
}

/// Real and imaginary part of exp(−2πi j/n) for j = 0..n−1.
fn phases(n: usize) -> Vec<(f64, f64)> {
    let phase = |j: usize| {
        let (sin, cos) = (-2.0 * PI * as_float(j) / as_float(n)).sin_cos();
        (cos, sin)
    };
    (0..n).map(phase).collect()
}

/// `Σ_j` `x_j` exp(−2πi k j/n) of complex numbers, `phases` those of one turn, k < n.
fn fourier(
    values: impl Iterator<Item = (f64, f64)>,
    k: usize,
    phases: &[(f64, f64)],
) -> (f64, f64) {
    let n = phases.len();
    let mut at = 0; // k j mod n
    values.fold((0.0, 0.0), |(re, im), (x, y)| {
        let (cos, sin) = phases[at];
        at = if at + k < n { at + k } else { at + k - n };
        (re + x * cos - y * sin, im + x * sin + y * cos)
    })
}

/// x·x where it is positive and finite.
fn squared_norm(name: &'static str, x: &[f64]) -> Result<f64> {
    let value = dot(x, x);
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(Error::OutOfDomain {
            name,
            domain: "a vector of positive finite squared norm",
            value,
        })
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    /// Rounding of sums of at most a hundred terms of order one.
    const ROUNDING: f64 = 1e-13;

    #[test]
    fn overlaps_do_not_depend_on_norms() {
        assert_abs_diff_eq!(
            squared_overlap(&[3.0, 0.0], &[2.0, -2.0]).unwrap(),
            0.5,
            epsilon = ROUNDING
        );
        assert!(squared_overlap(&[0.0], &[1.0]).is_err());
        assert!(squared_overlap(&[1.0], &[1.0, 2.0]).is_err());
    }

    #[test]
    fn a_shifted_cosine_lies_in_its_own_mode() {
        let wave: Vec<_> = (0..21)
            .map(|j| (2.0 * PI * 4.0 * f64::from(j) / 21.0 + 0.7).cos())
            .collect();
        let modes = ring_modes(&wave).unwrap();
        assert_eq!(modes.len(), 11);
        for (k, &mode) in modes.iter().enumerate() {
            assert_abs_diff_eq!(mode, if k == 4 { 1.0 } else { 0.0 }, epsilon = ROUNDING);
        }
    }

    #[test]
    fn projections_on_all_modes_sum_to_one() {
        for n in [1, 2, 7, 12] {
            let x: Vec<_> = (0..n).map(|j| (f64::from(j) * 1.7).sin() + 0.2).collect();
            assert_abs_diff_eq!(
                ring_modes(&x).unwrap().iter().sum::<f64>(),
                1.0,
                epsilon = ROUNDING
            );
        }
        let x: Vec<_> = (0..60).map(|j| f64::from(j * j % 17) - 8.0).collect();
        let total: f64 = clock_ring_modes(&x, 5).unwrap().iter().flatten().sum();
        assert_abs_diff_eq!(total, 1.0, epsilon = ROUNDING);
        assert!(clock_ring_modes(&x, 7).is_err());
    }

    #[test]
    fn cosine_in_angle_and_uniform_in_space_is_the_group_0_1() {
        let x: Vec<_> = (0..50)
            .map(|i| (2.0 * PI * f64::from(i % 10) / 10.0 + 0.3).cos())
            .collect();
        let groups = clock_ring_modes(&x, 10).unwrap();
        assert_abs_diff_eq!(groups[0][1], 1.0, epsilon = ROUNDING);
    }
}
