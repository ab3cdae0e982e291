//! What a hidden unit does with its input, as a sum of sine waves.

use std::f64::consts::PI;

use libm::erfc;

use super::ring_flow::nodes::{LANES, Waves};
use crate::numerics::count;
use crate::units::Unit;

/// Width σ of the edge where the function is led to 0 beyond the largest input: its spectrum falls as exp(−k²σ²/4), faster than
/// those of the units.
const EDGE: f64 = 0.6;

/// Distance of the edge from the largest input and from the end of the interval, in units of its width: erfc(6) is 2e-17.
const AWAY: f64 = 6.0;

/// Wave number beyond which a unit's spectrum exp(−πk/2) is rounding; that of wells at ±θ, between which the mean changes |θ| times
/// faster, reaches as many times further.
const CUTOFF: f64 = 21.0;

/// An amplitude below this is rounding.
const ROUNDING: f64 = 1e-16;

/// The mean φ'(S) of a hidden unit of even potential, and its integral φ, for inputs |S| up to a largest one.
///
/// ```text
/// φ'(S) = Σ_(j≥1) a_j sin(k_j S),   k_j = πj/L,   φ(S) = φ(0) + Σ_j a_j (1 − cos(k_j S))/k_j
/// ```
///
/// The series is that of φ' times an edge at which it falls to 0 between the largest input and L: a periodic function of period 2L that
/// is analytic as far as φ' is, so that amplitudes fall exponentially and the rule of equal steps gives them to rounding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitResponse {
    step: f64,
    amplitudes: Vec<f64>,
    at_zero: f64,
}

impl UnitResponse {
    /// Of `unit`, whose mean is an odd function, for inputs of at most `largest`.
    pub(super) fn new(unit: Unit, largest: f64) -> Self {
        let end = largest + 2.0 * AWAY * EDGE;
        let step = PI / end;
        let steepness = match unit {
            Unit::DoubleWell(wells) => wells.threshold().abs().max(1.0),
            _ => 1.0,
        };
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
                let edge = 0.5 * erfc((input - largest) / EDGE - AWAY);
                edge * unit.mean(input)
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
            at_zero: unit.log_partition(0.0),
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

    /// φ(0).
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
}
