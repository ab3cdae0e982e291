//! A finite data set pins a place cell: trapped or diffusing.

use std::f64::consts::TAU;

use rand_distr::{Distribution, Uniform};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::dynamics::diffusion::{LandscapeWalk, PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::one_unit::{Walk, gradient};
use super::places::Template;
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::{Parameters, Prediction, Row};

/// Sites of the ring.
const UNITS: usize = 30;
/// Learning rate.
const RATE: f64 = 0.25;
/// Records of the place in the time after which a free place cell has forgotten its place.
const RECORDS: usize = 160;
/// What is looked at: a name, and the lag in records.
const LAGS: [(&str, usize); 2] = [("memory_early", RECORDS / 4), ("memory", RECORDS)];
/// Depth of a landscape from which on it is told from a flat one.
const DEEP: f64 = 4.0;

/// How long the receptive field of one hidden unit remembers its place while it learns from batches of a data set of P samples.
///
/// Batches are drawn with replacement, so that their noise is that of fresh ones. The log-likelihoods L of the data set at the bump on every
/// site are its landscape, of standard deviation σ, and T is the temperature of the noise: σ/T is set by P. The
/// place diffuses in that landscape, and remembers of itself after a time t
///
/// ```text
/// C(t) = ⟨cos 2π(x(s + t) − x(s))/N⟩,   exp(−t/τ) in a flat landscape, τ = N²/(4π² D)
/// ```
///
/// Noise that is not weak makes D of fresh samples larger than in the limit η/B → 0, by a factor f that is measured from their C(τ/4) at each
/// B and shown; the mobility being what it is, T is larger by the same factor. With f D and f T the landscape of
/// each data set predicts its C(τ/4) and C(τ) without anything left to fit. The control is a landscape that is not felt.
///
/// # References
/// Own; the phenomenon is that of Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figures 6 and 7.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellPinning;

/// One batch size and number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    beta: f64,
    batch: usize,
    /// σ/T; 0 of fresh samples.
    depth: f64,
    /// P; 0 of fresh samples.
    samples: usize,
    /// Updates between two records.
    stride: usize,
    records: usize,
}

impl Experiment for PlaceCellPinning {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-pinning"
    }

    fn description(&self) -> &'static str {
        "Memory of its place of a place cell in the landscape of a finite data set."
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let betas: &[f64] = preset.choose(&[0.5], &[0.4, 0.5, 0.6], &[0.3, 0.4, 0.5, 0.6]);
        let batches: &[usize] = preset.choose(&[100, 150], &[150, 200, 300], &[150, 200, 300, 500]);
        let depths: &[f64] = preset.choose(
            &[0.0, 4.0],
            &[0.0, 0.5, 1.0, 2.0, 4.0],
            &[0.0, 0.5, 1.0, 2.0, 4.0],
        );
        let records = preset.choose(3, 4, 8) * RECORDS;
        let replicas = preset.choose(16, 32, 200);
        let mut points = Vec::new();
        for &beta in betas {
            let cell = cell(beta)?;
            for &batch in batches {
                for &depth in depths {
                    let point = Point::new(&cell, beta, batch, depth, records)?;
                    points.push((point, replicas));
                }
            }
        }
        Ok(points)
    }

    fn cost(&self, point: &Point) -> f64 {
        // Lines of a large data set come from far memory; its landscape takes UNITS sums over it.
        as_float(point.batch * point.stride * point.records) + 0.3 * as_float(UNITS * point.samples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let ring = IsingRing::new(UNITS, point.beta)?;
        let weights = cell(point.beta)?.weights().to_vec();
        let samples = ring.draw(point.samples.max(1), random)?;
        let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Spins)?;
        let mut values = if point.samples == 0 {
            vec![0.0; UNITS]
        } else {
            landscape(&likelihood, &weights)?
        };
        let any = Uniform::new(0, samples.rows()).expect("the data set is not empty");
        let walk = Walk {
            rate: RATE,
            updates: point.stride * point.records,
            stride: point.stride,
        };
        let places = walk.places(&mut Template::new(&weights), weights, |weights| {
            if point.samples == 0 {
                gradient(&ring.draw(point.batch, random)?, weights)
            } else {
                let rows: Vec<usize> = any.sample_iter(&mut *random).take(point.batch).collect();
                Ok(likelihood.batch(&rows)?.gradient(weights)?)
            }
        })?;
        values.extend(LAGS.map(|(_, lag)| memory(&places, lag)));
        Ok(values)
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.beta.total_cmp(&b.point.beta).is_eq() && a.point.batch == b.point.batch
        };
        let mut rows = Vec::new();
        for depths in measured.chunk_by(same) {
            let [fresh, pinned @ ..] = depths else {
                continue;
            };
            let noise = Noise::of_fresh(fresh)?;
            rows.push(noise.row(&fresh.point));
            for m in pinned {
                for index in 0..LAGS.len() {
                    rows.extend(noise.compare(m, index)?);
                }
            }
        }
        Ok(rows)
    }
}

/// The place cell of the theory.
fn cell(beta: f64) -> Result<PlaceCell> {
    Ok(PlaceCell::new(&RingFlow::new(UNITS, beta)?)?)
}

fn training(batch: usize) -> Training {
    Training {
        learning_rate: RATE,
        batch: as_float(batch),
        is_negative_phase_sampled: false,
    }
}

