//! What a hidden unit does with its input, as a sum of sine waves.

use std::f64::consts::PI;

use libm::erfc;

use super::ring_flow::nodes::{LANES, Waves};
use crate::numerics::count;
use crate::units::Unit;

/// Width σ of the edge where the function is led to 0 beyond the largest input, for wells at ±θ in units of 1/|θ|: its spectrum falls as
/// exp(−k²σ²/4), faster than those of the units.
const EDGE: f64 = 0.6;

/// Distance of the edge from the largest input and from the end of the interval, in units of its width: erfc(6) is 2e-17.
const AWAY: f64 = 6.0;

/// Wave number beyond which a unit's spectrum exp(−πk/2) is rounding; that of wells at ±θ, between which the mean changes |θ| times
/// faster, reaches as many times further.
const CUTOFF: f64 = 21.0;

/// An amplitude below this is rounding.
const ROUNDING: f64 = 1e-16;

/// An odd function f of a hidden unit's input S, such as the mean φ' of a unit of even potential, and its integral F, for inputs |S| up to a
/// largest one.
///
/// ```text
/// f(S) = Σ_(j≥1) a_j sin(k_j S),   k_j = πj/L,   F(S) = F(0) + Σ_j a_j (1 − cos(k_j S))/k_j
/// ```
///
/// Of a unit with a bias c these are the odd parts in S of φ'(c + S) and of φ''(c + S): data that are as often v as −v average the even parts
/// of φ and φ', their integrals.
///
/// The series is that of f times an edge at which it falls to 0 between the largest input and L: a periodic function of period 2L that
/// is analytic as far as f is, so that amplitudes fall exponentially and the rule of equal steps gives them to rounding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitResponse {
    step: f64,
    amplitudes: Vec<f64>,
    at_zero: f64,
}

impl UnitResponse {
    /// The mean of `unit`, of even potential, for inputs of at most `largest`.
    pub(super) fn new(unit: Unit, largest: f64) -> Self {
        Self::of(unit, largest, unit.log_partition(0.0), |s| unit.mean(s))
    }

    /// φ with the bias `c`, averaged over either sign of the input.
    pub(super) fn with_bias(unit: Unit, c: f64, largest: f64) -> Self {
        let odd = |s: f64| 0.5 * (unit.mean(c + s) - unit.mean(c - s));
        Self::of(unit, largest, unit.log_partition(c), odd)
    }

    /// φ' with the bias `c`, averaged over either sign of the input.
    pub(super) fn mean_with_bias(unit: Unit, c: f64, largest: f64) -> Self {
        let odd = |s: f64| 0.5 * (unit.variance(c + s) - unit.variance(c - s));
        Self::of(unit, largest, unit.mean(c), odd)
    }

    /// An odd function `odd` as smooth as the mean of `unit`, whose integral is `at_zero` at 0.
    fn of(unit: Unit, largest: f64, at_zero: f64, odd: impl Fn(f64) -> f64) -> Self {
        let steepness = match unit {
            Unit::DoubleWell(wells) => wells.threshold().abs().max(1.0),
            _ => 1.0,
        };
        let width = EDGE / steepness;
        let end = largest + 2.0 * AWAY * width;
        let step = PI / end;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and below 1e9 for inputs below 1e4"
        )]
        let most = (CUTOFF * steepness / step).ceil() as usize;
        // Twice the highest wave number, so that images of the spectrum do not meet it.
        let points = 2 * most;
        let spacing = end / count(points);
        let values: Vec<f64> = (1..points)
            .map(|point| {
                let input = spacing * count(point);
                let edge = 0.5 * erfc((input - largest) / width - AWAY);
                edge * odd(input)
            })
            .collect();
        let sines: Vec<f64> = (0..2 * points)
            .map(|n| (PI * count(n) / count(points)).sin())
            .collect();
        let sum = |wave: usize| -> f64 {
            let (mut sum, mut at) = (0.0, wave);
            for x in &values {
                sum += x * sines[at];
                at += wave;
                if at >= 2 * points {
                    at -= 2 * points;
                }
            }
            sum
        };
        let mut amplitudes: Vec<f64> = (1..=most)
            .map(|wave| 2.0 / count(points) * sum(wave))
            .collect();
        let largest = amplitudes.iter().fold(0.0, |top: f64, a| top.max(a.abs()));
        let counts = |a: &f64| a.abs() > ROUNDING * largest;
        let kept = amplitudes
            .iter()
            .rposition(counts)
            .map_or(0, |last| last + 1);
        amplitudes.truncate(kept);
        amplitudes.resize(kept.next_multiple_of(LANES), 0.0);
        Self {
            step,
            amplitudes,
            at_zero,
        }
    }
}

