//! Layers of units of any kind, held as real numbers.

use faer::{Mat, MatMut, MatRef};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::exact::subtract_model;
use super::gradient::Gradient;
use super::settings::Rule;
use super::step::Layers;
use crate::error::Result;
use crate::gibbs::Configurations;
use crate::machine::Rbm;
use crate::samples::Samples;

/// The samples, and the slopes as real numbers.
#[derive(Debug, Clone)]
pub(super) struct RealLayers<'a> {
    samples: &'a Samples,
    gradient: Gradient,
    /// Means of the hidden units, one column per chain.
    means: Mat<f64>,
}

impl<'a> RealLayers<'a> {
    pub(super) fn new(machine: &Rbm, samples: &'a Samples) -> Self {
        Self {
            samples,
            gradient: Gradient::zeros(machine),
            means: Mat::zeros(machine.hidden().units(), 0),
        }
    }

    /// Slopes that were added since they were cleared.
    pub(super) fn gradient(&self) -> &Gradient {
        &self.gradient
    }
}

impl Layers for RealLayers<'_> {
    type Chains = Configurations;

    fn gather(&self, chains: &mut Configurations, rows: &[usize]) {
        chains.resize(rows.len());
        for (column, &row) in rows.iter().enumerate() {
            let visible = chains.visible.col_as_slice_mut(column);
            self.samples.write_row(row, visible);
        }
    }

    fn restart(&self, chains: &mut Configurations, visible: MatRef<'_, f64>) {
        chains.visible.copy_from(visible);
    }

    fn write_hidden_inputs(&self, machine: &Rbm, chains: &mut Configurations) {
        chains.write_hidden_inputs(machine);
    }

    fn sweep(
        &self,
        machine: &Rbm,
        chains: &mut Configurations,
        sweeps: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) {
        (0..sweeps).for_each(|_| chains.advance(machine, rng));
    }

    fn clear(&mut self) {
        self.gradient.clear();
    }

    fn add_mean(&mut self, machine: &Rbm, chains: &Configurations, sign: f64) {
        let inputs = &chains.hidden_inputs;
        let size = (inputs.nrows(), inputs.ncols());
        self.means.resize_with(size.0, size.1, |_, _| 0.0);
        for c in 0..size.1 {
            let means = self.means.col_as_slice_mut(c);
            machine.hidden().write_means(inputs.col_as_slice(c), means);
        }
        let (visible, means) = (chains.visible.as_ref(), self.means.as_ref());
        self.gradient.add_mean(visible, means, sign);
    }

    fn subtract_model(&mut self, machine: &Rbm) -> Result<()> {
        subtract_model(machine, &mut self.gradient)
    }

    fn ascend(&self, mut weights: MatMut<'_, f64>, rule: Rule) {
        let columns = weights.as_mut().col_iter_mut();
        for (weights, slopes) in columns.zip(self.gradient.weights.col_iter()) {
            rule.ascend(weights.iter_mut(), slopes.iter().copied());
        }
    }

    fn bias_slopes(&self) -> (impl Iterator<Item = f64>, impl Iterator<Item = f64>) {
        let gradient = &self.gradient;
        let (visible, hidden) = (&gradient.visible_biases, &gradient.hidden_biases);
        (visible.iter().copied(), hidden.iter().copied())
    }

    fn follow(&mut self, _machine: &Rbm) {}

    fn visible(&self, _machine: &Rbm, chains: &Configurations) -> Mat<f64> {
        chains.visible.clone()
    }
}
