//! The walk of a place cell under persistent contrastive divergence, as it was published.

use rand_distr::{Distribution, Uniform};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_simulator::{Samples, Unit};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::one_unit::Walk;
use super::own::{BATCH, BETA, UNITS, numbers};
use super::pinned::{Look, Noise, forgotten, landscape, memory};
use super::places::Template;
use crate::comparison::{as_float, rounded};
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, COMPARED, COMPARISON, Parameters, Row};

/// Records of the place in the time after which a free place cell has forgotten its place.
const RECORDS: usize = 80;
/// Lags that are looked at, in records; the first tells the strength of the noise.
const LAGS: [usize; 4] = [RECORDS / 4, RECORDS / 8, RECORDS / 2, RECORDS];

/// A ring and how a machine learns it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    units: usize,
    beta: f64,
    rate: f64,
    batch: usize,
}

/// Of the published walk.
const PUBLISHED: Setting = Setting {
    units: 100,
    beta: 1.0,
    rate: 0.1,
    batch: 100,
};

/// The same in seconds.
const SMALL: Setting = Setting {
    units: 30,
    beta: 0.5,
    rate: 0.25,
    batch: 100,
};

/// How a place cell moves that is learnt by PCD-20 at the published settings: N = 100, β = 1, learning rate 0.1, batches of 100 and as
/// many chains.
///
/// From fresh samples it diffuses: the memory of its place is C(t) = exp(−f t/τ) at every lag, with one factor f over the theory for η/B → 0
/// that is measured at τ/4 and shown. It drops out of `C(t) − C(τ/4)^(4t/τ)`, which is judged: it is 0 (`memory_excess`). On a data set, whose
/// batches are drawn with replacement, the place cell diffuses in the landscape of this data set with f D and f T, the f of the other
/// runs, as in `place-cell-pinning`: in the published 10⁶ samples it is between trapped and free, in fewer it is trapped. The control is a
/// landscape that is not felt.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figures 6 and 7; own.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellWalk;

/// One number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    setting: Setting,
    /// P; 0 of fresh samples.
    samples: usize,
    /// Whether the landscape is told from a flat one.
    is_deep: bool,
    /// Updates between two records.
    stride: usize,
    records: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["x"],
    keys: &["alpha"],
    panels: &[Panel {
        across: "lag over the relaxation time",
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set; of all but the samples the first value counts.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Sites of the ring",
        domain: Domain::Counts {
            least: 20,
            most: 200,
        },
        default: "30",
        ..UNITS
    },
    BETA,
    numbers("rate", [0.001, 1.0], "Learning rate", "0.25"),
    BATCH,
    Parameter {
        name: "samples",
        domain: Domain::Counts {
            least: 100,
            most: 10_000_000,
        },
        meaning: "Samples of the data set; fresh samples are looked at besides",
        default: "3000",
    },
];

/// A setting with all its numbers of samples, and whether their landscapes are told from a flat one.
fn points(
    setting: Setting,
    samples: &[(usize, bool)],
    preset: Preset,
) -> Result<Vec<(Point, usize)>> {
    let forgotten = forgotten(&setting.cell()?, &setting.training())?;
    let points = samples.iter().map(|&(samples, is_deep)| {
        let point = Point {
            setting,
            samples,
            is_deep,
            stride: rounded(forgotten / as_float(RECORDS)),
            records: preset.choose(2, 4, 8) * RECORDS,
        };
        (point, preset.choose(36, 16, 64))
    });
    Ok(points.collect())
}

