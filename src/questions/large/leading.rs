//! Leading eigenpairs of a table of which neither side has a covariance that fits into memory, from passes over it.

use super::super::data_matrix::Shape;
use super::LargeTable;
use super::blocks::rows_of_block;
use super::facts::{Facts, to_float};
use crate::questions::Monitor;
use anyhow::{Context, Error, Result, ensure};
use faer::{Mat, MatRef};
use rayon::prelude::*;
use saddlepoint_simulator::covariance::{ByProducts, Leading, Moments, STRETCH, add_products};

/// Vectors that a pass multiplies.
const BLOCK: usize = 16;

/// The most passes that multiply.
const PASSES: usize = 16;

/// The most eigenpairs that are looked at.
const PAIRS: usize = 64;

/// The leading eigenpairs of a table, as good as the passes made them.
#[derive(Debug, Clone)]
pub struct Approached {
    /// What the columns are like.
    pub facts: Facts,
    /// Eigenpairs of the covariance with the divisor P − 1.
    pub leading: Leading,
}

/// The columns of a table after the first pass.
struct Treated {
    varying: Vec<usize>,
    /// Subtracted from every column.
    means: Vec<f64>,
    /// Factor of every column that varies.
    scales: Vec<f64>,
}

/// Answers whether leading eigenpairs are good enough.
pub type Enough<'a> = dyn FnMut(&Facts, &Leading) -> Result<bool> + 'a;

impl LargeTable {
    /// Leading eigenpairs from passes of a block Krylov method, until `enough` says so.
    ///
    /// # Errors
    /// If the table cannot be read or has too little to tell, or an interruption.
    pub fn approach(&self, monitor: &Monitor<'_>, enough: &mut Enough<'_>) -> Result<Approached> {
        let (facts, treated) = self.first_pass(monitor)?;
        let by_products = self.krylov(facts.variables)?;
        let all = by_products.most + 1;
        let mut pass = 1;
        let mut multiply = |vectors: MatRef<'_, f64>| -> Result<Mat<f64>> {
            pass += 1;
            (monitor.stage)(&format!("pass {pass} of at most {all}"));
            self.multiply(&treated, vectors, monitor)
        };
        let leading = by_products.leading::<Error>(
            facts.variables,
            PAIRS.min(by_products.block * by_products.most),
            &mut multiply,
            &mut |leading| enough(&facts, leading),
        )?;
        Ok(Approached { facts, leading })
    }

    /// Means and variances.
    fn first_pass(&self, monitor: &Monitor<'_>) -> Result<(Facts, Treated)> {
        let blocks = self.blocks.as_ref();
        let (rows, columns) = (blocks.rows(), blocks.columns());
        let mut moments = Moments::new(self.origin()?);
        (monitor.stage)("pass 1");
        self.pass(monitor, &mut |next, values| {
            moments.add(values);
            if next.is_multiple_of(STRETCH) || next == rows {
                moments.close();
            }
        })?;
        let name = || blocks.name();
        let varying = moments.varying();
        let powers: Vec<_> = varying.iter().map(|&i| moments.powers(i)).collect();
        let shape = Shape::from_powers(rows, &powers);
        let mut means = vec![0.0; columns];
        let (mut scales, mut variances) = (Vec::new(), Vec::new());
        for &column in &varying {
            let (distance, variance) = moments.mean_and_variance(column).with_context(name)?;
            means[column] = moments.origin(column) + distance;
            let (scale, variance) = if self.standardized {
                (1.0 / variance.sqrt(), 1.0)
            } else {
                (1.0, variance)
            };
            scales.push(scale);
            variances.push(variance);
        }
        let facts = Facts::new([rows, columns], variances, shape, self.standardized);
        let treated = Treated {
            varying,
            means,
            scales,
        };
        Ok((facts.with_context(name)?, treated))
    }

    /// Ĉ V with the divisor P − 1.
    fn multiply(
        &self,
        treated: &Treated,
        vectors: MatRef<'_, f64>,
        monitor: &Monitor<'_>,
    ) -> Result<Mat<f64>> {
        let columns = self.blocks.columns();
        let width = vectors.ncols();
        let kept = || treated.varying.iter().zip(&treated.scales).enumerate();
        // Columns that do not vary multiply nothing.
        let mut all = Mat::zeros(columns, width);
        for (at, (&column, scale)) in kept() {
            for j in 0..width {
                all[(column, j)] = vectors[(at, j)] * scale;
            }
        }
        let mut sums = Mat::zeros(columns, width);
        self.pass(monitor, &mut |_, values| {
            values.par_chunks_exact_mut(columns).for_each(|sample| {
                for (x, mean) in sample.iter_mut().zip(&treated.means) {
                    *x -= mean;
                }
            });
            add_products(&mut sums, values, all.as_ref());
        })?;
        let free = to_float(self.blocks.rows() - 1);
        let mut products = Mat::zeros(treated.varying.len(), width);
        for (at, (&column, scale)) in kept() {
            for j in 0..width {
                products[(at, j)] = sums[(column, j)] * scale / free;
            }
        }
        Ok(products)
    }

    /// Hands over the samples block by block, with the number of the next one.
    fn pass(&self, monitor: &Monitor<'_>, each: &mut dyn FnMut(usize, &mut [f64])) -> Result<()> {
        let blocks = self.blocks.as_ref();
        let (rows, columns) = (blocks.rows(), blocks.columns());
        let step = rows_of_block(columns);
        let mut values = Vec::new();
        for first in (0..rows).step_by(step) {
            monitor.check()?;
            let next = (first + step).min(rows);
            values = blocks.read(first..next, 0..columns, values)?;
            each(next, &mut values);
            (monitor.progress)(next as u64, rows as u64);
        }
        blocks.check_unchanged()
    }

    /// As many vectors at a time and passes as memory and the number of variables allow.
    fn krylov(&self, variables: usize) -> Result<ByProducts> {
        // The space and the vectors made of it; two blocks of all columns.
        let per_vector = 8 * variables as u64;
        let vectors = self.memory / 2 / per_vector.max(1);
        let vectors = usize::try_from(vectors).unwrap_or(usize::MAX);
        let capacity = vectors.saturating_sub(PAIRS).min(variables);
        let block = BLOCK.min(capacity / 4).max(1);
        let most = PASSES.min(capacity / block);
        ensure!(
            most >= 2,
            "{}: {variables} variables leave no room for vectors within {} bytes; raise --memory",
            self.blocks.name(),
            self.memory
        );
        Ok(ByProducts { block, most })
    }
}
