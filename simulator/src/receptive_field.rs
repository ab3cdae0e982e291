//! Where the weights of a hidden unit are on a ring, and how wide.

use std::f64::consts::TAU;

use crate::error::{Result, at_least, check, same_size};
use crate::numbers::as_float;

/// The weights of one hidden unit on a ring of N sites.
///
/// Of p states per site the strength of a site is `r_j` = (`Σ_a w_ja²`)^½, of one it is |`w_j`|.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReceptiveField {
    /// Centre of `r_j²` in sites, 0 ≤ centre < N: the phase of `Σ_j r_j² exp(2πi j/N)`.
    pub centre: f64,
    /// Full width in sites at half of the largest `r_j`, interpolated between sites; N where the field is nowhere below.
    pub width: f64,
    /// Number of sites that share the weights, 1/IPR = (`Σ r_j²`)²/`Σ r_j⁴`, between 1 and N.
    pub participation: f64,
    /// Σ w over all entries.
    pub sum_weights: f64,
}

impl ReceptiveField {
    /// The field of weights with `states` ≥ 1 entries per site: entry j p + a is state a of site j.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless the weights are finite and not all zero;
    /// [`Error::Size`](crate::Error::Size) unless `states` divides their number.
    pub fn on_ring(weights: &[f64], states: usize) -> Result<Self> {
        at_least("states", "at least 1", states, 1)?;
        same_size("weights", weights.len() / states * states, weights.len())?;
        let square = |site: &[f64]| site.iter().map(|w| w * w).sum::<f64>();
        let power: Vec<f64> = weights.chunks_exact(states).map(square).collect();
        let total: f64 = power.iter().sum();
        check("weights", "finite and not all zero", total, |x| x > 0.0)?;
        let squares: f64 = power.iter().map(|p| p * p).sum();
        Ok(Self {
            centre: centre(&power),
            width: width(&power),
            participation: total * total / squares,
            sum_weights: weights.iter().sum(),
        })
    }
}

/// The phase of the first Fourier mode, in sites.
fn centre(power: &[f64]) -> f64 {
    let sites = as_float(power.len());
    let (mut re, mut im) = (0.0, 0.0);
    for (j, p) in power.iter().enumerate() {
        let (sin, cos) = (TAU * as_float(j) / sites).sin_cos();
        re += p * cos;
        im += p * sin;
    }
    // Rounding may take a small negative angle to the full turn itself.
    (im.atan2(re) / TAU * sites).rem_euclid(sites) % sites
}

/// Full width at half maximum of the square roots.
fn width(power: &[f64]) -> f64 {
    let sites = power.len();
    let peak = (0..sites).fold(0, |best, j| if power[j] > power[best] { j } else { best });
    let half = 0.5 * power[peak].sqrt();
    // Distance from the peak at which the strength falls below half of it, `step` sites on at a time.
    let side = |step: usize| {
        let at = |distance: usize| power[(peak + distance * step) % sites].sqrt();
        let below = (1..sites).find(|&distance| at(distance) < half)?;
        let (above, under) = (at(below - 1), at(below));
        Some(as_float(below - 1) + (above - half) / (above - under))
    };
    match (side(1), side(sites - 1)) {
        (Some(right), Some(left)) => right + left,
        _ => as_float(sites),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_triangle_has_its_centre_and_half_width() {
        // 0 1 2 3 2 1 0 0 0 0 around site 3: half of 3 is met 1.5 sites away on both sides.
        let weights = [0.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let field = ReceptiveField::on_ring(&weights, 1).unwrap();
        // Exact but for rounding.
        assert_relative_eq!(field.centre, 3.0, max_relative = 1e-12);
        assert_relative_eq!(field.width, 3.0, max_relative = 1e-12);
        assert_relative_eq!(
            field.participation,
            19.0 * 19.0 / 115.0,
            max_relative = 1e-12
        );
        assert_relative_eq!(field.sum_weights, 9.0, max_relative = 1e-12);
    }

    #[test]
    fn a_field_moves_around_the_ring_with_its_weights() {
        let weights = [0.3, 1.0, -2.0, 3.0, 2.5, 1.0, 0.2, 0.1];
        let field = ReceptiveField::on_ring(&weights, 1).unwrap();
        for shift in 1..8 {
            let mut moved = weights;
            moved.rotate_right(shift);
            let other = ReceptiveField::on_ring(&moved, 1).unwrap();
            let distance = (other.centre - field.centre - as_float(shift)).rem_euclid(8.0);
            // Rounding of sines and cosines.
            assert!(distance.min(8.0 - distance) < 1e-12, "{distance}");
            assert_relative_eq!(other.width, field.width, max_relative = 1e-12);
        }
    }

    #[test]
    fn states_of_a_site_count_together_and_a_uniform_field_covers_the_ring() {
        let field = ReceptiveField::on_ring(&[1.0, 0.0, 0.0, -1.0, 0.6, 0.8], 2).unwrap();
        assert_relative_eq!(field.participation, 3.0, max_relative = 1e-12);
        assert_relative_eq!(field.width, 3.0, max_relative = 1e-12);
        assert!(ReceptiveField::on_ring(&[0.0; 4], 1).is_err());
        assert!(ReceptiveField::on_ring(&[f64::NAN; 4], 1).is_err());
        assert!(ReceptiveField::on_ring(&[1.0; 5], 2).is_err());
    }
}
