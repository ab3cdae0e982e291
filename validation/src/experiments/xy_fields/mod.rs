//! Hidden units on a ring of angles: fields that are cosines in angle and localised in space.

mod field;
mod onset;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{ClockRing, DataModel};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{
    Algorithm, Ascent, Evaluation, Likelihood, Partition, Trainer, Training, random_weights,
};
use saddlepoint_simulator::{Samples, Unit};
use saddlepoint_theory::dynamics::clock_flow::ClockFlow;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};

use super::harmonics::{at_distance, harmonic};
use super::own::{SAMPLES, UNITS};
use super::sample_sizes::{self, OfSamples};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{Argument, COMPARISON, Parameters, Row};
use field::{AngularField, quadrature};

/// Angles of a site.
const STATES: usize = 10;
/// Coupling of the ring.
const BETA: f64 = 1.5;
/// Factor by which the coupling is wrong in the controls.
const WRONG_BETA: f64 = 1.1;
/// Corrections for finite P: P^(-1/2) from the random landscape, in which place and angle settle, and 1/P from the shift of the maximum.
const POWERS: [f64; 2] = [0.5, 1.0];
/// Squared norm of the random start: small, and without any place or angle of its own.
const START: f64 = 0.01;
/// Distances from the centre at which amplitudes are compared, in sites.
const DISTANCES: [f64; 4] = [0.0, 2.0, 4.0, 8.0];
/// The smallest ring on which one field is localised in space.
const LOCALIZED: usize = 29;

/// Spin hidden units trained with the exact gradient on P configurations of a clock ring, against the optimum for infinitely many.
///
/// Log-likelihood, squared weights, the fraction of them that is a cosine of the angle, the number of sites that take part and the
/// amplitudes at given distances from the centre are extrapolated in P^(-1/2) and 1/P: the log-likelihood of P samples varies by the
/// former around the circle of angles on any ring, and around a ring on which fields have a place. Two hidden units share a place and
/// point a quarter of a turn apart. From few samples to many one unit then shows when weights become cosines, beside the replica
/// theory, and when bumps; these rows are shown and not judged.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020); own.
#[derive(Debug, Clone, Copy)]
pub struct XyFields;

/// What a point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The limit of many samples.
    Limit,
    /// The onset of structure.
    Onset,
}

/// One ring, machine and number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    purpose: Purpose,
    units: usize,
    hidden_units: usize,
    samples: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["alpha", "criterion"],
    keys: &["kappa"],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Sites of the ring, of ten angles each",
        domain: Domain::Counts { least: 4, most: 60 },
        default: "10",
        ..UNITS
    },
    Parameter {
        name: "hidden-units",
        domain: Domain::Counts { least: 1, most: 2 },
        meaning: "Hidden units",
        default: "1",
    },
    SAMPLES,
];

impl Experiment for XyFields {
    type Point = Point;

