//! How learning goes with persistent chains at a finite learning rate: the Gaussian machine, mode by mode.
//!
//! The chains of an update go on where those of the update before stopped, k sweeps further with weights that have changed since. Along a mode
//! of singular value s they have the variance V, the data c; of infinitely many chains and samples
//!
//! ```text
//! V' = V* + s^(4k) (V − V*),   V* = 1/(1 − s²),   s' = s + η s (c − V')
//! ```
//!
//! The fixed point is that of the likelihood, V = c and s² = 1 − 1/c, for every k and η. Of a small deviation δ of the singular value from it, with
//! `a = s^(4k)` and `g = 2 η s² c² (1 − a)`, the chains that lag behind make
//!
//! ```text
//! δ'' = (1 + a − g) δ' − a δ,   eigenvalues  Λ² − (1 + a − g) Λ + a = 0
//! ```
//!
//! * g ≤ (1 − √a)²: it decays without a change of sign.
//! * Up to g = 2 (1 + a): it oscillates. Where the eigenvalues are complex, g < (1 + √a)², |Λ| = √a = s^(2k) whatever the learning rate:
//!   learning is never faster than that.
//! * Beyond: the fixed point is unstable: the singular value oscillates for ever, or at larger learning rates grows beyond all bounds.
//!
//! Spins as visible units are the same up to 1/N where the mode is spread over many of them.
//!
//! # References
//! Own; Tieleman, ICML (2008), for the algorithm.

use super::ShortChains;
use super::singular_values::final_singular_value;
use crate::error::{Error, Result, check};

/// k sweeps of persistent chains in each update, at a learning rate η.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersistentChains {
    chains: ShortChains,
    learning_rate: f64,
}

/// A mode in training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersistentMode {
    /// Singular value s ≥ 0.
    pub singular_value: f64,
    /// Variance V of the chains along the mode.
    pub variance: f64,
}

impl PersistentMode {
    /// Chains of independent units, of variance 1, before the first update.
    pub fn start(singular_value: f64) -> Self {
        Self {
            singular_value,
            variance: 1.0,
        }
    }
}

/// How small deviations from the maximum of the likelihood go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relaxation {
    /// `a = s^(4k)`, what the chains keep of a deviation of their variance from equilibrium in one update.
    pub memory: f64,
    /// |Λ|, the factor by which a deviation of the singular value changes in one update, in the long run; above 1 the fixed point is unstable.
    pub decay: f64,
    /// Updates per oscillation, at least 2; `None` without oscillation.
    pub period: Option<f64>,
    /// The learning rate from which on it oscillates, `(1 − √a)/((1 + √a) 2 s² c²)`. The decay is fastest there, √a, and as fast up to
    /// `g = (1 + √a)²`.
    pub oscillates_from: f64,
    /// The learning rate from which on the fixed point is unstable, `(1 + a)/((1 − a) s² c²)`.
    pub unstable_from: f64,
}

impl PersistentChains {
    /// Chains of `sweeps` = k ≥ 1 sweeps in an update.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless k is from 1 to 10⁶ and the learning rate is finite and above 0.
    pub fn new(sweeps: u32, learning_rate: f64) -> Result<Self> {
        let chains = ShortChains::new(sweeps)?;
        check(
            "learning rate",
            "finite and above 0",
            learning_rate,
            |rate| rate > 0.0,
        )?;
        Ok(Self {
            chains,
            learning_rate,
        })
    }

    /// The mode after one update, with data of variance c along it. A step that is too long turns the weights' sign, which has no meaning.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless c and the singular value are finite and not negative and the variance is finite and above 0;
    /// [`Error::NotFinite`] where the new ones are too large for a number.
    ///
    /// ```
    /// # use saddlepoint_theory::dynamics::{PersistentMode, PersistentChains};
    /// let next = PersistentChains::new(1, 0.1)?.update(3.0, PersistentMode::start(0.5))?;
    /// assert_eq!(next.variance, 1.3125);
    /// assert_eq!(next.singular_value, 0.5 + 0.1 * 0.5 * (3.0 - 1.3125));
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    pub fn update(self, eigenvalue: f64, mode: PersistentMode) -> Result<PersistentMode> {
        let not_negative = "finite and not negative";
        let c = check("eigenvalue", not_negative, eigenvalue, |c| c >= 0.0)?;
        let s = check("singular value", not_negative, mode.singular_value, |s| {
            s >= 0.0
        })?;
        let before = check("variance", "finite and above 0", mode.variance, |v| v > 0.0)?;
        let variance = self.chains.variance_after(s * s, before);
        let singular_value = (s + self.learning_rate * s * (c - variance)).abs();
        if !singular_value.is_finite() {
            return Err(Error::NotFinite {
                name: "singular value",
            });
        }
        Ok(PersistentMode {
            singular_value,
            variance,
        })
    }

