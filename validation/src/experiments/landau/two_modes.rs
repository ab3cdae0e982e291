//! Machines of two random modes against mean field.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_theory::reciprocal::naive_from;

use super::super::machines::{FewModes, Given, Kind, project};
use super::{BURN_IN, Point, WRONG_S, parameters};
use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// The amplitude of the leading mode over its value in mean field, the mean square of the other one less its own, per unit, and
/// the former in mean field at wrong weights.
pub(super) fn measure(
    point: &Point,
    s: [f64; 2],
    random: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    let FewModes { weights, vectors } = FewModes::draw(point.units, &s, random)?;
    let given = Given::unbiased(Kind::Spin, weights);
    let [expected, wrong] = [1.0, WRONG_S].map(|scale| mean_field(&given, &vectors, s, scale));
    let (expected, wrong) = (expected?, wrong?);
    let machine = given.simulated()?;
    let sign = |i: usize, _: usize| 1.0_f64.copysign(vectors[0][(i, 0)]);
    let start = Mat::from_fn(point.units, point.chains, sign);
    let mut chains = Chains::new(&machine, start, random)?;
    let (mut leading, mut other) = (0.0, 0.0);
    for sweep in 0..BURN_IN + point.sweeps {
        chains.sweep(random);
        if sweep < BURN_IN {
            continue;
        }
        let [first, second] = [0, 1].map(|k| {
            let x = project(vectors[0].col_as_slice(k), chains.visible());
            let y = project(vectors[1].col_as_slice(k), chains.hidden());
            let pairs = x.into_iter().zip(y);
            pairs
                .map(|(x, y)| amplitude(s[k], x, y))
                .collect::<Vec<_>>()
        });
        leading += first.iter().map(|a| a.abs()).sum::<f64>();
        other += second.iter().map(|a| a * a).sum::<f64>();
    }
    let count = as_float(point.chains * point.sweeps);
    Ok(vec![
        leading / count / expected[0],
        (other / count - expected[1].powi(2)) / as_float(point.units),
        wrong[0] / expected[0],
    ])
}

/// Real part of the boson of a mode without its noise.
fn amplitude(s: f64, x: f64, y: f64) -> f64 {
    0.5 * s.sqrt() * (x + y)
}

/// Sizes of the amplitudes of both modes in the mean-field solution that is reached from order along the first, at weights times
/// `scale`.
fn mean_field(given: &Given, vectors: &[Mat<f64>; 2], s: [f64; 2], scale: f64) -> Result<[f64; 2]> {
    let signs: Vec<f64> = vectors[1]
        .col_as_slice(0)
        .iter()
        .map(|v| 1.0_f64.copysign(*v))
        .collect();
    let state = naive_from(&given.predicted()?.scaled(scale)?, &signs)?;
    let dot = |vector: &[f64], state: &[f64]| -> f64 {
        vector.iter().zip(state).map(|(u, m)| u * m).sum()
    };
    let size = |k: usize| {
        let x = dot(vectors[0].col_as_slice(k), &state.visible);
        let y = dot(vectors[1].col_as_slice(k), &state.hidden);
        amplitude(s[k], x, y).abs()
    };
    Ok([size(0), size(1)])
}
/// Machines of two modes against mean field.
pub(super) fn rows(group: &[Measured<Point>], s: [f64; 2]) -> Result<Vec<Row>> {
    let at = |index: usize| -> Result<Vec<AtSize>> {
        let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(index)?));
        group.iter().map(at).collect()
    };
    let parameters = Parameters {
        x: Some(Argument::new("further_w", s[1])),
        ..parameters("two-modes", s[0])
    };
    let largest = &group[group.len() - 1];
    let ratio = Prediction {
        observable: "amplitude_over_mean_field",
        limit_observable: None,
        theory: 1.0,
        wrong: Some(largest.estimate(2)?.mean),
    };
    let rest = Prediction {
        observable: "second_square_per_unit",
        limit_observable: None,
        theory: 0.0,
        wrong: None,
    };
    // The second order is a tenth of the first at N = 40, far more than the scatter.
    let powers = [1.0, 2.0];
    let mut rows = Row::extrapolate(&parameters, &ratio, &at(0)?, &powers)?;
    rows.extend(Row::extrapolate(&parameters, &rest, &at(1)?, &powers)?);
    Ok(rows)
}
