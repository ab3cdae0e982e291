//! Averages of products of both layers.

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::{FewConfigurations, FewCouplings, LANES, LARGE, Lanes};
use crate::machine::Rbm;
use crate::packed::Values;
use crate::packed::two_values;

/// Sums over configurations with the means of the hidden units given the visible ones.
///
/// An extra hidden unit fixed at 1 yields the sums of x over the visible units. Sums of sixteen configurations are in
/// single precision, those of many in double precision.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    blocks: usize,
    /// Of the visible units.
    values: [f64; 2],
    /// Σ h x for one hidden unit after another, x = 1 for a visible unit at its larger value and 0 otherwise.
    products: Vec<Lanes<f64>>,
    /// Σ h.
    means: Vec<f64>,
}

impl Sums {
    pub(crate) fn zeros(machine: &Rbm) -> Self {
        let blocks = machine.visible().units().div_ceil(LANES);
        let hidden_units = machine.hidden().units() + 1;
        Self {
            blocks,
            values: two_values(machine.visible()),
            products: vec![Lanes::default(); blocks * hidden_units],
            means: vec![0.0; hidden_units],
        }
    }

    pub(crate) fn clear(&mut self) {
        self.products.fill(Lanes::default());
        self.means.fill(0.0);
    }

    /// Adds factor · the sums over configurations whose inputs are known.
    pub(crate) fn add(&mut self, state: &FewConfigurations, couplings: &FewCouplings, factor: f32) {
        let hidden = couplings.values[1];
        let task = |(unit, (products, mean)): (usize, (&mut [_], &mut f64))| {
            pulp::Arch::new().dispatch(Add {
                state,
                hidden,
                factor,
                unit,
                products,
                mean,
            });
        };
        if state.visible.len() * self.means.len() * LANES < LARGE {
            let products = self.products.chunks_exact_mut(self.blocks);
            let pairs = products.zip(&mut self.means);
            pairs.enumerate().for_each(task);
        } else {
            let products = self.products.par_chunks_exact_mut(self.blocks);
            let pairs = products.zip(&mut self.means);
            pairs.enumerate().for_each(task);
        }
    }

    /// Σ h of a hidden unit.
    pub(crate) fn mean(&self, unit: usize) -> f64 {
        self.means[unit]
    }

    /// Σ h v of a hidden unit with one visible unit v after another, and some numbers more.
    pub(crate) fn products(&self, unit: usize) -> impl Iterator<Item = f64> {
        let [low, high] = self.values;
        let least = low * self.means[unit];
        let blocks = &self.products[unit * self.blocks..][..self.blocks];
        let lanes = blocks.iter().flat_map(|block| block.0);
        lanes.map(move |x| least + (high - low) * x)
    }
}

/// The sums of one hidden unit.
struct Add<'a> {
    state: &'a FewConfigurations,
    hidden: Values,
    factor: f32,
    unit: usize,
    products: &'a mut [Lanes<f64>],
    mean: &'a mut f64,
}

impl NullaryFnOnce for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let blocks = self.products.len();
        let groups = self.state.visible.chunks(LANES * blocks);
        for (group, rows) in groups.enumerate() {
            let means = self.means(group);
            for (mean, _) in means.iter().zip(rows.chunks_exact(blocks)) {
                *self.mean += f64::from(*mean);
            }
            for (block, total) in self.products.iter_mut().enumerate() {
                let mut sums = [0.0; LANES];
                for (visible, mean) in rows.chunks_exact(blocks).zip(means) {
                    for (sum, x) in sums.iter_mut().zip(&visible[block].0) {
                        *sum += mean * x;
                    }
                }
                for (total, sum) in total.0.iter_mut().zip(sums) {
                    *total += f64::from(sum);
                }
            }
        }
    }
}

impl Add<'_> {
    /// Factor · the means of the unit in sixteen configurations.
    #[inline(always)]
    fn means(&self, group: usize) -> [f32; LANES] {
        let hidden_units = self.state.hidden_units;
        if self.unit == hidden_units {
            return [self.factor; LANES];
        }
        let inputs = self.state.inputs[group * hidden_units + self.unit];
        let mut means = [0.0; LANES];
        for (mean, input) in means.iter_mut().zip(inputs.0) {
            *mean = self.hidden.mean(input, self.factor);
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::packed::few::tests::{PAIRS, machine, random};

    #[test]
    fn sums_are_those_of_plain_loops_for_any_number_of_threads() {
        for (units, rows) in PAIRS
            .into_iter()
            .flat_map(|units| [(units, 40), (units, 900)])
        {
            let machine = machine([70, 3], units);
            let couplings = FewCouplings::new(&machine);
            let mut state = FewConfigurations::from_columns(random(70, rows).as_ref(), 3);
            state.write_inputs(&couplings);
            let values = units[0].two_values().expect("two values");
            let visible = state.to_columns(values);
            let mut means = machine.inputs_h_from_v(visible.as_ref()).expect("sizes");
            for column in means.as_mut().col_iter_mut() {
                column.iter_mut().for_each(|x| *x = units[1].mean(*x));
            }
            let mut sums = Sums::zeros(&machine);
            sums.add(&state, &couplings, 1e-3);
            for k in 0..4 {
                let mean = |row| 1e-3 * if k < 3 { means[(k, row)] } else { 1.0 };
                // Means of inputs in single precision, 900 of 0.001.
                let epsilon = 1e-6;
                assert_abs_diff_eq!(sums.mean(k), (0..rows).map(mean).sum(), epsilon = epsilon);
                for (i, product) in sums.products(k).take(70).enumerate() {
                    let expected = (0..rows).map(|row| mean(row) * visible[(i, row)]).sum();
                    assert_abs_diff_eq!(product, expected, epsilon = epsilon);
                }
            }
            sums.clear();
            assert!(
                sums.products(3)
                    .chain([sums.mean(0)])
                    .all(|x| x.abs() <= 0.0)
            );
        }
    }
}
