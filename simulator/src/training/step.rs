//! One step of learning: a positive phase, a negative phase and an ascent.
//!
//! ```text
//! positive phase   ∂L/∂W  = ⟨v hᵀ⟩ over the batch
//! negative phase   ∂L/∂W −= ⟨v hᵀ⟩ over the model
//! ascent           W += η (∂L/∂W − λ W)
//! ```
//!
//! with the means of the hidden units given the visible ones in place of h. The step is written once; [`Layers`] says how
//! units, weights and slopes are held, as real numbers or as bits.

use std::fmt::Debug;

use faer::{Mat, MatMut, MatRef};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::settings::{Algorithm, Rule, Training};
use crate::error::{Error, Result};
use crate::gibbs::independent;
use crate::machine::Rbm;

/// One way to hold chains, weights and slopes of the log-likelihood, and to do each part of a step with them.
pub(super) trait Layers {
    /// Configurations of both layers, with the inputs of the hidden units.
    type Chains: Debug + Clone;

    /// Sets the visible units to those of the given samples.
    fn gather(&self, chains: &mut Self::Chains, rows: &[usize]);

    /// Sets the visible units to given ones, one chain per column.
    fn restart(&self, chains: &mut Self::Chains, visible: MatRef<'_, f64>);

    /// Writes the inputs of the hidden units.
    fn write_hidden_inputs(&self, machine: &Rbm, chains: &mut Self::Chains);

    /// Draws all hidden and then all visible units, `sweeps` times. The inputs of the hidden units are written before and
    /// after.
    fn sweep(
        &self,
        machine: &Rbm,
        chains: &mut Self::Chains,
        sweeps: usize,
        rng: &mut Xoshiro256PlusPlus,
    );

    /// Sets all slopes to 0.
    fn clear(&mut self);

    /// Adds sign · the averages of v hᵀ, v and h over chains whose hidden inputs are written.
    fn add_mean(&mut self, machine: &Rbm, chains: &Self::Chains, sign: f64);

    /// Subtracts the averages of v hᵀ, v and h over the law of the machine.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless units are held as real numbers, or where no layer can be enumerated.
    fn subtract_model(&mut self, _machine: &Rbm) -> Result<()> {
        Err(Error::Unsupported {
            name: "the exact gradient of units held as bits",
            remedy: "units held as real numbers",
        })
    }

    /// Applies the rule to all weights.
    fn ascend(&self, weights: MatMut<'_, f64>, rule: Rule);

    /// Slopes in the visible and in the hidden biases.
    fn bias_slopes(&self) -> (impl Iterator<Item = f64>, impl Iterator<Item = f64>);

    /// Takes over weights and biases that have changed.
    fn follow(&mut self, machine: &Rbm);

    /// Visible units of chains, one chain per column.
    fn visible(&self, machine: &Rbm, chains: &Self::Chains) -> Mat<f64>;
}

/// Layers in training.
#[derive(Debug, Clone)]
pub(super) struct Learner<L: Layers> {
    layers: L,
    batch: L::Chains,
    /// Chains besides those of the batch: those of PCD go on from step to step, restarted ones do not.
    chains: Option<L::Chains>,
}

impl<L: Layers> Learner<L> {
    /// Buffers for a batch, and chains besides where the algorithm has them.
    pub(super) fn new(layers: L, batch: L::Chains, chains: Option<L::Chains>) -> Self {
        Self {
            layers,
            batch,
            chains,
        }
    }

    /// Visible units of the chains that are not of the batch, one chain per column.
    pub(super) fn chains(&self, machine: &Rbm) -> Option<Mat<f64>> {
        let chains = self.chains.as_ref()?;
        Some(self.layers.visible(machine, chains))
    }

    /// One step with the samples of the given rows.
    pub(super) fn step(
        &mut self,
        machine: &mut Rbm,
        settings: &Training,
        rows: &[usize],
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<()> {
        self.positive_phase(machine, rows);
        self.negative_phase(machine, settings, rng)?;
        self.ascent(machine, settings);
        Ok(())
    }

    /// Slopes from the data.
    fn positive_phase(&mut self, machine: &Rbm, rows: &[usize]) {
        let (layers, batch) = (&mut self.layers, &mut self.batch);
        layers.clear();
        layers.gather(batch, rows);
        layers.write_hidden_inputs(machine, batch);
        layers.add_mean(machine, batch, 1.0);
    }

    /// Minus slopes from the model.
    fn negative_phase(
        &mut self,
        machine: &Rbm,
        settings: &Training,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<()> {
        let layers = &mut self.layers;
        let (chains, steps) = match settings.algorithm {
            Algorithm::Exact => return layers.subtract_model(machine),
            // The chains start from the data, whose hidden inputs are written.
            Algorithm::Contrastive { steps } => (&mut self.batch, steps),
            // The chains go on from where the last step left them, with weights that have changed since.
            Algorithm::Persistent { steps } => {
                let chains = self.chains.as_mut().expect("PCD has chains");
                layers.write_hidden_inputs(machine, chains);
                (chains, steps)
            }
            Algorithm::Restarted { steps } => {
                let chains = self.chains.as_mut().expect("there are chains to restart");
                let visible = independent(machine.visible(), settings.chains, rng);
                layers.restart(chains, visible.as_ref());
                layers.write_hidden_inputs(machine, chains);
                (chains, steps)
            }
        };
        layers.sweep(machine, chains, steps, rng);
        layers.add_mean(machine, chains, -1.0);
        Ok(())
    }

    /// All parameters up their slopes; biases only where they learn, and without decay.
    fn ascent(&mut self, machine: &mut Rbm, settings: &Training) {
        let rule = settings.rule();
        let (weights, visible, hidden) = machine.parameters_mut();
        self.layers.ascend(weights, rule);
        if settings.biases {
            let rule = rule.without_decay();
            let (visible_slopes, hidden_slopes) = self.layers.bias_slopes();
            rule.ascend(visible, visible_slopes);
            rule.ascend(hidden, hidden_slopes);
        }
        self.layers.follow(machine);
    }
}
