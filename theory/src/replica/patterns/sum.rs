//! The sum of independent sparse signs.

use crate::numerics::count;

/// Weights below this one are left out: with a thousand terms their sum is below rounding.
const NEGLIGIBLE: f64 = 1e-22;

/// The law of `S = Σ_k ξ_k` of L independent signs, each −1 or 1 with probability p/2 and 0 with probability 1 − p.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SumOfSigns {
    density: f64,
    /// L.
    pub(super) terms: usize,
    /// The probabilities of S = −L, …, L, and those of the same S together with a last sign that is not 0.
    weights: Vec<[f64; 2]>,
}

/// One value of the sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    /// S.
    pub(super) sum: f64,
    /// P(S).
    pub(super) weight: f64,
    /// `E ξ_1²` at this S, times P(S): by symmetry that of any of the signs.
    pub(super) square: f64,
}

impl SumOfSigns {
    /// The empty sum, which is 0.
    pub(super) fn empty(density: f64) -> Self {
        Self {
            density,
            terms: 0,
            weights: vec![[1.0, 0.0]],
        }
    }

    /// The sum with one more sign: its law is the convolution of both laws.
    pub(super) fn with_one_more(&self) -> Self {
        let mut weights = vec![[0.0; 2]; self.weights.len() + 2];
        let side = 0.5 * self.density;
        for (k, [weight, _]) in self.weights.iter().enumerate() {
            weights[k + 1][0] += weight * (1.0 - self.density);
            for k in [k, k + 2] {
                weights[k][0] += weight * side;
                weights[k][1] += weight * side;
            }
        }
        Self {
            density: self.density,
            terms: self.terms + 1,
            weights,
        }
    }

    /// The values of S whose probabilities are not below rounding.
    pub(super) fn values(&self) -> impl Iterator<Item = Value> + '_ {
        let lowest = -count(self.terms);
        let values = self.weights.iter().enumerate();
        values
            .filter(|(_, weights)| weights[0] > NEGLIGIBLE)
            .map(move |(k, &[weight, square])| Value {
                sum: lowest + count(k),
                weight,
                square,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_moments_are_those_of_independent_signs() {
        for density in [0.03, 0.4, 1.0] {
            let mut sum = SumOfSigns::empty(density);
            for terms in 1..=60 {
                sum = sum.with_one_more();
                let average = |f: &dyn Fn(Value) -> f64| sum.values().map(f).sum::<f64>();
                let terms = f64::from(terms);
                // E S² = L p, E S⁴ = L p + 3 L (L − 1) p², E ξ_1² = p, E ξ_1² S² = p + (L − 1) p².
                let second = terms * density;
                let fourth = second + 3.0 * second * density * (terms - 1.0);
                let cross = density + (terms - 1.0) * density * density;
                for (found, exact) in [
                    (average(&|v| v.weight), 1.0),
                    (average(&|v| v.weight * v.sum.powi(2)), second),
                    (average(&|v| v.weight * v.sum.powi(4)), fourth),
                    (average(&|v| v.square), density),
                    (average(&|v| v.square * v.sum.powi(2)), cross),
                ] {
                    assert_relative_eq!(found, exact, max_relative = 1e-13);
                }
            }
        }
    }
}
