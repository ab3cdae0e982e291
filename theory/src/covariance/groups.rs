//! Close modes that stand out together where each of them alone does not.

use std::ops::Range;

use super::edges::lowest_in_gap;
use super::landing::Landing;
use crate::error::{Result, positive};
use crate::spectra::{Mode, Population};

/// Modes that stand out of the others together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Ranks of its modes.
    pub modes: Range<usize>,
    /// Number of directions per unit.
    pub weight: f64,
    /// Samples per unit above which all of its modes stand out of the modes outside of it.
    pub critical_alpha: f64,
    /// Whether the sample eigenvalues of the group, spread by their own noise, stay above those below it; of the lowest group, below those above it.
    pub is_separate: bool,
}

/// The groups of a population at `alpha` = samples/units, from the leading mode down.
///
/// A group is the smallest set of neighbouring modes, the next free one first, each of which exceeds the threshold that the modes *outside*
/// of the set make for it:
///
/// ```text
/// α > α_c(G) = max_{i ∈ G} (1/N) Σ_{k ∉ G} λ_k²/(λ_i − λ_k)²
/// ```
///
/// (own), which is [`critical_alpha`](super::critical_alpha) for a set of one. So the modes of a group are few beside a bulk of all others, and
/// each has its outlier `ψ(λ_i)` in the law of these; the formula for a lone mode counts its neighbours of the group as noise and may
/// call all of them absorbed. Within a group sample eigenvectors mix ([`place_of`](super::place_of) tells how much); with more
/// samples it splits into smaller ones. Modes that belong to no set are part of a continuum, as those of a long ring from few samples.
///
/// # References
/// Bai & Yao, J. Multivariate Anal. 106, 167 (2012), for the modes of a set; Bai & Silverstein, Ann. Probab. 27, 1536 (1999), for separation.
#[derive(Debug)]
pub struct Groups<'a> {
    population: &'a Population,
    alpha: f64,
    cuts: Vec<Cut>,
    /// Place in `cuts` of the next start.
    next: usize,
}

/// A rank at which one group may end and another begin.
#[derive(Debug, Clone, Copy)]
struct Cut {
    rank: usize,
    /// Whether the mode above it exceeds the threshold that the modes below it make, once that is known.
    ends: Option<bool>,
    /// Whether the mode below it exceeds the threshold that the modes above it make, once that is known.
    begins: Option<bool>,
}

impl<'a> Groups<'a> {
    /// The groups of a population, found as they are asked for.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is positive and finite.
    pub fn new(population: &'a Population, alpha: f64) -> Result<Self> {
        positive("alpha", alpha)?;
        let modes = population.modes();
        // Two neighbours are parted only if neither alone makes the other's threshold exceed α.
        let is_cut = |rank: &usize| {
            let (upper, lower) = (modes[*rank - 1], modes[*rank]);
            let gap = upper.eigenvalue - lower.eigenvalue;
            let pressed = |mode: &Mode| mode.weight * (mode.eigenvalue / gap).powi(2);
            pressed(&lower) < alpha && pressed(&upper) < alpha
        };
        let cut = |rank| Cut {
            rank,
            ends: None,
            begins: None,
        };
        let inner = (1..modes.len()).filter(is_cut);
        let ranks = std::iter::once(0).chain(inner).chain([modes.len()]);
        Ok(Self {
            population,
            alpha,
            cuts: ranks.map(cut).collect(),
            next: 0,
        })
    }

    /// The threshold that some modes make for that of a rank.
    fn pressed(&self, rank: usize, by: Range<usize>) -> f64 {
        let modes = self.population.modes();
        let l = modes[rank].eigenvalue;
        let press = |k: &Mode| k.weight * (k.eigenvalue / (l - k.eigenvalue)).powi(2);
        modes[by].iter().map(press).sum()
    }

    /// Whether a group may begin at a cut: its first mode is not absorbed by those above it.
    fn begins(&mut self, at: usize) -> bool {
        let Cut { rank, begins, .. } = self.cuts[at];
        let is_free = begins.unwrap_or_else(|| self.pressed(rank, 0..rank) < self.alpha);
        self.cuts[at].begins = Some(is_free);
        is_free
    }

    /// Whether a group may end at a cut: its last mode is not absorbed by those below it.
    fn ends(&mut self, at: usize) -> bool {
        let Cut { rank, ends, .. } = self.cuts[at];
        let all = self.population.modes().len();
        let is_free = ends.unwrap_or_else(|| self.pressed(rank - 1, rank..all) < self.alpha);
        self.cuts[at].ends = Some(is_free);
        is_free
    }

    /// The largest threshold of a mode of the set, the modes outside of it being the bulk.
    fn critical(&self, set: &Range<usize>) -> f64 {
        let all = self.population.modes().len();
        let outside = [0..set.start, set.end..all];
        let alone = |rank: usize| -> f64 {
            let sides = outside.iter().cloned();
            sides.map(|side| self.pressed(rank, side)).sum()
        };
        set.clone().map(alone).fold(0.0, f64::max)
    }

