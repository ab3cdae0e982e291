//! Numbers of independent runs as typed.

use anyhow::{Context, Error, Result, ensure};
use std::ops::Range;
use std::str::FromStr;

/// The most runs of one command.
const MOST: u32 = 10_000;

/// `R` runs, numbered from 0, or those numbered A to B − 1: `A:B`, as columns of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Replicas {
    first: u32,
    end: u32,
}

impl Replicas {
    /// Their numbers.
    pub(crate) fn numbers(self) -> Range<usize> {
        let number = |number: u32| usize::try_from(number).expect("32 bits fit");
        number(self.first)..number(self.end)
    }
}

impl FromStr for Replicas {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (first, end) = text.split_once(':').unwrap_or(("0", text));
        let number = |text: &str| text.parse::<u32>().ok();
        let bounds = number(first).zip(number(end));
        let (first, end) =
            bounds.context("write R, or A:B: 20:30 are ten of them, numbered from 20")?;
        ensure!(
            first < end,
            "there are none; write R from 1, or A:B with A below B"
        );
        ensure!(end - first <= MOST, "at most {MOST} in one command");
        Ok(Self { first, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_are_counted_or_numbered() {
        let numbers = |text: &str| text.parse::<Replicas>().ok().map(Replicas::numbers);
        assert_eq!(numbers("3"), Some(0..3));
        assert_eq!(numbers("20:30"), Some(20..30));
        for wrong in [
            "0", "3:3", "4:3", "-1", "1:", ":", "x", "1:2:3", "10001", "0:10001", "1.5",
        ] {
            assert_eq!(numbers(wrong), None, "{wrong}");
        }
    }
}
