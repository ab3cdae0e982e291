//! The machine: two layers of units and the weights between them.

mod kind;
mod layer;

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

pub use kind::LayerKind;
pub use layer::Layer;

use crate::error::{Error, Result, check, same_size};
use crate::numbers::dot;

/// A Restricted Boltzmann Machine.
///
/// ```text
/// E(v, h) = − Σ_iμ v_i W_iμ h_μ − Σ_i b_i v_i − Σ_μ c_μ h_μ + Σ_i U_v(v_i) + Σ_μ U_h(h_μ),   p(v, h) = exp(−E)/Z
/// ```
///
/// where W is the N × M matrix of weights, b and c are the biases of the layers and U the potentials of their units; units
/// of two values have none.
#[derive(Debug, Clone, PartialEq)]
pub struct Rbm {
    weights: Mat<f64>,
    visible: Layer,
    hidden: Layer,
}

impl Rbm {
    /// A machine of two layers.
    ///
    /// # Errors
    /// [`Error::Size`] unless `weights` is N × M; [`Error::OutOfDomain`] for a weight that is not finite;
    /// [`Error::Unsupported`] unless one of the layers has spins, binary or categorical units: two layers of real units need
    /// not have a normalizable law.
    pub fn new(weights: Mat<f64>, visible: Layer, hidden: Layer) -> Result<Self> {
        same_size("rows of weights", visible.units(), weights.nrows())?;
        same_size("columns of weights", hidden.units(), weights.ncols())?;
        if !visible.unit().is_two_valued() && !hidden.unit().is_two_valued() {
            return Err(Error::Unsupported {
                name: "a machine with two layers of real units",
                remedy: "spin or binary units in one of them",
            });
        }
        for column in weights.col_iter() {
            column
                .iter()
                .try_for_each(|&w| check("weight", "finite", w, |_| true).map(drop))?;
        }
        Ok(Self {
            weights,
            visible,
            hidden,
        })
    }

    /// A machine of independent Gaussian weights of mean 0 and the standard deviation `scale` ≥ 0.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::OutOfDomain`] unless `scale` is finite and not negative.
    pub fn random(
        visible: Layer,
        hidden: Layer,
        scale: f64,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        check("scale", "finite and not negative", scale, |s| s >= 0.0)?;
        let mut draw = |_, _| {
            let z: f64 = StandardNormal.sample(rng);
            scale * z
        };
        let weights = Mat::from_fn(visible.units(), hidden.units(), &mut draw);
        Self::new(weights, visible, hidden)
    }

    /// The N × M weights W.
    pub fn weights(&self) -> MatRef<'_, f64> {
        self.weights.as_ref()
    }

    /// The visible layer.
    pub fn visible(&self) -> &Layer {
        &self.visible
    }

    /// The hidden layer.
    pub fn hidden(&self) -> &Layer {
        &self.hidden
    }

    /// E(v, h).
    ///
    /// # Errors
    /// [`Error::Size`] unless v has N entries and h has M.
    pub fn energy(&self, visible: &[f64], hidden: &[f64]) -> Result<f64> {
        same_size("visible", self.visible.units(), visible.len())?;
        let inputs = self.inputs_v_from_h(column(hidden))?;
        Ok(self.energy_given_inputs(visible, hidden, inputs.col_as_slice(0)))
    }

    /// Free energy of a visible configuration, the hidden units summed out.
    ///
    /// ```text
    /// F(v) = − b·v + Σ_i U_v(v_i) − Σ_μ φ(I_μ(v)),   p(v) = exp(−F(v))/Z
    /// ```
    ///
    /// # Errors
    /// [`Error::Size`] unless v has N entries.
    pub fn free_energy(&self, visible: &[f64]) -> Result<f64> {
        let inputs = self.inputs_h_from_v(column(visible))?;
        let hidden = self.hidden.cumulant_sum(inputs.col_as_slice(0), 1.0);
        Ok(self.visible.own_energy(visible) - hidden)
    }

    /// Inputs Wᵀv + c of the hidden units, for each column v of `visible`.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have N entries.
    pub fn inputs_h_from_v(&self, visible: MatRef<'_, f64>) -> Result<Mat<f64>> {
        same_size("rows of visible", self.visible.units(), visible.nrows())?;
        let mut inputs = Mat::zeros(self.hidden.units(), visible.ncols());
        self.write_inputs_h_from_v(visible, inputs.as_mut());
        Ok(inputs)
    }

    /// Inputs W h + b of the visible units, for each column h of `hidden`.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have M entries.
    pub fn inputs_v_from_h(&self, hidden: MatRef<'_, f64>) -> Result<Mat<f64>> {
        same_size("rows of hidden", self.hidden.units(), hidden.nrows())?;
        Ok(self.exact_inputs_v_from_h(hidden))
    }

    /// [`inputs_v_from_h`](Self::inputs_v_from_h) for columns of M entries.
    pub(crate) fn exact_inputs_v_from_h(&self, hidden: MatRef<'_, f64>) -> Mat<f64> {
        let mut inputs = Mat::zeros(self.visible.units(), hidden.ncols());
        self.write_inputs_v_from_h(hidden, inputs.as_mut());
        inputs
    }

    /// Writes the inputs of the hidden units into a matrix of M rows.
    pub(crate) fn write_inputs_h_from_v(&self, visible: MatRef<'_, f64>, inputs: MatMut<'_, f64>) {
        write_inputs(
            self.weights.transpose(),
            self.hidden.biases(),
            visible,
            inputs,
        );
    }

    /// Writes the inputs of the visible units into a matrix of N rows.
    pub(crate) fn write_inputs_v_from_h(&self, hidden: MatRef<'_, f64>, inputs: MatMut<'_, f64>) {
        write_inputs(self.weights.as_ref(), self.visible.biases(), hidden, inputs);
    }

    /// Weights, visible and hidden biases, for rules that keep them finite.
    pub(crate) fn parameters_mut(&mut self) -> (MatMut<'_, f64>, &mut [f64], &mut [f64]) {
        let (visible, hidden) = (self.visible.biases_mut(), self.hidden.biases_mut());
        (self.weights.as_mut(), visible, hidden)
    }

    /// E(v, h) where the inputs of the visible units are known.
    pub(crate) fn energy_given_inputs(
        &self,
        visible: &[f64],
        hidden: &[f64],
        inputs: &[f64],
    ) -> f64 {
        let potentials = self.visible.potential_energy(visible);
        potentials - dot(visible, inputs) + self.hidden.own_energy(hidden)
    }
}

/// inputs = weights · values + biases, on one thread.
fn write_inputs(
    weights: MatRef<'_, f64>,
    biases: &[f64],
    values: MatRef<'_, f64>,
    mut inputs: MatMut<'_, f64>,
) {
    for column in inputs.as_mut().col_iter_mut() {
        column
            .iter_mut()
            .zip(biases)
            .for_each(|(input, bias)| *input = *bias);
    }
    matmul(inputs, Accum::Add, weights, values, 1.0, Par::Seq);
}

/// A slice as a matrix of one column.
fn column(values: &[f64]) -> MatRef<'_, f64> {
    MatRef::from_column_major_slice(values, values.len(), 1)
}
