//! Langevin dynamics in the modes of infinite and of finite machines.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::langevin::{Langevin, ModeRecord, Modes, Relaxation};
use saddlepoint_theory::reciprocal::pair_covariance;
use saddlepoint_theory::reciprocal::{Landscape, Modes as Spectrum, Unit};

use super::ensemble::sizes;
use super::machines::{Given, Kind};
use super::own::{UNITS, numbers};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Curve, Panel, View};
use crate::table::{AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row, compared};

/// Factor by which the singular value is wrong in the controls.
const WRONG_S: f64 = 1.15;

/// Singular values of the infinite machine: two that relax and two that diverge.
const INFINITE: [f64; 4] = [0.3, 0.8, 1.2, 1.5];
/// Those of the finite one: below and beyond the transition.
const FINITE: [f64; 2] = [0.5, 1.5];

/// Size at which a variable has diverged: a thousand times what is ever seen of a mode that relaxes.
const LIMIT: f64 = 1e4;

/// Relaxation, variance and divergence of the reciprocal variables under Langevin dynamics.
///
/// In infinitely many units the slow combination (x + y)/√2 relaxes at the rate 1 − s to the variance 1/(1 − s) and the fast one,
/// (x − y)/√2, at 1 + s to 1/(1 + s), at any step of the exact integrator; for s > 1 the slow one grows at the rate s − 1 and
/// leaves every bound. A finite machine, the rank-one machine of spins, has the same rates and variances up to 1/N for s < 1. For s > 1 its
/// entropy holds the mode: it settles in the mean-field minima, φ² = 2a² up to a constant, and never diverges.
///
/// # References
/// The theory is that of [`saddlepoint_theory::reciprocal`].
#[derive(Debug, Clone, Copy)]
pub struct LangevinModes;

/// A singular value in a machine, infinite without units.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    singular_value: f64,
    units: Option<usize>,
    records: usize,
    walkers: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["w", "units"],
    keys: &["units", "data"],
    panels: &[
        Panel {
            show: Some((
                "observable",
                &["rate_slow", "rate_fast", "variance_slow", "variance_fast"],
            )),
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["diverged"])),
            curves: &compared(Curve::line("theory").breaking("theory")),
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["variance_slow_per_unit"])),
            x: &["units"],
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    numbers(
        "w",
        [0.05, 1.9],
        "Singular value of the mode, in the infinite machine and in finite ones",
        "0.5",
    ),
    UNITS,
];

/// Sizes of a preset.
fn units(preset: Preset) -> &'static [usize] {
    preset.choose(&[8, 16, 32], &[8, 16, 32, 64], &[16, 32, 64, 128])
}

/// Singular values in the infinite machine, and in finite ones of all sizes.
fn points(
    infinite: &[f64],
    finite: &[f64],
    units: &[usize],
    preset: Preset,
) -> Vec<(Point, usize)> {
    let (records, walkers) = preset.choose((160, 20), (400, 40), (1000, 40));
    let infinite = infinite.iter().map(|&singular_value| {
        let point = Point {
            singular_value,
            units: None,
            records: 4 * records,
            walkers,
        };
        (point, preset.choose(32, 200, 1000))
    });
    let (most, decline) = preset.choose((24, 0.0), (200, 0.5), (1000, 0.5));
    let sizes = sizes(units, most, decline);
    let finite = finite.iter().flat_map(|&singular_value| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                singular_value,
                units: Some(units),
                records,
                walkers,
            };
            (point, replicas)
        })
    });
    infinite.chain(finite).collect()
}

impl Experiment for LangevinModes {
    type Point = Point;

