//! The field on the hidden unit after learning, and where it jumps.
//!
//! ```text
//! h*(ω) = argmax_h [φ(h) − (h − ω)²/(2V)],   ω(h) = h − V φ'(h),   g = φ'(h*)
//! ```
//!
//! ω is a known function of h and not the other way round, so that averages are done over h. Where V φ'' > 1 it decreases: those h
//! are never a maximum, and h* jumps over them at the ω at which the two sides are equally high (Maxwell's construction).
//!
//! With biases the hidden unit's values may be counted from any value o: φ(h) − o h is the potential of h − o. Counted from the mean
//! ⟨h⟩ without a field a binary unit is as even as a spin.

use crate::error::{Error, Result};
use crate::solver::minimum::minimize;
use crate::solver::root::{Slope, expand_bracket, find_root, newton_monotone};
use crate::units::UnitPrior;

/// First and last field of the table of curvatures on either side of 0, and entries in between: neighbours differ by a tenth.
const TABLE: (f64, f64, i32) = (1e-3, 1e5, 194);

/// Relative accuracy of the ends of a jump.
const TOLERANCE: f64 = 1e-14;

/// Difference of two heights, relative to the terms of which they are made, that may be the rounding error of a unit's functions.
const ROUNDING: f64 = 1e-13;

/// 1 − V sup φ'' below which, at the peak of φ'', 1 − V φ'' has too few digits to be divided by; V leaves as much open.
const OPENING: f64 = 1e-8;

/// A unit's potential for learning, with a table of its curvature.
#[derive(Debug)]
pub(super) struct Potential<'a> {
    unit: &'a dyn UnitPrior,
    /// Value o of the unit from which its values are counted.
    origin: f64,
    /// (h, φ''(h)), ascending in h, with the peaks of φ''.
    curvature: Vec<(f64, f64)>,
    /// Largest φ'' of the table.
    steepest: f64,
    /// True where φ' is odd at the table's fields.
    is_even: bool,
    /// Curvature κ at infinity.
    tail: f64,
}

/// A jump of the maximiser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Jump {
    /// Cavity field ω at which it happens.
    pub(super) at: f64,
    /// The field on either side of it.
    pub(super) from: f64,
    pub(super) to: f64,
}

/// The peak of φ'' between the outer ones of three neighbours, where it is higher than the middle one.
fn peak(unit: &dyn UnitPrior, neighbours: &[(f64, f64)]) -> Option<(f64, f64)> {
    let &[(lower, before), (_, middle), (upper, after)] = neighbours else {
        return None;
    };
    if middle <= before || middle <= after {
        return None;
    }
    let found = minimize("−φ''", |h| -unit.variance(0.0, h), lower, upper).ok()?;
    (-found.value > middle).then_some((found.x, -found.value))
}

impl<'a> Potential<'a> {
    /// The potential of `unit`, whose values are counted from `origin`.
    pub(super) fn new(unit: &'a dyn UnitPrior, origin: f64) -> Self {
        let (first, last, entries) = TABLE;
        let ratio = (last / first).ln() / f64::from(entries);
        let positive: Vec<f64> = (0..=entries)
            .map(|k| first * (ratio * f64::from(k)).exp())
            .collect();
        let negative = positive.iter().rev().map(|h| -h);
        let fields = negative.chain([0.0]).chain(positive.iter().copied());
        let mut curvature: Vec<_> = fields.map(|h| (h, unit.variance(0.0, h))).collect();
        let peaks: Vec<_> = curvature.windows(3).filter_map(|w| peak(unit, w)).collect();
        curvature.extend(peaks);
        curvature.sort_by(|a, b| a.0.total_cmp(&b.0));
        let steepest = curvature.iter().map(|entry| entry.1).fold(0.0, f64::max);
        let tail = unit.variance(0.0, -last).max(unit.variance(0.0, last));
        let is_odd = |h: f64| {
            let sides = [unit.mean(0.0, h), unit.mean(0.0, -h)].map(|mean| mean - origin);
            (sides[0] + sides[1]).abs() <= 2.0 * f64::EPSILON * origin.abs()
        };
        let is_even = positive.iter().copied().all(is_odd);
        Self {
            unit,
            origin,
            curvature,
            steepest,
            is_even,
            tail,
        }
    }

    /// `ln E_z exp φ(√ρ z + s)`: the partition function of a machine with one hidden unit, relative to the uniform distribution.
    ///
    /// ```text
    /// E_z exp φ(√ρ z + s) = ∫ dP(h) exp((h − o) s + (h − o)² ρ/2) = exp(φ(−ρ, s − oρ) − o s + o² ρ/2)
    /// ```
    pub(super) fn log_norm(&self, rho: f64, s: f64) -> f64 {
        let (o, rho) = (self.origin, self.bounded(rho));
        self.unit.log_partition(-rho, s - o * rho) - o * s + 0.5 * o * o * rho
    }

