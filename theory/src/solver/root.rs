//! Roots of functions of one variable inside a bracket.
//!
//! Every search keeps an interval that is known to contain the answer and returns it. The code is our own:
//! argmin's `BrentRoot` stops on an absolute width although its tolerance is documented as relative,
//! accepts a NaN or an underflowing product of values as a change of sign, does not give back its bracket,
//! and counts evaluations in a hash map, which allocates.

use crate::error::{Error, Result, check};

/// Smallest relative width to which a bracket is asked to shrink: four units in the last place.
const FLOOR: f64 = 4.0 * f64::EPSILON;

/// A Newton step of this relative length that does not fit into the bracket or no longer shrinks is made of
/// rounding errors; bisecting instead would start all over from the other end of the bracket, again and
/// again.
const NOISE: f64 = 1e-14;

/// Halvings that take any interval of doubles to neighbouring doubles; four evaluations each at worst.
const MAX_EVALUATIONS: usize = 4 * 2200;

/// A root, with the interval that encloses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Root {
    /// The best abscissa: of the points evaluated, the one that the search ended on.
    pub x: f64,
    /// Lower end of the final bracket.
    pub lower: f64,
    /// Upper end of the final bracket.
    pub upper: f64,
    /// The function's value at `x`.
    pub value: f64,
    /// Evaluations of the function.
    pub iterations: usize,
}

/// Direction in which a monotone function crosses zero as its argument grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slope {
    /// From negative to positive.
    Rising,
    /// From positive to negative.
    Falling,
}

/// A point and the function's value there.
#[derive(Clone, Copy)]
struct Sample {
    x: f64,
    value: f64,
}

/// Root of a continuous function between two points at which its signs differ.
///
/// Chandrupatla's method: inverse quadratic interpolation where the three latest points show that the
/// function is monotone enough for it, bisection elsewhere, and whenever three steps together did not halve
/// the bracket. `tolerance` is relative to the root: the final bracket is not wider than `tolerance · |x|`,
/// and four units in the last place are enough to ask for (`0.0` asks for them; a root at 0 itself has no
/// relative width and costs a thousand bisections). An infinite value counts with its sign, so that an end
/// of the interval may be a pole.
///
/// # Errors
/// [`Error::NotBracketed`] where the values at the ends have one sign, [`Error::NotFinite`] where the
/// function is NaN, [`Error::OutOfDomain`] unless both ends are finite and `tolerance` is finite and not
/// negative.
///
/// # References
/// Chandrupatla, Adv. Eng. Softw. 28, 145 (1997).
///
/// ```
/// # use saddlepoint_theory::solver::root::find_root;
/// let root = find_root("m - tanh(2 m)", |m: f64| m - (2.0 * m).tanh(), 0.5, 1.0, 0.0)?;
/// assert!((root.x - 0.957_504_024_077).abs() < 1e-12);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
pub fn find_root(
    name: &'static str,
    mut f: impl FnMut(f64) -> f64,
    lower: f64,
    upper: f64,
    tolerance: f64,
) -> Result<Root> {
    let tolerance = check("tolerance", "finite and not negative", tolerance, |t| {
        t >= 0.0
    })?;
    let [mut a, mut b] = sample_ends(name, &mut f, lower, upper)?;
    let mut iterations = 2;
    let mut widths = [f64::INFINITY; 3];
    let mut fraction = 0.5;
    while !is_tight(a, b, tolerance) && iterations < MAX_EVALUATIONS {
        let x = interior(a.x, b.x, fraction);
        let new = sample(name, &mut f, x)?;
        iterations += 1;
        // The end that the new point replaced is the third point of the interpolation.
        let replaced = if differ(new.value, a.value) {
            std::mem::replace(&mut b, a)
        } else {
            a
        };
        a = new;
        fraction = next_fraction(a, b, replaced, &mut widths, tolerance);
    }
    Ok(finish(a, b, iterations))
}

/// Root of a differentiable function between two points at which its signs differ.
///
/// As [`newton_monotone`], with the signs at the ends found by evaluating the function there: infinite
/// values are welcome (the sign counts), and so is a derivative there of any value. The search starts in
/// the middle.
///
/// # Errors
/// [`Error::NotBracketed`] where the values at the ends have one sign, [`Error::NotFinite`] where the
/// function is NaN, [`Error::OutOfDomain`] unless both ends are finite.
pub fn newton_bracketed(
    name: &'static str,
    mut f_df: impl FnMut(f64) -> (f64, f64),
    lower: f64,
    upper: f64,
) -> Result<Root> {
    let ends = sample_ends(name, &mut |x| f_df(x).0, lower, upper)?;
    if let Some(zero) = ends.iter().find(|end| is_zero(end.value)) {
        return Ok(Root {
            x: zero.x,
            lower: zero.x,
            upper: zero.x,
            value: zero.value,
            iterations: 2,
        });
    }
    let slope = if ends[0].value < 0.0 {
        Slope::Rising
    } else {
        Slope::Falling
    };
    let middle = interior(ends[0].x, ends[1].x, 0.5);
    let mut root = newton_monotone(name, f_df, [ends[0].x, ends[1].x], middle, slope)?;
    root.iterations += 2;
    Ok(root)
}