    /// Small deviations from the maximum of the likelihood; `None` for c ≤ 1, where the mode is not learnt.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless c is finite and not negative.
    ///
    /// ```
    /// # use saddlepoint_theory::dynamics::PersistentChains;
    /// // s² = 2/3 and a = 4/9 at one sweep: a deviation decays by √a = 2/3 in an update.
    /// let relaxation = PersistentChains::new(1, 0.1)?.relaxation(3.0)?.unwrap();
    /// assert!((relaxation.decay - 2.0 / 3.0).abs() < 1e-15);
    /// assert!((relaxation.oscillates_from - 1.0 / 60.0).abs() < 1e-15);
    /// assert!((relaxation.unstable_from - 13.0 / 30.0).abs() < 1e-15);
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    pub fn relaxation(self, eigenvalue: f64) -> Result<Option<Relaxation>> {
        let Some(linear) = self.linear(eigenvalue)? else {
            return Ok(None);
        };
        let Linear { a, missing, g, .. } = linear;
        // 1 − √a without a difference of numbers that are alike.
        let apart = missing / (1.0 + a.sqrt());
        let half_trace = 0.5 * (1.0 + a - g);
        let scale = linear.slope();
        let (decay, period) = if g <= apart * apart {
            // The larger root, from the product of both.
            let root = (half_trace * half_trace - a).max(0.0).sqrt();
            (half_trace + root, None)
        } else if g < (1.0 + a.sqrt()).powi(2) {
            let angle = (half_trace / a.sqrt()).clamp(-1.0, 1.0).acos();
            (a.sqrt(), Some(std::f64::consts::TAU / angle))
        } else {
            let root = (half_trace * half_trace - a).max(0.0).sqrt();
            (root - half_trace, Some(2.0))
        };
        Ok(Some(Relaxation {
            memory: a,
            decay,
            period,
            oscillates_from: apart * apart / scale,
            unstable_from: 2.0 * (1.0 + a) / scale,
        }))
    }

    /// Variance of the singular value in the long run, of `chains` = n chains and batches whose mean square along the mode has the variance
    /// `batch_variance` = σ² (2 c²/B of B Gaussian samples), to leading order in both; `None` where there is no stable fixed point with s > 0.
    ///
    /// ```text
    /// η² s² [ 2 c² (1 + a)² (1 − a)/n + ((1 + a)(1 − a)² + 2 a g) σ² ] / ((1 − a) g (2 (1 + a) − g))
    /// ```
    ///
    /// In an update n chains add a deviation of variance `2 c² (1 − a²)/n` to theirs. That and the batch's drive the linear equation above, an
    /// autoregression of second order with a moving average of the batches, whose variance is textbook.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless c is finite and not negative, n is above 0 and σ² is finite and not negative.
    ///
    /// # References
    /// Own.
    pub fn stationary_variance(
        self,
        eigenvalue: f64,
        chains: f64,
        batch_variance: f64,
    ) -> Result<Option<f64>> {
        check("chains", "finite and above 0", chains, |n| n > 0.0)?;
        check(
            "variance of a batch",
            "finite and not negative",
            batch_variance,
            |v| v >= 0.0,
        )?;
        let Some(linear) = self.linear(eigenvalue)? else {
            return Ok(None);
        };
        let Linear {
            s, a, missing, g, ..
        } = linear;
        let room = 2.0 * (1.0 + a) - g;
        if room <= 0.0 {
            return Ok(None);
        }
        let of_chains = 2.0 * eigenvalue.powi(2) * missing * (1.0 + a).powi(2) / chains;
        let of_data = ((1.0 + a) * missing.powi(2) + 2.0 * a * g) * batch_variance;
        let drive = (self.learning_rate * s).powi(2);
        Ok(Some(drive * (of_chains + of_data) / (missing * g * room)))
    }

