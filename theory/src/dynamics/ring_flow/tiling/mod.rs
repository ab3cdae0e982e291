//! Machines of many hidden units, each of which reaches the sites of an arc.
//!
//! A sum over 2^M hidden states stops at some 16 units. With weights that are 0 outside an arc of each unit it is a product of
//! transfer matrices over the states of the few units that reach one site, however many there are around the ring. Such a machine is one
//! like any other, and its log-likelihood is exact: what the arcs cost is what one gains by making them longer.

mod chain;
mod schedule;

use faer::Mat;

use super::transfer::positive_phase_of_arc;
use super::{Field, RingFlow};
use crate::dynamics::flow::{Flow, Optimum, Scale, Search, climb, log_likelihood, scattered};
use crate::error::{Error, Result, check};
use crate::numerics::count;
use chain::{NegativePhase, negative_phase};
use schedule::{Arc, Schedule};

/// The most hidden units that reach one site, whose states are summed over.
const MOST_ACTIVE: usize = 13;

/// Neglected eigenvalues of a lap in units of the largest, an error of the log-likelihood in nats.
const CLOSED: f64 = 1e-11;

/// A gain of log-likelihood below which arcs are long enough, in nats.
const NO_GAIN: f64 = 1e-8;

/// Distance of a scattered centre from its place among equidistant ones, in units of the spacing.
const SCATTER: f64 = 0.5;

/// The best machine of many hidden units that a search finds, with fields on arcs.
#[derive(Debug, Clone)]
pub struct Tiling {
    /// The machine, at an optimum among all of the same arcs.
    pub optimum: Optimum,
    /// Sites on either side of the middle one of an arc: weights further away are 0.
    pub reach: usize,
    /// Log-likelihood, in nats, gained when the arcs were last made longer, by N/M sites on either side; `None` if they never were. A
    /// field decays exponentially, so that what longer arcs would still bring is of this order or less.
    pub last_gain: Option<f64>,
}

impl RingFlow {
    /// The best machine of `hidden` units on arcs, as [`Flow::optima`] finds those of few units.
    ///
    /// Arcs begin with N/M sites on either side of equidistant centres and grow by as many, following the fields, until that gains less than
    /// 1e-8 nats, or 13 units would reach one site. `search.starts` starts are tried: equidistant bumps, small irregular
    /// weights, bumps near equidistant places, and so on.
    ///
    /// From N/2 units on the log-likelihood is that of the data's own law: a unit copies a spin, by a weight that grows without end,
    /// and joins it to its neighbours by weights β, so that every other spin has one.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 1 ≤ `hidden` ≤ N and there is a start, and for settings out of range;
    /// [`Error::NotFinite`] if a search runs away.
    pub fn tiling(&self, hidden: usize, search: &Search) -> Result<Tiling> {
        check(
            "hidden units",
            "at least 1 and at most the number of sites",
            count(hidden),
            |m| m >= 1.0 && m <= count(self.units),
        )?;
        check("starts", "at least 1", count(search.starts), |n| n >= 1.0)?;
        let mut grown = Vec::with_capacity(search.starts);
        for number in 0..search.starts as u64 {
            let mut growth = Growth::new(self, hidden, number, search)?;
            growth.lengthen(search)?;
            grown.push(growth);
        }
        // Short arcs do not yet tell which is best in the end: the equidistant one has a second chance.
        let others = grown.split_off(1).into_iter();
        grown.extend(others.max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood)));
        let mut best: Option<Growth<'_>> = None;
        for mut growth in grown {
            while !growth.is_grown {
                growth.lengthen(search)?;
            }
            if best
                .as_ref()
                .is_none_or(|best| growth.log_likelihood > best.log_likelihood)
            {
                best = Some(growth);
            }
        }
        let best = best.ok_or(Error::NotFinite { name: "the tiling" })?;
        best.finish(search)
    }
}

/// A machine whose arcs become longer.
struct Growth<'a> {
    machine: OnArcs<'a>,
    weights: Vec<f64>,
    log_likelihood: f64,
    last_gain: Option<f64>,
    /// Whether longer arcs are not possible, or not worth it.
    is_grown: bool,
    /// Steps of all climbs.
    iterations: usize,
}

