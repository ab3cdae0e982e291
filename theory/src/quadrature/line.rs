//! Integrals over the whole line of functions that fall off on both sides at least as fast as exp(−exp|u|).
//!
//! What a change of variable makes of an analytic function with a Gaussian weight: x = s sinh u on the whole line,
//! x = s exp(u − exp(−u)) on a half-line. The trapezoid rule in u then converges exponentially, and a hundred nodes resolve
//! features of very different width.
//!
//! References: Takahasi & Mori, Publ. RIMS 9, 721 (1974); Trefethen & Weideman, SIAM Rev. 56, 385 (2014), section 14.

use super::convergence::{Halvings, ROUNDING};
use super::tanh_sinh::{Integrand, Interval, Node};
use super::{Total, adaptive, checked, conclude};
use crate::error::{Error, Result};

/// First step. With the last but two, 0.35, typical averages are right to 1e-4, which is what the estimate wants for 1e-12.
const STEP: f64 = 0.7;
/// Halvings of the first step.
const LEVELS: u32 = 6;
/// Nodes of the finest level per first step.
const FINEST: i32 = 1 << LEVELS;
/// Steps in either direction after which the integrand is taken to have ended: exp(70) is beyond any scale of a problem.
const LARGEST: i32 = 100;
/// Share of a sum below which the integrand has ended, next to the tolerance.
const CUT: f64 = 0.1;
/// Sums below this are as good as zero: beside rounding of denormal numbers no relative accuracy holds.
const SMALLEST: f64 = 1e-280;

/// Evaluations of the rule that bisects: what takes more has features that its variable does not resolve, and is refused.
const MAX_EVALUATIONS: usize = 10_000;

/// The integrand at one point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ordinate<const D: usize> {
    /// Its components.
    pub(crate) values: [f64; D],
    /// True where it only falls from here outwards, so that it may be cut off once it is small.
    pub(crate) is_beyond: bool,
}

/// Integrals of several functions over the whole line.
///
/// ```text
/// ∫ f(u) du,   u from −∞ to ∞
/// ```
///
/// The trapezoid rule with steps 0.7, 0.35, … 0.011, as many as the estimated error asks for; where that does not converge, the
/// tanh-sinh rule on either side of 0, bisected where needed. `is_even` saves the negative side. The `tolerance` is that of each
/// component relative to the integral of its own absolute value, and is missed at most where that rule fails, too:
/// [`conclude_sum`] judges. A feature much narrower than 0.1 in u can be missed.
///
/// # Errors
/// [`Error::NotFinite`] where the integrand is infinite or NaN.
pub(crate) fn integrate_line<const D: usize>(
    name: &'static str,
    mut f: impl FnMut(f64) -> Ordinate<D>,
    is_even: bool,
    tolerance: f64,
) -> Result<Total<D>> {
    let tolerance = checked(tolerance)?;
    let mut rule = Trapezoid::new(&mut f, is_even, tolerance);
    if rule.run(name)? {
        return Ok(rule.total());
    }
    let [lower, upper] = rule
        .ends
        .map(|end| STEP * f64::from(end) / f64::from(FINEST));
    if is_even {
        return integrate_between(
            name,
            |u| f(u).values.map(|x| 2.0 * x),
            [0.0, upper],
            tolerance,
        );
    }
    let mut total = integrate_between(name, |u| f(u).values, [-lower, 0.0], tolerance)?;
    total.add(&integrate_between(
        name,
        |u| f(u).values,
        [0.0, upper],
        tolerance,
    )?);
    Ok(total)
}

/// Integrals of several functions between two limits, by the tanh-sinh rule, bisected where needed.
///
/// # Errors
/// As [`integrate_line`].
pub(crate) fn integrate_between<const D: usize>(
    name: &'static str,
    mut f: impl FnMut(f64) -> [f64; D],
    [lower, upper]: [f64; 2],
    tolerance: f64,
) -> Result<Total<D>> {
    let interval = (lower < upper).then_some(Interval { lower, upper });
    let mut integrand = Integrand {
        name,
        f: |node: Node| f(node.x),
    };
    let intervals = interval.into_iter();
    adaptive::integrate(
        &mut integrand,
        intervals,
        checked(tolerance)?,
        MAX_EVALUATIONS,
    )
}

