//! Several hidden units on a ring: the places that they share out.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::{Algorithm, Evaluation, Trainer, Training};
use saddlepoint_simulator::{Samples, Unit};
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::{Field, RingFlow};

use super::own::SAMPLES;
use super::sample_sizes::{self, OfSamples};
use crate::comparison::{as_float, mean};
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{COMPARISON, Parameters, Row};

/// Sites of the ring.
const UNITS: usize = 40;
/// Coupling of the ring.
const BETA: f64 = 0.5;
/// Factor by which the coupling is wrong in the controls.
const WRONG_BETA: f64 = 1.15;
/// Corrections for finite P: P^(-1/2) from the random landscape, in which the places settle, and 1/P from the shift of the maximum.
const POWERS: [f64; 2] = [0.5, 1.0];
/// Standard deviation of the initial weights.
const START: f64 = 0.05;

/// Spin hidden units trained with the exact gradient on P configurations of an Ising ring, against the best arrangement of as many units
/// for infinitely many configurations.
///
/// Training goes from small random weights, in batches first and then with all samples at once. Log-likelihood, participation and sum
/// of the weights, the latter two averaged over the units, and the largest distance between neighbouring places over the
/// smallest are compared; all but the last are extrapolated in P^(-1/2).
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020); own.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellTiling;

/// One number of hidden units and of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    hidden_units: usize,
    samples: usize,
    /// Epochs of training in batches.
    epochs: usize,
    /// Updates with all samples.
    updates: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["alpha"],
    keys: &[],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "hidden-units",
        domain: Domain::Counts { least: 1, most: 8 },
        meaning: "Hidden units on the ring of 40 sites",
        default: "2",
    },
    SAMPLES,
];

/// Numbers of samples of a preset.
fn samples(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[2000, 4000, 8000, 16_000],
        &[5000, 10_000, 20_000, 40_000],
        &[10_000, 20_000, 40_000, 80_000],
    )
}

/// Machines at all numbers of samples.
fn points(hidden: &[usize], samples: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let replicas = preset.choose(16, 16, 64);
    let of = |&hidden_units: &usize| {
        samples.iter().map(move |&samples| {
            let point = Point {
                hidden_units,
                samples,
                // As many updates for every number of samples.
                epochs: 800_000 / samples,
                updates: preset.choose(200, 300, 1000),
            };
            (point, replicas)
        })
    };
    hidden.iter().flat_map(of).collect()
}

