//! Sums carried in two numbers each.

use crate::error::{Error, Result};

/// Sums whose errors of rounding are some 2⁻¹⁰⁰ of the largest intermediate sum: rounded to one number, they do not depend on the order of the
/// terms unless one lies that close to the middle of two numbers.
///
/// # References
/// Knuth, *The Art of Computer Programming* 2 (1997), section 4.2.2, theorem B (the error of a sum).
#[derive(Debug, Clone, PartialEq)]
pub struct Doubled {
    high: Vec<f64>,
    low: Vec<f64>,
}

impl Doubled {
    /// Sums of nothing.
    pub fn zeros(count: usize) -> Self {
        Self {
            high: vec![0.0; count],
            low: vec![0.0; count],
        }
    }

    /// Sums as [`Doubled::parts`] gives them.
    ///
    /// # Errors
    /// [`Error::Size`] unless both have one length.
    pub fn from_parts(high: Vec<f64>, low: Vec<f64>) -> Result<Self> {
        if high.len() != low.len() {
            return Err(Error::Size {
                name: "lower parts of sums",
                expected: high.len(),
                actual: low.len(),
            });
        }
        Ok(Self { high, low })
    }

    /// The rounded sums and what the rounding has lost.
    pub fn parts(&self) -> [&[f64]; 2] {
        [&self.high, &self.low]
    }

    /// Adds a term to each sum from the one of index `first` on.
    pub(super) fn add(&mut self, first: usize, terms: &[f64]) {
        let high = self.high[first..].iter_mut();
        let sums = high.zip(&mut self.low[first..]);
        for ((high, low), &term) in sums.zip(terms) {
            let sum = *high + term;
            let part = sum - *high;
            *low += (*high - (sum - part)) + (term - part);
            *high = sum;
        }
    }

    /// Adds other sums, one to each.
    pub(super) fn merge(&mut self, other: &Self) {
        self.add(0, &other.high);
        self.add(0, &other.low);
    }

    /// The sum of this index, rounded.
    pub(super) fn value(&self, index: usize) -> f64 {
        self.high[index] + self.low[index]
    }

    /// Number of sums.
    pub(super) fn count(&self) -> usize {
        self.high.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::stream;
    use rand::RngExt;

    #[test]
    fn sums_do_not_depend_on_the_order_of_their_terms() {
        let mut rng = stream(1, "terms", 0);
        let terms: Vec<f64> = (0..1000)
            .map(|k| (rng.random::<f64>() - 0.5) * 10_f64.powi(k % 12))
            .collect();
        let sum = |terms: &mut dyn Iterator<Item = &f64>| {
            let mut sum = Doubled::zeros(1);
            for &term in terms {
                sum.add(0, &[term]);
            }
            sum
        };
        let forth = sum(&mut terms.iter());
        let mut halves = sum(&mut terms[..300].iter());
        halves.merge(&sum(&mut terms[300..].iter().rev()));
        assert_eq!(forth.value(0).to_bits(), halves.value(0).to_bits());
        // Plain sums of these terms do depend on it.
        let plain: [f64; 2] = [terms.iter().sum(), terms.iter().rev().sum()];
        assert_ne!(plain[0].to_bits(), plain[1].to_bits());
    }
}
