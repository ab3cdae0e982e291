//! Equations of motion whose velocity is a gradient, by steps that are exact for a linear one.

use faer::{Mat, Side};

use super::curvature::hessian;
use crate::error::{Error, Result};
use crate::numerics::{dot, subtract};

/// Attempts between two times after which the equations are given up.
const MOST_ATTEMPTS: usize = 20_000;

const NOT_FINITE: Error = Error::NotFinite {
    name: "the trajectory",
};

/// The rule of Hochbruck, Ostermann & Schweitzer of order 3(2) with adapted steps: with J the Jacobian and f the velocity at x,
///
/// ```text
/// u = x + h φ₁(hJ) f,   x' = u + 2h φ₃(hJ) [v(u) − f − J (u − x)]
/// φ₁(z) = (e^z − 1)/z,   φ₃(z) = (e^z − 1 − z − z²/2)/z³
/// ```
///
/// The last term is the estimated error of u. A step is not bound by the fastest rate: near rest, where the velocity is linear, it grows without
/// end. J, from differences of velocities, is taken apart into its eigenvectors, so that it has to be symmetric.
///
/// # References
/// Hochbruck, Ostermann & Schweitzer, SIAM J. Numer. Anal. 47, 786 (2009).
pub(super) struct Exponential {
    tolerance: f64,
    step: f64,
}

/// The linear velocity near a state.
struct Linear {
    velocity: Vec<f64>,
    rates: Vec<f64>,
    modes: Mat<f64>,
}

impl Linear {
    fn new(velocity: &mut impl FnMut(&[f64], &mut [f64]), state: &[f64]) -> Result<Self> {
        let jacobian = hessian(&mut *velocity, state)?;
        let decomposition = jacobian
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| NOT_FINITE)?;
        let mut at = vec![0.0; state.len()];
        velocity(state, &mut at);
        Ok(Self {
            velocity: at,
            rates: decomposition.S().column_vector().iter().copied().collect(),
            modes: decomposition.U().to_owned(),
        })
    }

    /// Components along the modes.
    fn components(&self, vector: &[f64]) -> Vec<f64> {
        let modes = self.modes.col_iter();
        modes
            .map(|mode| mode.iter().zip(vector).map(|(q, x)| q * x).sum())
            .collect()
    }

    /// The vector of some components.
    fn vector(&self, components: &[f64]) -> Vec<f64> {
        let rows = self.modes.row_iter();
        rows.map(|row| dot(&row.iter().copied().collect::<Vec<f64>>(), components))
            .collect()
    }
}

impl Exponential {
    /// Steps begin with `step`.
    pub(super) fn new(tolerance: f64, step: f64) -> Self {
        Self { tolerance, step }
    }

    /// The state after some time.
    ///
    /// # Errors
    /// [`Error::NotFinite`] where the velocity is not finite or attempts become too many.
    pub(super) fn advance(
        &mut self,
        velocity: &mut impl FnMut(&[f64], &mut [f64]),
        start: &[f64],
        time: f64,
    ) -> Result<Vec<f64>> {
        let (mut state, mut left) = (start.to_vec(), time);
        let mut linear = None;
        for _ in 0..MOST_ATTEMPTS {
            if left <= 0.0 {
                return Ok(state);
            }
            let near = match linear.take() {
                Some(near) => near,
                None => Linear::new(velocity, &state)?,
            };
            let is_last = self.step >= left;
            let step = self.step.min(left);
            let (next, error) = self.attempt(velocity, &state, &near, step);
            let is_good = error <= 1.0;
            if is_good {
                state = next;
                left = if is_last { 0.0 } else { left - step };
            } else {
                linear = Some(near);
            }
            // An error that is not a number is one of a step that is far too long.
            let factor = (0.9 * error.max(1e-10).cbrt().recip()).clamp(0.2, 5.0);
            let factor = if factor.is_nan() || error.is_nan() {
                0.2
            } else {
                factor
            };
            if !is_last || !is_good {
                self.step = step * factor;
            }
        }
        Err(NOT_FINITE)
    }

    /// The state after a step, and its estimated error in units of the tolerance.
    fn attempt(
        &self,
        velocity: &mut impl FnMut(&[f64], &mut [f64]),
        state: &[f64],
        near: &Linear,
        step: f64,
    ) -> (Vec<f64>, f64) {
        let scaled = |weight: fn(f64) -> f64, of: &[f64]| -> Vec<f64> {
            let pairs = near.rates.iter().zip(of);
            pairs
                .map(|(rate, x)| step * weight(step * rate) * x)
                .collect()
        };
        let moved = scaled(phi_1, &near.components(&near.velocity));
        let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<f64>>();
        let first = sum(state, &near.vector(&moved));
        let mut there = vec![0.0; state.len()];
        velocity(&first, &mut there);
        let rest = near.components(&subtract(&there, &near.velocity));
        let pairs = rest.iter().zip(near.rates.iter().zip(&moved));
        let bent: Vec<f64> = pairs.map(|(x, (rate, moved))| x - rate * moved).collect();
        let correction = near.vector(&scaled(|z| 2.0 * phi_3(z), &bent));
        let sizes = correction.iter().zip(&first);
        let errors = sizes.map(|(c, x)| c.abs() / (self.tolerance * x.abs().max(1.0)));
        // f64::max would drop NaN.
        let error = errors.fold(0.0, |m: f64, e| if e.is_nan() { e } else { m.max(e) });
        (sum(&first, &correction), error)
    }
}

/// (e^z − 1)/z.
fn phi_1(z: f64) -> f64 {
    if z.abs() > 0.0 { z.exp_m1() / z } else { 1.0 }
}

/// (e^z − 1 − z − z²/2)/z³, where that cancels by its series `Σ_k z^k/(k + 3)!`.
fn phi_3(z: f64) -> f64 {
    if z.abs() > 1.0 {
        return ((z.exp_m1() / z - 1.0) / z - 0.5) / z;
    }
    let mut term = 1.0 / 6.0;
    let mut sum = term;
    for k in 4..20 {
        term *= z / f64::from(k);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_weights_of_a_step_are_those_of_40_digits() {
        // mpmath.
        for (z, one, three) in PHI {
            assert_relative_eq!(phi_1(z), one, max_relative = 1e-14);
            // Next to 1, half a dozen of 1e-16 relative to a sixth.
            assert_relative_eq!(phi_3(z), three, max_relative = 1e-14);
        }
    }

    const PHI: [(f64, f64, f64); 10] = [
        (-10_000_000_000.0, 1.0e-10, 4.999_999_999e-11),
        (-30.0, 0.033_333_333_333_330_22, 0.015_592_592_592_592_588),
        (-1.2, 0.582_338_156_739_831_6, 0.126_623_719_958_216_4),
        (-1.0, 0.632_120_558_828_557_7, 0.132_120_558_828_557_7),
        (-0.3, 0.863_939_264_394_273_8, 0.154_880_715_491_930_9),
        (0.0, 1.0, 0.166_666_666_666_666_66),
        (1e-05, 1.000_005_000_016_666_7, 0.166_667_083_334_166_66),
        (0.9, 1.621_781_234_618_833, 0.212_075_598_294_855_5),
        (1.1, 1.821_969_112_678_575_5, 0.224_767_861_717_831_03),
        (20.0, 24_258_259.720_489_513, 60_645.621_801_223_79),
    ];
}
