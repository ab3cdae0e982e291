//! Averages over data and over chains.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::gradient::Gradient;
use crate::error::Result;
use crate::gibbs::Configurations;
use crate::machine::Rbm;

/// Configurations whose averages enter the gradient, with the means of their hidden units given the visible ones.
#[derive(Debug, Clone)]
pub(super) struct Phase {
    state: Configurations,
    means: Mat<f64>,
}

impl Phase {
    /// The columns of `visible`.
    ///
    /// # Errors
    /// As [`Chains::new`](crate::gibbs::Chains::new).
    pub(super) fn new(machine: &Rbm, visible: Mat<f64>) -> Result<Self> {
        let means = Mat::zeros(machine.hidden().units(), visible.ncols());
        Ok(Self {
            state: Configurations::new(machine, visible)?,
            means,
        })
    }

    pub(super) fn visible(&self) -> &Mat<f64> {
        &self.state.visible
    }

    pub(super) fn visible_mut(&mut self) -> &mut Mat<f64> {
        &mut self.state.visible
    }

    /// Adds ± the averages over these configurations to a gradient; the inputs of the hidden units are known.
    fn add(&mut self, machine: &Rbm, gradient: &mut Gradient, sign: f64) {
        for c in 0..self.means.ncols() {
            let inputs = self.state.hidden_inputs.col_as_slice(c);
            machine
                .hidden()
                .write_means(inputs, self.means.col_as_slice_mut(c));
        }
        gradient.add_mean(self.state.visible.as_ref(), self.means.as_ref(), sign);
    }

    /// Adds the averages over data.
    pub(super) fn add_data(&mut self, machine: &Rbm, gradient: &mut Gradient) {
        self.state.write_hidden_inputs(machine);
        self.add(machine, gradient, 1.0);
    }

    /// Moves on by `steps` sweeps and subtracts the averages over where the chains are then. The inputs of the hidden units
    /// are those of the present machine.
    pub(super) fn subtract_chains(
        &mut self,
        machine: &Rbm,
        gradient: &mut Gradient,
        steps: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) {
        (0..steps).for_each(|_| self.state.advance(machine, rng));
        self.add(machine, gradient, -1.0);
    }

    /// The same for chains that the machine left behind when it changed.
    pub(super) fn subtract_persistent(
        &mut self,
        machine: &Rbm,
        gradient: &mut Gradient,
        steps: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) {
        self.state.write_hidden_inputs(machine);
        self.subtract_chains(machine, gradient, steps, rng);
    }
}
