//! A place cell in the landscape of a data set.

use std::f64::consts::TAU;

use saddlepoint_simulator::training::Likelihood;
use saddlepoint_theory::dynamics::diffusion::{LandscapeWalk, PlaceCell, Training};

use crate::comparison::{Estimate, as_float, mean};
use crate::error::Result;
use crate::table::{Parameters, Prediction, Row};

/// Log-likelihoods at the bump on each site, beginning with that where it is.
pub(super) fn landscape(likelihood: &Likelihood<'_>, weights: &[f64]) -> Result<Vec<f64>> {
    let mut moved = weights.to_vec();
    let heights = (0..weights.len()).map(|_| {
        let height = likelihood.value(&moved)?;
        moved.rotate_right(1);
        Ok(height)
    });
    heights.collect()
}

/// The mean of cos 2π(x(s + t) − x(s))/N over a run, for a lag in records.
pub(super) fn memory(places: &[f64], units: usize, lag: usize) -> f64 {
    let turn = TAU / as_float(units);
    let pairs = places.iter().zip(&places[lag..]);
    let sum: f64 = pairs.map(|(from, to)| (turn * (to - from)).cos()).sum();
    sum / as_float(places.len() - lag)
}

/// Updates in which a free place cell forgets its place, τ = N²/(4π² D).
pub(super) fn forgotten(cell: &PlaceCell, training: &Training) -> Result<f64> {
    let units = as_float(cell.weights().len());
    Ok((units / TAU).powi(2) / cell.diffusion(training)?)
}

/// The noise of batches, stronger by a factor f than in the limit η/B → 0.
///
/// It multiplies D by f and, at fixed mobility, T by f.
pub(super) struct Noise {
    /// Number of sites N of the ring.
    units: usize,
    /// Factor f, 1 in the limit.
    factor: Estimate,
    /// f T, nats.
    temperature: f64,
    /// f D times the updates between two records, sites².
    interval: f64,
}

impl Noise {
    /// From the memory of fresh samples at a lag in records, exp(−f t/τ).
    pub(super) fn of_fresh(
        memory: Estimate,
        lag: usize,
        stride: usize,
        cell: &PlaceCell,
        training: &Training,
    ) -> Result<Self> {
        let time = as_float(lag * stride) / forgotten(cell, training)?;
        let factor = Estimate {
            mean: -memory.mean.ln() / time,
            standard_error: memory.standard_error / (memory.mean * time),
            ..memory
        };
        Ok(Self {
            units: cell.weights().len(),
            factor,
            temperature: factor.mean * cell.temperature(training)?,
            interval: factor.mean * cell.diffusion(training)? * as_float(stride),
        })
    }

    /// The factor, beside the 1 to which it tends, not judged.
    pub(super) fn row(&self, parameters: &Parameters) -> Row {
        let parameters = Parameters {
            unjudged: Some("leading-order"),
            temperature: Some(self.temperature),
            ..parameters.clone()
        };
        let name = "diffusion_over_theory";
        Row::compare(&parameters, Some(self.units), name, 1.0, &self.factor)
    }

    /// What the theory says of the memory at every lag in a landscape, with noise that is larger by a factor.
    fn memories(
        &self,
        landscape: &[f64],
        larger: f64,
        records: usize,
        looks: &[Look],
    ) -> Result<Vec<f64>> {
        let walk = LandscapeWalk::new(landscape, larger * self.temperature)?;
        let interval = larger * self.interval;
        let duration = interval * as_float(records);
        let memories = looks
            .iter()
            .map(|look| Ok(walk.memory(interval * as_float(look.lag), duration)?));
        memories.collect()
    }

