//! Layers of two-valued units, few of them hidden, whose configurations are listed.

use faer::{Mat, MatMut, MatRef};
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::settings::Rule;
use super::step::Layers;
use crate::machine::Rbm;
use crate::numbers::as_float;
use crate::packed::few::{FewConfigurations, FewCouplings, Sums};
use crate::packed::{Bits, single, two_values};
use crate::samples::Samples;

/// The samples as bits, the weights as tables, and the slopes as sums.
#[derive(Debug, Clone)]
pub(super) struct FewLayers {
    samples: Bits,
    couplings: FewCouplings,
    sums: Sums,
    hidden_units: usize,
}

impl FewLayers {
    pub(super) fn new(machine: &Rbm, samples: &Samples) -> Self {
        Self {
            samples: Bits::from_samples(samples),
            couplings: FewCouplings::new(machine),
            sums: Sums::zeros(machine),
            hidden_units: machine.hidden().units(),
        }
    }
}

impl Layers for FewLayers {
    type Chains = FewConfigurations;

    fn gather(&self, chains: &mut FewConfigurations, rows: &[usize]) {
        chains.gather(&self.samples, rows);
    }

    fn restart(&self, chains: &mut FewConfigurations, visible: MatRef<'_, f64>) {
        *chains = FewConfigurations::from_columns(visible, self.hidden_units);
    }

    fn write_hidden_inputs(&self, _machine: &Rbm, chains: &mut FewConfigurations) {
        chains.write_inputs(&self.couplings);
    }

    fn sweep(
        &self,
        _machine: &Rbm,
        chains: &mut FewConfigurations,
        sweeps: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) {
        chains.sweep(&self.couplings, sweeps, rng.next_u64());
    }

    fn clear(&mut self) {
        self.sums.clear();
    }

    fn add_mean(&mut self, _machine: &Rbm, chains: &FewConfigurations, sign: f64) {
        let factor = single(sign / as_float(chains.rows()));
        self.sums.add(chains, &self.couplings, factor);
    }

    fn ascend(&self, mut weights: MatMut<'_, f64>, rule: Rule) {
        for (k, column) in weights.as_mut().col_iter_mut().enumerate() {
            let column = column.try_as_col_major_mut().expect("contiguous");
            rule.ascend(column.as_slice_mut(), self.sums.products(k));
        }
    }

    fn bias_slopes(&self) -> (impl Iterator<Item = f64>, impl Iterator<Item = f64>) {
        let hidden = (0..self.hidden_units).map(|k| self.sums.mean(k));
        (self.sums.products(self.hidden_units), hidden)
    }

    fn follow(&mut self, machine: &Rbm) {
        self.couplings.update(machine);
    }

    fn visible(&self, machine: &Rbm, chains: &FewConfigurations) -> Mat<f64> {
        chains.to_columns(two_values(machine.visible()))
    }
}
