//! Layers of two-valued units, one bit each.

use faer::{Mat, MatMut, MatRef};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::settings::Rule;
use super::step::Layers;
use crate::machine::Rbm;
use crate::numbers::as_float;
use crate::packed::{
    Bits, Block, Couplings, PackedConfigurations, WORD, add_products, single, two_values,
};
use crate::samples::Samples;

/// Entries of a column of weights that are updated while their slopes are in the nearest cache.
const PIECE: usize = 16;
/// Blocks below which a second thread costs more than it saves.
const LARGE: usize = 1000;

/// The samples as bits, the weights and slopes in blocks of 64 hidden units.
#[derive(Debug, Clone)]
pub(super) struct PackedLayers {
    samples: Bits,
    couplings: Couplings,
    slopes: Slopes,
}

impl PackedLayers {
    pub(super) fn new(machine: &Rbm, samples: &Samples) -> Self {
        Self {
            samples: Bits::from_samples(samples),
            couplings: Couplings::new(machine),
            slopes: Slopes::zeros(machine),
        }
    }
}

impl Layers for PackedLayers {
    type Chains = PackedConfigurations;

    fn gather(&self, chains: &mut PackedConfigurations, rows: &[usize]) {
        chains.gather(&self.samples, rows);
    }

    fn restart(&self, chains: &mut PackedConfigurations, visible: MatRef<'_, f64>) {
        chains.visible = Bits::from_columns(visible);
    }

    fn write_hidden_inputs(&self, _machine: &Rbm, chains: &mut PackedConfigurations) {
        chains.write_hidden_inputs(&self.couplings);
    }

    fn sweep(
        &self,
        _machine: &Rbm,
        chains: &mut PackedConfigurations,
        sweeps: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) {
        for _ in 0..sweeps {
            chains.advance(&self.couplings, rng);
            chains.write_hidden_inputs(&self.couplings);
        }
    }

    fn clear(&mut self) {
        self.slopes.clear();
    }

    fn add_mean(&mut self, _machine: &Rbm, chains: &PackedConfigurations, sign: f64) {
        self.slopes.add_mean(chains, sign);
    }

    fn ascend(&self, weights: MatMut<'_, f64>, rule: Rule) {
        ascend_words(weights, &self.slopes.weights, rule);
    }

    fn bias_slopes(&self) -> (impl Iterator<Item = f64>, impl Iterator<Item = f64>) {
        let slopes = &self.slopes;
        let (visible, hidden) = (&slopes.visible_biases, &slopes.hidden_biases);
        (visible.iter().copied(), hidden.iter().copied())
    }

    fn follow(&mut self, machine: &Rbm) {
        self.couplings.update(machine);
    }

    fn visible(&self, machine: &Rbm, chains: &PackedConfigurations) -> Mat<f64> {
        chains.visible.to_columns(two_values(machine.visible()))
    }
}

/// Slopes of the log-likelihood: averages over two-valued units.
#[derive(Debug, Clone)]
struct Slopes {
    /// Of the first 64 hidden units with every visible one, then of the next 64.
    weights: Vec<Block>,
    /// Whether the slopes of the weights are 0, whatever they say.
    is_clear: bool,
    /// 0 for all hidden units.
    nothing: Vec<Block>,
    visible_biases: Vec<f64>,
    hidden_biases: Vec<f64>,
    /// The configurations of each visible unit.
    by_unit: Bits,
    /// Means of the hidden units of all configurations.
    means: Vec<Block>,
}

impl Slopes {
    fn zeros(machine: &Rbm) -> Self {
        let (units, hidden_units) = (machine.visible().units(), machine.hidden().units());
        let words = hidden_units.div_ceil(WORD);
        Self {
            weights: vec![Block::default(); units * words],
            is_clear: true,
            nothing: vec![Block::default(); words],
            visible_biases: vec![0.0; units],
            hidden_biases: vec![0.0; words * WORD],
            by_unit: Bits::zeros(0, 0),
            means: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.is_clear = true;
        self.visible_biases.fill(0.0);
        self.hidden_biases.fill(0.0);
    }

    /// Adds sign · the averages over configurations whose hidden inputs are written.
    fn add_mean(&mut self, state: &PackedConfigurations, sign: f64) {
        let rows = state.visible.rows();
        let factor = sign / as_float(rows);
        let [visible, hidden] = state.values;
        let inputs = &state.hidden_inputs;
        self.means.resize(inputs.len(), Block::default());
        hidden.write_means(inputs, single(factor), &mut self.means);
        self.by_unit.transpose(&state.visible);
        let values = visible.both();
        add_products(
            &self.by_unit,
            values,
            &self.means,
            self.is_clear.then_some(self.nothing.as_slice()),
            &mut self.weights,
        );
        self.is_clear = false;
        let [low, high] = values.map(f64::from);
        for group in self.by_unit.groups() {
            for (to, word) in self.visible_biases.iter_mut().zip(group) {
                *to += factor * (high - low) * f64::from(word.count_ones());
            }
        }
        for to in &mut self.visible_biases {
            *to += sign * low;
        }
        let sums = self.hidden_biases.as_chunks_mut::<WORD>().0;
        for (sums, means) in sums.iter_mut().zip(self.means.chunks_exact(rows)) {
            for block in means {
                for (sum, &mean) in sums.iter_mut().zip(block.lanes()) {
                    *sum += f64::from(mean);
                }
            }
        }
    }
}

/// One step of all weights; slopes of 64 hidden units come after another.
fn ascend_words(weights: MatMut<'_, f64>, slopes: &[Block], rule: Rule) {
    let words = weights.ncols().div_ceil(WORD);
    if words == 1 {
        return ascend_word(weights, slopes, rule);
    }
    let (first, second) = slopes.split_at(words / 2 * weights.nrows());
    let (left, right) = weights.split_at_col_mut(words / 2 * WORD);
    let left = || ascend_words(left, first, rule);
    let right = || ascend_words(right, second, rule);
    if slopes.len() < LARGE {
        left();
        right();
    } else {
        rayon::join(left, right);
    }
}

/// One step of the weights of 64 hidden units or fewer.
fn ascend_word(mut columns: MatMut<'_, f64>, slopes: &[Block], rule: Rule) {
    for (piece, slopes) in slopes.chunks(PIECE).enumerate() {
        for (lane, column) in columns.as_mut().col_iter_mut().enumerate() {
            let column = column.try_as_col_major_mut().expect("contiguous");
            let weights = &mut column.as_slice_mut()[piece * PIECE..][..slopes.len()];
            let slopes = slopes.iter().map(|block| f64::from(block.lanes()[lane]));
            rule.ascend(weights, slopes);
        }
    }
}
