//! Draws from a discrete law in constant time.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::bits::uniform;
use crate::numbers::as_float;

/// Walker's alias table of a discrete law.
///
/// Each of n columns of equal weight holds its own value up to a threshold and one other value above it. Exact up to
/// rounding of the thresholds.
///
/// # References
/// Walker, Electron. Lett. 10, 127 (1974); Vose, IEEE Trans. Softw. Eng. 17, 972 (1991).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AliasTable {
    columns: Vec<(f64, usize)>,
}

impl AliasTable {
    /// The law of probabilities proportional to `weights`: at least one, none negative, not all zero.
    pub(crate) fn new(weights: &[f64]) -> Self {
        let mean = weights.iter().sum::<f64>() / as_float(weights.len());
        let mut columns: Vec<_> = weights.iter().map(|w| w / mean).zip(0..).collect();
        let (mut small, mut large): (Vec<_>, Vec<_>) =
            (0..weights.len()).partition(|&i| columns[i].0 < 1.0);
        while let (Some(below), Some(&above)) = (small.pop(), large.last()) {
            columns[below].1 = above;
            columns[above].0 -= 1.0 - columns[below].0;
            if columns[above].0 < 1.0 {
                small.extend(large.pop());
            }
        }
        // What is left has weight 1 up to rounding.
        for i in small.into_iter().chain(large) {
            columns[i] = (1.0, i);
        }
        Self { columns }
    }

    /// An index by its weight.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a column of a small table"
    )]
    pub(crate) fn draw(&self, rng: &mut Xoshiro256PlusPlus) -> usize {
        let position = uniform(rng.next_u64()) * as_float(self.columns.len());
        let column = (position as usize).min(self.columns.len() - 1);
        let (threshold, other) = self.columns[column];
        if position - as_float(column) < threshold {
            column
        } else {
            other
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::stream::stream;

    #[test]
    fn columns_add_up_to_the_weights() {
        for weights in [
            vec![1.0],
            vec![0.0, 1.0],
            vec![1.0; 7],
            vec![5.0, 1e-9, 3.0, 0.25, 0.25],
        ] {
            let table = AliasTable::new(&weights);
            let mut shares = vec![0.0; weights.len()];
            for (i, &(threshold, other)) in table.columns.iter().enumerate() {
                shares[i] += threshold;
                shares[other] += 1.0 - threshold;
            }
            let total: f64 = weights.iter().sum();
            let columns = shares.iter().sum::<f64>();
            for (share, weight) in shares.iter().zip(&weights) {
                // Rounding of a few differences of order one.
                assert_abs_diff_eq!(share / columns, weight / total, epsilon = 1e-15);
            }
        }
    }

    #[test]
    fn impossible_values_are_never_drawn() {
        let table = AliasTable::new(&[0.0, 2.0, 0.0, 1.0]);
        let mut rng = stream(0, "alias", 0);
        assert!((0..10_000).all(|_| table.draw(&mut rng) % 2 == 1));
    }

    #[test]
    fn values_are_drawn_as_often_as_they_weigh() {
        const DRAWS: u32 = 40_000;
        let weights = [1.0, 4.0, 2.0, 3.0];
        let table = AliasTable::new(&weights);
        let mut rng = stream(1, "alias", 0);
        let mut counts = [0_u32; 4];
        (0..DRAWS).for_each(|_| counts[table.draw(&mut rng)] += 1);
        for (count, weight) in counts.into_iter().zip(weights) {
            let (p, draws) = (weight / 10.0, f64::from(DRAWS));
            // Four standard deviations of a binomial law.
            let allowed = 4.0 * (p * (1.0 - p) / draws).sqrt();
            assert_abs_diff_eq!(f64::from(count) / draws, p, epsilon = allowed);
        }
    }
}
