//! Block Gibbs sampling of many chains of one machine.

use std::sync::OnceLock;

use faer::{Mat, MatRef};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::{Result, at_least, same_size};
use crate::linear::{column, product};
use crate::machine::{Layer, Rbm};
use crate::numbers::{add_scaled, as_float};
use crate::packed::{self, Bits, Block, Couplings, PackedConfigurations};
use crate::samples::Samples;

/// Independent Markov chains of one machine, advanced together.
///
/// A sweep draws all hidden units given the visible ones and then all visible units given the hidden ones. Each half is one
/// product of weights and configurations for all chains, followed by one draw per unit; nothing is allocated. The joint law
/// of both layers is stationary.
///
/// Sixteen chains or more of a machine of spins or binary units are kept as bits, with inputs in single precision: these
/// shift the law as little as weights with a relative error of 1e-7 would, and units change with probabilities that are
/// right to 2⁻³². Large numbers of chains use all threads; the result does not depend on how many there are.
#[derive(Debug, Clone)]
pub struct Chains<'a> {
    machine: &'a Rbm,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    General(Box<Configurations>),
    Packed(Box<Packed>),
}

impl<'a> Chains<'a> {
    /// Chains from given visible configurations, the columns of `visible`. The first hidden units are drawn given them.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless the columns have N entries;
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless there is at least one and every entry is a value of the
    /// visible units.
    pub fn new(machine: &'a Rbm, visible: Mat<f64>, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let state = if packed::suits(machine, visible.ncols()) {
            check_visible(machine, &visible)?;
            State::Packed(Box::new(Packed::new(machine, &visible, rng)))
        } else {
            let mut state = Configurations::new(machine, visible)?;
            state.write_hidden_inputs(machine);
            state.draw_hidden(machine, rng);
            state.write_visible_inputs(machine);
            State::General(Box::new(state))
        };
        Ok(Self { machine, state })
    }

    /// `chains` ≥ 1 chains whose visible units are drawn independently, with no input but their bias.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without chains.
    pub fn random(machine: &'a Rbm, chains: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Self> {
        let visible = independent(machine.visible(), chains, rng);
        Self::new(machine, visible, rng)
    }

    /// `chains` ≥ 1 chains, the first half of them as [`random`](Self::random) and the others from the opposite configurations: −v for units
    /// symmetric about 0, 1 − v for binary ones. Where two wells mirror each other, as those of a machine without biases do, there are chains in
    /// both. Categorical and one-sided units have no opposite: all of theirs are random.
    ///
    /// # Errors
    /// As [`random`](Self::random).
    pub fn dispersed(
        machine: &'a Rbm,
        chains: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        Self::new(machine, dispersed(machine.visible(), chains, rng), rng)
    }

    /// `chains` ≥ 1 chains, every second one from a sample, which are spread over all of them, and the others as
    /// [`dispersed`](Self::dispersed): of the modes that the data know, and of those that only the machine has.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::Size`](crate::Error::Size) unless samples have N entries.
    pub fn around(
        machine: &'a Rbm,
        samples: &Samples,
        chains: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        same_size("samples", machine.visible().units(), samples.columns())?;
        let rows = at_least("samples", "at least 1", samples.rows(), 1)?;
        let mut visible = dispersed(machine.visible(), chains, rng);
        for c in (0..chains).step_by(2) {
            samples.write_row(c * rows / chains, visible.col_as_slice_mut(c));
        }
        Self::new(machine, visible, rng)
    }

    /// One update of all hidden and then of all visible units.
    pub fn sweep(&mut self, rng: &mut Xoshiro256PlusPlus) {
        match &mut self.state {
            State::General(state) => state.sweep(self.machine, rng),
            State::Packed(state) => state.sweep(rng),
        }
    }

    /// The machine.
    pub fn machine(&self) -> &'a Rbm {
        self.machine
    }

    /// Number of chains C.
    pub fn count(&self) -> usize {
        match &self.state {
            State::General(state) => state.visible.ncols(),
            State::Packed(state) => state.state.visible.rows(),
        }
    }

    /// The visible units, N × C.
    pub fn visible(&self) -> MatRef<'_, f64> {
        match &self.state {
            State::General(state) => state.visible.as_ref(),
            State::Packed(state) => state.visible(self.machine.visible()).as_ref(),
        }
    }

    /// The hidden units, M × C: those from which the visible ones were drawn.
    pub fn hidden(&self) -> MatRef<'_, f64> {
        match &self.state {
            State::General(state) => state.hidden.as_ref(),
            State::Packed(state) => state.hidden(self.machine.hidden()).as_ref(),
        }
    }

    /// Inputs of the visible units from the hidden ones, N × C: their mean given these is a less noisy estimate than their
    /// value.
    pub fn visible_inputs(&self) -> MatRef<'_, f64> {
        match &self.state {
            State::General(state) => state.visible_inputs.as_ref(),
            State::Packed(state) => state.visible_inputs().as_ref(),
        }
    }

    /// Inputs from which the hidden units were drawn, M × C.
    pub fn hidden_inputs(&self) -> MatRef<'_, f64> {
        match &self.state {
            State::General(state) => state.hidden_inputs.as_ref(),
            State::Packed(state) => state.hidden_inputs().as_ref(),
        }
    }

    /// Energy E(v, h) of each chain, in double precision.
    pub fn energies(&self) -> Vec<f64> {
        let (visible, hidden) = (self.visible(), self.hidden());
        let exact;
        let inputs = match &self.state {
            State::General(state) => &state.visible_inputs,
            State::Packed(_) => {
                exact = self.machine.exact_inputs_v_from_h(hidden);
                &exact
            }
        };
        let energy = |c| {
            let (v, h) = (column(visible, c), column(hidden, c));
            self.machine
                .energy_given_inputs(v, h, inputs.col_as_slice(c))
        };
        (0..self.count()).map(energy).collect()
    }
}

