//! Where a population eigenvalue lands in the sample spectrum: the one function behind this family.

use std::f64::consts::PI;

use num_complex::Complex64;

use crate::error::{Result, positive};
use crate::spectra::PopulationSpectrum;

/// Variables per sample from which on u lies far above or below the support, and ψ is written without the cancellation there.
const MANY_VARIABLES: f64 = 1e3;

/// The map ψ from the population plane to the sample plane.
///
/// ```text
/// ψ(u)  = u (1 + γ ∫ λ/(u−λ) dH(λ))
/// ψ'(u) = 1 − γ ∫ λ²/(u−λ)² dH(λ) = 1 − g(u)
/// ```
///
/// where γ = variables/samples and `u = −1/s`, with s the companion Stieltjes transform at ψ(u): this is the inverse
/// `z(s) = −1/s + γ ∫ λ/(1+λs) dH` of Silverstein & Bai (1995), written for the population eigenvalue u. It is
/// * where a lone eigenvalue u lands (Bai & Yao 2012), if ψ'(u) > 0;
/// * an edge of the bulk where ψ' = 0 on the real axis (Silverstein & Choi 1995);
/// * a point of the bulk where ψ is real off the axis: with u = a + ib that is the curve
///   `γ ∫ λ²/|u−λ|² dH = 1`, whose b is unique for each a, and along which x = ψ increases with a.
///
/// # References
/// Silverstein & Bai, J. Multivariate Anal. 54, 175 (1995); Silverstein & Choi, ibid. 54, 295 (1995);
/// Bai & Yao, ibid. 106, 167 (2012).
#[derive(Debug, Clone, Copy)]
pub struct Landing<'a> {
    spectrum: &'a dyn PopulationSpectrum,
    aspect_ratio: f64,
    /// 1 − γ H(λ>0): its sign says on which side of zero the lower edge's u lies.
    deficit: f64,
}

/// ψ and its first two derivatives at one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landed<T> {
    /// ψ(u).
    pub position: T,
    /// ψ'(u).
    pub slope: T,
    /// ψ''(u).
    pub curvature: T,
}

impl<'a> Landing<'a> {
    /// The map for a population and an aspect ratio γ > 0.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless `aspect_ratio` is positive and finite.
    pub fn new(spectrum: &'a dyn PopulationSpectrum, aspect_ratio: f64) -> Result<Self> {
        let aspect_ratio = positive("aspect_ratio", aspect_ratio)?;
        Ok(Self {
            spectrum,
            aspect_ratio,
            deficit: 1.0 - aspect_ratio * spectrum.positive_mass(),
        })
    }

    /// The population.
    pub fn spectrum(&self) -> &'a dyn PopulationSpectrum {
        self.spectrum
    }

    /// γ = variables/samples.
    pub fn aspect_ratio(&self) -> f64 {
        self.aspect_ratio
    }

    /// 1 − γ H(λ>0): positive when there are more samples than directions with variance.
    pub fn deficit(&self) -> f64 {
        self.deficit
    }

    /// ψ at a real point outside the population's support.
    pub fn on_axis(&self, u: f64) -> Landed<f64> {
        let gamma = self.aspect_ratio;
        let response = self.spectrum.response_on_axis(u);
        if gamma > MANY_VARIABLES {
            let ratio = self.spectrum.ratio(Complex64::new(u, 0.0)).re;
            return Landed {
                position: u * (1.0 + gamma * ratio),
                slope: 1.0 - gamma * (u * response.second - ratio),
                curvature: 2.0 * gamma * response.third,
            };
        }
        Landed {
            position: u * (self.deficit + gamma * u * response.first),
            slope: self.deficit - gamma * u * (response.second - response.first),
            curvature: 2.0 * gamma * response.third,
        }
    }

    /// ψ at a point of the upper half plane.
    pub fn at(&self, u: Complex64) -> Landed<Complex64> {
        let gamma = self.aspect_ratio;
        let response = self.spectrum.response(u);
        if gamma > MANY_VARIABLES {
            let ratio = self.spectrum.ratio(u);
            return Landed {
                position: u * (ratio * gamma + 1.0),
                slope: -(u * response.second - ratio) * gamma + 1.0,
                curvature: response.third * (2.0 * gamma),
            };
        }
        let scaled = u * gamma;
        Landed {
            position: u * (scaled * response.first + self.deficit),
            slope: self.deficit - scaled * (response.second - response.first),
            curvature: response.third * (2.0 * gamma),
        }
    }

    /// The share of the sample spectrum above x = ψ(u), for u on the curve where ψ is real.
    ///
    /// ```text
    /// 1 − F(x) = (1/π) ∫ [arg(u−λ) − arg u] dH + [arg u − x Im(−1/u)]/(πγ)
    /// ```
    pub(super) fn share_above(&self, u: Complex64, x: f64) -> f64 {
        // The null directions contribute arg(u−0) − arg u = 0.
        let separation = self.spectrum.argument(u) - self.spectrum.positive_mass() * u.arg();
        let edge = (x * u.im / u.norm_sqr() - u.arg()) / self.aspect_ratio;
        (separation - edge) / PI
    }

    /// A form of ψ' that is close to linear in u and its derivative: `g^{−1/2} − 1`, g = 1 − ψ'.
    ///
    /// g is a sum of squared poles: Newton's method on it creeps away from a pole, on this form it arrives in a few steps.
    pub(super) fn straightened_slope(&self, u: f64) -> (f64, f64) {
        let landed = self.on_axis(u);
        let g = 1.0 - landed.slope;
        if g.is_infinite() {
            // At a pole: g^{−1/2} = 0, and the slope there is not needed.
            return (-1.0, f64::NAN);
        }
        let root = g.sqrt();
        (
            landed.slope / (root * (1.0 + root)),
            0.5 * landed.curvature / (g * root),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectra::Atoms;
    use approx::assert_relative_eq;

    #[test]
    fn derivatives_are_those_of_the_position() {
        let atoms = Atoms::uniform(&[1.0, 3.0, 7.0]).unwrap();
        let landing = Landing::new(&atoms, 0.2).unwrap();
        for u in [-3.0, -0.1, 0.3, 1.8, 4.4, 12.0] {
            let h = 1e-5;
            let (minus, here, plus) = (
                landing.on_axis(u - h),
                landing.on_axis(u),
                landing.on_axis(u + h),
            );
            // Central differences: error of order h² and rounding/h.
            let slope = (plus.position - minus.position) / (2.0 * h);
            assert_relative_eq!(slope, here.slope, epsilon = 1e-8, max_relative = 1e-7);
            let curvature = (plus.slope - minus.slope) / (2.0 * h);
            assert_relative_eq!(
                curvature,
                here.curvature,
                epsilon = 1e-8,
                max_relative = 1e-7
            );
        }
    }
}
