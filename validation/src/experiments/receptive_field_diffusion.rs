//! Stochastic learning moves a place cell around its ring.

use std::f64::consts::TAU;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Ascent, Likelihood, Partition, random_weights};
use saddlepoint_simulator::{Samples, Unit};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::{AtSize, Parameters, Prediction, Row};

/// Sites of the ring.
const UNITS: usize = 60;
/// Coupling of the ring.
const BETA: f64 = 0.5;
/// Learning rate.
const RATE: f64 = 0.05;
/// Samples from which the machine learns before it is watched.
const EARLY: usize = 20_000;
/// Samples of the finite data set: the barriers of its likelihood are then far above the temperature.
const PINNING: usize = 20_000;
/// Updates between two records of the place.
const STRIDE: usize = 100;
/// Lags in records between which the mean squared displacement rises by diffusion alone: the shape of the field relaxes faster.
const LAGS: [usize; 2] = [2, 6];
/// Factor by which the diffusion is wrong in the control: the 1/2 of it forgotten.
const WRONG: f64 = 2.0;

/// Diffusion of the receptive field of one hidden unit that learns with the exact gradient from batches of B samples.
///
/// From fresh samples the mean squared displacement is 2 D t with the D of the theory for η/B → 0: the ratio of the measured D to it is
/// extrapolated in 1/B. From P samples that come again and again the field stays where their likelihood is highest, if P is small: free
/// diffusion is then the control that fails.
///
/// # References
/// Own; the phenomenon is that of Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figures 6 and 7.
#[derive(Debug, Clone, Copy)]
pub struct ReceptiveFieldDiffusion;

/// One batch size, with fresh samples or a finite number of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    batch: usize,
    /// Samples of the data set; none for fresh ones in each batch.
    samples: Option<usize>,
    updates: usize,
}

impl Experiment for ReceptiveFieldDiffusion {
    type Point = Point;

    fn name(&self) -> &'static str {
        "receptive-field-diffusion"
    }

    fn description(&self) -> &'static str {
        "Diffusion of a place cell under stochastic learning, and its pinning by finite data."
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let batches: &[usize] = preset.choose(
            &[40, 80, 160],
            &[50, 100, 200, 400],
            &[50, 100, 200, 400, 800],
        );
        let updates = preset.choose(10_000, 40_000, 200_000);
        let replicas = preset.choose(32, 32, 64);
        let fresh = batches.iter().map(|&batch| (batch, None));
        let finite = [(batches[0], Some(PINNING))];
        let points = fresh.chain(finite).map(|(batch, samples)| {
            let point = Point {
                batch,
                samples,
                updates,
            };
            (point, replicas)
        });
        Ok(points.collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.batch * point.updates)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let ring = IsingRing::new(UNITS, BETA)?;
        let first = ring.draw(point.samples.unwrap_or(EARLY), random)?;
        let mut weights = learnt(&first, random)?;
        let finite = point.samples.map(|_| first);
        let mut places = vec![place(&weights)];
        for update in 1..=point.updates {
            let batch = match &finite {
                Some(samples) => some_of(samples, point.batch, random)?,
                None => ring.draw(point.batch, random)?,
            };
            let likelihood = Likelihood::new(&batch, Unit::Spin, Partition::Spins)?;
            let gradient = likelihood.gradient(&weights)?;
            for (w, slope) in weights.iter_mut().zip(gradient) {
                *w += RATE * slope;
            }
            if update.is_multiple_of(STRIDE) {
                places.push(place(&weights));
            }
        }
        // A tenth of the run lets the noise of the weights become stationary.
        let places = unwrapped(&places[places.len() / 10..]);
        let [first, last] = LAGS.map(|lag| squared_displacement(&places, lag));
        let time = as_float((LAGS[1] - LAGS[0]) * STRIDE);
        Ok(vec![(last - first) / (2.0 * time)])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let cell = PlaceCell::new(&RingFlow::new(UNITS, BETA)?)?;
        let theory = |batch: usize| {
            cell.diffusion(&Training {
                learning_rate: RATE,
                batch: as_float(batch),
                is_negative_phase_sampled: false,
            })
        };
        let fresh = measured.iter().filter(|m| m.point.samples.is_none());
        let ratio = |m: &Measured<Point>| {
            let predicted = theory(m.point.batch)?;
            Ok(AtSize::new(
                m.point.batch,
                m.estimate(0)?.rescaled(predicted.recip(), 0.0),
            ))
        };
        let ratios: Vec<AtSize> = fresh.map(ratio).collect::<Result<_>>()?;
        let prediction = Prediction {
            observable: "diffusion_over_theory",
            limit_observable: None,
            theory: 1.0,
            wrong: Some(WRONG),
        };
        let rows = Row::extrapolate(&parameters(), &prediction, &ratios, &[1.0])?;
        // The fit is in the size of the batch, the argument of the rows; the table's units are those of the ring.
        let mut rows: Vec<Row> = rows
            .into_iter()
            .map(|row| Row {
                x: row.units.map(as_float),
                units: row.units.map(|_| UNITS),
                ..row
            })
            .collect();
        for m in measured {
            if let Some(samples) = m.point.samples {
                let parameters = Parameters {
                    alpha: Some(as_float(samples) / as_float(UNITS)),
                    x: Some(as_float(m.point.batch)),
                    ..parameters()
                };
                let free = theory(m.point.batch)?;
                let row =
                    Row::compare(&parameters, Some(UNITS), "diffusion", free, &m.estimate(0)?);
                rows.push(Row {
                    control: true,
                    ..row
                });
            }
        }
        Ok(rows)
    }
}