    fn name(&self) -> &'static str {
        "xy-fields"
    }

    fn description(&self) -> &'static str {
        "Receptive fields on a clock ring: cosines in angle, localised in space, and the samples that they take."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let sizes = |first: usize| (0..4).map(|k| first << k).collect::<Vec<_>>();
        let limit = |units, hidden_units, first, replicas| {
            points(
                Purpose::Limit,
                (units, hidden_units),
                sizes(first),
                replicas,
            )
        };
        let onset =
            |units, samples: &[usize]| points(Purpose::Onset, (units, 1), samples.to_vec(), 16);
        let few = [100, 300, 1000, 3000, 10_000, 20_000, 40_000, 80_000];
        let fewer = &few[..7];
        Ok(preset.choose(
            [limit(10, 1, 2000, 24), onset(40, &[80, 240, 800, 2400])].concat(),
            [
                limit(10, 1, 8000, 32),
                limit(40, 1, 16_000, 16),
                limit(10, 2, 4000, 16),
                onset(100, fewer),
            ]
            .concat(),
            [
                limit(10, 1, 16_000, 100),
                limit(40, 1, 32_000, 100),
                limit(10, 2, 10_000, 64),
                onset(100, &few),
            ]
            .concat(),
        ))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let replicas = asked.preset.choose(24, 32, 100);
        let first = asked.preset.choose(2000, 8000, 16_000);
        let samples = asked.counts("samples", &[first, 2 * first, 4 * first, 8 * first]);
        let mut design = Vec::new();
        for hidden_units in asked.counts("hidden-units", &[1]) {
            for units in asked.counts("units", &[10]) {
                let machine = (units, hidden_units);
                design.extend(points(Purpose::Limit, machine, samples.clone(), replicas));
            }
        }
        Ok(design)
    }

    fn cost(&self, point: &Point) -> f64 {
        // Two units learn by many small steps instead of few large ones.
        as_float(point.units * point.samples) * as_float(point.hidden_units).powi(4)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = ClockRing::new(point.units, STATES, BETA)?.draw(point.samples, random)?;
        if point.hidden_units > 1 {
            return two_units(&samples, random);
        }
        let partition = Partition::Categorical { states: STATES };
        let likelihood = Likelihood::new(&samples, Unit::Spin, partition)?;
        let start = random_weights(point.units * STATES, START, random)?;
        // Soft directions, place and angle, have curvatures of 1e-3: 1e-10 of the likelihood is left.
        let ascent = Ascent {
            tolerance: 1e-6,
            ..Ascent::default()
        };
        let optimum = ascent.run(&likelihood, start)?;
        match point.purpose {
            Purpose::Limit => Ok(observables(&optimum.weights, optimum.log_likelihood)),
            Purpose::Onset => Ok(onset::observables(&optimum.weights)),
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let key = |m: &Measured<Point>| (m.point.purpose, m.point.units, m.point.hidden_units);
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| key(a) == key(b)) {
            rows.extend(match key(&sizes[0]) {
                (Purpose::Onset, ..) => onset::rows(sizes)?,
                (_, units, 1) => one_unit_rows(sizes, units)?,
                (_, units, hidden) => two_unit_rows(sizes, units, hidden)?,
            });
        }
        Ok(rows)
    }
}

/// One machine at several numbers of samples.
fn points(
    purpose: Purpose,
    (units, hidden_units): (usize, usize),
    samples: Vec<usize>,
    replicas: usize,
) -> Vec<(Point, usize)> {
    let point = |samples| Point {
        purpose,
        units,
        hidden_units,
        samples,
    };
    samples.into_iter().map(|p| (point(p), replicas)).collect()
}

/// What all rows of a machine have in common.
fn parameters(units: usize, hidden_units: usize) -> Parameters {
    Parameters {
        experiment: "xy-fields",
        data: "clock-ring",
        beta: Some(BETA),
        states: Some(STATES),
        kappa: Some(as_float(hidden_units) / as_float(units)),
        ..Parameters::default()
    }
}

/// Names of the observables of one unit before the amplitudes at given distances.
const OBSERVABLES: [&str; 4] = [
    "log_likelihood",
    "square_weights",
    "cosine_fraction",
    "participation",
];

/// What is compared of one unit.
fn observables(weights: &[f64], log_likelihood: f64) -> Vec<f64> {
    let field = AngularField::new(weights, STATES);
    let profile = field.profile();
    let mut all = vec![
        log_likelihood,
        field.square,
        field.cosine_fraction,
        field.participation(),
    ];
    all.extend(DISTANCES.map(|distance| at_distance(&profile, distance)));
    all
}

/// The field of one hidden unit after infinitely many samples, and its log-likelihood.
fn bump(units: usize, beta: f64) -> Result<(AngularField, f64)> {
    let optimum = optimum(units, 1, beta)?;
    let weights: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
    Ok((AngularField::new(&weights, STATES), optimum.log_likelihood))
}

fn optimum(units: usize, hidden_units: usize, beta: f64) -> Result<Optimum> {
    let search = Search {
        // Bumps, and small weights everywhere.
        starts: 2,
        // Joint turns of two fields are almost free: slopes below this do not point anywhere.
        tolerance: 1e-6,
        ..Search::default()
    };
    Ok(ClockFlow::new(units, STATES, beta)?.optimum(hidden_units, &search)?)
}

