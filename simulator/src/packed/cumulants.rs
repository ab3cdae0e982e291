//! Cumulants of all units of a word at once.

use pulp::NullaryFnOnce;

use super::{Block, Values};
use crate::exponential::exp;

/// Partial sums and products: they hide the latency of an operation.
const LANES: usize = 8;

/// Adds to a number per configuration sign · Σ (φ(β′ I) − φ(β I)) over all units with the inputs I, for (β, β′).
///
/// Numbers are in double precision. Units beyond the last have no inputs and add nothing.
pub(crate) fn add_cumulants(
    inputs: &[Block],
    values: Values,
    betas: (f64, f64),
    sign: f64,
    sums: &mut [f64],
) {
    for inputs in inputs.chunks_exact(sums.len()) {
        pulp::Arch::new().dispatch(Differences {
            inputs,
            values,
            betas,
            sign,
            sums,
        });
    }
}

struct Differences<'a> {
    inputs: &'a [Block],
    values: Values,
    betas: (f64, f64),
    sign: f64,
    sums: &'a mut [f64],
}

impl NullaryFnOnce for Differences<'_> {
    type Output = ();

    /// φ(I) = max(s, 0) + ln(1 + e^−|s|) + low · I with s = slope · I; a logarithm is taken once for 64 units.
    #[inline(always)]
    fn call(self) {
        let (slope, low) = (f64::from(self.values.slope), f64::from(self.values.low));
        let (beta, other) = self.betas;
        for (inputs, sum) in self.inputs.iter().zip(self.sums) {
            let mut linear = [0.0; LANES];
            let (mut above, mut below) = ([1.0; LANES], [1.0; LANES]);
            for inputs in inputs.lanes().as_chunks::<LANES>().0 {
                for lane in 0..LANES {
                    let input = f64::from(inputs[lane]);
                    let (s, t) = (slope * beta * input, slope * other * input);
                    linear[lane] += t.max(0.0) - s.max(0.0) + low * (other - beta) * input;
                    above[lane] *= 1.0 + exp(-t.abs());
                    below[lane] *= 1.0 + exp(-s.abs());
                }
            }
            let ratio = above.iter().product::<f64>() / below.iter().product::<f64>();
            *sum += self.sign * (linear.iter().sum::<f64>() + ratio.ln());
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

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
            // Three configurations of 128 units; a small step, a large one and one from β = 0.
            for betas in [(0.5, 0.501), (1.0, 0.2), (0.3, 0.0)] {
                let mut sums = [1.0; 3];
                add_cumulants(&blocks, values, betas, -1.0, &mut sums);
                for (row, &sum) in sums.iter().enumerate() {
                    let inputs = [blocks[row], blocks[3 + row]];
                    let inputs = inputs.iter().flat_map(|block| block.lanes().to_vec());
                    let difference: f64 = inputs
                        .map(|x| {
                            let x = f64::from(x);
                            unit.cumulant(betas.1 * x) - unit.cumulant(betas.0 * x)
                        })
                        .sum();
                    // Rounding of 128 terms of size ten.
                    assert_relative_eq!(sum, 1.0 - difference, epsilon = 1e-11);
                }
            }
        }
    }
}
