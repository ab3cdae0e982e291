//! Which sets of modes are looked for as recalled together.

use super::components::ComponentLaw;
use super::{Ensemble, State};

/// Most modes of which every set is looked for.
const ALL_SETS: usize = 6;
/// Largest number of terms of a joint law: three modes of Laplace's law have 216 000, which take some tenths of a second.
const MAX_TERMS: usize = 250_000;

/// Sets of modes, by index, the strongest mode of each first.
pub(super) struct Sets {
    pub(super) sets: Vec<Vec<usize>>,
    /// Whether every set is among them, or stands for one that is left out by symmetry.
    pub(super) are_all: bool,
}

impl Ensemble {
    /// The sets of modes that [`branches`](Self::branches) looks for: every one of at most six modes with w > 1; of more modes each alone
    /// and the two, three, … strongest.
    ///
    /// Weaker modes are never recalled. Modes of one law and one w are interchangeable: the set with the first of them stands for
    /// all. At most one mode of a set has Gaussian components: `w_a² (1−q)(1−q̄) = 1` for each that is recalled, and at equal w rotations
    /// turn two of them into one. Sets whose average has more than 250 000 terms are left out.
    pub(super) fn sets(&self) -> Sets {
        let mut order: Vec<usize> = (0..self.modes.len()).collect();
        order.sort_by(|a, b| self.modes[*b].0.total_cmp(&self.modes[*a].0));
        order.retain(|a| self.modes[*a].0 > 1.0);
        let every = order.len() <= ALL_SETS;
        let candidates = if every {
            subsets(&order)
        } else {
            let alone = order.iter().map(|a| vec![*a]);
            let together = (2..=order.len()).map(|count| self.with_one_gaussian(&order[..count]));
            alone.chain(together).collect()
        };
        let different: Vec<Vec<usize>> = candidates
            .into_iter()
            .filter(|set| self.stands_for_its_copies(set, &order) && self.has_one_gaussian(set))
            .collect();
        let count = different.len();
        let sets: Vec<_> = different
            .into_iter()
            .filter(|set| self.terms(set) <= MAX_TERMS)
            .collect();
        Sets {
            are_all: every && sets.len() == count,
            sets,
        }
    }

    /// Whether [`branches`](Self::branches) looks for every set of modes, those aside that a symmetry makes of another.
    pub fn looks_for_all_sets(&self) -> bool {
        self.sets().are_all
    }

    /// The set of a state's modes and a further one that the state would take up; `None` where there is none.
    pub(super) fn extended(&self, state: &State) -> Option<Vec<usize>> {
        let mut set: Vec<usize> = state.recalled().collect();
        let idle = (0..self.modes.len()).filter(|a| !set.contains(a));
        let strongest = idle.max_by(|a, b| self.modes[*a].0.total_cmp(&self.modes[*b].0))?;
        set.push(strongest);
        let can_be_recalled = self.modes[strongest].0 > 1.0
            && self.has_one_gaussian(&set)
            && self.terms(&set) <= MAX_TERMS;
        (!state.is_minimum() && can_be_recalled).then_some(set)
    }

    /// Of interchangeable modes the set has the first.
    fn stands_for_its_copies(&self, set: &[usize], order: &[usize]) -> bool {
        set.iter().all(|a| {
            let earlier = order.iter().take_while(|b| *b != a);
            let mut alike = earlier.filter(|b| self.modes[**b] == self.modes[*a]);
            alike.all(|b| set.contains(b))
        })
    }

    fn is_gaussian(&self, mode: usize) -> bool {
        self.modes[mode].1 == ComponentLaw::Gaussian
    }

    fn has_one_gaussian(&self, set: &[usize]) -> bool {
        set.iter().filter(|a| self.is_gaussian(**a)).count() <= 1
    }

    /// Without the weaker ones of several modes with Gaussian components.
    fn with_one_gaussian(&self, set: &[usize]) -> Vec<usize> {
        let strongest = set.iter().copied().find(|a| self.is_gaussian(*a));
        let kept = set.iter().copied();
        kept.filter(|a| !self.is_gaussian(*a) || strongest == Some(*a))
            .collect()
    }

    /// Terms of the joint law of a set, before those that stand for both signs.
    fn terms(&self, set: &[usize]) -> usize {
        let parts = set.iter().map(|a| self.modes[*a].1.parts().len());
        parts.fold(1, usize::saturating_mul)
    }
}

/// Every set but the empty one, the smaller ones first.
fn subsets(order: &[usize]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = (1..1_usize << order.len())
        .map(|mask| {
            let members = order.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1);
            members.map(|(_, a)| *a).collect()
        })
        .collect();
    found.sort_by_key(Vec::len);
    found
}
