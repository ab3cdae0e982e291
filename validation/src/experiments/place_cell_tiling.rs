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

/// Sites of the ring of few hidden units, whose states are enumerated.
const UNITS: usize = 40;
/// The most hidden units whose states are enumerated in training.
const FEW: usize = 8;
/// The most hidden units whose states are summed over in theory; more of them reach arcs of the ring.
const MOST_ENUMERATED: usize = 16;
/// Sites for each of more hidden units, which are sampled by chains.
const SITES_OF_ONE: usize = 4;
/// Samples, and chains, of a batch of a machine that is sampled.
const BATCH: usize = 1000;
/// Learning rates of such a machine: until its fields have their places, and then, without the noise of large steps.
const RATES: [f64; 2] = [0.3, 0.03];
/// Sweeps of the chains in an update.
const SWEEPS: usize = 5;
/// Coupling of the ring.
const BETA: f64 = 0.5;
/// Factor by which the coupling is wrong in the controls.
const WRONG_BETA: f64 = 1.15;
/// Corrections for finite P: P^(-1/2) from the random landscape, in which the places settle, and 1/P from the shift of the maximum.
const POWERS: [f64; 2] = [0.5, 1.0];
/// Standard deviation of the initial weights.
const START: f64 = 0.05;

/// Spin hidden units trained on P configurations of an Ising ring, against the best arrangement of as many units for infinitely many
/// configurations.
///
/// Training goes from small random weights. Up to 8 units learn by the exact gradient, in batches first and then with all samples at once; more of
/// them, on a ring of four sites for each, by persistent chains, whose steps become small at the end. Log-likelihood, or of many units the sum of
/// squares of the weights, participation and sum of the weights, averaged over the units, and the largest distance between neighbouring places over
/// the smallest are compared; all but the last are extrapolated in P^(-1/2).
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020); own.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellTiling;

/// One number of hidden units and of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    units: usize,
    hidden_units: usize,
    samples: usize,
    /// Epochs of training in batches.
    epochs: usize,
    /// Updates with all samples, or with small steps where the machine is sampled.
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
        domain: Domain::Counts { least: 1, most: 50 },
        meaning: "Hidden units: up to 8 on a ring of 40 sites by the exact gradient, more on a ring of four sites for each by persistent chains",
        default: "2",
    },
    SAMPLES,
];

/// Numbers of samples of a preset; of many units, which have more weights, more.
fn samples(preset: Preset, hidden_units: usize) -> &'static [usize] {
    if hidden_units > FEW {
        return preset.choose(
            &[10_000, 20_000, 40_000, 80_000],
            &[20_000, 40_000, 80_000, 160_000],
            &[40_000, 80_000, 160_000, 320_000],
        );
    }
    preset.choose(
        &[2000, 4000, 8000, 16_000],
        &[5000, 10_000, 20_000, 40_000],
        &[10_000, 20_000, 40_000, 80_000],
    )
}

/// A machine of few units, whose states are enumerated, or of many.
fn point(hidden_units: usize, samples: usize, preset: Preset) -> Point {
    // As many updates for every number of samples.
    if hidden_units > FEW {
        return Point {
            units: SITES_OF_ONE * hidden_units,
            hidden_units,
            samples,
            epochs: (preset.choose(3000, 5000, 5000) * BATCH).div_ceil(samples),
            updates: 1000,
        };
    }
    Point {
        units: UNITS,
        hidden_units,
        samples,
        epochs: 800_000 / samples,
        updates: preset.choose(200, 300, 1000),
    }
}

