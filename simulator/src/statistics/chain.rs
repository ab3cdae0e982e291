//! Errors of means of correlated chains: autocorrelation times.

use super::diagnostics::lagged_products;
use super::{Estimate, independent_mean, require};
use crate::error::{Error, Result};
use crate::numbers::{as_float, dot};

/// Integrated autocorrelation time of a stationary chain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autocorrelation {
    /// τ, in steps; 1/2 for independent values.
    pub time: f64,
    /// Standard error of τ (Madras & Sokal): τ √(2(2W + 1)/n).
    pub standard_error: f64,
    /// The window W at which the sum was cut, in steps.
    pub window: usize,
}

/// Window of the sum in units of τ: cuts e⁻⁶ of an exponential tail, against a noise that grows as √W.
const WINDOW: f64 = 6.0;
/// Least window, in steps: τ of an anticorrelated chain starts at 0 or below.
const LEAST_WINDOW: usize = 10;
/// Length that a chain must have in units of τ. Below it τ comes out too small.
const LEAST_LENGTH: f64 = 100.0;

/// Distances below which products are summed one by one; beyond them a transform has all at once.
const NEAREST: usize = 256;

/// Integrated autocorrelation time of a chain, with Sokal's self-consistent window.
///
/// ```text
/// τ = 1/2 + Σ_{d=1}^{W} ρ_d,   W = the smallest with W ≥ 6 τ(W), at least 10
/// ```
///
/// where `ρ_d` is the autocorrelation at distance d. The variance of the mean of n steps is 2τ/n times that of one step.
/// A chain of constant values has τ = 1/2.
///
/// # Errors
/// [`Error::TooShort`], carrying the estimate, where the chain holds fewer than 100 τ or no window is found;
/// [`Error::TooFew`] below 40 values; [`Error::OutOfDomain`] for a value that is not finite.
///
/// # References
/// Madras & Sokal, J. Stat. Phys. 50, 109 (1988), appendix C; Sokal, in *Functional Integration* (Plenum, 1997), section 3.
pub fn autocorrelation(chain: &[f64]) -> Result<Autocorrelation> {
    let length = chain.len();
    require("an autocorrelation time", 4 * LEAST_WINDOW, length)?;
    let deviations = deviations(chain)?;
    let mut all = Vec::new();
    let mut covariance = |d: usize| {
        // A window that is not found soon may never be.
        if d == NEAREST {
            all = lagged_products(&deviations, length);
        }
        let products = all.get(d).copied();
        products.unwrap_or_else(|| dot(&deviations, &deviations[d..])) / as_float(length)
    };
    let variance = covariance(0);
    let mut time = 0.5;
    if variance > 0.0 {
        let mut found = None;
        for window in 1..length / 2 {
            time += covariance(window) / variance;
            if window >= LEAST_WINDOW && as_float(window) >= WINDOW * time {
                found = Some(window);
                break;
            }
        }
        // An anticorrelated chain has τ < 1/2, down to 0 where the noise of the sum exceeds it.
        let needed = LEAST_LENGTH * time;
        return match found {
            Some(window) if as_float(length) >= needed && time > 0.0 => {
                let standard_error =
                    time * (2.0 * as_float(2 * window + 1) / as_float(length)).sqrt();
                Ok(Autocorrelation {
                    time,
                    standard_error,
                    window,
                })
            }
            _ => Err(too_short(length, time)),
        };
    }
    Ok(Autocorrelation {
        time,
        standard_error: 0.0,
        window: 0,
    })
}

/// Mean of a correlated chain; its error knows the autocorrelation time, √(2τ variance/n).
///
/// # Errors
/// As [`autocorrelation`].
pub fn correlated_mean(chain: &[f64]) -> Result<Estimate> {
    let time = autocorrelation(chain)?.time;
    let independent = independent_mean(chain)?;
    let standard_error = independent.standard_error * (2.0 * time).sqrt();
    Ok(Estimate {
        standard_error,
        ..independent
    })
}

/// Errs unless all values are finite.
pub(super) fn check_finite(chain: &[f64]) -> Result<()> {
    match chain.iter().find(|x| !x.is_finite()) {
        Some(&value) => Err(Error::OutOfDomain {
            name: "chain",
            domain: "of finite values",
            value,
        }),
        None => Ok(()),
    }
}

/// Deviations from the mean of finite values.
fn deviations(chain: &[f64]) -> Result<Vec<f64>> {
    check_finite(chain)?;
    // Taken from the first value, so that those of a constant chain are zero and not rounding errors.
    let mean = chain.iter().map(|x| x - chain[0]).sum::<f64>() / as_float(chain.len());
    Ok(chain.iter().map(|x| x - chain[0] - mean).collect())
}

/// The chain of `length` steps does not hold enough autocorrelation times.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths far below 2^53"
)]
fn too_short(length: usize, estimate: f64) -> Error {
    let needed = (LEAST_LENGTH * estimate).max(2.0 * as_float(length)).ceil() as usize;
    Error::TooShort {
        length,
        needed,
        estimate,
    }
}