/// The values of a sum of integrals, each known to `tolerance` relative to the integral of its absolute value.
///
/// # Errors
/// [`Error::Quadrature`] where the tolerance was not reached.
pub(crate) fn conclude_sum<const D: usize>(
    name: &'static str,
    mut total: Total<D>,
    tolerance: f64,
) -> Result<[f64; D]> {
    for error in &mut total.error {
        if *error < SMALLEST {
            *error = 0.0;
        }
    }
    Ok(conclude(name, &total, checked(tolerance)?)?.value)
}

/// The trapezoid rule at work.
struct Trapezoid<'a, const D: usize, F> {
    f: &'a mut F,
    is_even: bool,
    tolerance: f64,
    sum: [f64; D],
    absolute: [f64; D],
    /// Terms at which the two sides were cut off.
    tail: [f64; D],
    /// Where the integrand ends on the negative and on the positive side, in steps of the finest level.
    ends: [i32; 2],
    step: f64,
    halvings: Halvings<D>,
    evaluations: usize,
}

impl<'a, const D: usize, F: FnMut(f64) -> Ordinate<D>> Trapezoid<'a, D, F> {
    fn new(f: &'a mut F, is_even: bool, tolerance: f64) -> Self {
        Self {
            f,
            is_even,
            tolerance,
            sum: [0.0; D],
            absolute: [0.0; D],
            tail: [0.0; D],
            ends: [0; 2],
            step: STEP,
            halvings: Halvings::new(1.0),
            evaluations: 0,
        }
    }

