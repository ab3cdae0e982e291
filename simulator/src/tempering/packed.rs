//! Replicas of two-valued units, one bit each.

use faer::Mat;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::path::{Model, PackedModel};
use super::replicas::Group;
use crate::packed::{
    Bits, Block, Field, PackedConfigurations, Values, WORD, add_cumulants, draw_each, single,
    two_values,
};

/// Configurations as bits, ladder after ladder of one rung after another; the inputs are those at β = 1 without b⁰.
pub(super) struct Packed {
    state: PackedConfigurations,
    ladders: usize,
    /// Configurations of a neighbouring group, and the inputs of the hidden units from them.
    others: Bits,
    other_inputs: Vec<Block>,
}

fn packed(model: &Model) -> &PackedModel {
    model.packed.as_ref().expect("made for packed replicas")
}

/// Adds sign · (F at β′ − F at β) for (β, β′), but for b⁰·v, of as many rows as there are sums from `first` on.
fn add_changes(
    (model, values): (&Model, [Values; 2]),
    betas: (f64, f64),
    sign: f64,
    (visible, inputs, first): (&Bits, &[Block], usize),
    sums: &mut [f64],
) {
    let units = model.machine.hidden().units();
    for (word, inputs) in inputs.chunks_exact(visible.rows()).enumerate() {
        let some = &inputs[first..first + sums.len()];
        add_cumulants(some, units - word * WORD, values[1], betas, -sign, sums);
    }
    if let Some(slopes) = &packed(model).slopes {
        let factor = -sign * (betas.1 - betas.0);
        let both = values[0].both().map(|x| factor * f64::from(x));
        visible.add_sums(first, slopes, both, sums);
    }
}

/// Adds factor · b⁰·v.
fn add_base(model: &Model, values: Values, factor: f64, visible: (&Bits, usize), sums: &mut [f64]) {
    if model.base.iter().any(|x| x.abs() > 0.0) {
        let both = values.both().map(|x| factor * f64::from(x));
        visible.0.add_sums(visible.1, &model.base, both, sums);
    }
}

impl Group for Packed {
    fn new(model: &Model, visible: Mat<f64>) -> Self {
        let ladders = visible.ncols() / model.betas.len();
        let visible = Bits::from_columns(visible.as_ref());
        Self {
            others: Bits::zeros(ladders, visible.units()),
            other_inputs: vec![Block::default(); packed(model).couplings.hidden.blocks(ladders)],
            state: PackedConfigurations::new(&model.machine, visible),
            ladders,
        }
    }

    fn sweep(&mut self, model: &Model, rng: &mut Xoshiro256PlusPlus) {
        let packed = packed(model);
        let state = &mut self.state;
        let field = |values: Values, offsets| {
            let betas = model.betas.iter();
            let scale = move |beta: &f64| Field {
                scale: values.slope * single(*beta),
                offsets,
            };
            betas.map(scale).collect::<Vec<_>>()
        };
        let fields = field(state.values[1], None);
        draw_each(
            &state.hidden_inputs,
            &fields,
            rng.next_u64(),
            &mut state.hidden,
        );
        state.write_visible_inputs(&packed.couplings);
        let fields = field(state.values[0], Some(&packed.offsets[..]));
        draw_each(
            &state.visible_inputs,
            &fields,
            rng.next_u64(),
            &mut state.visible,
        );
    }

    fn look(&mut self, model: &Model) {
        self.state.write_hidden_inputs(&packed(model).couplings);
    }

    fn change(&self, model: &Model, rung: usize, to: usize, changes: &mut [f64]) {
        changes.fill(0.0);
        let state = &self.state;
        let betas = (model.betas[rung], model.betas[to]);
        let rows = (
            &state.visible,
            &state.hidden_inputs[..],
            rung * self.ladders,
        );
        add_changes((model, state.values), betas, 1.0, rows, changes);
    }

    fn subtract(&self, model: &Model, rung: usize, sums: &mut [f64]) {
        let state = &self.state;
        let first = rung * self.ladders;
        let betas = (0.0, model.betas[rung]);
        let rows = (&state.visible, &state.hidden_inputs[..], first);
        add_changes((model, state.values), betas, -1.0, rows, sums);
        add_base(model, state.values[0], 1.0, (&state.visible, first), sums);
    }

    fn add_of(&mut self, model: &Model, rung: usize, other: (&Self, usize), sums: &mut [f64]) {
        let (other, at) = other;
        self.others
            .copy_rows(&other.state.visible, at * self.ladders);
        let side = &packed(model).couplings.hidden;
        side.write_inputs(&self.others, &mut self.other_inputs);
        let values = self.state.values;
        let rows = (&self.others, &self.other_inputs[..], 0);
        add_changes((model, values), (0.0, model.betas[rung]), 1.0, rows, sums);
        add_base(model, values[0], -1.0, (&self.others, 0), sums);
    }

    fn exchange(&mut self, rungs: [usize; 2], ladder: usize, ladders: usize) {
        let [a, b] = rungs.map(|rung| rung * ladders + ladder);
        let state = &mut self.state;
        let rows = state.visible.rows();
        state.visible.swap_rows(a, b);
        let inputs = state.hidden_inputs.chunks_exact_mut(rows);
        inputs.for_each(|inputs| inputs.swap(a, b));
    }

    fn exchange_with(
        &mut self,
        other: &mut Self,
        rungs: [usize; 2],
        ladder: usize,
        ladders: usize,
    ) {
        let [a, b] = rungs.map(|rung| rung * ladders + ladder);
        self.state.visible.swap_with(a, &mut other.state.visible, b);
        for (group, row) in [(self, a), (other, b)] {
            let inputs = group
                .state
                .hidden_inputs
                .chunks_exact_mut(group.state.visible.rows());
            let others = group.other_inputs.chunks_exact(ladders);
            inputs
                .zip(others)
                .for_each(|(inputs, others)| inputs[row] = others[ladder]);
        }
    }

    fn units(&self, model: &Model, rung: usize, ladders: usize) -> [Mat<f64>; 2] {
        let machine = &model.machine;
        let state = &self.state;
        [
            (&state.visible, machine.visible()),
            (&state.hidden, machine.hidden()),
        ]
        .map(|(bits, layer)| {
            let mut some = Bits::zeros(ladders, bits.units());
            some.copy_rows(bits, rung * ladders);
            some.to_columns(two_values(layer))
        })
    }
}
