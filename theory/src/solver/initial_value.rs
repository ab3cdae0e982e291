//! Equations of motion of many variables, followed in time.

use super::exponential::Exponential;
use crate::error::{Error, Result, check};

/// Dormand & Prince's nodes do not matter for autonomous equations; their weights do.
const STAGES: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[
        19372.0 / 6561.0,
        -25360.0 / 2187.0,
        64448.0 / 6561.0,
        -212.0 / 729.0,
    ],
    &[
        9017.0 / 3168.0,
        -355.0 / 33.0,
        46732.0 / 5247.0,
        49.0 / 176.0,
        -5103.0 / 18656.0,
    ],
    &[
        35.0 / 384.0,
        0.0,
        500.0 / 1113.0,
        125.0 / 192.0,
        -2187.0 / 6784.0,
        11.0 / 84.0,
    ],
];

/// Fifth-order weights minus fourth-order ones.
const ERROR: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// Steps between two times after which the equations are given up.
const MOST_STEPS: usize = 1_000_000;

/// Steps between two times after which equations are taken as stiff.
const MANY_STEPS: usize = 3_000;

const NOT_FINITE: Error = Error::NotFinite {
    name: "the trajectory",
};

/// The state at each of `times`, from `start` at time 0, by Dormand and Prince's rule of order 5(4) with adapted steps.
///
/// `velocity` writes dx/dt at a state into its second argument. Each step's estimated error is below `tolerance` in units of
/// max(1, |xᵢ|), for the worst component.
///
/// # Errors
/// [`Error::OutOfDomain`] unless the times ascend from 0 or later and the tolerance is positive; [`Error::NotFinite`] where the
/// velocity is not finite or steps become too many.
///
/// # References
/// Dormand & Prince, J. Comput. Appl. Math. 6, 19 (1980).
pub fn integrate(
    mut velocity: impl FnMut(&[f64], &mut [f64]),
    start: &[f64],
    times: &[f64],
    tolerance: f64,
) -> Result<Vec<Vec<f64>>> {
    let integration = Integration::new(&mut velocity, start, tolerance)?;
    integration.visit(times, |integration, time| {
        let arrived = integration.advance(&mut velocity, time, MOST_STEPS)?;
        if arrived { Ok(()) } else { Err(NOT_FINITE) }
    })
}

/// The same for a velocity that is the gradient of a function, whose Jacobian is symmetric.
///
/// Where the rule takes thousands of steps to a time, since rates differ by that much, it gives way to
/// [one](super::exponential) whose steps grow as the state comes to rest.
///
/// # Errors
/// As [`integrate`].
pub fn integrate_gradient(
    mut velocity: impl FnMut(&[f64], &mut [f64]),
    start: &[f64],
    times: &[f64],
    tolerance: f64,
) -> Result<Vec<Vec<f64>>> {
    let integration = Integration::new(&mut velocity, start, tolerance)?;
    let mut stiff: Option<Exponential> = None;
    integration.visit(times, |integration, time| {
        if stiff.is_none() && integration.advance(&mut velocity, time, MANY_STEPS)? {
            return Ok(());
        }
        let step = integration.step;
        let stiff = stiff.get_or_insert_with(|| Exponential::new(tolerance, step));
        let left = time - integration.time;
        integration.state = stiff.advance(&mut velocity, &integration.state, left)?;
        integration.time = time;
        Ok(())
    })
}

/// A solution under way; the first slope is that of the state.
struct Integration {
    time: f64,
    state: Vec<f64>,
    slopes: Vec<Vec<f64>>,
    step: f64,
    tolerance: f64,
}

impl Integration {
    fn new(
        velocity: &mut impl FnMut(&[f64], &mut [f64]),
        start: &[f64],
        tolerance: f64,
    ) -> Result<Self> {
        check("tolerance", "positive and finite", tolerance, |t| t > 0.0)?;
        let mut integration = Self {
            time: 0.0,
            state: start.to_vec(),
            slopes: vec![vec![0.0; start.len()]; 7],
            step: 1e-3,
            tolerance,
        };
        velocity(&integration.state, &mut integration.slopes[0]);
        Ok(integration)
    }

    /// The states at some times, to each of which `advance` goes.
    fn visit(
        mut self,
        times: &[f64],
        mut advance: impl FnMut(&mut Self, f64) -> Result<()>,
    ) -> Result<Vec<Vec<f64>>> {
        let mut states = Vec::with_capacity(times.len());
        for &time in times {
            check(
                "time",
                "finite and not before the one before it",
                time,
                |t| t >= self.time,
            )?;
            advance(&mut self, time)?;
            states.push(self.state.clone());
        }
        Ok(states)
    }

