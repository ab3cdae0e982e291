//! One hidden unit on a ring: the place cell that it becomes.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::dynamics::unit_flow::UnitFlow;
use saddlepoint_theory::units::Unit;

use super::harmonics::at_distance;
use super::one_unit::learnt;
use super::own::{BETA, SAMPLES, UNITS};
use super::sample_sizes::{self, OfSamples};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, COMPARED, COMPARISON, Parameters, Row};

/// Factor by which the coupling is wrong in the controls.
const WRONG_BETA: f64 = 1.1;

/// Distances from the centre at which the weights are compared, in sites.
const DISTANCES: [f64; 5] = [0.0, 1.0, 2.0, 4.0, 8.0];

/// Rings on both sides of the size at which the weights localise: 15 at β = 0.5, 37 at β = 1.
const RINGS: [(usize, f64); 5] = [(10, 0.5), (40, 0.5), (100, 0.5), (60, 1.0), (30, -0.5)];

/// The weights of one spin hidden unit after exact maximum-likelihood training on P configurations of an Ising ring, against the
/// optimum for infinitely many.
///
/// Log-likelihood, sum and square of the weights and the number of sites that take part are extrapolated in 1/P, the order
/// of what P samples add to a maximum. Where the weights localise, P^(-1/2) comes before it: the log-likelihood of P samples
/// varies that much along the ring, and the place cell chooses its place by it. So are the weights at given distances from the centre: weights that have found a place
/// are moved by Fourier interpolation until their first harmonic is at site 0, in theory and simulation alike.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020); own.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCell;

/// One ring and number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    units: usize,
    beta: f64,
    samples: usize,
}

/// How its table is drawn.
pub(super) const VIEW: View = View {
    x: &["alpha"],
    keys: &["kappa", "alpha"],
    panels: &[
        Panel {
            show: Some(("observable", &["weight"])),
            x: &["x"],
            across: "distance from the centre",
            ..COMPARED
        },
        Panel {
            show: Some((
                "observable",
                &[
                    "log_likelihood",
                    "sum_weights",
                    "square_weights",
                    "participation",
                ],
            )),
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Sites of the ring",
        domain: Domain::Counts {
            least: 8,
            most: 200,
        },
        default: "40",
        ..UNITS
    },
    BETA,
    SAMPLES,
];

/// Numbers of samples of a preset.
fn samples(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[4000, 8000, 16_000, 32_000],
        &[8000, 16_000, 32_000, 64_000],
        &[8000, 16_000, 32_000, 64_000, 128_000],
    )
}

/// Rings at all numbers of samples.
fn points(rings: &[(usize, f64)], samples: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let replicas = preset.choose(24, 32, 100);
    let of = |&(units, beta): &(usize, f64)| {
        samples.iter().map(move |&samples| {
            let point = Point {
                units,
                beta,
                samples,
            };
            (point, replicas)
        })
    };
    rings.iter().flat_map(of).collect()
}