    /// Whether the law of all modes has a gap below the set; of the lowest set, above it.
    fn is_separate(&self, set: &Range<usize>) -> Result<bool> {
        let modes = self.population.modes();
        let gap = if set.end == modes.len() {
            set.start
        } else {
            set.end
        };
        let (upper, lower) = (modes[gap - 1].eigenvalue, modes[gap].eigenvalue);
        let aspect_ratio = self.population.aspect_ratio(self.alpha)?;
        let landing = Landing::new(self.population.spectrum(), aspect_ratio)?;
        let lowest = lowest_in_gap(&landing, lower, upper)?;
        Ok(landing.on_axis(lowest).slope > 0.0)
    }

    fn group(&self, modes: Range<usize>, critical_alpha: f64) -> Result<Group> {
        let weights = self.population.modes()[modes.clone()].iter();
        Ok(Group {
            weight: weights.map(|mode| mode.weight).sum(),
            critical_alpha,
            is_separate: self.is_separate(&modes)?,
            modes,
        })
    }
}

impl Iterator for Groups<'_> {
    type Item = Result<Group>;

    /// The whole population is no group: nothing is left to stand out of.
    fn next(&mut self) -> Option<Self::Item> {
        let all = self.population.modes().len();
        while self.next + 1 < self.cuts.len() {
            let first = self.next;
            for end in first + 1..self.cuts.len() {
                if !self.begins(first) {
                    break;
                }
                let set = self.cuts[first].rank..self.cuts[end].rank;
                if set.len() < all && self.ends(end) {
                    let critical = self.critical(&set);
                    if critical < self.alpha {
                        self.next = end;
                        return Some(self.group(set, critical));
                    }
                }
            }
            self.next += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::{critical_alpha, spike};
    use approx::assert_relative_eq;

    fn close_modes() -> Population {
        let groups = [(3.0, 1), (2.9, 1), (2.7, 2), (1.5, 30), (0.4, 66)];
        Population::finite(100, &groups).unwrap()
    }

    fn all(population: &Population, alpha: f64) -> Vec<Group> {
        let groups = Groups::new(population, alpha).unwrap();
        groups.map(Result::unwrap).collect()
    }

    #[test]
    fn close_modes_stand_out_together() {
        let population = close_modes();
        for mode in 0..3 {
            assert!(!spike(&population, mode, 2.0).unwrap().is_detached());
        }
        let first = &all(&population, 2.0)[0];
        assert_eq!(first.modes, 0..3);
        assert_relative_eq!(first.weight, 0.04, max_relative = 1e-12);
        // The lowest mode decides: 30 (1.5/1.2)² + 66 (0.4/2.3)² samples.
        let samples = 30.0 * (1.5_f64 / 1.2).powi(2) + 66.0 * (0.4_f64 / 2.3).powi(2);
        assert_relative_eq!(first.critical_alpha, samples / 100.0, max_relative = 1e-12);
        assert!(!first.is_separate);
    }

    #[test]
    fn more_samples_split_a_group() {
        let population = close_modes();
        let ranges = |alpha| -> Vec<_> {
            all(&population, alpha)
                .into_iter()
                .map(|g| g.modes)
                .collect()
        };
        assert_eq!(ranges(5.0)[..2], [0..2, 2..3]);
        assert_eq!(ranges(50.0)[..3], [0..1, 1..2, 2..3]);
        assert!(!all(&population, 50.0)[0].is_separate);
        assert!(all(&population, 500.0)[0].is_separate);
    }

    #[test]
    fn a_group_of_one_has_the_threshold_of_a_lone_mode() {
        let population = Population::ising_ring(Some(30), 0.5).unwrap();
        let alone = critical_alpha(&population, 0).unwrap();
        let first = &all(&population, 1.001 * alone)[0];
        assert_eq!(first.modes, 0..1);
        assert_relative_eq!(first.critical_alpha, alone, max_relative = 1e-12);
        assert_ne!(all(&population, 0.999 * alone)[0].modes, 0..1);
    }

    #[test]
    fn the_lowest_modes_stand_out_of_those_above() {
        let population = Population::finite(50, &[(1.0, 48), (0.1, 2)]).unwrap();
        let groups = all(&population, 10.0);
        let ranges: Vec<_> = groups.iter().map(|group| group.modes.clone()).collect();
        assert_eq!(ranges, [0..1, 1..2]);
        // 48 (1/0.9)² samples.
        assert_relative_eq!(
            groups[1].critical_alpha,
            48.0 / 50.0 / 0.81,
            max_relative = 1e-12
        );
        assert!(groups[1].is_separate);
    }

    #[test]
    fn the_modes_of_a_long_ring_are_a_continuum() {
        let population = Population::ising_ring(Some(200), 1.0423).unwrap();
        assert!(all(&population, 0.1).is_empty());
    }
}
