//! Stochastic learning moves a place cell around its ring.

use std::f64::consts::TAU;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Ascent, Likelihood, Partition, random_weights};
use saddlepoint_simulator::{Samples, Unit};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::harmonics::harmonic;
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
/// Steps of Newton's method for a place: it moves by a fraction of a site at a time.
const NEWTON: usize = 5;
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
        let mut weights = learnt(&ring.draw(EARLY, random)?, random)?;
        let mut template = Template::new(&weights);
        let mut places = vec![0.0];
        for update in 1..=point.updates {
            let batch = ring.draw(point.batch, random)?;
            let likelihood = Likelihood::new(&batch, Unit::Spin, Partition::Spins)?;
            let gradient = likelihood.gradient(&weights)?;
            for (w, slope) in weights.iter_mut().zip(gradient) {
                *w += RATE * slope;
            }
            if update.is_multiple_of(STRIDE) {
                places.push(template.follow(&weights));
            }
        }
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

/// Where weights are, in sites, by comparison with those of a place cell: the shift x at which `Σ_j w_j w⁰_(j−x)` is largest, with
/// w⁰ interpolated by its Fourier sum.
///
/// At the maximum the projection on e = dw⁰/dx vanishes. Modes of the weights are orthogonal, so that to first order no other one
/// moves x.
#[derive(Debug, Clone)]
struct Template {
    /// Fourier coefficients k = 1, 2, … of w⁰, real and imaginary part.
    coefficients: Vec<(f64, f64)>,
    place: f64,
}

impl Template {
    /// The weights w⁰, which are at 0.
    fn new(weights: &[f64]) -> Self {
        let modes = 1..weights.len().div_ceil(2);
        Self {
            coefficients: modes.map(|k| harmonic(weights, k)).collect(),
            place: 0.0,
        }
    }

    /// Where the weights are, which have moved little since the last time.
    fn follow(&mut self, weights: &[f64]) -> f64 {
        let turn = TAU / as_float(weights.len());
        let products: Vec<(f64, f64, f64)> = self
            .coefficients
            .iter()
            .enumerate()
            .map(|(index, &(a, b))| {
                let (re, im) = harmonic(weights, index + 1);
                (turn * as_float(index + 1), re * a + im * b, im * a - re * b)
            })
            .collect();
        for _ in 0..NEWTON {
            // Slope and curvature of Σ_k Re(ŵ_k conj(ŵ⁰_k) exp(ikx)).
            let (slope, curvature) = products.iter().fold((0.0, 0.0), |sum, &(k, re, im)| {
                let (sin, cos) = (k * self.place).sin_cos();
                let slope = k * (im * cos - re * sin);
                let curvature = -k * k * (re * cos + im * sin);
                (sum.0 + slope, sum.1 + curvature)
            });
            self.place -= slope / curvature;
        }
        self.place
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
    fn a_walk_around_the_ring_is_followed() {
        let field = |centre: f64| -> Vec<f64> {
            let distance = |j: usize| (TAU * (as_float(j) - centre) / as_float(UNITS)).cos();
            (0..UNITS).map(|j| (3.0 * distance(j)).exp()).collect()
        };
        // Steps of 0.8 sites, twice around.
        let mut template = Template::new(&field(0.0));
        let walk: Vec<f64> = (0..150)
            .map(|step| template.follow(&field(0.8 * f64::from(step))))
            .collect();
        // Newton's method from 0.8 sites away, five steps.
        assert!((walk[149] - 119.2).abs() < 1e-9);
        assert!((squared_displacement(&walk, 5) - 16.0).abs() < 1e-9);
    }
}
