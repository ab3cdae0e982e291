//! Averages over a standard Gaussian variable.

use std::f64::consts::TAU;
use std::sync::LazyLock;

use super::convergence::{Halvings, ROUNDING};
use super::tanh_sinh::{Integrand, Interval, Node};
use super::{Estimate, adaptive, check_order, checked, conclude};
use crate::error::{Error, Result};
use crate::numerics::count;

/// Halvings of the first step: steps 1, 1/2, … 1/64.
const LEVELS: u32 = 6;
/// Nodes of the finest level per unit of z.
const FINEST: usize = 1 << LEVELS;
/// From z = 38.6 on the Gaussian weight underflows.
const LARGEST: usize = 38;
/// Up to z = 6 (1e-9 of the density at 0) small terms are not yet taken for the tail.
const BULK: usize = 6;

/// Density of the standard normal at z = k/64.
static DENSITY: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let step = 1.0 / 64.0;
    let nodes = std::iter::successors(Some(0.0), |z| Some(z + step));
    nodes.take(LARGEST * FINEST + 1).map(density).collect()
});

/// Density of the standard normal.
fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}

/// Average of a function of a standard Gaussian variable.
///
/// ```text
/// E f(z) = ∫ f(z) exp(−z²/2)/√(2π) dz
/// ```
///
/// With no breakpoints, the trapezoid rule on the whole line with steps 1, 1/2, … 1/64, as many as the
/// estimated error asks for: for an analytic f the error falls as `exp(−2π d/h)`, with d the distance of
/// the nearest pole from the real axis and h the step, so that `tanh²(β z + h₀)` costs 131 evaluations to
/// 1e-10 at β = 1 and 259 at β = 4. Where that does not converge, and wherever there are breakpoints, the
/// tanh-sinh rule between them (between 0 and ±∞ without any), bisected where needed.
///
/// `breakpoints`, in increasing order, are the points where f or a derivative jumps and where it has a
/// feature much narrower than 1/4, which could fall between the first nodes; at low temperature the centre
/// of `tanh²(β z + h₀)` is one, at `−h₀/β`. The error is at most `tolerance · E |f(z)|`; a tolerance below
/// 2e-14 is taken as 2e-14. f may grow as a power or as `exp(c z)`, |c| below 18, beyond which it
/// overflows where its average still has weight. Nothing is allocated.
///
/// # Errors
/// [`Error::Quadrature`] where the tolerance was not reached, [`Error::NotFinite`] where f is infinite or NaN,
/// [`Error::OutOfDomain`] for breakpoints out of order or a tolerance that is not positive.
///
/// # References
/// Goodwin, Proc. Camb. Phil. Soc. 45, 241 (1949); Trefethen & Weideman, SIAM Rev. 56, 385 (2014), section 5.
///
/// ```
/// # use saddlepoint_theory::quadrature::gaussian_average;
/// let overlap = gaussian_average(|z: f64| z.tanh().powi(2), &[], 1e-12)?;
/// assert!((overlap.value - 0.394_294_490_397_784).abs() < 1e-12);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
pub fn gaussian_average(
    mut f: impl FnMut(f64) -> f64,
    breakpoints: &[f64],
    tolerance: f64,
) -> Result<Estimate> {
    gaussian_averages(|z| [f(z)], breakpoints, tolerance).map(Estimate::scalar)
}

/// Several averages over one Gaussian variable in one pass: [`gaussian_average`] for a vector of functions.
///
/// Each component reaches the tolerance relative to the average of its own absolute value.
///
/// # Errors
/// As [`gaussian_average`].
pub fn gaussian_averages<const D: usize>(
    mut f: impl FnMut(f64) -> [f64; D],
    breakpoints: &[f64],
    tolerance: f64,
) -> Result<Estimate<[f64; D]>> {
    let tolerance = checked(tolerance)?;
    check_order("breakpoints", breakpoints)?;
    let mut evaluations = 0;
    if breakpoints.is_empty() {
        let mut rule = Trapezoid::new(&mut f, tolerance);
        if rule.run()? {
            return Ok(rule.estimate());
        }
        evaluations = rule.evaluations;
    }
    let mut estimate = by_pieces(f, breakpoints, tolerance)?;
    estimate.evaluations += evaluations;
    Ok(estimate)
}

fn by_pieces<const D: usize>(
    mut f: impl FnMut(f64) -> [f64; D],
    breakpoints: &[f64],
    tolerance: f64,
) -> Result<Estimate<[f64; D]>> {
    let weighted = |node: Node| {
        let weight = density(node.x);
        // Where the weight underflows f may already overflow.
        if weight > 0.0 {
            f(node.x).map(|value| weight * value)
        } else {
            [0.0; D]
        }
    };
    let lower = [f64::NEG_INFINITY]
        .into_iter()
        .chain(breakpoints.iter().copied());
    let upper = breakpoints.iter().copied().chain([f64::INFINITY]);
    let intervals = lower
        .zip(upper)
        .flat_map(|(a, b)| around_the_bulk(a, b).into_iter().flatten());
    let mut integrand = Integrand {
        name: NAME,
        f: weighted,
    };
    conclude(
        NAME,
        &adaptive::integrate(
            &mut integrand,
            intervals,
            tolerance,
            adaptive::MAX_EVALUATIONS,
        )?,
        tolerance,
    )
}

