//! Weights of a machine as the products need them.

use faer::MatRef;

use super::products::add_products;
use super::{Bits, Block, WORD, single, write_blocks};
use crate::linear::column;
use crate::machine::{Layer, Rbm};

/// Columns of the weights are read in pieces of as many entries.
const PIECE: usize = 16;

/// How one layer acts on the other: inputs of the units of the second from the configurations of the first.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// Units of the layer that acts.
    from: usize,
    /// Units of the layer whose inputs they are.
    to: usize,
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
            to: to.units(),
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
        let groups = inputs.chunks_exact_mut(configurations.rows());
        for (inputs, biases) in groups.zip(&self.biases) {
            inputs.fill(*biases);
        }
        add_products(configurations, self.values, &self.weights, inputs);
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
        for unit in 0..self.visible.from {
            for (word, some) in column(weights, unit).chunks(WORD).enumerate() {
                let blocks = &mut self.visible.weights[word * self.visible.from + unit..];
                write_blocks(&mut blocks[..1], some.iter().copied());
            }
        }
        for (word, blocks) in (0..).zip(self.hidden.weights.chunks_exact_mut(self.hidden.from)) {
            let columns = weights.subcols(word * WORD, WORD.min(self.hidden.to - word * WORD));
            write_rows(blocks, columns);
        }
        write_blocks(
            &mut self.visible.biases,
            machine.visible().biases().iter().copied(),
        );
        write_blocks(
            &mut self.hidden.biases,
            machine.hidden().biases().iter().copied(),
        );
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
pub(super) fn two_values(layer: &Layer) -> [f64; 2] {
    layer.unit().two_values().expect("units of two values")
}
