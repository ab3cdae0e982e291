//! What can go wrong when a prediction is computed.

/// Result of a computation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Reasons why a prediction cannot be computed.
///
/// An iteration that merely stops early is not an error: its solution carries the reason.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument lies outside the domain on which the formula is defined.
    #[error("{name} must be {domain}, got {}", brief(*value))]
    OutOfDomain {
        /// Name of the argument as in the function's signature.
        name: &'static str,
        /// The domain in words.
        domain: &'static str,
        /// The value that was refused.
        value: f64,
    },
    /// A bracketing search was given an interval without a change of sign.
    #[error("no root of {name} between {lower} (value {at_lower}) and {upper} (value {at_upper})")]
    NotBracketed {
        /// The quantity whose root was sought.
        name: &'static str,
        /// Lower end of the interval.
        lower: f64,
        /// Upper end of the interval.
        upper: f64,
        /// Value at the lower end.
        at_lower: f64,
        /// Value at the upper end.
        at_upper: f64,
    },
    /// An integral did not reach the accuracy asked for.
    #[error("integral of {name} reached an error of {error:e} only ({tolerance:e} asked for)")]
    Quadrature {
        /// The integrand.
        name: &'static str,
        /// Estimated absolute error reached.
        error: f64,
        /// Absolute error asked for.
        tolerance: f64,
    },
    /// The equations could not be evaluated at a point that the solver reached.
    #[error("{name} is not finite at the point that the solver reached")]
    NotFinite {
        /// The quantity that is not finite.
        name: &'static str,
    },
    /// A formula does not exist for a kind of unit.
    #[error("no {quantity} for {unit} units: {reason}")]
    Unit {
        /// What was asked for.
        quantity: &'static str,
        /// The kind of unit, by its name.
        unit: String,
        /// Why there is none, in words.
        reason: &'static str,
    },
    /// A solution did not converge and the caller insisted.
    #[error("no convergence after {iterations} iterations: residual {residual:e}")]
    NotConverged {
        /// Iterations done.
        iterations: usize,
        /// Residual reached.
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

/// `value` where it is positive and finite.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64> {
    check(name, "positive and finite", value, |x| x > 0.0)
}

/// `value` where it is zero or positive, and finite.
pub(crate) fn not_negative(name: &'static str, value: f64) -> Result<f64> {
    check(name, "zero or positive, and finite", value, |x| x >= 0.0)
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
