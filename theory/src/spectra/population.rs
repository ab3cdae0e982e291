//! The modes of a population: its eigenvalues with the number of directions that share each.

use std::sync::Arc;

use super::{Atoms, PoissonBands, PopulationSpectrum};
use crate::error::{Error, Result, check};
use crate::numerics::count;

/// Eigenvalues closer than this, relative to the larger, belong to one degenerate group: symmetry makes them equal and
/// only rounding tells them apart.
const DEGENERATE: f64 = 1e-11;

/// A group of directions that share one population eigenvalue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode {
    /// Population eigenvalue λ ≥ 0.
    pub eigenvalue: f64,
    /// Number of directions per unit; 0 for a few directions among infinitely many.
    pub weight: f64,
    /// Number of directions, where it is finite and known.
    pub degeneracy: Option<usize>,
}

/// The population covariance of a data model: its modes, leading first, and their law.
///
/// Sums over modes are per unit, as in `α = samples/units`: a population with p variables per unit has total weight p.
/// A population may be infinite (`units()` is `None`); its few leading modes then have weight 0.
#[derive(Debug, Clone)]
pub struct Population {
    units: Option<usize>,
    variables_per_unit: f64,
    modes: Vec<Mode>,
    spectrum: Arc<dyn PopulationSpectrum>,
}

impl Population {
    /// A finite population from (eigenvalue, number of directions); equal eigenvalues become one mode.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if `units` is 0, an eigenvalue is negative or not finite, or there is no direction.
    pub fn finite(units: usize, groups: &[(f64, usize)]) -> Result<Self> {
        check("units", "at least 1", count(units), |n| n >= 1.0)?;
        let mut sorted: Vec<(f64, usize)> = groups.iter().copied().filter(|g| g.1 > 0).collect();
        for &(eigenvalue, _) in &sorted {
            check("eigenvalue", "non-negative and finite", eigenvalue, |x| {
                x >= 0.0
            })?;
        }
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut merged: Vec<(f64, usize)> = Vec::with_capacity(sorted.len());
        for (eigenvalue, degeneracy) in sorted {
            match merged.last_mut() {
                Some(last) if last.0 - eigenvalue <= DEGENERATE * last.0 => last.1 += degeneracy,
                _ => merged.push((eigenvalue, degeneracy)),
            }
        }
        let total: usize = merged.iter().map(|g| g.1).sum();
        let modes = merged
            .iter()
            .map(|&(eigenvalue, degeneracy)| Mode {
                eigenvalue,
                weight: count(degeneracy) / count(units),
                degeneracy: Some(degeneracy),
            })
            .collect();
        let pairs: Vec<_> = merged.iter().map(|g| (g.0, count(g.1))).collect();
        Ok(Self {
            units: Some(units),
            variables_per_unit: count(total) / count(units),
            modes,
            spectrum: Arc::new(Atoms::new(&pairs)?),
        })
    }

    /// A finite population with one direction per listed eigenvalue; as many units as eigenvalues.
    ///
    /// # Errors
    /// As [`Population::finite`].
    pub fn from_eigenvalues(eigenvalues: &[f64]) -> Result<Self> {
        let groups: Vec<_> = eigenvalues.iter().map(|&x| (x, 1)).collect();
        Self::finite(eigenvalues.len(), &groups)
    }