/// Root of a function that crosses zero once inside an open interval, in the stated direction.
///
/// Newton's method from `start` (from the middle where `start` is not inside, NaN included), replaced by
/// bisection wherever a step would leave the bracket or is longer than half of the step before the last.
/// The ends are not evaluated, so that they may be poles of the function, of either sign: the form for sums
/// such as `Σ w/(x − p)` between two neighbouring poles. The search ends when the step is below four units
/// in the last place of x, or where rounding errors make steps of 1e-14 x; a root within that distance of a
/// pole wants the pole as origin. Newton approaches from one side, so one end of the returned bracket is
/// often the original one.
///
/// # Errors
/// [`Error::NotFinite`] where the function is NaN inside the interval, [`Error::NotBracketed`] where the
/// search ended at an end of the interval without a change of sign there, [`Error::OutOfDomain`] unless
/// both ends are finite.
pub fn newton_monotone(
    name: &'static str,
    mut f_df: impl FnMut(f64) -> (f64, f64),
    ends: [f64; 2],
    start: f64,
    slope: Slope,
) -> Result<Root> {
    let mut lower = check("lower", "finite", ends[0].min(ends[1]), |_| true)?;
    let mut upper = check("upper", "finite", ends[0].max(ends[1]), |_| true)?;
    let mut x = if start > lower && start < upper {
        start
    } else {
        interior(lower, upper, 0.5)
    };
    let mut steps = [f64::INFINITY; 2];
    let mut iterations = 0;
    loop {
        let (value, derivative) = f_df(x);
        iterations += 1;
        if value.is_nan() {
            return Err(Error::NotFinite { name });
        }
        if is_zero(value) {
            return Ok(Root {
                x,
                lower: x,
                upper: x,
                value,
                iterations,
            });
        }
        if (value > 0.0) == (slope == Slope::Rising) {
            upper = x;
        } else {
            lower = x;
        }
        let newton = x - value / derivative;
        let is_safe = newton > lower && newton < upper && (newton - x).abs() <= 0.5 * steps[0];
        let next = if is_safe {
            newton
        } else {
            interior(lower, upper, 0.5)
        };
        let step = (next - x).abs();
        let is_noise = !is_safe && (newton - x).abs() <= NOISE * x.abs();
        let is_done = step <= FLOOR * x.abs() || is_noise || next <= lower || next >= upper;
        if is_done || iterations >= MAX_EVALUATIONS {
            let root = Root {
                x,
                lower,
                upper,
                value,
                iterations,
            };
            return confirm(name, f_df, root, ends);
        }
        steps = [steps[1], step];
        x = next;
    }
}

/// Two points between which a function changes sign, found by widening an interval.
///
/// Each step doubles the interval on the side where the function is smaller in magnitude, within `limits`
/// (which may be infinite); a limit itself is evaluated last. An infinite value counts with its sign.
///
/// # Errors
/// [`Error::NotBracketed`] where the limits were reached without a change of sign, [`Error::NotFinite`]
/// where the function is NaN, [`Error::OutOfDomain`] unless `start` is an interval of positive, finite
/// width within the limits.
pub fn expand_bracket(
    name: &'static str,
    mut f: impl FnMut(f64) -> f64,
    start: [f64; 2],
    limits: [f64; 2],
) -> Result<[f64; 2]> {
    let lowest = limits[0].max(f64::MIN);
    let highest = limits[1].min(f64::MAX);
    let lower = check("start[0]", "finite and within the limits", start[0], |x| {
        x >= lowest
    })?;
    let domain = "above start[0] and within the limits";
    let upper = check("start[1]", domain, start[1], |x| x > lower && x <= highest)?;
    let mut a = sample(name, &mut f, lower)?;
    let mut b = sample(name, &mut f, upper)?;
    while !differ(a.value, b.value) {
        let (is_lowest, is_highest) = (a.x <= lowest, b.x >= highest);
        if is_lowest && is_highest {
            return Err(not_bracketed(name, a, b));
        }
        let width = b.x - a.x;
        if !is_lowest && (is_highest || a.value.abs() < b.value.abs()) {
            a = sample(name, &mut f, (a.x - width).max(lowest))?;
        } else {
            b = sample(name, &mut f, (b.x + width).min(highest))?;
        }
    }
    Ok([a.x, b.x])
}

fn is_zero(value: f64) -> bool {
    value.abs() <= 0.0
}