impl Experiment for PlaceCellTiling {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-tiling"
    }

    fn description(&self) -> &'static str {
        "Hidden units that tile an Ising ring: log-likelihood, shape and distances of their receptive fields."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let hidden: &[usize] = preset.choose(&[2], &[2, 3, 4], &[2, 3, 4, 6]);
        Ok(points(hidden, samples(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let hidden = asked.counts("hidden-units", &[2]);
        let samples = asked.counts("samples", samples(asked.preset));
        Ok(points(&hidden, &samples, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.hidden_units * point.samples * (point.epochs + point.updates))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = IsingRing::new(UNITS, BETA)?.draw(point.samples, random)?;
        let machine = trained(point, &samples, random)?;
        let fields: Vec<ReceptiveField> = machine
            .weights()
            .col_iter()
            .map(|w| ReceptiveField::on_ring(&w.iter().copied().collect::<Vec<f64>>(), 1))
            .collect::<saddlepoint_simulator::Result<_>>()?;
        let whole = Training {
            batch: samples.rows(),
            ..settings()
        };
        let trainer = Trainer::new(whole, machine, &samples, random)?;
        Ok(vec![
            trainer.log_likelihood(&Evaluation::default())?.value,
            mean(fields.iter().map(|field| field.sum_weights.abs())),
            mean(fields.iter().map(|field| field.participation)),
            evenness(fields.iter().map(|field| field.centre).collect()),
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let same =
            |a: &Measured<Point>, b: &Measured<Point>| a.point.hidden_units == b.point.hidden_units;
        for sizes in measured.chunk_by(same) {
            rows.extend(compare(self.name(), sizes)?);
        }
        Ok(rows)
    }
}

/// What is compared, in the order of the values of a replica.
const OBSERVABLES: [&str; 4] = [
    "log_likelihood",
    "sum_weights",
    "participation",
    "largest_over_smallest_gap",
];

fn settings() -> Training {
    Training {
        algorithm: Algorithm::Exact,
        learning_rate: 0.1,
        batch: 400,
        biases: false,
        ..Training::default()
    }
}

/// A machine that learned in batches from small random weights, and then from all samples at once.
fn trained(point: &Point, samples: &Samples, random: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
    let visible = Layer::unbiased(Unit::Spin, UNITS)?;
    let hidden = Layer::unbiased(Unit::Spin, point.hidden_units)?;
    let start = Rbm::random(visible, hidden, START, random)?;
    let mut trainer = Trainer::new(settings(), start, samples, random)?;
    for _ in 0..point.epochs {
        trainer.epoch()?;
    }
    let whole = Training {
        batch: samples.rows(),
        learning_rate: 0.3,
        ..settings()
    };
    let mut trainer = Trainer::new(whole, trainer.machine().clone(), samples, random)?;
    for _ in 0..point.updates {
        trainer.epoch()?;
    }
    Ok(trainer.machine().clone())
}

/// The largest distance between neighbouring places on the ring over the smallest.
fn evenness(mut centres: Vec<f64>) -> f64 {
    centres.sort_by(f64::total_cmp);
    let next = |i: usize| {
        centres
            .get(i + 1)
            .map_or(centres[0] + as_float(UNITS), |next| *next)
    };
    let gaps = (0..centres.len()).map(|i| next(i) - centres[i]);
    let (least, most) = gaps.fold((f64::INFINITY, 0.0_f64), |(a, b), gap| {
        (a.min(gap), b.max(gap))
    });
    most / least
}

/// The rows of one number of hidden units.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let hidden_units = sizes[0].point.hidden_units;
    let right = theory(hidden_units, BETA)?;
    let wrong = theory(hidden_units, WRONG_BETA * BETA)?;
    let parameters = Parameters {
        experiment,
        data: "ising-ring",
        beta: Some(BETA),
        kappa: Some(as_float(hidden_units) / as_float(UNITS)),
        ..Parameters::default()
    };
    let mut rows = Vec::new();
    for (index, observable) in OBSERVABLES.into_iter().enumerate() {
        let of_sizes: Vec<_> = sizes
            .iter()
            .map(|m| Ok((m.point.samples, m.estimate(index)?)))
            .collect::<Result<_>>()?;
        if index == OBSERVABLES.len() - 1 {
            // The noise of the places is not small against their distances: beside the theory, and not judged.
            let shown = Parameters {
                unjudged: Some("asymptotic"),
                ..parameters
            };
            rows.extend(of_sizes.iter().map(|(samples, measured)| {
                let shown = Parameters {
                    alpha: Some(as_float(*samples) / as_float(UNITS)),
                    ..shown.clone()
                };
                Row::compare(&shown, Some(UNITS), observable, right[index], measured)
            }));
            continue;
        }
        let compared = OfSamples {
            observable,
            units: UNITS,
            theory: right[index],
            wrong: (index == 0).then_some(wrong[index]),
        };
        rows.extend(sample_sizes::rows(
            &parameters,
            &compared,
            &of_sizes,
            &POWERS,
        )?);
    }
    Ok(rows)
}

/// The best arrangement for infinitely many samples.
fn theory(hidden_units: usize, beta: f64) -> Result<[f64; 4]> {
    let optimum = RingFlow::new(UNITS, beta)?.optimum(hidden_units, &Search::default())?;
    let fields: Vec<Field> = optimum
        .weights
        .col_iter()
        .map(|w| Field::new(&w.iter().copied().collect::<Vec<f64>>()))
        .collect();
    Ok([
        optimum.log_likelihood,
        mean(fields.iter().map(|field| field.sum_weights.abs())),
        mean(fields.iter().map(|field| field.participation)),
        1.0,
    ])
}
