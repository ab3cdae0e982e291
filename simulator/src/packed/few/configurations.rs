//! Configurations of the visible units and what they do to the hidden ones.

use faer::{Mat, MatRef};
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::{FewCouplings, LANES, LARGE, Lanes, larger, threshold};
use crate::packed::generator::Generator;
use crate::packed::{Bits, WORD};

/// Visible configurations with the inputs of the hidden units.
#[derive(Debug, Clone)]
pub(crate) struct FewConfigurations {
    units: usize,
    pub(super) hidden_units: usize,
    /// One row after another: 1 for a unit at its larger value, 0 for one at its smaller value and beyond the last.
    pub(super) visible: Vec<Lanes<f32>>,
    /// Of sixteen rows, for one hidden unit after another.
    pub(super) inputs: Vec<Lanes<f32>>,
}

impl FewConfigurations {
    /// No rows.
    pub(crate) fn new(units: usize, hidden_units: usize) -> Self {
        Self {
            units,
            hidden_units,
            visible: Vec::new(),
            inputs: Vec::new(),
        }
    }

    /// Configurations of spins or binary units, the columns of a matrix.
    pub(crate) fn from_columns(values: MatRef<'_, f64>, hidden_units: usize) -> Self {
        let mut configurations = Self::new(values.nrows(), hidden_units);
        let rows: Vec<_> = (0..values.ncols()).collect();
        configurations.gather(&Bits::from_columns(values), &rows);
        configurations
    }

    /// The visible units as columns of two values.
    pub(crate) fn to_columns(&self, [low, high]: [f64; 2]) -> Mat<f64> {
        Mat::from_fn(self.units, self.rows(), |i, row| {
            let block = self.visible[row * self.blocks() + i / LANES];
            if block.0[i % LANES] > 0.5 { high } else { low }
        })
    }

    /// Blocks of a row.
    fn blocks(&self) -> usize {
        self.units.div_ceil(LANES)
    }

    pub(crate) fn rows(&self) -> usize {
        self.visible.len() / self.blocks()
    }

    /// Takes over some rows of others of as many units.
    pub(crate) fn gather(&mut self, from: &Bits, rows: &[usize]) {
        let blocks = self.blocks();
        self.visible.resize(rows.len() * blocks, Lanes::default());
        let groups = rows.len().div_ceil(LANES);
        self.inputs
            .resize(groups * self.hidden_units, Lanes::default());
        for (to, &row) in self.visible.chunks_exact_mut(blocks).zip(rows) {
            for (block, to) in to.iter_mut().enumerate() {
                let at = block * LANES;
                let bits = from.word(row, at / WORD) >> (at % WORD);
                for (lane, to) in to.0.iter_mut().enumerate() {
                    *to = f32::from(u8::from(bits >> lane & 1 == 1));
                }
            }
        }
    }

    /// Inputs of the hidden units.
    pub(crate) fn write_inputs(&mut self, couplings: &FewCouplings) {
        // Without sweeps no random number is drawn.
        self.sweep(couplings, 0, 0);
    }

    /// Sweeps of all hidden and then of all visible units; the inputs of the hidden units are then those of the present
    /// visible ones, also without a sweep.
    ///
    /// The key names the random numbers. Each sixteen rows have a generator of their own, so that threads change nothing.
    pub(crate) fn sweep(&mut self, couplings: &FewCouplings, steps: usize, key: u64) {
        let blocks = self.blocks();
        let task = |(group, (visible, inputs)): (usize, (&mut [_], &mut [_]))| {
            pulp::Arch::new().dispatch(Sweep {
                couplings,
                steps,
                generator: Generator::new(key, group as u64),
                visible,
                inputs,
            });
        };
        let (group, hidden_units) = (LANES * blocks, self.hidden_units);
        if self.visible.len() * LANES * (1 + steps) < LARGE {
            let visible = self.visible.chunks_mut(group);
            let inputs = self.inputs.chunks_exact_mut(hidden_units);
            visible.zip(inputs).enumerate().for_each(task);
        } else {
            let visible = self.visible.par_chunks_mut(group);
            let inputs = self.inputs.par_chunks_exact_mut(hidden_units);
            visible.zip(inputs).enumerate().for_each(task);
        }
    }
}

/// Sweeps of up to sixteen rows.
struct Sweep<'a> {
    couplings: &'a FewCouplings,
    steps: usize,
    generator: Generator,
    visible: &'a mut [Lanes<f32>],
    inputs: &'a mut [Lanes<f32>],
}

