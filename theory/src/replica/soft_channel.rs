//! A unit of soft law whose field points along a planted value: what the equations of both layers are made of.

use super::field::{field_averages, log_cosh_average};
use crate::numerics::ln_cosh;
use crate::units::{SoftSpin, UnitPrior};
use std::f64::consts::LN_2;

/// A law that is symmetric under a sign: x* = s (mean + √variance g), s = ±1 with equal probability, g ~ N(0, 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Planted {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

impl Planted {
    /// A soft law in no field, at a precision: within a data law it is negative.
    pub(super) fn of(law: SoftSpin, precision: f64) -> Self {
        let narrowing = 1.0 + law.gaussian_variance() * precision;
        Self {
            mean: law.spin_size() / narrowing,
            variance: law.gaussian_variance() / narrowing,
        }
    }

    /// E x*².
    pub(super) fn square(self) -> f64 {
        self.mean * self.mean + self.variance
    }
}

/// A field b = r x* + √s z and a precision a.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Field {
    /// r.
    pub(super) along: f64,
    /// s ≥ 0.
    pub(super) noise: f64,
    /// a.
    pub(super) precision: f64,
}

/// A number and its derivatives with respect to r, s and a.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sloped {
    pub(super) value: f64,
    pub(super) slopes: [f64; 3],
}

/// Averages over planted value and noise, with ⟨·⟩ that of the unit of log-partition function φ in its field.
///
/// ```text
/// M = E x*⟨x⟩ = ∂Eφ/∂r,   Q = E ⟨x⟩²,   V = E var x,   Q + V = −2 ∂Eφ/∂a,   V = 2 ∂Eφ/∂s
/// ```
///
/// With φ = −½ ln S + (Ω b² − (1 − Ω) a)/2S + ln cosh(d b), ρ = Ω/S and d = √(1 − Ω)/S every average is one of a spin in the field d b,
/// times powers of b that Stein's lemma removes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Channel {
    /// M.
    pub(super) along: Sloped,
    /// Q.
    pub(super) overlap: Sloped,
    /// V.
    pub(super) variance: Sloped,
    /// E (var x)².
    pub(super) squared_variance: f64,
}

/// Mean and variance of the field given that s = +1, which is enough for what is even under both signs.
pub(super) fn field_law(planted: Planted, field: Field) -> [f64; 2] {
    [
        field.along * planted.mean,
        field.noise + field.along * field.along * planted.variance,
    ]
}

impl Channel {
    /// The averages for a unit of soft law; precisions must be above −1/Ω.
    pub(super) fn new(law: SoftSpin, planted: Planted, field: Field) -> Self {
        let [mean, variance] = field_law(planted, field);
        let unit = Planted::of(law, field.precision);
        let (rho, d) = (unit.variance, unit.mean);
        let spin = field_averages(d * mean, d * d * variance);
        // T = tanh(d b) and H = sech²(d b) times powers of b.
        let b_tanh = mean * spin.tanh + variance * d * spin.sech2;
        let b_sech2 = mean * spin.sech2 - 2.0 * d * variance * spin.tanh_sech2;
        let b_tanh_sech2 = mean * spin.tanh_sech2 + d * variance * spin.overlap_slope;
        let square = mean * mean + variance;
        let b2_sech2 = square * spin.sech2
            - 4.0 * d * mean * variance * spin.tanh_sech2
            - 2.0 * (d * variance).powi(2) * spin.overlap_slope;
        let tanh2_sech2 = spin.sech2 - spin.sech4;
        // Averages of derivatives of φ with respect to b.
        let first = rho * mean + d * spin.tanh;
        let second = rho + d * d * spin.sech2;
        let third = -2.0 * d.powi(3) * spin.tanh_sech2;
        let fourth = -2.0 * d.powi(4) * spin.overlap_slope;
        let first_squared = rho * rho * square + d * (2.0 * rho * b_tanh + d * spin.tanh2);
        let first_second = rho * first + d * d * (rho * b_sech2 + d * spin.tanh_sech2);
        let second_squared = rho * rho + d * d * (2.0 * rho * spin.sech2 + d * d * spin.sech4);
        let first_third = -2.0 * d.powi(3) * (rho * b_tanh_sech2 + d * tanh2_sech2);
        let first_squared_second = rho * first_squared
            + d * d * (rho * rho * b2_sech2 + d * (2.0 * rho * b_tanh_sech2 + d * tanh2_sech2));
        // Stein's lemma for the derivatives with respect to r and s, ∂φ/∂a = −(φ'' + φ'²)/2 for that with respect to a.
        let [shift, spread] = [planted.mean, field.along * planted.variance];
        let by_precision = [
            -0.5 * third - first_second,
            -0.5 * fourth - second_squared - first_third,
        ];
        Self {
            along: Sloped {
                value: shift * first + spread * second,
                slopes: [
                    planted.variance * second
                        + shift * (shift * second + 2.0 * spread * third)
                        + spread * spread * fourth,
                    0.5 * (shift * third + spread * fourth),
                    shift * by_precision[0] + spread * by_precision[1],
                ],
            },
            overlap: Sloped {
                value: first_squared,
                slopes: [
                    2.0 * (shift * first_second + spread * (second_squared + first_third)),
                    second_squared + first_third,
                    -first_third - 2.0 * first_squared_second,
                ],
            },
            variance: Sloped {
                value: second,
                slopes: [
                    shift * third + spread * fourth,
                    0.5 * fourth,
                    by_precision[1],
                ],
            },
            squared_variance: second_squared,
        }
    }
}

