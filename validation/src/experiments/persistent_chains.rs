//! Machines trained with persistent chains at a finite learning rate: the chains lag behind, and the weights overshoot.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::training::{Algorithm, Checkpoint, Trainer, Training};
use saddlepoint_theory::dynamics::{
    PersistentChains, PersistentMode, final_singular_value, velocity,
};

use super::ensemble::sizes;
use super::machines::one_mode;
use super::own::{SIGNAL, UNITS};
use crate::comparison::{as_float, mean};
use crate::error::{Error, Result};
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Sweeps of an update.
const SWEEPS: u32 = 1;
/// Singular value before the first update.
const START: f64 = 0.5;
/// Chains, and samples of an update, per visible unit: the deviations that their number makes vanish with the size.
const CHAINS_PER_UNIT: usize = 5;
/// Part of the largest singular value at which it counts as reached, where nothing overshoots.
const CLOSE: f64 = 0.9999;
/// Updates that no trajectory needs to come near its end.
const MOST_UPDATES: usize = 2000;
/// Independent trainings of a replica, whose difference is free of the mean.
const TRAININGS: usize = 2;

/// Spins that a single Gaussian hidden unit learns with persistent chains of one sweep in each update.
///
/// Two looks at the singular value, while it grows and at the peak of its overshoot, compare with the recursion of infinitely many chains; its variance in the long run, times
/// the number of chains, with the linear theory. Chains that are in equilibrium in every update are the control. Weights are projected on the planted
/// mode after each update, since the noise of batches across it would count like a mode of its own.
///
/// # References
/// Tieleman, ICML (2008), for the algorithm; the theory: own.
#[derive(Debug, Clone, Copy)]
pub struct PersistentChainsExperiment;

/// A learning rate, a signal and a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    learning_rate: f64,
    signal: f64,
    units: usize,
    /// Updates after which the singular value is looked at.
    looks: [usize; 2],
    /// Updates after the last look over which the variance is taken.
    updates: usize,
}

/// Learning rates and signals, those that the chains follow worst first.
const MODELS: [(f64, f64); 3] = [
    (0.02, 2.0),
    (0.1, std::f64::consts::SQRT_2),
    (0.05, std::f64::consts::SQRT_2),
];

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["x", "signal"],
    panels: &[
        Panel {
            show: Some((
                "observable",
                &["singular_value_rising", "singular_value_peak"],
            )),
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["chains_times_variance"])),
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "learning-rate",
        domain: Domain::Numbers {
            least: 0.001,
            most: 10.0,
        },
        meaning: "Learning rate, below that at which the end of training is unstable",
        default: "0.02",
    },
    Parameter {
        default: "2",
        ..SIGNAL
    },
    UNITS,
];

/// Sizes of a preset: corrections go with 1/(N (1 − s²)²), 40/N at the strongest peak, where from 30 units on those of third order moved the limit by two
/// standard errors.
fn all_units(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[60, 120, 240, 480],
        &[60, 120, 240, 480],
        &[60, 120, 240, 480, 960],
    )
}

fn points(models: &[(f64, f64)], units: &[usize], preset: Preset) -> Result<Vec<(Point, usize)>> {
    let updates = preset.choose(160, 300, 1000);
    let sizes = sizes(units, preset.choose(32, 90, 1000), 0.5);
    let mut points = Vec::new();
    for &(learning_rate, signal) in models {
        let looks = looks(learning_rate, signal)?;
        points.extend(sizes.iter().map(|&(units, replicas)| {
            let point = Point {
                learning_rate,
                signal,
                units,
                looks,
                updates,
            };
            (point, replicas)
        }));
    }
    Ok(points)
}

impl Experiment for PersistentChainsExperiment {
    type Point = Point;

    fn name(&self) -> &'static str {
        "persistent-chains"
    }

    fn description(&self) -> &'static str {
        "Overshoot and noise of a singular value learnt with persistent chains that lag behind the machine."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let models = preset.choose(&MODELS[..1], &MODELS[..], &MODELS[..]);
        points(models, all_units(preset), preset)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let mut models = Vec::new();
        for learning_rate in asked.numbers("learning-rate", &[0.02]) {
            let signals = asked.numbers("signal", &[2.0]);
            models.extend(signals.into_iter().map(|signal| (learning_rate, signal)));
        }
        let units = asked.counts("units", all_units(asked.preset));
        points(&models, &units, asked.preset)
    }

    fn cost(&self, point: &Point) -> f64 {
        let updates = as_float(TRAININGS * (settled(point) + point.updates));
        let configurations = as_float(CHAINS_PER_UNIT * point.units);
        // A configuration is drawn, or swept through, in each half of an update.
        2.0 * updates * configurations * as_float(point.units)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let data = TwoCluster::random(point.units, point.signal, random)?;
        let trainings: Vec<Vec<f64>> = (0..TRAININGS)
            .map(|_| train(&data, point, random))
            .collect::<Result<_>>()?;
        let at = |update: usize| mean(trainings.iter().map(|s| s[update]).collect::<Vec<_>>());
        let differences = trainings[0].iter().zip(&trainings[1]);
        let variances = differences
            .skip(settled(point))
            .map(|(a, b)| 0.5 * (a - b).powi(2));
        let chains = as_float(CHAINS_PER_UNIT * point.units);
        Ok(vec![
            at(point.looks[0]),
            at(point.looks[1]),
            chains * mean(variances.collect::<Vec<_>>()),
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let model = |point: &Point| (point.learning_rate.to_bits(), point.signal.to_bits());
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| model(&a.point) == model(&b.point)) {
            let point = &sizes[0].point;
            let parameters = Parameters {
                experiment: self.name(),
                data: "two-cluster",
                signal: Some(point.signal),
                x: Some(Argument::new("learning_rate", point.learning_rate)),
                ..Parameters::default()
            };
            for (i, prediction) in predictions(point)?.into_iter().enumerate() {
                let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(i)?));
                let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
                let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
                rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, powers)?);
            }
        }
        Ok(rows)
    }
}

