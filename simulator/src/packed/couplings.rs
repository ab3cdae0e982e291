//! Weights of a machine as the products need them.

use faer::MatRef;
use rayon::prelude::*;

use super::products::add_products;
use super::{Bits, Block, WORD, single, write_blocks};
use crate::linear::column;
use crate::machine::{Layer, Rbm};

/// Columns of the weights are read in pieces of as many entries.
const PIECE: usize = 16;
/// Blocks below which a second thread costs more than it saves.
const LARGE: usize = 500;

/// How one layer acts on the other: inputs of the units of the second from the configurations of the first.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// Units of the layer that acts.
    from: usize,
    /// The smaller and the larger value of a unit that acts.
    values: [f32; 2],
    /// Of every unit that acts on the first 64 units, then on the next 64; 0 beyond the last.
    weights: Vec<Block>,
    /// One block for 64 units.
    pub(crate) biases: Vec<Block>,
}

impl Side {
    fn new(from: &Layer, to: &Layer) -> Self {
        let words = to.units().div_ceil(WORD);
        Self {
            from: from.units(),
            values: two_values(from).map(single),
            weights: vec![Block::default(); from.units() * words],
            biases: vec![Block::default(); words],
        }
    }

    /// Blocks of the inputs of as many configurations.
    pub(crate) fn blocks(&self, rows: usize) -> usize {
        self.biases.len() * rows
    }

    /// Inputs Σ `w_k x_k` + b of all units for all configurations: blocks of the first 64 units come first.
    pub(crate) fn write_inputs(&self, configurations: &Bits, inputs: &mut [Block]) {
        let biases = Some(self.biases.as_slice());
        add_products(configurations, self.values, &self.weights, biases, inputs);
    }
}

/// Both directions of the weights of a machine of two-valued units.
#[derive(Debug, Clone)]
pub(crate) struct Couplings {
    /// Inputs of the hidden units.
    pub(crate) hidden: Side,
    /// Inputs of the visible units.
    pub(crate) visible: Side,
}

impl Couplings {
    pub(crate) fn new(machine: &Rbm) -> Self {
        let (visible, hidden) = (machine.visible(), machine.hidden());
        let mut couplings = Self {
            hidden: Side::new(visible, hidden),
            visible: Side::new(hidden, visible),
        };
        couplings.update(machine);
        couplings
    }

    /// Takes over the parameters of a machine of the same layers.
    pub(crate) fn update(&mut self, machine: &Rbm) {
        let weights = machine.weights();
        let (units, hidden_units) = (self.hidden.from, self.visible.from);
        let words = self.visible.weights.par_chunks_exact_mut(hidden_units);
        let words = words.enumerate().with_min_len(LARGE.div_ceil(hidden_units));
        words.for_each(|(word, blocks)| {
            for (unit, block) in blocks.iter_mut().enumerate() {
                let some = &column(weights, unit)[word * WORD..];
                for (to, &weight) in block.lanes_mut().iter_mut().zip(some) {
                    *to = single(weight);
                }
            }
        });
        let words = self.hidden.weights.par_chunks_exact_mut(units);
        let words = words.enumerate().with_min_len(LARGE.div_ceil(units));
        words.for_each(|(word, blocks)| {
            let first = word * WORD;
            let columns = weights.subcols(first, WORD.min(hidden_units - first));
            write_rows(blocks, columns);
        });
        for (side, layer) in [
            (&mut self.visible, machine.visible()),
            (&mut self.hidden, machine.hidden()),
        ] {
            write_blocks(&mut side.biases, layer.biases().iter().copied());
        }
    }
}

/// Writes each row of up to 64 columns into a block.
fn write_rows(blocks: &mut [Block], columns: MatRef<'_, f64>) {
    for (piece, blocks) in blocks.chunks_mut(PIECE).enumerate() {
        for lane in 0..columns.ncols() {
            let some = &column(columns, lane)[piece * PIECE..][..blocks.len()];
            for (block, &weight) in blocks.iter_mut().zip(some) {
                block.lanes_mut()[lane] = single(weight);
            }
        }
    }
}

/// The values of a unit of a layer of two-valued units.
pub(crate) fn two_values(layer: &Layer) -> [f64; 2] {
    layer.unit().two_values().expect("units of two values")
}