impl<'a> Growth<'a> {
    fn new(ring: &'a RingFlow, hidden: usize, number: u64, search: &Search) -> Result<Self> {
        let n = count(ring.units);
        let spacing = n / count(hidden);
        let at = |unit: usize| scattered(search.seed, number << 32 | unit as u64);
        let centres: Vec<f64> = (0..hidden)
            .map(|unit| match number {
                0 => spacing * (count(unit) + 0.5),
                _ => spacing * (count(unit) + 0.5 + SCATTER * (at(unit) - 0.5)),
            })
            .collect();
        let bumps = ring.bumps();
        let start: Vec<f64> = if number % 2 == 1 {
            ring.start(hidden, number, search.seed)
        } else {
            centres.iter().flat_map(|&c| bumps.bump(c)).collect()
        };
        // Shorter than the ring, however few the units.
        let reach = ring.units.div_ceil(hidden).min((ring.units - 2) / 2);
        let machine = OnArcs::new(ring, &centres, reach);
        let mut growth = Self {
            weights: machine.within(&start),
            machine,
            log_likelihood: f64::NEG_INFINITY,
            last_gain: None,
            is_grown: false,
            iterations: 0,
        };
        growth.climb(search)?;
        Ok(growth)
    }

    /// Climbs to where the slope vanishes.
    fn climb(&mut self, search: &Search) -> Result<()> {
        let start = std::mem::take(&mut self.weights);
        let end = climb(&self.machine, start, search)?;
        self.weights = end.state;
        self.iterations += end.iterations;
        self.log_likelihood = self.machine.log_likelihood(&self.weights);
        Ok(())
    }

    /// Makes the arcs longer and climbs again, or finds that this is not possible, or not worth it.
    fn lengthen(&mut self, search: &Search) -> Result<()> {
        let Some(machine) = self.machine.longer(&self.weights) else {
            self.is_grown = true;
            return Ok(());
        };
        let mut longer = Self {
            weights: machine.within(&self.weights),
            machine,
            ..*self
        };
        longer.climb(search)?;
        if longer.machine.neglected(&longer.weights) > CLOSED {
            self.is_grown = true;
            return Ok(());
        }
        let gain = longer.log_likelihood - self.log_likelihood;
        longer.last_gain = Some(gain);
        longer.is_grown = gain <= NO_GAIN;
        *self = longer;
        Ok(())
    }

    /// Makes sure that the end is a maximum.
    fn finish(self, search: &Search) -> Result<Tiling> {
        let n = self.machine.ring.units;
        let weights = Mat::from_fn(n, self.weights.len() / n, |i, m| self.weights[m * n + i]);
        let mut optimum = self.machine.ascend(&weights, search)?;
        optimum.iterations += self.iterations;
        Ok(Tiling {
            optimum,
            reach: self.machine.reach,
            last_gain: self.last_gain,
        })
    }
}

/// Machines with given arcs: a flow whose gradient is 0 outside of them.
#[derive(Debug)]
struct OnArcs<'a> {
    ring: &'a RingFlow,
    arcs: Vec<Arc>,
    reach: usize,
    schedule: Schedule,
}

impl<'a> OnArcs<'a> {
    /// Arcs of `reach` sites on either side of the site next to each centre.
    fn new(ring: &'a RingFlow, centres: &[f64], reach: usize) -> Self {
        let n = ring.units;
        let arc = |centre: &f64| Arc {
            first: (nearest_site(*centre, n) + n - reach) % n,
            sites: 2 * reach + 1,
        };
        let arcs: Vec<Arc> = centres.iter().map(arc).collect();
        Self {
            schedule: Schedule::new(n, &arcs),
            ring,
            arcs,
            reach,
        }
    }

