//! Machines that learn three blocks of two clusters each: three transitions, one after another.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, Spiked, TwoCluster};
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Algorithm, Checkpoint, Trainer, Training};
use saddlepoint_simulator::{Error as SimulatorError, Samples, Unit};
use saddlepoint_theory::dynamics::BlockMode;
use saddlepoint_theory::spectra::Population;

use super::super::machines::project;
use super::{Point, WRONG_S, binder};
use crate::comparison::{as_float, rounded};
use crate::error::{Error, Result};
use crate::runner::Measured;
use crate::table::{Argument, Parameters, Prediction, Row};

/// Squared magnetization of the clusters of each block: n times it is about the eigenvalue that the block's mode learns.
const SQUARES: [f64; MODES] = [0.9, 0.6, 0.4];
const MODES: usize = 3;
/// Hidden units.
const HIDDEN: usize = 4;
/// All singular values at the start.
const START: f64 = 0.05;
/// Singular values at which the machine is looked at.
const LEVELS: [f64; 3] = [0.5, 0.8, 1.0];
/// Growth of the fastest mode per update: the learning rate times its eigenvalue.
const GROWTH: f64 = 0.03;
/// Updates between two looks, and looks after which a machine has not learned.
const UPDATES: usize = 2;
const LOOKS: usize = 2000;
/// Samples of an update, and persistent chains.
const BATCH: usize = 128;
const CHAINS: usize = 64;
/// Sweeps that a critical mode is looked at for each sweep of the persistent chains per update. Chains that lag behind the machine let a mode grow
/// too fast, and modes that have ordered swing about the new one instead of staying away from it: with 2 sweeps per update times came out
/// 0.07% early and critical susceptibilities 4% high.
const LOOKS_PER_SWEEP: usize = 5;
/// Sweeps in which chains forget their start, in units of the critical √2n.
const BURN_IN: f64 = 4.0;

/// Numbers that are measured at each level of each mode: time, ⟨x²⟩, ⟨x⁴⟩.
const EACH: usize = 3;

/// Signal of the two clusters of a block.
fn signal(units: usize, square: f64) -> f64 {
    as_float(units).sqrt() * square.sqrt().atanh()
}

/// Eigenvalue of the data along the mode of a block.
fn eigenvalue(units: usize, square: f64) -> Result<f64> {
    let population = Population::two_cluster(Some(units), signal(units, square))?;
    Ok(population.modes()[0].eigenvalue)
}

/// √2n: what times and susceptibility of a critical block are measured in.
fn critical_scale(units: usize) -> f64 {
    (2.0 * as_float(units)).sqrt()
}

fn learning_rate(units: usize) -> Result<f64> {
    Ok(GROWTH / eigenvalue(units, SQUARES[0])?)
}

/// Samples of all blocks side by side.
fn draw(blocks: &[TwoCluster], rows: usize, random: &mut Xoshiro256PlusPlus) -> Result<Samples> {
    let drawn: Vec<Samples> = (blocks.iter())
        .map(|block| block.draw(rows, random))
        .collect::<std::result::Result<_, _>>()?;
    let columns: usize = drawn.iter().map(Samples::columns).sum();
    let mut values = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for samples in &drawn {
            let n = samples.columns();
            let all = samples.as_discrete().unwrap_or_default();
            values.extend_from_slice(&all[row * n..(row + 1) * n]);
        }
    }
    Ok(Samples::discrete(rows, columns, values)?)
}

/// The modes of all blocks with one small singular value, turned at random among the hidden units.
fn start(blocks: &[TwoCluster], random: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
    let turned = Spiked::random(HIDDEN, &[0.0; MODES], random)?;
    let units: usize = blocks.iter().map(DataModel::units).sum();
    let modes: Vec<(usize, f64)> = (blocks.iter().enumerate())
        .flat_map(|(k, block)| block.direction().into_iter().map(move |u| (k, u)))
        .collect();
    let weights = Mat::from_fn(units, HIDDEN, |i, j| {
        let (k, u) = modes[i];
        START * u * turned.directions()[(j, k)]
    });
    Ok(Rbm::new(
        weights,
        Layer::unbiased(Unit::Spin, units)?,
        Layer::unbiased(Unit::Gaussian, HIDDEN)?,
    )?)
}

/// A machine that learns from samples that are never seen again, while its chains go on.
struct Learner {
    settings: Training,
    blocks: Vec<TwoCluster>,
    machine: Rbm,
    checkpoint: Option<Checkpoint>,
}

impl Learner {
    fn new(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let units = point.units;
        let blocks = SQUARES
            .iter()
            .map(|&square| TwoCluster::random(units, signal(units, square), random))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let settings = Training {
            algorithm: Algorithm::Persistent {
                steps: point.sweeps / LOOKS_PER_SWEEP,
            },
            learning_rate: learning_rate(units)?,
            batch: BATCH,
            chains: CHAINS,
            biases: false,
            ..Training::default()
        };
        Ok(Self {
            settings,
            machine: start(&blocks, random)?,
            blocks,
            checkpoint: None,
        })
    }

    /// Some updates further.
    fn advance(&mut self, random: &mut Xoshiro256PlusPlus) -> Result<()> {
        let samples = draw(&self.blocks, UPDATES * BATCH, random)?;
        let mut trainer = match &self.checkpoint {
            Some(before) => Trainer::resume(self.settings, &self.machine, &samples, before)?,
            None => Trainer::new(self.settings, self.machine.clone(), &samples, random)?,
        };
        trainer.epoch()?;
        self.checkpoint = Some(trainer.checkpoint());
        self.machine = trainer.machine().clone();
        Ok(())
    }
}

