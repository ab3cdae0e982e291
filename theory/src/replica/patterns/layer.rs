//! The units of one layer in a Gaussian field.
//!
//! ```text
//! φ(a, b), b = mean + √V z:   E φ,   E⟨x²⟩,   E⟨x⟩²,   E var²
//! ```
//!
//! and the derivatives of the second and third with respect to the precision a, the variance V and the mean of the field. By
//! `∂_V E g(b) = ½ E g''(b)` and `∂_a φ = −½ (φ'' + φ'²)` these are averages of cumulants.

use crate::error::Result;
use crate::quadrature::gaussian_averages;
use crate::replica::field::{field_averages, log_cosh_average};
use crate::units::{DoubleWell, Unit};

/// Relative accuracy of averages over real units.
const TOLERANCE: f64 = 1e-13;
/// Relative accuracy of their derivatives: they steer Newton's method and do not enter its solution.
const SLOPE_TOLERANCE: f64 = 1e-9;
/// Width of a field, in units of that of the unit, from which on the rule is told where the unit's response bends.
const WIDE: f64 = 6.0;

/// A field on units of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Input {
    /// a, added to the precision of the unit.
    pub(super) precision: f64,
    /// Mean of b.
    pub(super) mean: f64,
    /// V, the variance of b.
    pub(super) variance: f64,
}

/// Averages of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Averages {
    /// E⟨x⟩.
    pub(super) mean: f64,
    /// E⟨x²⟩.
    pub(super) square: f64,
    /// E⟨x⟩².
    pub(super) overlap: f64,
    /// E(⟨x²⟩ − ⟨x⟩²).
    pub(super) variance: f64,
    /// E(⟨x²⟩ − ⟨x⟩²)².
    pub(super) variance_squared: f64,
}

/// Derivatives of E⟨x⟩, E⟨x²⟩ and E⟨x⟩² with respect to one argument of the input.
pub(super) type Slope = [f64; 3];

/// What a layer does in a field, to first order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Response {
    pub(super) averages: Averages,
    pub(super) by_precision: Slope,
    pub(super) by_variance: Slope,
    pub(super) by_mean: Slope,
}

/// A unit of two values, centre ± half: a spin in disguise.
///
/// ```text
/// φ = centre b − (centre² + half²) a/2 + ln 2cosh y,   y = half (b − centre a),   ⟨x⟩ = centre + half tanh y
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TwoValued {
    pub(super) centre: f64,
    pub(super) half: f64,
}

impl TwoValued {
    /// The unit, if it has two values.
    pub(super) fn of(unit: Unit) -> Option<Self> {
        unit.states().map(|[low, high]| Self {
            centre: 0.5 * (high + low),
            half: 0.5 * (high - low),
        })
    }

    /// Mean and variance of y.
    fn field(&self, input: &Input) -> (f64, f64) {
        (
            self.half * (input.mean - self.centre * input.precision),
            self.half * self.half * input.variance,
        )
    }

    /// E φ.
    pub(super) fn log_partition(&self, input: &Input) -> f64 {
        let (mean, variance) = self.field(input);
        let square = self.centre * self.centre + self.half * self.half;
        self.centre * input.mean - 0.5 * square * input.precision + log_cosh_average(mean, variance)
    }

    /// The averages and their derivatives.
    pub(super) fn respond(&self, input: &Input) -> Response {
        let (mean, variance) = self.field(input);
        let spin = field_averages(mean, variance);
        let (c, h) = (self.centre, self.half);
        // Derivatives with respect to mean and variance of y.
        let slope = |mean: f64, variance: f64| {
            let tanh = spin.sech2 * mean - spin.tanh_sech2 * variance;
            let tanh2 = 2.0 * spin.tanh_sech2 * mean + spin.overlap_slope * variance;
            let cross = 2.0 * c * h * tanh;
            [h * tanh, cross, cross + h * h * tanh2]
        };
        Response {
            averages: Averages {
                mean: c + h * spin.tanh,
                square: c * c + h * h + 2.0 * c * h * spin.tanh,
                overlap: c * c + 2.0 * c * h * spin.tanh + h * h * spin.tanh2,
                variance: h * h * spin.sech2,
                variance_squared: h.powi(4) * spin.sech4,
            },
            by_precision: slope(-h * c, 0.0),
            by_variance: slope(0.0, h * h),
            by_mean: slope(h, 0.0),
        }
    }
}

/// E φ of a unit of any kind.
///
/// # Errors
/// As [`gaussian_averages`], where the potential does not confine the unit.
pub(super) fn log_partition(unit: Unit, input: &Input) -> Result<f64> {
    if let Some(unit) = TwoValued::of(unit) {
        return Ok(unit.log_partition(input));
    }
    let [log] = average(unit, input, TOLERANCE, |b| {
        [unit.prior().log_partition(input.precision, b)]
    })?;
    Ok(log)
}

