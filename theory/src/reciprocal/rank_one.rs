//! The machine with one mode and equal components: every average in closed form.

use std::f64::consts::PI;

use statrs::function::factorial::ln_binomial;

use super::enumeration::LogSum;
use crate::error::{Result, check};
use crate::numerics::{count, dot};

/// Spins coupled by one mode, `W_iμ = s/√(N M)`, in uniform fields along it.
///
/// ```text
/// E = −s x y − B x − C y,   x = Σ_i v_i/√N,   y = Σ_μ h_μ/√M
/// ```
///
/// The energy depends on two integers, the numbers of spins that are up: each expectation is a double sum of
/// (N+1)(M+1) terms with binomial weights. It shows the transition at s = 1 with every finite-size effect: below it
/// `⟨x²⟩ → 1/(1 − s²)`, above it `⟨|x|⟩/√N` follows mean field, and at s = 1 it falls as `N^(−1/4)`.
#[derive(Debug, Clone)]
pub struct RankOne {
    /// Values of x and of y with the logarithms of their numbers of states and their fields' weights.
    visible: Vec<(f64, f64)>,
    hidden: Vec<(f64, f64)>,
    singular_value: f64,
    log_partition: f64,
}

impl RankOne {
    /// N visible and M hidden spins, the singular value s, and the fields (B, C).
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if a layer is empty or larger than 100,000, or a number is not finite.
    pub fn new(
        visible_units: u32,
        hidden_units: u32,
        singular_value: f64,
        fields: [f64; 2],
    ) -> Result<Self> {
        let s = check("singular_value", "finite", singular_value, |_| true)?;
        let visible = levels("visible_units", visible_units, fields[0])?;
        let hidden = levels("hidden_units", hidden_units, fields[1])?;
        let mut total = LogSum::default();
        for &(x, weight) in &visible {
            for &(y, other) in &hidden {
                total.add(weight + other + s * x * y);
            }
        }
        Ok(Self {
            visible,
            hidden,
            singular_value: s,
            log_partition: total.value(),
        })
    }

    /// ln Z.
    pub fn log_partition(&self) -> f64 {
        self.log_partition
    }

    /// ⟨f(x, y)⟩.
    pub fn expect(&self, f: &dyn Fn(f64, f64) -> f64) -> f64 {
        let mut sum = 0.0;
        for &(x, weight) in &self.visible {
            for &(y, other) in &self.hidden {
                let log_weight = weight + other + self.singular_value * x * y - self.log_partition;
                sum += log_weight.exp() * f(x, y);
            }
        }
        sum
    }

    /// Binder's cumulant of the unstable direction, `1 − ⟨φ⁴⟩/(3⟨φ²⟩²)` with `φ = (x + y)/√2`.
    ///
    /// 0 far below the transition and 2/3 far above it. In between the curves of different sizes cross near s = 1, at
    /// `1 − Γ(1/4)⁴/(24π²) = 0.270520` for many units.
    pub fn binder(&self) -> f64 {
        let second = self.expect(&|x, y| 0.5 * (x + y).powi(2));
        let fourth = self.expect(&|x, y| 0.25 * (x + y).powi(4));
        1.0 - fourth / (3.0 * second * second)
    }

    /// Autocovariance of x under block Gibbs sampling, at distances of 0 to `lags` sweeps.
    ///
    /// ```text
    /// C_d = ⟨x₀ x_d⟩,   p(x′|x) = Σ_y p(x′|y) p(y|x)
    /// ```
    ///
    /// exact, as x is a Markov chain of N + 1 states by itself. For many units below the transition `C_d = s^(2d)/(1 − s²)`, which is forgotten
    /// in `−1/ln s²` sweeps; its integrated time is `1/2 + Σ C_d/C₀ = (1 + s²)/2(1 − s²)`.
    pub fn autocovariance(&self, lags: usize) -> Vec<f64> {
        let (s, visible, hidden) = (self.singular_value, &self.visible, &self.hidden);
        let down = conditional(visible, hidden, s);
        let up = conditional(hidden, visible, s);
        let weights: Vec<f64> = visible
            .iter()
            .map(|&(x, weight)| {
                let mut total = LogSum::default();
                for &(y, other) in hidden {
                    total.add(weight + other + s * x * y);
                }
                (total.value() - self.log_partition).exp() * x
            })
            .collect();
        let mut later: Vec<f64> = visible.iter().map(|level| level.0).collect();
        let mut covariances = vec![dot(&weights, &later)];
        for _ in 0..lags {
            let between = average(&up, &later);
            later = average(&down, &between);
            covariances.push(dot(&weights, &later));
        }
        covariances
    }

    /// −ln P(a)/P(0), with P the density of the real part of the mode's boson.
    ///
    /// ```text
    /// P(a) = ⟨exp(−(a − √s (x + y)/2)²)⟩/√π
    /// ```
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] for a negative singular value, whose roles of the two directions are exchanged.
    pub fn profile(&self, amplitude: f64) -> Result<f64> {
        let s = check("singular_value", "not negative", self.singular_value, |s| {
            s >= 0.0
        })?;
        let log_density = |a: f64| {
            let mut total = LogSum::default();
            for &(x, weight) in &self.visible {
                for &(y, other) in &self.hidden {
                    let distance = a - 0.5 * s.sqrt() * (x + y);
                    total.add(weight + other + s * x * y - distance * distance);
                }
            }
            total.value() - self.log_partition - 0.5 * PI.ln()
        };
        Ok(log_density(0.0) - log_density(amplitude))
    }
}

/// Law of the levels of one layer given each level of the other, a row each.
fn conditional(given: &[(f64, f64)], levels: &[(f64, f64)], s: f64) -> Vec<Vec<f64>> {
    let law = |&(x, _): &(f64, f64)| {
        let logarithms = levels.iter().map(|&(y, weight)| weight + s * x * y);
        let mut total = LogSum::default();
        logarithms.clone().for_each(|weight| total.add(weight));
        logarithms
            .map(|weight| (weight - total.value()).exp())
            .collect()
    };
    given.iter().map(law).collect()
}

fn average(laws: &[Vec<f64>], values: &[f64]) -> Vec<f64> {
    laws.iter().map(|law| dot(law, values)).collect()
}

fn levels(name: &'static str, units: u32, field: f64) -> Result<Vec<(f64, f64)>> {
    check(name, "between 1 and 100000", f64::from(units), |n| {
        (1.0..=1e5).contains(&n)
    })?;
    check("field", "finite", field, |_| true)?;
    let root = count(units as usize).sqrt();
    Ok((0..=units)
        .map(|up| {
            let x = (2.0 * f64::from(up) - f64::from(units)) / root;
            (x, ln_binomial(units.into(), up.into()) + field * x)
        })
        .collect())
}
