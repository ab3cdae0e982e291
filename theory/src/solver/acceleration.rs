//! Anderson acceleration of a fixed-point iteration.
//!
//! ```text
//! g_k = F(x_k) − x_k,   γ = argmin |g_k − ΔG γ|,   x_(k+1) = x_k + b g_k − (ΔX + b ΔG) γ
//! ```
//!
//! where the columns of ΔX and ΔG are the differences of the latest states and residuals and b is the
//! mixing. On a linear map in D dimensions it converges in D + 1 steps; with one unknown it is the secant
//! method.
//!
//! References: Anderson, J. ACM 12, 547 (1965); Walker & Ni, SIAM J. Numer. Anal. 49, 1715 (2011).

use crate::numerics::{dot, subtract};

/// A difference whose part orthogonal to the newer ones is smaller than this fraction of it is left out: the
/// coefficient that it would get is rounding noise, amplified by the inverse of the fraction.
const INDEPENDENCE: f64 = 1e-8;

/// The latest states and residuals of an iteration, and the next state that they suggest.
#[derive(Debug, Clone)]
pub struct Anderson {
    depth: usize,
    mixing: f64,
    last: Option<Difference>,
    /// Newest first.
    history: Vec<Difference>,
}

/// A state and its residual, or the differences of two.
#[derive(Debug, Clone)]
struct Difference {
    state: Vec<f64>,
    residual: Vec<f64>,
}

impl Anderson {
    /// Acceleration that remembers `depth` differences (0: none, plain iteration) and moves by the fraction
    /// `mixing` of what remains of the residual.
    pub fn new(depth: usize, mixing: f64) -> Self {
        Self {
            depth,
            mixing,
            last: None,
            history: Vec::with_capacity(depth + 1),
        }
    }

    /// Forgets the past, as after a step that did harm.
    pub fn restart(&mut self) {
        self.last = None;
        self.history.clear();
    }

    /// True once the next step rests on more than one evaluation.
    pub fn is_accelerating(&self) -> bool {
        !self.history.is_empty()
    }

    /// Writes the step `x_(k+1) − x_k` that follows from the state `x_k` and its residual `g_k`.
    pub fn step(&mut self, state: &[f64], residual: &[f64], step: &mut [f64]) {
        self.remember(state, residual);
        let factors = Factors::new(&self.history);
        let coefficients = factors.solve(residual);
        for (i, value) in step.iter_mut().enumerate() {
            let correction: f64 = (factors.columns.iter().zip(&coefficients))
                .map(|(&j, gamma)| {
                    let difference = &self.history[j];
                    gamma * (difference.state[i] + self.mixing * difference.residual[i])
                })
                .sum();
            *value = self.mixing * residual[i] - correction;
        }
    }

    fn remember(&mut self, state: &[f64], residual: &[f64]) {
        let new = Difference {
            state: state.to_vec(),
            residual: residual.to_vec(),
        };
        if let Some(last) = self.last.take() {
            let state = subtract(&new.state, &last.state);
            let residual = subtract(&new.residual, &last.residual);
            self.history.insert(0, Difference { state, residual });
            self.history.truncate(self.depth);
        }
        self.last = Some(new);
    }
}

/// QR factors of the independent columns of ΔG, newest first.
struct Factors {
    /// Which differences are columns.
    columns: Vec<usize>,
    orthonormal: Vec<Vec<f64>>,
    /// `triangle[j][i]`: component of column j along the orthonormal vector i ≤ j.
    triangle: Vec<Vec<f64>>,
}

impl Factors {
    /// Gram–Schmidt with a second pass, which makes the vectors orthogonal to rounding.
    fn new(history: &[Difference]) -> Self {
        let mut factors = Self {
            columns: vec![],
            orthonormal: vec![],
            triangle: vec![],
        };
        for (j, difference) in history.iter().enumerate() {
            let mut rest = difference.residual.clone();
            let mut components = vec![0.0; factors.columns.len()];
            for _ in 0..2 {
                for (component, unit) in components.iter_mut().zip(&factors.orthonormal) {
                    let overlap = dot(unit, &rest);
                    *component += overlap;
                    rest.iter_mut()
                        .zip(unit)
                        .for_each(|(r, u)| *r -= overlap * u);
                }
            }
            let norm = dot(&rest, &rest).sqrt();
            if norm > INDEPENDENCE * dot(&difference.residual, &difference.residual).sqrt() {
                for value in &mut rest {
                    *value /= norm;
                }
                components.push(norm);
                factors.columns.push(j);
                factors.orthonormal.push(rest);
                factors.triangle.push(components);
            }
        }
        factors
    }

    /// Coefficients of the columns in the least-squares approximation of `target`.
    fn solve(&self, target: &[f64]) -> Vec<f64> {
        let mut solution: Vec<f64> = self
            .orthonormal
            .iter()
            .map(|unit| dot(unit, target))
            .collect();
        for j in (0..solution.len()).rev() {
            solution[j] /= self.triangle[j][j];
            let value = solution[j];
            for (earlier, component) in solution.iter_mut().zip(&self.triangle[j][..j]) {
                *earlier -= value * component;
            }
        }
        solution
    }
}
