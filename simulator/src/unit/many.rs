//! Many units of two values at once, in loops that are vectorized.

use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::exponential::sigmoid;

/// Partial sums and products: they hide the latency of an operation.
const LANES: usize = 8;
/// Factors 1 + e^−x ≤ 2 whose product stays in range.
const FACTORS: usize = 512;

/// Draws units of two values, the larger one with the probability 1/(1 + e^−(high − low) I); the same as drawing them in
/// order.
pub(super) fn draw_two_valued(
    [low, high]: [f64; 2],
    inputs: &[f64],
    values: &mut [f64],
    rng: &mut Xoshiro256PlusPlus,
) {
    let slope = high - low;
    // Two loops: the first is vectorized, the generator is not.
    for (value, input) in values.iter_mut().zip(inputs) {
        *value = sigmoid(slope * input);
    }
    for value in values {
        let uniform: f64 = StandardUniform.sample(rng);
        *value = if uniform < *value { high } else { low };
    }
}

/// Σ (a + ln(1 + b)) over the pairs (a, b ≤ 1) of all inputs: the logarithms of many factors are taken together.
pub(super) fn logarithms(inputs: &[f64], pair: impl Fn(f64) -> (f64, f64)) -> f64 {
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

    use crate::Unit;
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
