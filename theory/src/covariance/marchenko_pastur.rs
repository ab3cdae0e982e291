//! The Marchenko–Pastur law: the sample covariance of white noise, in closed form.

use std::f64::consts::PI;

use crate::error::{Result, positive};

/// Law of the sample eigenvalues of independent variables of equal variance.
///
/// ```text
/// f(x) = √((x₊−x)(x−x₋)) / (2πγσ²x),   x± = σ²(1 ± √γ)²,   atom max(0, 1 − 1/γ) at 0
/// ```
///
/// where γ = variables/samples and σ² = `variance`. The squared singular values of an N × M matrix of independent entries of
/// variance σ²/M follow the same law with γ = N/M.
///
/// # References
/// Marchenko & Pastur, Math. USSR Sb. 1, 457 (1967).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarchenkoPastur {
    variance: f64,
    aspect_ratio: f64,
}

impl MarchenkoPastur {
    /// The law for σ² = `variance` and γ = `aspect_ratio`.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless both are positive and finite.
    pub fn new(variance: f64, aspect_ratio: f64) -> Result<Self> {
        Ok(Self {
            variance: positive("variance", variance)?,
            aspect_ratio: positive("aspect_ratio", aspect_ratio)?,
        })
    }

    /// Lower and upper edge of the continuous part.
    pub fn edges(&self) -> (f64, f64) {
        let root = self.aspect_ratio.sqrt();
        // (1 − √γ)² = ((1−γ)/(1+√γ))², without cancellation near γ = 1.
        let lower = (1.0 - self.aspect_ratio) / (1.0 + root);
        (
            self.variance * lower * lower,
            self.variance * (1.0 + root) * (1.0 + root),
        )
    }

    /// Mass of the atom at zero.
    pub fn atom_at_zero(&self) -> f64 {
        (1.0 - 1.0 / self.aspect_ratio).max(0.0)
    }

    /// Density of the continuous part.
    pub fn density(&self, x: f64) -> f64 {
        let (lower, upper) = self.edges();
        if x <= 0.0 || x < lower || x > upper {
            return 0.0;
        }
        ((upper - x) * (x - lower)).sqrt() / (2.0 * PI * self.aspect_ratio * self.variance * x)
    }

    /// Fraction of the eigenvalues at or below x.
    ///
    /// With x = σ²(1 + γ − 2√γ cos θ), θ ∈ [0, π], the density integrates to (own; ∫ sin²/(a − b cos))
    ///
    /// ```text
    /// F = max(0, 1−1/γ) + [(1+γ) θ + 2√γ sin θ − 2|1−γ| arctan(((1+√γ)/|1−√γ|) tan(θ/2))] / (2πγ)
    /// ```
    pub fn cumulative(&self, x: f64) -> f64 {
        let (lower, upper) = self.edges();
        if x < 0.0 {
            return 0.0;
        }
        if x >= upper {
            return 1.0;
        }
        if x <= lower {
            return self.atom_at_zero();
        }
        let gamma = self.aspect_ratio;
        let root = gamma.sqrt();
        // tan(θ/2) = √((x−x₋)/(x₊−x)).
        let tangent = ((x - lower) / (upper - x)).sqrt();
        let theta = 2.0 * tangent.atan();
        let gap = (1.0 - gamma).abs();
        let swept = ((1.0 + root) * (1.0 + root) * tangent).atan2(gap);
        let area = (1.0 + gamma) * theta + 2.0 * root * theta.sin() - 2.0 * gap * swept;
        self.atom_at_zero() + area / (2.0 * PI * gamma)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::SampleLaw;
    use crate::spectra::Atoms;
    use approx::assert_relative_eq;

    #[test]
    fn the_general_law_of_one_atom_is_marchenko_pastur() {
        for gamma in [1e-3, 0.1, 0.5, 1.0 - 1e-6, 1.0, 2.0, 1e3] {
            let variance = 2.5;
            let closed = MarchenkoPastur::new(variance, gamma).unwrap();
            let atoms = Atoms::uniform(&[variance]).unwrap();
            let law = SampleLaw::new(&atoms, gamma).unwrap();
            let interval = law.support()[0];
            assert_relative_eq!(
                interval.lower.position,
                closed.edges().0,
                max_relative = 1e-10
            );
            assert_relative_eq!(
                interval.upper.position,
                closed.edges().1,
                max_relative = 1e-13
            );
            for point in law.grid(50).unwrap() {
                if point.density > 0.0 && point.density.is_finite() {
                    // Near an edge the density carries the edge's rounding divided by the distance.
                    let tolerance = if gamma > 0.99 && gamma < 1.0 {
                        1e-6
                    } else {
                        1e-9
                    };
                    assert_relative_eq!(
                        point.density,
                        closed.density(point.x),
                        max_relative = tolerance
                    );
                }
                // Rounding of arguments near π divided by γ.
                assert_relative_eq!(
                    point.cumulative,
                    closed.cumulative(point.x),
                    epsilon = 1e-12 / gamma.min(1.0)
                );
            }
        }
    }
}
