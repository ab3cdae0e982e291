//! ln Z by enumeration of one layer, the other summed in closed form.

use faer::{Mat, MatRef};
use rayon::prelude::*;

use crate::error::{Error, Result, check};
use crate::exponential::exp;
use crate::machine::{Layer, Rbm};
use crate::numbers::{add_scaled, as_float, dot};

/// Largest layer that is enumerated: 2²⁵ configurations.
pub const LARGEST_LAYER: usize = 25;

/// Configurations between two computations of the inputs from scratch: rounding errors do not pile up.
const BLOCK_BITS: usize = 12;

/// ln Z of a machine one of whose layers has at most [`LARGEST_LAYER`] units of two values.
///
/// ```text
/// Z = Σ_h exp(c·h) Π_i exp φ_i(b_i + Σ_μ W_iμ h_μ)
/// ```
///
/// or with the layers exchanged, whichever sum is shorter. Successive configurations differ in one unit (Gray code), so
/// that each costs one addition per unit of the other layer. That layer may have units of any kind.
///
/// # Errors
/// [`Error::OutOfDomain`] for larger layers, and where ln Z is not finite; [`Error::Unsupported`] where neither layer has
/// units of two values (categorical and real ones, say).
///
/// # References
/// Gray, U.S. patent 2 632 058 (1953).
pub fn exact(machine: &Rbm) -> Result<f64> {
    Enumeration::new(machine)?.log_partition()
}

/// Whether [`exact()`] can enumerate the machine.
pub fn is_enumerable(machine: &Rbm) -> bool {
    smaller(machine).is_some_and(|layer| layer.units() <= LARGEST_LAYER)
}

/// The layer of two-valued units with fewer of them; the hidden one of two that are equal.
fn smaller(machine: &Rbm) -> Option<&Layer> {
    let layers = [machine.hidden(), machine.visible()];
    let two_valued = layers.into_iter().filter(|l| l.is_two_valued());
    two_valued.min_by_key(|layer| layer.units())
}

/// A machine seen from the layer that is enumerated.
#[derive(Debug, Clone)]
pub(crate) struct Enumeration<'a> {
    enumerated: &'a Layer,
    summed: &'a Layer,
    /// One column per enumerated unit.
    weights: Mat<f64>,
    /// The two values of an enumerated unit.
    values: [f64; 2],
    hidden: bool,
}

impl<'a> Enumeration<'a> {
    /// # Errors
    /// As [`exact()`].
    pub(crate) fn new(machine: &'a Rbm) -> Result<Self> {
        let layer = smaller(machine).ok_or(Error::Unsupported {
            name: "enumeration of categorical units",
            remedy: "annealing, or spin or binary units in the other layer",
        })?;
        let name = "number of units of the layer that is enumerated";
        check(name, "at most 25", as_float(layer.units()), |n| {
            n <= as_float(LARGEST_LAYER)
        })?;
        let hidden = std::ptr::eq(layer, machine.hidden());
        let (summed, weights) = if hidden {
            (machine.visible(), machine.weights().to_owned())
        } else {
            (machine.hidden(), machine.weights().transpose().to_owned())
        };
        let values = layer.unit().two_values().expect("it has two values");
        Ok(Self {
            enumerated: layer,
            summed,
            weights,
            values,
            hidden,
        })
    }

    /// Whether the hidden layer is the one that is enumerated.
    pub(crate) fn hidden(&self) -> bool {
        self.hidden
    }

    /// The layer that is enumerated.
    pub(crate) fn enumerated(&self) -> &Layer {
        self.enumerated
    }

    /// The layer that is summed in closed form.
    pub(crate) fn summed(&self) -> &Layer {
        self.summed
    }

