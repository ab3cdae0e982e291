//! Fields at weak coupling that vary slowly from site to site.

use std::f64::consts::{PI, SQRT_2};

use crate::error::Result;
use crate::quadrature::integrate;
use crate::solver::root::find_root;

/// A resting field of one hidden unit in the continuum, in the units of [`LatticeField`](super::LatticeField).
///
/// ```text
/// 0 = w'' + 2w − b w + w³,   b = ∫ w² dx:   w = √(2(b − 2)) sech(κx),   κ = √(b − 2),   b = 4κ:   b = 8 ∓ 4√2
/// ```
///
/// Small changes u of it move as
///
/// ```text
/// du/dt = L u,   L = ∂² − κ² + 3w² − 2 |w⟩⟨w|
/// ```
///
/// Without its last term L is the well of Pöschl & Teller with l = 2, which has one growing mode, sech², of rate 3κ², and the translation
/// of the field. With it a rate λ = κ²μ solves `κ/4 = R(μ)`,
///
/// ```text
/// R(μ) = (3π²/16)/(3 − μ) − (π/8) ∫ dk sech²(πk/2) (1 + k²)/((4 + k²)(1 + k² + μ)),   R(0) = 1/2
/// ```
///
/// and R grows from 1/2 at μ = 0 to ∞ at μ = 3: one mode grows if and only if κ > 2, or b > 6. The wide field, b = 8 − 4√2, is stable; the
/// narrow one, b = 8 + 4√2, is not, and narrower than a site: the lattice has no such field.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), for the profiles; Pöschl & Teller, Z. Phys. 83, 143 (1933), for the
/// well; the rates: own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SechField {
    /// b = ∫ w² dx.
    pub square: f64,
    /// κ, one over the width of the field in sites.
    pub steepness: f64,
}

impl SechField {
    /// The wide field, b = 8 − 4√2.
    pub const WIDE: Self = Self {
        square: 8.0 - 4.0 * SQRT_2,
        steepness: 2.0 - SQRT_2,
    };

    /// The narrow field, b = 8 + 4√2.
    pub const NARROW: Self = Self {
        square: 8.0 + 4.0 * SQRT_2,
        steepness: 2.0 + SQRT_2,
    };

    /// The weight at a distance from the centre, in sites.
    pub fn weight(self, distance: f64) -> f64 {
        SQRT_2 * self.steepness / (self.steepness * distance).cosh()
    }

    /// ∫ w dx = √2 π, of both fields.
    pub fn sum(self) -> f64 {
        SQRT_2 * PI
    }

    /// Full width at half maximum, in sites: 2 arcosh(2)/κ.
    pub fn width(self) -> f64 {
        2.0 * 2.0_f64.acosh() / self.steepness
    }

    /// The rate λ of the mode that grows; `None` of a stable field.
    ///
    /// # Errors
    /// Those of the integral and of the search for the root, of which none is known.
    pub fn growth_rate(self) -> Result<Option<f64>> {
        let square = self.steepness * self.steepness;
        let excess = |mu: f64| resolvent(mu).map_or(f64::NAN, |r| r - 0.25 * self.steepness);
        if excess(0.0) >= 0.0 {
            return Ok(None);
        }
        // Where the first term alone is κ/4 plus its largest correction, R(0) − π²/16 < 0.12.
        let highest = 3.0 - 3.0 * PI * PI / 16.0 / (0.25 * self.steepness + 0.2);
        let root = find_root("growth rate", excess, 0.0, highest, 1e-13)?;
        Ok(Some(square * root.x))
    }
}

/// R(μ) for 0 ≤ μ < 3.
fn resolvent(mu: f64) -> Result<f64> {
    let continuum = |k: f64| {
        let sech = (0.5 * PI * k).cosh().recip();
        let square = k * k;
        sech * sech * (1.0 + square) / ((4.0 + square) * (1.0 + square + mu))
    };
    // Even in k; sech² leaves 1e-19 beyond.
    let half = integrate(continuum, 0.0, 14.0, 1e-13)?.value;
    Ok(3.0 * PI * PI / 16.0 / (3.0 - mu) - PI / 4.0 * half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use faer::{Mat, Side};

    #[test]
    fn the_fields_are_those_of_h20() {
        let wide = SechField::WIDE;
        assert_relative_eq!(wide.square, 2.343_145_8, max_relative = 1e-7);
        assert_relative_eq!(wide.weight(0.0), 0.828_427_1, max_relative = 1e-7);
        assert_relative_eq!(wide.sum(), 4.442_882_9, max_relative = 1e-7);
        assert_relative_eq!(wide.width(), 4.496_375_5, max_relative = 1e-7);
        for field in [wide, SechField::NARROW] {
            // b = ∫ w² = 4κ and κ² = b − 2.
            assert_relative_eq!(field.square, 4.0 * field.steepness, max_relative = 1e-15);
            assert_relative_eq!(
                field.steepness.powi(2),
                field.square - 2.0,
                max_relative = 1e-14
            );
        }
    }

    /// The largest eigenvalue of L by differences on a line of points, y = κx.
    fn largest_rate(field: SechField, step: f64) -> f64 {
        let points = 481;
        let y = |i: usize| step * (f64::from(u32::try_from(i).unwrap()) - 240.0);
        let sech = |i: usize| y(i).cosh().recip();
        let operator = Mat::from_fn(points, points, |i, j| {
            let local = match i.abs_diff(j) {
                0 => -2.0 / (step * step) - 1.0 + 6.0 * sech(i).powi(2),
                1 => 1.0 / (step * step),
                _ => 0.0,
            };
            // −2 w(x) w(x') dx' in units of κ²: w = √2 κ sech, dx = dy/κ.
            local - 4.0 / field.steepness * sech(i) * sech(j) * step
        });
        let values = operator.self_adjoint_eigenvalues(Side::Lower).unwrap();
        field.steepness.powi(2) * values.into_iter().fold(f64::NEG_INFINITY, f64::max)
    }

    #[test]
    fn one_mode_of_the_narrow_field_grows_and_none_of_the_wide_one() {
        assert_eq!(SechField::WIDE.growth_rate().unwrap(), None);
        let found = SechField::NARROW.growth_rate().unwrap().unwrap();
        let [coarse, fine] = [0.1, 0.05].map(|step| largest_rate(SechField::NARROW, step));
        // Differences are right to the square of the step, and this takes the square out.
        assert_relative_eq!((4.0 * fine - coarse) / 3.0, found, max_relative = 1e-5);
        // Its translation is the largest mode of the wide one.
        assert!(largest_rate(SechField::WIDE, 0.05).abs() < 1e-2);
    }
}
