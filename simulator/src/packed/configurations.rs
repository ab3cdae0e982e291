//! Configurations of both layers.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Bits, Block, Couplings, Field, Values, draw};
use crate::machine::Rbm;

/// Configurations of both layers with the inputs from which they are drawn.
#[derive(Debug, Clone)]
pub(crate) struct PackedConfigurations {
    pub(crate) visible: Bits,
    pub(crate) hidden: Bits,
    pub(crate) visible_inputs: Vec<Block>,
    pub(crate) hidden_inputs: Vec<Block>,
    /// Of visible and hidden units.
    pub(crate) values: [Values; 2],
}

impl PackedConfigurations {
    /// Given visible units, and hidden ones that are still to be drawn.
    pub(crate) fn new(machine: &Rbm, visible: Bits) -> Self {
        let mut configurations = Self {
            visible,
            hidden: Bits::zeros(0, machine.hidden().units()),
            visible_inputs: Vec::new(),
            hidden_inputs: Vec::new(),
            values: [machine.visible(), machine.hidden()].map(Values::of),
        };
        configurations.hidden.resize(configurations.visible.rows());
        configurations
    }

    /// Takes over some rows of visible configurations.
    pub(crate) fn gather(&mut self, from: &Bits, rows: &[usize]) {
        self.visible.gather(from, rows);
        self.hidden.resize(rows.len());
    }

    pub(crate) fn write_hidden_inputs(&mut self, couplings: &Couplings) {
        let side = &couplings.hidden;
        let blocks = side.blocks(self.visible.rows());
        self.hidden_inputs.resize(blocks, Block::default());
        side.write_inputs(&self.visible, &mut self.hidden_inputs);
    }

    pub(crate) fn write_visible_inputs(&mut self, couplings: &Couplings) {
        let side = &couplings.visible;
        let blocks = side.blocks(self.hidden.rows());
        self.visible_inputs.resize(blocks, Block::default());
        side.write_inputs(&self.hidden, &mut self.visible_inputs);
    }

    /// Draws the hidden units, all inputs scaled by β.
    pub(crate) fn draw_hidden(&mut self, beta: f32, rng: &mut Xoshiro256PlusPlus) {
        let field = Field {
            scale: self.values[1].slope * beta,
            offsets: None,
        };
        draw(&self.hidden_inputs, field, rng.next_u64(), &mut self.hidden);
    }

    /// Draws the visible units, all inputs scaled by β and with offsets of the fields.
    pub(crate) fn draw_visible(
        &mut self,
        beta: f32,
        offsets: Option<&[Block]>,
        rng: &mut Xoshiro256PlusPlus,
    ) {
        let field = Field {
            scale: self.values[0].slope * beta,
            offsets,
        };
        draw(
            &self.visible_inputs,
            field,
            rng.next_u64(),
            &mut self.visible,
        );
    }

    /// One update of all hidden and then of all visible units.
    pub(crate) fn sweep(&mut self, couplings: &Couplings, rng: &mut Xoshiro256PlusPlus) {
        self.write_hidden_inputs(couplings);
        self.advance(couplings, rng);
    }

    /// A sweep where the inputs of the hidden units are written.
    pub(crate) fn advance(&mut self, couplings: &Couplings, rng: &mut Xoshiro256PlusPlus) {
        self.draw_hidden(1.0, rng);
        self.write_visible_inputs(couplings);
        self.draw_visible(1.0, None, rng);
    }
}
