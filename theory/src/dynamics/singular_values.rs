//! The singular values of the weights while a Gaussian machine learns.

use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::root::find_root;
use faer::{Mat, MatRef, Side};

/// Growth rate of a mode of small weights in a machine of Gaussian or spin units, `c − 1`.
///
/// c is the eigenvalue of the data's covariance along the mode; a mode grows iff c > 1.
pub fn gaussian_rate(eigenvalue: f64) -> f64 {
    eigenvalue - 1.0
}

/// Growth rate of a mode of small weights between binary units of mean 1/2, `c/4 − 1/16`.
///
/// c is the eigenvalue of the covariance of the 0/1 data; independent unbiased units have c = 1/4 and do not grow. Other means
/// give the rates of [`binary_rates`].
pub fn binary_rate(eigenvalue: f64) -> f64 {
    0.25 * eigenvalue - 0.0625
}

/// Growth rates of small weights between binary units whose biases have learned the means of the data, the fastest first.
///
/// ```text
/// dW/dt = R W,   R = (C − diag C)/4
/// ```
///
/// where C is the N × N covariance of the 0/1 data: a hidden unit answers its input with a slope of 1/4, and the model's own
/// covariance at small weights is that of independent units with the data's means, diag C. The eigenvectors of R, not those of C,
/// are the modes that grow. With means 1/2 this is [`binary_rate`] of the eigenvalues of C.
///
/// # Errors
/// [`crate::Error::OutOfDomain`] unless C is square, not empty and finite; [`crate::Error::NotFinite`] where its
/// decomposition fails.
///
/// # References
/// Own; Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017), for the linear regime.
pub fn binary_rates(covariance: MatRef<'_, f64>) -> Result<Vec<f64>> {
    let size = covariance.nrows();
    check(
        "rows of the covariance",
        "at least 1 and as many as its columns",
        count(size),
        |_| size > 0 && size == covariance.ncols(),
    )?;
    for column in covariance.col_iter() {
        for &entry in column.iter() {
            check("covariance", "finite", entry, |_| true)?;
        }
    }
    let rates = Mat::from_fn(size, size, |i, j| {
        let slope = if i == j { 0.0 } else { 0.25 };
        slope * 0.5 * (covariance[(i, j)] + covariance[(j, i)])
    });
    let mut values = rates
        .self_adjoint_eigenvalues(Side::Lower)
        .map_err(|_| Error::NotFinite {
            name: "growth rates",
        })?;
    values.reverse();
    Ok(values)
}

/// Velocity of one singular value under the gradient of the log-likelihood.
///
/// ```text
/// ds/dt = s (c − 1/(1 − s²)),   0 ≤ s < 1
/// ```
///
/// # Errors
/// [`crate::Error::OutOfDomain`] unless c is finite and not negative and 0 ≤ s < 1.
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017).
pub fn velocity(eigenvalue: f64, singular_value: f64) -> Result<f64> {
    let c = checked_eigenvalue(eigenvalue)?;
    let s = checked_singular_value(singular_value)?;
    Ok(s * (c - 1.0 / ((1.0 - s) * (1.0 + s))))
}

/// Log-likelihood of one mode per sample, relative to s = 0.
///
/// ```text
/// [ln(1 − s²) + c s²]/2
/// ```
///
/// # Errors
/// As [`velocity`].
pub fn log_likelihood(eigenvalue: f64, singular_value: f64) -> Result<f64> {
    let c = checked_eigenvalue(eigenvalue)?;
    let u = checked_singular_value(singular_value)?.powi(2);
    Ok(0.5 * ((-u).ln_1p() + c * u))
}

/// The singular value at which a mode ends, `√(1 − 1/c)`; 0 for c ≤ 1.
///
/// # Errors
/// As [`velocity`].
pub fn final_singular_value(eigenvalue: f64) -> Result<f64> {
    Ok(final_square(checked_eigenvalue(eigenvalue)?).sqrt())
}

/// The singular value after a time, by inversion of the time that the flow takes from `start` to a value.
///
/// ```text
/// t = T(u_end) − T(u_start),   T(u) = [ln u − ln|c − 1 − c u|/c]/(2(c − 1)),   u = s²
/// ```
///
/// evaluated as `T = [ln u − ln|1 − (c−1)/(c u)|/(c−1)]/(2c)`, which is regular at c = 1, where it is `(ln u + 1/u)/2`.
///
/// # Errors
/// [`crate::Error::OutOfDomain`] unless c is finite and not negative, 0 ≤ `start` < 1, and the time finite and not negative.
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017), for the flow.
pub fn singular_value(eigenvalue: f64, start: f64, time: f64) -> Result<f64> {
    let c = checked_eigenvalue(eigenvalue)?;
    let start = checked_singular_value(start)?;
    check("time", "not negative and finite", time, |t| t >= 0.0)?;
    let (square, fixed) = (start * start, final_square(c));
    // From the unstable zero nothing leaves, and a start on the final value stays there.
    if square <= 0.0 || time <= 0.0 || (square - fixed).abs() <= f64::EPSILON * fixed {
        return Ok(start);
    }
    let begin = square.ln();
    // The rate of ln u falls with u: the first one bounds what follows, from above if the value grows and from below if not.
    let first = begin + 2.0 * (c - 1.0 / (1.0 - square)) * time;
    let (lower, upper) = if square < fixed {
        (begin, first.min(fixed.ln()))
    } else {
        let slowest = begin + 2.0 * (c - 1.0) * time;
        (
            first.max(fixed.ln()),
            if fixed > 0.0 {
                begin
            } else {
                begin.min(slowest)
            },
        )
    };
    let missing = |log_square: f64| {
        let passed = elapsed(c, begin, log_square);
        // Beyond the last double before the final value the time is infinite.
        if passed.is_nan() {
            f64::INFINITY
        } else {
            passed - time
        }
    };
    let log_square = if missing(lower) * missing(upper) > 0.0 {
        // Both ends within rounding of the answer.
        if square < fixed {
            upper
        } else {
            lower.max(fixed.ln())
        }
    } else {
        find_root("time", missing, lower, upper, 0.0)?.x
    };
    Ok((0.5 * log_square).exp())
}

