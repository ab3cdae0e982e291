//! A data matrix from a file, samples for the visible units of a machine, or a list of eigenvalues.

use super::memory::{self, Held};
use super::{FileBlocks, Reading, read_with};
use crate::questions::large::fits;
use crate::questions::score::SampleBlocks;
use crate::questions::{
    Blocks, DataMatrix, LargeTable, Observed, Scaling, compact, describe_samples,
};
use anyhow::{Context, Result, bail, ensure};
use faer::MatRef;
use saddlepoint_simulator::Samples;
use saddlepoint_theory::spectra::Population;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A data matrix: P samples in rows, or with `transpose` in columns.
///
/// Columns without variance carry nothing and are left out; with `standardize` the others are scaled to unit variance.
///
/// # Errors
/// If the file cannot be read, or holds too little to tell.
pub fn matrix(
    file: &Path,
    reading: Reading<'_>,
    transpose: bool,
    standardize: bool,
) -> Result<DataMatrix> {
    numbers(file, reading, transpose, |samples, notes| {
        let data = DataMatrix::new(samples, standardize);
        Ok(data
            .with_context(|| file.display().to_string())?
            .noted(notes))
    })
}

/// Hands over the numbers of a file, one sample per row, with what was left out. An array in memory is not copied.
fn numbers<T>(
    file: &Path,
    reading: Reading<'_>,
    transpose: bool,
    hear: impl FnOnce(MatRef<'_, f64>, Vec<String>) -> Result<T>,
) -> Result<T> {
    let turned = |matrix: MatRef<'_, f64>, notes| {
        let samples = if transpose {
            matrix.transpose()
        } else {
            matrix
        };
        hear(samples, notes)
    };
    memory::visit(file, |held| {
        if let (Some(Held::Array(array)), None) = (held, reading.columns) {
            let matrix = array.matrix().with_context(|| file.display().to_string())?;
            return turned(matrix, Vec::new());
        }
        let (matrix, notes) = read_with(file, reading)?;
        turned(matrix.as_ref(), notes)
    })
}

/// A data matrix as [`matrix`] reads it, or where it would not fit into `memory` bytes by blocks.
///
/// # Errors
/// As [`matrix`].
pub fn observed(
    file: &Path,
    reading: Reading<'_>,
    transpose: bool,
    standardized: bool,
    memory: u64,
) -> Result<Observed> {
    match by_blocks(file, reading, transpose, memory)? {
        Some(blocks) => Ok(Observed::InBlocks(LargeTable {
            blocks: Arc::new(blocks),
            standardized,
            memory,
        })),
        None => matrix(file, reading, transpose, standardized).map(Observed::InMemory),
    }
}

/// A table that would not fit into `memory` bytes, if it can be read by blocks.
///
/// # Errors
/// As [`FileBlocks::open`].
pub fn by_blocks(
    file: &Path,
    reading: Reading<'_>,
    transpose: bool,
    memory: u64,
) -> Result<Option<FileBlocks>> {
    let blocks = FileBlocks::open(file, reading, transpose)?;
    Ok(blocks.filter(|blocks| !fits(blocks.values(), memory)))
}

/// Two values made of the numbers of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The largest number that becomes the lower value.
    pub at: f64,
    /// The lower value; the upper one is 1.
    pub low: f64,
}

impl Threshold {
    /// The value that a number becomes.
    fn value(self, x: f64) -> f64 {
        if x > self.at { 1.0 } else { self.low }
    }
}

/// Samples for the visible units of a machine, all columns of them, and a line that says what was read.
///
/// # Errors
/// If the file cannot be read.
pub fn for_machine(
    file: &Path,
    reading: Reading<'_>,
    transpose: bool,
    threshold: Option<Threshold>,
) -> Result<(Samples, String)> {
    numbers(file, reading, transpose, |matrix, notes| {
        let entry = |x: f64| threshold.map_or(x, |threshold| threshold.value(x));
        let mut values = Vec::with_capacity(matrix.nrows() * matrix.ncols());
        for row in matrix.row_iter() {
            values.extend(row.iter().map(|&x| entry(x)));
        }
        let name = file.display();
        let samples =
            compact(matrix.nrows(), matrix.ncols(), values).with_context(|| name.to_string())?;
        let words = format!("{name}: {}", describe_samples(&samples, &notes));
        Ok((samples, words))
    })
}

