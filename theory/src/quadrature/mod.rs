//! Integrals and Gaussian averages that adapt to the integrand and say how accurate they are.
//!
//! A rule of fixed order is right or wrong without telling: near transitions and at low temperature a
//! Gauss–Hermite rule is off by 1e-4 to 1e-2. The rules here are trapezoid sums in a suitable variable,
//! whose step is halved until the estimated error is below the tolerance; a tolerance is relative to the
//! integral of the absolute value.

mod adaptive;
mod convergence;
mod gaussian;
mod legendre;
mod line;
mod tanh_sinh;
mod total;

use crate::error::{Error, Result, check};
pub use gaussian::{gaussian_average, gaussian_averages};
pub(crate) use legendre::gauss_legendre;
pub(crate) use line::{Ordinate, conclude_sum, integrate_between, integrate_line};
pub use tanh_sinh::Node;
use tanh_sinh::{Integrand, Interval};
pub(crate) use total::Total;

/// Tolerances below this one would ask for less than the rounding errors of the sums.
const SMALLEST_TOLERANCE: f64 = 2e-14;

/// An integral (`T` = `f64`) or several integrals of one pass (`T` = `[f64; D]`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate<T = f64> {
    /// The value.
    pub value: T,
    /// Estimated absolute error.
    pub error: T,
    /// Evaluations of the integrand.
    pub evaluations: usize,
}

impl Estimate<[f64; 1]> {
    fn scalar(self) -> Estimate {
        let Self {
            value: [value],
            error: [error],
            evaluations,
        } = self;
        Estimate {
            value,
            error,
            evaluations,
        }
    }
}

/// Integral of a function over an interval.
///
/// ```text
/// ∫ f(x) dx,   x from a to b
/// ```
///
/// Either end, or both, may be infinite, and at each the function may have an integrable singularity
/// (square roots and their inverses, logarithms); at an end other than 0 an inverse root loses digits to
/// the rounding of x, which [`integrate_pieces`] avoids. The error is at most `tolerance · ∫ |f(x)| dx`; a
/// tolerance below 2e-14 is taken as 2e-14. A feature much narrower than a hundredth of the interval can be
/// missed, and jumps inside are slow: [`integrate_pieces`] takes marks for both.
///
/// # Errors
/// [`Error::Quadrature`] where the tolerance was not reached, [`Error::NotFinite`] where the function is
/// infinite or NaN inside the interval, [`Error::OutOfDomain`] unless `a ≤ b` and the tolerance is
/// positive.
///
/// ```
/// # use saddlepoint_theory::quadrature::integrate;
/// let semicircle = integrate(|x: f64| (1.0 - x * x).sqrt(), -1.0, 1.0, 1e-13)?;
/// assert!((semicircle.value - std::f64::consts::FRAC_PI_2).abs() <= semicircle.error);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
pub fn integrate(
    mut f: impl FnMut(f64) -> f64,
    a: f64,
    b: f64,
    tolerance: f64,
) -> Result<Estimate> {
    integrate_pieces(|node| [f(node.x)], &[a, b], tolerance).map(Estimate::scalar)
}

/// Integrals of several functions over an interval in one pass, with marks at difficult points.
///
/// `limits` holds the two ends and, between them in increasing order, the points where a function or its
/// derivative jumps, is singular or has a sharp feature; the first may be −∞ and the last +∞. Each [`Node`]
/// gives the abscissa and its distances from the neighbouring limits to full relative precision, so that
/// `1/√(b − x)` is best written as `1/√(node.to_upper)`. Each component reaches the tolerance relative to
/// the integral of its own absolute value.
///
/// # Errors
/// As [`integrate`]; [`Error::OutOfDomain`] for fewer than two limits or limits out of order.
pub fn integrate_pieces<const D: usize>(
    f: impl FnMut(Node) -> [f64; D],
    limits: &[f64],
    tolerance: f64,
) -> Result<Estimate<[f64; D]>> {
    let tolerance = checked(tolerance)?;
    if limits.len() < 2 {
        let (domain, value) = (
            "two or more numbers",
            limits.first().copied().unwrap_or(f64::NAN),
        );
        return Err(Error::OutOfDomain {
            name: "limits",
            domain,
            value,
        });
    }
    check_order("limits", limits)?;
    let intervals = limits
        .windows(2)
        .flat_map(|ends| Interval::split(ends[0], ends[1]).into_iter().flatten());
    let mut integrand = Integrand {
        name: "the integrand",
        f,
    };
    conclude(
        "the integrand",
        &adaptive::integrate(
            &mut integrand,
            intervals,
            tolerance,
            adaptive::MAX_EVALUATIONS,
        )?,
        tolerance,
    )
}

fn check_order(name: &'static str, points: &[f64]) -> Result<()> {
    let mut before = f64::NEG_INFINITY;
    for &value in points {
        if value.is_nan() || value < before {
            return Err(Error::OutOfDomain {
                name,
                domain: "numbers in increasing order",
                value,
            });
        }
        before = value;
    }
    Ok(())
}

fn checked(tolerance: f64) -> Result<f64> {
    let tolerance = check("tolerance", "positive and finite", tolerance, |t| t > 0.0)?;
    Ok(tolerance.max(SMALLEST_TOLERANCE))
}

/// The estimate, unless a component missed the tolerance.
fn conclude<const D: usize>(
    name: &'static str,
    total: &Total<D>,
    tolerance: f64,
) -> Result<Estimate<[f64; D]>> {
    for i in 0..D {
        let (error, asked) = (total.error[i], tolerance * total.absolute[i]);
        if error.is_nan() || error > asked {
            return Err(Error::Quadrature {
                name,
                error,
                tolerance: asked,
            });
        }
    }
    Ok(Estimate {
        value: total.value,
        error: total.error,
        evaluations: total.evaluations,
    })
}
