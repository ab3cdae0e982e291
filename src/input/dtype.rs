//! Numbers as files store them.

use anyhow::{Context, Result, ensure};
use std::io::Read;

/// Bytes that are read at once: whole numbers of any size.
const BLOCK: usize = 1 << 16;

/// Type of a stored number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Float,
    /// The upper half of a number of single precision.
    Brain,
    Signed,
    Unsigned,
    Bool,
}

/// Type, size and byte order of a stored number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dtype {
    pub(super) kind: Kind,
    /// Bytes per number: 1, 2, 4 or 8; not 1 of a float
    pub(super) size: usize,
    pub(super) big_endian: bool,
}

impl Dtype {
    /// The number in `bytes`, of which there are `size`. Integers beyond 2^53 are rounded.
    pub(super) fn decode(self, bytes: &[u8]) -> f64 {
        let mut word = [0; 8];
        for (index, byte) in bytes.iter().enumerate() {
            word[if self.big_endian {
                self.size - 1 - index
            } else {
                index
            }] = *byte;
        }
        let bits = u64::from_le_bytes(word);
        let unused = 64 - 8 * u32::try_from(self.size).unwrap_or(8);
        #[expect(clippy::cast_precision_loss, reason = "as documented")]
        #[expect(clippy::cast_possible_truncation, reason = "a word of 2 or 4 bytes")]
        match (self.kind, self.size) {
            (Kind::Float, 2) => half(bits as u16),
            (Kind::Brain, _) => f64::from(f32::from_bits((bits as u32) << 16)),
            (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Float, _) => f64::from_bits(bits),
            (Kind::Signed, _) => ((bits << unused).cast_signed() >> unused) as f64,
            (Kind::Unsigned, _) => bits as f64,
            (Kind::Bool, _) => f64::from(u8::from(bits != 0)),
        }
    }

    /// The numbers in `bytes`, as many as `to` has places; those that large tables are made of without a look at each.
    pub(super) fn decode_into(self, bytes: &[u8], to: &mut [f64]) {
        let words = bytes.chunks_exact(self.size);
        match (self.kind, self.size, self.big_endian) {
            (Kind::Float, 4, false) => {
                let words = bytes.as_chunks().0;
                let pairs = to.iter_mut().zip(words);
                pairs.for_each(|(to, &word)| *to = f64::from(f32::from_le_bytes(word)));
            }
            (Kind::Float, 8, false) => {
                let words = bytes.as_chunks().0;
                let pairs = to.iter_mut().zip(words);
                pairs.for_each(|(to, &word)| *to = f64::from_le_bytes(word));
            }
            (Kind::Signed, 1, _) => {
                let pairs = to.iter_mut().zip(bytes);
                pairs.for_each(|(to, &byte)| *to = f64::from(byte.cast_signed()));
            }
            (Kind::Unsigned, 1, _) => {
                let pairs = to.iter_mut().zip(bytes);
                pairs.for_each(|(to, &byte)| *to = f64::from(byte));
            }
            _ => {
                let pairs = to.iter_mut().zip(words);
                pairs.for_each(|(to, word)| *to = self.decode(word));
            }
        }
    }

    /// Reads exactly `count` numbers, after which the file must end.
    pub(super) fn read_all(self, mut source: impl Read, count: usize) -> Result<Vec<f64>> {
        let needed = count * self.size;
        let (mut values, mut bytes) = (Vec::new(), Vec::new());
        let mut done = 0;
        while done < needed {
            bytes.clear();
            let block = (needed - done).min(BLOCK);
            source
                .by_ref()
                .take(block as u64)
                .read_to_end(&mut bytes)
                .context("cannot be read")?;
            done += bytes.len();
            ensure!(
                bytes.len() == block,
                "ends after {done} of the {needed} bytes of numbers that its header announces; copy it again"
            );
            let first = values.len();
            values.resize(first + block / self.size, 0.0);
            self.decode_into(&bytes, &mut values[first..]);
        }
        let more = source.read(&mut [0]).context("cannot be read")?;
        ensure!(
            more == 0,
            "goes on after the {needed} bytes of numbers that its header announces"
        );
        Ok(values)
    }
}

