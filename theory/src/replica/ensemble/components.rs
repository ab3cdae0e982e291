//! Laws of the components of a mode, as mixtures of Gaussians.

use crate::error::{Result, check};

/// Step and range of the double-exponential rule for the exponential law of the variances.
const STEP: f64 = 0.125;
const LEVELS: std::ops::RangeInclusive<i32> = -34..=30;
/// Weights below this one are below rounding.
const NEGLIGIBLE: f64 = 1e-17;

/// Law of the independent components of a mode u√N or v√M: symmetric, of unit variance.
///
/// A heavier tail, at a given singular value, gathers the mode on fewer units: these saturate, and the mode leaves the others free for
/// further modes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ComponentLaw {
    /// Standard Gaussian, kurtosis 3.
    Gaussian,
    /// ±1, kurtosis 1.
    Rademacher,
    /// `exp(−√2 |u|)/√2`, kurtosis 6.
    Laplace,
    /// ±1/√ρ with probability ρ, otherwise 0; kurtosis 1/ρ.
    Sparse {
        /// ρ, in (0, 1].
        density: f64,
    },
}

/// A Gaussian of a mixture: `u = value + √variance g`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) weight: f64,
    pub(super) value: f64,
    pub(super) variance: f64,
}

impl ComponentLaw {
    /// The sparse law of a given density.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless 0 < `density` ≤ 1.
    pub fn sparse(density: f64) -> Result<Self> {
        let density = check("density", "in (0, 1]", density, |rho| {
            rho > 0.0 && rho <= 1.0
        })?;
        Ok(Self::Sparse { density })
    }

    /// The name on the command line, without the density.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "gaussian",
            Self::Rademacher => "rademacher",
            Self::Laplace => "laplace",
            Self::Sparse { .. } => "sparse",
        }
    }

    /// `E u⁴`.
    pub fn kurtosis(self) -> f64 {
        match self {
            Self::Gaussian => 3.0,
            Self::Rademacher => 1.0,
            Self::Laplace => 6.0,
            Self::Sparse { density } => density.recip(),
        }
    }

    /// `E |u|`, in (0, 1]: the largest possible magnetization along the mode.
    pub fn mean_size(self) -> f64 {
        match self {
            Self::Gaussian => std::f64::consts::FRAC_2_PI.sqrt(),
            Self::Rademacher => 1.0,
            Self::Laplace => std::f64::consts::FRAC_1_SQRT_2,
            Self::Sparse { density } => density.sqrt(),
        }
    }

    /// The law as a mixture of Gaussians, exactly, or to 1e-12 of the averages (Laplace).
    pub(super) fn parts(self) -> Vec<Part> {
        let point = |weight, value| Part {
            weight,
            value,
            variance: 0.0,
        };
        match self {
            Self::Gaussian => vec![Part {
                weight: 1.0,
                value: 0.0,
                variance: 1.0,
            }],
            Self::Rademacher => vec![point(0.5, 1.0), point(0.5, -1.0)],
            Self::Laplace => laplace_parts(),
            Self::Sparse { density } => {
                let value = density.sqrt().recip();
                let mut parts = vec![point(0.5 * density, value), point(0.5 * density, -value)];
                if density < 1.0 {
                    parts.push(point(1.0 - density, 0.0));
                }
                parts
            }
        }
    }
}

/// `u = √x g` with x of the law `exp(−x)` is of Laplace's law: the double-exponential rule `x = exp(t − exp(−t))` for x.
fn laplace_parts() -> Vec<Part> {
    let nodes = LEVELS.map(|k| {
        let t = STEP * f64::from(k);
        let x = (t - (-t).exp()).exp();
        Part {
            weight: STEP * x * (1.0 + (-t).exp()) * (-x).exp(),
            value: 0.0,
            variance: x,
        }
    });
    nodes.filter(|part| part.weight > NEGLIGIBLE).collect()
}

/// A Gaussian of the joint law of several modes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) weight: f64,
    pub(super) values: Vec<f64>,
    pub(super) variances: Vec<f64>,
}

/// The joint law of independent modes, one term for each combination of their parts.
///
/// Where `is_symmetric`, averages are the same at u and −u for all modes together, and one term stands for both.
pub(super) fn joint_law(laws: &[ComponentLaw], is_symmetric: bool) -> Vec<Term> {
    let mut terms = vec![Term {
        weight: 1.0,
        values: Vec::new(),
        variances: Vec::new(),
    }];
    for law in laws {
        let parts = law.parts();
        terms = terms
            .iter()
            .flat_map(|term| parts.iter().map(|part| term.with(part)))
            .collect();
    }
    if is_symmetric {
        terms.retain_mut(Term::stands_for_both_signs);
    }
    terms
}

impl Term {
    fn with(&self, part: &Part) -> Self {
        let mut term = self.clone();
        term.weight *= part.weight;
        term.values.push(part.value);
        term.variances.push(part.variance);
        term
    }

    /// Doubles the weight of a term whose first value that is not zero is positive; false for its mirror image.
    fn stands_for_both_signs(&mut self) -> bool {
        let first = self.values.iter().copied().find(|value| value.abs() > 0.0);
        if first.is_some() {
            self.weight *= 2.0;
        }
        first.is_none_or(|value| value > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const LAWS: [ComponentLaw; 4] = [
        ComponentLaw::Gaussian,
        ComponentLaw::Rademacher,
        ComponentLaw::Laplace,
        ComponentLaw::Sparse { density: 0.1 },
    ];

    #[test]
    fn mixtures_have_the_moments_of_their_laws() {
        for law in LAWS {
            let moment =
                |f: fn(&Part) -> f64| law.parts().iter().map(|p| p.weight * f(p)).sum::<f64>();
            let fourth = |p: &Part| {
                p.value.powi(4)
                    + 6.0 * p.value * p.value * p.variance
                    + 3.0 * p.variance * p.variance
            };
            // The double-exponential rule is exact to 1e-14.
            assert_relative_eq!(moment(|_| 1.0), 1.0, max_relative = 1e-13);
            assert_relative_eq!(
                moment(|p| p.value * p.value + p.variance),
                1.0,
                max_relative = 1e-13
            );
            assert_relative_eq!(moment(fourth), law.kurtosis(), max_relative = 1e-13);
            let size = |p: &Part| p.value.abs() + (std::f64::consts::FRAC_2_PI * p.variance).sqrt();
            assert_relative_eq!(moment(size), law.mean_size(), max_relative = 1e-13);
        }
    }

    #[test]
    fn one_term_stands_for_both_signs() {
        for laws in [
            &LAWS[..2],
            &LAWS[1..2],
            &[LAWS[1], LAWS[3]],
            &[LAWS[3], LAWS[1]],
        ] {
            let all = joint_law(laws, false);
            let half = joint_law(laws, true);
            assert_eq!(half.len(), all.len().div_ceil(2));
            let even = |terms: &[Term]| -> f64 {
                terms
                    .iter()
                    .map(|t| t.weight * t.values.iter().sum::<f64>().powi(2))
                    .sum()
            };
            assert_relative_eq!(even(&all), even(&half), max_relative = 1e-14);
        }
    }

    #[test]
    fn a_density_outside_its_range_is_refused() {
        for density in [0.0, -0.1, 1.1, f64::NAN] {
            assert!(ComponentLaw::sparse(density).is_err());
        }
    }
}
