//! Retrieval of patterns by Hopfield networks at zero and finite temperature.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::hopfield::{Hopfield as Network, Schedule, Start};
use saddlepoint_theory::replica::hopfield::{Hopfield, State};

use super::ensemble::{samples_at, sizes};
use super::own::{UNITS, numbers, product};
use crate::comparison::{as_float, mean};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Law, Panel, Scale, View};
use crate::table::{
    AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row,
    compared_with_limit,
};

/// Factor by which the temperature is wrong in the controls.
const WRONG_TEMPERATURE: f64 = 1.08;

/// Replicas of one network: their pairs give q.
const REPLICAS: usize = 4;
/// A descent from a pattern takes some ten sweeps.
const MOST_SWEEPS: usize = 1000;

/// What is compared, in the order of the values of a replica; q needs a temperature.
const OBSERVABLES: [&str; 3] = ["overlap_pattern", "energy", "overlap_replicas"];

/// Loads and temperatures at which retrieval states exist and replica symmetry holds in them.
const JUDGED: [(f64, f64); 3] = [(0.01, 0.6), (0.02, 0.5), (0.04, 0.4)];
/// Beyond: zero temperature on both sides of the capacity 0.1379, and no retrieval at a finite one.
const SHOWN: [(f64, f64); 5] = [(0.1, 0.0), (0.13, 0.0), (0.15, 0.0), (0.2, 0.0), (0.2, 0.2)];

/// Overlap with a pattern from which the network starts, at equilibrium in the retrieval state or at the end of a descent.
///
/// Above zero temperature overlap, energy and the overlap of two replicas are extrapolated in 1/N. At zero temperature, and wherever
/// no pattern is retrieved, replica symmetry is broken: the rows stand beside the theory and are not judged. Above capacity
/// the network, which started at the pattern, keeps a remnant of it that the theory of equilibrium does not know.
///
/// # References
/// Amit, Gutfreund & Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985); Ann. Phys. 173, 30 (1987).
#[derive(Debug, Clone, Copy)]
pub struct HopfieldRetrieval;

/// One load and temperature at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    alpha: f64,
    temperature: f64,
    units: usize,
    sweeps: usize,
}

/// The theory at any load as a line that jumps where retrieval ends.
const LIMIT: Law = Law {
    x: "alpha",
    of: &["observable", "temperature"],
    value: |of, alpha| {
        let observable = of[0].to_csv();
        let index = OBSERVABLES.iter().position(|name| *name == observable)?;
        Some(theory(alpha, of[1].number()?).ok()?.1[index])
    },
};

/// The theory at any temperature.
const WARMED: Law = Law {
    x: "temperature",
    of: &["observable", "alpha"],
    value: |of, temperature| {
        let observable = of[0].to_csv();
        let index = OBSERVABLES.iter().position(|name| *name == observable)?;
        Some(theory(of[1].number()?, temperature).ok()?.1[index])
    },
};

/// Theory and simulation against the load.
const AGAINST_LOAD: Panel = Panel {
    across: "patterns per spin  α",
    curves: &compared_with_limit(&[LIMIT, WARMED]),
    ..COMPARED
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["alpha", "temperature"],
    scale: Scale::Linear,
    keys: &["temperature", "alpha", "units"],
    panels: &[
        Panel {
            show: Some(("observable", &["overlap_pattern", "overlap_replicas"])),
            ..AGAINST_LOAD
        },
        Panel {
            label: "energy per spin  E/N",
            show: Some(("observable", &["energy"])),
            ..AGAINST_LOAD
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    numbers("alpha", [0.001, 1.0], "Patterns per spin", "0.04"),
    numbers("temperature", [0.0, 2.0], "Temperature", "0.4"),
    UNITS,
];

/// Sizes of a preset.
fn units(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[200, 400, 800],
        &[200, 400, 800, 1600],
        &[200, 400, 800, 1600, 3200],
    )
}

/// Networks of loads and temperatures at all sizes.
fn points(
    places: impl IntoIterator<Item = (f64, f64)>,
    units: &[usize],
    preset: Preset,
) -> Vec<(Point, usize)> {
    let sweeps = preset.choose(100, 300, 1000);
    let (most, decline) = preset.choose((128, 0.7), (1200, 0.9), (8000, 0.9));
    let sizes = sizes(units, most, decline);
    let at = |(alpha, temperature)| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                alpha,
                temperature,
                units,
                sweeps,
            };
            (point, replicas)
        })
    };
    places.into_iter().flat_map(at).collect()
}

