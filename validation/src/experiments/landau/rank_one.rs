//! The rank-one machine of spins: moments at every size, their limits, the crossing and the exponents.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_theory::reciprocal::{Landscape, RankOne, Unit, pair_covariance};
use statrs::function::gamma::gamma;

use super::super::machines::{Given, Kind, project};
use super::{BURN_IN, HALF, Point, SCALE, SPOTS, WRONG_S, parameters};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// The transition in the control of the crossing.
const WRONG_TRANSITION: f64 = 1.1;

/// Factor by which the exponents are wrong in their controls.
const WRONG_EXPONENT: f64 = 1.5;

/// Places among [`SPOTS`].
const DISORDERED: usize = 0;
const CRITICAL: usize = 3;
const ORDERED: usize = 6;

/// Ratio of the two sizes of a crossing, as a number of places in the list of sizes that double.
const APART: usize = 2;

/// Sizes that are too small to extrapolate from: at s = 1.6 the smallest machine turns over now and then, exp(−0.3 N) of the time.
const SMALLEST: usize = 1;

/// ⟨|x|⟩, ⟨x²⟩, ⟨φ²⟩ and ⟨φ⁴⟩ of the rank-one machine over chains and sweeps.
pub(super) fn measure(point: &Point, s: f64, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let units = point.units;
    let weights = Mat::full(units, units, s / as_float(units));
    let machine = Given::unbiased(Kind::Spin, weights).simulated()?;
    let mut chains = Chains::random(&machine, point.chains, random)?;
    let vector = vec![as_float(units).sqrt().recip(); units];
    let mut sums = [0.0; 4];
    for sweep in 0..BURN_IN + point.sweeps {
        chains.sweep(random);
        if sweep < BURN_IN {
            continue;
        }
        let (x, y) = (
            project(&vector, chains.visible()),
            project(&vector, chains.hidden()),
        );
        for (x, y) in x.into_iter().zip(y) {
            let square = 0.5 * (x + y).powi(2);
            let terms = [x.abs(), x * x, square, square * square];
            sums.iter_mut()
                .zip(terms)
                .for_each(|(sum, term)| *sum += term);
        }
    }
    let count = as_float(point.chains * point.sweeps);
    Ok(sums.map(|sum| sum / count).to_vec())
}
/// Binder's cumulant and the order parameter per √N from ⟨|x|⟩, ⟨x²⟩, ⟨φ²⟩, ⟨φ⁴⟩ of all replicas, and ⟨x²⟩.
struct Size {
    units: usize,
    order: Estimate,
    square: Estimate,
    binder: Estimate,
}

/// One singular value at all sizes.
pub(super) struct Spot {
    s: f64,
    sizes: Vec<Size>,
}

impl Spot {
    pub(super) fn new(group: &[Measured<Point>]) -> Result<Self> {
        let size = |measured: &Measured<Point>| {
            let units = measured.point.units;
            Ok(Size {
                units,
                order: measured
                    .estimate(0)?
                    .rescaled(as_float(units).sqrt().recip(), 0.0),
                square: measured.estimate(1)?,
                binder: binder(measured)?,
            })
        };
        Ok(Self {
            s: group[0].point.question.singular_value(),
            sizes: group.iter().map(size).collect::<Result<_>>()?,
        })
    }

    fn parameters(&self) -> Parameters {
        parameters("rank-one", self.s)
    }

    /// All sizes, extrapolated to a limit.
    fn limit(
        &self,
        observable: (&'static str, &'static str),
        values: impl Fn(&Size) -> Estimate,
        [theory, wrong]: [f64; 2],
        powers: &[f64],
    ) -> Result<Vec<Row>> {
        let at = |size: &Size| AtSize::new(size.units, values(size));
        let smallest = if self.s > 1.0 { SMALLEST } else { 0 };
        let sizes: Vec<AtSize> = self.sizes.iter().skip(smallest).map(at).collect();
        let prediction = Prediction {
            observable: observable.0,
            limit_observable: Some(observable.1),
            theory,
            wrong: Some(wrong),
        };
        Row::extrapolate(&self.parameters(), &prediction, &sizes, powers)
    }
}

