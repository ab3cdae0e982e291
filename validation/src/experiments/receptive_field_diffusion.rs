//! Stochastic learning moves a place cell around its ring.

use std::fmt;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::one_unit::{Walk, gradient, learnt};
use super::own::{BATCH, words};
use super::places::{Template, diffusion};
use super::sample_sizes::against_batch;
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

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
/// Lags in updates between which the mean squared displacement rises by diffusion. What the shape of the field, which relaxes in some
/// hundred updates, adds is of order η/B and extrapolates away with the rest.
const LAGS: [usize; 2] = [100, 300];
/// Factor by which the diffusion is wrong in the control.
const WRONG: f64 = 1.8;

/// Diffusion of the receptive field of one hidden unit that learns with the exact gradient from batches of B samples.
///
/// From fresh samples the mean squared displacement is 2 D t with the D of the theory for η/B → 0: the ratio of the measured D to it is
/// extrapolated in 1/B. So it is where the negative phase is sampled too, by B persistent chains of 20 sweeps an update (PCD-20, not in the
/// quick preset): their noise adds to that of the data, and without it the theory fails.
///
/// # References
/// Own; the phenomenon is that of Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figures 6 and 7.
#[derive(Debug, Clone, Copy)]
pub struct ReceptiveFieldDiffusion;

/// One batch size.
#[derive(Clone, PartialEq)]
pub struct Point {
    batch: usize,
    updates: usize,
    is_sampled: bool,
}

/// Names the random streams: with the exact negative phase, as before there was another.
impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.is_sampled { "Sampled" } else { "Point" };
        f.debug_struct(name)
            .field("batch", &self.batch)
            .field("updates", &self.updates)
            .finish()
    }
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["x"],
    keys: &[],
    panels: &[Panel {
        across: "samples of a batch",
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Samples of a batch; extrapolated to infinitely many where there are enough of them",
        default: "40, 80, 160",
        ..BATCH
    },
    words(
        "negative-phase",
        &["exact", "pcd"],
        "Negative phase: exact, or as many persistent chains as samples, of 20 sweeps an update",
        "exact",
    ),
];

impl Experiment for ReceptiveFieldDiffusion {
    type Point = Point;

    fn name(&self) -> &'static str {
        "receptive-field-diffusion"
    }

    fn description(&self) -> &'static str {
        "Diffusion of a place cell under stochastic learning."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let batches: &'static [usize] = preset.choose(
            &[40, 80, 160],
            &[50, 100, 200, 400],
            &[50, 100, 200, 400, 800],
        );
        let sampled: &[usize] = preset.choose(&[], &[50, 100, 200], &[50, 100, 200]);
        let replicas = preset.choose(32, 32, 64);
        let points = |batches: &'static [usize], updates: usize, is_sampled: bool| {
            batches.iter().map(move |&batch| {
                let point = Point {
                    batch,
                    updates,
                    is_sampled,
                };
                (point, replicas)
            })
        };
        let exact = points(batches, preset.choose(8000, 40_000, 200_000), false);
        let sampled = points(sampled, preset.choose(0, 20_000, 50_000), true);
        Ok(exact.chain(sampled).collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let replicas = asked.preset.choose(32, 32, 64);
        let batches = asked.counts("batch", &[40, 80, 160]);
        let of = |phase: String| {
            let is_sampled = phase == "pcd";
            let updates = if is_sampled {
                asked.preset.choose(8000, 20_000, 50_000)
            } else {
                asked.preset.choose(8000, 40_000, 200_000)
            };
            let point = move |&batch: &usize| Point {
                batch,
                updates,
                is_sampled,
            };
            batches.iter().map(move |batch| (point(batch), replicas))
        };
        let phases = asked.words("negative-phase", &["exact"]);
        Ok(phases.into_iter().flat_map(of).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.batch * point.updates)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let ring = IsingRing::new(UNITS, BETA)?;
        let early = ring.draw(EARLY, random)?;
        let likelihood = Likelihood::new(&early, Unit::Spin, Partition::Spins)?;
        let weights = learnt(&likelihood, random)?.weights;
        let mut template = Template::new(&weights);
        let walk = Walk {
            rate: RATE,
            updates: point.updates,
            stride: STRIDE,
        };
        let places = if point.is_sampled {
            let draw = |samples, random: &mut _| Ok(ring.draw(samples, random)?);
            walk.sampled_places(&mut template, &weights, point.batch, draw, random)?
        } else {
            let slopes = |weights: &[f64]| gradient(&ring.draw(point.batch, random)?, weights);
            walk.places(&mut template, weights, slopes)?
        };
        // A tenth of the run lets the noise of the weights become stationary.
        let places = &places[places.len() / 10..];
        let per_record = diffusion(places, LAGS.map(|lag| lag / STRIDE));
        Ok(vec![per_record / as_float(STRIDE)])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let cell = PlaceCell::new(&RingFlow::new(UNITS, BETA)?)?;
        let mut rows = Vec::new();
        for measured in measured.chunk_by(|a, b| a.point.is_sampled == b.point.is_sampled) {
            rows.extend(limit_rows(&cell, measured)?);
        }
        Ok(rows)
    }
}

/// The rows of one kind of negative phase, extrapolated in the size of the batch.
fn limit_rows(cell: &PlaceCell, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
    let theory = |batch: usize, is_negative_phase_sampled: bool| {
        cell.diffusion(&Training {
            learning_rate: RATE,
            batch: as_float(batch),
            is_negative_phase_sampled,
        })
    };
    let ratio = |m: &Measured<Point>| {
        let predicted = theory(m.point.batch, m.point.is_sampled)?;
        let measured = m.estimate(0)?.rescaled(predicted.recip(), 0.0);
        Ok(AtSize::new(m.point.batch, measured))
    };
    let ratios: Vec<AtSize> = measured.iter().map(ratio).collect::<Result<_>>()?;
    let (observable, wrong) = if measured[0].point.is_sampled {
        // Without the noise of the chains.
        let fraction = theory(1, false)? / theory(1, true)?;
        ("sampled_diffusion_over_theory", fraction)
    } else {
        ("diffusion_over_theory", WRONG)
    };
    let prediction = Prediction {
        observable,
        limit_observable: None,
        theory: 1.0,
        wrong: Some(wrong),
    };
    against_batch(&parameters(), &prediction, &ratios, UNITS)
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