impl Experiment for PlaceCell {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell"
    }

    fn description(&self) -> &'static str {
        "The receptive field of one hidden unit trained on an Ising ring, site by site."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let rings = preset.choose(&RINGS[..2], &RINGS[..], &RINGS[..]);
        Ok(points(rings, samples(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let betas = asked.numbers("beta", &[0.5]);
        let ring = |units| betas.iter().map(move |&beta| (units, beta));
        let rings = asked.counts("units", &[40]).into_iter().flat_map(ring);
        let samples = asked.counts("samples", samples(asked.preset));
        Ok(points(&rings.collect::<Vec<_>>(), &samples, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * point.samples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = IsingRing::new(point.units, point.beta)?.draw(point.samples, random)?;
        let likelihood = Likelihood::new(
            &samples,
            saddlepoint_simulator::Unit::Spin,
            Partition::Spins,
        )?;
        let optimum = learnt(&likelihood, random)?;
        Ok(observables(&optimum.weights, optimum.log_likelihood))
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.units == b.point.units && a.point.beta.total_cmp(&b.point.beta).is_eq()
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            let Point { units, beta, .. } = sizes[0].point;
            let cell = Compared {
                experiment: self.name(),
                units,
                beta,
                hidden: None,
            };
            rows.extend(cell.rows(sizes, |point| point.samples)?);
        }
        Ok(rows)
    }
}

/// Names of the observables before the weights at given distances.
const OBSERVABLES: [&str; 4] = [
    "log_likelihood",
    "sum_weights",
    "square_weights",
    "participation",
];

/// A ring, and the hidden unit that learns from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    pub(super) experiment: &'static str,
    pub(super) units: usize,
    pub(super) beta: f64,
    /// The hidden unit, with its name, if it is not a spin.
    pub(super) hidden: Option<(&'static str, Unit)>,
}

/// What is compared of weights, up to the sign that a spin hidden unit leaves open.
pub(super) fn observables(weights: &[f64], log_likelihood: f64) -> Vec<f64> {
    let power = |p: i32| weights.iter().map(|w| w.powi(p)).sum::<f64>();
    // Neighbours of opposite sign on an antiferromagnetic ring: summed with alternating signs.
    let alternating = |sign: f64| {
        let signs = (0..weights.len()).map(|i| if i % 2 == 1 { sign } else { 1.0 });
        weights
            .iter()
            .zip(signs)
            .map(|(w, s)| s * w)
            .collect::<Vec<f64>>()
    };
    let [plain, staggered] = [1.0, -1.0].map(alternating);
    let sum = |weights: &[f64]| weights.iter().sum::<f64>().abs();
    let unfolded = if sum(&plain) >= sum(&staggered) {
        plain
    } else {
        staggered
    };
    let mut all = vec![
        log_likelihood,
        sum(&unfolded),
        power(2),
        power(2).powi(2) / power(4),
    ];
    all.extend(DISTANCES.map(|distance| at_distance(&unfolded, distance)));
    all
}

impl Compared {
    /// The rows of one ring.
    pub(super) fn rows<P>(
        &self,
        sizes: &[Measured<P>],
        samples: impl Fn(&P) -> usize,
    ) -> Result<Vec<Row>> {
        let Self { units, beta, .. } = *self;
        let right = self.theory(beta)?;
        let wrong = self.theory(WRONG_BETA * beta)?;
        let is_localized = right[3] < 0.9 * as_float(units);
        let powers: &[f64] = if is_localized { &[0.5, 1.0] } else { &[1.0] };
        let mut rows = Vec::new();
        for index in 0..right.len() {
            let distance = index.checked_sub(OBSERVABLES.len()).map(|at| DISTANCES[at]);
            // Weights without a place have no centre, and a flat field no participation below N.
            if !is_localized && index >= 3 || distance.is_some_and(|d| 2.0 * d > as_float(units)) {
                continue;
            }
            let parameters = Parameters {
                experiment: self.experiment,
                data: "ising-ring",
                law: self.hidden.map(|(name, _)| name),
                beta: Some(beta),
                kappa: Some(1.0 / as_float(units)),
                x: distance.map(|sites| Argument::new("distance", sites)),
                ..Parameters::default()
            };
            let compared = OfSamples {
                observable: OBSERVABLES.get(index).copied().unwrap_or("weight"),
                units,
                theory: right[index],
                wrong: (index == 0).then_some(wrong[index]),
            };
            let of_sizes: Result<Vec<_>> = sizes
                .iter()
                .map(|m| Ok((samples(&m.point), m.estimate(index)?)))
                .collect();
            rows.extend(sample_sizes::rows(
                &parameters,
                &compared,
                &of_sizes?,
                powers,
            )?);
        }
        Ok(rows)
    }

    /// The optimum of infinitely many samples.
    fn theory(&self, beta: f64) -> Result<Vec<f64>> {
        let ring = RingFlow::new(self.units, beta)?;
        let optimum = match self.hidden {
            None => ring.optimum(1, &Search::default())?,
            Some((_, unit)) => UnitFlow::new(ring, unit)?.optimum(1, &Search::default())?,
        };
        let weights: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
        Ok(observables(&weights, optimum.log_likelihood))
    }
}
