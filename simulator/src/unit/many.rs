//! Many units at once, in loops that are vectorized.

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Unit;
use crate::exponential::{exp, sigmoid};

/// Partial sums and products: they hide the latency of an operation.
const LANES: usize = 8;
/// Factors 1 + e^−x ≤ 2 whose product stays in range.
const FACTORS: usize = 512;

impl Unit {
    /// Draws one unit per input; the same as drawing them in order.
    pub(crate) fn draw_all(self, inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        let (slope, low) = match self {
            Self::Spin => (2.0, -1.0),
            Self::Binary => (1.0, 0.0),
            _ => {
                for (value, &input) in values.iter_mut().zip(inputs) {
                    *value = self.draw(input, rng);
                }
                return;
            }
        };
        // Two loops: the first is vectorized, the generator is not.
        for (value, input) in values.iter_mut().zip(inputs) {
            *value = sigmoid(slope * input);
        }
        for value in values {
            let uniform: f64 = StandardUniform.sample(rng);
            *value = if uniform < *value { 1.0 } else { low };
        }
    }

    /// Mean of one unit per input.
    pub(crate) fn mean_all(self, inputs: &[f64], means: &mut [f64]) {
        let pairs = means.iter_mut().zip(inputs);
        // One loop for each of the common units, without a branch inside.
        match self {
            Self::Spin => pairs.for_each(|(mean, &input)| *mean = Self::Spin.mean(input)),
            Self::Binary => pairs.for_each(|(mean, &input)| *mean = Self::Binary.mean(input)),
            _ => pairs.for_each(|(mean, &input)| *mean = self.mean(input)),
        }
    }

    /// Σ φ(scale · I) over the inputs.
    ///
    /// Of units with two values the logarithms of many factors 1 + e^−x are taken together.
    pub(crate) fn cumulant_sum(self, inputs: &[f64], scale: f64) -> f64 {
        match self {
            Self::Spin => logarithms(inputs, |input| {
                let size = (scale * input).abs();
                (size, exp(-2.0 * size))
            }),
            Self::Binary => logarithms(inputs, |input| {
                let input = scale * input;
                (input.max(0.0), exp(-input.abs()))
            }),
            _ => inputs.iter().map(|&i| self.cumulant(scale * i)).sum(),
        }
    }
}

/// Σ (a + ln(1 + b)) over the pairs (a, b ≤ 1) of all inputs.
fn logarithms(inputs: &[f64], pair: impl Fn(f64) -> (f64, f64)) -> f64 {
    let some = |inputs: &[f64]| {
        let (mut sums, mut products) = ([0.0; LANES], [1.0; LANES]);
        let (lanes, rest) = inputs.as_chunks::<LANES>();
        for inputs in lanes {
            for lane in 0..LANES {
                let (a, b) = pair(inputs[lane]);
                sums[lane] += a;
                products[lane] *= 1.0 + b;
            }
        }
        for (lane, &input) in rest.iter().enumerate() {
            let (a, b) = pair(input);
            sums[lane] += a;
            products[lane] *= 1.0 + b;
        }
        sums.iter().sum::<f64>() + products.iter().product::<f64>().ln()
    };
    inputs.chunks(FACTORS).map(some).sum()
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;
    use crate::stream::stream;

    const UNITS: [Unit; 5] = [
        Unit::Spin,
        Unit::Binary,
        Unit::Gaussian,
        Unit::DoubleWell { theta: -1.5 },
        Unit::Rectified,
    ];

    fn inputs() -> Vec<f64> {
        (-700..900).map(|i| 0.011 * f64::from(i)).collect()
    }

    #[test]
    fn drawing_many_units_is_drawing_one_by_one() {
        let inputs = inputs();
        for unit in UNITS {
            let (mut one, mut many) = (stream(4, "draws", 0), stream(4, "draws", 0));
            let expected: Vec<_> = inputs.iter().map(|&i| unit.draw(i, &mut one)).collect();
            let mut values = vec![0.0; inputs.len()];
            unit.draw_all(&inputs, &mut values, &mut many);
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn means_and_cumulants_of_many_units_are_those_of_each() {
        let inputs = inputs();
        for unit in UNITS {
            let mut means = vec![0.0; inputs.len()];
            unit.mean_all(&inputs, &mut means);
            let expected: Vec<_> = inputs.iter().map(|&i| unit.mean(i)).collect();
            assert_eq!(means, expected);
            for scale in [0.0, 0.7] {
                for some in [&inputs[..5], &inputs] {
                    let sum: f64 = some.iter().map(|&i| unit.cumulant(scale * i)).sum();
                    // Rounding of 1600 terms and of products of 512 factors.
                    let many = unit.cumulant_sum(some, scale);
                    assert_relative_eq!(many, sum, max_relative = 1e-12);
                }
            }
        }
    }
}