impl Waves for UnitResponse {
    fn step(&self) -> f64 {
        self.step
    }

    fn count(&self) -> usize {
        self.amplitudes.len()
    }

    fn wave_number(&self, wave: usize) -> f64 {
        count(wave + 1) * self.step
    }

    fn amplitude(&self, wave: usize) -> f64 {
        self.amplitudes[wave]
    }

    /// F(0).
    fn at_zero(&self) -> f64 {
        self.at_zero
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_mean_of_the_unit_up_to_the_largest_input() {
        for name in [
            "spin",
            "gaussian",
            "double-well:-0.5",
            "double-well:-2.5",
            "double-well:-8",
        ] {
            let unit: Unit = name.parse().unwrap();
            for largest in [0.0, 0.7, 5.0, 40.0] {
                let series = UnitResponse::new(unit, largest);
                for part in 0..=50 {
                    let input = largest * f64::from(part) / 50.0;
                    let (mut mean, mut integral) = (0.0, series.at_zero());
                    for wave in 0..series.count() {
                        let (k, a) = (series.wave_number(wave), series.amplitude(wave));
                        mean += a * (k * input).sin();
                        integral += a / k * (1.0 - (k * input).cos());
                    }
                    let [expected, partition] = [unit.mean(input), unit.log_partition(input)];
                    // Rounding of a sum of hundreds of waves of the size of the largest mean.
                    let allowed = 2e-12 * (1.0 + unit.mean(largest)) * (1.0 + largest);
                    assert!(
                        (mean - expected).abs() < allowed,
                        "{name} {largest} {input}: {mean} {expected}"
                    );
                    assert!(
                        (integral - partition).abs() < allowed,
                        "{name} {largest} {input}: {integral} {partition}"
                    );
                }
            }
        }
    }

    /// Means of either sign of the input, of which the series knows the integrals up to a constant.
    #[test]
    fn with_a_bias_the_series_are_averages_over_either_sign_of_the_input() {
        for (name, c) in [
            ("relu", 0.0),
            ("relu", 4.0),
            ("relu", -7.0),
            ("binary", 1.5),
        ] {
            let unit: Unit = name.parse().unwrap();
            let series = [UnitResponse::with_bias, UnitResponse::mean_with_bias]
                .map(|series| series(unit, c, 6.0));
            for part in 0..=20 {
                let input = 0.3 * f64::from(part);
                let expected = [
                    0.5 * (unit.log_partition(c + input) + unit.log_partition(c - input)),
                    0.5 * (unit.mean(c + input) + unit.mean(c - input)),
                ];
                for (series, expected) in series.iter().zip(expected) {
                    let mut found = series.at_zero();
                    for wave in 0..series.count() {
                        let (k, a) = (series.wave_number(wave), series.amplitude(wave));
                        found += a / k * (1.0 - (k * input).cos());
                    }
                    // Rounding of squares of inputs of the size of 10.
                    assert!(
                        (found - expected).abs() < 1e-11,
                        "{name} {c} {input}: {found} {expected}"
                    );
                }
            }
        }
    }
}