/// True where the two values have opposite signs or one of them is zero.
fn differ(a: f64, b: f64) -> bool {
    is_zero(a) || is_zero(b) || a.is_sign_negative() != b.is_sign_negative()
}

fn sample(name: &'static str, f: &mut impl FnMut(f64) -> f64, x: f64) -> Result<Sample> {
    let value = f(x);
    if value.is_nan() {
        Err(Error::NotFinite { name })
    } else {
        Ok(Sample { x, value })
    }
}

fn sample_ends(
    name: &'static str,
    f: &mut impl FnMut(f64) -> f64,
    lower: f64,
    upper: f64,
) -> Result<[Sample; 2]> {
    let lower = check("lower", "finite", lower, |_| true)?;
    let upper = check("upper", "finite", upper, |_| true)?;
    let a = sample(name, f, lower.min(upper))?;
    let b = sample(name, f, upper.max(lower))?;
    if differ(a.value, b.value) {
        Ok([a, b])
    } else {
        Err(not_bracketed(name, a, b))
    }
}

fn not_bracketed(name: &'static str, a: Sample, b: Sample) -> Error {
    Error::NotBracketed {
        name,
        lower: a.x,
        upper: b.x,
        at_lower: a.value,
        at_upper: b.value,
    }
}

/// Point at a fraction of the way from `a` to `b`; halves first, since `b − a` may overflow.
fn interior(a: f64, b: f64, fraction: f64) -> f64 {
    a + 2.0 * fraction * (0.5 * b - 0.5 * a)
}

fn is_tight(a: Sample, b: Sample, tolerance: f64) -> bool {
    let width = 0.5 * (b.x - a.x).abs();
    let nearest = a.x.abs().min(b.x.abs());
    is_zero(a.value)
        || is_zero(b.value)
        || width <= 0.5 * tolerance.max(FLOOR) * nearest
        || is_between_neighbours(a.x, b.x)
}

/// True where no double lies strictly between the two.
fn is_between_neighbours(a: f64, b: f64) -> bool {
    let middle = interior(a, b, 0.5);
    middle <= a.min(b) || middle >= a.max(b)
}

/// Where to evaluate next, as a fraction of the way from `a` to `b`.
fn next_fraction(a: Sample, b: Sample, c: Sample, widths: &mut [f64; 3], tolerance: f64) -> f64 {
    let width = (b.x - a.x).abs();
    let is_slow = width > 0.5 * widths[0];
    *widths = [widths[1], widths[2], width];
    let xi = (a.x - b.x) / (c.x - b.x);
    let phi = (a.value - b.value) / (c.value - b.value);
    // Chandrupatla's condition that the inverse parabola be monotone; false where a value is infinite (phi
    // is NaN or 0).
    if is_slow || phi.powi(2) >= xi || (1.0 - phi).powi(2) >= 1.0 - xi || phi.is_nan() {
        return 0.5;
    }
    let slant = (c.x - a.x) / (b.x - a.x);
    let linear = a.value / (b.value - a.value) * c.value / (b.value - c.value);
    let fraction = linear + slant * a.value / (c.value - a.value) * b.value / (c.value - b.value);
    // Keep clear of the ends by just enough to enclose the root with the following step.
    let margin = (0.5 * tolerance.max(FLOOR) * a.x.abs().min(b.x.abs()) / width).min(0.5);
    if fraction.is_nan() {
        0.5
    } else {
        fraction.clamp(margin, 1.0 - margin)
    }
}

fn finish(a: Sample, b: Sample, iterations: usize) -> Root {
    let best = if a.value.abs() <= b.value.abs() { a } else { b };
    let (lower, upper) = (a.x.min(b.x), a.x.max(b.x));
    if is_zero(best.value) {
        return Root {
            x: best.x,
            lower: best.x,
            upper: best.x,
            value: best.value,
            iterations,
        };
    }
    Root {
        x: best.x,
        lower,
        upper,
        value: best.value,
        iterations,
    }
}

/// The root, unless Newton's search ran into an end of the interval that has the sign of the inside.
fn confirm(
    name: &'static str,
    mut f_df: impl FnMut(f64) -> (f64, f64),
    root: Root,
    ends: [f64; 2],
) -> Result<Root> {
    let reach = 2.0 * FLOOR * root.x.abs() + f64::MIN_POSITIVE;
    let Some(end) = ends.into_iter().find(|end| (end - root.x).abs() <= reach) else {
        return Ok(root);
    };
    let value = f_df(end).0;
    if value.is_finite() && !differ(value, root.value) {
        let [a, b] = [
            Sample {
                x: root.x,
                value: root.value,
            },
            Sample { x: end, value },
        ];
        return Err(not_bracketed(name, a, b));
    }
    Ok(root)
}
