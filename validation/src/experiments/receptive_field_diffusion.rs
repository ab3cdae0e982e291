//! Stochastic learning moves a place cell around its ring.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::one_unit::{Walk, gradient, learnt};
use super::places::Template;
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
/// Updates between two records of the place.
const STRIDE: usize = 100;
/// Lags in updates between which the mean squared displacement rises by diffusion alone: the shape of the field relaxes faster.
const LAGS: [usize; 2] = [400, 1200];
/// Factor by which the diffusion is wrong in the control: the 1/2 of it forgotten.
const WRONG: f64 = 2.0;

/// Diffusion of the receptive field of one hidden unit that learns with the exact gradient from batches of B samples.
///
/// From fresh samples the mean squared displacement is 2 D t with the D of the theory for η/B → 0: the ratio of the measured D to it is
/// extrapolated in 1/B.
///
/// # References
/// Own; the phenomenon is that of Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figures 6 and 7.
#[derive(Debug, Clone, Copy)]
pub struct ReceptiveFieldDiffusion;

/// One batch size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    batch: usize,
    updates: usize,
}

impl Experiment for ReceptiveFieldDiffusion {
    type Point = Point;

    fn name(&self) -> &'static str {
        "receptive-field-diffusion"
    }

    fn description(&self) -> &'static str {
        "Diffusion of a place cell under stochastic learning."
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let batches: &[usize] = preset.choose(
            &[40, 80, 160],
            &[50, 100, 200, 400],
            &[50, 100, 200, 400, 800],
        );
        let updates = preset.choose(8000, 40_000, 200_000);
        let replicas = preset.choose(32, 32, 64);
        let points = batches
            .iter()
            .map(|&batch| (Point { batch, updates }, replicas));
        Ok(points.collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.batch * point.updates)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let ring = IsingRing::new(UNITS, BETA)?;
        let early = ring.draw(EARLY, random)?;
        let likelihood = Likelihood::new(&early, Unit::Spin, Partition::Spins)?;
        let weights = learnt(&likelihood, random)?.weights;
        let walk = Walk {
            rate: RATE,
            updates: point.updates,
            stride: STRIDE,
        };
        let places = walk.places(&mut Template::new(&weights), weights, |weights| {
            gradient(&ring.draw(point.batch, random)?, weights)
        })?;
        // A tenth of the run lets the noise of the weights become stationary.
        let places = &places[places.len() / 10..];
        let [first, last] = LAGS.map(|lag| squared_displacement(places, lag / STRIDE));
        Ok(vec![(last - first) / (2.0 * as_float(LAGS[1] - LAGS[0]))])
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
        let ratio = |m: &Measured<Point>| {
            let predicted = theory(m.point.batch)?;
            Ok(AtSize::new(
                m.point.batch,
                m.estimate(0)?.rescaled(predicted.recip(), 0.0),
            ))
        };
        let ratios: Vec<AtSize> = measured.iter().map(ratio).collect::<Result<_>>()?;
        let prediction = Prediction {
            observable: "diffusion_over_theory",
            limit_observable: None,
            theory: 1.0,
            wrong: Some(WRONG),
        };
        let rows = Row::extrapolate(&parameters(), &prediction, &ratios, &[1.0])?;
        // The fit is in the size of the batch, the argument of the rows; the table's units are those of the ring.
        Ok(rows
            .into_iter()
            .map(|row| Row {
                x: row.units.map(as_float),
                units: row.units.map(|_| UNITS),
                ..row
            })
            .collect())
    }
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
    fn steps_of_a_site_have_squares_that_add_up() {
        let walk: Vec<f64> = (0..150).map(|step| 0.8 * f64::from(step)).collect();
        // Rounding of places up to 120.
        assert!((squared_displacement(&walk, 5) - 16.0).abs() < 1e-10);
    }
}
