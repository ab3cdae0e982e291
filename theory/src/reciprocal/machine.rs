//! A given machine: weights, biases and the kinds of its units.

use faer::Mat;

use super::Unit;
use crate::error::{Error, Result, check};
use crate::numerics::{count, dot};

/// A restricted Boltzmann machine whose parameters are known.
///
/// ```text
/// E(v, h) = − Σ_iμ v_i W_iμ h_μ − Σ_i b_i v_i − Σ_μ c_μ h_μ + Σ U
/// ```
///
/// W is N × M: one row per visible unit, one column per hidden one.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    weights: Mat<f64>,
    visible_bias: Vec<f64>,
    hidden_bias: Vec<f64>,
    visible: Unit,
    hidden: Unit,
}

impl Machine {
    /// A machine with the given weights, biases and units.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if the matrix is empty, a bias has another length than the layer, or a number is not finite.
    pub fn new(
        weights: Mat<f64>,
        visible_bias: Vec<f64>,
        hidden_bias: Vec<f64>,
        visible: Unit,
        hidden: Unit,
    ) -> Result<Self> {
        check_weights(&weights)?;
        check_length("visible_bias", weights.nrows(), visible_bias.len())?;
        check_length("hidden_bias", weights.ncols(), hidden_bias.len())?;
        for &x in visible_bias.iter().chain(&hidden_bias) {
            check("bias", "finite", x, |_| true)?;
        }
        Ok(Self {
            weights,
            visible_bias,
            hidden_bias,
            visible,
            hidden,
        })
    }

    /// A machine without biases.
    ///
    /// # Errors
    /// As [`Machine::new`].
    pub fn unbiased(weights: Mat<f64>, visible: Unit, hidden: Unit) -> Result<Self> {
        let biases = (vec![0.0; weights.nrows()], vec![0.0; weights.ncols()]);
        Self::new(weights, biases.0, biases.1, visible, hidden)
    }

    /// The machine at the inverse temperature `beta`, which multiplies W, b and c.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `beta` is finite, or if a product is not.
    pub fn scaled(&self, beta: f64) -> Result<Self> {
        check("beta", "finite", beta, |_| true)?;
        let times = |bias: &[f64]| bias.iter().map(|x| beta * x).collect();
        let weights = Mat::from_fn(self.visible_units(), self.hidden_units(), |i, j| {
            beta * self.weights[(i, j)]
        });
        let (b, c) = (times(&self.visible_bias), times(&self.hidden_bias));
        Self::new(weights, b, c, self.visible, self.hidden)
    }

    /// The same machine with the names of its two layers exchanged.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self {
            weights: self.weights.transpose().to_owned(),
            visible_bias: self.hidden_bias.clone(),
            hidden_bias: self.visible_bias.clone(),
            visible: self.hidden,
            hidden: self.visible,
        }
    }

    /// W.
    pub fn weights(&self) -> &Mat<f64> {
        &self.weights
    }

    /// b.
    pub fn visible_bias(&self) -> &[f64] {
        &self.visible_bias
    }

    /// c.
    pub fn hidden_bias(&self) -> &[f64] {
        &self.hidden_bias
    }

    /// Kind of the visible units.
    pub fn visible(&self) -> Unit {
        self.visible
    }

    /// Kind of the hidden units.
    pub fn hidden(&self) -> Unit {
        self.hidden
    }

    /// Number N of visible units.
    pub fn visible_units(&self) -> usize {
        self.weights.nrows()
    }

    /// Number M of hidden units.
    pub fn hidden_units(&self) -> usize {
        self.weights.ncols()
    }

    /// Fields on the visible units, b + W h.
    pub fn inputs_v_from_h(&self, hidden: &[f64]) -> Vec<f64> {
        let mut inputs = self.visible_bias.clone();
        for (j, &h) in hidden.iter().enumerate() {
            let column = self.weights.col_as_slice(j);
            inputs
                .iter_mut()
                .zip(column)
                .for_each(|(input, w)| *input += h * w);
        }
        inputs
    }

    /// Fields on the hidden units, c + Wᵀ v.
    pub fn inputs_h_from_v(&self, visible: &[f64]) -> Vec<f64> {
        let dot = |(j, bias): (usize, &f64)| bias + dot(self.weights.col_as_slice(j), visible);
        self.hidden_bias.iter().enumerate().map(dot).collect()
    }

    /// −E of a state without the potentials: `b·v + c·h + vᵀ W h`.
    pub(super) fn alignment(&self, visible: &[f64], hidden: &[f64]) -> f64 {
        dot(&self.inputs_v_from_h(hidden), visible) + dot(&self.hidden_bias, hidden)
    }
}

/// A matrix that is not empty, of finite numbers.
pub(super) fn check_weights(weights: &Mat<f64>) -> Result<()> {
    let least = count(weights.nrows().min(weights.ncols()));
    check("number of weights", "at least 1", least, |n| n >= 1.0)?;
    for j in 0..weights.ncols() {
        for &x in weights.col_as_slice(j) {
            check("weight", "finite", x, |_| true)?;
        }
    }
    Ok(())
}

fn check_length(name: &'static str, expected: usize, found: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::OutOfDomain {
        name,
        domain: "as long as its layer",
        value: count(found),
    })
}
