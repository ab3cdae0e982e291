//! Random numbers for all units of a word at once.

use super::{LANES, WORD};
use crate::stream::{GOLDEN_GAMMA, split_mix};

/// Sixteen independent generators xoshiro128++ side by side, so that one instruction serves several of them.
///
/// # References
/// Blackman & Vigna, ACM Trans. Math. Softw. 47, 36 (2021).
#[derive(Debug, Clone)]
pub(super) struct Generator {
    state: [[u32; LANES]; 4],
}

impl Generator {
    /// The generators number `index` of a key, their states from `SplitMix64` as its authors advise.
    pub(super) fn new(key: u64, index: u64) -> Self {
        let mut at = split_mix(key ^ split_mix(index));
        let mut next = || {
            at = at.wrapping_add(GOLDEN_GAMMA);
            split_mix(at)
        };
        let mut state = [[0; LANES]; 4];
        for pair in state.as_flattened_mut().as_chunks_mut::<2>().0 {
            let word = next();
            *pair = [high(word), high(word << 32)];
        }
        Self { state }
    }

    /// The next numbers of all generators.
    #[inline(always)]
    pub(super) fn next(&mut self) -> [u32; LANES] {
        let [a, b, c, d] = &mut self.state;
        let mut words = [0; LANES];
        for lane in 0..LANES {
            let sum = a[lane].wrapping_add(d[lane]);
            words[lane] = sum.rotate_left(7).wrapping_add(a[lane]);
            let shifted = b[lane] << 9;
            c[lane] ^= a[lane];
            d[lane] ^= b[lane];
            b[lane] ^= c[lane];
            a[lane] ^= d[lane];
            c[lane] ^= shifted;
            d[lane] = d[lane].rotate_left(11);
        }
        words
    }

    /// One uniform number in (0, 1] for each unit of a word, (k + 1/2)/2³¹ rounded to single precision.
    #[inline(always)]
    pub(super) fn uniforms(&mut self, uniforms: &mut [f32; WORD]) {
        for to in uniforms.as_chunks_mut::<LANES>().0 {
            let words = self.next();
            for (to, word) in to.iter_mut().zip(words) {
                *to = uniform(word);
            }
        }
    }
}

/// The upper half of a word.
fn high(word: u64) -> u32 {
    (word >> 32) as u32
}

/// 31 bits, since processors convert signed integers.
#[inline(always)]
#[expect(
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "31 bits have no sign; rounding is meant"
)]
fn uniform(word: u32) -> f32 {
    const STEP: f32 = 1.0 / (1_u32 << 31) as f32;
    ((word >> 1) as i32 as f32 + 0.5) * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_are_those_of_its_authors() {
        // xoshiro128plusplus.c from the state 1, 2, 3, 4, in every lane.
        let mut generator = Generator {
            state: [[1; LANES], [2; LANES], [3; LANES], [4; LANES]],
        };
        for expected in [641, 1_573_767, 3_222_811_527, 3_517_856_514] {
            assert_eq!(generator.next(), [expected; LANES]);
        }
    }

    #[test]
    fn lanes_and_keys_have_different_states() {
        let states: Vec<_> = [(0, 0), (0, 1), (1, 0), (1, 1)]
            .into_iter()
            .flat_map(|(key, index)| Generator::new(key, index).state.concat())
            .collect();
        for (i, word) in states.iter().enumerate() {
            // 256 random words: two are equal with probability 8e-6.
            assert!(!states[..i].contains(word));
        }
    }

    #[test]
    fn units_get_uniform_and_independent_numbers() {
        let mut generator = Generator::new(3, 0);
        let (draws, bins) = (20_000, 50.0_f32);
        let mut counts = vec![[0.0_f64; 50]; WORD];
        let mut products = [0.0_f64; WORD];
        let mut before = [0.5; WORD];
        for _ in 0..draws {
            let mut uniforms = [0.0; WORD];
            generator.uniforms(&mut uniforms);
            for (i, &u) in uniforms.iter().enumerate() {
                assert!(u > 0.0 && u <= 1.0);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 ≤ u ≤ 1"
                )]
                let bin = ((u * bins) as usize).min(49);
                counts[i][bin] += 1.0;
                // With the number before it in the same unit, and with that of the next unit.
                products[i] += f64::from((u - 0.5) * (before[i] - 0.5));
                products[i] += f64::from((u - 0.5) * (uniforms[(i + 1) % WORD] - 0.5));
            }
            before = uniforms;
        }
        for (counts, product) in counts.iter().zip(products) {
            let chi_square: f64 = counts.iter().map(|c| (c - 400.0).powi(2) / 400.0).sum();
            // 49 degrees of freedom: mean 49, deviation 9.9; 64 units exceed 49 + 5σ together with probability 2e-4.
            assert!(chi_square < 99.0, "{chi_square}");
            // Two sums of terms of variance 1/144; 64 of them exceed 5σ with probability 4e-5.
            assert!(
                product.abs() < 5.0 * (40_000.0_f64).sqrt() / 12.0,
                "{product}"
            );
        }
    }

    #[test]
    fn the_smallest_number_is_half_a_step() {
        approx::assert_relative_eq!(uniform(0), 2.0_f32.powi(-32));
        approx::assert_relative_eq!(uniform(u32::MAX), 1.0);
    }
}
