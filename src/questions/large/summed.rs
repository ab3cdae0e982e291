//! A table by the sums over its samples.

use super::super::data_matrix::Shape;
use super::LargeTable;
use super::blocks::rows_of_block;
use super::exact::Whole;
use super::facts::{Facts, check_size, to_float};
use crate::questions::Monitor;
use anyhow::{Context, Result, ensure};
use saddlepoint_simulator::covariance::{STRETCH, Sums};
use std::ops::Range;

/// Samples whose mean is the origin of the sums: no digits are lost to a mean far from zero.
const HEAD: usize = 256;

/// Sums over the samples of a table or of a part of it.
#[derive(Debug, Clone)]
pub struct Summed {
    /// What messages call the table.
    pub name: String,
    /// Number of samples of the whole table.
    pub table_rows: usize,
    /// The samples that were summed, in stretches one after the other.
    pub range: Range<usize>,
    /// The sums.
    pub sums: Sums,
    /// Whether every column is scaled to unit variance.
    pub standardized: bool,
}

impl LargeTable {
    /// The sums over some samples, which begin a stretch.
    ///
    /// # Errors
    /// If they cannot be read, or an interruption.
    pub fn sums(&self, range: Range<usize>, monitor: &Monitor<'_>) -> Result<Summed> {
        let blocks = self.blocks.as_ref();
        let columns = blocks.columns();
        let mut sums = Sums::new(self.origin()?);
        let step = rows_of_block(columns);
        (monitor.stage)("pass 1 of 1");
        let mut values = Vec::new();
        for first in range.clone().step_by(step) {
            monitor.check()?;
            let next = (first + step).min(range.end);
            values = blocks.read(first..next, 0..columns, values)?;
            sums.add(&mut values);
            if next.is_multiple_of(STRETCH) || next == range.end {
                sums.close();
            }
            (monitor.progress)((next - range.start) as u64, range.len() as u64);
        }
        blocks.check_unchanged()?;
        Ok(Summed {
            name: blocks.name(),
            table_rows: blocks.rows(),
            range,
            sums,
            standardized: self.standardized,
        })
    }

    /// Means of the first samples.
    pub(super) fn origin(&self) -> Result<Vec<f64>> {
        let blocks = self.blocks.as_ref();
        let (rows, columns) = (blocks.rows(), blocks.columns());
        let step = rows_of_block(columns);
        let head = HEAD.min(rows);
        let mut origin = vec![0.0; columns];
        let mut values = Vec::new();
        for first in (0..head).step_by(step) {
            values = blocks.read(first..(first + step).min(head), 0..columns, values)?;
            for sample in values.chunks_exact(columns) {
                for (sum, x) in origin.iter_mut().zip(sample) {
                    *sum += x;
                }
            }
        }
        for sum in &mut origin {
            *sum /= to_float(head);
        }
        Ok(origin)
    }
}

impl Summed {
    /// Number of samples that were summed.
    pub fn rows(&self) -> usize {
        self.sums.rows()
    }

    /// The spectrum of the table.
    ///
    /// # Errors
    /// If they are the sums of a part of it, or there is too little to tell.
    pub fn whole(self) -> Result<Whole> {
        let name = self.name.clone();
        self.checked().with_context(|| name)
    }

    fn checked(self) -> Result<Whole> {
        ensure!(
            self.range == (0..self.table_rows),
            "the sums are those of the samples {} to {} of {}; give those of the others, too",
            self.range.start,
            self.range.end,
            self.table_rows
        );
        let varying = self.sums.varying();
        let (rows, columns) = (self.sums.rows(), self.sums.columns());
        let powers: Vec<_> = varying.iter().map(|&i| self.sums.powers(i)).collect();
        let shape = Shape::from_powers(rows, &powers);
        // Before the matrix, which may be large.
        check_size(rows, columns, varying.len())?;
        let lower = self.sums.covariance(&varying, self.standardized)?;
        let variances = (0..varying.len()).map(|i| lower[(i, i)]).collect();
        let facts = Facts::new([rows, columns], variances, shape, self.standardized)?;
        Ok(Whole { facts, lower })
    }
}