    /// Weights, one column per enumerated unit.
    pub(crate) fn weights(&self) -> MatRef<'_, f64> {
        self.weights.as_ref()
    }

    /// Number of configurations.
    pub(crate) fn configurations(&self) -> usize {
        1 << self.enumerated.units()
    }

    /// Writes configuration `index`: unit k has its larger value where bit k is set.
    pub(crate) fn write(&self, index: usize, values: &mut [f64]) {
        for (k, value) in values.iter_mut().enumerate() {
            *value = self.values[index >> k & 1];
        }
    }

    /// Writes the inputs of the other layer from a configuration of the enumerated one.
    pub(crate) fn write_inputs(&self, values: &[f64], inputs: &mut [f64]) {
        inputs.copy_from_slice(self.summed.biases());
        for (k, &value) in values.iter().enumerate() {
            add_scaled(inputs, value, self.weights.col_as_slice(k));
        }
    }

    pub(crate) fn log_partition(&self) -> Result<f64> {
        let sum_of = |block| {
            let mut sum = LogSum::default();
            self.visit_block(&mut Walk::new(self), block, &mut |_, x| sum.add(x));
            sum.value()
        };
        let sums: Vec<f64> = (0..self.blocks()).into_par_iter().map(sum_of).collect();
        // In the order of the blocks, whichever was done first.
        let mut sum = LogSum::default();
        for x in sums {
            sum.add(x);
        }
        check("log_partition", "finite", sum.value(), |_| true)
    }

    /// ln of the weight of every configuration, in the order of [`Enumeration::write`].
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] where one is not finite.
    pub(crate) fn log_weights(&self) -> Result<Vec<f64>> {
        let mut weights = vec![0.0; self.configurations()];
        self.visit(|index, log_weight| weights[index] = log_weight);
        weights
            .iter()
            .try_for_each(|&x| check("log weight", "finite", x, |_| true).map(drop))?;
        Ok(weights)
    }

    /// Every configuration once, by its number in the order of [`Enumeration::write`], with ln of its weight.
    fn visit(&self, mut seen: impl FnMut(usize, f64)) {
        let mut walk = Walk::new(self);
        for block in 0..self.blocks() {
            self.visit_block(&mut walk, block, &mut seen);
        }
    }

    fn block_bits(&self) -> usize {
        self.enumerated.units().min(BLOCK_BITS)
    }

    fn blocks(&self) -> usize {
        self.configurations() >> self.block_bits()
    }

    fn visit_block(&self, walk: &mut Walk<'_>, block: usize, seen: &mut impl FnMut(usize, f64)) {
        let first = block << self.block_bits();
        walk.start(first);
        seen(first, walk.log_weight());
        for step in 1..1_usize << self.block_bits() {
            walk.flip(step.trailing_zeros() as usize);
            seen(first | gray(step), walk.log_weight());
        }
    }
}

/// Where Gray's code has the configuration number `step` of a block.
fn gray(step: usize) -> usize {
    step ^ (step >> 1)
}

/// A configuration with the inputs of the other layer.
struct Walk<'a> {
    sides: &'a Enumeration<'a>,
    values: Vec<f64>,
    inputs: Vec<f64>,
    bias_energy: f64,
}

impl<'a> Walk<'a> {
    fn new(sides: &'a Enumeration<'a>) -> Self {
        Self {
            sides,
            values: vec![0.0; sides.enumerated.units()],
            inputs: vec![0.0; sides.summed.units()],
            bias_energy: 0.0,
        }
    }

    fn start(&mut self, index: usize) {
        self.sides.write(index, &mut self.values);
        self.sides.write_inputs(&self.values, &mut self.inputs);
        self.bias_energy = dot(self.sides.enumerated.biases(), &self.values);
    }

    fn flip(&mut self, k: usize) {
        let [low, high] = self.sides.values;
        let change = (low + high) - 2.0 * self.values[k];
        self.values[k] += change;
        add_scaled(&mut self.inputs, change, self.sides.weights.col_as_slice(k));
        self.bias_energy += change * self.sides.enumerated.biases()[k];
    }

    fn log_weight(&self) -> f64 {
        self.bias_energy + self.sides.summed.cumulant_sum(&self.inputs, 1.0)
    }
}

/// ln Σ exp(x) of numbers that come one by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogSum {
    largest: f64,
    /// Σ exp(x − largest).
    sum: f64,
}

impl Default for LogSum {
    fn default() -> Self {
        Self {
            largest: f64::NEG_INFINITY,
            sum: 0.0,
        }
    }
}

impl LogSum {
    pub(super) fn add(&mut self, x: f64) {
        if x > self.largest {
            self.sum = self.sum * exp(self.largest - x) + 1.0;
            self.largest = x;
        } else {
            self.sum += exp(x - self.largest);
        }
    }

    pub(super) fn value(&self) -> f64 {
        self.largest + self.sum.ln()
    }
}