/// The interval, halved at 0 where the Gaussian is a narrow feature inside it.
fn around_the_bulk(lower: f64, upper: f64) -> [Option<Interval>; 2] {
    if lower < -3.0 && upper > 3.0 {
        return [
            Some(Interval { lower, upper: 0.0 }),
            Some(Interval { lower: 0.0, upper }),
        ];
    }
    [(lower < upper).then_some(Interval { lower, upper }), None]
}

/// How errors call the integrand.
const NAME: &str = "the Gaussian average";

/// The trapezoid rule at work.
struct Trapezoid<'a, const D: usize, F> {
    f: &'a mut F,
    tolerance: f64,
    density: &'static [f64],
    sum: [f64; D],
    /// The part of the first sum at even multiples of the step.
    even: [f64; D],
    absolute: [f64; D],
    /// Terms at which the two tails were cut off.
    tail: [f64; D],
    step: f64,
    halvings: Halvings<D>,
    evaluations: usize,
}

impl<'a, const D: usize, F: FnMut(f64) -> [f64; D]> Trapezoid<'a, D, F> {
    fn new(f: &'a mut F, tolerance: f64) -> Self {
        Self {
            f,
            tolerance,
            density: &DENSITY,
            sum: [0.0; D],
            even: [0.0; D],
            absolute: [0.0; D],
            tail: [0.0; D],
            step: 1.0,
            halvings: Halvings::new(1.0),
            evaluations: 0,
        }
    }

    /// Halves the step until the estimated error is within the tolerance; false where that was not reached.
    fn run(&mut self) -> Result<bool> {
        self.even = self.term(0, 1.0);
        let reach = [self.first_level(1.0), self.first_level(-1.0)];
        self.halvings.push(self.even.map(|sum| 2.0 * sum));
        self.halvings.push(self.sum);
        let mut stride = FINEST;
        for level in 1..=LEVELS {
            stride /= 2;
            self.step *= 0.5;
            for (reach, sign) in reach.into_iter().zip([1.0, -1.0]) {
                for k in (stride..reach).step_by(2 * stride) {
                    self.term(k, sign);
                }
            }
            if !self.absolute.iter().all(|sum| sum.is_finite()) {
                return Err(Error::NotFinite { name: NAME });
            }
            self.halvings.push(self.scaled(&self.sum));
            let target = |i: usize| self.tolerance * self.absolute[i] * self.step;
            if (0..D).all(|i| self.error(i) <= target(i)) {
                return Ok(true);
            }
            if (0..D).any(|i| self.halvings.is_hopeless(i, LEVELS - level, target(i))) {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Sums one side outwards with step 1 until two terms running are negligible; returns where the tail
    /// begins.
    fn first_level(&mut self, sign: f64) -> usize {
        let cut = 0.1 * self.tolerance;
        // The terms at k − 3, k − 2 and k − 1 steps.
        let mut terms = [[0.0; D], [0.0; D], self.term(FINEST, sign)];
        let mut was_small = false;
        for k in (2 * FINEST..=LARGEST * FINEST).step_by(FINEST) {
            let is_small = (0..D).all(|i| terms[2][i].abs() <= cut * self.absolute[i]);
            if was_small && is_small {
                self.add_tail(terms, k - 2 * FINEST);
                return k - 2 * FINEST;
            }
            was_small = is_small && k > BULK * FINEST;
            terms = [terms[1], terms[2], self.term(k, sign)];
            if k.is_multiple_of(2 * FINEST) {
                self.even
                    .iter_mut()
                    .zip(terms[2])
                    .for_each(|(sum, value)| *sum += value);
            }
        }
        self.add_tail(terms, LARGEST * FINEST);
        LARGEST * FINEST
    }

    /// Bounds the tail by the term where it begins and, in case f vanishes there, by the fall of the weight
    /// from the term before.
    fn add_tail(&mut self, [before, first, _]: [[f64; D]; 3], k: usize) {
        let fall = self.density[k] / self.density[k - FINEST];
        for (i, tail) in self.tail.iter_mut().enumerate() {
            *tail += first[i].abs().max(2.0 * fall * before[i].abs());
        }
    }

    /// Adds one node and returns its term.
    #[inline]
    fn term(&mut self, k: usize, sign: f64) -> [f64; D] {
        let weight = self.density[k];
        let z = sign * (count(k) / count(FINEST));
        let term = (self.f)(z).map(|value| weight * value);
        for (i, value) in term.into_iter().enumerate() {
            self.sum[i] += value;
            self.absolute[i] += value.abs();
        }
        self.evaluations += 1;
        term
    }

    fn scaled(&self, sum: &[f64; D]) -> [f64; D] {
        sum.map(|value| value * self.step)
    }

    fn error(&self, i: usize) -> f64 {
        self.halvings.error(i) + self.tail[i] + ROUNDING * self.absolute[i] * self.step
    }

    fn estimate(&self) -> Estimate<[f64; D]> {
        Estimate {
            value: self.scaled(&self.sum),
            error: std::array::from_fn(|i| self.error(i)),
            evaluations: self.evaluations,
        }
    }
}