    /// Halves the step until the estimated error is within the tolerance; false where that was not reached.
    fn run(&mut self, name: &'static str) -> Result<bool> {
        self.term(0, 1.0);
        self.ends[1] = self.first_level(1);
        self.ends[0] = if self.is_even {
            self.ends[1]
        } else {
            self.first_level(-1)
        };
        self.halvings.push(self.scaled(&self.sum));
        let mut stride = FINEST;
        for level in 1..=LEVELS {
            stride /= 2;
            self.step *= 0.5;
            self.add_level(stride);
            if !self.absolute.iter().all(|sum| sum.is_finite()) {
                return Err(Error::NotFinite { name });
            }
            self.halvings.push(self.scaled(&self.sum));
            let target = |i: usize| self.tolerance * self.absolute[i] * self.step + SMALLEST;
            if (0..D).all(|i| self.error(i) <= target(i)) {
                return Ok(true);
            }
            if (0..D).any(|i| self.halvings.is_hopeless(i, LEVELS - level, target(i))) {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Sums one side outwards with the first step until two terms running are negligible; returns where it ends.
    fn first_level(&mut self, sign: i32) -> i32 {
        let weight = self.side_weight();
        let mut was_small = false;
        for k in 1..=LARGEST {
            let Ordinate { values, is_beyond } = self.term(sign * k * FINEST, weight);
            let cut = CUT * self.tolerance;
            let is_small = is_beyond && (0..D).all(|i| values[i].abs() <= cut * self.absolute[i]);
            if was_small && is_small {
                for (tail, value) in self.tail.iter_mut().zip(values) {
                    *tail += weight * STEP * value.abs();
                }
                return k * FINEST;
            }
            was_small = is_small;
        }
        LARGEST * FINEST
    }

    /// Adds the nodes that a halved step brings.
    fn add_level(&mut self, stride: i32) {
        let weight = self.side_weight();
        let step = usize::try_from(2 * stride).unwrap_or(1);
        for k in (stride..self.ends[1]).step_by(step) {
            self.term(k, weight);
        }
        if !self.is_even {
            for k in (stride..self.ends[0]).step_by(step) {
                self.term(-k, weight);
            }
        }
    }

    /// How often a node beside 0 counts.
    fn side_weight(&self) -> f64 {
        if self.is_even { 2.0 } else { 1.0 }
    }

    /// Adds one node and returns the integrand there.
    #[inline]
    fn term(&mut self, k: i32, weight: f64) -> Ordinate<D> {
        let ordinate = (self.f)(STEP / f64::from(FINEST) * f64::from(k));
        for (i, value) in ordinate.values.into_iter().enumerate() {
            self.sum[i] += weight * value;
            self.absolute[i] += weight * value.abs();
        }
        self.evaluations += 1;
        ordinate
    }

    fn scaled(&self, sum: &[f64; D]) -> [f64; D] {
        sum.map(|value| value * self.step)
    }

    fn error(&self, i: usize) -> f64 {
        self.halvings.error(i) + self.tail[i] + ROUNDING * self.absolute[i] * self.step
    }

    fn total(&self) -> Total<D> {
        Total {
            value: self.scaled(&self.sum),
            error: std::array::from_fn(|i| self.error(i)),
            absolute: self.scaled(&self.absolute),
            evaluations: self.evaluations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_average;
    use approx::assert_relative_eq;
    use libm::erfc;
    use std::f64::consts::{PI, SQRT_2, TAU};

    /// x and dx/du of the map to the whole line.
    fn whole(scale: f64, u: f64) -> [f64; 2] {
        [scale * u.sinh(), scale * u.cosh()]
    }

    fn density(x: f64) -> f64 {
        (-0.5 * x * x).exp() / TAU.sqrt()
    }

    /// E f(z) over a standard Gaussian by the map of the given scale.
    fn average(f: impl Fn(f64) -> f64, scale: f64, is_even: bool) -> Result<Total<1>> {
        let integrand = |u: f64| {
            let [x, width] = whole(scale, u);
            Ordinate {
                values: [f(x) * density(x) * width],
                is_beyond: x.abs() > 6.0,
            }
        };
        let total = integrate_line("a test", integrand, is_even, 1e-12)?;
        conclude_sum("a test", total, 1e-12)?;
        Ok(total)
    }

    #[test]
    fn averages_over_a_gaussian_are_those_of_the_rule_in_its_own_units() {
        for slope in [0.1_f64, 1.0, 30.0, 1e3] {
            for shift in [0.0, 0.3, 2.0] {
                let f = |x: f64| (slope * x - shift).tanh().powi(2);
                let expected = gaussian_average(f, &[shift / slope], 1e-13).unwrap();
                // The map is fine where the features are.
                let found = average(f, slope.recip().min(1.0), false).unwrap();
                let error = (found.value[0] - expected.value).abs();
                assert!(
                    error <= found.error[0] + expected.error,
                    "{slope} {shift}: {error:e} {found:?}"
                );
                assert!(found.error[0] <= 1e-12 * found.value[0]);
            }
        }
    }

    #[test]
    fn an_even_integrand_costs_half() {
        let f = |x: f64| x.cosh().recip();
        let [both, half] = [false, true].map(|is_even| average(f, 1.0, is_even).unwrap());
        assert_relative_eq!(both.value[0], half.value[0], max_relative = 1e-15);
        assert!(half.evaluations < 60 && both.evaluations == 2 * half.evaluations - 1);
    }

    #[test]
    fn a_bulk_far_from_the_middle_is_not_cut_off() {
        // The integrand vanishes at u = 0 and around it: an end must not be taken for one before the bulk was passed.
        let tail = |from: f64, centre: f64| {
            let integrand = |u: f64| {
                let distance = (u - (-u).exp()).exp();
                let x = from + distance - centre;
                Ordinate {
                    values: [density(x) * distance * (1.0 + (-u).exp())],
                    is_beyond: u < 0.0 || x > 6.0,
                }
            };
            integrate_line("a test", integrand, false, 1e-12)
                .unwrap()
                .value[0]
        };
        for centre in [0.0_f64, 3.0, 10.0] {
            let expected = 1.0 - 0.5 * erfc(centre / SQRT_2);
            // The quadrature's tolerance.
            assert_relative_eq!(tail(0.0, centre), expected, max_relative = 1e-12);
        }
    }

    #[test]
    fn integrals_with_different_weights_are_right_each_relative_to_itself() {
        let integrand = |u: f64| {
            let [x, width] = whole(1.0, u);
            let weight = (-x * x).exp() * width;
            Ordinate {
                values: [weight, 1e-200 * x * x * weight, 0.0],
                is_beyond: true,
            }
        };
        let found = integrate_line("a test", integrand, true, 1e-13).unwrap();
        // Rounding of the sum of some fifty terms.
        assert_relative_eq!(found.value[0], PI.sqrt(), max_relative = 1e-14);
        assert_relative_eq!(found.value[1], 0.5e-200 * PI.sqrt(), max_relative = 1e-14);
        assert!(found.value[2].abs() <= 0.0);
    }

    #[test]
    fn what_no_rule_resolves_is_refused() {
        let rough = |x: f64| (1e9 * x).sin().powi(2);
        assert!(matches!(
            average(rough, 1.0, false),
            Err(Error::Quadrature { .. })
        ));
        assert!(matches!(
            average(|_| f64::NAN, 1.0, false),
            Err(Error::NotFinite { .. })
        ));
    }
}
