//! Block Gibbs sampling of many chains of one machine.

use faer::{Mat, MatMut, MatRef};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::{Error, Result, at_least, same_size};
use crate::linear::{as_float, product};
use crate::machine::{Layer, Rbm};

/// Independent Markov chains of one machine, advanced together.
///
/// A sweep draws all hidden units given the visible ones and then all visible units given the hidden ones. Each half is one
/// product of matrices for all chains, followed by one draw per unit; nothing is allocated. The joint law of both layers is
/// stationary.
#[derive(Debug, Clone)]
pub struct Chains<'a> {
    machine: &'a Rbm,
    /// N × C, one chain per column.
    visible: Mat<f64>,
    /// M × C.
    hidden: Mat<f64>,
    visible_inputs: Mat<f64>,
    hidden_inputs: Mat<f64>,
}

impl<'a> Chains<'a> {
    /// Chains from given visible configurations, the columns of `visible`. The first hidden units are drawn given them.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have N entries; [`Error::OutOfDomain`] unless there is at least one and every
    /// entry is a value of the visible units.
    pub fn new(machine: &'a Rbm, visible: Mat<f64>, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let (units, hidden_units) = (machine.visible().units(), machine.hidden().units());
        same_size("rows of visible", units, visible.nrows())?;
        let chains = at_least("chains", "at least 1", visible.ncols(), 1)?;
        check_values(machine.visible(), visible.as_ref())?;
        let mut chains = Self {
            machine,
            visible,
            hidden: Mat::zeros(hidden_units, chains),
            visible_inputs: Mat::zeros(units, chains),
            hidden_inputs: Mat::zeros(hidden_units, chains),
        };
        chains.draw_hidden(rng);
        machine.write_inputs_v_from_h(chains.hidden.as_ref(), chains.visible_inputs.as_mut());
        Ok(chains)
    }

    /// `chains` ≥ 1 chains whose visible units are drawn independently, with no input but their bias.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without chains.
    pub fn random(machine: &'a Rbm, chains: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let layer = machine.visible();
        let draw = |i: usize, _| layer.unit().draw(layer.biases()[i], rng);
        Self::new(machine, Mat::from_fn(layer.units(), chains, draw), rng)
    }

    /// One update of all hidden and then of all visible units.
    pub fn sweep(&mut self, rng: &mut Xoshiro256PlusPlus) {
        self.draw_hidden(rng);
        let (hidden, inputs) = (self.hidden.as_ref(), self.visible_inputs.as_mut());
        self.machine.write_inputs_v_from_h(hidden, inputs);
        let layer = self.machine.visible();
        draw_layer(layer, &self.visible_inputs, &mut self.visible, rng);
    }

    fn draw_hidden(&mut self, rng: &mut Xoshiro256PlusPlus) {
        let (visible, inputs) = (self.visible.as_ref(), self.hidden_inputs.as_mut());
        self.machine.write_inputs_h_from_v(visible, inputs);
        let layer = self.machine.hidden();
        draw_layer(layer, &self.hidden_inputs, &mut self.hidden, rng);
    }

    /// The machine.
    pub fn machine(&self) -> &'a Rbm {
        self.machine
    }

    /// Number of chains C.
    pub fn count(&self) -> usize {
        self.visible.ncols()
    }

    /// The visible units, N × C.
    pub fn visible(&self) -> MatRef<'_, f64> {
        self.visible.as_ref()
    }

    /// The hidden units, M × C: those from which the visible ones were drawn.
    pub fn hidden(&self) -> MatRef<'_, f64> {
        self.hidden.as_ref()
    }

    /// Inputs of the visible units from the hidden ones, N × C: their mean given these is a less noisy estimate than their
    /// value.
    pub fn visible_inputs(&self) -> MatRef<'_, f64> {
        self.visible_inputs.as_ref()
    }

    /// Inputs from which the hidden units were drawn, M × C.
    pub fn hidden_inputs(&self) -> MatRef<'_, f64> {
        self.hidden_inputs.as_ref()
    }

    /// Energy E(v, h) of each chain.
    pub fn energies(&self) -> Vec<f64> {
        let energy = |c| {
            let (visible, hidden) = (self.visible.col_as_slice(c), self.hidden.col_as_slice(c));
            self.machine
                .energy_given_inputs(visible, hidden, self.visible_inputs.col_as_slice(c))
        };
        (0..self.count()).map(energy).collect()
    }
}

