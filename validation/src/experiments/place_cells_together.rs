//! Several place cells that move as one.

use std::fmt;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::IsingRing;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::Algorithm;
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::fresh::{field, learn};
use super::own::BATCH;
use super::places::{Template, diffusion};
use super::sample_sizes::against_batch;
use crate::comparison::{as_float, mean};
use crate::error::{Error, Result};
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Hidden units.
const HIDDEN: usize = 3;
/// Standard deviation of the initial weights.
const START: f64 = 0.05;
/// Records whose weights are averaged for the template.
const AVERAGED: usize = 10;
/// Factor by which the variance of the distances is wrong in the control: the 1/2 of it forgotten.
const WRONG: f64 = 2.0;

/// A ring and how a machine learns it.
struct Setting {
    units: usize,
    beta: f64,
    rate: f64,
    algorithm: Algorithm,
    /// Updates between two records of the places.
    stride: usize,
    /// Records before the places count.
    early: usize,
    /// Lags in records between which the joint place diffuses: longer than the fields' shapes relax.
    lags: [usize; 2],
    /// Lags by which the distances have forgotten where they were.
    long_lags: [usize; 2],
}

/// Enough sites for the fields, and so few that they repel each other within affordable times: distances relax in 230 updates.
const CROWDED: Setting = Setting {
    units: 24,
    beta: 0.5,
    rate: 0.2,
    algorithm: Algorithm::Exact,
    stride: 20,
    early: 50,
    lags: [5, 15],
    long_lags: [50, 100],
};

/// As published. Distances relax in some 3500 updates.
const PUBLISHED: Setting = Setting {
    units: 100,
    beta: 1.0,
    rate: 0.1,
    algorithm: Algorithm::Persistent { steps: 20 },
    stride: 500,
    early: 60,
    lags: [10, 20],
    long_lags: [40, 80],
};
/// Samples and chains of an update as published.
const PUBLISHED_BATCH: usize = 100;

/// Three spin hidden units that learn from fresh batches of B samples with the exact negative phase.
///
/// They tile the ring and move as one: the mean of their places diffuses by `D_M` of the theory for η/B → 0, the distances between
/// neighbours have the variance of the theory, and over long times each peak diffuses as the mean does. The ratios to the theory are
/// extrapolated in 1/B. A unit alone would diffuse six times as fast.
///
/// At the published settings (not in the quick preset; N = 100, β = 1, PCD-20, learning rate 0.1, batches of 100 and as many chains) the peaks
/// also stay together. Diffusion is divided by D of a single unit at these settings; the theory for the mean place (exact negative phase)
/// is shown, not judged: the theory has no noise of chains for several units.
///
/// # References
/// Own; the phenomenon is that of Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020): "the peaks move coherently".
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellsTogether;

/// One batch size.
#[derive(Clone, PartialEq)]
pub struct Point {
    batch: usize,
    updates: usize,
    is_published: bool,
}

/// Names the random streams: of the crowded ring as before there was another.
impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.is_published {
            "Published"
        } else {
            "Point"
        };
        f.debug_struct(name)
            .field("batch", &self.batch)
            .field("updates", &self.updates)
            .finish()
    }
}

impl Point {
    fn setting(&self) -> &'static Setting {
        if self.is_published {
            &PUBLISHED
        } else {
            &CROWDED
        }
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
const PARAMETERS: &[Parameter] = &[Parameter {
    meaning: "Samples of a batch; extrapolated to infinitely many where there are enough of them",
    default: "50, 100, 200",
    ..BATCH
}];

impl Experiment for PlaceCellsTogether {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cells-together"
    }