/// Machines at all numbers of samples.
fn points(
    hidden: &[usize],
    samples: impl Fn(usize) -> Vec<usize>,
    preset: Preset,
) -> Vec<(Point, usize)> {
    let of = |&hidden_units: &usize| {
        let most = if hidden_units > FEW { 32 } else { 64 };
        let replicas = preset.choose(16, 16, most);
        let samples = samples(hidden_units).into_iter();
        samples.map(move |samples| (point(hidden_units, samples, preset), replicas))
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
        let hidden: &[usize] = preset.choose(&[2], &[2, 3, 4, 25], &[2, 3, 4, 6, 25]);
        let of = |hidden_units| samples(preset, hidden_units).to_vec();
        Ok(points(hidden, of, preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let hidden = asked.counts("hidden-units", &[2]);
        let of = |hidden_units| asked.counts("samples", samples(asked.preset, hidden_units));
        Ok(points(&hidden, of, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let weights = as_float(point.hidden_units * point.units);
        let examples = if point.is_sampled() {
            // Each of the chains takes two products of its weights in a sweep, a sample one.
            (2 * SWEEPS + 1) * (point.samples * point.epochs + BATCH * point.updates)
        } else {
            point.samples * (point.epochs + point.updates)
        };
        weights * as_float(examples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = IsingRing::new(point.units, BETA)?.draw(point.samples, random)?;
        let machine = trained(point, &samples, random)?;
        let fields: Vec<ReceptiveField> = machine
            .weights()
            .col_iter()
            .map(|w| ReceptiveField::on_ring(&w.iter().copied().collect::<Vec<f64>>(), 1))
            .collect::<saddlepoint_simulator::Result<_>>()?;
        let first = if point.is_sampled() {
            machine.weights().squared_norm_l2() / as_float(point.hidden_units)
        } else {
            let whole = Training {
                batch: samples.rows(),
                ..settings()
            };
            let trainer = Trainer::new(whole, machine, &samples, random)?;
            trainer.log_likelihood(&Evaluation::default())?.value
        };
        Ok(vec![
            first,
            mean(fields.iter().map(|field| field.sum_weights.abs())),
            mean(fields.iter().map(|field| field.participation)),
            evenness(
                fields.iter().map(|field| field.centre).collect(),
                point.units,
            ),
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

impl Point {
    /// Whether the states of the hidden units are too many to be enumerated.
    fn is_sampled(&self) -> bool {
        self.hidden_units > FEW
    }

    /// What is compared, in the order of the values of a replica.
    fn observables(&self) -> [&'static str; 4] {
        let first = if self.is_sampled() {
            "square_weights"
        } else {
            "log_likelihood"
        };
        [
            first,
            "sum_weights",
            "participation",
            "largest_over_smallest_gap",
        ]
    }
}

fn settings() -> Training {
    Training {
        algorithm: Algorithm::Exact,
        learning_rate: 0.1,
        batch: 400,
        biases: false,
        ..Training::default()
    }
}

/// How a machine learns, and for how many epochs: in batches, and then with all samples at once or, if it is sampled, in small steps.
fn stages(point: &Point) -> [(Training, usize); 2] {
    if !point.is_sampled() {
        let whole = Training {
            batch: point.samples,
            learning_rate: 0.3,
            ..settings()
        };
        return [(settings(), point.epochs), (whole, point.updates)];
    }
    let small_steps = (point.updates * BATCH).div_ceil(point.samples);
    let at = |learning_rate| Training {
        algorithm: Algorithm::Persistent { steps: SWEEPS },
        learning_rate,
        batch: BATCH.min(point.samples),
        chains: BATCH,
        ..settings()
    };
    [(at(RATES[0]), point.epochs), (at(RATES[1]), small_steps)]
}

/// A machine that learned from small random weights.
fn trained(point: &Point, samples: &Samples, random: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
    let visible = Layer::unbiased(Unit::Spin, point.units)?;
    let hidden = Layer::unbiased(Unit::Spin, point.hidden_units)?;
    let mut machine = Rbm::random(visible, hidden, START, random)?;
    for (settings, epochs) in stages(point) {
        let mut trainer = Trainer::new(settings, machine, samples, random)?;
        for _ in 0..epochs {
            trainer.epoch()?;
        }
        machine = trainer.machine().clone();
    }
    Ok(machine)
}

/// The largest distance between neighbouring places on a ring of `units` sites over the smallest.
fn evenness(mut centres: Vec<f64>, units: usize) -> f64 {
    centres.sort_by(f64::total_cmp);
    let next = |i: usize| {
        centres
            .get(i + 1)
            .map_or(centres[0] + as_float(units), |next| *next)
    };
    let gaps = (0..centres.len()).map(|i| next(i) - centres[i]);
    let (least, most) = gaps.fold((f64::INFINITY, 0.0_f64), |(a, b), gap| {
        (a.min(gap), b.max(gap))
    });
    most / least
}

/// The rows of one number of hidden units.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let point = &sizes[0].point;
    let right = theory(point, BETA)?;
    let wrong = theory(point, WRONG_BETA * BETA)?;
    let parameters = Parameters {
        experiment,
        data: "ising-ring",
        beta: Some(BETA),
        kappa: Some(as_float(point.hidden_units) / as_float(point.units)),
        ..Parameters::default()
    };
    let mut rows = Vec::new();
    let observables = point.observables();
    for (index, observable) in observables.into_iter().enumerate() {
        let of_sizes: Vec<_> = sizes
            .iter()
            .map(|m| Ok((m.point.samples, m.estimate(index)?)))
            .collect::<Result<_>>()?;
        if index == observables.len() - 1 {
            // The noise of the places is not small against their distances: beside the theory, and not judged.
            let shown = Parameters {
                unjudged: Some("asymptotic"),
                ..parameters
            };
            rows.extend(of_sizes.iter().map(|(samples, measured)| {
                let shown = Parameters {
                    alpha: Some(as_float(*samples) / as_float(point.units)),
                    ..shown.clone()
                };
                Row::compare(
                    &shown,
                    Some(point.units),
                    observable,
                    right[index],
                    measured,
                )
            }));
            continue;
        }
        let compared = OfSamples {
            observable,
            units: point.units,
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
fn theory(point: &Point, beta: f64) -> Result<[f64; 4]> {
    let ring = RingFlow::new(point.units, beta)?;
    let search = Search::default();
    let optimum = if point.hidden_units > MOST_ENUMERATED {
        // Fields can be pushed sideways at hardly any cost, and from a slope of 1e-6 on nothing else moves.
        let search = Search {
            tolerance: 1e-6,
            ..search
        };
        ring.tiling(point.hidden_units, &search)?.optimum
    } else {
        ring.optimum(point.hidden_units, &search)?
    };
    let fields: Vec<Field> = optimum
        .weights
        .col_iter()
        .map(|w| Field::new(&w.iter().copied().collect::<Vec<f64>>()))
        .collect();
    let first = if point.is_sampled() {
        optimum.weights.squared_norm_l2() / as_float(point.hidden_units)
    } else {
        optimum.log_likelihood
    };
    Ok([
        first,
        mean(fields.iter().map(|field| field.sum_weights.abs())),
        mean(fields.iter().map(|field| field.participation)),
        1.0,
    ])
}