/// `1 − m₄/3m₂²` of the mean moments, its scatter from the linear response to those of each replica.
fn binder(measured: &Measured<Point>) -> Result<Estimate> {
    let [m2, m4] = [measured.estimate(2)?.mean, measured.estimate(3)?.mean];
    let linear = |v: &[f64]| {
        1.0 - m4 / (3.0 * m2 * m2) - (v[3] - m4) / (3.0 * m2 * m2)
            + 2.0 * m4 * (v[2] - m2) / (3.0 * m2.powi(3))
    };
    measured.estimate_of(linear)
}

/// The exact double sum.
fn double_sum(units: usize, s: f64) -> Result<RankOne> {
    let count = u32::try_from(units).unwrap_or(u32::MAX);
    Ok(RankOne::new(count, count, s, [0.0; 2])?)
}

/// Exact order parameter, mean square and cumulant.
fn exact(units: usize, s: f64) -> Result<[f64; 3]> {
    let machine = double_sum(units, s)?;
    let order = machine.expect(&|x, _| x.abs()) / as_float(units).sqrt();
    Ok([order, machine.expect(&|x, _| x * x), machine.binder()])
}

/// Every size against the double sum, and the limits.
pub(super) fn spot_rows(spots: &[Spot]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for spot in spots {
        for (place, size) in spot.sizes.iter().enumerate() {
            let right = exact(size.units, spot.s)?;
            let wrong = exact(size.units, WRONG_S * spot.s)?;
            let measured = [size.order, size.square, size.binder];
            for (k, observable) in ["order_parameter", "mean_square", "binder"]
                .into_iter()
                .enumerate()
            {
                // Larger machines feel a wrong s more.
                let is_telling = place + 1 == spot.sizes.len() && k == 0;
                let prediction = Prediction {
                    observable,
                    limit_observable: None,
                    theory: right[k],
                    wrong: is_telling.then_some(wrong[k]),
                };
                let units = Some(size.units);
                rows.extend(Row::pair(
                    &spot.parameters(),
                    units,
                    &prediction,
                    &measured[k],
                ));
            }
        }
    }
    rows.extend(limit_rows(spots)?);
    rows.extend(crossing_rows(spots)?);
    Ok(rows)
}

/// Binder's cumulant of the law exp(−|φ|^p): `1 − Γ(1/4)⁴/24π²` for p = 4. A tetracritical transition would have p = 8.
fn critical_cumulant(power: f64) -> f64 {
    let moment = |k: f64| gamma((k + 1.0) / power) / gamma(1.0 / power);
    1.0 - moment(4.0) / (3.0 * moment(2.0).powi(2))
}

/// Deep in both phases, and the critical exponent and cumulant.
fn limit_rows(spots: &[Spot]) -> Result<Vec<Row>> {
    let disordered = |s: f64| {
        let covariance = pair_covariance(s, Unit::Spin, Unit::Spin);
        covariance.map_or(f64::NAN, |matrix| matrix[0][0])
    };
    let ordered = |s: f64| -> Result<f64> {
        let units = 100;
        let weights = Mat::full(units, units, s / as_float(units));
        let landscape = Landscape::new(&Given::unbiased(Kind::Spin, weights).predicted()?)?;
        let minimum = landscape.along(0)?.lowest_minimum(0.0)?;
        let amplitude = minimum.map_or(f64::NAN, |point| point.amplitude);
        Ok(amplitude / (s * as_float(units)).sqrt())
    };
    let at = |place: usize, s: f64| s * SPOTS[place];
    let below = [1.0, WRONG_S].map(|factor| disordered(at(DISORDERED, factor)));
    let above = [ordered(at(ORDERED, 1.0))?, ordered(at(ORDERED, WRONG_S))?];
    let mut rows = spots[DISORDERED].limit(
        ("mean_square_towards_limit", "mean_square"),
        |size| size.square,
        below,
        &[1.0, 2.0],
    )?;
    rows.extend(spots[ORDERED].limit(
        ("order_parameter_towards_limit", "order_parameter"),
        |size| size.order,
        above,
        &[1.0, 2.0],
    )?);
    let critical = &spots[CRITICAL];
    rows.extend(critical.limit(
        ("binder_towards_limit", "binder"),
        |size| size.binder,
        [critical_cumulant(4.0), critical_cumulant(8.0)],
        &[0.5, 1.0],
    )?);
    let points: Vec<(usize, Estimate)> = (critical.sizes.iter())
        .map(|size| (size.units, size.order))
        .collect();
    let prediction = Prediction {
        observable: "order_parameter_as_power",
        limit_observable: Some("exponent_of_units"),
        theory: -0.25,
        wrong: Some(-1.0 / 3.0),
    };
    rows.extend(Row::exponent(
        &critical.parameters(),
        &prediction,
        &points,
        &[0.5],
    )?);
    Ok(rows)
}

