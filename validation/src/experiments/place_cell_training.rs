//! Place cells by sampling: PCD as people run it.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::Trainer;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::{Field, RingFlow};

use super::fresh::{field, learn, persistent};
use super::own::BETA;
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Sites of the ring of fresh samples.
const UNITS: usize = 100;
/// Samples and chains of an update.
const BATCH: usize = 10;
/// Learning time η · updates between two looks at the weights.
const LOOK: usize = 4;
/// Looks before the weights count: the slowest wave of the field relaxes in a time of ten.
const EARLY: usize = 25;
/// Standard deviation of the initial weights on a data set.
const START: f64 = 0.01;
/// Factor by which the coupling is wrong in the control.
const WRONG_BETA: f64 = 1.15;
/// Learning rate of H20's figures.
const PUBLISHED_RATE: f64 = 0.001;
/// Epochs of H20's figures.
const PUBLISHED_EPOCHS: usize = 250;

/// One spin hidden unit trained by PCD-20 with batches of 10 and as many chains, the settings of H20.
///
/// *Fresh samples*, never used twice: time averages of the sum and the square of the weights and of the sites that take part tend to those of
/// the exact optimum as the learning rate η → 0. The noise of the updates has a temperature proportional to η/B, and adds terms of order η and η²;
/// learning rates are such that it does not melt the bump (it does at β = 0.25 and η = 0.02, or β = 0.5 and η = 0.04).
///
/// *A data set* of P samples, used for 250 epochs at η = 0.001: |Σ w| beside the numbers read off H20's figures, against β (N = 100, P = 10⁴) and
/// against γ = N/P (N = 20). These rows are shown and not judged: the numbers are readings, and a data set has no limit to compare with.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figures of W against β and γ; own.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellTraining;

/// One training.
#[derive(Debug, Clone, PartialEq)]
pub enum Point {
    /// Fresh samples at a learning rate.
    Fresh {
        /// β of a ring of 100 sites.
        beta: f64,
        /// 1/η.
        inverse_rate: usize,
        /// Looks that count.
        looks: usize,
    },
    /// A data set.
    Published {
        /// Sites of the ring.
        units: usize,
        /// Its coupling.
        beta: f64,
        /// P.
        samples: usize,
        /// |Σ w| as read off the figure.
        sum_weights: f64,
    },
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["x"],
    keys: &[],
    panels: &[Panel {
        across: "learning rate",
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set: of training from fresh samples.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Coupling of the ring of 100 sites",
        ..BETA
    },
    Parameter {
        name: "inverse-rate",
        domain: Domain::Counts {
            least: 5,
            most: 10_000,
        },
        meaning: "Inverse learning rates; extrapolated to a rate of zero where there are enough of them",
        default: "50, 100, 200, 400",
    },
];

impl Experiment for PlaceCellTraining {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-training"
    }