/// Chains of two-valued units, with the matrices that were asked for since they last moved.
#[derive(Debug, Clone)]
struct Packed {
    couplings: Couplings,
    state: PackedConfigurations,
    matrices: Matrices,
}

#[derive(Debug, Clone, Default)]
struct Matrices {
    visible: OnceLock<Mat<f64>>,
    hidden: OnceLock<Mat<f64>>,
    visible_inputs: OnceLock<Mat<f64>>,
    hidden_inputs: OnceLock<Mat<f64>>,
}

impl Packed {
    fn new(machine: &Rbm, visible: &Mat<f64>, rng: &mut Xoshiro256PlusPlus) -> Self {
        let couplings = Couplings::new(machine);
        let visible = Bits::from_columns(visible.as_ref());
        let mut state = PackedConfigurations::new(machine, visible);
        state.write_hidden_inputs(&couplings);
        state.draw_hidden(1.0, rng);
        state.write_visible_inputs(&couplings);
        Self {
            couplings,
            state,
            matrices: Matrices::default(),
        }
    }

    fn sweep(&mut self, rng: &mut Xoshiro256PlusPlus) {
        self.matrices = Matrices::default();
        self.state.sweep(&self.couplings, rng);
    }

    fn visible(&self, layer: &Layer) -> &Mat<f64> {
        let matrix = || values(layer, &self.state.visible);
        self.matrices.visible.get_or_init(matrix)
    }

    fn hidden(&self, layer: &Layer) -> &Mat<f64> {
        let matrix = || values(layer, &self.state.hidden);
        self.matrices.hidden.get_or_init(matrix)
    }

    fn visible_inputs(&self) -> &Mat<f64> {
        let matrix = || inputs(&self.state.visible, &self.state.visible_inputs);
        self.matrices.visible_inputs.get_or_init(matrix)
    }

    fn hidden_inputs(&self) -> &Mat<f64> {
        let matrix = || inputs(&self.state.hidden, &self.state.hidden_inputs);
        self.matrices.hidden_inputs.get_or_init(matrix)
    }
}

/// Values of the units of a layer, one configuration per column.
fn values(layer: &Layer, bits: &Bits) -> Mat<f64> {
    bits.to_columns(packed::two_values(layer))
}

/// Inputs of units, one configuration per column.
fn inputs(bits: &Bits, blocks: &[Block]) -> Mat<f64> {
    let rows = bits.rows();
    Mat::from_fn(bits.units(), rows, |i, row| {
        let block = &blocks[i / packed::WORD * rows + row];
        f64::from(block.lanes()[i % packed::WORD])
    })
}

/// Errs unless the columns are configurations of the visible units, at least one.
pub(crate) fn check_visible(machine: &Rbm, visible: &Mat<f64>) -> Result<()> {
    let layer = machine.visible();
    same_size("rows of visible", layer.units(), visible.nrows())?;
    let chains = at_least("chains", "at least 1", visible.ncols(), 1)?;
    (0..chains).try_for_each(|c| layer.check_values("visible", visible.col_as_slice(c)))
}

/// Configurations of both layers, one per column, with the inputs from which they were drawn.
///
/// They belong to no machine: the weights may change between two updates, in learning and in annealing.
#[derive(Debug, Clone)]
pub(crate) struct Configurations {
    /// N × C.
    pub(crate) visible: Mat<f64>,
    /// M × C.
    pub(crate) hidden: Mat<f64>,
    pub(crate) visible_inputs: Mat<f64>,
    pub(crate) hidden_inputs: Mat<f64>,
}

