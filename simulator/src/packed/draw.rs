//! Two-valued units given their inputs, all units of a word at once.

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::generator::Generator;
use super::two_values;
use super::{Bits, Block, WORD, single};
use crate::bits::low_bits;
use crate::exponential::exp_single;
use crate::machine::Layer;

/// Configurations drawn with one generator.
const ROWS: usize = 512;
/// Units below which a second thread costs more than it saves.
const LARGE: usize = 1 << 15;

/// The values of two-valued units and how they depend on their inputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Values {
    pub(crate) low: f32,
    step: f32,
    /// 1/(1 + exp(−slope · input)) is the probability of the larger value: the difference of the values.
    pub(crate) slope: f32,
}

impl Values {
    pub(crate) fn of(layer: &Layer) -> Self {
        let [low, high] = two_values(layer).map(single);
        Self {
            low,
            step: high - low,
            slope: high - low,
        }
    }

    /// The smaller and the larger one.
    pub(crate) fn both(self) -> [f32; 2] {
        [self.low, self.low + self.step]
    }

    /// Factor · the mean of a unit given its input.
    #[inline(always)]
    pub(super) fn mean(self, input: f32, factor: f32) -> f32 {
        let rise = factor * self.step / (1.0 + exp_single(-self.slope * input));
        factor * self.low + rise
    }

    /// Writes factor · the mean of the unit at each input.
    pub(crate) fn write_means(self, inputs: &[Block], factor: f32, means: &mut [Block]) {
        let task = |(inputs, means): (&[Block], &mut [Block])| {
            pulp::Arch::new().dispatch(WriteMeans {
                values: self,
                factor,
                inputs,
                means,
            });
        };
        if inputs.len() * WORD < LARGE {
            task((inputs, means));
        } else {
            let pieces = inputs.par_chunks(ROWS).zip(means.par_chunks_mut(ROWS));
            pieces.for_each(task);
        }
    }
}

/// The field scale · input + offset of every unit; with probability 1/(1 + exp(−field)) it has its larger value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) scale: f32,
    /// One block for 64 units; none for offsets of 0.
    pub(crate) offsets: Option<&'a [Block]>,
}

/// Draws all units of all configurations.
///
/// A unit compares the probability p ≤ 1/2 of its less likely value with 31 random bits and half a step. So probabilities
/// are right to 2⁻³² absolutely, and up to 1e-6 relatively by rounding; values less likely than 2⁻³² do not occur.
///
/// The key names the random numbers. Each 64 units of 512 configurations have a generator of their own, so that threads
/// change nothing.
pub(crate) fn draw(inputs: &[Block], field: Field<'_>, key: u64, bits: &mut Bits) {
    draw_each(inputs, &[field], key, bits);
}

/// Draws all units, as many configurations after another with each of the fields.
pub(crate) fn draw_each(inputs: &[Block], fields: &[Field<'_>], key: u64, bits: &mut Bits) {
    let (rows, units) = (bits.rows(), bits.units());
    let parallel = rows * units >= LARGE;
    let some = rows / fields.len();
    let pieces = some.div_ceil(ROWS);
    let task = |(word, (inputs, words)): (usize, (&[Block], &mut [u64]))| {
        let parts = inputs.chunks(some).zip(words.chunks_mut(some));
        for (part, (field, (inputs, words))) in fields.iter().zip(parts).enumerate() {
            let offsets = field.offsets.map_or_else(Block::default, |o| o[word]);
            let first = (word * fields.len() + part) * pieces;
            let some = inputs.chunks(ROWS).zip(words.chunks_mut(ROWS));
            for (piece, (inputs, words)) in some.enumerate() {
                pulp::Arch::new().dispatch(Draw {
                    inputs,
                    scale: field.scale,
                    offsets,
                    mask: low_bits(units - word * WORD),
                    generator: Generator::new(key, (first + piece) as u64),
                    words,
                });
            }
        }
    };
    let words = bits.words_mut();
    if parallel {
        let pairs = inputs
            .par_chunks_exact(rows)
            .zip(words.par_chunks_exact_mut(rows));
        pairs.enumerate().for_each(task);
    } else {
        let pairs = inputs.chunks_exact(rows).zip(words.chunks_exact_mut(rows));
        pairs.enumerate().for_each(task);
    }
}

struct Draw<'a> {
    inputs: &'a [Block],
    scale: f32,
    offsets: Block,
    /// The units that exist.
    mask: u64,
    generator: Generator,
    words: &'a mut [u64],
}

impl NullaryFnOnce for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let mut fields = [0.0; WORD];
        let mut uniforms = [0.0; WORD];
        let offsets = self.offsets.lanes();
        for (inputs, word) in self.inputs.iter().zip(self.words) {
            self.generator.uniforms(&mut uniforms);
            for ((field, input), offset) in fields.iter_mut().zip(inputs.lanes()).zip(offsets) {
                *field = self.scale * input + offset;
            }
            *word = compare(&fields, &uniforms) & self.mask;
        }
    }
}

/// Lanes of a comparison.
const LANES: usize = 8;