/// Updates after which the singular value no longer knows of its start: three times those of the peak.
fn settled(point: &Point) -> usize {
    3 * point.looks[1]
}

/// Singular values along the planted mode, before the first update and after each.
fn train(data: &TwoCluster, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let mode = data.direction();
    let configurations = CHAINS_PER_UNIT * point.units;
    let settings = Training {
        algorithm: Algorithm::Persistent {
            steps: SWEEPS as usize,
        },
        learning_rate: point.learning_rate,
        batch: configurations,
        chains: configurations,
        biases: false,
        ..Training::default()
    };
    let start = one_mode(&mode, START)?;
    let mut along = vec![START];
    let mut state: Option<Checkpoint> = None;
    for _ in 0..settled(point) + point.updates {
        let samples = data.draw(configurations, random)?;
        let mut trainer = match &state {
            None => Trainer::new(settings, start.clone(), &samples, random)?,
            Some(state) => Trainer::resume(settings, &start, &samples, state)?,
        };
        trainer.epoch()?;
        let mut after = trainer.checkpoint();
        let s: f64 = mode.iter().zip(&after.weights).map(|(u, w)| u * w).sum();
        after.weights = mode.iter().map(|u| s * u).collect();
        state = Some(after);
        along.push(s.abs());
    }
    Ok(along)
}

/// Singular values of infinitely many chains and spins, before the first update and after each.
fn trajectory(learning_rate: f64, signal: f64, updates: usize) -> Result<Vec<f64>> {
    let chains = PersistentChains::new(SWEEPS, learning_rate)?;
    let eigenvalue = 1.0 + signal * signal;
    let mut mode = PersistentMode::start(START);
    let mut values = vec![START];
    for _ in 0..updates {
        mode = chains.update(eigenvalue, mode)?;
        values.push(mode.singular_value);
    }
    Ok(values)
}

/// The update at which the singular value has gone half of its way, and that of its largest value.
fn looks(learning_rate: f64, signal: f64) -> Result<[usize; 2]> {
    let eigenvalue = 1.0 + signal * signal;
    let chains = PersistentChains::new(SWEEPS, learning_rate)?;
    let relaxation = chains.relaxation(eigenvalue)?;
    if relaxation.is_none_or(|relaxation| learning_rate >= relaxation.unstable_from) {
        return Err(Error::parameter(
            "learning-rate",
            learning_rate,
            "rates at which training has a stable end, the unstable_from of flow persistent-chains --summary",
        ));
    }
    let values = trajectory(learning_rate, signal, MOST_UPDATES)?;
    let half = 0.5 * (START + final_singular_value(eigenvalue)?);
    let rising = values.iter().position(|&s| s > half).unwrap_or(0);
    let largest = values.iter().copied().fold(0.0, f64::max);
    let peak = values
        .iter()
        .position(|&s| s > CLOSE * largest)
        .unwrap_or(0);
    Ok([rising, peak])
}

/// Singular values at the two looks, and chains times variance; the controls are those of chains in equilibrium in every update.
fn predictions(point: &Point) -> Result<[Prediction; 3]> {
    let Point {
        learning_rate,
        signal,
        looks,
        ..
    } = *point;
    let eigenvalue = 1.0 + signal * signal;
    let values = trajectory(learning_rate, signal, looks[1])?;
    let equilibrium = in_equilibrium(learning_rate, eigenvalue, looks[1]);
    let prediction = |observable, theory, wrong| Prediction {
        observable,
        limit_observable: None,
        theory,
        wrong,
    };
    let wrong = equilibrium.map(|values| values[looks[1]]);
    // The square of a sample along the mode, ±b plus a standard Gaussian, has the variance 2 + 4 b².
    let of_data = 2.0 + 4.0 * signal * signal;
    let variance = PersistentChains::new(SWEEPS, learning_rate)?
        .stationary_variance(eigenvalue, 1.0, of_data)?
        .unwrap_or(f64::NAN);
    Ok([
        // Weights that still grow hardly tell the theories apart.
        prediction("singular_value_rising", values[looks[0]], None),
        prediction("singular_value_peak", values[looks[1]], wrong),
        prediction(
            "chains_times_variance",
            variance,
            variance_in_equilibrium(learning_rate, eigenvalue, of_data),
        ),
    ])
}

/// The wrong theory: chains that are in equilibrium in every update; `None` where the machine leaves those that have one.
fn in_equilibrium(learning_rate: f64, eigenvalue: f64, updates: usize) -> Option<Vec<f64>> {
    let mut values = vec![START];
    for _ in 0..updates {
        let s = *values.last()?;
        values.push(s + learning_rate * velocity(eigenvalue, s).ok()?);
    }
    Some(values)
}

/// Its variance, times the chains: drawn anew from equilibrium in every update; `None` where its end is unstable.
fn variance_in_equilibrium(learning_rate: f64, eigenvalue: f64, of_data: f64) -> Option<f64> {
    let s_squared = 1.0 - 1.0 / eigenvalue;
    let g = 2.0 * learning_rate * s_squared * eigenvalue.powi(2);
    let drive = learning_rate.powi(2) * s_squared * (2.0 * eigenvalue.powi(2) + of_data);
    (g < 2.0).then(|| drive / (g * (2.0 - g)))
}