/// Where the cumulants of N and 4N cross: with D their difference, `s* = 1 − 2h D(1)/(D(1 + h) − D(1 − h))`.
fn crossing_rows(spots: &[Spot]) -> Result<Vec<Row>> {
    let near = &spots[CRITICAL - 1..=CRITICAL + 1];
    let mut at_sizes = Vec::new();
    let mut rows = Vec::new();
    for small in 0..near[0].sizes.len() - APART {
        let units = near[0].sizes[small].units;
        let larger = near[0].sizes[small + APART].units;
        let difference = |spot: &Spot| {
            let [a, b] = [small, small + APART].map(|place| spot.sizes[place].binder);
            Estimate {
                mean: b.mean - a.mean,
                standard_error: a.standard_error.hypot(b.standard_error),
                replicas: a.replicas + b.replicas,
                degrees_of_freedom: a.degrees_of_freedom.min(b.degrees_of_freedom),
            }
        };
        let measured = crossing([0, 1, 2].map(|k| difference(&near[k])));
        let mut exactly = [0.0; 3];
        for (value, spot) in exactly.iter_mut().zip(near) {
            *value = exact(larger, spot.s)?[2] - exact(units, spot.s)?[2];
        }
        let theory = 1.0 - 2.0 * HALF * exactly[1] / (exactly[2] - exactly[0]);
        let parameters = parameters("rank-one", 1.0);
        rows.push(Row::compare(
            &parameters,
            Some(units),
            "crossing",
            theory,
            &measured,
        ));
        at_sizes.push(AtSize::new(units, measured));
    }
    let prediction = Prediction {
        observable: "crossing_towards_limit",
        limit_observable: Some("crossing"),
        theory: 1.0,
        wrong: Some(WRONG_TRANSITION),
    };
    let parameters = parameters("rank-one", 1.0);
    rows.extend(Row::extrapolate(
        &parameters,
        &prediction,
        &at_sizes,
        &[1.0],
    )?);
    Ok(rows)
}

fn crossing(differences: [Estimate; 3]) -> Estimate {
    let [below, at, above] = differences;
    let slope = (above.mean - below.mean) / (2.0 * HALF);
    let shift = -at.mean / slope;
    // The middle enters through D, the ends through the slope.
    let from_slope =
        shift / slope * below.standard_error.hypot(above.standard_error) / (2.0 * HALF);
    Estimate {
        mean: 1.0 + shift,
        standard_error: (at.standard_error / slope).hypot(from_slope),
        ..at
    }
}

/// Exponents of the field s m beyond the transition, and of the susceptibility ⟨φ²⟩ below it, in the distance 1/n.
pub(super) fn exponent_rows(group: &[Measured<Point>], above: bool) -> Result<Vec<Row>> {
    let (observable, exponent, theory) = if above {
        ("field", "exponent_of_order", 0.5)
    } else {
        ("susceptibility", "exponent_of_susceptibility", 1.0)
    };
    let point = |measured: &Measured<Point>| {
        let s = measured.point.question.singular_value();
        let root = as_float(measured.point.units).sqrt();
        let value = if above {
            measured.estimate(0)?.rescaled(s / root, 0.0)
        } else {
            measured.estimate(2)?
        };
        Ok((measured.point.question.distance(), value))
    };
    let points: Vec<(usize, Estimate)> = group.iter().map(point).collect::<Result<_>>()?;
    let sign = if above { -1.0 } else { 1.0 };
    let prediction = Prediction {
        observable,
        limit_observable: Some(exponent),
        theory: sign * theory,
        wrong: Some(sign * theory * WRONG_EXPONENT),
    };
    let mut rows = Row::exponent(&parameters("rank-one", 1.0), &prediction, &points, &[1.0])?;
    for row in &mut rows {
        // The fit runs over n: name the machine.
        if let Some(distance) = row.units {
            let sign = if above { 1.0 } else { -1.0 };
            let from_one = as_float(distance).recip();
            row.parameters.x = Some(Argument::new("distance_from_transition", from_one));
            row.parameters.w = Some(1.0 + sign / as_float(distance));
            row.units = Some(SCALE * distance * distance);
        }
    }
    Ok(rows)
}