/// Bit i is 1 with probability 1/(1 + e^−field) if the number i is uniform.
#[inline(always)]
fn compare(fields: &[f32; WORD], uniforms: &[f32; WORD]) -> u64 {
    let mut words = [0_u64; 2];
    for (half, word) in words.iter_mut().enumerate() {
        let mut masks = [0_u32; LANES];
        for some in 0..WORD / 2 / LANES {
            for (lane, mask) in masks.iter_mut().enumerate() {
                let at = some * LANES + lane;
                let (field, uniform) =
                    (fields[half * WORD / 2 + at], uniforms[half * WORD / 2 + at]);
                let weight = exp_single(-field.abs());
                // u < w/(1 + w): the less likely value, the smaller one for a positive field.
                let rare = uniform * (1.0 + weight) < weight;
                *mask |= u32::from(rare == (field < 0.0)) << at;
            }
        }
        for mask in masks {
            *word |= u64::from(mask);
        }
    }
    words[0] | words[1] << (WORD / 2)
}

struct WriteMeans<'a> {
    values: Values,
    factor: f32,
    inputs: &'a [Block],
    means: &'a mut [Block],
}

impl NullaryFnOnce for WriteMeans<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (inputs, means) in self.inputs.iter().zip(self.means) {
            for (&input, mean) in inputs.lanes().iter().zip(means.lanes_mut()) {
                *mean = self.values.mean(input, self.factor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::unit::Unit;

    const FIELDS: [f32; 8] = [-9.0, -3.0, -0.7, -1e-3, 0.0, 0.2, 2.5, 8.0];

    /// Blocks whose units have the fields in turn.
    fn inputs(rows: usize) -> Vec<Block> {
        let mut block = Block::default();
        for (i, lane) in block.lanes_mut().iter_mut().enumerate() {
            *lane = FIELDS[i % FIELDS.len()];
        }
        vec![block; rows]
    }

    #[test]
    fn every_unit_has_the_probability_of_its_field() {
        let rows = 100_000;
        let mut offset = Block::default();
        offset.lanes_mut().fill(0.3);
        let offsets = [offset];
        let field = Field {
            scale: 0.9,
            offsets: Some(&offsets),
        };
        let mut bits = Bits::zeros(rows, 60);
        draw(&inputs(rows), field, 7, &mut bits);
        let values = bits.to_columns([0.0, 1.0]);
        for i in 0..60 {
            let count: f64 = values.row(i).iter().sum();
            let field = 0.9 * f64::from(FIELDS[i % FIELDS.len()]) + 0.3;
            let p = 1.0 / (1.0 + (-field).exp());
            let n = 1e5;
            // 60 counts exceed 4.5σ together with probability 4e-4; half a count for rare ones.
            let error = count - n * p;
            assert!(
                error.abs() < 4.5 * (n * p * (1.0 - p)).sqrt() + 0.5,
                "{i} {error}"
            );
        }
        // Units that do not exist stay at 0.
        assert!(bits.groups().flatten().all(|word| word >> 60 == 0));
    }

    #[test]
    fn uniform_numbers_decide_exactly_at_the_probability() {
        // On either side of the probability of the less likely value, for fields of both signs up to extremes.
        let word = |field, uniform| compare(&[field; WORD], &[uniform; WORD]);
        for field in [1e-3_f32, 0.3, 5.0, 12.0, 20.0, 40.0] {
            let p = 1.0 / (1.0 + f64::from(field).exp());
            for (uniform, larger) in [(p * (1.0 - 2e-6), 0), (p * (1.0 + 2e-6), u64::MAX)] {
                assert_eq!(word(field, single(uniform)), larger, "{field} {uniform}");
                assert_eq!(word(-field, single(uniform)), !larger, "{field} {uniform}");
            }
        }
        // The smallest number that is drawn.
        assert_eq!(word(f32::INFINITY, 2.0_f32.powi(-32)), u64::MAX);
        assert_eq!(word(f32::NEG_INFINITY, 2.0_f32.powi(-32)), 0);
    }

    #[test]
    fn threads_draw_the_same_units() {
        let inputs = inputs(3 * 1100);
        let bits = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let mut bits = Bits::zeros(1100, 150);
            let field = Field {
                scale: 1.0,
                offsets: None,
            };
            let pool = pool.build().unwrap();
            pool.install(|| draw(&inputs, field, 11, &mut bits));
            bits
        };
        const { assert!(1100 * 150 > LARGE) };
        assert_eq!(bits(1), bits(2));
    }

    #[test]
    fn means_are_those_of_the_units() {
        for unit in [Unit::Spin, Unit::Binary] {
            let values = Values::of(&Layer::unbiased(unit, 1).unwrap());
            let inputs = inputs(600);
            let mut means = vec![Block::default(); inputs.len()];
            values.write_means(&inputs, -0.5, &mut means);
            for block in &means {
                for (i, &mean) in block.lanes().iter().enumerate() {
                    let expected = -0.5 * unit.mean(f64::from(FIELDS[i % FIELDS.len()]));
                    // Rounding of numbers of order one.
                    assert_abs_diff_eq!(f64::from(mean), expected, epsilon = 2e-7);
                }
            }
        }
    }
}
