//! Numbers as NPY and IDX files store them.

use anyhow::{Context, Result, ensure};
use std::io::Read;

/// Type of a stored number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Float,
    Signed,
    Unsigned,
    Bool,
}

/// Type, size and byte order of a stored number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dtype {
    pub(super) kind: Kind,
    /// Bytes per number: 1, 2, 4 or 8; 4 or 8 of a float
    pub(super) size: usize,
    pub(super) big_endian: bool,
}

impl Dtype {
    /// The number in `bytes`, of which there are `size`. Integers beyond 2^53 are rounded.
    fn decode(self, bytes: &[u8]) -> f64 {
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
        #[expect(clippy::cast_possible_truncation, reason = "a word of 4 bytes")]
        match (self.kind, self.size) {
            (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Float, _) => f64::from_bits(bits),
            (Kind::Signed, _) => ((bits << unused).cast_signed() >> unused) as f64,
            (Kind::Unsigned, _) => bits as f64,
            (Kind::Bool, _) => f64::from(u8::from(bits != 0)),
        }
    }

    /// Reads exactly `count` numbers, after which the file must end.
    pub(super) fn read_all(self, mut source: impl Read, count: usize) -> Result<Vec<f64>> {
        let needed = count * self.size;
        let mut bytes = Vec::new();
        source
            .by_ref()
            .take(needed as u64)
            .read_to_end(&mut bytes)
            .context("cannot be read")?;
        ensure!(
            bytes.len() == needed,
            "ends after {} of the {needed} bytes of numbers that its header announces; copy it again",
            bytes.len()
        );
        let more = source.read(&mut [0]).context("cannot be read")?;
        ensure!(
            more == 0,
            "goes on after the {needed} bytes of numbers that its header announces"
        );
        Ok(bytes
            .chunks_exact(self.size)
            .map(|bytes| self.decode(bytes))
            .collect())
    }
}