impl Point {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers of samples and updates, far below 2^53"
    )]
    fn new(cell: &PlaceCell, beta: f64, batch: usize, depth: f64, records: usize) -> Result<Self> {
        let training = training(batch);
        let forgotten = (as_float(UNITS) / TAU).powi(2) / cell.diffusion(&training)?;
        let sigma = depth * cell.temperature(&training)?;
        let samples = if depth > 0.0 {
            cell.pinning(1.0)?.variance() / (sigma * sigma)
        } else {
            0.0
        };
        Ok(Self {
            beta,
            batch,
            depth,
            samples: samples.round() as usize,
            stride: (forgotten / as_float(RECORDS)).round() as usize,
            records,
        })
    }
}

/// Log-likelihoods at the bump on each site, beginning with that where it is.
fn landscape(likelihood: &Likelihood<'_>, weights: &[f64]) -> Result<Vec<f64>> {
    let mut moved = weights.to_vec();
    let heights = (0..weights.len()).map(|_| {
        let height = likelihood.value(&moved)?;
        moved.rotate_right(1);
        Ok(height)
    });
    heights.collect()
}

/// The mean of cos 2π(x(s + t) − x(s))/N over a run, for a lag in records.
fn memory(places: &[f64], lag: usize) -> f64 {
    let turn = TAU / as_float(UNITS);
    let pairs = places.iter().zip(&places[lag..]);
    let sum: f64 = pairs.map(|(from, to)| (turn * (to - from)).cos()).sum();
    sum / as_float(places.len() - lag)
}

/// The noise of batches of one size.
struct Noise {
    /// The factor f of D and T over the theory for η/B → 0.
    factor: Estimate,
    /// f T.
    temperature: f64,
    /// f D times the updates between two records, sites².
    interval: f64,
}

impl Noise {
    /// From the early memory of fresh samples, exp(−f t/τ).
    fn of_fresh(measured: &Measured<Point>) -> Result<Self> {
        let point = &measured.point;
        let (cell, training) = (cell(point.beta)?, training(point.batch));
        let interval = cell.diffusion(&training)? * as_float(point.stride);
        let (_, lag) = LAGS[0];
        let time = interval * as_float(lag) * (TAU / as_float(UNITS)).powi(2);
        let memory = measured.estimate(UNITS)?;
        let factor = Estimate {
            mean: -memory.mean.ln() / time,
            standard_error: memory.standard_error / (memory.mean * time),
            ..memory
        };
        Ok(Self {
            factor,
            temperature: factor.mean * cell.temperature(&training)?,
            interval: factor.mean * interval,
        })
    }

    /// The factor, beside the 1 to which it tends, not judged.
    fn row(&self, point: &Point) -> Row {
        let parameters = Parameters {
            stable: Some(false),
            ..self.parameters(point)
        };
        let name = "diffusion_over_theory";
        Row::compare(&parameters, Some(UNITS), name, 1.0, &self.factor)
    }

    /// What the theory says of the memory in a landscape, with noise that is larger by a factor.
    fn memory(&self, landscape: &[f64], lag: usize, records: usize, larger: f64) -> Result<f64> {
        let walk = LandscapeWalk::new(landscape, larger * self.temperature)?;
        let interval = larger * self.interval;
        Ok(walk.memory(interval * as_float(lag), interval * as_float(records))?)
    }

    /// The rows of one data set size and lag.
    fn compare(&self, measured: &Measured<Point>, index: usize) -> Result<Vec<Row>> {
        let (observable, lag) = LAGS[index];
        let records = measured.point.records;
        let predict = |larger: f64| -> Result<Vec<f64>> {
            let replicas = measured.replicas.iter();
            let memories =
                replicas.map(|values| self.memory(&values[..UNITS], lag, records, larger));
            memories.collect()
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / as_float(values.len());
        let predictions = predict(1.0)?;
        let theory = mean(&predictions);
        // Data set by data set, so that their scatter does not count.
        let pairs = measured.replicas.iter().zip(&predictions);
        let paired: Vec<f64> = pairs
            .map(|(values, own)| values[UNITS + index] - own + theory)
            .collect();
        let paired = Estimate::from_replicas(&paired)?;
        // The error of the factor is common to all data sets.
        let relative = self.factor.standard_error / self.factor.mean;
        let common = mean(&predict(1.0 + relative)?) - theory;
        let flat = self.memory(&[0.0; UNITS], lag, records, 1.0)?;
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory,
            wrong: (measured.point.depth >= DEEP).then_some(flat),
        };
        let paired = Estimate {
            standard_error: paired.standard_error.hypot(common),
            ..paired
        };
        let parameters = self.parameters(&measured.point);
        Ok(Row::pair(&parameters, Some(UNITS), &prediction, &paired))
    }

    fn parameters(&self, point: &Point) -> Parameters {
        let samples = (point.samples > 0).then_some(as_float(point.samples));
        Parameters {
            experiment: "place-cell-pinning",
            data: "ising-ring",
            beta: Some(point.beta),
            kappa: Some(1.0 / as_float(UNITS)),
            alpha: samples.map(|samples| samples / as_float(UNITS)),
            temperature: Some(self.temperature),
            x: Some(point.depth),
            ..Parameters::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saddlepoint_simulator::stream;

    #[test]
    fn a_walk_that_goes_on_forgets_and_one_around_a_site_does_not() {
        // A sixth of a turn per record.
        let on: Vec<f64> = (0..100).map(|record| 5.0 * as_float(record)).collect();
        for (lag, expected) in [(1, 0.5), (3, -1.0), (6, 1.0)] {
            // Rounding of places up to 500.
            assert!((memory(&on, lag) - expected).abs() < 1e-10);
        }
        let still = vec![7.3; 100];
        assert!((memory(&still, 40) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_landscape_begins_where_the_bump_is_and_goes_the_way_of_its_sites() {
        let mut random = stream(0, "landscape", 0);
        let weights = cell(0.5).unwrap().weights().to_vec();
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
