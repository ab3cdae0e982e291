//! The exact gradient of a machine one of whose layers can be enumerated.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};

use super::gradient::{Gradient, add_columns};
use super::real::RealLayers;
use super::step::Layers;
use crate::error::{Result, at_least, same_size};
use crate::exponential::exp;
use crate::gibbs::Configurations;
use crate::log_partition::Enumeration;
use crate::machine::Rbm;
use crate::numbers::{add_scaled, as_float, dot};
use crate::samples::Samples;

/// Configurations or samples that are treated together.
const BLOCK: usize = 256;

/// Gradient of the log-likelihood per sample of all rows of `samples`, exact.
///
/// # Errors
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) where neither layer can be enumerated
/// ([`LARGEST_LAYER`](crate::log_partition::LARGEST_LAYER)), without samples or for a value that the visible units cannot
/// take; [`Error::Size`](crate::Error::Size) unless samples have N entries.
pub fn exact_gradient(machine: &Rbm, samples: &Samples) -> Result<Gradient> {
    let rows = at_least("samples", "at least 1", samples.rows(), 1)?;
    same_size("samples", machine.visible().units(), samples.columns())?;
    let mut sum = Gradient::zeros(machine);
    let mut layers = RealLayers::new(machine, samples);
    for first in (0..rows).step_by(BLOCK) {
        let last = rows.min(first + BLOCK);
        let mut data = Configurations::new(machine, samples.columns_of(first..last))?;
        layers.clear();
        layers.write_hidden_inputs(machine, &mut data);
        layers.add_mean(machine, &data, 1.0);
        let share = as_float(last - first) / as_float(rows);
        sum.add(layers.gradient(), share);
    }
    subtract_model(machine, &mut sum)?;
    Ok(sum)
}

/// Subtracts the averages over the law of the machine.
///
/// The probability of a configuration s of the enumerated layer is exp(b·s + Σ φ(I(s)))/Z, and the other layer has the
/// means φ′(I(s)).
///
/// # Errors
/// As [`exact_gradient`].
pub(super) fn subtract_model(machine: &Rbm, gradient: &mut Gradient) -> Result<()> {
    let sides = Enumeration::new(machine)?;
    let log_partition = sides.log_partition()?;
    let size = BLOCK.min(sides.configurations());
    let mut values = Mat::zeros(sides.enumerated().units(), size);
    let mut inputs = Mat::zeros(sides.summed().units(), size);
    let mut means = inputs.clone();
    // The number of configurations is a power of two, as is the size of a block.
    for first in (0..sides.configurations()).step_by(size) {
        for c in 0..size {
            sides.write(first + c, values.col_as_slice_mut(c));
            inputs
                .col_as_slice_mut(c)
                .copy_from_slice(sides.summed().biases());
        }
        let (to, weights) = (inputs.as_mut(), sides.weights());
        matmul(to, Accum::Add, weights, values.as_ref(), 1.0, Par::Seq);
        for c in 0..size {
            let probability = sides.probability(
                values.col_as_slice(c),
                inputs.col_as_slice(c),
                log_partition,
            );
            let summed = sides.summed();
            summed.write_means(inputs.col_as_slice(c), means.col_as_slice_mut(c));
            means
                .col_as_slice_mut(c)
                .iter_mut()
                .for_each(|m| *m *= probability);
            gradient.subtract_biases(&sides, values.col_as_slice(c), probability);
        }
        gradient.subtract_products(&sides, &values, &means);
    }
    Ok(())
}

impl Enumeration<'_> {
    /// Probability of a configuration of the enumerated layer with these inputs of the other one.
    fn probability(&self, values: &[f64], inputs: &[f64], log_partition: f64) -> f64 {
        let biases = dot(self.enumerated().biases(), values);
        exp(biases + self.summed().cumulant_sum(inputs, 1.0) - log_partition)
    }
}

impl Gradient {
    /// Adds a multiple of another gradient.
    fn add(&mut self, other: &Self, factor: f64) {
        for (to, from) in self.weights.col_iter_mut().zip(other.weights.col_iter()) {
            to.iter_mut()
                .zip(from.iter())
                .for_each(|(to, x)| *to += factor * x);
        }
        add_scaled(&mut self.visible_biases, factor, &other.visible_biases);
        add_scaled(&mut self.hidden_biases, factor, &other.hidden_biases);
    }

    /// Subtracts a configuration of the enumerated layer with its probability.
    fn subtract_biases(&mut self, sides: &Enumeration<'_>, values: &[f64], probability: f64) {
        let biases = if sides.hidden() {
            &mut self.hidden_biases
        } else {
            &mut self.visible_biases
        };
        add_scaled(biases, -probability, values);
    }

    /// Subtracts products of the layers and means of the summed one, which hold the probabilities.
    fn subtract_products(&mut self, sides: &Enumeration<'_>, values: &Mat<f64>, means: &Mat<f64>) {
        if sides.hidden() {
            self.add_weights(means.as_ref(), values.as_ref(), -1.0);
            add_columns(&mut self.visible_biases, means.as_ref(), -1.0);
        } else {
            self.add_weights(values.as_ref(), means.as_ref(), -1.0);
            add_columns(&mut self.hidden_biases, means.as_ref(), -1.0);
        }
    }
}
