//! Fourier modes of weights on a ring.

use std::f64::consts::TAU;

use crate::comparison::as_float;

/// `Σ_j w_j exp(2πi k j/N)`, real and imaginary part.
pub(super) fn harmonic(weights: &[f64], k: usize) -> (f64, f64) {
    let units = as_float(weights.len());
    weights
        .iter()
        .enumerate()
        .fold((0.0, 0.0), |(re, im), (j, w)| {
            let (sin, cos) = (TAU * as_float(k * j % weights.len()) / units).sin_cos();
            (re + w * cos, im + w * sin)
        })
}

/// Steps per site in which the best place of a field is sought.
const STEPS: usize = 8;

/// Squared overlap of weights with a field of as many sites, at the place on the ring where it is largest.
///
/// ```text
/// max_x (Σ_j w_j w⁰(j − x))²/(|w|² |w⁰|²),   Σ_j w_j w⁰(j − x) = (1/N) Σ_k ŵ_k ŵ⁰_k* exp(−2πi kx/N)
/// ```
///
/// on a grid, between whose points the largest value is that of a parabola.
pub(super) fn best_overlap(weights: &[f64], field: &[f64]) -> f64 {
    let units = as_float(weights.len());
    let products: Vec<(f64, f64)> = (0..=weights.len() / 2)
        .map(|k| {
            let ((a, b), (c, d)) = (harmonic(weights, k), harmonic(field, k));
            // All waves but the uniform and the alternating one stand for two.
            let share = if k == 0 || 2 * k == weights.len() {
                1.0
            } else {
                2.0
            };
            (share * (a * c + b * d), share * (b * c - a * d))
        })
        .collect();
    let places = STEPS * weights.len();
    let product = |place: usize| -> f64 {
        let turn = TAU * as_float(place % places) / as_float(places);
        let waves = products.iter().enumerate();
        let terms = waves.map(|(k, (re, im))| {
            let (sin, cos) = (as_float(k) * turn).sin_cos();
            re * cos + im * sin
        });
        (terms.sum::<f64>() / units).powi(2)
    };
    let all: Vec<f64> = (0..places).map(product).collect();
    let best = (0..places)
        .max_by(|a, b| all[*a].total_cmp(&all[*b]))
        .unwrap_or(0);
    let [before, at, after] = [best + places - 1, best, best + 1].map(|place| all[place % places]);
    let (slope, curvature) = (0.5 * (after - before), before + after - 2.0 * at);
    let top = if curvature < 0.0 {
        at - 0.5 * slope * slope / curvature
    } else {
        at
    };
    let square = |w: &[f64]| w.iter().map(|w| w * w).sum::<f64>();
    top / (square(weights) * square(field))
}

/// Mean of the weights on both sides of the centre of the first harmonic, at a distance, with the sign of the sum.
///
/// ```text
/// w(c + d) = (1/N) Σ_k ŵ_k exp(2πi k (c + d)/N),   c the phase of ŵ_1
/// ```
pub(super) fn at_distance(weights: &[f64], distance: f64) -> f64 {
    let units = as_float(weights.len());
    let modes = weights.len().div_ceil(2);
    let sum = weights.iter().sum::<f64>();
    let (re, im) = harmonic(weights, 1);
    let (re, im) = (re * sum.signum(), im * sum.signum());
    let centre = im.atan2(re);
    let angle = TAU * distance / units;
    let one_side = |angle: f64| {
        let others = (1..modes).map(|k| {
            let (re, im) = harmonic(weights, k);
            let (sin, cos) = (as_float(k) * (centre + angle)).sin_cos();
            2.0 * (re * cos + im * sin)
        });
        (sum + others.sum::<f64>()) / units
    };
    0.5 * sum.signum() * (one_side(angle) + one_side(-angle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn a_moved_field_is_found_wherever_it_is() {
        let bump = |place: f64| -> Vec<f64> {
            let at = |j: usize| (-0.08 * (as_float(j) - place).powi(2)).exp();
            (0..40).map(at).collect()
        };
        for place in [20.0, 17.0, 22.5, 23.31] {
            let mut weights: Vec<f64> = bump(place).iter().map(|w| -3.0 * w).collect();
            weights.rotate_left(11);
            // The parabola leaves the fourth order of an eighth of a site.
            assert_abs_diff_eq!(best_overlap(&weights, &bump(20.0)), 1.0, epsilon = 1e-6);
        }
        // What is orthogonal to a field wherever it is.
        let alternating: Vec<f64> = (0..40)
            .map(|j| if j % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        assert!(best_overlap(&alternating, &bump(20.0)) < 1e-6);
    }

    #[test]
    fn a_field_is_read_off_at_distances_from_its_centre_wherever_it_is() {
        let field = |j: usize| {
            let distance = (as_float(j) - 10.0 + 20.0).rem_euclid(40.0) - 20.0;
            (-0.05 * distance * distance).exp()
        };
        let weights: Vec<f64> = (0..40).map(field).collect();
        for (shift, sign) in [(0, 1.0), (7, -1.0), (31, 1.0)] {
            let mut moved: Vec<f64> = weights.iter().map(|w| sign * w).collect();
            moved.rotate_right(shift);
            for distance in [0.0_f64, 1.0, 2.5, 8.0] {
                let expected = (-0.05 * distance * distance).exp();
                // Opposite of its centre the Gaussian is 2e-9 and has a kink.
                assert!((at_distance(&moved, distance) - expected).abs() < 1e-8);
            }
        }
    }
}
