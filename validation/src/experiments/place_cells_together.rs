//! Several place cells that move as one.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::IsingRing;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::Algorithm;
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::fresh::{field, learn};
use super::places::{Template, diffusion};
use super::sample_sizes::against_batch;
use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::{AtSize, Parameters, Prediction, Row};

/// Sites of the ring: enough for the fields, and so few that they repel each other within affordable times.
const UNITS: usize = 24;
/// Coupling of the ring.
const BETA: f64 = 0.5;
/// Hidden units.
const HIDDEN: usize = 3;
/// Learning rate.
const RATE: f64 = 0.2;
/// Standard deviation of the initial weights.
const START: f64 = 0.05;
/// Updates between two records of the places.
const STRIDE: usize = 20;
/// Records before the places count: four times the slowest relaxation, that of the distances, which takes 230 updates.
const EARLY: usize = 50;
/// Records whose weights are averaged for the template.
const AVERAGED: usize = 10;
/// Lags in updates between which the joint place diffuses: longer than the fields' shapes relax.
const LAGS: [usize; 2] = [100, 300];
/// Lags by which the distances have forgotten where they were.
const LONG_LAGS: [usize; 2] = [1000, 2000];
/// Factor by which the variance of the distances is wrong in the control: the 1/2 of it forgotten.
const WRONG: f64 = 2.0;

/// Three spin hidden units that learn from fresh batches of B samples with the exact negative phase.
///
/// They tile the ring and move as one: the mean of their places diffuses by `D_M` of the theory for η/B → 0, the distances between
/// neighbours have the variance of the theory, and over long times each peak diffuses as the mean does. The ratios to the theory are
/// extrapolated in 1/B. A unit alone would diffuse six times as fast.
///
/// # References
/// Own; the phenomenon is that of Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020): "the peaks move coherently".
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellsTogether;

/// One batch size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    batch: usize,
    updates: usize,
}

impl Experiment for PlaceCellsTogether {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cells-together"
    }

    fn description(&self) -> &'static str {
        "Place cells that repel each other and move as one under stochastic learning."
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let batches: &[usize] = preset.choose(
            &[50, 100, 200],
            &[100, 150, 200, 300, 400],
            &[100, 150, 200, 300, 400],
        );
        let updates = preset.choose(5000, 50_000, 100_000);
        let replicas = preset.choose(16, 32, 64);
        let points = batches
            .iter()
            .map(|&batch| (Point { batch, updates }, replicas));
        Ok(points.collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.batch * point.updates)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let places = places(point, random)?;
        let mean: Vec<f64> = places.iter().map(|x| average(x.iter().copied())).collect();
        let relative = (0..HIDDEN).map(|unit| {
            let path: Vec<f64> = places.iter().zip(&mean).map(|(x, m)| x[unit] - m).collect();
            diffusion(&path, LONG_LAGS.map(|lag| lag / STRIDE)) / as_float(STRIDE)
        });
        let relative = average(relative);
        let squares = places.iter().map(squared_deviation);
        Ok(vec![
            diffusion(&mean, LAGS.map(|lag| lag / STRIDE)) / as_float(STRIDE),
            average(squares),
            relative,
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let theory = Theory::new()?;
        let mut rows = theory.extrapolated(measured, 0)?;
        rows.extend(theory.extrapolated(measured, 1)?);
        for m in measured {
            rows.extend(theory.relative(m)?);
        }
        Ok(rows)
    }
}

/// What is compared with the theory for η/B → 0, in the order of the values of a replica.
const OBSERVABLES: [&str; 2] = ["diffusion_over_theory", "distance_variance_over_theory"];

/// The place cells of infinitely many samples.
struct Theory {
    /// `D_M` and the variance of the distances of a batch of one sample.
    of_one: [f64; 2],
    /// `D_1/D_M`.
    alone: f64,
}

impl Theory {
    fn new() -> Result<Self> {
        let ring = RingFlow::new(UNITS, BETA)?;
        let training = Training {
            learning_rate: RATE,
            batch: 1.0,
            is_negative_phase_sampled: false,
        };
        let cells = PlaceCell::several(&ring, HIDDEN)?;
        let together = cells.diffusion(&training)?;
        let distances = cells.distances()?;
        let variance = distances.map(|distances| distances.variance(&training));
        Ok(Self {
            // Without a repulsion there is nothing to compare with, and every ratio is refused.
            of_one: [together, variance.transpose()?.unwrap_or(f64::NAN)],
            alone: PlaceCell::new(&ring)?.diffusion(&training)? / together,
        })
    }

