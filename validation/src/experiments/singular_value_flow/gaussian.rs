//! Gaussian machines that learn two strong modes from random weights.

use faer::{Mat, MatRef};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::Spiked;
use saddlepoint_simulator::training::GaussianFlow;
use saddlepoint_theory::dynamics::{
    EarlyTraining, final_singular_value, gaussian_rate, singular_value,
};

use super::super::ensemble::samples_at;
use super::super::machines::independent;
use super::{Point, TINY, WRONG_SPIKE, parameters};
use crate::comparison::{Estimate, as_float};
use crate::error::{Error, Result};
use crate::runner::Measured;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// Excess eigenvalues of the data over white noise: growth rates of small weights.
const SPIKES: [f64; 2] = [5.0, 3.0];
/// Hidden units per visible unit.
const KAPPA: f64 = 0.5;

/// σ√M, the size of a mode of the initial weights, where saturation is to come soon.
const SMALL: f64 = 0.01;

/// Steps of the integration per unit of time; the fastest rate, 60 at saturation, needs more than 22.
const STEPS: f64 = 100.0;
/// Time between two looks at the overlaps, the last of them, and the levels of which the time is taken.
const LOOK: f64 = 0.02;
const LAST_LOOK: f64 = 0.9;
const LEVELS: [f64; 2] = [0.4, 0.7];
/// A time before either mode is out of the bulk.
const BEFORE: usize = 2;

/// Times and modes at which saturating singular values are taken: while they grow, and, last, when all is over.
const PLAN: [(f64, usize); 6] = [(0.8, 0), (0.9, 0), (1.35, 1), (1.5, 1), (4.0, 0), (4.0, 1)];
const FINAL: usize = 4;
/// Error of the integrated final value.
const INTEGRATION: f64 = 1e-7;

/// Units that stand for infinitely many: the limit differs by 1/N.
const LARGE: usize = 1_000_000;

/// A Gaussian machine with random weights of the given size, and the modes of its data.
fn start(
    units: usize,
    size: f64,
    random: &mut Xoshiro256PlusPlus,
) -> Result<(GaussianFlow, Mat<f64>)> {
    let hidden = samples_at(KAPPA, units);
    let weights = independent([units, hidden], size / as_float(hidden).sqrt(), random)?;
    let modes = Spiked::random(units, &SPIKES, random)?
        .directions()
        .to_owned();
    let scaled = Mat::from_fn(units, SPIKES.len(), |i, k| SPIKES[k] * modes[(i, k)]);
    let covariance = Mat::<f64>::identity(units, units) + &scaled * modes.transpose();
    Ok((GaussianFlow::new(weights, covariance)?, modes))
}

/// Goes on from one time to another.
fn advance(flow: &mut GaussianFlow, from: f64, to: f64) -> Result<()> {
    let steps = samples_at(STEPS * (to - from), 1).max(1);
    Ok(flow.advance(to - from, steps)?)
}

/// Number of looks.
fn looks() -> usize {
    samples_at(LAST_LOOK / LOOK, 1)
}

/// For each mode the overlap early on, and the times at which it reaches the levels.
pub(super) fn emergence(units: usize, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let (mut flow, modes) = start(units, TINY, random)?;
    let mut overlaps = vec![flow_overlaps(&flow, modes.as_ref())?];
    for _ in 0..looks() {
        advance(&mut flow, 0.0, LOOK)?;
        overlaps.push(flow_overlaps(&flow, modes.as_ref())?);
    }
    let mut values = Vec::new();
    for mode in 0..SPIKES.len() {
        let curve: Vec<f64> = overlaps.iter().map(|found| found[mode]).collect();
        values.push(curve[BEFORE]);
        for level in LEVELS {
            values.push(reached(&curve, level)?);
        }
    }
    Ok(values)
}

/// Squared overlaps of each mode with the singular vector of its rank.
fn flow_overlaps(flow: &GaussianFlow, modes: MatRef<'_, f64>) -> Result<[f64; 2]> {
    let (_, overlaps) = flow.singular_values(modes)?;
    Ok([overlaps[(0, 0)], overlaps[(1, 1)]])
}

/// The last time at which a curve of looks rises through a level, between two looks on a straight line; 0 for the rare small machine
/// that starts above it and stays there.
fn reached(curve: &[f64], level: f64) -> Result<f64> {
    let crosses = |pair: &[f64]| pair[0] < level && pair[1] >= level;
    let place = curve.windows(2).rposition(crosses);
    if place.is_none() && curve[0] >= level {
        return Ok(0.0);
    }
    let place = place.ok_or_else(|| Error::NoCrossing {
        observable: "overlap_squared",
        level,
        lowest: curve.iter().copied().fold(f64::INFINITY, f64::min),
        highest: curve.iter().copied().fold(0.0, f64::max),
    })?;
    let (low, high) = (curve[place], curve[place + 1]);
    Ok(LOOK * (as_float(place) + (level - low) / (high - low)))
}