    /// ρ, which beyond 1/κ is a rounding error: there is no machine.
    fn bounded(&self, rho: f64) -> f64 {
        if self.tail > 0.0 {
            rho.min(self.tail.recip())
        } else {
            rho
        }
    }

    /// Mean and variance of the hidden unit under that machine, the first and second derivative of [`Potential::log_norm`] by s.
    pub(super) fn in_model(&self, rho: f64, s: f64) -> [f64; 2] {
        let rho = self.bounded(rho);
        let [mean, variance] = self.unit.mean_and_variance(-rho, s - self.origin * rho);
        [mean - self.origin, variance]
    }

    /// The value o from which the unit's values are counted.
    pub(super) fn origin(&self) -> f64 {
        self.origin
    }

    /// Largest φ''.
    pub(super) fn steepest(&self) -> f64 {
        self.steepest
    }

    /// True for a Gaussian unit, whose φ'' is constant.
    pub(super) fn is_gaussian(&self) -> bool {
        let least = self.curvature.iter().map(|entry| entry.1);
        least.fold(f64::INFINITY, f64::min) >= self.steepest
    }

    /// κ = φ''(±∞), the larger side: learning is bounded for V < 1/κ, the likelihood for ρ < 1/κ.
    pub(super) fn tail(&self) -> f64 {
        self.tail
    }

    /// φ(h).
    pub(super) fn value(&self, h: f64) -> f64 {
        self.unit.log_partition(0.0, h) - self.origin * h
    }

    /// φ'(h).
    pub(super) fn slope(&self, h: f64) -> f64 {
        self.unit.mean(0.0, h) - self.origin
    }

    /// φ''(h).
    pub(super) fn bend(&self, h: f64) -> f64 {
        self.unit.variance(0.0, h)
    }

    /// φ'(h) and φ''(h) together.
    pub(super) fn slope_and_bend(&self, h: f64) -> [f64; 2] {
        let [mean, variance] = self.unit.mean_and_variance(0.0, h);
        [mean - self.origin, variance]
    }

    /// True for a unit that does not distinguish between h and −h.
    pub(super) fn is_even(&self) -> bool {
        self.is_even
    }

    /// Width in h over which φ' changes as fast as it ever does, 1/√sup φ''.
    pub(super) fn width(&self) -> f64 {
        self.steepest.sqrt().recip()
    }

    /// True where a jump is as good as open at response V: not for the curvature at infinity, which V never reaches.
    pub(super) fn is_opening(&self, v: f64) -> bool {
        let has_peak = self.steepest > self.tail * (1.0 + OPENING);
        has_peak && v * self.steepest > 1.0 - OPENING
    }

    /// ω(h) = h − V φ'(h).
    fn cavity(&self, v: f64, h: f64) -> f64 {
        h - v * self.slope(h)
    }

    /// The jumps at response V, in increasing order.
    ///
    /// # Errors
    /// [`Error::NotFinite`] where the unit's functions are.
    pub(super) fn jumps(&self, v: f64) -> Result<Vec<Jump>> {
        let mut found: Vec<(f64, f64, Jump)> = Vec::new();
        if v * self.steepest <= 1.0 {
            return Ok(Vec::new());
        }
        if let Some(jump) = self.central(v)? {
            return Ok(vec![jump]);
        }
        for (mut lower, upper) in self.unstable(v)? {
            let mut jump = self.maxwell(v, lower, upper)?;
            // A jump that begins below the end of the one before is part of a longer one.
            while let Some(&(earlier, _, _)) = found.last().filter(|last| jump.from < last.2.to) {
                found.pop();
                lower = earlier;
                jump = self.maxwell(v, lower, upper)?;
            }
            found.push((lower, upper, jump));
        }
        Ok(found.into_iter().map(|(_, _, jump)| jump).collect())
    }

    /// The jump of an even unit over a single interval around 0.
    fn central(&self, v: f64) -> Result<Option<Jump>> {
        let is_unstable = |entry: &(f64, f64)| v * entry.1 > 1.0;
        let middle = self.curvature.partition_point(|entry| entry.0 < 0.0);
        let upper = &self.curvature[middle..];
        let first = upper.iter().position(|entry| !is_unstable(entry));
        let Some(first) = first.filter(|&first| self.is_even && first > 0) else {
            return Ok(None);
        };
        if upper[first..].iter().any(is_unstable) {
            return Ok(None);
        }
        // A jump so small that only the entry at 0 shows it has no width: what it leaves out is below rounding.
        let start = upper[first - 1].0;
        let limits = [start, f64::INFINITY];
        let to = self.maximum(v, 0.0, [start, upper[first].0], limits)?;
        let (at, from) = (0.0, -to);
        Ok(Some(Jump { at, from, to }))
    }

