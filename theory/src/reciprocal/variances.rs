//! Exact variances of the reciprocal variables of a small machine.

use super::enumeration::{LogSum, MOST_UNITS_OF_PROFILE, enumerable, visit};
use super::{Layer, Machine, Modes, Unit};
use crate::error::Result;

/// Variances of the slow and the fast variable of every mode, by enumeration of the smaller discrete layer.
///
/// ```text
/// φ_k = (x_k/√χ_v + y_k/√χ_h)/√2,   η_k = (x_k/√χ_v − y_k/√χ_h)/√2,   x_k = u_k·v,  y_k = v_k·h
/// ```
///
/// where `χ_v` and `χ_h` are the variances of `x_k` and `y_k` in units that feel their biases alone, 1 for spins without biases. In the limit of
/// infinitely many units they are 1/(1 − ŝ) and 1/(1 + ŝ), ŝ = s √(`χ_v` `χ_h`) < 1. The boson of the mode, whose law is the exact integral over
/// complex amplitudes, has the variance 1 + ŝ var φ along its real axis where the layers are alike.
///
/// # Errors
/// [`crate::Error::OutOfDomain`] if no discrete layer has 18 units or fewer, [`crate::Error::Unit`] if no layer is discrete.
pub fn exact_mode_variances(machine: &Machine, modes: &Modes) -> Result<Vec<[f64; 2]>> {
    let (turned, [outer, inner]) = enumerable(machine, MOST_UNITS_OF_PROFILE)?;
    let [outer, inner] = [
        Directions::new(&turned, Layer::Visible, modes, outer),
        Directions::new(&turned, Layer::Hidden, modes, inner),
    ];
    let mut total = LogSum::default();
    let mut moments = vec![[Moments::default(); 2]; modes.len()];
    visit(&turned, |hidden, fields, bias| {
        let log_weight = bias + turned.visible().log_partition_of_layer(fields);
        let (share, kept) = total.share_of_next(log_weight);
        let unit = turned.visible();
        let means: Vec<f64> = fields.iter().map(|&field| unit.mean(field)).collect();
        let spreads: Vec<f64> = fields.iter().map(|&field| unit.variance(field)).collect();
        for (k, [slow, fast]) in moments.iter_mut().enumerate() {
            let x = outer.project(k, &means);
            let y = inner.project(k, hidden);
            let spread = outer.spread(k, &spreads);
            slow.add(share, kept, x + y, spread);
            fast.add(share, kept, x - y, spread);
        }
    });
    Ok(moments
        .iter()
        .map(|both| both.each_ref().map(|moments| 0.5 * moments.variance()))
        .collect())
}

/// Deviations √`χ_v` and √`χ_h` of the reciprocal variables of every mode in units that feel their biases alone, above 0.
///
/// ```text
/// χ = Σ_i u_i² var(unit i with its bias)
/// ```
pub fn free_mode_deviations(machine: &Machine, modes: &Modes) -> Vec<[f64; 2]> {
    let of = |mode| {
        [
            (Layer::Visible, machine.visible(), machine.visible_bias()),
            (Layer::Hidden, machine.hidden(), machine.hidden_bias()),
        ]
        .map(|(layer, unit, bias)| free_deviation(modes.vector(layer, mode), unit, bias))
    };
    (0..modes.len()).map(of).collect()
}

fn free_deviation(vector: &[f64], unit: Unit, bias: &[f64]) -> f64 {
    let terms = vector.iter().zip(bias);
    let free: f64 = terms.map(|(u, &b)| u * u * unit.variance(b)).sum();
    free.max(f64::MIN_POSITIVE).sqrt()
}

/// The vectors of the modes in one layer, each over the deviation of its variable in units that feel their biases alone.
struct Directions(Vec<Vec<f64>>);

impl Directions {
    fn new(machine: &Machine, side: Layer, modes: &Modes, layer: Layer) -> Self {
        let (unit, bias) = match side {
            Layer::Visible => (machine.visible(), machine.visible_bias()),
            Layer::Hidden => (machine.hidden(), machine.hidden_bias()),
        };
        let scaled = |k: usize| {
            let vector = modes.vector(layer, k);
            let scale = free_deviation(vector, unit, bias).recip();
            vector.iter().map(|u| u * scale).collect()
        };
        Self((0..modes.len()).map(scaled).collect())
    }

