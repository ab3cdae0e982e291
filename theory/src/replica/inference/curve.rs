//! Every fixed point of the state evolution on one explicit curve.

use super::channel::Channel;
use super::prior::Prior;
use crate::error::Result;
use crate::solver::minimum::minimize;
use crate::solver::root::find_root;

/// Step of the scan for folds in ln r. The slope varies on the scale 1: nothing narrower hides in a step, and a pair of folds
/// within one is found by the minimum between them.
const STEP: f64 = 0.15;
/// A slope without a change of sign that is closer to 0 than this, at an extremum of the scan, may cross it in between: over half
/// a step an extremum moves it by less.
const SHALLOW: f64 = 0.05;
/// Lower end of the scan relative to the r at which the curve can first turn.
const FIRST: f64 = 0.01;
/// d ln `q_w`/d ln r at which the scan ends: from there on the curve rises, since d ln `q_s`/d ln `q_w` never comes near the inverse.
const LAST: f64 = 1e-3;

/// Points of the scan: 600 in ln r, more than any model needs.
const MOST: u16 = 4000;

/// Newton steps on a cubic, whose solution only starts a search.
const CORRECTIONS: usize = 4;

/// α as a function of the precision r of the scalar channel of the weights.
///
/// ```text
/// q_w = f_w(r),   q_s = f_h(snr q_w),   α(r) = r/(snr q_s)
/// ```
///
/// Each r > 0 is a fixed point at the α that the curve names. It starts at `α(0) = 1/snr²` with
/// `α snr² = 1 + (1 + snr) r + …`, rising for every symmetric law, and ends rising as r/(snr `f_h(snr)`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Curve {
    pub(super) weights: Prior,
    pub(super) hidden: Prior,
    pub(super) snr: f64,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// r.
    pub(super) precision: f64,
    pub(super) alpha: f64,
    /// d ln α/d ln r: positive where the fixed point is stable, 0 at a fold.
    pub(super) slope: f64,
    pub(super) weights: Channel,
    pub(super) hidden: Channel,
}

impl Curve {
    /// The point at r ≥ 0.
    pub(super) fn at(&self, precision: f64) -> Point {
        let weights = self.weights.channel_at(precision);
        let argument = self.snr * weights.overlap;
        let hidden = self.hidden.channel_at(argument);
        if hidden.overlap <= 0.0 {
            return self.origin();
        }
        let ratio = precision / hidden.overlap;
        Point {
            precision,
            alpha: ratio / self.snr,
            slope: 1.0 - self.snr * hidden.slope * weights.slope * ratio,
            weights,
            hidden,
        }
    }

    /// r = 0, where nothing is known.
    pub(super) fn origin(&self) -> Point {
        Point {
            precision: 0.0,
            alpha: 1.0 / (self.snr * self.snr),
            slope: 0.0,
            weights: self.weights.channel_at(0.0),
            hidden: self.hidden.channel_at(0.0),
        }
    }

    /// The rising parts of the curve in order of r, each as the list of its points from fold to fold; the first begins near the
    /// origin and the last ends where all is nearly known.
    ///
    /// # Errors
    /// Those of the search for the folds.
    pub(super) fn branches(&self) -> Result<Vec<Vec<Point>>> {
        let grid = self.scan();
        let folds = self.folds(&grid)?;
        let mut branches = Vec::with_capacity(folds.len() / 2 + 1);
        let mut from: Option<Point> = None;
        for pair in folds.chunks(2) {
            branches.push(between(&grid, from, pair.first().copied()));
            from = pair.get(1).copied();
        }
        branches.push(between(&grid, from, None));
        Ok(branches)
    }

    /// The points where α turns, in order of r: a maximum, a minimum and so on.
    fn folds(&self, grid: &[Point]) -> Result<Vec<Point>> {
        let mut brackets = Vec::new();
        for (k, pair) in grid.windows(2).enumerate() {
            if (pair[0].slope > 0.0) != (pair[1].slope > 0.0) {
                brackets.push([pair[0].precision, pair[1].precision]);
            } else if let Some(next) = grid.get(k + 2) {
                brackets.extend(self.hidden_pair([&pair[0], &pair[1], next])?);
            }
        }
        let fold = |[lower, upper]: [f64; 2]| {
            let slope = |r| self.at(r).slope;
            // The slope itself is right to 1e-14.
            let root = find_root("slope of alpha(r)", slope, lower, upper, 1e-14)?;
            Ok(self.at(root.x))
        };
        brackets.into_iter().map(fold).collect()
    }

    /// Brackets of two folds between three neighbouring points whose slopes have one sign, if there are any.
    fn hidden_pair(&self, points: [&Point; 3]) -> Result<Vec<[f64; 2]>> {
        let [before, middle, after] = points.map(|point| point.slope);
        let sign = middle.signum();
        let is_extremum = sign * before > sign * middle && sign * after > sign * middle;
        if !is_extremum || middle.abs() > SHALLOW {
            return Ok(Vec::new());
        }
        let [lower, upper] = [points[0].precision, points[2].precision];
        let distance = |log_r: f64| sign * self.at(log_r.exp()).slope;
        let lowest = minimize("slope of alpha(r)", distance, lower.ln(), upper.ln())?;
        let turn = lowest.x.exp();
        Ok(if lowest.value < 0.0 {
            vec![[lower, turn], [turn, upper]]
        } else {
            Vec::new()
        })
    }

    /// Points evenly spaced in ln r, from below the first possible fold to beyond the last.
    fn scan(&self) -> Vec<Point> {
        let kurtosis = self.weights.fourth_moment();
        let of_hidden = self.snr * self.hidden.fourth_moment();
        // f/r = 1 − r + O((E x⁴)² r²): the two terms are equal here.
        let turn = (1.0 + self.snr) / (kurtosis * kurtosis + of_hidden * of_hidden);
        let start = (FIRST * turn).ln();
        let is_before_end =
            |point: &Point| point.weights.slope * point.precision > LAST * point.weights.overlap;
        (0..MOST)
            .map(|k| self.at((start + STEP * f64::from(k)).exp()))
            .take_while(is_before_end)
            .collect()
    }
}

/// The points of the grid between two folds, and the folds themselves.
fn between(grid: &[Point], from: Option<Point>, to: Option<Point>) -> Vec<Point> {
    let above = |p: &&Point| from.is_none_or(|fold| p.precision > fold.precision);
    let below = |p: &&Point| to.is_none_or(|fold| p.precision < fold.precision);
    let inside = grid.iter().filter(above).filter(below).copied();
    from.into_iter().chain(inside).chain(to).collect()
}

/// r at which the cubic through two neighbouring points of a rising part, in ln α against ln r, has the value ln α.
pub(super) fn interpolate(lower: &Point, upper: &Point, alpha: f64) -> f64 {
    let width = (upper.precision / lower.precision).ln();
    let height = (upper.alpha / lower.alpha).ln();
    let target = (alpha / lower.alpha).ln();
    let (start, end) = (width * lower.slope, width * upper.slope);
    let (square, cube) = (3.0 * height - 2.0 * start - end, start + end - 2.0 * height);
    let mut x = if height > 0.0 { target / height } else { 0.5 };
    for _ in 0..CORRECTIONS {
        let value = x * (start + x * (square + x * cube)) - target;
        let slope = start + x * (2.0 * square + 3.0 * x * cube);
        // Next to a fold the slope may vanish: stay inside.
        x = (x - value / slope).clamp(0.0, 1.0);
    }
    lower.precision * (x * width).exp()
}