    fn description(&self) -> &'static str {
        "A place cell learnt by PCD: weights for a learning rate to zero, and at published settings."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        // The stronger the coupling, the more noise a bump stands.
        let quick = [(0.75, [20, 30, 50, 80])];
        let standard = [
            (0.25, [200, 300, 450, 700]),
            (0.5, [50, 100, 200, 400]),
            (0.75, [25, 50, 100, 200]),
        ];
        let couplings: &[(f64, [usize; 4])] = preset.choose(&quick, &standard, &standard);
        let looks = preset.choose(15, 100, 1000);
        let replicas = preset.choose(16, 16, 32);
        let fresh = couplings.iter().flat_map(|&(beta, inverse_rates)| {
            inverse_rates.map(|inverse_rate| {
                let point = Point::Fresh {
                    beta,
                    inverse_rate,
                    looks,
                };
                (point, replicas)
            })
        });
        let published = |units| {
            move |(beta, samples, sum_weights)| {
                let point = Point::Published {
                    units,
                    beta,
                    samples,
                    sum_weights,
                };
                (point, 16)
            }
        };
        let against_beta = [
            (0.01, 0.0),
            (0.1, 1.2),
            (0.25, 2.5),
            (0.5, 4.7),
            (0.75, 7.3),
        ];
        let against_beta = against_beta
            .map(|(beta, sum)| (beta, 10_000, sum))
            .map(published(100));
        // γ = 0.006, 0.02, 0.11, 0.22.
        let against_gamma = [(3333, 2.0), (1000, 1.55), (182, 0.57), (91, 0.17)];
        let against_gamma = against_gamma
            .map(|(samples, sum)| (0.5, samples, sum))
            .map(published(20));
        let published = [&against_beta[..], &against_gamma].concat();
        let kept = preset.choose(0, published.len(), published.len());
        Ok(fresh.chain(published.into_iter().take(kept)).collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let inverse_rates = asked.counts("inverse-rate", &[50, 100, 200, 400]);
        let of = |beta| {
            inverse_rates.iter().map(move |&inverse_rate| {
                let point = Point::Fresh {
                    beta,
                    inverse_rate,
                    looks: asked.preset.choose(15, 100, 1000),
                };
                (point, asked.preset.choose(16, 16, 32))
            })
        };
        let betas = asked.numbers("beta", &[0.5]);
        Ok(betas.into_iter().flat_map(of).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        match point {
            Point::Fresh {
                inverse_rate,
                looks,
                ..
            } => as_float(UNITS * BATCH * LOOK * inverse_rate * (looks + EARLY)),
            Point::Published { units, samples, .. } => as_float(units * samples * PUBLISHED_EPOCHS),
        }
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        match *point {
            Point::Fresh {
                beta,
                inverse_rate,
                looks,
            } => fresh(beta, inverse_rate, looks, random),
            Point::Published {
                units,
                beta,
                samples,
                ..
            } => published(units, beta, samples, random),
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let (mut rows, mut fresh) = (Vec::new(), Vec::new());
        for m in measured {
            match m.point {
                Point::Fresh {
                    beta, inverse_rate, ..
                } => fresh.push((beta, inverse_rate, m)),
                Point::Published {
                    units,
                    beta,
                    samples,
                    sum_weights,
                } => {
                    let parameters = Parameters {
                        alpha: Some(as_float(samples) / as_float(units)),
                        criterion: Some("published"),
                        unjudged: Some("published"),
                        ..parameters(units, beta)
                    };
                    let measured = m.estimate(0)?;
                    rows.push(Row::compare(
                        &parameters,
                        Some(units),
                        "sum_weights",
                        sum_weights,
                        &measured,
                    ));
                }
            }
        }
        for rates in fresh.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            rows.extend(limit_rows(rates)?);
        }
        Ok(rows)
    }
}

fn parameters(units: usize, beta: f64) -> Parameters {
    Parameters {
        experiment: "place-cell-training",
        data: "ising-ring",
        beta: Some(beta),
        kappa: Some(1.0 / as_float(units)),
        ..Parameters::default()
    }
}

/// What is averaged over time.
const OBSERVABLES: [&str; 3] = ["sum_weights", "square_weights", "participation"];

/// The rows of one coupling, extrapolated in the learning rate.
fn limit_rows(rates: &[(f64, usize, &Measured<Point>)]) -> Result<Vec<Row>> {
    let beta = rates[0].0;
    let (right, wrong) = (theory(beta)?, theory(WRONG_BETA * beta)?);
    let mut rows = Vec::new();
    for (index, observable) in OBSERVABLES.into_iter().enumerate() {
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: right[index],
            wrong: (index == 1).then_some(wrong[index]),
        };
        let sizes: Vec<AtSize> = rates
            .iter()
            .map(|(_, inverse_rate, m)| Ok(AtSize::new(*inverse_rate, m.estimate(index)?)))
            .collect::<Result<_>>()?;
        let found = Row::extrapolate(&parameters(UNITS, beta), &prediction, &sizes, &[1.0, 2.0])?;
        // The fit is in the learning rate, the argument of the rows; the table's units are those of the ring.
        rows.extend(found.into_iter().map(|row| {
            let rate = row
                .units
                .map(|inverse_rate| Argument::new("learning_rate", as_float(inverse_rate).recip()));
            Row {
                units: row.units.map(|_| UNITS),
                ..row.at(|parameters| parameters.x = rate)
            }
        }));
    }
    Ok(rows)
}

/// The optimum of infinitely many samples.
fn theory(beta: f64) -> Result<[f64; 3]> {
    let optimum = RingFlow::new(UNITS, beta)?.optimum(1, &Search::default())?;
    let weights: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
    let field = Field::new(&weights);
    let square = weights.iter().map(|w| w * w).sum();
    Ok([field.sum_weights.abs(), square, field.participation])
}

/// Time averages over fresh samples, from a bump that is no solution.
fn fresh(
    beta: f64,
    inverse_rate: usize,
    looks: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    let ring = IsingRing::new(UNITS, beta)?;
    let settings = persistent(as_float(inverse_rate).recip(), BATCH);
    let mut machine = bump()?;
    let mut sums = [0.0; 3];
    for look in 0..EARLY + looks {
        machine = learn(machine, settings, &ring, LOOK * inverse_rate, random)?;
        if look >= EARLY {
            let weights = field(&machine, 0);
            let shape = ReceptiveField::on_ring(&weights, 1)?;
            let square: f64 = weights.iter().map(|w| w * w).sum();
            for (sum, x) in sums
                .iter_mut()
                .zip([shape.sum_weights, square, shape.participation])
            {
                *sum += x / as_float(looks);
            }
        }
    }
    Ok(sums.to_vec())
}

/// A machine with a bump of positive weights.
fn bump() -> Result<Rbm> {
    let distance = |site: usize| as_float(site) - 0.5 * as_float(UNITS);
    let weights = Mat::from_fn(UNITS, 1, |site, _| {
        0.5 * (-0.1 * distance(site).powi(2)).exp()
    });
    let (visible, hidden) = layers(UNITS)?;
    Ok(Rbm::new(weights, visible, hidden)?)
}

fn layers(units: usize) -> Result<(Layer, Layer)> {
    Ok((
        Layer::unbiased(Unit::Spin, units)?,
        Layer::unbiased(Unit::Spin, 1)?,
    ))
}

/// |Σ w| after 250 epochs on a data set.
fn published(
    units: usize,
    beta: f64,
    samples: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    let samples = IsingRing::new(units, beta)?.draw(samples, random)?;
    let (visible, hidden) = layers(units)?;
    let start = Rbm::random(visible, hidden, START, random)?;
    let mut trainer = Trainer::new(persistent(PUBLISHED_RATE, BATCH), start, &samples, random)?;
    for _ in 0..PUBLISHED_EPOCHS {
        trainer.epoch()?;
    }
    let weights = trainer.machine().weights();
    Ok(vec![weights.col(0).iter().sum::<f64>().abs()])
}
