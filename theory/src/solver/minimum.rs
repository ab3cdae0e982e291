//! Minima of functions of one variable inside an interval.

use std::cell::{Cell, RefCell};

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::brent::BrentOpt;

use crate::error::{Error, Result, check};

/// A minimum, with the interval that encloses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// Abscissa of the lowest value found.
    pub x: f64,
    /// Lower end of the interval that contains the minimum.
    pub lower: f64,
    /// Upper end of the interval that contains the minimum.
    pub upper: f64,
    /// The function's value at `x`.
    pub value: f64,
    /// Evaluations of the function.
    pub iterations: usize,
}

/// Minimum of a unimodal function on an interval, by Brent's method (argmin's `BrentOpt`).
///
/// A minimum is flat: its abscissa is found to about `√ε |x|` (1.5e-8 relative) at best, its value to full
/// precision. For an abscissa to full precision, find the root of the derivative. The abscissa is accurate
/// to the returned bracket.
///
/// # Errors
/// [`Error::NotFinite`] where the function is NaN, [`Error::OutOfDomain`] unless `lower < upper` are finite.
///
/// # References
/// Brent, *Algorithms for Minimization without Derivatives*, chapter 5 (Prentice-Hall 1973).
pub fn minimize(
    name: &'static str,
    f: impl FnMut(f64) -> f64,
    lower: f64,
    upper: f64,
) -> Result<Minimum> {
    let lower = check("lower", "finite", lower, |_| true)?;
    let upper = check("upper", "finite and above the lower end", upper, |x| {
        x > lower
    })?;
    let relative = f64::EPSILON.sqrt();
    let absolute = (f64::EPSILON * (upper - lower)).max(f64::MIN_POSITIVE);
    let cost = Cost {
        f: RefCell::new(f),
        evaluations: Cell::new(0),
    };
    let solver = BrentOpt::new(lower, upper).set_tolerance(relative, absolute);
    let result = Executor::new(&cost, solver)
        .run()
        .map_err(|_| Error::NotFinite { name })?;
    let x = *result
        .state()
        .get_best_param()
        .ok_or(Error::NotFinite { name })?;
    let reach = 3.0 * (relative * x.abs() + absolute);
    Ok(Minimum {
        x,
        lower: (x - reach).max(lower),
        upper: (x + reach).min(upper),
        value: result.state().get_best_cost(),
        iterations: cost.evaluations.get(),
    })
}

/// A closure as argmin wants it: called through a shared reference, failing where it is NaN.
struct Cost<F> {
    f: RefCell<F>,
    evaluations: Cell<usize>,
}

impl<F: FnMut(f64) -> f64> CostFunction for &Cost<F> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, x: &f64) -> std::result::Result<f64, argmin::core::Error> {
        self.evaluations.set(self.evaluations.get() + 1);
        let value = (self.f.borrow_mut())(*x);
        if value.is_nan() {
            Err(argmin::core::Error::msg("NaN"))
        } else {
            Ok(value)
        }
    }
}