/// Draws every unit of a layer given its input.
fn draw_layer(
    layer: &Layer,
    inputs: &Mat<f64>,
    values: &mut Mat<f64>,
    rng: &mut Xoshiro256PlusPlus,
) {
    for chain in 0..inputs.ncols() {
        let (inputs, values) = (inputs.col_as_slice(chain), values.col_as_slice_mut(chain));
        layer.unit().draw_all(inputs, values, rng);
    }
}

/// Errs for an entry that is no value of the units.
fn check_values(layer: &Layer, values: MatRef<'_, f64>) -> Result<()> {
    for column in values.col_iter() {
        if let Some(&value) = column.iter().find(|&&x| !layer.unit().allows(x)) {
            return Err(Error::OutOfDomain {
                name: "visible",
                domain: "of values that its units can take",
                value,
            });
        }
    }
    Ok(())
}

/// Averages over time of every unit of every chain.
///
/// Means of the units given their inputs are averaged, which has the same expectation as averaging the units and less
/// noise.
#[derive(Debug, Clone)]
pub struct TimeAverages {
    visible: Mat<f64>,
    hidden: Mat<f64>,
    steps: usize,
}

impl TimeAverages {
    /// Nothing yet, for chains like these.
    pub fn new(chains: &Chains<'_>) -> Self {
        Self {
            visible: Mat::zeros(chains.visible.nrows(), chains.count()),
            hidden: Mat::zeros(chains.hidden.nrows(), chains.count()),
            steps: 0,
        }
    }

    /// Takes the present configuration of the chains into account.
    ///
    /// # Errors
    /// [`Error::Size`] for chains of another shape.
    pub fn record(&mut self, chains: &Chains<'_>) -> Result<()> {
        same_size("chains", self.visible.ncols(), chains.count())?;
        same_size("visible", self.visible.nrows(), chains.visible.nrows())?;
        same_size("hidden", self.hidden.nrows(), chains.hidden.nrows())?;
        let machine = chains.machine;
        add_means(
            machine.visible(),
            chains.visible_inputs(),
            self.visible.as_mut(),
        );
        add_means(
            machine.hidden(),
            chains.hidden_inputs(),
            self.hidden.as_mut(),
        );
        self.steps += 1;
        Ok(())
    }

    /// Mean of every visible unit in every chain, N × C; zero before anything was recorded.
    pub fn visible(&self) -> Mat<f64> {
        self.mean(&self.visible)
    }

    /// Mean of every hidden unit in every chain, M × C.
    pub fn hidden(&self) -> Mat<f64> {
        self.mean(&self.hidden)
    }

    fn mean(&self, sums: &Mat<f64>) -> Mat<f64> {
        let steps = as_float(self.steps.max(1));
        Mat::from_fn(sums.nrows(), sums.ncols(), |i, j| sums[(i, j)] / steps)
    }
}

fn add_means(layer: &Layer, inputs: MatRef<'_, f64>, sums: MatMut<'_, f64>) {
    let unit = layer.unit();
    for (inputs, sums) in inputs.col_iter().zip(sums.col_iter_mut()) {
        for (&input, sum) in inputs.iter().zip(sums.iter_mut()) {
            *sum += unit.mean(input);
        }
    }
}

/// Overlaps (1/n) x·y of all pairs of columns of an n × C matrix, in the order (0, 1), (0, 2), …, (1, 2), ….
///
/// Of time averages of independent chains in one state they estimate q = (1/n) `Σ_i ⟨x_i⟩²` without bias, however short the
/// chains.
pub fn pair_overlaps(values: MatRef<'_, f64>) -> Vec<f64> {
    let gram = product(values.transpose(), values);
    let units = as_float(values.nrows());
    let count = values.ncols();
    let pairs = (0..count).flat_map(|c| (c + 1..count).map(move |d| (c, d)));
    pairs.map(|(c, d)| gram[(c, d)] / units).collect()
}
