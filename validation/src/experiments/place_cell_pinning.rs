//! A finite data set pins a place cell: trapped or diffusing.

use rand_distr::{Distribution, Uniform};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::one_unit::{Walk, gradient};
use super::own::{BATCH, BETA, numbers};
use super::pinned::{Look, Noise, forgotten, landscape, memory};
use super::places::Template;
use crate::comparison::{as_float, rounded};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, COMPARED, COMPARISON, Parameters, Row};

/// Sites of the ring.
const UNITS: usize = 30;
/// Learning rate.
const RATE: f64 = 0.15;
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

/// How its table is drawn.
const VIEW: View = View {
    x: &["temperature"],
    keys: &[],
    panels: &[Panel {
        show: Some((
            "observable",
            &["memory", "memory_early", "diffusion_over_theory"],
        )),
        across: "temperature of the noise  T",
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Coupling of the ring of 30 sites",
        ..BETA
    },
    BATCH,
    numbers(
        "depth",
        [0.1, 5.0],
        "Standard deviation of the landscape over the temperature of the noise; fresh samples are looked at besides",
        "4.5",
    ),
];

/// Rings, batches and depths in all combinations.
fn points(
    betas: &[f64],
    batches: &[usize],
    depths: &[f64],
    preset: Preset,
) -> Result<Vec<(Point, usize)>> {
    let records = preset.choose(3, 8, 16) * RECORDS / 2;
    let replicas = preset.choose(56, 32, 200);
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

impl Experiment for PlaceCellPinning {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-pinning"
    }

    fn description(&self) -> &'static str {
        "Memory of its place of a place cell in the landscape of a finite data set."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let betas: &[f64] = preset.choose(&[0.5], &[0.4, 0.5, 0.6], &[0.3, 0.4, 0.5, 0.6]);
        let batches: &[usize] = preset.choose(&[100], &[100, 150, 200], &[100, 150, 200, 300]);
        let depths: &[f64] = preset.choose(
            // The range of a landscape is some seven times its deviation: among many data sets some would be deeper than the theory takes.
            &[0.0, 4.5],
            &[0.0, 0.5, 1.0, 2.0, 4.0],
            &[0.0, 0.5, 1.0, 2.0, 4.0],
        );
        points(betas, batches, depths, preset)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let betas = asked.numbers("beta", &[0.5]);
        let batches = asked.counts("batch", &[100]);
        // Fresh samples tell the strength of the noise.
        let mut depths = vec![0.0];
        depths.extend(asked.numbers("depth", &[4.5]));
        points(&betas, &batches, &depths, asked.preset)
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
        values.extend(LAGS.map(|(_, lag)| memory(&places, UNITS, lag)));
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
            let noise = noise(fresh)?;
            rows.push(noise.row(&parameters(&fresh.point)));
            for m in pinned {
                let looks = LAGS.into_iter().enumerate();
                let looks: Vec<Look> = looks
                    .map(|(index, (observable, lag))| Look {
                        parameters: parameters(&m.point),
                        observable,
                        index,
                        lag,
                        // After a long time what is left to tell is small against its error.
                        is_telling: m.point.depth >= DEEP && lag < RECORDS,
                    })
                    .collect();
                rows.extend(noise.compare(&m.replicas, m.point.records, &looks)?);
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
    fn new(cell: &PlaceCell, beta: f64, batch: usize, depth: f64, records: usize) -> Result<Self> {
        let training = training(batch);
        let forgotten = forgotten(cell, &training)?;
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
            samples: rounded(samples),
            stride: rounded(forgotten / as_float(RECORDS)),
            records,
        })
    }
}

/// The noise of batches of one size, from the early memory of fresh samples.
fn noise(measured: &Measured<Point>) -> Result<Noise> {
    let point = &measured.point;
    let (cell, training) = (cell(point.beta)?, training(point.batch));
    let (_, lag) = LAGS[0];
    Noise::of_fresh(
        measured.estimate(UNITS)?,
        lag,
        point.stride,
        &cell,
        &training,
    )
}

fn parameters(point: &Point) -> Parameters {
    let samples = (point.samples > 0).then_some(as_float(point.samples));
    Parameters {
        experiment: "place-cell-pinning",
        data: "ising-ring",
        beta: Some(point.beta),
        kappa: Some(1.0 / as_float(UNITS)),
        alpha: samples.map(|samples| samples / as_float(UNITS)),
        x: Some(Argument::new("depth", point.depth)),
        ..Parameters::default()
    }
}
