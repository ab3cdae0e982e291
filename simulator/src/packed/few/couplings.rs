//! Weights of a machine of few hidden units, and the laws of its visible units.

use pulp::NullaryFnOnce;

use super::{LANES, Lanes, threshold};
use crate::linear::column;
use crate::machine::Rbm;
use crate::packed::{Values, single};

/// How the layers of a machine act on each other.
#[derive(Debug, Clone)]
pub(crate) struct FewCouplings {
    /// Of visible and hidden units.
    pub(super) values: [Values; 2],
    /// Blocks of sixteen visible units.
    pub(super) blocks: usize,
    /// (high − low) W, the differences of the values being those of the visible units: for one hidden unit after another, 0
    /// beyond the last visible one.
    pub(super) weights: Vec<Lanes<f32>>,
    /// Inputs of the hidden units where all visible ones have their smaller value.
    pub(super) offsets: Vec<f32>,
    /// b, −∞ beyond the last unit.
    biases: Vec<Lanes<f32>>,
    /// Inputs of the visible units for one configuration of the hidden ones after another: unit k has its larger value where
    /// bit k is set.
    inputs: Vec<Lanes<f32>>,
    /// Laws of the visible units, likewise.
    pub(super) laws: Vec<Lanes<i32>>,
}

impl FewCouplings {
    pub(crate) fn new(machine: &Rbm) -> Self {
        let hidden_units = machine.hidden().units();
        let blocks = machine.visible().units().div_ceil(LANES);
        let mut couplings = Self {
            values: [machine.visible(), machine.hidden()].map(Values::of),
            blocks,
            weights: vec![Lanes::default(); hidden_units * blocks],
            offsets: vec![0.0; hidden_units],
            biases: vec![Lanes([f32::NEG_INFINITY; LANES]); blocks],
            inputs: vec![Lanes::default(); blocks << hidden_units],
            laws: vec![Lanes::default(); blocks << hidden_units],
        };
        couplings.update(machine);
        couplings
    }

    /// Takes over the parameters of a machine of the same layers.
    pub(crate) fn update(&mut self, machine: &Rbm) {
        let visible = self.values[0];
        let biases = machine.hidden().biases();
        let columns = self.weights.chunks_exact_mut(self.blocks);
        for (k, (blocks, offset)) in columns.zip(&mut self.offsets).enumerate() {
            let weights = column(machine.weights(), k);
            write(blocks, weights, f64::from(visible.slope));
            let total: f64 = weights.iter().sum();
            *offset = single(biases[k] + f64::from(visible.low) * total);
        }
        write(&mut self.biases, machine.visible().biases(), 1.0);
        pulp::Arch::new().dispatch(Tabulate(self));
    }
}

/// Writes factor · numbers; the rest of the last block stays.
fn write(blocks: &mut [Lanes<f32>], numbers: &[f64], factor: f64) {
    for (block, numbers) in blocks.iter_mut().zip(numbers.chunks(LANES)) {
        for (to, x) in block.0.iter_mut().zip(numbers) {
            *to = single(factor * x);
        }
    }
}

/// Inputs and laws of the visible units for all configurations of the hidden ones.
struct Tabulate<'a>(&'a mut FewCouplings);

impl NullaryFnOnce for Tabulate<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let [visible, hidden] = self.0.values;
        let (blocks, inputs) = (self.0.blocks, &mut self.0.inputs);
        inputs[..blocks].copy_from_slice(&self.0.biases);
        for weights in self.0.weights.chunks_exact(blocks) {
            let lowest = &mut inputs[..blocks];
            add(lowest, hidden.low / visible.slope, weights);
        }
        for (k, weights) in self.0.weights.chunks_exact(blocks).enumerate() {
            let (without, with) = inputs[..blocks << (k + 1)].split_at_mut(blocks << k);
            with.copy_from_slice(without);
            for with in with.chunks_exact_mut(blocks) {
                add(with, hidden.slope / visible.slope, weights);
            }
        }
        for (law, inputs) in self.0.laws.iter_mut().zip(inputs) {
            // Copies, since only what cannot overlap is vectorized.
            let (mut thresholds, inputs) = ([0; LANES], inputs.0);
            for lane in 0..LANES {
                thresholds[lane] = threshold(visible.slope * inputs[lane]);
            }
            law.0 = thresholds;
        }
    }
}

/// to += factor · x.
#[inline(always)]
fn add(to: &mut [Lanes<f32>], factor: f32, x: &[Lanes<f32>]) {
    for (to, x) in to.iter_mut().zip(x) {
        let (mut sums, x) = (to.0, x.0);
        for lane in 0..LANES {
            sums[lane] += factor * x[lane];
        }
        to.0 = sums;
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::packed::few::tests::{PAIRS, machine};

    #[test]
    fn the_laws_are_those_of_all_hidden_configurations() {
        for units in PAIRS {
            let machine = machine([37, 5], units);
            let couplings = FewCouplings::new(&machine);
            let [low, high] = units[1].two_values().expect("two values");
            for state in 0..32 {
                let bit = |k: usize| (state >> k) & 1 == 1;
                let hidden: Vec<_> = (0..5).map(|k| if bit(k) { high } else { low }).collect();
                let hidden = faer::MatRef::from_column_major_slice(&hidden, 5, 1);
                let inputs = machine.inputs_v_from_h(hidden).expect("sizes");
                let laws = couplings.laws[3 * state..][..3]
                    .iter()
                    .flat_map(|law| law.0);
                let laws: Vec<_> = laws.map(f64::from).collect();
                for i in 0..37 {
                    let p = (f64::from(i32::MAX) - laws[i]) / 2.0_f64.powi(31);
                    let field = f64::from(couplings.values[0].slope) * inputs[(i, 0)];
                    // Single precision of fields up to 4.
                    assert_abs_diff_eq!(p, 1.0 / (1.0 + (-field).exp()), epsilon = 5e-7);
                }
                // Units that do not exist stay at 0.
                assert!(laws[37..].iter().all(|&law| law >= f64::from(i32::MAX)));
            }
        }
    }
}