    /// A population whose eigenvalues have the given fractions of the directions (scaled to sum to 1).
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] as [`Atoms::new`].
    pub fn from_weights(pairs: &[(f64, f64)]) -> Result<Self> {
        let atoms = Atoms::new(pairs)?;
        Ok(Self::infinite(Arc::new(atoms), 1.0, Vec::new()))
    }

    /// An infinite population: a bulk law and a few modes of vanishing weight above or within it.
    pub(super) fn infinite(
        spectrum: Arc<dyn PopulationSpectrum>,
        variables_per_unit: f64,
        few: Vec<(f64, usize)>,
    ) -> Self {
        let mut modes: Vec<_> = few
            .into_iter()
            .map(|(eigenvalue, n)| Mode {
                eigenvalue,
                weight: 0.0,
                degeneracy: Some(n),
            })
            .collect();
        modes.extend(
            spectrum
                .atoms()
                .into_iter()
                .map(|(eigenvalue, weight)| Mode {
                    eigenvalue,
                    weight: weight * variables_per_unit,
                    degeneracy: None,
                }),
        );
        modes.sort_by(|a, b| b.eigenvalue.total_cmp(&a.eigenvalue));
        Self {
            units: None,
            variables_per_unit,
            modes,
            spectrum,
        }
    }

    /// Continuous bands, whose upper end counts as a mode of `degeneracy` directions and vanishing weight.
    pub(super) fn continuum(
        bands: PoissonBands,
        variables_per_unit: f64,
        degeneracy: usize,
    ) -> Self {
        let top = bands.support().1;
        Self::infinite(Arc::new(bands), variables_per_unit, vec![(top, degeneracy)])
    }

    /// Number N of units (sites), `None` when infinite.
    pub fn units(&self) -> Option<usize> {
        self.units
    }

    /// Variables per unit: 1 except for one-hot data.
    pub fn variables_per_unit(&self) -> f64 {
        self.variables_per_unit
    }

    /// The modes, largest eigenvalue first.
    pub fn modes(&self) -> &[Mode] {
        &self.modes
    }

    /// The law H of the eigenvalues over all variables, ∫ dH = 1.
    pub fn spectrum(&self) -> &dyn PopulationSpectrum {
        self.spectrum.as_ref()
    }

    /// The mode with the given rank, 0 for the leading one.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if there are not so many modes.
    pub fn mode(&self, rank: usize) -> Result<Mode> {
        self.modes.get(rank).copied().ok_or(Error::OutOfDomain {
            name: "mode",
            domain: "below the number of distinct eigenvalues",
            value: count(rank),
        })
    }

    /// Aspect ratio γ = variables/samples that belongs to `alpha` = samples/units.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `alpha` is positive and finite.
    pub fn aspect_ratio(&self, alpha: f64) -> Result<f64> {
        Ok(self.variables_per_unit / crate::error::positive("alpha", alpha)?)
    }

    /// The population without one mode: its law and its number of variables per unit; `None` if nothing is left.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if there is no mode of that rank.
    pub fn without(&self, rank: usize) -> Result<Option<(Arc<dyn PopulationSpectrum>, f64)>> {
        let removed = self.mode(rank)?;
        if removed.weight <= 0.0 {
            return Ok(Some((Arc::clone(&self.spectrum), self.variables_per_unit)));
        }
        let mut rest: Vec<_> = self
            .modes
            .iter()
            .map(|mode| (mode.eigenvalue, mode.weight))
            .collect();
        rest.remove(rank);
        let weight: f64 = rest.iter().map(|r| r.1).sum();
        if weight <= 0.0 {
            return Ok(None);
        }
        Ok(Some((Arc::new(Atoms::new(&rest)?), weight)))
    }

    /// `(1/N) Σ_rest f(λ)`: the sum over all modes but one.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if there is no mode of that rank.
    pub fn sum_without(&self, rank: usize, f: &dyn Fn(f64) -> f64) -> Result<f64> {
        let removed = self.mode(rank)?;
        if removed.weight <= 0.0 {
            return Ok(self.variables_per_unit * self.spectrum.expect(f));
        }
        let others = self.modes.iter().enumerate().filter(|(k, _)| *k != rank);
        Ok(others
            .map(|(_, mode)| mode.weight * f(mode.eigenvalue))
            .sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn degenerate_eigenvalues_form_one_mode() {
        let population =
            Population::finite(4, &[(1.0, 1), (2.0, 1), (2.0 + 1e-13, 1), (0.0, 1)]).unwrap();
        let modes = population.modes();
        assert_eq!(modes.len(), 3);
        assert_eq!(modes[0].degeneracy, Some(2));
        assert_relative_eq!(modes[0].weight, 0.5);
    }

    #[test]
    fn the_rest_and_the_mode_make_the_whole() {
        let population = Population::from_eigenvalues(&[1.0, 2.0, 2.0, 5.0]).unwrap();
        let rest = population.sum_without(0, &|x| x).unwrap();
        assert_relative_eq!(rest + 5.0 / 4.0, population.spectrum().moment(1));
        assert!(population.mode(3).is_err());
    }
}