    fn description(&self) -> &'static str {
        "Place cells that repel each other and move as one under stochastic learning."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let batches: &[usize] = preset.choose(
            &[50, 100, 200],
            &[100, 150, 200, 300, 400],
            &[100, 150, 200, 300, 400],
        );
        let updates = preset.choose(5000, 50_000, 100_000);
        let replicas = preset.choose(16, 32, 64);
        let crowded = batches.iter().map(|&batch| Point {
            batch,
            updates,
            is_published: false,
        });
        let published = Point {
            batch: PUBLISHED_BATCH,
            updates: preset.choose(0, 200_000, 1_000_000),
            is_published: true,
        };
        let published = (published.updates > 0).then_some((published, 16));
        Ok(crowded
            .map(|point| (point, replicas))
            .chain(published)
            .collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let updates = asked.preset.choose(5000, 50_000, 100_000);
        let replicas = asked.preset.choose(16, 32, 64);
        let batches = asked.counts("batch", &[50, 100, 200]).into_iter();
        let point = |batch| Point {
            batch,
            updates,
            is_published: false,
        };
        Ok(batches.map(|batch| (point(batch), replicas)).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        let sweeps = match point.setting().algorithm {
            Algorithm::Persistent { steps } => as_float(steps),
            _ => 1.0,
        };
        as_float(point.setting().units * point.batch * point.updates) * (1.0 + 0.2 * sweeps)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let setting = point.setting();
        let places = places(point, random)?;
        let joint: Vec<f64> = places.iter().map(mean).collect();
        let relative = (0..HIDDEN).map(|unit| {
            let path: Vec<f64> = places
                .iter()
                .zip(&joint)
                .map(|(x, m)| x[unit] - m)
                .collect();
            diffusion(&path, setting.long_lags)
        });
        let relative = mean(relative);
        let squares = places.iter().map(|x| squared_deviation(x, setting.units));
        Ok(vec![
            diffusion(&joint, setting.lags) / as_float(setting.stride),
            mean(squares),
            relative / as_float(setting.stride),
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let crowded = measured.partition_point(|m| !m.point.is_published);
        let (crowded, published) = measured.split_at(crowded);
        let theory = Theory::new()?;
        let mut rows = theory.extrapolated(crowded, 0)?;
        rows.extend(theory.extrapolated(crowded, 1)?);
        for m in crowded {
            rows.extend(theory.relative(m)?);
        }
        for m in published {
            rows.extend(published_rows(m)?);
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
        let ring = CROWDED.ring()?;
        let training = CROWDED.training(1);
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
        against_batch(&parameters(&CROWDED), &prediction, &ratios, CROWDED.units)
    }

    /// How much faster a peak diffuses than all of them, over long times: not at all.
    fn relative(&self, m: &Measured<Point>) -> Result<Vec<Row>> {
        let theory = self.of_one[0] / as_float(m.point.batch);
        let parameters = Parameters {
            x: Some(Argument::new("batch", as_float(m.point.batch))),
            ..parameters(&CROWDED)
        };
        let prediction = Prediction {
            observable: "relative_diffusion_over_theory",
            limit_observable: None,
            theory: 0.0,
            wrong: Some(self.alone * independent()),
        };
        let measured = m.estimate(2)?.rescaled(theory.recip(), 0.0);
        let units = Some(CROWDED.units);
        Ok(Row::pair(&parameters, units, &prediction, &measured))
    }
}

/// Of independent places the distance from their mean diffuses by this fraction of D.
fn independent() -> f64 {
    1.0 - as_float(HIDDEN).recip()
}

/// Diffusion at the published settings in units of that of a unit alone: of a peak from the mean of all, and of the mean.
fn published_rows(m: &Measured<Point>) -> Result<Vec<Row>> {
    let setting = m.point.setting();
    let ring = setting.ring()?;
    let exact = setting.training(m.point.batch);
    let sampled = Training {
        is_negative_phase_sampled: true,
        ..exact
    };
    let cell = PlaceCell::new(&ring)?;
    let alone = cell.diffusion(&sampled)?;
    let parameters = Parameters {
        x: Some(Argument::new("batch", as_float(m.point.batch))),
        ..parameters(setting)
    };
    let prediction = Prediction {
        observable: "relative_diffusion_over_alone",
        limit_observable: None,
        theory: 0.0,
        wrong: Some(independent()),
    };
    let scaled = |index| Ok::<_, Error>(m.estimate(index)?.rescaled(alone.recip(), 0.0));
    let mut rows = Row::pair(&parameters, Some(setting.units), &prediction, &scaled(2)?);
    let together =
        PlaceCell::several(&ring, HIDDEN)?.diffusion(&exact)? / cell.diffusion(&exact)?;
    let shown = Parameters {
        unjudged: Some("asymptotic"),
        ..parameters
    };
    let name = "diffusion_over_alone";
    rows.push(Row::compare(
        &shown,
        Some(setting.units),
        name,
        together,
        &scaled(0)?,
    ));
    Ok(rows)
}

impl Setting {
    fn ring(&self) -> Result<RingFlow> {
        Ok(RingFlow::new(self.units, self.beta)?)
    }

    /// With the exact negative phase.
    fn training(&self, batch: usize) -> Training {
        Training {
            learning_rate: self.rate,
            batch: as_float(batch),
            is_negative_phase_sampled: false,
        }
    }
}

fn parameters(setting: &Setting) -> Parameters {
    Parameters {
        experiment: "place-cells-together",
        data: "ising-ring",
        beta: Some(setting.beta),
        kappa: Some(as_float(HIDDEN) / as_float(setting.units)),
        ..Parameters::default()
    }
}

/// The places of all units in time, counted on over whole turns, of a machine that learnt from small random weights.
fn places(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<[f64; HIDDEN]>> {
    let setting = point.setting();
    let ring = IsingRing::new(setting.units, setting.beta)?;
    let settings = saddlepoint_simulator::training::Training {
        algorithm: setting.algorithm,
        learning_rate: setting.rate,
        batch: point.batch,
        chains: point.batch,
        biases: false,
        ..Default::default()
    };
    let visible = Layer::unbiased(Unit::Spin, setting.units)?;
    let hidden = Layer::unbiased(Unit::Spin, HIDDEN)?;
    let mut machine = Rbm::random(visible, hidden, START, random)?;
    machine = learn(
        machine,
        settings,
        &ring,
        setting.early * setting.stride,
        random,
    )?;
    let mut template = vec![0.0; setting.units];
    for _ in 0..AVERAGED {
        machine = learn(machine, settings, &ring, setting.stride, random)?;
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
    for _ in 0..point.updates / setting.stride {
        machine = learn(machine, settings, &ring, setting.stride, random)?;
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
fn squared_deviation(places: &[f64; HIDDEN], units: usize) -> f64 {
    let units = as_float(units);
    let mut around = places.map(|x| x.rem_euclid(units));
    around.sort_by(f64::total_cmp);
    let distance = |i: usize| {
        let next = around.get(i + 1).map_or(around[0] + units, |next| *next);
        next - around[i]
    };
    mean((0..HIDDEN).map(|i| (distance(i) - units / as_float(HIDDEN)).powi(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_neighbours_around_the_ring() {
        // Distances 7, 9 and 8 across the seam, in any order and over whole turns.
        for places in [[1.0, 8.0, 17.0], [41.0, -23.0, 8.0]] {
            assert!((squared_deviation(&places, 24) - 2.0 / 3.0).abs() < 1e-12);
        }
    }
}
