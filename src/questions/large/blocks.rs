//! A table that can be read by blocks, and the part of it that is.

use anyhow::{Error, Result, ensure};
use saddlepoint_simulator::covariance::STRETCH;
use std::fmt::Debug;
use std::ops::Range;
use std::str::FromStr;

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

    /// The numbers of some samples and variables, one sample after the other.
    ///
    /// # Errors
    /// If they cannot be read, or one of them is not finite.
    fn read(&self, rows: Range<usize>, columns: Range<usize>) -> Result<Vec<f64>>;

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

/// One of n equal parts of the samples of a table, in whole stretches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Number of the part, from 1.
    pub number: usize,
    /// Number of parts.
    pub of: usize,
}

impl FromStr for Part {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parsed = text
            .split_once('/')
            .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let part = parsed.map(|(number, of)| Self { number, of });
        let valid = part.filter(|part| (1..=part.of).contains(&part.number));
        valid.ok_or_else(|| Error::msg("give the number of a part and of all parts, such as 1/4"))
    }
}

impl Part {
    /// The samples of the part of a table of this many.
    ///
    /// # Errors
    /// If there are more parts than stretches.
    pub fn range(self, rows: usize) -> Result<Range<usize>> {
        let stretches = rows.div_ceil(STRETCH);
        ensure!(
            self.of <= stretches,
            "--shard {}/{}: {rows} samples are {stretches} stretches of {STRETCH} that are summed together; give no more parts than that",
            self.number,
            self.of
        );
        let start = |number: usize| (number * stretches / self.of * STRETCH).min(rows);
        Ok(start(self.number - 1)..start(self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_samples_in_whole_stretches() {
        for (rows, of) in [(10 * STRETCH + 7, 4), (STRETCH, 1), (3 * STRETCH - 1, 3)] {
            let parts: Vec<Range<usize>> = (1..=of)
                .map(|number| Part { number, of }.range(rows).unwrap())
                .collect();
            assert_eq!((parts[0].start, parts[of - 1].end), (0, rows));
            assert!(
                parts
                    .iter()
                    .all(|part| part.start.is_multiple_of(STRETCH) && !part.is_empty())
            );
            assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
        assert!(Part { number: 1, of: 2 }.range(STRETCH).is_err());
    }

    #[test]
    fn parts_are_written_with_a_slash() {
        assert_eq!("2/3".parse::<Part>().unwrap(), Part { number: 2, of: 3 });
        for bad in ["0/3", "4/3", "2", "a/b", "1/0"] {
            assert!(bad.parse::<Part>().is_err(), "{bad}");
        }
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
