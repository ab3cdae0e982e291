//! Weights over the sites and angles of a clock ring.

use std::f64::consts::TAU;

use super::harmonic;
use crate::comparison::as_float;

/// The field of one hidden unit on N sites with p angles each, up to a mean over the angles of each site.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AngularField {
    /// `z_i = (2/p) Σ_a w_ia exp(2πia/p)`, real and imaginary part.
    pub(super) waves: Vec<(f64, f64)>,
    /// Sum of the squared weights.
    pub(super) square: f64,
    /// `Σ_i |z_i|² p/2` over that: the fraction that is a cosine.
    pub(super) cosine_fraction: f64,
}

impl AngularField {
    pub(super) fn new(weights: &[f64], states: usize) -> Self {
        let p = as_float(states);
        let wave = |site: &[f64]| {
            let (re, im) = harmonic(site, 1);
            (2.0 / p * re, 2.0 / p * im)
        };
        let variance = |site: &[f64]| {
            let mean = site.iter().sum::<f64>() / p;
            site.iter().map(|w| (w - mean).powi(2)).sum::<f64>()
        };
        let sites = || weights.chunks_exact(states);
        let square: f64 = sites().map(variance).sum();
        let field = Self {
            waves: sites().map(wave).collect(),
            square,
            cosine_fraction: 0.0,
        };
        let cosine = 0.5 * p * field.power(1);
        Self {
            cosine_fraction: cosine / square,
            ..field
        }
    }

    /// `Σ_i |z_i|^(2n)`.
    fn power(&self, n: i32) -> f64 {
        let squares = self.waves.iter().map(|(re, im)| re * re + im * im);
        squares.map(|square| square.powi(n)).sum()
    }

    /// Number of sites that take part, `(Σ|z_i|²)²/Σ|z_i|⁴`.
    pub(super) fn participation(&self) -> f64 {
        self.power(1).powi(2) / self.power(2)
    }

    /// Angle towards which the field points, the phase of `Σ_i z_i |z_i|`.
    pub(super) fn angle(&self) -> f64 {
        let (x, y) = self.waves.iter().fold((0.0, 0.0), |(x, y), (re, im)| {
            let size = re.hypot(*im);
            (x + re * size, y + im * size)
        });
        y.atan2(x)
    }

    /// Amplitude of each site along that angle, of either sign.
    pub(super) fn profile(&self) -> Vec<f64> {
        let (sin, cos) = self.angle().sin_cos();
        let along = |(re, im): &(f64, f64)| re * cos + im * sin;
        self.waves.iter().map(along).collect()
    }
}

/// Squared cosine between waves `z_i` and a `bump`, moved to the site and turned to the angle where it is largest.
///
/// ```text
/// max_x |Σ_i z_i B_(i−x)|² / Σ|z_i|² ΣB²
/// ```
pub(super) fn overlap_squared(waves: &[(f64, f64)], bump: &[f64]) -> f64 {
    let sites = bump.len();
    let at = |shift: usize| {
        let moved = (0..sites).map(|i| bump[(i + sites - shift) % sites]);
        let pairs = waves.iter().zip(moved);
        let (re, im) = pairs.fold((0.0, 0.0), |(x, y), ((re, im), b)| (x + re * b, y + im * b));
        re * re + im * im
    };
    let square = waves.iter().map(|(re, im)| re * re + im * im).sum::<f64>();
    let norm = square * bump.iter().map(|b| b * b).sum::<f64>();
    (0..sites).map(at).fold(0.0, f64::max) / norm
}

/// Squared sine of the angle between the directions of two fields: 1 where they are a quarter of a turn apart.
pub(super) fn quadrature(a: &AngularField, b: &AngularField) -> f64 {
    (a.angle() - b.angle()).rem_euclid(TAU).sin().powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// A bump times a cosine, around a site and an angle.
    fn field(centre: usize, angle: f64) -> Vec<f64> {
        let weight = |index: usize| {
            let turn = TAU * as_float(index % 10) / 10.0;
            0.7 + bump()[(index / 10 + 20 - centre) % 20] * (turn - angle).cos()
        };
        (0..200).map(weight).collect()
    }

    fn bump() -> Vec<f64> {
        let distance = |i: usize| as_float(i.min(20 - i));
        (0..20)
            .map(|i| (-0.1 * distance(i).powi(2)).exp())
            .collect()
    }

    #[test]
    fn a_bump_times_a_cosine_is_recognised_wherever_it_is() {
        let squares: f64 = bump().iter().map(|b| b * b).sum();
        for (centre, angle) in [(0, 0.0), (7, 1.0), (19, -2.5)] {
            let found = AngularField::new(&field(centre, angle), 10);
            // Exact but for rounding.
            assert_relative_eq!(found.cosine_fraction, 1.0, max_relative = 1e-12);
            assert_relative_eq!(found.square, 5.0 * squares, max_relative = 1e-12);
            assert_relative_eq!(found.angle(), angle, epsilon = 1e-12);
            let overlap = overlap_squared(&found.waves, &bump());
            assert_relative_eq!(overlap, 1.0, max_relative = 1e-12);
            assert_relative_eq!(found.profile()[centre], 1.0, max_relative = 1e-12);
            let other = AngularField::new(&field(3, angle + 0.5 * std::f64::consts::PI), 10);
            assert_relative_eq!(quadrature(&found, &other), 1.0, max_relative = 1e-12);
        }
    }

    #[test]
    fn one_angle_of_a_site_is_no_cosine() {
        let mut weights = vec![0.0; 60];
        weights[23] = 1.0;
        let found = AngularField::new(&weights, 10);
        // Two of the nine directions in which the angles of a site differ.
        assert_relative_eq!(found.cosine_fraction, 2.0 / 9.0, max_relative = 1e-12);
        assert_relative_eq!(found.participation(), 1.0, max_relative = 1e-12);
    }
}
