//! One real hidden unit on a ring: the place cell of double wells, and of a Gaussian unit.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};

use super::one_unit::learnt;
use super::own::{BETA, SAMPLES, UNITS};
use super::place_cell::{self, Compared, observables};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::Row;
use crate::table::figure::View;

/// Kinds of the hidden unit.
const KINDS: &[&str] = &[
    "gaussian",
    "double-well:-1",
    "double-well:-2",
    "double-well:-4",
];

/// The weights of one real hidden unit after exact maximum-likelihood training on P configurations of an Ising ring, against the optimum
/// for infinitely many: [`PlaceCell`](super::PlaceCell) for units of other kinds.
///
/// # References
/// Own. Double-well units: Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020).
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellWells;

/// One ring, kind of hidden unit and number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    hidden: &'static str,
    units: usize,
    beta: f64,
    samples: usize,
}

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "hidden",
        domain: Domain::Words(KINDS),
        meaning: "Kind of the hidden unit",
        default: "double-well:-2",
    },
    Parameter {
        meaning: "Sites of the ring",
        domain: Domain::Counts {
            least: 8,
            most: 100,
        },
        default: "40",
        ..UNITS
    },
    BETA,
    SAMPLES,
];

/// Numbers of samples of a preset; a real unit takes ten times the time of a spin.
fn samples(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[2000, 4000, 8000, 16_000],
        &[4000, 8000, 16_000, 32_000],
        &[8000, 16_000, 32_000, 64_000, 128_000],
    )
}

/// Machines at all numbers of samples.
fn points(
    kinds: &[&'static str],
    rings: &[(usize, f64)],
    samples: &[usize],
    preset: Preset,
) -> Vec<(Point, usize)> {
    let replicas = preset.choose(24, 32, 100);
    let mut points = Vec::new();
    for &hidden in kinds {
        for &(units, beta) in rings {
            points.extend(samples.iter().map(|&samples| {
                let point = Point {
                    hidden,
                    units,
                    beta,
                    samples,
                };
                (point, replicas)
            }));
        }
    }
    points
}

/// The theory's unit of a name.
fn theory_unit(name: &str) -> saddlepoint_theory::units::Unit {
    name.parse().expect("a unit, as all of KINDS")
}

impl Experiment for PlaceCellWells {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-wells"
    }

    fn description(&self) -> &'static str {
        "The receptive field of one double-well or Gaussian hidden unit trained on an Ising ring, site by site."
    }

    fn view(&self) -> View {
        View {
            keys: &["law", "kappa", "alpha"],
            ..place_cell::VIEW
        }
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let kinds = preset.choose(&KINDS[2..3], &["gaussian", "double-well:-2"], KINDS);

        Ok(points(kinds, &[(40, 0.5)], samples(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let asked_for = asked.words("hidden", &KINDS[2..3]);
        let kinds: Vec<&str> = KINDS
            .iter()
            .copied()
            .filter(|kind| asked_for.iter().any(|word| word == kind))
            .collect();
        let betas = asked.numbers("beta", &[0.5]);
        let ring = |units| betas.iter().map(move |&beta| (units, beta));
        let rings: Vec<_> = asked
            .counts("units", &[40])
            .into_iter()
            .flat_map(ring)
            .collect();
        let samples = asked.counts("samples", samples(asked.preset));
        Ok(points(&kinds, &rings, &samples, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * (point.samples + 2000))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = IsingRing::new(point.units, point.beta)?.draw(point.samples, random)?;
        let unit: Unit = point.hidden.parse()?;
        let likelihood = Likelihood::new(&samples, unit, Partition::Spins)?;
        let optimum = learnt(&likelihood, random)?;
        Ok(observables(&optimum.weights, optimum.log_likelihood))
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            let [a, b] = [a, b].map(|m| (m.point.hidden, m.point.units, m.point.beta.to_bits()));
            a == b
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            let Point {
                hidden,
                units,
                beta,
                ..
            } = sizes[0].point;
            let cell = Compared {
                experiment: self.name(),
                units,
                beta,
                hidden: Some((hidden, theory_unit(hidden))),
            };
            rows.extend(cell.rows(sizes, |point| point.samples)?);
        }
        Ok(rows)
    }
}