/// A number of half precision: a sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2_f64.powi(-14),
        31 if fraction > 0.0 => f64::NAN,
        31 => f64::INFINITY,
        exponent => (1.0 + fraction) * 2_f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type with a number of which each byte matters, in the order of bytes of this machine.
    fn examples() -> Vec<(Kind, Vec<u8>, f64)> {
        let native = |bytes: &[u8]| bytes.to_vec();
        vec![
            (Kind::Bool, native(&[1]), 1.0),
            (Kind::Signed, native(&(-113i8).to_ne_bytes()), -113.0),
            (Kind::Signed, native(&(-30_011i16).to_ne_bytes()), -30_011.0),
            (
                Kind::Signed,
                native(&(-2_000_000_011i32).to_ne_bytes()),
                -2_000_000_011.0,
            ),
            (
                Kind::Signed,
                native(&(-(1i64 << 60)).to_ne_bytes()),
                -(2_f64.powi(60)),
            ),
            (Kind::Unsigned, native(&[0xf1]), 241.0),
            (Kind::Unsigned, native(&60_011u16.to_ne_bytes()), 60_011.0),
            (
                Kind::Unsigned,
                native(&4_000_000_011u32.to_ne_bytes()),
                4_000_000_011.0,
            ),
            (
                Kind::Unsigned,
                native(&(1u64 << 63).to_ne_bytes()),
                2_f64.powi(63),
            ),
            (
                Kind::Float,
                native(&0x3555u16.to_ne_bytes()),
                0.333_251_953_125,
            ),
            (
                Kind::Float,
                native(&(-0.1f32).to_ne_bytes()),
                f64::from(-0.1f32),
            ),
            (Kind::Float, native(&(-0.1f64).to_ne_bytes()), -0.1),
            (Kind::Brain, native(&0xbfc0u16.to_ne_bytes()), -1.5),
        ]
    }

    #[test]
    fn numbers_of_every_type_are_decoded_in_both_orders_of_bytes() {
        for (kind, mut bytes, expected) in examples() {
            let size = bytes.len();
            for big_endian in [cfg!(target_endian = "big"), cfg!(target_endian = "little")] {
                let dtype = Dtype {
                    kind,
                    size,
                    big_endian,
                };
                assert_eq!(
                    dtype.decode(&bytes).to_bits(),
                    f64::to_bits(expected),
                    "{dtype:?}"
                );
                let several = bytes.repeat(3);
                let mut found = [0.0; 3];
                dtype.decode_into(&several, &mut found);
                assert_eq!(
                    found.map(f64::to_bits),
                    [expected.to_bits(); 3],
                    "{dtype:?}"
                );
                bytes.reverse();
            }
        }
    }

    #[test]
    fn a_table_larger_than_a_block_is_read_to_its_end_and_not_beyond() {
        let dtype = Dtype {
            kind: Kind::Unsigned,
            size: 2,
            big_endian: false,
        };
        let count = BLOCK + 1;
        let bytes: Vec<u8> = (0..=250).cycle().take(2 * count).collect();
        let values = dtype.read_all(&bytes[..], count).unwrap();
        assert!(
            values
                .iter()
                .zip(bytes.chunks(2))
                .all(|(x, word)| (x - dtype.decode(word)).abs() <= 0.0)
        );
        assert_eq!(values.len(), count);
        let words = |bytes: &[u8]| dtype.read_all(bytes, count).unwrap_err().to_string();
        assert!(
            words(&bytes[1..]).contains("ends after 131073 of the 131074 bytes"),
            "{}",
            words(&bytes[1..])
        );
        assert!(words(&[&bytes[..], &[0]].concat()).contains("goes on after the 131074 bytes"));
    }

    #[test]
    fn halves_are_those_of_ieee_754() {
        for (bits, expected) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_953_125),
            (0x0001, 2_f64.powi(-24)),
            (0x7bff, 65504.0),
        ] {
            assert!((half(bits) - expected).abs() <= 0.0, "{bits:x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}
