//! A given machine, whose parameters and kinds of units are known.

use super::Kind;
use anyhow::{Context, Result, bail, ensure};
use faer::Mat;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_theory::reciprocal;

/// Weights, biases and kinds of units.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenMachine {
    /// What messages call it.
    pub name: String,
    /// W, one row per visible unit, one column per hidden one; one row or column per state of a categorical unit.
    pub weights: Mat<f64>,
    /// b, one entry per row of W.
    pub visible_bias: Vec<f64>,
    /// c, one entry per column of W.
    pub hidden_bias: Vec<f64>,
    /// Kind of the visible units.
    pub visible: Kind,
    /// Kind of the hidden units.
    pub hidden: Kind,
}

impl GivenMachine {
    /// Errs for samples, one per row, that the visible units cannot be in; `name` is what messages call them.
    pub(crate) fn check_samples(&self, name: &str, samples: &Mat<f64>) -> Result<()> {
        let units = self.weights.nrows();
        ensure!(
            samples.ncols() == units,
            "{name}: {} columns, {} has {units} visible units",
            samples.ncols(),
            self.name
        );
        for (number, row) in samples.row_iter().enumerate() {
            let values: Vec<f64> = row.iter().copied().collect();
            if let Some(column) = self.visible.stray(&values) {
                bail!(
                    "{name}: sample {number} has {:?} in column {column} (both counted from 0), which {} units cannot take: give samples in the values of the \
                     machine's units",
                    values[column],
                    self.visible
                );
            }
        }
        Ok(())
    }

    /// The machine whose landscape the theory computes.
    ///
    /// # Errors
    /// If the theory does not have the units, or a number is not finite.
    pub fn in_theory(&self) -> Result<reciprocal::Machine> {
        let machine = || -> Result<_> {
            Ok(reciprocal::Machine::new(
                self.weights.clone(),
                self.visible_bias.clone(),
                self.hidden_bias.clone(),
                self.visible.in_theory()?,
                self.hidden.in_theory()?,
            )?)
        };
        machine().with_context(|| self.name.clone())
    }

    /// The machine that the simulator samples.
    ///
    /// # Errors
    /// If the simulator does not have such a machine, or a number is not finite.
    pub fn in_simulator(&self) -> Result<Rbm> {
        let machine = || -> Result<_> {
            let visible = self.visible.layer(self.visible_bias.clone())?;
            let hidden = self.hidden.layer(self.hidden_bias.clone())?;
            Ok(Rbm::new(self.weights.clone(), visible, hidden)?)
        };
        machine().with_context(|| self.name.clone())
    }
}