/// Samples for the visible units of a machine that are read by blocks.
#[derive(Debug)]
pub struct MachineBlocks {
    /// The table.
    pub blocks: FileBlocks,
    /// Turns numbers into two values.
    pub threshold: Option<Threshold>,
    /// How the data that the machine learnt from were scaled.
    pub scaling: Option<Scaling>,
}

/// Samples that are spread over a table.
const SPREAD: usize = 1000;

impl MachineBlocks {
    /// Samples at equal distances in the table, 1000 of a large one.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn spread(&self) -> Result<Samples> {
        let rows = self.blocks.rows();
        let count = SPREAD.min(rows);
        let mut values = Vec::new();
        for k in 0..count {
            let row = k * rows / count;
            values.extend(self.numbers(row..row + 1)?);
        }
        self.samples(values)
    }

    fn numbers(&self, rows: Range<usize>) -> Result<Vec<f64>> {
        let mut values = self
            .blocks
            .read(rows, 0..self.blocks.columns(), Vec::new())?;
        if let Some(threshold) = self.threshold {
            for x in &mut values {
                *x = threshold.value(*x);
            }
        }
        Ok(values)
    }

    fn samples(&self, values: Vec<f64>) -> Result<Samples> {
        let columns = self.blocks.columns();
        let samples = compact(values.len() / columns, columns, values)?;
        match &self.scaling {
            Some(scaling) => scaling.apply(&samples),
            None => Ok(samples),
        }
    }
}

impl SampleBlocks for MachineBlocks {
    fn rows(&self) -> usize {
        self.blocks.rows()
    }

    fn read(&self, rows: Range<usize>) -> Result<Samples> {
        self.samples(self.numbers(rows)?)
    }

    fn check_unchanged(&self) -> Result<()> {
        self.blocks.check_unchanged()
    }
}

/// A list of eigenvalues (one column), or of eigenvalues and weights (two).
///
/// # Errors
/// If the file cannot be read, is no such list, or has another number of eigenvalues than `units`.
pub fn listed(file: &Path, reading: Reading<'_>, units: Option<usize>) -> Result<Population> {
    let (matrix, _) = read_with(file, reading)?;
    let place = || file.display().to_string();
    let population = match matrix.ncols() {
        1 => {
            let eigenvalues: Vec<f64> = matrix.col(0).iter().copied().collect();
            Population::from_eigenvalues(&eigenvalues).with_context(place)?
        }
        2 => {
            let pairs: Vec<(f64, f64)> = matrix
                .col(0)
                .iter()
                .copied()
                .zip(matrix.col(1).iter().copied())
                .collect();
            Population::from_weights(&pairs).with_context(place)?
        }
        n => bail!(
            "{}: a spectrum has one column of eigenvalues, or a second one of weights; this has {n}; \
             choose with --columns",
            file.display()
        ),
    };
    let size = population.units();
    ensure!(
        units.is_none() || size.is_none() || units == size,
        "--units {}: {} lists {} eigenvalues, one per unit; leave --units out",
        units.unwrap_or_default(),
        file.display(),
        size.unwrap_or_default()
    );
    Ok(population)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::memory::{Array, with};
    use std::path::PathBuf;

    #[test]
    fn an_array_in_memory_stays_where_it_is() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let array = || Held::Array(Array::new(3, 2, &values[..]).unwrap());
        for transpose in [false, true] {
            let held = [(PathBuf::from("<data>"), array())];
            let place = |matrix: MatRef<'_, f64>, _| Ok(matrix.as_ptr());
            let read = || numbers("<data>".as_ref(), Reading::default(), transpose, place);
            assert_eq!(with(held, read).unwrap(), values.as_ptr());
        }
    }

    #[test]
    fn numbers_above_a_threshold_become_one_and_the_others_the_lower_value() {
        let threshold = Threshold { at: 0.5, low: -1.0 };
        let values = [0.4, 0.5, 0.6].map(|x| threshold.value(x));
        assert_eq!(values.to_vec(), vec![-1.0, -1.0, 1.0]);
    }
}