    /// Longer arcs around the fields that have been learnt; none where too many would overlap, or too much of the trace were neglected.
    fn longer(&self, weights: &[f64]) -> Option<Self> {
        let n = self.ring.units;
        let reach = self.reach + n.div_ceil(self.arcs.len());
        if 2 * reach + 1 >= n {
            return None;
        }
        let fields = weights.chunks(n).zip(&self.arcs);
        let centres: Vec<f64> = fields
            .map(|(w, arc)| {
                let middle = count((arc.first + self.reach) % n);
                Field::new(w).centre.unwrap_or(middle)
            })
            .collect();
        let longer = Self::new(self.ring, &centres, reach);
        let is_possible = longer.schedule.width() <= MOST_ACTIVE
            && longer.neglected(&longer.within(weights)) <= CLOSED;
        is_possible.then_some(longer)
    }

    /// Weights without what is outside the arcs.
    fn within(&self, weights: &[f64]) -> Vec<f64> {
        let n = self.ring.units;
        let mut within = vec![0.0; weights.len()];
        for (unit, arc) in self.arcs.iter().enumerate() {
            for site in arc.around(n) {
                within[unit * n + site] = weights[unit * n + site];
            }
        }
        within
    }

    fn log_likelihood(&self, weights: &[f64]) -> f64 {
        log_likelihood(self, weights)
    }

    /// Eigenvalues of a lap that the negative phase leaves out.
    fn neglected(&self, weights: &[f64]) -> f64 {
        let mut gradient = vec![0.0; weights.len()];
        negative_phase(&self.schedule, weights, &mut gradient).neglected
    }
}

/// The site next to a place on a ring of n sites.
fn nearest_site(place: f64, n: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to n"
    )]
    let site = place.rem_euclid(count(n)).round() as usize;
    site % n
}

impl Flow for OnArcs<'_> {
    fn units(&self) -> usize {
        self.ring.units
    }

    fn most_hidden(&self) -> usize {
        self.arcs.len()
    }

    fn evaluate(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let n = self.ring.units;
        let mut positive = 0.0;
        let fields = weights.chunks(n).zip(gradient.chunks_mut(n));
        for ((w, gradient), arc) in fields.zip(&self.arcs) {
            let within: Vec<f64> = arc.around(n).map(|site| w[site]).collect();
            let mut means = vec![0.0; within.len()];
            positive += positive_phase_of_arc(self.ring, &within, &mut means);
            for (site, mean) in arc.around(n).zip(means) {
                gradient[site] = mean;
            }
        }
        let NegativePhase { log_partition, .. } = negative_phase(&self.schedule, weights, gradient);
        positive - log_partition
    }

    fn scale(&self) -> Scale {
        self.ring.scale()
    }

    fn runaway(&self) -> f64 {
        self.ring.runaway()
    }

    fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        self.within(&self.ring.start(hidden, number, seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_of_a_lap_is_the_sum_over_all_hidden_states() {
        for (units, beta, hidden) in [
            (24, 0.5, 5),
            (40, 1.0, 8),
            (24, -0.5, 8),
            (24, 0.5, 12),
            (20, 2.0, 10),
            (9, -1.0, 6),
        ] {
            let ring = RingFlow::new(units, beta).unwrap();
            let spacing = count(units) / count(hidden);
            let centres: Vec<f64> = (0..hidden).map(|m| spacing * count(m)).collect();
            let bumps = ring.bumps();
            let start: Vec<f64> = centres.iter().flat_map(|&c| bumps.bump(c)).collect();
            for reach in 1..(units - 1) / 2 {
                let machine = OnArcs::new(&ring, &centres, reach);
                let weights = machine.within(&start);
                let (mut whole, mut found) = (vec![0.0; weights.len()], vec![0.0; weights.len()]);
                let exact = ring.evaluate(&weights, &mut whole);
                let error = (machine.evaluate(&weights, &mut found) - exact).abs();
                // The estimate of what is neglected is right to a factor of some ten; rounding adds up over the sites.
                let allowed = 100.0 * machine.neglected(&weights) + 1e-12;
                assert!(
                    error < allowed,
                    "{units} {hidden} {reach}: {error} {allowed}"
                );
                for ((w, x), y) in weights.iter().zip(&whole).zip(&found) {
                    assert!(*w == 0.0 || (x - y).abs() < allowed, "{x} {y}");
                }
            }
        }
    }
}
