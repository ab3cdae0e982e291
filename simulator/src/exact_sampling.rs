//! Independent samples of a machine one of whose layers can be enumerated.

use faer::Mat;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::Result;
use crate::log_partition::Enumeration;
use crate::machine::Rbm;

/// Draws configurations of both layers, each independent of all others.
///
/// ```text
/// p(h) = exp(c·h) Π_i exp φ_i(b_i + Σ_μ W_iμ h_μ)/Z,   then v given h
/// ```
///
/// or with the layers exchanged, where h runs over the layer with fewer units of two values. No chain, no burn-in and no autocorrelation: what
/// Gibbs sampling cannot cross is no obstacle. The cumulative law takes eight bytes per configuration, 256 MB for 25 units.
#[derive(Debug, Clone)]
pub struct ExactSampler<'a> {
    sides: Enumeration<'a>,
    /// Probability of the configurations up to each one.
    cumulative: Vec<f64>,
}

impl<'a> ExactSampler<'a> {
    /// The law of the smaller layer.
    ///
    /// # Errors
    /// As [`exact`](crate::log_partition::exact()).
    pub fn new(machine: &'a Rbm) -> Result<Self> {
        let sides = Enumeration::new(machine)?;
        let mut cumulative = sides.log_weights()?;
        let largest = cumulative.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for weight in &mut cumulative {
            sum += (*weight - largest).exp();
            *weight = sum;
        }
        for x in &mut cumulative {
            *x /= sum;
        }
        Ok(Self { sides, cumulative })
    }

    /// `count` configurations: the visible units, N × `count`, and the hidden ones, M × `count`.
    pub fn draw(&self, count: usize, rng: &mut Xoshiro256PlusPlus) -> (Mat<f64>, Mat<f64>) {
        let (enumerated, summed) = (self.sides.enumerated(), self.sides.summed());
        let mut first = Mat::zeros(enumerated.units(), count);
        let mut second = Mat::zeros(summed.units(), count);
        let mut inputs = vec![0.0; summed.units()];
        for c in 0..count {
            let uniform: f64 = rng.random();
            let index = self.cumulative.partition_point(|&p| p <= uniform);
            let values = first.col_as_slice_mut(c);
            // Rounding of the last entry.
            self.sides
                .write(index.min(self.cumulative.len() - 1), values);
            self.sides.write_inputs(values, &mut inputs);
            summed.draw(&inputs, second.col_as_slice_mut(c), rng);
        }
        if self.sides.hidden() {
            (second, first)
        } else {
            (first, second)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Layer;
    use crate::stream::stream;
    use crate::unit::Unit;

    #[test]
    fn frequencies_are_the_probabilities_of_both_layers() {
        for (units, hidden) in [(3, 2), (2, 3)] {
            let weights = Mat::from_fn(units, hidden, |i, j| [1.1, -0.7, 0.4][(i + 2 * j) % 3]);
            let visible = Layer::new(Unit::Spin, vec![0.2; units]).unwrap();
            let hidden_layer = Layer::new(Unit::Binary, vec![-0.3; hidden]).unwrap();
            let machine = Rbm::new(weights, visible, hidden_layer).unwrap();
            let sampler = ExactSampler::new(&machine).unwrap();
            let draws = 40_000;
            let (v, h) = sampler.draw(draws, &mut stream(1, "exact sampling", 0));
            let log_z = crate::log_partition::exact(&machine).unwrap();
            for code in 0..1_usize << (units + hidden) {
                let bit = |k: usize| f64::from(u8::from(code >> k & 1 == 1));
                let visible: Vec<f64> = (0..units).map(|i| 2.0 * bit(i) - 1.0).collect();
                let hidden: Vec<f64> = (0..hidden).map(|j| bit(units + j)).collect();
                let p = (-machine.energy(&visible, &hidden).unwrap() - log_z).exp();
                let same = |c: &usize| {
                    v.col(*c)
                        .iter()
                        .zip(&visible)
                        .all(|(a, b)| (a - b).abs() < 0.5)
                        && h.col(*c)
                            .iter()
                            .zip(&hidden)
                            .all(|(a, b)| (a - b).abs() < 0.5)
                };
                let seen = crate::numbers::as_float((0..draws).filter(same).count());
                let expected = p * crate::numbers::as_float(draws);
                // 32 counts, 4.5 standard deviations each.
                let error = 4.5 * (expected * (1.0 - p)).sqrt() + 1e-9;
                assert!((seen - expected).abs() < error, "{code}: {seen} {expected}");
            }
        }
    }
}
