//! Data matrices that are larger than memory, read by blocks of their rows.

mod blocks;
mod exact;
mod facts;
mod leading;
mod summed;

pub use blocks::{Blocks, range};
pub use exact::Whole;
pub use facts::Facts;
pub use leading::{Approached, Enough};
pub use summed::Summed;

use super::DataMatrix;
use std::sync::Arc;

/// Memory that a command may take, where nothing is said: what a table of the largest size that is read whole takes.
pub const MEMORY: u64 = 6_400_000_000;

/// How often the numbers of a table are in memory, in eight bytes each, where it is read whole.
const COPIES: u64 = 4;

/// Bytes beside matrices, for blocks that are read and the program itself; of a small memory a quarter.
const BESIDE: u64 = 200_000_000;

/// Halves of square matrices in memory at a time where a covariance is summed and decomposed.
const SQUARES: u64 = 5;

/// A data matrix, in whatever way it is at hand.
#[derive(Debug, Clone)]
pub enum Observed {
    /// All of it in memory.
    InMemory(DataMatrix),
    /// In a file, to be read by blocks.
    InBlocks(LargeTable),
    /// By the sums over its samples.
    Summed(Summed),
}

/// A table that is read by blocks, and what may be taken for it.
#[derive(Debug, Clone)]
pub struct LargeTable {
    /// The table.
    pub blocks: Arc<dyn Blocks>,
    /// Whether every column is scaled to unit variance.
    pub standardized: bool,
    /// Bytes of memory that may be taken, about.
    pub memory: u64,
}

/// Whether a table of so many numbers is read whole within a memory of so many bytes.
pub fn fits(values: usize, memory: u64) -> bool {
    (values as u64).saturating_mul(8 * COPIES) <= memory
}

impl Observed {
    /// What it is, in words, as far as it is known; nothing of sums, which are asked for by name.
    pub fn describe(&self) -> Option<String> {
        match self {
            Self::InMemory(data) => Some(data.describe()),
            Self::InBlocks(table) => Some(table.describe()),
            Self::Summed(_) => None,
        }
    }

    /// Number of samples P.
    pub fn rows(&self) -> usize {
        match self {
            Self::InMemory(data) => data.rows(),
            Self::InBlocks(table) => table.blocks.rows(),
            Self::Summed(summed) => summed.rows(),
        }
    }
}

impl LargeTable {
    /// The smaller number of samples and of variables.
    fn small_side(&self) -> usize {
        self.blocks.rows().min(self.blocks.columns())
    }

    /// Whether the covariance of its smaller side fits into the memory: its spectrum is then that of the whole table, from one pass.
    pub fn is_exact(&self) -> bool {
        square_fits(self.small_side(), self.memory)
    }

    /// What is known before it is read.
    pub fn describe(&self) -> String {
        let blocks = &self.blocks;
        let mut words = format!(
            "{} samples of {} variables, {}; read by blocks",
            blocks.rows(),
            blocks.columns(),
            blocks.numbers()
        );
        if blocks.rows() < blocks.columns() {
            words.push_str(
                "; fewer samples than variables (--transpose, if each column is a sample)",
            );
        }
        words
    }
}

fn square_fits(side: usize, memory: u64) -> bool {
    let side = side as u64;
    let squares = side.saturating_mul(side).saturating_mul(8 * SQUARES / 2);
    squares.saturating_add(BESIDE.min(memory / 4)) <= memory
}