    /// One observable against the size of the batch, and its limit.
    fn extrapolated(&self, measured: &[Measured<Point>], index: usize) -> Result<Vec<Row>> {
        let ratio = |m: &Measured<Point>| {
            let theory = self.of_one[index] / as_float(m.point.batch);
            let ratio = m.estimate(index)?.rescaled(theory.recip(), 0.0);
            Ok(AtSize::new(m.point.batch, ratio))
        };
        let ratios: Vec<AtSize> = measured.iter().map(ratio).collect::<Result<_>>()?;
        let prediction = Prediction {
            observable: OBSERVABLES[index],
            limit_observable: None,
            theory: 1.0,
            wrong: Some([self.alone, WRONG][index]),
        };
        against_batch(&parameters(), &prediction, &ratios, UNITS)
    }

    /// How much faster a peak diffuses than all of them, over long times: not at all.
    fn relative(&self, m: &Measured<Point>) -> Result<Vec<Row>> {
        let theory = self.of_one[0] / as_float(m.point.batch);
        let parameters = Parameters {
            x: Some(as_float(m.point.batch)),
            ..parameters()
        };
        let prediction = Prediction {
            observable: "relative_diffusion_over_theory",
            limit_observable: None,
            theory: 0.0,
            // Of three independent places the distance from their mean diffuses by D (1 − 1/3).
            wrong: Some(self.alone * (1.0 - 1.0 / as_float(HIDDEN))),
        };
        let measured = m.estimate(2)?.rescaled(theory.recip(), 0.0);
        Ok(Row::pair(&parameters, Some(UNITS), &prediction, &measured))
    }
}

fn parameters() -> Parameters {
    Parameters {
        experiment: "place-cells-together",
        data: "ising-ring",
        beta: Some(BETA),
        kappa: Some(as_float(HIDDEN) / as_float(UNITS)),
        ..Parameters::default()
    }
}

/// The places of all units in time, counted on over whole turns, of a machine that learnt from small random weights.
fn places(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<[f64; HIDDEN]>> {
    let ring = IsingRing::new(UNITS, BETA)?;
    let settings = saddlepoint_simulator::training::Training {
        algorithm: Algorithm::Exact,
        learning_rate: RATE,
        batch: point.batch,
        biases: false,
        ..Default::default()
    };
    let visible = Layer::unbiased(Unit::Spin, UNITS)?;
    let hidden = Layer::unbiased(Unit::Spin, HIDDEN)?;
    let mut machine = Rbm::random(visible, hidden, START, random)?;
    machine = learn(machine, settings, &ring, EARLY * STRIDE, random)?;
    let mut template = vec![0.0; UNITS];
    for _ in 0..AVERAGED {
        machine = learn(machine, settings, &ring, STRIDE, random)?;
        for (sum, w) in template.iter_mut().zip(field(&machine, 0)) {
            *sum += w;
        }
    }
    // All fields have one shape up to a sign: that of the first serves for all, and distances are from its place.
    let mut templates: [Template; HIDDEN] = std::array::from_fn(|_| Template::new(&template));
    let signs: [f64; HIDDEN] = std::array::from_fn(|unit| {
        let sums = [field(&machine, unit), template.clone()].map(|w| w.iter().sum::<f64>());
        (sums[0] * sums[1]).signum()
    });
    let mut places = Vec::new();
    for _ in 0..point.updates / STRIDE {
        machine = learn(machine, settings, &ring, STRIDE, random)?;
        places.push(std::array::from_fn(|unit| {
            let w = field(&machine, unit)
                .iter()
                .map(|w| signs[unit] * w)
                .collect::<Vec<f64>>();
            templates[unit].follow(&w)
        }));
    }
    Ok(places)
}

/// Mean squared deviation of the distances between neighbours from N/M, their mean by symmetry.
fn squared_deviation(places: &[f64; HIDDEN]) -> f64 {
    let units = as_float(UNITS);
    let mut around = places.map(|x| x.rem_euclid(units));
    around.sort_by(f64::total_cmp);
    let distance = |i: usize| {
        let next = around.get(i + 1).map_or(around[0] + units, |next| *next);
        next - around[i]
    };
    average((0..HIDDEN).map(|i| (distance(i) - units / as_float(HIDDEN)).powi(2)))
}

fn average(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = as_float(values.len());
    values.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_neighbours_around_the_ring() {
        // Distances 7, 9 and 8 across the seam, in any order and over whole turns.
        for places in [[1.0, 8.0, 17.0], [41.0, -23.0, 8.0]] {
            assert!((squared_deviation(&places) - 2.0 / 3.0).abs() < 1e-12);
        }
    }
}