    /// Intervals of h in which V φ'' > 1.
    fn unstable(&self, v: f64) -> Result<Vec<(f64, f64)>> {
        let excess = |h: f64| v * self.bend(h) - 1.0;
        let mut intervals = Vec::new();
        let mut lower = None;
        for pair in self.curvature.windows(2) {
            let [is_before, is_after] = [pair[0], pair[1]].map(|entry| v * entry.1 > 1.0);
            if is_before == is_after {
                continue;
            }
            let name = "V φ'' − 1";
            let edge = find_root(name, excess, pair[0].0, pair[1].0, TOLERANCE)?.x;
            match lower.take() {
                None => lower = Some(edge),
                Some(start) => intervals.push((start, edge)),
            }
        }
        Ok(intervals)
    }

    /// The jump over an interval in which ω decreases.
    ///
    /// With ε = V φ'' − 1 > 0 at its highest, as a jump opens, the gain across the range of ω is of order ±ε² and soon hidden by
    /// rounding. The middle of the range is then right: of the cubic that ω(h) is to the order ε^{3/2} of the range it is the root,
    /// and what it misses is of order ε² again.
    fn maxwell(&self, v: f64, lower: f64, upper: f64) -> Result<Jump> {
        let [first, last] = [self.cavity(v, upper), self.cavity(v, lower)];
        // As a fraction of the way, since the root of an even unit is at 0, which has no relative accuracy.
        let field = |fraction: f64| first + fraction * (last - first);
        let mut failure = None;
        let gain = |fraction: f64| match self.sides(v, field(fraction), lower, upper) {
            Ok([from, to]) => {
                self.height(v, field(fraction), to) - self.height(v, field(fraction), from)
            }
            Err(error) => {
                failure = Some(error);
                f64::NAN
            }
        };
        let root = find_root("gain of the jump", gain, 0.0, 1.0, TOLERANCE);
        let at = match (root, failure) {
            (Ok(root), _) => field(root.x),
            (
                Err(Error::NotBracketed {
                    at_lower, at_upper, ..
                }),
                None,
            ) if at_lower.abs().max(at_upper.abs()) <= self.rounding(v, upper) => field(0.5),
            (Err(Error::NotFinite { .. }), Some(error)) | (Err(error), _) => return Err(error),
        };
        let [from, to] = self.sides(v, at, lower, upper)?;
        Ok(Jump { at, from, to })
    }

    /// φ(h) − (h − ω)²/(2V).
    fn height(&self, v: f64, omega: f64, h: f64) -> f64 {
        self.value(h) - (h - omega).powi(2) / (2.0 * v)
    }

    /// Rounding error of the difference of two heights near h, which is one of the maxima.
    fn rounding(&self, v: f64, h: f64) -> f64 {
        ROUNDING * (self.value(h).abs() + 0.5 * v * self.slope(h).powi(2))
    }

    /// The maxima at ω below and above an interval in which ω decreases.
    fn sides(&self, v: f64, omega: f64, lower: f64, upper: f64) -> Result<[f64; 2]> {
        let width = upper - lower;
        let below = [lower - width, lower];
        let from = self.maximum(v, omega, below, [f64::NEG_INFINITY, lower])?;
        let above = [upper, upper + width];
        let to = self.maximum(v, omega, above, [upper, f64::INFINITY])?;
        Ok([from, to])
    }

    /// The maximum at ω inside `limits`, between which there is no jump, sought from `start` outwards.
    ///
    /// # Errors
    /// [`Error::NotFinite`] where the unit's functions are not finite.
    pub(super) fn maximum(
        &self,
        v: f64,
        omega: f64,
        start: [f64; 2],
        limits: [f64; 2],
    ) -> Result<f64> {
        let missing = |h: f64| self.cavity(v, h) - omega;
        // At the ends of the range of ω a side is an end of the interval, up to rounding.
        if limits[1].is_finite() && missing(limits[1]) <= 0.0 {
            return Ok(limits[1]);
        }
        if limits[0].is_finite() && missing(limits[0]) >= 0.0 {
            return Ok(limits[0]);
        }
        let name = "field beside the jump";
        let [a, b] = expand_bracket(name, missing, start, limits)?;
        let with_slope = |h: f64| {
            let [slope, bend] = self.slope_and_bend(h);
            (h - v * slope - omega, 1.0 - v * bend)
        };
        let outer = if limits[0].is_finite() { b } else { a };
        Ok(newton_monotone(name, with_slope, [a, b], outer, Slope::Rising)?.x)
    }
}
