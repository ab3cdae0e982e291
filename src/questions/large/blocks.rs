//! A table that can be read by blocks, and the part of it that is.

use anyhow::{Result, ensure};
use saddlepoint_simulator::covariance::STRETCH;
use saddlepoint_validation::journal::Shard;
use std::fmt::Debug;
use std::ops::Range;

/// Numbers of a block: 16 MB.
const BLOCK: usize = 1 << 21;

/// The most samples of a block. A stretch of samples is some blocks.
const MOST_ROWS: usize = 512;

/// A table that is read by blocks.
pub trait Blocks: Debug + Send + Sync {
    /// What messages call it.
    fn name(&self) -> String;

    /// What its numbers are, in words: float32.
    fn numbers(&self) -> &'static str;

    /// Number of samples.
    fn rows(&self) -> usize;

    /// Number of variables.
    fn columns(&self) -> usize;

    /// The numbers of some samples and variables, one sample after the other, in `room` if that is of use, whatever it holds.
    ///
    /// # Errors
    /// If they cannot be read, or one of them is not finite.
    fn read(&self, rows: Range<usize>, columns: Range<usize>, room: Vec<f64>) -> Result<Vec<f64>>;

    /// Makes sure that the table is the one that was opened.
    ///
    /// # Errors
    /// If it is not.
    fn check_unchanged(&self) -> Result<()>;
}

/// Samples of a block of this many variables; it depends on nothing else, since sums depend on it.
pub(super) fn rows_of_block(columns: usize) -> usize {
    let most = (BLOCK / columns).clamp(1, MOST_ROWS);
    // STRETCH is a power of two, too.
    1 << most.ilog2()
}

/// Variables of a block of this many samples.
pub(super) fn columns_of_block(rows: usize) -> usize {
    (BLOCK / rows).max(1)
}

/// The samples of one of n equal parts of a table of `rows`, in whole stretches.
///
/// # Errors
/// If there are more parts than stretches.
pub fn range(shard: Shard, rows: usize) -> Result<Range<usize>> {
    let (stretches, of) = (rows.div_ceil(STRETCH), shard.of());
    ensure!(
        of <= stretches,
        "--shard {shard}: {rows} samples are {stretches} stretches of {STRETCH} that are summed together; give no more parts than that"
    );
    let start = |number: usize| (number * stretches / of * STRETCH).min(rows);
    Ok(start(shard.number() - 1)..start(shard.number()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_samples_in_whole_stretches() {
        for (rows, of) in [(10 * STRETCH + 7, 4), (STRETCH, 1), (3 * STRETCH - 1, 3)] {
            let parts: Vec<Range<usize>> = (1..=of)
                .map(|number| range(Shard::new(number, of).unwrap(), rows).unwrap())
                .collect();
            assert_eq!((parts[0].start, parts[of - 1].end), (0, rows));
            assert!(
                parts
                    .iter()
                    .all(|part| part.start.is_multiple_of(STRETCH) && !part.is_empty())
            );
            assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
        assert!(range(Shard::new(1, 2).unwrap(), STRETCH).is_err());
    }

    #[test]
    fn blocks_divide_stretches() {
        for columns in [1, 5, 784, 5000, 1 << 20, 1 << 23] {
            let rows = rows_of_block(columns);
            assert!(STRETCH.is_multiple_of(rows));
            assert!(rows * columns <= BLOCK.max(columns));
        }
    }
}
