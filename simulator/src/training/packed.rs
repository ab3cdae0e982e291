//! Training of two-valued units, one bit each.

use faer::{Mat, MatMut};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::trainer::{Algorithm, Training};
use crate::linear::{add_scaled, as_float};
use crate::machine::Rbm;
use crate::packed::{Bits, Block, Couplings, PackedConfigurations, WORD, add_products, single};
use crate::samples::Samples;

/// Entries of a column of weights that are updated while their slopes are in the nearest cache.
const PIECE: usize = 16;
/// Blocks below which a second thread costs more than it saves.
const LARGE: usize = 1000;

/// What a training needs beyond the machine, whose parameters stay in double precision.
#[derive(Debug, Clone)]
pub(super) struct PackedTraining {
    samples: Bits,
    couplings: Couplings,
    batch: PackedConfigurations,
    chains: Option<PackedConfigurations>,
    slopes: Slopes,
}

impl PackedTraining {
    pub(super) fn new(machine: &Rbm, samples: &Samples, chains: Option<&Mat<f64>>) -> Self {
        let chains = chains.map(|visible| {
            PackedConfigurations::new(machine, Bits::from_columns(visible.as_ref()))
        });
        Self {
            samples: Bits::from_samples(samples),
            couplings: Couplings::new(machine),
            batch: PackedConfigurations::new(machine, Bits::zeros(0, samples.columns())),
            chains,
            slopes: Slopes::zeros(machine),
        }
    }

    /// The visible units of the chains.
    pub(super) fn chains(&self, machine: &Rbm) -> Option<Mat<f64>> {
        let values = machine.visible().unit().two_values();
        let chains = self.chains.as_ref()?;
        Some(chains.visible.to_columns(values.expect("two values")))
    }

    /// One step up with some of the samples.
    pub(super) fn update(
        &mut self,
        machine: &mut Rbm,
        settings: &Training,
        rows: &[usize],
        rng: &mut Xoshiro256PlusPlus,
    ) {
        let (couplings, batch, slopes) = (&self.couplings, &mut self.batch, &mut self.slopes);
        slopes.clear();
        batch.gather(&self.samples, rows);
        batch.write_hidden_inputs(couplings);
        if let Algorithm::Contrastive { steps } = settings.algorithm {
            // Before the inputs become means.
            batch.draw_hidden(1.0, rng);
            slopes.add_mean(batch, 1.0);
            batch.write_visible_inputs(couplings);
            batch.draw_visible(1.0, None, rng);
            (1..steps).for_each(|_| batch.sweep(couplings, rng));
            batch.write_hidden_inputs(couplings);
            slopes.add_mean(batch, -1.0);
        } else if let (Algorithm::Persistent { steps }, Some(chains)) =
            (settings.algorithm, &mut self.chains)
        {
            slopes.add_mean(batch, 1.0);
            (0..steps).for_each(|_| chains.sweep(couplings, rng));
            chains.write_hidden_inputs(couplings);
            slopes.add_mean(chains, -1.0);
        }
        self.slopes.ascend(machine, settings);
        self.couplings.update(machine);
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
        }
    }

    fn clear(&mut self) {
        self.is_clear = true;
        self.visible_biases.fill(0.0);
        self.hidden_biases.fill(0.0);
    }

    /// Adds sign · the averages over configurations, whose hidden inputs become means.
    fn add_mean(&mut self, state: &mut PackedConfigurations, sign: f64) {
        let rows = state.visible.rows();
        let factor = sign / as_float(rows);
        let [visible, hidden] = state.values;
        hidden.means(&mut state.hidden_inputs, single(factor));
        self.by_unit.transpose(&state.visible);
        let values = visible.both();
        add_products(
            &self.by_unit,
            values,
            &state.hidden_inputs,
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
        for (sums, means) in sums.iter_mut().zip(state.hidden_inputs.chunks_exact(rows)) {
            for block in means {
                for (sum, &mean) in sums.iter_mut().zip(block.lanes()) {
                    *sum += f64::from(mean);
                }
            }
        }
    }

    /// W → W + η (∂L/∂W − λ W), and the same without λ for biases that learn.
    fn ascend(&self, machine: &mut Rbm, settings: &Training) {
        let (rate, decay) = (settings.learning_rate, settings.l2);
        let (weights, visible, hidden) = machine.parameters_mut();
        ascend_words(weights, &self.weights, rate, decay);
        if settings.biases {
            add_scaled(visible, rate, &self.visible_biases);
            add_scaled(hidden, rate, &self.hidden_biases);
        }
    }
}

/// One step of all weights; slopes of 64 hidden units come after another.
fn ascend_words(weights: MatMut<'_, f64>, slopes: &[Block], rate: f64, decay: f64) {
    let words = weights.ncols().div_ceil(WORD);
    if words == 1 {
        return ascend_word(weights, slopes, rate, decay);
    }
    let (first, second) = slopes.split_at(words / 2 * weights.nrows());
    let (left, right) = weights.split_at_col_mut(words / 2 * WORD);
    let left = || ascend_words(left, first, rate, decay);
    let right = || ascend_words(right, second, rate, decay);
    if slopes.len() < LARGE {
        left();
        right();
    } else {
        rayon::join(left, right);
    }
}

/// One step of the weights of 64 hidden units or fewer.
fn ascend_word(mut columns: MatMut<'_, f64>, slopes: &[Block], rate: f64, decay: f64) {
    for (piece, slopes) in slopes.chunks(PIECE).enumerate() {
        for (lane, column) in columns.as_mut().col_iter_mut().enumerate() {
            let column = column.try_as_col_major_mut().expect("contiguous");
            let weights = &mut column.as_slice_mut()[piece * PIECE..][..slopes.len()];
            for (w, slopes) in weights.iter_mut().zip(slopes) {
                let slope = f64::from(slopes.lanes()[lane]);
                *w += rate * (slope - decay * *w);
            }
        }
    }
}
