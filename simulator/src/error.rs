//! What can go wrong when a finite system is simulated or its noise is measured.

use crate::numbers::as_float;

/// Result of a computation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Reasons why a simulation or a measurement cannot be done, or must not be trusted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument lies outside the domain of the function.
    #[error("{name} must be {domain}, got {}", brief(*value))]
    OutOfDomain {
        /// Name of the argument as in the function's signature.
        name: &'static str,
        /// The domain in words.
        domain: &'static str,
        /// The value that was refused.
        value: f64,
    },
    /// A combination of arguments that is not implemented or has no closed form.
    #[error("{name} is not available here, use {remedy}")]
    Unsupported {
        /// What was asked for.
        name: &'static str,
        /// What there is instead.
        remedy: &'static str,
    },
    /// A text that names nothing known.
    #[error("'{text}' {problem}")]
    Name {
        /// The text.
        text: String,
        /// What is wrong with it, and what to write instead.
        problem: &'static str,
    },
    /// A free energy of real units that falls without bound, in which nothing can relax.
    #[error(
        "the free energy of {unit} units on the real line has no lower bound: singular values must be below {bound}, got \
         {value}"
    )]
    Unbounded {
        /// Name of the units.
        unit: String,
        /// Singular values below it are safe.
        bound: f64,
        /// The singular value that was refused.
        value: f64,
    },
    /// A slice or matrix has the wrong size.
    #[error("{name} must have {expected} entries, got {actual}")]
    Size {
        /// Name of the argument as in the function's signature.
        name: &'static str,
        /// The size that was needed.
        expected: usize,
        /// The size that was given.
        actual: usize,
    },
    /// Columns that must be orthonormal are not.
    #[error("{name} must have orthonormal columns, the largest error is {error:e}")]
    NotOrthonormal {
        /// Name of the argument as in the function's signature.
        name: &'static str,
        /// Largest entry of |`UᵀU` − 1|.
        error: f64,
    },
    /// A statistic needs more values than there are.
    #[error("{statistic} needs at least {needed} values, got {available}")]
    TooFew {
        /// The statistic.
        statistic: &'static str,
        /// Values it needs.
        needed: usize,
        /// Values there are.
        available: usize,
    },
    /// A chain is too short for its autocorrelation time to be trusted.
    #[error(
        "a chain of {length} steps is too short: the autocorrelation time is {estimate} or more, \
         run at least {needed} steps"
    )]
    TooShort {
        /// Steps of the chain.
        length: usize,
        /// Steps that the estimate asks for.
        needed: usize,
        /// The integrated autocorrelation time as far as it could be seen, most likely too small.
        estimate: f64,
    },
    /// A matrix of samples does not fit into memory.
    #[error("{rows} samples of {columns} variables do not fit into memory, ask for fewer samples")]
    TooLarge {
        /// Samples asked for.
        rows: usize,
        /// Variables of each sample.
        columns: usize,
    },
    /// A column without variance cannot be scaled to unit variance.
    #[error("column {column} is constant and cannot be standardized, leave it out")]
    ConstantColumn {
        /// Index of the first such column, from 0.
        column: usize,
    },
    /// An eigenvalue solver did not converge.
    #[error("{name} did not converge in {iterations} iterations: relative residual {residual:e}")]
    NotConverged {
        /// The quantity sought.
        name: &'static str,
        /// Iterations done.
        iterations: usize,
        /// Largest relative residual that remained.
        residual: f64,
    },
}

/// `value` where it is finite and `accept` holds, otherwise [`Error::OutOfDomain`].
pub(crate) fn check(
    name: &'static str,
    domain: &'static str,
    value: f64,
    accept: impl Fn(f64) -> bool,
) -> Result<f64> {
    if value.is_finite() && accept(value) {
        Ok(value)
    } else {
        Err(Error::OutOfDomain {
            name,
            domain,
            value,
        })
    }
}

/// `value` where it is at least `least`.
pub(crate) fn at_least(
    name: &'static str,
    domain: &'static str,
    value: usize,
    least: usize,
) -> Result<usize> {
    if value >= least {
        Ok(value)
    } else {
        Err(Error::OutOfDomain {
            name,
            domain,
            value: as_float(value),
        })
    }
}

/// Errs for different sizes.
pub(crate) fn same_size(name: &'static str, expected: usize, actual: usize) -> Result<()> {
    if expected == actual {
        Ok(())
    } else {
        Err(Error::Size {
            name,
            expected,
            actual,
        })
    }
}

/// A number for a message: with a power of ten where its digits would fill a line.
fn brief(value: f64) -> String {
    let digits = value.to_string();
    if digits.len() > 24 {
        format!("{value:e}")
    } else {
        digits
    }
}
