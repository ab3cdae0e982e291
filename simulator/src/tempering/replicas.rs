//! The configurations of some ladders at every rung.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::path::{Model, Rungs};
use crate::gibbs::Configurations;
use crate::linear::column;
use crate::numbers::dot;

/// Configurations of some ladders, one per rung and ladder.
pub(super) trait Replicas: Send {
    /// One update of all hidden and then of all visible units, at every rung.
    fn sweep(&mut self, rungs: &Rungs, rng: &mut Xoshiro256PlusPlus);

    /// Writes the inputs of the hidden units from the visible ones.
    fn look(&mut self, rungs: &Rungs);

    /// What the free energies of the configurations at the rungs `lower` and `lower` + 1 would change by, were they at the other one.
    fn changes(&mut self, rungs: &Rungs, lower: usize, up: &mut [f64], down: &mut [f64]);

    /// Exchanges the configurations of one ladder at the rungs `lower` and `lower` + 1, after [`changes`](Self::changes).
    fn exchange(&mut self, rungs: &Rungs, lower: usize, ladder: usize);

    /// Visible and hidden units at a rung, one ladder per column.
    fn units(&self, rungs: &Rungs, rung: usize) -> [Mat<f64>; 2];
}

/// Configurations at the rungs that share a model, one after another.
pub(super) trait Group: Send + Sized {
    fn new(model: &Model, visible: Mat<f64>) -> Self;

    fn sweep(&mut self, model: &Model, rng: &mut Xoshiro256PlusPlus);

    fn look(&mut self, model: &Model);

    /// Writes `F_to` − `F_rung` of the configurations at a rung.
    fn change(&self, model: &Model, rung: usize, to: usize, changes: &mut [f64]);

    /// Adds −F of the configurations at a rung, but for constants that all models share.
    fn subtract(&self, model: &Model, rung: usize, sums: &mut [f64]);

    /// Adds F, with β of a rung, of configurations at a rung of another group, whose inputs are remembered.
    fn add_of(&mut self, model: &Model, rung: usize, other: (&Self, usize), sums: &mut [f64]);

    fn exchange(&mut self, rungs: [usize; 2], ladder: usize, ladders: usize);

    /// Exchanges with another group, of which both remember the inputs.
    fn exchange_with(&mut self, other: &mut Self, rungs: [usize; 2], ladder: usize, ladders: usize);

    fn units(&self, model: &Model, rung: usize, ladders: usize) -> [Mat<f64>; 2];
}

/// One group after another.
pub(super) struct Groups<G> {
    groups: Vec<G>,
    ladders: usize,
}

impl<G: Group> Groups<G> {
    /// From the visible units at every rung, one ladder per column.
    pub(super) fn new(rungs: &Rungs, visible: &[Mat<f64>]) -> Self {
        let ladders = visible[0].ncols();
        let mut rest = visible;
        let groups = rungs.models.iter().map(|model| {
            let (some, others) = rest.split_at(model.betas.len());
            rest = others;
            let units = some[0].nrows();
            let all = Mat::from_fn(units, some.len() * ladders, |i, c| {
                some[c / ladders][(i, c % ladders)]
            });
            G::new(model, all)
        });
        let mut groups = Self {
            groups: groups.collect(),
            ladders,
        };
        groups.look(rungs);
        groups
    }
}

impl<G: Group> Replicas for Groups<G> {
    fn sweep(&mut self, rungs: &Rungs, rng: &mut Xoshiro256PlusPlus) {
        let groups = self.groups.iter_mut().zip(&rungs.models);
        groups.for_each(|(group, model)| group.sweep(model, rng));
    }

    fn look(&mut self, rungs: &Rungs) {
        let groups = self.groups.iter_mut().zip(&rungs.models);
        groups.for_each(|(group, model)| group.look(model));
    }

    fn changes(&mut self, rungs: &Rungs, lower: usize, up: &mut [f64], down: &mut [f64]) {
        let [(m, a), (n, b)] = [rungs.places[lower], rungs.places[lower + 1]];
        let model = &rungs.models[m];
        if m == n {
            self.groups[m].change(model, a, b, up);
            self.groups[m].change(model, b, a, down);
            return;
        }
        let other = &rungs.models[n];
        let (left, right) = self.groups.split_at_mut(n);
        let (left, right) = (&mut left[m], &mut right[0]);
        up.fill(0.0);
        down.fill(0.0);
        right.add_of(other, b, (left, a), up);
        left.subtract(model, a, up);
        left.add_of(model, a, (right, b), down);
        right.subtract(other, b, down);
    }

    fn exchange(&mut self, rungs: &Rungs, lower: usize, ladder: usize) {
        let [(m, a), (n, b)] = [rungs.places[lower], rungs.places[lower + 1]];
        if m == n {
            self.groups[m].exchange([a, b], ladder, self.ladders);
        } else {
            let (left, right) = self.groups.split_at_mut(n);
            left[m].exchange_with(&mut right[0], [a, b], ladder, self.ladders);
        }
    }

    fn units(&self, rungs: &Rungs, rung: usize) -> [Mat<f64>; 2] {
        let (m, r) = rungs.places[rung];
        self.groups[m].units(&rungs.models[m], r, self.ladders)
    }
}

