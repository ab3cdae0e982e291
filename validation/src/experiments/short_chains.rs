//! Machines trained with short chains from independent units, and what they remember of it.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::training::{Algorithm, Training};
use saddlepoint_theory::dynamics::{ShortChains, final_singular_value};

use super::ensemble::sizes;
use super::fresh::learn_once;
use super::machines::one_mode;
use super::own::{SIGNAL, UNITS};
use crate::comparison::{as_float, mean};
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Learning rate; the singular value relaxes within ten to twenty updates.
const RATE: f64 = 0.02;
/// Samples and chains of an update.
const BATCH: usize = 500;
/// Singular value at the start, along the planted mode.
const START: f64 = 0.5;
/// Updates before the weights count.
const EARLY: usize = 60;
/// Chains from which the variance of samples is taken.
const SAMPLED: usize = 16_000;
/// Sweeps after which samples are looked at again, in units of those of the training.
const LATER: u32 = 2;

/// Spins that a single Gaussian hidden unit learns with chains from independent units, and samples that it makes.
///
/// The singular value ends where k sweeps from independent units have the variance of the data along the mode, and so do samples after k sweeps, while after 2k sweeps they
/// have another one. The likelihood's singular value, and samples that have forgotten where they began, are the controls. Weights are projected
/// on the planted mode after each update, since the noise of batches across it would count like a mode of its own.
///
/// # References
/// Decelle, Furtlehner & Seoane, Adv. Neural Inf. Process. Syst. 34 (2021), for the phenomenon; the fixed point: own.
#[derive(Debug, Clone, Copy)]
pub struct ShortChainsExperiment;

/// A number of sweeps, a signal and a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    sweeps: u32,
    signal: f64,
    units: usize,
    updates: usize,
}

/// Sweeps and signals: s = 1, where there is no equilibrium any more, then below, then beyond.
const MODELS: [(u32, f64); 3] = [
    (1, std::f64::consts::SQRT_2),
    (2, std::f64::consts::SQRT_2),
    (1, 1.6),
];

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["x", "signal"],
    panels: &[
        Panel {
            show: Some(("observable", &["singular_value"])),
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["variance_as_trained", "variance_later"])),
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "gibbs-steps",
        domain: Domain::Counts {
            least: 1,
            most: 100,
        },
        meaning: "Sweeps k of the chains in an update",
        default: "1",
    },
    Parameter {
        default: "1.4142135623730951",
        ..SIGNAL
    },
    UNITS,
];

/// Sizes of a preset.
fn all_units(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[24, 48, 96, 192],
        &[50, 100, 200, 400],
        &[50, 100, 200, 400, 800],
    )
}

fn points(models: &[(u32, f64)], units: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let updates = preset.choose(100, 200, 1000);
    let sizes = sizes(units, preset.choose(18, 48, 400), 0.25);
    let at = |&(sweeps, signal): &(u32, f64)| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                sweeps,
                signal,
                units,
                updates,
            };
            (point, replicas)
        })
    };
    models.iter().flat_map(at).collect()
}

impl Experiment for ShortChainsExperiment {
    type Point = Point;

    fn name(&self) -> &'static str {
        "short-chains"
    }

    fn description(&self) -> &'static str {
        "Singular value learnt with k sweeps from independent units, and the memory of k in samples."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let models = preset.choose(&MODELS[..2], &MODELS[..], &MODELS[..]);
        Ok(points(models, all_units(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let mut models = Vec::new();
        for sweeps in asked.counts("gibbs-steps", &[1]) {
            let sweeps = u32::try_from(sweeps).unwrap_or(u32::MAX);
            let signals = asked.numbers("signal", &[std::f64::consts::SQRT_2]);
            models.extend(signals.into_iter().map(|signal| (sweeps, signal)));
        }
        let units = asked.counts("units", all_units(asked.preset));
        Ok(points(&models, &units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let updates = as_float((EARLY + point.updates) * BATCH) * f64::from(1 + point.sweeps);
        let samples = as_float(SAMPLED) * f64::from(LATER * point.sweeps);
        as_float(point.units) * (updates + samples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let data = TwoCluster::random(point.units, point.signal, random)?;
        let mode = data.direction();
        let mut along = START;
        let mut recorded = Vec::new();
        for update in 0..EARLY + point.updates {
            let samples = data.draw(BATCH, random)?;
            let learnt = learn_once(
                one_mode(&mode, along)?,
                settings(point.sweeps),
                &samples,
                random,
            )?;
            let weights = learnt.weights().col(0);
            along = mode.iter().zip(weights.iter()).map(|(u, w)| u * w).sum();
            if update >= EARLY {
                recorded.push(along);
            }
        }
        let learnt = mean(recorded);
        let machine = one_mode(&mode, learnt)?;
        let mut chains = Chains::random(&machine, SAMPLED, random)?;
        let mut variance_after = |sweeps: u32| {
            (0..sweeps).for_each(|_| chains.sweep(random));
            variance(&chains, &mode)
        };
        let as_trained = variance_after(point.sweeps);
        let later = variance_after((LATER - 1) * point.sweeps);
        Ok(vec![learnt, as_trained, later])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let model = |point: &Point| (point.sweeps, point.signal.to_bits());
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| model(&a.point) == model(&b.point)) {
            let Point { sweeps, signal, .. } = sizes[0].point;
            let parameters = Parameters {
                experiment: self.name(),
                data: "two-cluster",
                signal: Some(signal),
                x: Some(Argument::new("gibbs_steps", f64::from(sweeps))),
                ..Parameters::default()
            };
            for (i, prediction) in predictions(sweeps, signal)?.into_iter().enumerate() {
                let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(i)?));
                let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
                let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
                rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, powers)?);
            }
        }
        Ok(rows)
    }
}

/// Restarted chains, as many as samples.
fn settings(sweeps: u32) -> Training {
    let steps = usize::try_from(sweeps).unwrap_or(usize::MAX);
    Training {
        algorithm: Algorithm::Restarted { steps },
        learning_rate: RATE,
        batch: BATCH,
        chains: BATCH,
        biases: false,
        ..Training::default()
    }
}

/// Mean square of the configurations along a mode.
fn variance(chains: &Chains<'_>, mode: &[f64]) -> f64 {
    let along = chains.visible().col_iter().map(|v| {
        let projection: f64 = mode.iter().zip(v.iter()).map(|(u, v)| u * v).sum();
        projection * projection
    });
    mean(along.collect::<Vec<_>>())
}

/// Singular value, variance after k sweeps and after 2k; the controls are the likelihood's singular value, and samples without a memory.
fn predictions(sweeps: u32, signal: f64) -> Result<[Prediction; 3]> {
    let eigenvalue = 1.0 + signal * signal;
    let chains = ShortChains::new(sweeps)?;
    let (learnt, likely) = (
        chains.fixed_point(eigenvalue)?,
        final_singular_value(eigenvalue)?,
    );
    let prediction = |observable, theory, wrong| Prediction {
        observable,
        limit_observable: None,
        theory,
        wrong: Some(wrong),
    };
    let later = ShortChains::new(LATER * sweeps)?;
    Ok([
        prediction("singular_value", learnt, likely),
        prediction(
            "variance_as_trained",
            chains.variance(learnt)?,
            chains.variance(likely)?,
        ),
        prediction("variance_later", later.variance(learnt)?, eigenvalue),
    ])
}