impl Experiment for PlaceCellWalk {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-walk"
    }

    fn description(&self) -> &'static str {
        "Walk of a place cell under PCD, from fresh samples and from a data set."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let published = [
            (0, false),
            (1_000_000, false),
            (100_000, true),
            (30_000, true),
        ];
        let (setting, samples): (_, &[(usize, bool)]) = preset.choose(
            (SMALL, &[(0, false), (3000, true)]),
            (PUBLISHED, &published),
            // Among many data sets of the fewest samples some landscape would be deeper than the theory takes.
            (PUBLISHED, &published[..3]),
        );
        points(setting, samples, preset)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let [units, batch] = [("units", SMALL.units), ("batch", SMALL.batch)]
            .map(|(name, default)| asked.counts(name, &[default])[0]);
        let [beta, rate] = [("beta", SMALL.beta), ("rate", SMALL.rate)]
            .map(|(name, default)| asked.numbers(name, &[default])[0]);
        let setting = Setting {
            units,
            beta,
            rate,
            batch,
        };
        // Fresh samples tell the strength of the noise.
        let mut samples = vec![(0, false)];
        let given = asked.counts("samples", &[3000]).into_iter();
        samples.extend(given.map(|samples| (samples, true)));
        points(setting, &samples, asked.preset)
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.setting.units * point.setting.batch * point.stride * point.records)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let setting = point.setting;
        let ring = IsingRing::new(setting.units, setting.beta)?;
        let weights = setting.cell()?.weights().to_vec();
        let walk = Walk {
            rate: setting.rate,
            updates: point.stride * point.records,
            stride: point.stride,
        };
        let data = (point.samples > 0).then(|| ring.draw(point.samples, random));
        let data = data.transpose()?;
        let mut values = match &data {
            Some(samples) => {
                let likelihood = Likelihood::new(samples, Unit::Spin, Partition::Spins)?;
                landscape(&likelihood, &weights)?
            }
            None => vec![0.0; setting.units],
        };
        let draw = |count, random: &mut _| match &data {
            Some(samples) => with_replacement(samples, count, random),
            None => Ok(ring.draw(count, random)?),
        };
        let mut template = Template::new(&weights);
        let places = walk.sampled_places(&mut template, &weights, setting.batch, draw, random)?;
        values.extend(LAGS.map(|lag| memory(&places, setting.units, lag)));
        Ok(values)
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let Some(fresh) = measured.first() else {
            return Ok(Vec::new());
        };
        let setting = fresh.point.setting;
        let (cell, training) = (setting.cell()?, setting.training());
        let early = fresh.estimate(setting.units)?;
        let noise = Noise::of_fresh(early, LAGS[0], fresh.point.stride, &cell, &training)?;
        let mut rows = vec![noise.row(&parameters(&fresh.point, LAGS[0]))];
        for m in measured {
            let looks = LAGS.into_iter().enumerate();
            let looks: Vec<Look> = looks
                .map(|(index, lag)| Look {
                    parameters: parameters(&m.point, lag),
                    observable: "memory",
                    index,
                    lag,
                    is_telling: m.point.is_deep && lag > LAGS[0],
                })
                .collect();
            let memories = noise.compare(&m.replicas, m.point.records, &looks)?;
            if m.point.samples == 0 {
                // The strength of the noise is that of these runs.
                rows.extend(memories.into_iter().map(Row::fitted));
                rows.extend(excess_rows(m)?);
            } else {
                rows.extend(memories);
            }
        }
        Ok(rows)
    }
}

/// `C(t) − C(t₀)^(t/t₀)` of fresh samples at every lag t after the first, t₀: 0 where the memory decays exponentially, at any rate.
///
/// The scatter is that of the linear response to the memories of each replica.
fn excess_rows(fresh: &Measured<Point>) -> Result<Vec<Row>> {
    let units = fresh.point.setting.units;
    let first = fresh.estimate(units)?.mean;
    let row = |(index, lag): (usize, usize)| {
        let power = as_float(lag) / as_float(LAGS[0]);
        let expected = first.powf(power);
        let slope = power * expected / first;
        let excess = fresh.estimate_of(|values| {
            values[units + index] - expected - slope * (values[units] - first)
        })?;
        let parameters = parameters(&fresh.point, lag);
        Ok(Row::compare(
            &parameters,
            Some(units),
            "memory_excess",
            0.0,
            &excess,
        ))
    };
    LAGS.into_iter().enumerate().skip(1).map(row).collect()
}

impl Setting {
    /// The place cell of the theory.
    fn cell(&self) -> Result<PlaceCell> {
        Ok(PlaceCell::new(&RingFlow::new(self.units, self.beta)?)?)
    }

    fn training(&self) -> Training {
        Training {
            learning_rate: self.rate,
            batch: as_float(self.batch),
            is_negative_phase_sampled: true,
        }
    }
}

/// Samples drawn at random from others, each perhaps several times.
fn with_replacement(
    samples: &Samples,
    count: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Samples> {
    let columns = samples.columns();
    let spins = samples.as_discrete().expect("spins");
    let any = Uniform::new(0, samples.rows()).expect("the data set is not empty");
    let drawn = any.sample_iter(random).take(count);
    let values = drawn.flat_map(|row| &spins[row * columns..][..columns]);
    let values = values.copied().collect();
    Ok(Samples::discrete(count, columns, values)?)
}

/// x is the lag over the time τ of the theory.
fn parameters(point: &Point, lag: usize) -> Parameters {
    let units = as_float(point.setting.units);
    let samples = (point.samples > 0).then_some(as_float(point.samples));
    Parameters {
        experiment: "place-cell-walk",
        data: "ising-ring",
        beta: Some(point.setting.beta),
        kappa: Some(1.0 / units),
        alpha: samples.map(|samples| samples / units),
        x: Some(Argument::new("lag", as_float(lag) / as_float(RECORDS))),
        ..Parameters::default()
    }
}