    /// Goes to a time; false if `most` steps do not lead there.
    fn advance(
        &mut self,
        velocity: &mut impl FnMut(&[f64], &mut [f64]),
        end: f64,
        most: usize,
    ) -> Result<bool> {
        for _ in 0..most {
            let left = end - self.time;
            if left <= 0.0 {
                return Ok(true);
            }
            let is_last = self.step >= left;
            let step = self.step.min(left);
            let next = self.attempt(velocity, step);
            let error = self.error(&next, step);
            if !error.is_finite() {
                return Err(NOT_FINITE);
            }
            if error <= 1.0 {
                self.time = if is_last { end } else { self.time + step };
                self.state = next;
                self.slopes.swap(0, 6);
            }
            let factor = (0.9 * error.max(1e-10).powf(-0.2)).clamp(0.2, 5.0);
            // A step that was cut short at the end says nothing against the longer one.
            if !is_last || error > 1.0 {
                self.step = step * factor;
            }
        }
        Ok(self.time >= end)
    }

    /// The state after a step, with the slopes on the way to it.
    fn attempt(&mut self, velocity: &mut impl FnMut(&[f64], &mut [f64]), step: f64) -> Vec<f64> {
        let mut at = self.state.clone();
        for (stage, weights) in STAGES.iter().enumerate() {
            at.clone_from(&self.state);
            for (weight, slope) in weights.iter().zip(&self.slopes) {
                at.iter_mut()
                    .zip(slope)
                    .for_each(|(x, v)| *x += step * weight * v);
            }
            velocity(&at, &mut self.slopes[stage + 1]);
        }
        at
    }

    /// Estimated error of a step in units of the tolerance.
    fn error(&self, next: &[f64], step: f64) -> f64 {
        let of = |(i, x): (usize, &f64)| {
            let terms = ERROR.iter().zip(&self.slopes);
            let sum: f64 = terms.map(|(weight, slope)| weight * slope[i]).sum();
            step * sum.abs() / (self.tolerance * x.abs().max(1.0))
        };
        // f64::max would drop NaN.
        next.iter().enumerate().map(of).fold(
            0.0,
            |m: f64, e| {
                if e.is_nan() { f64::NAN } else { m.max(e) }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn a_pendulum_of_small_swing_keeps_time() {
        let swing = |x: &[f64], v: &mut [f64]| {
            v[0] = x[1];
            v[1] = -x[0];
        };
        let states = integrate(swing, &[1.0, 0.0], &[0.0, 1.0, 1.0, 20.0], 1e-10).unwrap();
        for (state, time) in states.iter().zip([0.0, 1.0, 1.0, 20.0_f64]) {
            // Some hundred steps of error 1e-10.
            assert_abs_diff_eq!(state[0], time.cos(), epsilon = 1e-8);
        }
    }

    #[test]
    fn a_flow_comes_to_rest_however_late_one_looks() {
        // Uphill of −(x² − 1)²/4 − 10³ (x − y)²/2 − 10⁻⁴ z²/2: rates from 10⁻⁴ to 10³.
        let flow = |x: &[f64], v: &mut [f64]| {
            let pull = 1e3 * (x[1] - x[0]);
            v[0] = x[0] - x[0].powi(3) + pull;
            v[1] = -pull;
            v[2] = -1e-4 * x[2];
        };
        let times = [1.0, 10.0, 1e4, 1e10];
        let states = integrate_gradient(flow, &[0.1, 0.1, 1.0], &times, 1e-10).unwrap();
        for (state, time) in states.iter().zip(times) {
            // Hundreds of steps of error 1e-10.
            assert_abs_diff_eq!(state[2], (-1e-4 * time).exp(), epsilon = 1e-7);
        }
        // Along x = y the mass is 2: x² grows from 0.01 as 1/(1 + 99 e^(−t)), but for 10⁻³ by which y lags behind.
        let expected = |t: f64| (1.0 + 99.0 * (-t).exp()).sqrt().recip();
        assert_abs_diff_eq!(states[1][0], expected(10.0), epsilon = 1e-3);
        assert_abs_diff_eq!(states[3][0], 1.0, epsilon = 1e-9);
        assert_abs_diff_eq!(states[3][1], 1.0, epsilon = 1e-9);
    }

    #[test]
    fn blow_up_and_times_that_go_back_are_refused() {
        let burst = |x: &[f64], v: &mut [f64]| v[0] = x[0] * x[0];
        assert!(integrate(burst, &[1.0], &[2.0], 1e-8).is_err());
        assert!(integrate_gradient(burst, &[1.0], &[2.0], 1e-8).is_err());
        assert!(integrate(burst, &[1.0], &[0.5, 0.2], 1e-8).is_err());
        assert!(integrate(burst, &[1.0], &[f64::NAN], 1e-8).is_err());
    }
}
