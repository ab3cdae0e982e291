//! Sixty-four independent binary variables in a word.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Draws words of 64 independent bits, each 1 with one probability p.
///
/// A bit is 1 iff a uniform number, read digit by digit from as many random words as needed, lies below p. A lane is
/// decided at the first binary digit in which the two differ, so that a word costs about 7.3 random words on
/// average (log₂ 64 + γ/ln 2 + 1/2, the mean of the largest of 64 geometric variables) for any p but short dyadic ones, and
/// the law is exactly that of the f64 value p: no digit of p is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BernoulliWord {
    /// Zeros between the binary point of p and its first digit 1.
    leading_zeros: u32,
    /// The digits of p from the first 1 on, from the top bit downwards; 0 stands for p = 0.
    digits: u64,
    /// p = 1.
    certain: bool,
}

impl BernoulliWord {
    /// Bits with the probability `p`, clamped to [0, 1]; a subnormal p (below 2⁻¹⁰²²) counts as 0.
    pub(crate) fn new(p: f64) -> Self {
        if p >= 1.0 {
            return Self {
                leading_zeros: 0,
                digits: 0,
                certain: true,
            };
        }
        if p.is_nan() || p < f64::MIN_POSITIVE {
            return Self {
                leading_zeros: 0,
                digits: 0,
                certain: false,
            };
        }
        // p = 1.mantissa × 2^(exponent − 1023) with exponent ≤ 1022 because p < 1.
        let exponent = (p.to_bits() >> 52) & 0x7ff;
        let leading_zeros = u32::try_from(1022 - exponent).expect("1 ≤ exponent ≤ 1022");
        Self {
            leading_zeros,
            digits: (1 << 63) | (p.to_bits() << 11),
            certain: false,
        }
    }

    /// The next 64 bits.
    #[inline]
    pub(crate) fn draw(self, rng: &mut Xoshiro256PlusPlus) -> u64 {
        if self.digits == 0 {
            return if self.certain { u64::MAX } else { 0 };
        }
        let mut undecided = u64::MAX;
        for _ in 0..self.leading_zeros {
            undecided &= !rng.next_u64();
            if undecided == 0 {
                return 0;
            }
        }
        let mut ones = 0;
        let mut digits = self.digits;
        while undecided != 0 && digits != 0 {
            let word = rng.next_u64();
            let digit = 0_u64.wrapping_sub(digits >> 63); // all ones where the digit is 1
            ones |= undecided & digit & !word;
            undecided &= !(word ^ digit);
            digits <<= 1;
        }
        ones // lanes still undecided equal p and are therefore not below it
    }
}

/// A uniform number in [0, 1) with 53 binary digits from the top bits of `word`.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit a f64 exactly")]
pub(crate) fn uniform(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

/// Bit i becomes the parity of the bits 0..=i.
#[inline]
pub(crate) fn prefix_parity(mut word: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        word ^= word << shift;
    }
    word
}

/// The lowest `count` bits set, `count` ≤ 64.
pub(crate) fn low_bits(count: usize) -> u64 {
    if count >= 64 {
        u64::MAX
    } else {
        (1 << count) - 1
    }
}

/// Bits of a byte as spins, 0 → +1 and 1 → −1, the lowest bit first.
static SPINS: [[i8; 8]; 256] = {
    let mut table = [[1; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut i = 0;
        while i < 8 {
            if byte >> i & 1 == 1 {
                table[byte][i] = -1;
            }
            i += 1;
        }
        byte += 1;
    }
    table
};

/// Writes the first `row.len()` bits of `words` as spins: 0 → +1, 1 → −1.
#[inline]
pub(crate) fn write_spins(words: &[u64], row: &mut [i8]) {
    for (word, spins) in words.iter().zip(row.chunks_mut(64)) {
        let bytes = word.to_le_bytes();
        let (whole, rest) = spins.as_chunks_mut::<8>();
        for (spins, &byte) in whole.iter_mut().zip(&bytes) {
            *spins = SPINS[usize::from(byte)];
        }
        if !rest.is_empty() {
            let last = SPINS[usize::from(bytes[whole.len()])];
            rest.copy_from_slice(&last[..rest.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::stream;

    #[test]
    fn bits_have_their_probability_in_every_lane() {
        let mut rng = stream(1, "bernoulli", 0);
        let words = 20_000;
        for p in [0.0, 1e-300, 1e-4, 0.25, 0.3, 0.5, 0.75, 0.999, 1.0] {
            let law = BernoulliWord::new(p);
            let mut counts = [0_i32; 64];
            for _ in 0..words {
                let word = law.draw(&mut rng);
                for (lane, count) in counts.iter_mut().enumerate() {
                    *count += i32::from(word >> lane & 1 == 1);
                }
            }
            let mean = f64::from(words) * p;
            // The largest of 64 Gaussian deviations exceeds 5σ with probability 4e-5; + 4 for the skewed law at p = 1e-4.
            let allowed =
                5.0 * (mean * (1.0 - p)).sqrt() + if p > 0.0 && p < 0.01 { 4.0 } else { 0.0 };
            for count in counts {
                assert!(
                    (f64::from(count) - mean).abs() <= allowed,
                    "p = {p}: {count} of {words}"
                );
            }
        }
    }

    #[test]
    fn dyadic_probabilities_end_their_digits() {
        let half = BernoulliWord::new(0.5);
        assert_eq!((half.leading_zeros, half.digits), (0, 1 << 63));
        let three_sixteenths = BernoulliWord::new(3.0 / 16.0);
        assert_eq!(
            (three_sixteenths.leading_zeros, three_sixteenths.digits),
            (2, 3 << 62)
        );
    }

    #[test]
    fn prefix_parity_agrees_with_a_loop() {
        let word: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut parity = 0;
        for i in 0..64 {
            parity ^= word >> i & 1;
            assert_eq!(prefix_parity(word) >> i & 1, parity);
        }
    }

    #[test]
    fn spins_are_written_for_any_length() {
        let words = [0xf00d_dead_beef_1234_u64, 0x0123_4567_89ab_cdef];
        for length in [1, 7, 8, 63, 64, 65, 100, 128] {
            let mut row = vec![0; length];
            write_spins(&words, &mut row);
            for (i, &spin) in row.iter().enumerate() {
                assert_eq!(
                    spin,
                    if words[i / 64] >> (i % 64) & 1 == 1 {
                        -1
                    } else {
                        1
                    }
                );
            }
        }
    }
}