    /// The rows of one data set size; the control is a landscape that is not felt.
    ///
    /// The landscape of each replica is its first N values; of none the samples are fresh. The factor comes from other runs than those
    /// that are judged: its error counts.
    pub(super) fn compare(
        &self,
        replicas: &[Vec<f64>],
        records: usize,
        looks: &[Look],
    ) -> Result<Vec<Row>> {
        let predict = |larger: f64| -> Result<Vec<Vec<f64>>> {
            let own = replicas.iter().map(|values| &values[..self.units]);
            own.map(|landscape| self.memories(landscape, larger, records, looks))
                .collect()
        };
        // The error of the factor is common to all data sets.
        let relative = self.factor.standard_error / self.factor.mean;
        let (predicted, shifted) = (predict(1.0)?, predict(1.0 + relative)?);
        let flat = self.memories(&vec![0.0; self.units], 1.0, records, looks)?;
        let mut rows = Vec::new();
        for (k, look) in looks.iter().enumerate() {
            let theory = mean(predicted.iter().map(|memories| memories[k]));
            let common = mean(shifted.iter().map(|memories| memories[k])) - theory;
            // Data set by data set, so that their scatter does not count.
            let pairs = replicas.iter().zip(&predicted);
            let paired: Vec<f64> = pairs
                .map(|(values, own)| values[self.units + look.index] - own[k] + theory)
                .collect();
            let paired = Estimate::from_replicas(&paired)?;
            let paired = Estimate {
                standard_error: paired.standard_error.hypot(common),
                ..paired
            };
            let prediction = Prediction {
                observable: look.observable,
                limit_observable: None,
                theory,
                wrong: look.is_telling.then_some(flat[k]),
            };
            let parameters = Parameters {
                temperature: Some(self.temperature),
                ..look.parameters.clone()
            };
            let units = Some(self.units);
            rows.extend(Row::pair(&parameters, units, &prediction, &paired));
        }
        Ok(rows)
    }
}

/// What is looked at in runs.
pub(super) struct Look {
    /// Of its rows.
    pub(super) parameters: Parameters,
    /// Its name.
    pub(super) observable: &'static str,
    /// Its place among the values of a replica that come after the landscape.
    pub(super) index: usize,
    /// The lag in records.
    pub(super) lag: usize,
    /// Whether its row carries a control: the landscape is deep enough, and the lag long enough, to be told from none.
    pub(super) is_telling: bool,
}

#[cfg(test)]
mod tests {
    use saddlepoint_simulator::data::{DataModel, IsingRing};
    use saddlepoint_simulator::training::Partition;
    use saddlepoint_simulator::{Unit, stream};
    use saddlepoint_theory::dynamics::ring_flow::RingFlow;

    use super::super::places::Template;
    use super::*;

    const UNITS: usize = 30;

    #[test]
    fn a_walk_that_goes_on_forgets_and_one_around_a_site_does_not() {
        // A sixth of a turn per record.
        let on: Vec<f64> = (0..100).map(|record| 5.0 * as_float(record)).collect();
        for (lag, expected) in [(1, 0.5), (3, -1.0), (6, 1.0)] {
            // Rounding of places up to 500.
            assert!((memory(&on, UNITS, lag) - expected).abs() < 1e-10);
        }
        let still = vec![7.3; 100];
        assert!((memory(&still, UNITS, 40) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_landscape_begins_where_the_bump_is_and_goes_the_way_of_its_sites() {
        let mut random = stream(0, "landscape", 0);
        let cell = PlaceCell::new(&RingFlow::new(UNITS, 0.5).unwrap()).unwrap();
        let weights = cell.weights().to_vec();
        let ring = IsingRing::new(UNITS, 0.5).unwrap();
        let samples = ring.draw(200, &mut random).unwrap();
        let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Spins).unwrap();
        let heights = landscape(&likelihood, &weights).unwrap();
        let moved: Vec<f64> = (0..UNITS)
            .map(|j| weights[(j + UNITS - 4) % UNITS])
            .collect();
        // The same sums in another order.
        assert!((heights[4] - likelihood.value(&moved).unwrap()).abs() < 1e-12);
        assert!((Template::new(&weights).follow(&moved) - 4.0).abs() < 1e-9);
    }
}
