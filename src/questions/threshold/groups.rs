//! Close modes of a finite population, which a sample shows together.

use super::Sighting;
use crate::table::Field;
use anyhow::Result;
use saddlepoint_theory::covariance::{Group, Groups, Place, place_of};
use saddlepoint_theory::spectra::Population;

/// Places over which a degenerate mode is averaged; of more directions the mean changes little from one to the next.
const MOST_PLACES: usize = 8;

/// A mode among those that are close to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grouped {
    /// Number of its group, 0 for the uppermost.
    pub number: usize,
    /// Number of directions of the group.
    pub directions: usize,
    /// Samples per unit above which all of the group's modes stand out of the others.
    pub alpha: f64,
    /// Squared projection of the mode's sample eigenvector on the span of the group, where the sample has so many eigenvalues.
    pub overlap_squared: Option<f64>,
}

impl Grouped {
    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "group",
            "G",
            "number of the group of close modes that stand out together, 0 for the uppermost; empty where none does",
            "",
            |of| of.number.into(),
        ),
        Field::new(
            "group_directions",
            "g_G",
            "number of directions of the group",
            "",
            |of| of.directions.into(),
        ),
        Field::new(
            "group_alpha_c",
            "α_G",
            "samples per unit above which every mode of the group stands out of the modes outside of it",
            "α_G = max_(i∈G) (1/N) Σ_(k∉G) λ_k² / (λ_i − λ_k)²",
            |of| of.alpha.into(),
        ),
        Field::new(
            "group_overlap_squared",
            "c_G²",
            "squared projection of the mode's sample eigenvector on the span of its group, the mean over its sample eigenvectors",
            "Σ_(k∈G) g_k λ_k |u|² / (P x |u − λ_k|²)",
            |of| of.overlap_squared.into(),
        ),
    ];
}

/// What a sample shows of one mode among close ones.
pub(super) struct Shown {
    pub(super) grouped: Option<Grouped>,
    pub(super) seen: Option<Sighting>,
    pub(super) reason: Option<&'static str>,
}

/// The groups of a population, asked about from the leading mode down.
pub(super) struct Descent<'a> {
    population: &'a Population,
    alpha: f64,
    groups: Groups<'a>,
    current: Option<Group>,
    /// Number of groups found.
    found: usize,
    /// Directions of the modes above the next one.
    above: usize,
}

impl<'a> Descent<'a> {
    pub(super) fn new(population: &'a Population, alpha: f64) -> Result<Self> {
        Ok(Self {
            population,
            alpha,
            groups: Groups::new(population, alpha)?,
            current: None,
            found: 0,
            above: 0,
        })
    }

    /// The group of the mode of a rank, not above one that was asked about before.
    pub(super) fn group_of(&mut self, rank: usize) -> Result<Option<&Group>> {
        let is_above = |group: &Group| group.modes.end <= rank;
        while self.found == 0 || self.current.as_ref().is_some_and(is_above) {
            self.current = self.groups.next().transpose()?;
            self.found += 1;
        }
        let holds = |group: &&Group| group.modes.contains(&rank);
        Ok(self.current.as_ref().filter(holds))
    }

    /// The mean over the places of the next mode's sample eigenvalues.
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn mean_place(&self, degeneracy: usize) -> Option<Place> {
        let places = degeneracy.clamp(1, MOST_PLACES);
        let width = degeneracy as f64 / places as f64;
        let at = |j: usize| {
            let above = self.above as f64 + (j as f64 + 0.5) * width;
            place_of(self.population, self.alpha, above).ok()
        };
        let mut mean = at(0)?;
        for j in 1..places {
            let place = at(j)?;
            mean.eigenvalue += place.eigenvalue;
            for (sum, (_, overlap)) in mean.overlaps.iter_mut().zip(place.overlaps) {
                sum.1 += overlap;
            }
        }
        let share = (places as f64).recip();
        mean.eigenvalue *= share;
        mean.overlaps.iter_mut().for_each(|sum| sum.1 *= share);
        Some(mean)
    }

    /// What the sample shows of the next mode; each is asked about once, from rank 0.
    pub(super) fn shown(&mut self, rank: usize) -> Result<Shown> {
        let degeneracy = self.population.mode(rank)?.degeneracy.unwrap_or(1);
        let place = self.mean_place(degeneracy);
        self.above += degeneracy;
        let group = self.group_of(rank)?.cloned();
        let grouped = group.as_ref().map(|group| {
            let modes = &self.population.modes()[group.modes.clone()];
            Grouped {
                number: self.found - 1,
                directions: modes.iter().filter_map(|mode| mode.degeneracy).sum(),
                alpha: group.critical_alpha,
                overlap_squared: place.as_ref().map(|place| {
                    let overlaps = &place.overlaps[group.modes.clone()];
                    overlaps.iter().map(|overlap| overlap.1).sum()
                }),
            }
        });
        Ok(Shown {
            grouped,
            seen: place.map(|place| Sighting {
                eigenvalue: place.eigenvalue,
                is_detached: group.is_some(),
                overlap_squared: place.overlaps[rank].1,
            }),
            reason: match group {
                None => Some("no set of modes around it stands out of the others at this alpha"),
                Some(group) if !group.is_separate => Some(
                    "the group's own noise spreads its sample eigenvalues into the neighbouring ones",
                ),
                Some(_) => None,
            },
        })
    }
}
