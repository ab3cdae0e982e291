//! How much a file may hold, and the message that names the limit.

use anyhow::{Result, bail, ensure};

/// The most numbers that a matrix may hold: 1.6 GB of memory.
const MAX_VALUES: usize = 200_000_000;

/// The most numbers for each byte of a compressed file. Deflate packs up to 1032 bytes into one; tables that were measured stay far below this.
const MAX_PER_BYTE: u64 = 250;

/// What a compressed file may hold in any case: 67 MB of memory.
const SMALL: usize = 1 << 23;

/// The most numbers that a file may hold. It is checked before memory is taken, and for all that is built from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    values: usize,
    /// Bytes of a file that is compressed
    packed: Option<u64>,
}

impl Limit {
    /// Of a file whose numbers are there byte by byte.
    pub(super) const PLAIN: Self = Self {
        values: MAX_VALUES,
        packed: None,
    };

    /// Of a compressed file of this many bytes.
    pub(super) fn packed(bytes: u64) -> Self {
        let values = usize::try_from(bytes.saturating_mul(MAX_PER_BYTE)).unwrap_or(MAX_VALUES);
        Self {
            values: values.clamp(SMALL, MAX_VALUES),
            packed: Some(bytes),
        }
    }

    /// The most numbers.
    pub(super) fn values(self) -> usize {
        self.values
    }

    /// Refuses more numbers than the limit.
    pub(super) fn check(self, values: usize) -> Result<()> {
        ensure!(
            values <= self.values,
            "holds more than the limit of {} values{}",
            self.values,
            self.reason()
        );
        Ok(())
    }

    /// Number of rows and of values per row of an array of this shape, all but whose first dimension are flattened.
    pub(super) fn rows_and_columns(self, shape: &[u64]) -> Result<(usize, usize)> {
        ensure!(!shape.is_empty(), "holds a single number, not a matrix");
        ensure!(!shape.contains(&0), "is empty: its shape is {shape:?}");
        let values = shape
            .iter()
            .try_fold(1u64, |product, n| product.checked_mul(*n));
        let values = values
            .and_then(|n| usize::try_from(n).ok())
            .filter(|n| *n <= self.values);
        let Some(values) = values else {
            bail!(
                "its header claims the shape {shape:?}, more than the limit of {} values{}",
                self.values,
                self.reason()
            );
        };
        let rows = usize::try_from(shape[0]).expect("no larger than the number of values");
        Ok((rows, values / rows))
    }

    fn reason(self) -> String {
        match self.packed {
            Some(bytes) if self.values < MAX_VALUES => format!(
                " for {bytes} compressed bytes ({MAX_PER_BYTE} for each, or {SMALL}); if it is no mistake, give the file uncompressed"
            ),
            _ => "; split the file".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_compressed_file_may_hold_grows_with_its_bytes() {
        assert_eq!(Limit::packed(0).values(), SMALL);
        assert_eq!(Limit::packed(100_000).values(), 25_000_000);
        assert_eq!(Limit::packed(u64::MAX).values(), MAX_VALUES);
        let words = Limit::packed(194_000)
            .rows_and_columns(&[200_000_000, 1])
            .unwrap_err()
            .to_string();
        assert!(
            words.contains("48500000 values") && words.contains("194000 compressed bytes"),
            "{words}"
        );
        // Where its size is no reason, nothing is said of it.
        for limit in [Limit::PLAIN, Limit::packed(u64::MAX)] {
            let words = limit.check(MAX_VALUES + 1).unwrap_err().to_string();
            assert!(
                words.ends_with("200000000 values; split the file"),
                "{words}"
            );
        }
        assert!(
            Limit::PLAIN.rows_and_columns(&[200_000_000, 1]).is_ok()
                && Limit::PLAIN.check(MAX_VALUES + 1).is_err()
        );
    }
}