/// The rows of one unit on one ring.
fn one_unit_rows(sizes: &[Measured<Point>], units: usize) -> Result<Vec<Row>> {
    let optimum = optimum(units, 1, BETA)?;
    let weights: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
    let right = observables(&weights, optimum.log_likelihood);
    let (_, wrong) = bump(units, WRONG_BETA * BETA)?;
    let mut rows = Vec::new();
    for (index, theory) in right.into_iter().enumerate() {
        // Fields without a place have no centre, and all sites take part.
        if units < LOCALIZED && index >= 3 {
            continue;
        }
        let distance = index.checked_sub(OBSERVABLES.len()).map(|at| DISTANCES[at]);
        let at = Parameters {
            x: distance.map(|sites| Argument::new("distance", sites)),
            ..parameters(units, 1)
        };
        let compared = OfSamples {
            observable: OBSERVABLES.get(index).copied().unwrap_or("amplitude"),
            units,
            theory,
            wrong: (index == 0).then_some(wrong),
        };
        rows.extend(compare(sizes, &at, &compared, index)?);
    }
    Ok(rows)
}

/// The rows of an observable.
fn compare(
    sizes: &[Measured<Point>],
    parameters: &Parameters,
    compared: &OfSamples,
    index: usize,
) -> Result<Vec<Row>> {
    let of_sizes: Vec<_> = sizes
        .iter()
        .map(|m| Ok((m.point.samples, m.estimate(index)?)))
        .collect::<Result<_>>()?;
    sample_sizes::rows(parameters, compared, &of_sizes, &POWERS)
}

/// Names of the observables of two units.
const OF_TWO: [&str; 3] = ["log_likelihood", "cosine_fraction", "quadrature"];

/// What is compared of two units.
fn of_two(weights: [Vec<f64>; 2], log_likelihood: f64) -> Vec<f64> {
    let [a, b] = weights.map(|weights| AngularField::new(&weights, STATES));
    let cosine = 0.5 * (a.cosine_fraction + b.cosine_fraction);
    vec![log_likelihood, cosine, quadrature(&a, &b)]
}

/// The rows of two units on one ring.
fn two_unit_rows(sizes: &[Measured<Point>], units: usize, hidden_units: usize) -> Result<Vec<Row>> {
    let right = optimum(units, hidden_units, BETA)?;
    let fields = [0, 1].map(|unit| right.weights.col(unit).iter().copied().collect());
    let right = of_two(fields, right.log_likelihood);
    let wrong = optimum(units, hidden_units, WRONG_BETA * BETA)?.log_likelihood;
    let mut rows = Vec::new();
    for (index, observable) in OF_TWO.into_iter().enumerate() {
        let compared = OfSamples {
            observable,
            units,
            theory: right[index],
            wrong: (index == 0).then_some(wrong),
        };
        rows.extend(compare(
            sizes,
            &parameters(units, hidden_units),
            &compared,
            index,
        )?);
    }
    Ok(rows)
}

/// Two hidden units that learn from small random weights by the exact gradient, in batches first and then from all samples at once.
fn two_units(samples: &Samples, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let entries = samples.columns();
    let settings = Training {
        algorithm: Algorithm::Exact,
        learning_rate: 0.5,
        batch: 200,
        biases: false,
        ..Training::default()
    };
    let visible = Layer::categorical(STATES, vec![0.0; entries])?;
    let start = Rbm::random(visible, Layer::unbiased(Unit::Spin, 2)?, 0.05, random)?;
    let mut trainer = Trainer::new(settings, start, samples, random)?;
    // As many updates for every number of samples.
    for _ in 0..BATCHED / samples.rows() {
        trainer.epoch()?;
    }
    let whole = Training {
        batch: samples.rows(),
        learning_rate: 2.0,
        ..settings
    };
    let mut trainer = Trainer::new(whole, trainer.machine().clone(), samples, random)?;
    for _ in 0..UPDATES {
        trainer.epoch()?;
    }
    let log_likelihood = trainer.log_likelihood(&Evaluation::default())?.value;
    let weights = trainer.machine().weights();
    let fields = [0, 1].map(|unit| weights.col(unit).iter().copied().collect());
    Ok(of_two(fields, log_likelihood))
}

/// Samples that are learnt from in batches, one after another.
const BATCHED: usize = 200_000;

/// Updates with all samples at once.
const UPDATES: usize = 200;