/// T at one logarithm of u minus T at another.
fn elapsed(c: f64, from: f64, to: f64) -> f64 {
    if c <= 0.0 {
        // du/dt = −2u/(1 − u).
        return 0.5 * (to.exp() - from.exp() - (to - from));
    }
    let excess = c - 1.0;
    let part = |log_square: f64| {
        let ratio = excess / c * (-log_square).exp();
        if excess.abs() <= f64::EPSILON {
            // −ln(1 − x)/x → −1 at c = 1.
            (-log_square).exp() / c
        } else if ratio < 0.5 {
            -(-ratio).ln_1p() / excess
        } else {
            -(1.0 - ratio).abs().ln() / excess
        }
    };
    (to - from + part(to) - part(from)) / (2.0 * c)
}

fn final_square(c: f64) -> f64 {
    if c > 1.0 { (c - 1.0) / c } else { 0.0 }
}

fn checked_eigenvalue(c: f64) -> Result<f64> {
    check("eigenvalue", "not negative and finite", c, |c| c >= 0.0)
}

fn checked_singular_value(s: f64) -> Result<f64> {
    check("singular_value", "at least 0 and below 1", s, |s| {
        (0.0..1.0).contains(&s)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    /// Gradient in the weights of the log-likelihood of binary units, by enumeration: one hidden unit, data of four
    /// configurations of three units, visible biases at the data's means.
    fn slopes(data: &[[f64; 3]; 4], weights: [f64; 3]) -> [f64; 3] {
        let means = [0, 1, 2].map(|i| data.iter().map(|v| v[i]).sum::<f64>() / 4.0);
        let input = |v: &[f64; 3]| v.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>();
        // The hidden bias −w·m/2 and visible ones that keep all means in the model to first order.
        let hidden = |v: &[f64; 3]| (1.0 + (-(input(v) - input(&means))).exp()).recip();
        let biases = [0, 1, 2].map(|i| (means[i] / (1.0 - means[i])).ln() - 0.5 * weights[i]);
        let average = |states: &[([f64; 3], f64)]| {
            let total: f64 = states.iter().map(|(_, p)| p).sum();
            [0, 1, 2].map(|i| {
                states
                    .iter()
                    .map(|(v, p)| p * v[i] * hidden(v))
                    .sum::<f64>()
                    / total
            })
        };
        let all: Vec<([f64; 3], f64)> = (0..8_u8)
            .map(|bits| {
                let v = [0, 1, 2].map(|i| f64::from(bits >> i & 1));
                let own: f64 = v.iter().zip(biases).map(|(v, b)| v * b).sum();
                (v, own.exp() * (1.0 + (input(&v) - input(&means)).exp()))
            })
            .collect();
        let seen: Vec<([f64; 3], f64)> = data.iter().map(|v| (*v, 0.25)).collect();
        let (plus, minus) = (average(&seen), average(&all));
        [0, 1, 2].map(|i| plus[i] - minus[i])
    }

    #[test]
    fn small_weights_of_binary_units_grow_at_the_rates_of_the_off_diagonal_covariance() {
        let data = [
            [1.0, 1.0, 0.0],
            [1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0],
            [1.0, 1.0, 1.0],
        ];
        let means = [0.75, 0.5, 0.5];
        let covariance = Mat::from_fn(3, 3, |i, j| {
            data.iter()
                .map(|v| (v[i] - means[i]) * (v[j] - means[j]))
                .sum::<f64>()
                / 4.0
        });
        let growth = |i: usize, j: usize| {
            if i == j {
                0.0
            } else {
                0.25 * covariance[(i, j)]
            }
        };
        let size = 1e-5;
        for direction in [[1.0, 0.0, 0.0], [0.3, -1.0, 0.5], [0.0, 0.2, 1.0]] {
            let slopes = slopes(&data, direction.map(|x| size * x));
            for i in 0..3 {
                let expected: f64 = (0..3).map(|j| growth(i, j) * direction[j]).sum();
                // Second order in the weights, and rounding 1e-16/size.
                assert!((slopes[i] / size - expected).abs() < 1e-4, "{slopes:?}");
            }
        }
        let rates = binary_rates(covariance.as_ref()).unwrap();
        // Symmetric, without diagonal: the rates sum to zero, their squares to twice those of the entries.
        assert_relative_eq!(rates.iter().sum::<f64>(), 0.0, epsilon = 1e-15);
        let squares: f64 = rates.iter().map(|r| r * r).sum();
        let entries = growth(0, 1).powi(2) + growth(0, 2).powi(2) + growth(1, 2).powi(2);
        assert_relative_eq!(squares, 2.0 * entries, max_relative = 1e-12);
        // Means 1/2: a shift of the eigenvalues of the covariance.
        let pair = Mat::from_fn(2, 2, |i, j| if i == j { 0.25 } else { 0.1 });
        let rates = binary_rates(pair.as_ref()).unwrap();
        assert_relative_eq!(rates[0], binary_rate(0.35), max_relative = 1e-12);
        assert_relative_eq!(rates[1], binary_rate(0.15), max_relative = 1e-12);
        for (rows, columns) in [(2, 3), (0, 0)] {
            assert!(binary_rates(Mat::zeros(rows, columns).as_ref()).is_err());
        }
    }

    /// Runge & Kutta's fourth-order rule.
    fn integrated(c: f64, start: f64, time: f64, steps: u32) -> f64 {
        let h = time / f64::from(steps);
        let f = |s: f64| velocity(c, s).unwrap();
        (0..steps).fold(start, |s, _| {
            let k1 = f(s);
            let k2 = f(s + 0.5 * h * k1);
            let k3 = f(s + 0.5 * h * k2);
            let k4 = f(s + h * k3);
            s + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        })
    }

    #[test]
    fn modes_end_where_the_likelihood_is_highest() {
        let end = final_singular_value(4.0).unwrap();
        assert_relative_eq!(end * end, 0.75, max_relative = 1e-15);
        assert_relative_eq!(velocity(4.0, end).unwrap(), 0.0, epsilon = 1e-14);
        let best = log_likelihood(4.0, end).unwrap();
        for s in [end - 1e-3, end + 1e-3] {
            assert!(log_likelihood(4.0, s).unwrap() < best);
        }
        assert_relative_eq!(final_singular_value(0.7).unwrap(), 0.0);
        assert_relative_eq!(
            singular_value(4.0, 1e-3, 1e3).unwrap(),
            end,
            max_relative = 1e-12
        );
    }

    #[test]
    fn a_start_far_above_a_small_final_value_falls_to_it() {
        // Seen to end at the final value at once: beyond it the closed form belongs to the other side.
        let closed = singular_value(1.004_106_98, 0.845, 1.848).unwrap();
        assert_relative_eq!(
            closed,
            integrated(1.004_106_98, 0.845, 1.848, 4000),
            max_relative = 1e-8
        );
    }

    #[test]
    fn small_weights_grow_at_the_rate_of_their_mode() {
        let s = singular_value(1.7, 1e-9, 5.0).unwrap();
        // Saturation enters as s² ~ 1e-15.
        assert_relative_eq!(
            s,
            1e-9 * (gaussian_rate(1.7) * 5.0).exp(),
            max_relative = 1e-12
        );
        assert_relative_eq!(binary_rate(0.25), 0.0);
        assert!(velocity(2.0, 1.0).is_err());
    }

    proptest! {
        #[test]
        fn the_closed_form_solves_the_equation_of_motion(
            c in prop_oneof![0.0_f64..8.0, Just(0.0), Just(1.0), 0.999_999_9..1.000_000_1, 1.0_f64..1.01],
            start in 0.02_f64..0.9,
            time in 0.05_f64..4.0
        ) {
            let closed = singular_value(c, start, time).unwrap();
            // 4000 steps of 1e-3: fifth derivatives up to 1e6 near s = 0.9 times h⁴ ~ 1e-12.
            assert_relative_eq!(closed, integrated(c, start, time, 4000), max_relative = 1e-6);
        }

        #[test]
        fn time_and_singular_value_are_inverse(c in 0.0_f64..6.0, start in 1e-4_f64..0.9, time in 0.01_f64..1.0) {
            let end = singular_value(c, start, time).unwrap();
            // Next to the final value the time depends on digits of s that are lost.
            if (end - final_singular_value(c).unwrap()).abs() > 1e-6 {
                let passed = elapsed(c, 2.0 * start.ln(), 2.0 * end.ln());
                assert_relative_eq!(passed, time, max_relative = 1e-7);
            }
        }

        #[test]
        fn the_velocity_is_the_slope_of_the_likelihood(c in 0.0_f64..5.0, s in 0.01_f64..0.9) {
            let h = 1e-5;
            let slope = (log_likelihood(c, s + h).unwrap() - log_likelihood(c, s - h).unwrap()) / (2.0 * h);
            // h² times a third derivative of up to 1e3.
            assert_relative_eq!(slope, velocity(c, s).unwrap(), epsilon = 1e-6);
        }
    }
}