/// The weights of highest likelihood uphill of small random ones.
fn learnt(samples: &Samples, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let likelihood = Likelihood::new(samples, Unit::Spin, Partition::Spins)?;
    let start = random_weights(UNITS, 0.01, random)?;
    Ok(Ascent::default().run(&likelihood, start)?.weights)
}

fn parameters() -> Parameters {
    Parameters {
        experiment: "receptive-field-diffusion",
        data: "ising-ring",
        beta: Some(BETA),
        kappa: Some(1.0 / as_float(UNITS)),
        ..Parameters::default()
    }
}

/// Some of the samples, drawn with repetition.
fn some_of(samples: &Samples, count: usize, random: &mut Xoshiro256PlusPlus) -> Result<Samples> {
    let all = samples.as_discrete().unwrap_or_default();
    let rows = all.len() / UNITS;
    let mut values = Vec::with_capacity(count * UNITS);
    for _ in 0..count {
        // Uneven by less than rows/2^64.
        let product = u128::from(random.next_u64()) * rows as u128;
        let row = usize::try_from(product >> 64).unwrap_or_default();
        values.extend_from_slice(&all[row * UNITS..(row + 1) * UNITS]);
    }
    Ok(Samples::discrete(count, UNITS, values)?)
}

/// Where the weights are, in sites: the phase of their first harmonic, with the sign of their sum.
fn place(weights: &[f64]) -> f64 {
    let sign = weights.iter().sum::<f64>().signum();
    let units = as_float(weights.len());
    let (re, im) = weights
        .iter()
        .enumerate()
        .fold((0.0, 0.0), |(re, im), (j, w)| {
            let (sin, cos) = (TAU * as_float(j) / units).sin_cos();
            (re + sign * w * cos, im + sign * w * sin)
        });
    im.atan2(re) / TAU * units
}

/// Places that go on around the ring, from one to the next by the shorter way.
fn unwrapped(places: &[f64]) -> Vec<f64> {
    let units = as_float(UNITS);
    let mut at = places[0];
    let onwards = places.iter().map(|place| {
        at += (place - at + 0.5 * units).rem_euclid(units) - 0.5 * units;
        at
    });
    onwards.collect()
}

/// Mean squared displacement over a lag.
fn squared_displacement(places: &[f64], lag: usize) -> f64 {
    let pairs = places.iter().zip(&places[lag..]);
    let sum: f64 = pairs.map(|(from, to)| (to - from).powi(2)).sum();
    sum / as_float(places.len() - lag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_around_the_ring_is_followed() {
        let field = |centre: f64| -> Vec<f64> {
            let distance = |j: usize| (TAU * (as_float(j) - centre) / as_float(UNITS)).cos();
            (0..UNITS).map(|j| (3.0 * distance(j)).exp()).collect()
        };
        // Steps of 2.5 sites, twice around.
        let places: Vec<f64> = (0..48)
            .map(|step| place(&field(2.5 * f64::from(step))))
            .collect();
        let walk = unwrapped(&places);
        assert!((walk[47] - walk[0] - 117.5).abs() < 1e-9);
        assert!((squared_displacement(&walk, 3) - 56.25).abs() < 1e-9);
    }
}