    /// The linear equation about the maximum of the likelihood; `None` for c ≤ 1.
    fn linear(self, eigenvalue: f64) -> Result<Option<Linear>> {
        let s = final_singular_value(eigenvalue)?;
        if s == 0.0 {
            return Ok(None);
        }
        let (a, missing) = self.chains.memory(s);
        let mut linear = Linear {
            s,
            c: eigenvalue,
            a,
            missing,
            g: 0.0,
        };
        linear.g = self.learning_rate * linear.slope();
        Ok(Some(linear))
    }
}

/// The coefficients of the linear equation.
#[derive(Debug, Clone, Copy)]
struct Linear {
    /// Singular value of the fixed point.
    s: f64,
    /// Eigenvalue of the data.
    c: f64,
    /// Memory of the chains.
    a: f64,
    /// 1 − a.
    missing: f64,
    /// What an update takes off a deviation, were the chains in equilibrium but for a.
    g: f64,
}

impl Linear {
    /// g/η.
    fn slope(self) -> f64 {
        2.0 * (self.s * self.c).powi(2) * self.missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn chains(sweeps: u32, learning_rate: f64) -> PersistentChains {
        PersistentChains::new(sweeps, learning_rate).unwrap()
    }

    #[test]
    fn the_maximum_of_the_likelihood_is_a_fixed_point_at_every_learning_rate() {
        for (sweeps, rate, c) in [(1, 0.3, 3.0), (5, 0.01, 20.0), (2, 5.0, 1.1)] {
            let singular_value = final_singular_value(c).unwrap();
            let mode = PersistentMode {
                singular_value,
                variance: c,
            };
            let next = chains(sweeps, rate).update(c, mode).unwrap();
            assert_relative_eq!(next.singular_value, singular_value, max_relative = 1e-13);
            assert_relative_eq!(next.variance, c, max_relative = 1e-13);
        }
    }

    /// Singular values from update to update after a small deviation from the fixed point.
    fn deviations(chains: PersistentChains, c: f64, updates: usize) -> Vec<f64> {
        let end = final_singular_value(c).unwrap();
        let mut mode = PersistentMode {
            singular_value: end * (1.0 - 1e-5),
            variance: c,
        };
        let next = |_| {
            mode = chains.update(c, mode).unwrap();
            mode.singular_value - end
        };
        (0..updates).map(next).collect()
    }

    #[test]
    fn small_deviations_decay_as_the_updates_say() {
        // Monotonic, slow and fast; oscillating; to and fro; and growing to and fro.
        for (sweeps, rate, c) in [
            (1, 0.005, 3.0),
            (3, 0.01, 4.0),
            (2, 0.02, 10.0),
            (1, 0.1, 3.0),
            (4, 0.08, 3.0),
            (1, 0.45, 3.0),
        ] {
            let chains = chains(sweeps, rate);
            let relaxation = chains.relaxation(c).unwrap().unwrap();
            let found = deviations(chains, c, 60);
            // δ'' = (Λ₁ + Λ₂) δ' − Λ₁ Λ₂ δ; second order in the deviation, 1e-5, is left out.
            let sum = match relaxation.period {
                None => relaxation.decay + relaxation.memory / relaxation.decay,
                Some(period) if period > 2.0 => {
                    2.0 * relaxation.decay * (std::f64::consts::TAU / period).cos()
                }
                Some(_) => -(relaxation.decay + relaxation.memory / relaxation.decay),
            };
            for three in found[..6].windows(3) {
                let expected = sum * three[1] - relaxation.memory * three[0];
                assert!(
                    (three[2] - expected).abs() < 1e-8,
                    "{sweeps} {rate} {c}: {three:?} {expected:e}"
                );
            }
            let shrinks = found[59].abs().max(found[58].abs()) < found[1].abs().max(found[0].abs());
            assert_eq!(shrinks, relaxation.decay < 1.0, "{sweeps} {rate} {c}");
            assert_eq!(
                relaxation.period.is_some(),
                rate > relaxation.oscillates_from
            );
            assert_eq!(relaxation.decay > 1.0, rate > relaxation.unstable_from);
        }
    }

    #[test]
    fn nothing_decays_faster_than_where_oscillation_begins() {
        for (sweeps, c) in [(1, 3.0), (10, 8.0), (2, 1.05)] {
            let at = |rate: f64| chains(sweeps, rate).relaxation(c).unwrap().unwrap();
            let best = at(1.0);
            let fastest = at(best.oscillates_from).decay;
            // A double root moves by the square root of rounding.
            assert_relative_eq!(fastest, best.memory.sqrt(), max_relative = 1e-6);
            for factor in [0.01, 0.5, 0.9, 1.1, 3.0, 100.0] {
                assert!(at(factor * best.oscillates_from).decay >= fastest * (1.0 - 1e-6));
            }
            // At small rates the chains are in equilibrium: the rate of the likelihood's curvature, 2 s² c² η.
            let slow = at(1e-6).decay;
            assert_relative_eq!(
                (1.0 - slow) / 1e-6,
                2.0 * c * (c - 1.0),
                max_relative = 0.01
            );
        }
    }

    /// The variance of s by iterating the covariance of (V, s) under the linear map, written out from the two equations.
    fn by_iteration(sweeps: i32, rate: f64, c: f64, chains: f64, batch: f64) -> f64 {
        let s = (1.0 - 1.0 / c).sqrt();
        let a = s.powi(4 * sweeps);
        let b = (1.0 - a) * 2.0 * s * c * c;
        let map = [[a, b], [-rate * s * a, 1.0 - rate * s * b]];
        let noise = 2.0 * c * c * (1.0 - a * a) / chains;
        let drive = [
            [noise, -rate * s * noise],
            [-rate * s * noise, (rate * s).powi(2) * (noise + batch)],
        ];
        let mut covariance = [[0.0; 2]; 2];
        for _ in 0..20_000 {
            let mut next = drive;
            for (i, row) in next.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    for k in 0..2 {
                        for l in 0..2 {
                            *entry += map[i][k] * covariance[k][l] * map[j][l];
                        }
                    }
                }
            }
            covariance = next;
        }
        covariance[1][1]
    }

    #[test]
    fn the_stationary_variance_is_that_of_the_linear_map() {
        for (sweeps, rate, c, n, batch) in [
            (1, 0.1, 3.0, 100.0, 0.0),
            (1, 0.1, 3.0, 1e9, 0.03),
            (3, 0.002, 9.0, 500.0, 0.4),
            (2, 0.3, 2.0, 40.0, 0.1),
        ] {
            let chains = chains(u32::try_from(sweeps).unwrap(), rate);
            let found = chains.stationary_variance(c, n, batch).unwrap().unwrap();
            let expected = by_iteration(sweeps, rate, c, n, batch);
            assert_relative_eq!(found, expected, max_relative = 1e-10);
        }
    }

    #[test]
    fn what_is_not_learnt_or_not_stable_has_no_relaxation_or_no_spread() {
        assert_eq!(chains(1, 0.1).relaxation(1.0).unwrap(), None);
        assert_eq!(
            chains(1, 0.1).stationary_variance(0.5, 10.0, 0.0).unwrap(),
            None
        );
        assert_eq!(
            chains(1, 0.5).stationary_variance(3.0, 10.0, 0.0).unwrap(),
            None
        );
    }

    #[test]
    fn arguments_out_of_their_domains_are_refused() {
        assert!(PersistentChains::new(0, 0.1).is_err() && PersistentChains::new(1, 0.0).is_err());
        assert!(PersistentChains::new(1, f64::INFINITY).is_err());
        let chains = chains(1, 0.1);
        assert!(chains.update(-1.0, PersistentMode::start(0.5)).is_err());
        assert!(chains.update(3.0, PersistentMode::start(-0.5)).is_err());
        let far = PersistentMode {
            singular_value: 1e100,
            variance: 1.0,
        };
        let name = "singular value";
        assert_eq!(chains.update(3.0, far), Err(Error::NotFinite { name }));
        assert!(chains.relaxation(f64::NAN).is_err());
        assert!(chains.stationary_variance(3.0, 0.0, 0.0).is_err());
        assert!(chains.stationary_variance(3.0, 1.0, -1.0).is_err());
    }
}