/// The averages of a unit of any kind.
///
/// # Errors
/// As [`log_partition`].
pub(super) fn averages(unit: Unit, input: &Input) -> Result<Averages> {
    if let Some(unit) = TwoValued::of(unit) {
        return Ok(unit.respond(input).averages);
    }
    let [mean, overlap, variance, variance_squared] = average(unit, input, TOLERANCE, |b| {
        let [mean, variance] = unit.prior().mean_and_variance(input.precision, b);
        [mean, mean * mean, variance, variance * variance]
    })?;
    Ok(Averages {
        mean,
        square: overlap + variance,
        overlap,
        variance,
        variance_squared,
    })
}

/// The averages of a unit of any kind and their derivatives.
///
/// # Errors
/// As [`log_partition`].
pub(super) fn respond(unit: Unit, input: &Input) -> Result<Response> {
    if let Some(unit) = TwoValued::of(unit) {
        return Ok(unit.respond(input));
    }
    // With κ = φ', φ'', φ''', φ'''': g for ⟨x⟩, ⟨x²⟩ and ⟨x⟩², and their derivatives ∂_b g, ½ ∂²_b g and ∂_a g.
    let slopes = average(unit, input, SLOPE_TOLERANCE, |b| {
        let [mean, variance, third, fourth] = cumulants(unit, input.precision, b);
        let bend = third + 2.0 * mean * variance;
        let overlap_bend = variance * variance + mean * third;
        let square_bend = 0.5 * fourth + overlap_bend;
        let tilt = mean * bend;
        [
            variance,
            bend,
            2.0 * mean * variance,
            0.5 * third,
            square_bend,
            overlap_bend,
            -0.5 * bend,
            -square_bend - tilt,
            -tilt,
        ]
    })?;
    let slope = |first: usize| [slopes[first], slopes[first + 1], slopes[first + 2]];
    Ok(Response {
        averages: averages(unit, input)?,
        by_mean: slope(0),
        by_variance: slope(3),
        by_precision: slope(6),
    })
}

/// The first four cumulants of a real unit: in y = √(1 + a) x the potential has unit curvature again.
fn cumulants(unit: Unit, precision: f64, field: f64) -> [f64; 4] {
    let [mean, variance] = unit.prior().mean_and_variance(precision, field);
    let scale = (1.0 + precision).sqrt().recip();
    let rescaled = match unit {
        Unit::DoubleWell(well) => {
            DoubleWell::new(scale * well.threshold()).map_or(unit, Unit::DoubleWell)
        }
        other => other,
    };
    let [third, fourth] = rescaled.third_and_fourth_cumulant(scale * field);
    [
        mean,
        variance,
        scale.powi(3) * third,
        scale.powi(4) * fourth,
    ]
}

/// `E_z f(mean + √V z)`.
fn average<const D: usize>(
    unit: Unit,
    input: &Input,
    tolerance: f64,
    f: impl Fn(f64) -> [f64; D],
) -> Result<[f64; D]> {
    let width = input.variance.max(0.0).sqrt();
    if width <= 0.0 {
        return Ok(f(input.mean));
    }
    let own = (1.0 + input.precision).max(f64::MIN_POSITIVE).sqrt();
    let bend = [-input.mean / width];
    let is_wide = width > WIDE * own && unit != Unit::Gaussian;
    let estimate = gaussian_averages(
        |z| f(input.mean + width * z),
        if is_wide { &bend } else { &[] },
        tolerance,
    )?;
    Ok(estimate.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const UNITS: [&str; 5] = ["spin", "binary", "gaussian", "relu", "double-well:-1.5"];

    #[test]
    fn slopes_are_derivatives() {
        for (name, precision, variance) in UNITS
            .into_iter()
            .flat_map(|name| [(name, -0.4, 0.8), (name, 0.3, 60.0)])
        {
            let unit: Unit = name.parse().unwrap();
            let here = [precision, 0.7, variance];
            let at = |x: [f64; 3]| {
                let input = Input {
                    precision: x[0],
                    mean: x[1],
                    variance: x[2],
                };
                respond(unit, &input).unwrap()
            };
            let response = at(here);
            let slopes = [
                response.by_precision,
                response.by_mean,
                response.by_variance,
            ];
            let step = 1e-4;
            for (j, slope) in slopes.into_iter().enumerate() {
                let [up, down] = [step, -step].map(|d| {
                    let mut x = here;
                    x[j] += d;
                    let averages = at(x).averages;
                    [averages.mean, averages.square, averages.overlap]
                });
                for i in 0..3 {
                    let difference = (up[i] - down[i]) / (2.0 * step);
                    // Central differences: step² times third derivatives, and rounding of 1e-13 · 100/step.
                    assert_relative_eq!(slope[i], difference, epsilon = 3e-7, max_relative = 3e-7);
                }
            }
        }
    }

    #[test]
    fn the_mean_square_is_the_slope_of_the_generating_function() {
        for name in UNITS {
            let unit: Unit = name.parse().unwrap();
            let at = |precision: f64| Input {
                precision,
                mean: -0.6,
                variance: 1.3,
            };
            let step = 1e-4;
            let [up, down] = [step, -step].map(|d| log_partition(unit, &at(d - 0.2)).unwrap());
            let square = averages(unit, &at(-0.2)).unwrap().square;
            // Central differences: step² times a third derivative below 100.
            assert_relative_eq!((down - up) / step, square, max_relative = 1e-6);
        }
    }
}
