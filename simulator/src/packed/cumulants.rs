//! Cumulants of all units of a word at once.

use pulp::NullaryFnOnce;

use super::{Block, Values, WORD, single};
use crate::exponential::{exp, exp_single};

/// Partial sums and products: they hide the latency of an operation.
const LANES: usize = 8;

/// Steps of a field up to which the series of [`mean_rise`] is right to single precision.
const SMALL: f32 = 1.0 / 16.0;

/// Adds to a number per configuration sign · Σ (φ(β′ I) − φ(β I)) over all units with the inputs I, for (β, β′).
///
/// There are as many `units`; those beyond the last have no inputs and add nothing. Where all steps are small, the difference is taken as a whole: its
/// error is that of single precision relative to (β′ − β) Σ |I|, so that of a sum over many temperatures is that of inputs in
/// single precision. Otherwise both cumulants are computed in double precision.
pub(crate) fn add_cumulants(
    inputs: &[Block],
    units: usize,
    values: Values,
    betas: (f64, f64),
    sign: f64,
    sums: &mut [f64],
) {
    for (word, inputs) in inputs.chunks_exact(sums.len()).enumerate() {
        pulp::Arch::new().dispatch(Differences {
            inputs,
            units: WORD.min(units - word * WORD),
            values,
            betas,
            sign,
            sums,
        });
    }
}

struct Differences<'a> {
    inputs: &'a [Block],
    units: usize,
    values: Values,
    betas: (f64, f64),
    sign: f64,
    sums: &'a mut [f64],
}

impl NullaryFnOnce for Differences<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (beta, other) = self.betas;
        let step = other - beta;
        let scales = [beta, step].map(|x| self.values.slope * single(x));
        let used = self.units.div_ceil(LANES);
        for (inputs, sum) in self.inputs.iter().zip(self.sums) {
            let inputs = &inputs.lanes().as_chunks::<LANES>().0[..used];
            let difference = if are_small(inputs, scales[1]) {
                step * f64::from(small_steps(inputs, self.values, scales))
            } else {
                large_steps(inputs, self.values, self.betas)
            };
            *sum += self.sign * difference;
        }
    }
}

/// Whether all steps of the fields are small.
#[inline(always)]
fn are_small(inputs: &[[f32; LANES]], scale: f32) -> bool {
    let mut largest = [0.0_f32; LANES];
    for inputs in inputs {
        for lane in 0..LANES {
            largest[lane] = largest[lane].max((scale * inputs[lane]).abs());
        }
    }
    largest.iter().all(|&step| step <= SMALL)
}

/// Σ (φ(β′ I) − φ(β I))/(β′ − β) for small steps; the scales turn inputs into fields s and their steps d.
#[inline(always)]
fn small_steps(inputs: &[[f32; LANES]], values: Values, scales: [f32; 2]) -> f32 {
    let mut sums = [0.0; LANES];
    for inputs in inputs {
        for lane in 0..LANES {
            let (field, step) = (scales[0] * inputs[lane], scales[1] * inputs[lane]);
            let mean = values.low + values.slope * mean_rise(field, step);
            sums[lane] += inputs[lane] * mean;
        }
    }
    sums.iter().sum()
}

/// ln((1 + `e^(s + d)`)/(1 + `e^s`))/d for small d, by the cumulants of a unit of 0 and 1 in the field s.
#[inline(always)]
fn mean_rise(field: f32, step: f32) -> f32 {
    let weight = exp_single(-field.abs());
    let rare = weight / (1.0 + weight);
    let variance = rare * (1.0 - rare);
    let mean = if field < 0.0 { rare } else { 1.0 - rare };
    let fourth = (1.0 - 6.0 * variance) / 24.0;
    let third = (1.0 - 2.0 * mean) / 6.0;
    mean + step * variance * (0.5 + step * (third + step * fourth))
}

/// Σ (φ(β′ I) − φ(β I)) with φ(I) = max(s, 0) + ln(1 + e^−|s|) + low · I, s = slope · I; a logarithm is taken once for 64
/// units.
#[inline(always)]
fn large_steps(inputs: &[[f32; LANES]], values: Values, (beta, other): (f64, f64)) -> f64 {
    let (slope, low) = (f64::from(values.slope), f64::from(values.low));
    let mut linear = [0.0; LANES];
    let (mut above, mut below) = ([1.0; LANES], [1.0; LANES]);
    for inputs in inputs {
        for lane in 0..LANES {
            let input = f64::from(inputs[lane]);
            let (s, t) = (slope * beta * input, slope * other * input);
            linear[lane] += t.max(0.0) - s.max(0.0) + low * (other - beta) * input;
            above[lane] *= 1.0 + exp(-t.abs());
            below[lane] *= 1.0 + exp(-s.abs());
        }
    }
    let ratio = above.iter().product::<f64>() / below.iter().product::<f64>();
    linear.iter().sum::<f64>() + ratio.ln()
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::machine::Layer;
    use crate::unit::Unit;

    #[test]
    fn differences_are_those_of_the_units() {
        let mut blocks = vec![Block::default(); 6];
        for (i, lane) in (0..).zip(blocks.iter_mut().flat_map(Block::lanes_mut)) {
            *lane = 0.37 * f32::from(i16::from(i % 200 < 100)) * (f32::from(i % 97_i16) - 48.0);
        }
        for unit in [Unit::Spin, Unit::Binary] {
            let values = Values::of(&Layer::unbiased(unit, 1).unwrap());
            // Three configurations of 128 units with inputs up to 18; small steps of the fields, also from β = 0, and large ones.
            for betas in [
                (0.5, 0.501),
                (0.001, 0.0),
                (1.0, 0.9991),
                (1.0, 0.2),
                (0.3, 0.0),
            ] {
                let mut sums = [1.0; 3];
                add_cumulants(&blocks, 2 * WORD, values, betas, -1.0, &mut sums);
                for (row, &sum) in sums.iter().enumerate() {
                    let inputs = [blocks[row], blocks[3 + row]];
                    let is_small = |block: &Block| {
                        let step = values.slope * single(betas.1 - betas.0);
                        block.lanes().iter().all(|x| (step * x).abs() <= SMALL)
                    };
                    let has_small = inputs.iter().any(is_small);
                    let inputs = inputs.iter().flat_map(|block| block.lanes().to_vec());
                    let difference: f64 = inputs
                        .map(|x| {
                            let x = f64::from(x);
                            unit.cumulant(betas.1 * x) - unit.cumulant(betas.0 * x)
                        })
                        .sum();
                    // Single precision of up to 128 small steps; rounding of 128 terms of size ten.
                    let epsilon = if has_small {
                        128.0 / 16.0 * 1e-7
                    } else {
                        1e-11
                    };
                    assert_abs_diff_eq!(sum, 1.0 - difference, epsilon = epsilon);
                }
            }
        }
    }

    #[test]
    fn the_mean_rise_is_that_of_the_cumulant() {
        for i in -400..=400 {
            let field = 0.1 * f64::from(i);
            for step in [-0.0625, -0.03, -1e-3, 0.01, 0.0625] {
                let (field, step) = (single(field), single(step));
                let [s, d] = [field, step].map(f64::from);
                let expected = (Unit::Binary.cumulant(s + d) - Unit::Binary.cumulant(s)) / d;
                let found = f64::from(mean_rise(field, step));
                // Single precision of a number up to 1, the next term 0.1 d⁴/120, and the rounding of φ ≤ 40 over d ≥ 1e-3.
                assert_abs_diff_eq!(found, expected, epsilon = 3e-7);
            }
        }
    }
}