impl NullaryFnOnce for Sweep<'_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        self.write_inputs();
        for _ in 0..self.steps {
            let states = self.draw_hidden();
            self.draw_visible(states);
            self.write_inputs();
        }
    }
}

impl Sweep<'_> {
    /// Inputs of the hidden units.
    #[inline(always)]
    fn write_inputs(&mut self) {
        let FewCouplings {
            blocks,
            weights,
            offsets,
            ..
        } = self.couplings;
        for (row, visible) in self.visible.chunks_exact(*blocks).enumerate() {
            let columns = weights.chunks_exact(*blocks).zip(offsets);
            for (inputs, (weights, offset)) in self.inputs.iter_mut().zip(columns) {
                inputs.0[row] = offset + selected(visible, weights);
            }
        }
    }

    /// Configurations of the hidden units: bit k for unit k.
    #[inline(always)]
    fn draw_hidden(&mut self) -> [u32; LANES] {
        let slope = self.couplings.values[1].slope;
        let mut states = [0; LANES];
        for (k, inputs) in self.inputs.iter().enumerate() {
            let words = self.generator.next();
            for lane in 0..LANES {
                let law = threshold(slope * inputs.0[lane]);
                states[lane] |= (larger(words[lane], law) & 1) << k;
            }
        }
        states
    }

    #[inline(always)]
    fn draw_visible(&mut self, states: [u32; LANES]) {
        let blocks = self.couplings.blocks;
        for (visible, state) in self.visible.chunks_exact_mut(blocks).zip(states) {
            let laws = &self.couplings.laws[state as usize * blocks..][..blocks];
            for (visible, law) in visible.iter_mut().zip(laws) {
                // Copies, since only what cannot overlap is vectorized.
                let (words, law) = (self.generator.next(), *law);
                let mut drawn = [0.0; LANES];
                for lane in 0..LANES {
                    let larger = larger(words[lane], law.0[lane]);
                    drawn[lane] = f32::from_bits(larger & 1.0_f32.to_bits());
                }
                visible.0 = drawn;
            }
        }
    }
}

/// The sum of the weights of units at their larger value.
#[inline(always)]
fn selected(visible: &[Lanes<f32>], weights: &[Lanes<f32>]) -> f32 {
    let mut sums = [0.0; LANES];
    for (visible, weights) in visible.iter().zip(weights) {
        for ((sum, weight), x) in sums.iter_mut().zip(&weights.0).zip(&visible.0) {
            *sum += weight * x;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::packed::few::tests::{PAIRS, machine, random};

    #[test]
    fn configurations_come_back() {
        for (units, rows) in [(1, 1), (16, 3), (37, 40), (131, 17)] {
            let values = random(units, rows);
            let configurations = FewConfigurations::from_columns(values.as_ref(), 2);
            assert_eq!(configurations.rows(), rows);
            assert_eq!(configurations.to_columns([0.0, 1.0]), values);
        }
    }

    #[test]
    fn inputs_are_those_of_the_machine_also_after_sweeps() {
        for units in PAIRS {
            let machine = machine([37, 5], units);
            let couplings = FewCouplings::new(&machine);
            let mut state = FewConfigurations::from_columns(random(37, 40).as_ref(), 5);
            for sweeps in [0, 3] {
                state.sweep(&couplings, sweeps, 7);
                let values = units[0].two_values().expect("two values");
                let visible = state.to_columns(values);
                let inputs = machine.inputs_h_from_v(visible.as_ref()).expect("sizes");
                for (row, k) in (0..40).flat_map(|row| (0..5).map(move |k| (row, k))) {
                    let found = state.inputs[row / LANES * 5 + k].0[row % LANES];
                    // Single precision of sums of 37 terms of size 0.3.
                    assert_abs_diff_eq!(f64::from(found), inputs[(k, row)], epsilon = 2e-6);
                }
            }
        }
    }

    #[test]
    fn threads_draw_the_same_units() {
        let machine = machine([100, 3], PAIRS[0]);
        let couplings = FewCouplings::new(&machine);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let mut state = FewConfigurations::from_columns(random(100, 700).as_ref(), 3);
            assert!(state.visible.len() * LANES * 5 > LARGE);
            let pool = pool.build().expect("threads");
            pool.install(|| state.sweep(&couplings, 4, 9));
            (state.visible, state.inputs)
        };
        assert_eq!(run(1), run(2));
    }
}
