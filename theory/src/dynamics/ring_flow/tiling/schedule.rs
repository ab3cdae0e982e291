//! Which hidden units reach which sites, when one goes around the ring.

/// Sites `first`, `first + 1`, … of a ring, `sites` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arc {
    pub(super) first: usize,
    pub(super) sites: usize,
}

impl Arc {
    /// The sites, around a ring of `units`.
    pub(super) fn around(self, units: usize) -> impl Iterator<Item = usize> {
        (0..self.sites).map(move |offset| (self.first + offset) % units)
    }

    fn contains(self, site: usize, units: usize) -> bool {
        (site + units - self.first) % units < self.sites
    }
}

/// What happens at one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// Hidden units that reach this site and not the one before.
    pub(super) entering: usize,
    /// All that reach it; unit p of the list is bit p of a state, those that enter come last.
    pub(super) active: Vec<usize>,
    /// Bits of those that do not reach the next site, the highest first.
    pub(super) leaving: Vec<usize>,
}

/// The hidden units that are active at each site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    /// One step for each site.
    pub(super) steps: Vec<Step>,
    /// Units that reach across the seam, from the last site to the first one.
    pub(super) across: usize,
}

impl Schedule {
    /// For arcs shorter than the ring.
    pub(super) fn new(units: usize, arcs: &[Arc]) -> Self {
        let last = units - 1;
        let is_active = |unit: usize, site: usize| arcs[unit].contains(site, units);
        let mut active: Vec<usize> = (0..arcs.len())
            .filter(|&unit| is_active(unit, last) && is_active(unit, 0))
            .collect();
        // In the order in which they enter, and so come around.
        active.sort_by_key(|&unit| (arcs[unit].first, unit));
        let across = active.len();
        let mut steps = Vec::with_capacity(units);
        for site in 0..units {
            let before = active.len();
            active.extend((0..arcs.len()).filter(|&unit| arcs[unit].first == site));
            let next = (site + 1) % units;
            let leaves = |unit: usize| !is_active(unit, next);
            steps.push(Step {
                entering: active.len() - before,
                leaving: (0..active.len())
                    .rev()
                    .filter(|&bit| leaves(active[bit]))
                    .collect(),
                active: active.clone(),
            });
            active.retain(|&unit| !leaves(unit));
        }
        Self { steps, across }
    }

    /// The most units that are active at a site.
    pub(super) fn width(&self) -> usize {
        let widths = self.steps.iter().map(|step| step.active.len());
        widths.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_around_in_the_order_in_which_they_left() {
        let arcs: Vec<Arc> = [8, 0, 3, 9, 3]
            .into_iter()
            .map(|first| Arc { first, sites: 4 })
            .collect();
        let schedule = Schedule::new(10, &arcs);
        assert_eq!(schedule.across, 2);
        assert_eq!(schedule.steps[0].active, [0, 3, 1]);
        assert_eq!(schedule.steps[1].leaving, [0]);
        assert_eq!(schedule.steps[2].active, [3, 1]);
        assert_eq!(schedule.steps[3].active, [1, 2, 4]);
        assert_eq!(schedule.steps[3].entering, 2);
        assert_eq!(schedule.steps[6].leaving, [1, 0]);
        assert_eq!(schedule.steps[7].active, [0_usize; 0]);
        assert_eq!(schedule.steps[9].active, [0, 3]);
        assert_eq!(schedule.width(), 3);
    }
}