/// Units of any kind; the inputs are those at β = 1 without b⁰.
pub(super) struct General {
    state: Configurations,
    ladders: usize,
    /// Inputs of one configuration at its β.
    scaled: Vec<f64>,
    /// Inputs of the hidden units from configurations of a neighbouring group.
    others: Mat<f64>,
}

impl General {
    /// Columns of a rung.
    fn columns(&self, rung: usize) -> std::ops::Range<usize> {
        rung * self.ladders..(rung + 1) * self.ladders
    }

    /// −F of given visible units and inputs.
    fn minus_energy(model: &Model, beta: f64, visible: &[f64], inputs: &[f64]) -> f64 {
        let layer = model.machine.hidden();
        dot(&model.base, visible)
            + beta * dot(model.slopes(), visible)
            + layer.cumulant_sum(inputs, beta)
    }
}

impl Group for General {
    fn new(model: &Model, visible: Mat<f64>) -> Self {
        let (machine, count) = (&model.machine, visible.ncols());
        let hidden = machine.hidden().units();
        Self {
            ladders: count / model.betas.len(),
            scaled: vec![0.0; hidden.max(machine.visible().units())],
            others: Mat::zeros(hidden, count / model.betas.len()),
            state: Configurations {
                visible_inputs: Mat::zeros(machine.visible().units(), count),
                hidden: Mat::zeros(hidden, count),
                hidden_inputs: Mat::zeros(hidden, count),
                visible,
            },
        }
    }

    fn sweep(&mut self, model: &Model, rng: &mut Xoshiro256PlusPlus) {
        let machine = &model.machine;
        let state = &mut self.state;
        for c in 0..state.hidden.ncols() {
            let beta = model.betas[c / self.ladders];
            let scaled = &mut self.scaled[..state.hidden.nrows()];
            for (to, input) in scaled.iter_mut().zip(state.hidden_inputs.col_as_slice(c)) {
                *to = beta * input;
            }
            let hidden = state.hidden.col_as_slice_mut(c);
            machine.hidden().draw(scaled, hidden, rng);
        }
        state.write_visible_inputs(machine);
        for c in 0..state.visible.ncols() {
            let beta = model.betas[c / self.ladders];
            let scaled = &mut self.scaled[..state.visible.nrows()];
            let inputs = state.visible_inputs.col_as_slice(c).iter();
            for ((to, input), base) in scaled.iter_mut().zip(inputs).zip(&model.base) {
                *to = base + beta * input;
            }
            let visible = state.visible.col_as_slice_mut(c);
            machine.visible().draw(scaled, visible, rng);
        }
    }

    fn look(&mut self, model: &Model) {
        self.state.write_hidden_inputs(&model.machine);
    }

    fn change(&self, model: &Model, rung: usize, to: usize, changes: &mut [f64]) {
        let layer = model.machine.hidden();
        let (beta, other) = (model.betas[rung], model.betas[to]);
        for (c, change) in self.columns(rung).zip(changes) {
            let inputs = self.state.hidden_inputs.col_as_slice(c);
            let hidden = layer.cumulant_sum(inputs, other) - layer.cumulant_sum(inputs, beta);
            let visible = dot(model.slopes(), self.state.visible.col_as_slice(c));
            *change = -(hidden + (other - beta) * visible);
        }
    }

    fn subtract(&self, model: &Model, rung: usize, sums: &mut [f64]) {
        for (c, sum) in self.columns(rung).zip(sums) {
            let inputs = self.state.hidden_inputs.col_as_slice(c);
            let visible = self.state.visible.col_as_slice(c);
            *sum += Self::minus_energy(model, model.betas[rung], visible, inputs);
        }
    }

    fn add_of(&mut self, model: &Model, rung: usize, other: (&Self, usize), sums: &mut [f64]) {
        let (other, at) = other;
        let visible = other.state.visible.as_ref();
        let visible = visible.subcols(at * self.ladders, self.ladders);
        model
            .machine
            .write_inputs_h_from_v(visible, self.others.as_mut());
        for (l, sum) in sums.iter_mut().enumerate() {
            let inputs = self.others.col_as_slice(l);
            *sum -= Self::minus_energy(model, model.betas[rung], column(visible, l), inputs);
        }
    }

    fn exchange(&mut self, rungs: [usize; 2], ladder: usize, ladders: usize) {
        let [a, b] = rungs.map(|rung| rung * ladders + ladder);
        for matrix in [&mut self.state.visible, &mut self.state.hidden_inputs] {
            for i in 0..matrix.nrows() {
                let x = matrix[(i, a)];
                matrix[(i, a)] = matrix[(i, b)];
                matrix[(i, b)] = x;
            }
        }
    }

    fn exchange_with(
        &mut self,
        other: &mut Self,
        rungs: [usize; 2],
        ladder: usize,
        ladders: usize,
    ) {
        let [a, b] = rungs.map(|rung| rung * ladders + ladder);
        let mine = self.state.visible.col_as_slice_mut(a);
        mine.swap_with_slice(other.state.visible.col_as_slice_mut(b));
        for (group, c) in [(self, a), (other, b)] {
            let inputs = group.state.hidden_inputs.col_as_slice_mut(c);
            inputs.copy_from_slice(group.others.col_as_slice(ladder));
        }
    }

    fn units(&self, _: &Model, rung: usize, ladders: usize) -> [Mat<f64>; 2] {
        [&self.state.visible, &self.state.hidden]
            .map(|units| units.subcols(rung * ladders, ladders).to_owned())
    }
}