    fn project(&self, mode: usize, state: &[f64]) -> f64 {
        crate::numerics::dot(&self.0[mode], state)
    }

    /// Variance of the projection, of independent units.
    fn spread(&self, mode: usize, variances: &[f64]) -> f64 {
        let terms = self.0[mode].iter().zip(variances);
        terms.map(|(u, variance)| u * u * variance).sum()
    }
}

/// Mean and mean square of a stream of states with their shares of the total so far.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    mean: f64,
    square: f64,
}

impl Moments {
    /// Adds a state that has the share `share` of the new total, and the ones before `kept`.
    fn add(&mut self, share: f64, kept: f64, mean: f64, variance: f64) {
        self.mean = kept * self.mean + share * mean;
        self.square = kept * self.square + share * (mean * mean + variance);
    }

    fn variance(&self) -> f64 {
        self.square - self.mean * self.mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use faer::Mat;

    /// Weights without a symmetry.
    fn machine(visible: Unit, hidden: Unit, rows: usize, columns: usize) -> Machine {
        let number = |k: usize| f64::from(u32::try_from(k * k % 17).unwrap()) / 17.0 - 0.4;
        let weights = Mat::from_fn(rows, columns, |i, j| 0.6 * number(3 * i + 5 * j + 1));
        let bias = |n: usize| (0..n).map(|i| 0.3 * number(7 * i + 2)).collect();
        Machine::new(weights, bias(rows), bias(columns), visible, hidden).unwrap()
    }

    fn states(unit: Unit, n: usize) -> Vec<Vec<f64>> {
        let values = unit.states().unwrap();
        let state = |index: usize| (0..n).map(|i| values[index >> i & 1]).collect();
        (0..1_usize << n).map(state).collect()
    }

    #[test]
    fn variances_are_those_of_the_plain_sum_over_both_layers() {
        for (visible, hidden, rows, columns) in [
            (Unit::Spin, Unit::Spin, 5, 4),
            (Unit::Binary, Unit::Spin, 4, 6),
            (Unit::Binary, Unit::Binary, 3, 5),
        ] {
            let machine = machine(visible, hidden, rows, columns);
            let modes = Modes::new(machine.weights()).unwrap();
            let found = exact_mode_variances(&machine, &modes).unwrap();
            let free = |unit: Unit, bias: &[f64], vector: &[f64]| -> f64 {
                let terms = vector.iter().zip(bias);
                terms.map(|(u, &b)| u * u * unit.variance(b)).sum()
            };
            for (k, variances) in found.iter().enumerate() {
                let (u, w) = (
                    modes.vector(Layer::Visible, k),
                    modes.vector(Layer::Hidden, k),
                );
                let scales = [
                    free(visible, machine.visible_bias(), u).sqrt(),
                    free(hidden, machine.hidden_bias(), w).sqrt(),
                ];
                let dot = crate::numerics::dot;
                let mut sums = [0.0; 5];
                for v in states(visible, rows) {
                    for h in states(hidden, columns) {
                        let energy =
                            dot(&machine.inputs_h_from_v(&v), &h) + dot(machine.visible_bias(), &v);
                        let weight = energy.exp();
                        let (x, y) = (dot(u, &v) / scales[0], dot(w, &h) / scales[1]);
                        let terms = [1.0, x + y, (x + y).powi(2), x - y, (x - y).powi(2)];
                        for (sum, term) in sums.iter_mut().zip(terms) {
                            *sum += weight * term;
                        }
                    }
                }
                let variance =
                    |first: f64, second: f64| 0.5 * (second / sums[0] - (first / sums[0]).powi(2));
                assert_relative_eq!(
                    variances[0],
                    variance(sums[1], sums[2]),
                    max_relative = 1e-10
                );
                assert_relative_eq!(
                    variances[1],
                    variance(sums[3], sums[4]),
                    max_relative = 1e-10
                );
            }
        }
    }
}