/// Leading singular values and left vectors of a machine's weights.
fn modes(machine: &Rbm) -> Result<([f64; MODES], Mat<f64>)> {
    let svd = machine.weights().thin_svd().map_err(|_| no_modes(0))?;
    let values = std::array::from_fn(|k| svd.S().column_vector()[k]);
    Ok((values, svd.U().to_owned()))
}

/// Updates × rate, ⟨x²⟩ and ⟨x⁴⟩ of each mode where it passes each level, by a straight line in ln s between two looks.
pub(super) fn measure(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let mut learner = Learner::new(point, random)?;
    let mut found = vec![None; MODES * LEVELS.len()];
    let mut before = (learner.machine.clone(), modes(&learner.machine)?.0);
    for look in 0..LOOKS {
        learner.advance(random)?;
        let values = modes(&learner.machine)?.0;
        let passes = |k: usize, level: f64| before.1[k] < level && values[k] >= level;
        for (slot, passage) in found.iter_mut().enumerate() {
            let (mode, level) = (slot / LEVELS.len(), LEVELS[slot % LEVELS.len()]);
            if passage.is_some() || !passes(mode, level) {
                continue;
            }
            let share = (level / before.1[mode]).ln() / (values[mode] / before.1[mode]).ln();
            let [second, fourth] =
                moments_between(point, [&before.0, &learner.machine], mode, share, random)?;
            *passage = Some([
                learner.settings.learning_rate * as_float(UPDATES) * (as_float(look) + share),
                second,
                fourth,
            ]);
        }
        if found.iter().all(Option::is_some) {
            return Ok(found.into_iter().flatten().flatten().collect());
        }
        before = (learner.machine.clone(), values);
    }
    Err(no_modes(LOOKS).into())
}

/// The moments of one mode at a share of the way from one machine to the next.
fn moments_between(
    point: &Point,
    machines: [&Rbm; 2],
    mode: usize,
    share: f64,
    random: &mut Xoshiro256PlusPlus,
) -> Result<[f64; 2]> {
    let before = moments(point, machines[0], mode, random)?;
    let after = moments(point, machines[1], mode, random)?;
    Ok([0, 1].map(|k| (1.0 - share) * before[k] + share * after[k]))
}

/// ⟨x²⟩ and ⟨x⁴⟩ of one mode of a machine, over new chains.
fn moments(
    point: &Point,
    machine: &Rbm,
    mode: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Result<[f64; 2]> {
    let (_, vectors) = modes(machine)?;
    let mut chains = Chains::random(machine, point.chains, random)?;
    let mut sums = [0.0; 2];
    let burn_in = rounded(BURN_IN * critical_scale(point.units));
    for sweep in 0..burn_in + point.sweeps {
        chains.sweep(random);
        if sweep < burn_in {
            continue;
        }
        for x in project(vectors.col_as_slice(mode), chains.visible()) {
            sums[0] += x * x;
            sums[1] += x.powi(4);
        }
    }
    Ok(sums.map(|sum| sum / as_float(point.chains * point.sweeps)))
}

fn no_modes(looks: usize) -> SimulatorError {
    SimulatorError::NotConverged {
        name: "a training up to the last transition",
        iterations: looks,
        residual: f64::NAN,
    }
}

/// Times of growth without the model's answer, `ln(s/s₀)` at the rate of the data alone.
fn without_model(eigenvalue: f64, level: f64, rate: f64) -> f64 {
    rate * (level / START).ln() / (rate * eigenvalue).ln_1p()
}

/// Each passage against the exact sums. Times are in units of 1/n.
pub(super) fn rows(measured: &Measured<Point>) -> Result<Vec<Row>> {
    let units = measured.point.units;
    let n = as_float(units);
    let block = BlockMode::new(u32::try_from(units).unwrap_or(u32::MAX))?;
    let rate = learning_rate(units)?;
    let scale = critical_scale(units);
    let mut rows = Vec::new();
    for (mode, square) in SQUARES.into_iter().enumerate() {
        let c = eigenvalue(units, square)?;
        for (place, level) in LEVELS.into_iter().enumerate() {
            let first = EACH * (mode * LEVELS.len() + place);
            let is_critical = place + 1 == LEVELS.len();
            let parameters = Parameters {
                experiment: "cascade",
                data: "blocks",
                mode: Some(mode),
                x: Some(Argument::new("singular_value", level)),
                ..Parameters::default()
            };
            let time = block.time_of(c, START, level, rate)?;
            let time = time.ok_or(Error::NoCrossing {
                observable: "singular_value",
                level,
                lowest: START,
                highest: level,
            })?;
            let exactly = [
                n * time,
                block.mean_square(level)? / scale,
                block.binder(level)?,
            ];
            let wrong = [
                Some(n * without_model(c, level, rate)),
                Some(block.mean_square(WRONG_S * level)? / scale),
                None,
            ];
            let found = [
                measured.estimate(first)?.rescaled(n, 0.0),
                measured.estimate(first + 1)?.rescaled(scale.recip(), 0.0),
                binder(measured, [first + 1, first + 2])?,
            ];
            for k in 0..EACH {
                let prediction = Prediction {
                    observable: OBSERVABLES[k],
                    limit_observable: None,
                    theory: exactly[k],
                    wrong: wrong[k].filter(|_| is_critical),
                };
                rows.extend(Row::pair(&parameters, Some(units), &prediction, &found[k]));
            }
        }
    }
    Ok(rows)
}

const OBSERVABLES: [&str; EACH] = [
    "time_of_singular_value",
    "susceptibility_in_training",
    "binder_in_training",
];