/// E φ.
pub(super) fn log_partition(law: SoftSpin, planted: Planted, field: Field) -> f64 {
    let [mean, variance] = field_law(planted, field);
    let unit = Planted::of(law, field.precision);
    let quadratic = law.log_partition(field.precision, 0.0);
    let spin = log_cosh(unit.mean * mean, unit.mean * unit.mean * variance);
    quadratic + 0.5 * unit.variance * (mean * mean + variance) + spin
}

/// E ln cosh over a Gaussian field.
fn log_cosh(mean: f64, variance: f64) -> f64 {
    if variance > 0.0 {
        log_cosh_average(mean, variance) - LN_2
    } else {
        ln_cosh(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// Ω, mean and variance of the planted value, and r, s, a; fields on both sides of where the rules for averages meet.
    const POINTS: [(f64, [f64; 2], [f64; 3]); 5] = [
        (0.0, [1.0, 0.0], [0.7, 0.4, 0.5]),
        (0.4, [1.3, 0.5], [0.6, 0.9, -0.8]),
        (0.4, [0.5, 0.8], [2.5, 6.0, 0.3]),
        (1.0, [0.0, 1.0], [0.8, 0.2, 1.5]),
        (0.9, [0.6, 0.3], [0.0, 1.1, -0.5]),
    ];

    fn point(
        (omega, [mean, variance], [along, noise, precision]): (f64, [f64; 2], [f64; 3]),
    ) -> (SoftSpin, Planted, Field) {
        (
            SoftSpin::new(omega).unwrap(),
            Planted { mean, variance },
            Field {
                along,
                noise,
                precision,
            },
        )
    }

    fn moved(field: Field, i: usize, step: f64) -> Field {
        let mut numbers = [field.along, field.noise, field.precision];
        numbers[i] += step;
        let [along, noise, precision] = numbers;
        Field {
            along,
            noise,
            precision,
        }
    }

    /// Central differences: step² and rounding/step.
    const STEP: f64 = 1e-5;
    const EPSILON: f64 = 1e-8;

    #[test]
    fn averages_are_derivatives_of_the_log_partition_function() {
        for (law, planted, field) in POINTS.map(point) {
            let slope = |i| {
                let [up, down] =
                    [STEP, -STEP].map(|step| log_partition(law, planted, moved(field, i, step)));
                (up - down) / (2.0 * STEP)
            };
            let found = Channel::new(law, planted, field);
            let square = found.overlap.value + found.variance.value;
            assert_abs_diff_eq!(found.along.value, slope(0), epsilon = EPSILON);
            assert_abs_diff_eq!(found.variance.value, 2.0 * slope(1), epsilon = EPSILON);
            assert_abs_diff_eq!(square, -2.0 * slope(2), epsilon = EPSILON);
        }
    }

    #[test]
    fn slopes_are_those_of_the_averages() {
        for (law, planted, field) in POINTS.map(point) {
            let found = Channel::new(law, planted, field);
            let outputs = |channel: &Channel| [channel.along, channel.overlap, channel.variance];
            for i in 0..3 {
                let [up, down] = [STEP, -STEP]
                    .map(|step| outputs(&Channel::new(law, planted, moved(field, i, step))));
                for (j, output) in outputs(&found).into_iter().enumerate() {
                    let slope = (up[j].value - down[j].value) / (2.0 * STEP);
                    assert_abs_diff_eq!(output.slopes[i], slope, epsilon = EPSILON);
                }
            }
        }
    }
}
