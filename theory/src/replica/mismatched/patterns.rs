//! A teacher of several correlated patterns.

use super::coupling;
use crate::error::{Error, Result, check};
use crate::numerics::count;

/// Most patterns: the sums over their hidden units have as many terms.
const MOST: usize = 1_000_000;

/// A teacher RBM of P* spin hidden units whose patterns overlap.
///
/// ```text
/// p(v) ∝ ∏_μ cosh(β* ξ*_μ·v/√N),   ξ*_μ·ξ*_ν/N = c for μ ≠ ν
/// ```
///
/// The hidden units have the law `p(s) ∝ exp(β*² s'Cs/2)` with C the matrix of overlaps, D = ⟨ss'⟩ has 1 on its diagonal and
/// d = ⟨s₁s₂⟩ elsewhere, and the covariance of v has the excess eigenvalues β*² times those of CD.
///
/// # References
/// Theriault, Tosello & Tantari, arXiv:2410.16150 (2025).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TeacherPatterns {
    patterns: usize,
    correlation: f64,
    teacher_beta: f64,
}

impl TeacherPatterns {
    /// P* patterns of mutual overlap c at β*.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless there are 1 to 1 000 000 patterns, c is in [−1/(P* − 1), 1], where such patterns exist, and β* is
    /// between 0.001 and 100 000.
    pub fn new(patterns: usize, correlation: f64, teacher_beta: f64) -> Result<Self> {
        if !(1..=MOST).contains(&patterns) {
            return Err(Error::OutOfDomain {
                name: "patterns",
                domain: "between 1 and 1000000",
                value: count(patterns),
            });
        }
        let least = -1.0 / count(patterns.max(2) - 1);
        let domain = "between -1/(patterns - 1) and 1";
        Ok(Self {
            patterns,
            correlation: check("correlation", domain, correlation, |c| {
                (least..=1.0).contains(&c)
            })?,
            teacher_beta: coupling("teacher_beta", teacher_beta)?,
        })
    }

    /// d = ⟨s₁s₂⟩, the correlation of two hidden units of the teacher; tanh(β*²c) for two patterns.
    ///
    /// With k units at −1 the sum of all is S = P* − 2k, and s'Cs = (1 − c)P* + cS²:
    ///
    /// ```text
    /// d = (⟨S²⟩ − P*)/(P*(P* − 1)),   p(k) ∝ binom(P*, k) exp(β*² c S²/2)
    /// ```
    ///
    /// For one pattern it is 1, and plays no part.
    pub fn hidden_correlation(&self) -> f64 {
        if self.patterns == 1 {
            return 1.0;
        }
        let n = count(self.patterns);
        let coupling = 0.5 * self.teacher_beta.powi(2) * self.correlation;
        let terms = (0..=self.patterns).scan(0.0, |log_binomial, k| {
            let k = count(k);
            let sum = n - 2.0 * k;
            let log = *log_binomial + coupling * (sum * sum - n);
            *log_binomial += ((n - k) / (k + 1.0)).ln();
            Some((log, (sum * sum - n) / (n * (n - 1.0))))
        });
        let terms: Vec<(f64, f64)> = terms.collect();
        let largest = terms
            .iter()
            .fold(f64::NEG_INFINITY, |most, term| most.max(term.0));
        let weighted = terms
            .iter()
            .map(|(log, value)| ((log - largest).exp(), value));
        let [total, sum] = weighted.fold([0.0; 2], |[total, sum], (weight, value)| {
            [total + weight, sum + weight * value]
        });
        sum / total
    }

    /// The largest eigenvalue of CD; 1 for one pattern, or for patterns that do not overlap.
    ///
    /// ```text
    /// λ = (1 + (P* − 1)c)(1 + (P* − 1)d),   for c < 0: (1 − c)(1 − d)
    /// ```
    pub fn largest_eigenvalue(&self) -> f64 {
        let (c, d) = (self.correlation, self.hidden_correlation());
        if self.patterns == 1 {
            return 1.0;
        }
        let others = count(self.patterns - 1);
        let uniform = (1.0 + others * c) * (1.0 + others * d);
        uniform.max((1.0 - c) * (1.0 - d))
    }

    /// Samples per unit from which the leading eigenvector of their covariance shows, `(β*² λ)⁻²`.
    pub fn spectral_alpha(&self) -> f64 {
        (self.teacher_beta.powi(2) * self.largest_eigenvalue()).powi(-2)
    }

    /// Samples per unit from which a student of `student_beta` ≤ β*√λ learns: `1/((ββ*)² λ)`, on the line β = β* 1/(β*⁴ λ).
    ///
    /// Of the student any finite number of spin units is allowed, with independent uniform weights: to first order in
    /// the overlaps with the teacher each of them sees the samples alone. `None` for a colder student, whose paramagnet ends
    /// in a glass, at β⁻⁴.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `student_beta` is between 0.001 and 100 000.
    pub fn learned_alpha(&self, student_beta: f64) -> Result<Option<f64>> {
        let beta = coupling("student_beta", student_beta)?;
        let eigenvalue = self.largest_eigenvalue();
        let is_hot = beta <= self.teacher_beta * eigenvalue.sqrt();
        Ok(is_hot.then(|| 1.0 / ((beta * self.teacher_beta).powi(2) * eigenvalue)))
    }
}
