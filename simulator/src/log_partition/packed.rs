//! Annealing of two-valued units, one bit each.

use faer::MatRef;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::machine::Rbm;
use crate::packed::{
    Bits, Block, Couplings, PackedConfigurations, Values, WORD, add_cumulants, single, write_blocks,
};
use crate::stream::stream;

/// Chains that one thread takes through all temperatures.
const CHAINS: usize = 256;

/// A machine between independent units of biases b⁰ at β = 0 and itself at β = 1.
///
/// Inputs are those at β = 1 without b⁰, whatever β: the weights need not be scaled.
pub(super) struct PackedPath<'a> {
    machine: &'a Rbm,
    couplings: Couplings,
    /// b⁰ as fields.
    offsets: Vec<Block>,
    /// b − b⁰ where they are not all 0.
    slopes: Option<Vec<f64>>,
}

impl<'a> PackedPath<'a> {
    pub(super) fn new(machine: &'a Rbm, base: &[f64]) -> Self {
        let mut couplings = Couplings::new(machine);
        let biases = machine.visible().biases();
        let slopes: Vec<_> = biases.iter().zip(base).map(|(b, b0)| b - b0).collect();
        write_blocks(&mut couplings.visible.biases, slopes.iter().copied());
        let mut offsets = vec![Block::default(); base.len().div_ceil(WORD)];
        let slope = f64::from(Values::of(machine.visible()).slope);
        write_blocks(&mut offsets, base.iter().map(|b0| slope * b0));
        Self {
            machine,
            couplings,
            offsets,
            slopes: slopes.iter().any(|x| x.abs() > 0.0).then_some(slopes),
        }
    }

    /// Adds the logarithms of the weights of chains that rise through the temperatures.
    pub(super) fn forward(&self, betas: &[f64], weights: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        let start = |_, chains| self.independent(chains);
        Self::each(weights, start, rng, |state, weights, rng| {
            state.draw_visible(0.0, Some(&self.offsets), rng);
            for pair in betas.windows(2) {
                state.write_hidden_inputs(&self.couplings);
                self.add_ratios(state, (pair[1], pair[0]), -1.0, weights);
                // The last of these sweeps follows the law of the machine and changes no weight.
                if pair[1] < 1.0 {
                    self.sweep(state, pair[1], rng);
                }
            }
        });
    }

    /// The same for chains that come back from configurations of the machine, the columns of `starts`.
    pub(super) fn reverse(
        &self,
        betas: &[f64],
        starts: MatRef<'_, f64>,
        weights: &mut [f64],
        rng: &mut Xoshiro256PlusPlus,
    ) {
        let start = |first, chains| {
            let starts = Bits::from_columns(starts.subcols(first, chains));
            PackedConfigurations::new(self.machine, starts)
        };
        Self::each(weights, start, rng, |state, weights, rng| {
            state.write_hidden_inputs(&self.couplings);
            for pair in betas.windows(2).rev() {
                self.sweep(state, pair[1], rng);
                state.write_hidden_inputs(&self.couplings);
                self.add_ratios(state, (pair[1], pair[0]), 1.0, weights);
            }
        });
    }

    /// Takes groups of chains, each with random numbers of its own, along a path.
    fn each(
        weights: &mut [f64],
        start: impl Fn(usize, usize) -> PackedConfigurations + Sync,
        rng: &mut Xoshiro256PlusPlus,
        path: impl Fn(&mut PackedConfigurations, &mut [f64], &mut Xoshiro256PlusPlus) + Sync,
    ) {
        let key = rng.next_u64();
        let groups = weights.par_chunks_mut(CHAINS).enumerate();
        groups.for_each(|(group, weights)| {
            let mut rng = stream(key, "annealed chains", group as u64);
            let mut state = start(group * CHAINS, weights.len());
            path(&mut state, weights, &mut rng);
        });
    }

    /// Chains whose visible units have no inputs yet.
    fn independent(&self, chains: usize) -> PackedConfigurations {
        let units = self.machine.visible().units();
        let mut state = PackedConfigurations::new(self.machine, Bits::zeros(chains, units));
        let blocks = self.couplings.visible.blocks(chains);
        state.visible_inputs.resize(blocks, Block::default());
        state
    }

    /// An update of both layers at β where the inputs of the hidden units are known.
    fn sweep(&self, state: &mut PackedConfigurations, beta: f64, rng: &mut Xoshiro256PlusPlus) {
        let beta = single(beta);
        state.draw_hidden(beta, rng);
        state.write_visible_inputs(&self.couplings);
        state.draw_visible(beta, Some(&self.offsets), rng);
    }

    /// Adds ± (`F_β − F_β′`) for (β, β′) to the weight of every chain.
    fn add_ratios(
        &self,
        state: &PackedConfigurations,
        betas: (f64, f64),
        sign: f64,
        weights: &mut [f64],
    ) {
        let [visible, hidden] = state.values;
        let units = state.hidden.units();
        add_cumulants(&state.hidden_inputs, units, hidden, betas, sign, weights);
        if let Some(slopes) = &self.slopes {
            let factor = sign * (betas.1 - betas.0);
            state.visible.add_sums(
                0,
                slopes,
                visible.both().map(|x| factor * f64::from(x)),
                weights,
            );
        }
    }
}
