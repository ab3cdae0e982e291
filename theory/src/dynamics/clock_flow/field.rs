//! Where the weights of a hidden unit are on a clock ring, and towards which angle they point.

use std::f64::consts::TAU;

use num_complex::Complex64;

use crate::numerics::count;

/// The receptive field of one hidden unit over sites and angles.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockField {
    /// Amplitude of the cosine at each site, `(2/p) |Σ_a w_ia exp(2πia/p)|`.
    pub amplitudes: Vec<f64>,
    /// Angle, in units of a full turn from 0 to 1, towards which the field points, weighted over the sites.
    pub angle: f64,
    /// Fraction of the weights' variance over angles that is a cosine, 0 to 1; 1 for p ≤ 3.
    pub cosine_fraction: f64,
}

impl ClockField {
    /// Describes the weights of one hidden unit, p of each site next to each other; a mean over the angles of a site is left out.
    pub fn new(w: &[f64], states: usize) -> Self {
        let p = count(states);
        let wave = |site: &[f64]| -> Complex64 {
            let terms = site.iter().enumerate();
            terms
                .map(|(a, w)| w * Complex64::cis(TAU * count(a) / p))
                .sum()
        };
        let variance = |site: &[f64]| -> f64 {
            let mean = site.iter().sum::<f64>() / p;
            site.iter().map(|w| (w - mean).powi(2)).sum()
        };
        let waves: Vec<Complex64> = w.chunks(states).map(wave).collect();
        let total: f64 = w.chunks(states).map(variance).sum();
        // With two states the cosine and its mirror image are one.
        let share = if states == 2 { 1.0 } else { 2.0 };
        let square: f64 = waves.iter().map(|z| share / p * z.norm_sqr()).sum();
        let direction: Complex64 = waves.iter().map(|z| z * z.norm()).sum();
        let angle = direction.arg().rem_euclid(TAU) / TAU;
        Self {
            amplitudes: waves.iter().map(|z| share / p * z.norm()).collect(),
            // Rounding may take a small negative angle to the full turn itself.
            angle: if angle < 1.0 { angle } else { 0.0 },
            cosine_fraction: square / total,
        }
    }
}
