//! The whole spectrum of a table, from one pass over it.

use super::super::data_matrix::Shape;
use super::LargeTable;
use super::blocks::columns_of_block;
use super::facts::{Facts, unbiased};
use crate::questions::Monitor;
use anyhow::{Context, Result};
use faer::Mat;
use saddlepoint_simulator::covariance::{ScalarProducts, eigenvalues_of};

/// The covariance of a table by its smaller side.
#[derive(Debug, Clone)]
pub struct Whole {
    /// What the columns are like.
    pub facts: Facts,
    /// Lower triangle of the covariance, with the divisor P: of variables, or of samples where these are fewer.
    pub(super) lower: Mat<f64>,
}

impl Whole {
    /// All n eigenvalues of the covariance with the divisor P − 1, from the largest down.
    ///
    /// # Errors
    /// Where the eigensolver gives up.
    pub fn eigenvalues(&self) -> Result<Vec<f64>> {
        let mut values = eigenvalues_of(&self.lower)?;
        for value in &mut values {
            *value *= unbiased(self.facts.rows);
        }
        values.resize(self.facts.variables, 0.0);
        Ok(values)
    }

    /// The covariance of the variables, with the divisor P − 1; `None` where that of the samples is at hand.
    pub fn into_covariance(mut self) -> Option<Mat<f64>> {
        let n = self.facts.variables;
        if self.lower.nrows() != n {
            return None;
        }
        let factor = unbiased(self.facts.rows);
        for j in 0..n {
            for i in j..n {
                self.lower[(i, j)] *= factor;
                self.lower[(j, i)] = self.lower[(i, j)];
            }
        }
        Some(self.lower)
    }
}

impl LargeTable {
    /// The whole spectrum.
    ///
    /// # Errors
    /// If the table cannot be read or has too little to tell, or an interruption.
    pub fn whole(&self, monitor: &Monitor<'_>) -> Result<Whole> {
        let (rows, columns) = (self.blocks.rows(), self.blocks.columns());
        if rows < columns {
            return self.by_samples(monitor);
        }
        self.sums(0..rows, monitor)?.whole()
    }

    fn by_samples(&self, monitor: &Monitor<'_>) -> Result<Whole> {
        let blocks = self.blocks.as_ref();
        let name = || blocks.name();
        let (rows, columns) = (blocks.rows(), blocks.columns());
        let mut products = ScalarProducts::new(rows, self.standardized);
        let step = columns_of_block(rows);
        (monitor.stage)("pass 1 of 1");
        let mut block = Vec::new();
        for first in (0..columns).step_by(step) {
            monitor.check()?;
            let next = (first + step).min(columns);
            block = blocks.read(0..rows, first..next, block)?;
            products.add(&mut block).with_context(name)?;
            (monitor.progress)(next as u64, columns as u64);
        }
        blocks.check_unchanged()?;
        let shape = Shape::from_powers(rows, products.powers());
        let variances = products.variances().to_vec();
        let facts = Facts::new([rows, columns], variances, shape, self.standardized);
        Ok(Whole {
            facts: facts.with_context(name)?,
            lower: products.into_lower(),
        })
    }
}
