//! Weights of importance sampling and what they say about ln Z.

use super::exact::LogSum;
use crate::error::{Error, Result, check};
use crate::numbers::as_float;
use crate::statistics::Moments;

/// Logarithms of independent weights w whose mean is Z, or 1/Z of weights of the way back.
#[derive(Debug, Clone, PartialEq)]
pub struct LogWeights {
    pub(super) values: Vec<f64>,
    /// Whether the mean of the weights is 1/Z.
    pub(super) inverse: bool,
}

/// An estimate of ln Z.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogPartition {
    /// ln Z.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Effective number of chains, (Σ w)²/Σ w², between 1 and the number of chains.
    pub effective_chains: f64,
}

impl LogWeights {
    /// ln w of each chain.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Adds the weights of more chains.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for chains of the other direction.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.inverse != other.inverse {
            return Err(Error::Unsupported {
                name: "a mean over chains of both directions",
                remedy: "one estimate for each direction",
            });
        }
        self.values.extend_from_slice(&other.values);
        Ok(())
    }

    /// The estimate of ln Z.
    ///
    /// ```text
    /// ln Z = ± ln((1/C) Σ w),   σ² = (1/C) max(Var w/⟨w⟩², min(e^{s²} − 1, C s⁴))
    /// ```
    ///
    /// with s² the variance of ln w over the C chains, and − for the way back. The expectation lies below ln Z for the
    /// forward direction and above it for the way back, by σ²/2 where the weights are narrow. The first form of σ is the
    /// usual one. It misses the largest weights where none of C draws has met them, and would then be far too small; the
    /// second is that of log-normal weights with the spread that was seen, at most twice the distance s²/2 between ln Z
    /// and the mean of ln w.
    ///
    /// # Errors
    /// [`Error::TooFew`] for fewer than two chains; [`Error::OutOfDomain`] where a weight is not finite.
    pub fn log_partition(&self) -> Result<LogPartition> {
        let spread = self.values.iter().copied().collect::<Moments>();
        spread.estimate()?;
        let count = as_float(self.values.len());
        let log_mean = log_mean(&self.values);
        let relative: Moments = self.values.iter().map(|x| (x - log_mean).exp()).collect();
        let squares = relative.variance().unwrap_or(0.0);
        let variance = spread.variance().unwrap_or(0.0);
        let log_normal = variance.exp_m1().min(count * variance * variance);
        let value = if self.inverse { -log_mean } else { log_mean };
        Ok(LogPartition {
            value: check("log_partition", "finite", value, |_| true)?,
            standard_error: (squares.max(log_normal) / count).sqrt(),
            // Σ w² = C (⟨w⟩² + (1 − 1/C) Var w), with ⟨w⟩ = 1 here.
            effective_chains: count / (1.0 + squares * (1.0 - 1.0 / count)),
        })
    }
}

/// ln((1/C) Σ `e^x`).
pub(super) fn log_mean(values: &[f64]) -> f64 {
    let mut sum = LogSum::default();
    for &x in values {
        sum.add(x);
    }
    sum.value() - as_float(values.len()).ln()
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use rand_distr::{Distribution, StandardNormal};

    use super::*;
    use crate::stream::stream;

    #[test]
    fn equal_weights_are_certain() {
        let weights = LogWeights {
            values: vec![800.0; 5],
            inverse: true,
        };
        assert!(weights.values().iter().eq(&[800.0; 5]));
        let estimate = weights.log_partition().unwrap();
        assert_relative_eq!(estimate.value, -800.0, max_relative = 1e-14);
        assert_relative_eq!(estimate.effective_chains, 5.0, max_relative = 1e-12);
        // Rounding of 800 relative to one.
        assert!(estimate.standard_error < 1e-12);
    }

    #[test]
    fn errors_stay_honest_where_the_largest_weights_are_missed() {
        // Log-normal weights of mean one. At s = 4 a mean of 100 weights misses by several units: the variance of the
        // weights, seen from inside, gives bars of at most one.
        let mut rng = stream(50, "weights", 0);
        for s in [0.1, 1.0, 2.0, 4.0] {
            let mut outside = 0;
            for _ in 0..200 {
                let draw = |_| {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    s * z - 0.5 * s * s
                };
                let weights = LogWeights {
                    values: (0..100).map(draw).collect(),
                    inverse: false,
                };
                let estimate = weights.log_partition().unwrap();
                if estimate.value.abs() > 2.0 * estimate.standard_error {
                    outside += 1;
                }
            }
            // 4.6 % of 200 for a Gaussian error, at most 8 %.
            assert!(outside <= 16, "s = {s}: {outside} of 200");
        }
    }

    #[test]
    fn directions_are_not_mixed() {
        let new = |inverse| LogWeights {
            values: vec![0.0],
            inverse,
        };
        assert!(new(true).merge(&new(false)).is_err());
        assert!(new(true).log_partition().is_err());
    }
}