    fn name(&self) -> &'static str {
        "langevin"
    }

    fn description(&self) -> &'static str {
        "Langevin dynamics of the modes: rates, variances, and divergence beyond s = 1."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        Ok(points(&INFINITE, &FINITE, units(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let values = asked.numbers("w", &[0.5]);
        let units = asked.counts("units", units(asked.preset));
        Ok(points(&values, &values, &units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let units = point.units.unwrap_or(1);
        as_float(units * units * point.records * point.walkers)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let modes = match point.units {
            None => Modes::infinite(vec![point.singular_value])?,
            Some(units) => Modes::of_machine(&rank_one(units, point.singular_value).simulated()?)?,
        };
        let langevin = Langevin {
            // Finite machines are followed to an error of order Δ²: here 0.1 % of ⟨φ²⟩ at s = 1.5, below all standard errors.
            step: if point.units.is_some() { 0.05 } else { 0.5 },
            interval: if point.units.is_some() { 10 } else { 1 },
            burn_in: 60,
            records: point.records,
            walkers: point.walkers,
            limit: LIMIT,
        };
        // The leading mode; all others of the rank-one machine are free.
        Ok(values(&langevin.run(&modes, random)?[0]))
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            let equal = a.point.singular_value.total_cmp(&b.point.singular_value);
            equal.is_eq() && a.point.units.is_some() && b.point.units.is_some()
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            rows.extend(if sizes[0].point.units.is_none() {
                infinite(self.name(), &sizes[0])?
            } else {
                finite(self.name(), sizes)?
            });
        }
        Ok(rows)
    }
}

/// The rank-one machine of spins.
fn rank_one(units: usize, singular_value: f64) -> Given {
    let weight = singular_value / as_float(units);
    Given::unbiased(Kind::Spin, Mat::full(units, units, weight))
}

/// Rate, variance and whether it diverged, of the slow and then of the fast variable; a variance that is none is 0.
fn values(record: &ModeRecord) -> Vec<f64> {
    let of = |seen: &Relaxation| {
        let value = |estimate: Option<saddlepoint_simulator::statistics::Estimate>| {
            estimate.map_or(0.0, |found| found.mean)
        };
        let diverged = if seen.diverged { 1.0 } else { 0.0 };
        [value(seen.rate), value(seen.variance), diverged]
    };
    [of(&record.slow), of(&record.fast)].concat()
}

/// Rates and variances of the slow and the fast variable of one pair of infinitely many spins; none where there is no stationary
/// law.
fn predicted(singular_value: f64) -> Result<[Option<f64>; 4]> {
    let machine = rank_one(1, singular_value).predicted()?;
    let slow = Spectrum::new(machine.weights())?.langevin_rate(0, Unit::Spin, Unit::Spin);
    let covariance = pair_covariance(singular_value, Unit::Spin, Unit::Spin);
    let variance = covariance.map(|[[xx, xy], [_, yy]]| 0.5 * (xx + yy) + xy);
    // The fast variable is the slow one of the pair with −s, and relaxes whatever the slow one does: dη = −(1 + s) η dt + √2 dB.
    let fast = 2.0 - slow;
    Ok([Some(slow), variance, Some(fast), Some(fast.recip())])
}

/// ⟨φ²⟩/N = 2a²/N in the mean-field minima of the rank-one machine, whose free energy is the same per unit at every size.
fn ordered(singular_value: f64) -> Result<f64> {
    let units = 100;
    let landscape = Landscape::new(&rank_one(units, singular_value).predicted()?)?;
    let minimum = landscape.along(0)?.lowest_minimum(0.0)?;
    let amplitude = minimum.map_or(f64::NAN, |point| point.amplitude);
    Ok(2.0 * amplitude * amplitude / as_float(units))
}

/// What is compared, with its place among the values of a replica and of the prediction.
const OBSERVABLES: [(&str, usize, usize); 4] = [
    ("rate_slow", 0, 0),
    ("variance_slow", 1, 1),
    ("rate_fast", 3, 2),
    ("variance_fast", 4, 3),
];

/// Whether the observable carries a control: the slow variables feel a wrong s most.
fn is_telling(observable: &str) -> bool {
    observable.ends_with("slow")
}

fn parameters(experiment: &'static str, point: &Point) -> Parameters {
    Parameters {
        experiment,
        data: if point.units.is_some() {
            "rank-one"
        } else {
            "gaussian-pair"
        },
        law: Some(Kind::Spin.name()),
        w: Some(point.singular_value),
        ..Parameters::default()
    }
}

/// The exact dynamics of one pair, compared without any fit.
fn infinite(experiment: &'static str, measured: &Measured<Point>) -> Result<Vec<Row>> {
    let s = measured.point.singular_value;
    let parameters = parameters(experiment, &measured.point);
    let (right, wrong) = (predicted(s)?, predicted(WRONG_S * s)?);
    let mut rows = diverged(&parameters, measured, s > 1.0);
    for (observable, index, theory) in OBSERVABLES {
        let Some(value) = right[theory] else {
            continue;
        };
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: value,
            wrong: wrong[theory].filter(|_| is_telling(observable)),
        };
        rows.extend(Row::pair(
            &parameters,
            None,
            &prediction,
            &measured.estimate(index)?,
        ));
    }
    Ok(rows)
}

/// The share of runs in which the slow variable left every bound, and the control: the transition elsewhere.
fn diverged(parameters: &Parameters, measured: &Measured<Point>, expected: bool) -> Vec<Row> {
    let diverged = measured.replicas.iter().filter(|values| values[2] > 0.5);
    let seen = Estimate::of_share(diverged.count(), measured.replicas.len());
    let prediction = Prediction {
        observable: "diverged",
        limit_observable: None,
        theory: if expected { 1.0 } else { 0.0 },
        wrong: Some(if expected { 0.0 } else { 1.0 }),
    };
    Row::pair(parameters, measured.point.units, &prediction, &seen)
}

/// The rank-one machine at several sizes.
fn finite(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let s = sizes[0].point.singular_value;
    let parameters = parameters(experiment, &sizes[0].point);
    let mut rows = Vec::new();
    for measured in sizes {
        rows.extend(diverged(&parameters, measured, false));
    }
    let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
    if s > 1.0 {
        let at = |m: &Measured<Point>| {
            let units = m.point.units.unwrap_or(1);
            let measured = m.estimate(1)?;
            Ok(AtSize::new(
                units,
                measured.rescaled(1.0 / as_float(units), 0.0),
            ))
        };
        let prediction = Prediction {
            observable: "variance_slow_per_unit",
            limit_observable: None,
            theory: ordered(s)?,
            wrong: Some(ordered(WRONG_S * s)?),
        };
        let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, powers)?);
        return Ok(rows);
    }
    let (right, wrong) = (predicted(s)?, predicted(WRONG_S * s)?);
    for (observable, index, theory) in OBSERVABLES {
        let Some(value) = right[theory] else {
            continue;
        };
        let at =
            |m: &Measured<Point>| Ok(AtSize::new(m.point.units.unwrap_or(1), m.estimate(index)?));
        let at_sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: value,
            wrong: wrong[theory].filter(|_| is_telling(observable)),
        };
        rows.extend(Row::extrapolate(
            &parameters,
            &prediction,
            &at_sizes,
            powers,
        )?);
    }
    Ok(rows)
}