/// Singular values in the order of [`PLAN`].
pub(super) fn saturation(units: usize, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let (mut flow, modes) = start(units, SMALL, random)?;
    let mut now = 0.0;
    let mut values = Vec::new();
    for (time, mode) in PLAN {
        advance(&mut flow, now, time)?;
        now = time;
        values.push(flow.singular_values(modes.as_ref())?.0[mode]);
    }
    Ok(values)
}
fn gaussian_parameters(mode: usize, x: Argument) -> Parameters {
    Parameters {
        law: Some("gaussian"),
        spike: Some(SPIKES[mode]),
        kappa: Some(KAPPA),
        x: Some(x),
        ..parameters("spiked", mode)
    }
}

/// The theory of emergence at a size.
fn early(units: usize, factor: f64) -> Result<EarlyTraining> {
    let mut rates = vec![gaussian_rate(1.0); units];
    for (rate, spike) in rates.iter_mut().zip(SPIKES) {
        *rate = gaussian_rate(1.0 + factor * spike);
    }
    let hidden = samples_at(KAPPA, units);
    Ok(EarlyTraining::new(
        &rates,
        hidden,
        TINY / as_float(hidden).sqrt(),
    )?)
}

/// The time at which the overlap with a mode reaches a level, by bisection of its rise.
fn time_of(training: &EarlyTraining, mode: usize, level: f64) -> Result<f64> {
    let (mut low, mut high) = (0.0, 2.0 * LAST_LOOK);
    // Fifty halvings of a time of order one: rounding.
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if training.at(mode, middle)?.overlap_squared < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

pub(super) fn emergence_rows(sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let (limit, wrong) = (early(LARGE, 1.0)?, early(LARGE, WRONG_SPIKE)?);
    let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
    let mut rows = Vec::new();
    let each = 1 + LEVELS.len();
    for mode in 0..SPIKES.len() {
        let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(each * mode)?));
        let at_sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        let before = Prediction {
            observable: "overlap_squared",
            limit_observable: None,
            theory: limit.at(mode, LOOK * as_float(BEFORE))?.overlap_squared,
            wrong: None,
        };
        let parameters = gaussian_parameters(mode, Argument::new("time", LOOK * as_float(BEFORE)));
        // The profile of the bulk, 1/N, is approached as N^(−2/3).
        let bulk: &[f64] = if sizes.len() > 3 {
            &[1.0, 5.0 / 3.0]
        } else {
            &[1.0]
        };
        rows.extend(Row::extrapolate(&parameters, &before, &at_sizes, bulk)?);
        for (place, level) in LEVELS.into_iter().enumerate() {
            let prediction = Prediction {
                observable: "time_of_overlap",
                limit_observable: None,
                theory: time_of(&limit, mode, level)?,
                // The later time tells more.
                wrong: (place + 1 == LEVELS.len())
                    .then(|| time_of(&wrong, mode, level))
                    .transpose()?,
            };
            let at = |m: &Measured<Point>| {
                let finite = time_of(&early(m.point.units, 1.0)?, mode, level)?;
                Ok(AtSize {
                    finite_size: finite - prediction.theory,
                    ..AtSize::new(m.point.units, m.estimate(each * mode + 1 + place)?)
                })
            };
            let at_sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
            let parameters = gaussian_parameters(mode, Argument::new("overlap_squared", level));
            rows.extend(Row::extrapolate(
                &parameters,
                &prediction,
                &at_sizes,
                powers,
            )?);
        }
    }
    Ok(rows)
}

pub(super) fn saturation_rows(sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
    let eigenvalue = |mode: usize, factor: f64| 1.0 + factor * SPIKES[mode];
    let mut rows = Vec::new();
    for (index, (time, mode)) in PLAN.into_iter().enumerate() {
        let parameters = gaussian_parameters(mode, Argument::new("time", time));
        if index >= FINAL {
            let prediction = Prediction {
                observable: "final_singular_value",
                limit_observable: None,
                theory: final_singular_value(eigenvalue(mode, 1.0))?,
                wrong: Some(final_singular_value(eigenvalue(mode, WRONG_SPIKE))?),
            };
            for m in sizes {
                let units = Some(m.point.units);
                rows.extend(Row::pair(
                    &parameters,
                    units,
                    &prediction,
                    &integrated(m, index),
                ));
            }
            continue;
        }
        let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(index)?));
        let at_sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        let prediction = Prediction {
            observable: "singular_value",
            limit_observable: None,
            theory: singular_value(eigenvalue(mode, 1.0), SMALL, time)?,
            // With the wrong spike the later of two times is saturated: the earlier one tells.
            wrong: index
                .is_multiple_of(2)
                .then(|| singular_value(eigenvalue(mode, WRONG_SPIKE), SMALL, time))
                .transpose()?,
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

/// A value that does not depend on the random weights, with the error of the integration.
fn integrated(measured: &Measured<Point>, index: usize) -> Estimate {
    let replicas = measured.replicas.len();
    let sum: f64 = measured.replicas.iter().map(|values| values[index]).sum();
    Estimate {
        mean: sum / as_float(replicas),
        standard_error: INTEGRATION,
        replicas,
        degrees_of_freedom: as_float(replicas - 1),
    }
}
