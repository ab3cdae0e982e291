//! Slopes of a log-likelihood.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};

use crate::machine::Rbm;
use crate::numbers::as_float;

/// Slopes of the log-likelihood per sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// ∂L/∂W, N × M.
    pub weights: Mat<f64>,
    /// ∂L/∂b.
    pub visible_biases: Vec<f64>,
    /// ∂L/∂c.
    pub hidden_biases: Vec<f64>,
}

impl Gradient {
    /// Zero, of the shape of a machine.
    pub(super) fn zeros(machine: &Rbm) -> Self {
        let (units, hidden_units) = (machine.visible().units(), machine.hidden().units());
        Self {
            weights: Mat::zeros(units, hidden_units),
            visible_biases: vec![0.0; units],
            hidden_biases: vec![0.0; hidden_units],
        }
    }

    pub(super) fn clear(&mut self) {
        self.weights.fill(0.0);
        self.visible_biases.fill(0.0);
        self.hidden_biases.fill(0.0);
    }

    /// Adds factor · (1/C) Σ (v hᵀ, v, h) over the C columns.
    pub(super) fn add_mean(
        &mut self,
        visible: MatRef<'_, f64>,
        hidden: MatRef<'_, f64>,
        factor: f64,
    ) {
        let factor = factor / as_float(visible.ncols());
        self.add_weights(visible, hidden, factor);
        add_columns(&mut self.visible_biases, visible, factor);
        add_columns(&mut self.hidden_biases, hidden, factor);
    }

    /// Adds factor · Σ v hᵀ to the slopes in the weights.
    pub(super) fn add_weights(
        &mut self,
        visible: MatRef<'_, f64>,
        hidden: MatRef<'_, f64>,
        factor: f64,
    ) {
        let weights = self.weights.as_mut();
        matmul(
            weights,
            Accum::Add,
            visible,
            hidden.transpose(),
            factor,
            Par::Seq,
        );
    }
}

/// to += factor · Σ of the columns.
pub(super) fn add_columns(to: &mut [f64], matrix: MatRef<'_, f64>, factor: f64) {
    for column in matrix.col_iter() {
        for (to, x) in to.iter_mut().zip(column.iter()) {
            *to += factor * x;
        }
    }
}