impl Configurations {
    /// Given visible units, and hidden ones that are still to be drawn.
    ///
    /// # Errors
    /// As [`Chains::new`].
    pub(crate) fn new(machine: &Rbm, visible: Mat<f64>) -> Result<Self> {
        check_visible(machine, &visible)?;
        let (units, hidden_units) = (machine.visible().units(), machine.hidden().units());
        let chains = visible.ncols();
        Ok(Self {
            visible,
            hidden: Mat::zeros(hidden_units, chains),
            visible_inputs: Mat::zeros(units, chains),
            hidden_inputs: Mat::zeros(hidden_units, chains),
        })
    }

    /// Makes room for another number of configurations, without allocation where there were as many before.
    pub(crate) fn resize(&mut self, count: usize) {
        for matrix in [
            &mut self.visible,
            &mut self.hidden,
            &mut self.visible_inputs,
            &mut self.hidden_inputs,
        ] {
            matrix.resize_with(matrix.nrows(), count, |_, _| 0.0);
        }
    }

    /// One update of all hidden and then of all visible units.
    pub(crate) fn sweep(&mut self, machine: &Rbm, rng: &mut Xoshiro256PlusPlus) {
        self.write_hidden_inputs(machine);
        self.draw_hidden(machine, rng);
        self.write_visible_inputs(machine);
        self.draw_visible(machine, rng);
    }

    /// A sweep where the inputs of the hidden units are written, which then writes those from the new visible units.
    pub(crate) fn advance(&mut self, machine: &Rbm, rng: &mut Xoshiro256PlusPlus) {
        self.draw_hidden(machine, rng);
        self.write_visible_inputs(machine);
        self.draw_visible(machine, rng);
        self.write_hidden_inputs(machine);
    }

    pub(crate) fn write_hidden_inputs(&mut self, machine: &Rbm) {
        machine.write_inputs_h_from_v(self.visible.as_ref(), self.hidden_inputs.as_mut());
    }

    pub(crate) fn write_visible_inputs(&mut self, machine: &Rbm) {
        machine.write_inputs_v_from_h(self.hidden.as_ref(), self.visible_inputs.as_mut());
    }

    pub(crate) fn draw_hidden(&mut self, machine: &Rbm, rng: &mut Xoshiro256PlusPlus) {
        draw_layer(machine.hidden(), &self.hidden_inputs, &mut self.hidden, rng);
    }

    pub(crate) fn draw_visible(&mut self, machine: &Rbm, rng: &mut Xoshiro256PlusPlus) {
        draw_layer(
            machine.visible(),
            &self.visible_inputs,
            &mut self.visible,
            rng,
        );
    }
}

/// Units drawn independently, with no input but their bias, one configuration per column.
pub(crate) fn independent(layer: &Layer, count: usize, rng: &mut Xoshiro256PlusPlus) -> Mat<f64> {
    let mut values = Mat::zeros(layer.units(), count);
    for c in 0..count {
        layer.draw(layer.biases(), values.col_as_slice_mut(c), rng);
    }
    values
}

/// Units drawn independently, the second half of the configurations opposite to the first one where units have an opposite.
fn dispersed(layer: &Layer, count: usize, rng: &mut Xoshiro256PlusPlus) -> Mat<f64> {
    let mut visible = independent(layer, count, rng);
    if let Some(sum) = layer.opposite_sum() {
        let first = count.div_ceil(2);
        for c in first..count {
            for i in 0..visible.nrows() {
                visible[(i, c)] = sum - visible[(i, c - first)];
            }
        }
    }
    visible
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
        layer.draw(inputs, values, rng);
    }
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
            visible: Mat::zeros(chains.machine.visible().units(), chains.count()),
            hidden: Mat::zeros(chains.machine.hidden().units(), chains.count()),
            steps: 0,
        }
    }

    /// Takes the present configuration of the chains into account.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) for chains of another shape.
    pub fn record(&mut self, chains: &Chains<'_>) -> Result<()> {
        same_size("chains", self.visible.ncols(), chains.count())?;
        let (visible, hidden) = (chains.machine.visible(), chains.machine.hidden());
        same_size("visible", self.visible.nrows(), visible.units())?;
        same_size("hidden", self.hidden.nrows(), hidden.units())?;
        add_means(visible, chains.visible_inputs(), &mut self.visible);
        add_means(hidden, chains.hidden_inputs(), &mut self.hidden);
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

fn add_means(layer: &Layer, inputs: MatRef<'_, f64>, sums: &mut Mat<f64>) {
    let mut means = vec![0.0; layer.units()];
    for c in 0..inputs.ncols() {
        layer.write_means(column(inputs, c), &mut means);
        add_scaled(sums.col_as_slice_mut(c), 1.0, &means);
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
