//! Machines of two-valued units with one bit per unit: products by table, many units drawn at once.
//!
//! A sum of weights over the units of a configuration, Σ `w_k x_k`, is taken four units at a time: their 16 partial sums are
//! tabulated once, and every configuration looks its own up. That is a quarter of the additions of a product of matrices, and no
//! multiplications. Sums are in single precision, in an order that depends on nothing but the sizes, and are the same on every
//! processor: nothing fuses a product with a sum. Their relative error of some 1e-7 shifts the law of the machine as much
//! as weights that are rounded to single precision would.
//!
//! The loops are compiled for the registers of several processors, of which the best one is chosen at run time.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a dispatched function uses the registers it was compiled for"
)]

mod bits;
mod configurations;
mod couplings;
mod cumulants;
mod draw;
pub(crate) mod few;
mod generator;
mod products;

pub(crate) use bits::Bits;
pub(crate) use configurations::PackedConfigurations;
pub(crate) use couplings::{Couplings, two_values};
pub(crate) use cumulants::add_cumulants;
pub(crate) use draw::{Field, Values, draw, draw_each};
pub(crate) use products::add_products;

use crate::machine::Rbm;

/// Units that share a word.
pub(crate) const WORD: usize = 64;

/// Units whose sums are in registers at a time.
const LANES: usize = 16;

/// One number for each unit of a word, in whole lines of the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(align(64))]
pub(crate) struct Block([[f32; LANES]; WORD / LANES]);

impl Block {
    /// The numbers of all units.
    #[inline(always)]
    pub(crate) fn lanes(&self) -> &[f32; WORD] {
        self.0.as_flattened().try_into().expect("16 times 4")
    }

    /// The numbers of all units, to be written.
    #[inline(always)]
    pub(crate) fn lanes_mut(&mut self) -> &mut [f32; WORD] {
        self.0.as_flattened_mut().try_into().expect("16 times 4")
    }
}

/// Configurations below which tables cost more than they save.
const FEWEST: usize = 16;

/// Far below the largest number of single precision, so that no sum of a layer overflows.
pub(crate) const LARGEST: f64 = 1e30;

/// Whether some configurations of a machine are better treated here: many of two-valued units, all weights of single
/// precision.
pub(crate) fn suits(machine: &Rbm, configurations: usize) -> bool {
    let layers = [machine.visible(), machine.hidden()];
    configurations >= FEWEST && layers.iter().all(|layer| layer.is_two_valued()) && fits(machine)
}

/// Whether weights and biases are within the range of single precision.
fn fits(machine: &Rbm) -> bool {
    let weights = machine.weights().col_iter().flat_map(faer::ColRef::iter);
    let layers = [machine.visible(), machine.hidden()];
    are_small(weights) && layers.iter().all(|layer| are_small(layer.biases()))
}

/// Whether numbers are within the range of single precision.
pub(crate) fn are_small<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> bool {
    numbers.into_iter().all(|x| x.abs() < LARGEST)
}

/// A number in single precision.
#[expect(clippy::cast_possible_truncation, reason = "rounding is meant")]
pub(crate) fn single(x: f64) -> f32 {
    x as f32
}

/// Writes numbers, one per unit, into as many blocks as they need; the rest of the last one stays.
pub(crate) fn write_blocks(blocks: &mut [Block], numbers: impl Iterator<Item = f64>) {
    let lanes = blocks.iter_mut().flat_map(Block::lanes_mut);
    for (to, x) in lanes.zip(numbers) {
        *to = single(x);
    }
}