impl Experiment for HopfieldRetrieval {
    type Point = Point;

    fn name(&self) -> &'static str {
        "hopfield-retrieval"
    }

    fn description(&self) -> &'static str {
        "Overlap of Hopfield networks with a stored pattern, below and above capacity."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let places = JUDGED.into_iter().chain(SHOWN);
        Ok(points(places, units(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let places = product(asked, [("temperature", 0.4), ("alpha", 0.04)]);
        let places = places
            .into_iter()
            .map(|[temperature, alpha]| (alpha, temperature));
        let units = asked.counts("units", units(asked.preset));
        Ok(points(places, &units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let patterns = samples_at(point.alpha, point.units);
        as_float(point.units * point.units * (patterns + 1))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let patterns = samples_at(point.alpha, point.units);
        let network = Network::random(point.units, patterns, random)?;
        if point.temperature > 0.0 {
            return in_equilibrium(&network, point, random);
        }
        let mut state = network.start_at_pattern(0)?;
        state.descend(MOST_SWEEPS);
        Ok(vec![state.overlaps()[0], state.energy()])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.alpha.total_cmp(&b.point.alpha).is_eq()
                && a.point.temperature.total_cmp(&b.point.temperature).is_eq()
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            rows.extend(compare(self.name(), sizes)?);
        }
        Ok(rows)
    }
}

/// Replicas at finite temperature from the pattern.
fn in_equilibrium(
    network: &Network,
    point: &Point,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    let schedule = Schedule {
        inverse_temperature: point.temperature.recip(),
        replicas: REPLICAS,
        burn_in: point.sweeps / 2,
        sweeps: point.sweeps,
    };
    let observed = network.observe(schedule, Start::Pattern { index: 0 }, random)?;
    Ok(vec![
        mean(observed.overlaps.concat()),
        mean(observed.energies.concat()),
        mean(&observed.replica_overlaps),
    ])
}

/// The state that a network at its pattern ends in, and what it shows in the order of [`OBSERVABLES`].
fn theory(alpha: f64, temperature: f64) -> Result<(State, [f64; 3])> {
    let model = Hopfield::new(alpha, temperature)?;
    let state = match model.retrieval()? {
        Some(state) => state,
        None => model.disordered()?,
    };
    let values = [state.magnetization, model.energy(&state), state.overlap];
    Ok((state, values))
}

/// The rows of one load and temperature.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let Point {
        alpha, temperature, ..
    } = sizes[0].point;
    let (state, right) = theory(alpha, temperature)?;
    let (_, wrong) = theory(alpha, WRONG_TEMPERATURE * temperature)?;
    let is_stable = state.is_stable();
    let parameters = Parameters {
        experiment,
        data: "hopfield",
        alpha: Some(alpha),
        temperature: Some(temperature),
        unjudged: (!is_stable).then_some(REPLICA_SYMMETRY_BROKEN),
        ..Parameters::default()
    };
    let observed = sizes[0].replicas[0].len();
    let mut rows = Vec::new();
    for (i, observable) in OBSERVABLES.into_iter().enumerate().take(observed) {
        if !is_stable {
            for m in sizes {
                let units = Some(m.point.units);
                let measured = m.estimate(i)?;
                rows.push(Row::compare(
                    &parameters,
                    units,
                    observable,
                    right[i],
                    &measured,
                ));
            }
            continue;
        }
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: right[i],
            wrong: Some(wrong[i]),
        };
        let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(i)?));
        let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
        rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, powers)?);
    }
    Ok(rows)
}
