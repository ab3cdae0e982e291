//! State evolution: its fixed points, its course, and the free entropy.

use super::curve::{Curve, Point, interpolate};
use super::prior::Prior;
use crate::error::{Result, check, positive};
use crate::solver::root::{Slope, newton_monotone};
use crate::solver::{Solution, Stop};

/// Relative error of r at which a solution is accepted.
const TOLERANCE: f64 = 1e-12;
/// Smallest density: the first fold lies at r of order ρ², where slopes below have no digits left.
const SPARSEST: f64 = 1e-4;
/// α this close to that of a fold, or of the origin, is there.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// Where state evolution starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// From an infinitesimal overlap: what an algorithm reaches that begins with nothing but the data.
    Uninformed,
    /// From the truth.
    Informed,
}

impl Start {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Uninformed, Self::Informed];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uninformed => "uninformed",
            Self::Informed => "informed",
        }
    }
}

/// What is known of the receptive field and of the hidden units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inference {
    /// `q_w`, in [0, 1]: overlap `(1/N) Σ ξ_i ⟨ξ_i⟩` of the weights with their estimate.
    pub overlap_weights: f64,
    /// `q_s`, in [0, 1]: overlap `(1/P) Σ s_a ⟨s_a⟩` of the hidden values with theirs.
    pub overlap_hidden: f64,
    /// 1 − `q_w`: mean-square error of a weight, without cancellation.
    pub error_weights: f64,
    /// 1 − `q_s`: mean-square error of a hidden value.
    pub error_hidden: f64,
}

impl From<Point> for Inference {
    fn from(point: Point) -> Self {
        Self {
            overlap_weights: point.weights.overlap,
            overlap_hidden: point.hidden.overlap,
            error_weights: point.weights.error,
            error_hidden: point.hidden.error,
        }
    }
}

/// State evolution of rank-one inference with known laws and snr.
///
/// ```text
/// q_s = f_h(snr q_w),   q_w = f_w(α snr q_s)
/// ```
///
/// The map is increasing. Started from `q_w` → 0 it rises to its smallest fixed point with a stable side below, started from
/// `q_w` = 1 it falls to its largest; both are read off the curve of all fixed points, whose folds are found once, in
/// [`StateEvolution::new`].
///
/// ```
/// # use saddlepoint_theory::replica::inference::{Prior, Start, StateEvolution};
/// // Gaussian laws: the overlap is that of the leading eigenvector of the sample covariance.
/// let model = StateEvolution::new(Prior::Gaussian, Prior::Gaussian, 2.0)?;
/// let found = model.solve(1.0, Start::Informed)?.converged()?.state;
/// assert!((found.overlap_weights - (4.0 - 1.0) / (4.0 + 2.0)).abs() < 1e-12);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
///
/// # References
/// Lesieur, Krzakala & Zdeborová, J. Stat. Mech. 073403 (2017); Miolane, arXiv:1702.00473 (2017), for the proof.
#[derive(Debug, Clone, PartialEq)]
pub struct StateEvolution {
    pub(super) curve: Curve,
    /// The rising parts of the curve, from fold to fold.
    pub(super) branches: Vec<Vec<Point>>,
}

impl StateEvolution {
    /// The model with these laws of the weights ξ and of the hidden values s, at signal-to-noise ratio `snr`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `snr` is between 1e-50 and 1e50 and the densities are 1e-4 or
    /// more; those of the search for folds.
    pub fn new(weights: Prior, hidden: Prior, snr: f64) -> Result<Self> {
        check("snr", "between 1e-50 and 1e50", snr, |x| {
            (1e-50..=1e50).contains(&x)
        })?;
        for law in [weights, hidden] {
            check("density", "at least 1e-4", law.density(), |rho| {
                rho >= SPARSEST
            })?;
        }
        let curve = Curve {
            weights,
            hidden,
            snr,
        };
        let branches = curve.branches()?;
        Ok(Self { curve, branches })
    }

    /// The law of the weights.
    pub fn weights(&self) -> Prior {
        self.curve.weights
    }

    /// The law of the hidden values.
    pub fn hidden(&self) -> Prior {
        self.curve.hidden
    }

    /// The signal-to-noise ratio.
    pub fn snr(&self) -> f64 {
        self.curve.snr
    }

    /// The fixed point reached from `start` with `alpha` = P/N samples per unit.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is positive and finite; those of the root search.
    pub fn solve(&self, alpha: f64, start: Start) -> Result<Solution<Inference>> {
        let alpha = positive("alpha", alpha)?;
        let (point, iterations) = self.point(alpha, start)?;
        Ok(solution(point, alpha, iterations))
    }

    /// The course of state evolution: the start and `steps` iterations, each of `q_s` from `q_w` and then of `q_w` from `q_s`.
    ///
    /// This is what approximate message passing follows in the limit of large N. The start knows nothing of the hidden values.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is positive and finite and `overlap_weights` in [0, 1].
    ///
    /// # References
    /// Rangan & Fletcher, ISIT (2012); Deshpande & Montanari, ISIT (2014).
    pub fn course(&self, alpha: f64, overlap_weights: f64, steps: usize) -> Result<Vec<Inference>> {
        let alpha = positive("alpha", alpha)?;
        let overlap_weights = check("overlap_weights", "in [0, 1]", overlap_weights, |q| {
            (0.0..=1.0).contains(&q)
        })?;
        let start = Inference {
            overlap_weights,
            overlap_hidden: 0.0,
            error_weights: 1.0 - overlap_weights,
            error_hidden: 1.0,
        };
        let next = |last: &Inference| {
            let snr = self.curve.snr;
            let hidden = self.curve.hidden.channel_at(snr * last.overlap_weights);
            let weights = self.curve.weights.channel_at(alpha * snr * hidden.overlap);
            Some(Inference {
                overlap_weights: weights.overlap,
                overlap_hidden: hidden.overlap,
                error_weights: weights.error,
                error_hidden: hidden.error,
            })
        };
        let course = std::iter::successors(Some(start), next);
        Ok(course.take(steps.saturating_add(1)).collect())
    }

    /// Free entropy per unit, `lim (1/N) E ln [P(V)/P_0(V)]` where it is stationary, `P_0` being noise alone.
    ///
    /// ```text
    /// Φ = α ψ_h(snr q_w) + ψ_w(α snr q_s) − α snr q_s q_w/2
    /// ```
    ///
    /// Its stationary points are the fixed points of state evolution; the largest value belongs to the one that the best possible
    /// inference has. In nats; Φ = 0 where nothing is known.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is positive and finite and the overlaps in [0, 1].
    pub fn free_entropy(&self, alpha: f64, at: &Inference) -> Result<f64> {
        let alpha = positive("alpha", alpha)?;
        for (name, overlap) in [
            ("overlap_weights", at.overlap_weights),
            ("overlap_hidden", at.overlap_hidden),
        ] {
            check(name, "in [0, 1]", overlap, |q| (0.0..=1.0).contains(&q))?;
        }
        let Curve {
            weights,
            hidden,
            snr,
        } = self.curve;
        let precision = alpha * snr * at.overlap_hidden;
        let of_hidden = hidden.free_entropy_at(snr * at.overlap_weights);
        let of_weights = weights.free_entropy_at(precision);
        Ok(alpha * of_hidden + of_weights - 0.5 * precision * at.overlap_weights)
    }

    /// Mutual information of the data with weights and hidden values, per unit and in nats.
    ///
    /// ```text
    /// lim (1/N) I(ξ, s; V) = α snr/2 − Φ
    /// ```
    ///
    /// It is that of the data where `at` is the fixed point of largest Φ.
    ///
    /// # Errors
    /// As [`StateEvolution::free_entropy`].
    pub fn mutual_information(&self, alpha: f64, at: &Inference) -> Result<f64> {
        Ok(0.5 * alpha * self.curve.snr - self.free_entropy(alpha, at)?)
    }

    /// The point of the curve that is reached from `start`, with the evaluations of the curve that it took.
    fn point(&self, alpha: f64, start: Start) -> Result<(Point, usize)> {
        match self.branch(alpha, start) {
            Some(branch) => self.on_branch(alpha, branch),
            None => Ok((self.curve.origin(), 0)),
        }
    }

    /// The rising part of the curve on which `start` ends: the first that reaches up to `alpha` or the last that reaches down to
    /// it; none if that is the origin.
    fn branch(&self, alpha: f64, start: Start) -> Option<usize> {
        let origin = self.curve.origin().alpha;
        let last = self.branches.len() - 1;
        let rises_above = |&k: &usize| k == last || alpha <= self.top(k).alpha * (1.0 + ROUNDING);
        let starts_below = |&k: &usize| {
            let bottom = if k == 0 { origin } else { self.bottom(k).alpha };
            alpha * (1.0 + ROUNDING) >= bottom
        };
        let found = match start {
            Start::Uninformed => (0..=last).find(rises_above),
            Start::Informed => (0..=last).rev().find(starts_below),
        };
        found.filter(|&k| k > 0 || alpha > origin * (1.0 + ROUNDING))
    }

    /// The first point of a rising part: a fold, but for part 0.
    pub(super) fn bottom(&self, branch: usize) -> Point {
        self.branches[branch][0]
    }

    /// The last point of a rising part: a fold, but for the last part.
    pub(super) fn top(&self, branch: usize) -> Point {
        self.branches[branch][self.branches[branch].len() - 1]
    }

    /// The point at `alpha` on a rising part, with the evaluations of the curve that it took.
    pub(super) fn on_branch(&self, alpha: f64, branch: usize) -> Result<(Point, usize)> {
        let is_here = |point: &Point| (point.alpha - alpha).abs() <= ROUNDING * alpha;
        if let Some(end) = [self.bottom(branch), self.top(branch)]
            .into_iter()
            .find(is_here)
        {
            return Ok((end, 1));
        }
        let ([lower, upper], guess) = self.bracket(alpha, &self.branches[branch]);
        let mut last = self.curve.origin();
        let distance = |r: f64| {
            last = self.curve.at(r);
            let value = last.alpha - alpha;
            let is_there = value.abs() <= TOLERANCE * last.slope * alpha;
            let derivative = last.alpha * last.slope / r;
            (if is_there { 0.0 } else { value }, derivative)
        };
        let name = "alpha(r) - alpha";
        let root = newton_monotone(name, distance, [lower, upper], guess, Slope::Rising)?;
        if (last.precision - root.x).abs() > 0.0 {
            last = self.curve.at(root.x);
        }
        Ok((last, root.iterations))
    }

    /// Two values of r around that at `alpha` on a rising part, and a guess of it.
    fn bracket(&self, alpha: f64, points: &[Point]) -> ([f64; 2], f64) {
        let snr = self.curve.snr;
        let above = points.partition_point(|point| point.alpha <= alpha);
        match (above.checked_sub(1).map(|k| &points[k]), points.get(above)) {
            (Some(lower), Some(upper)) => (
                [lower.precision, upper.precision],
                interpolate(lower, upper, alpha),
            ),
            (None, Some(upper)) => {
                let guess = (alpha * snr * snr - 1.0) / (1.0 + snr);
                ([0.0, upper.precision], guess)
            }
            (lower, None) => {
                let lower = lower.map_or(0.0, |point| point.precision);
                // r = α snr q_s, and q_s < 1; a little more, for the rounding of q_s to 1.
                let largest = 1.01 * alpha * snr;
                let informed = alpha * snr * self.curve.hidden.channel_at(snr).overlap;
                ([lower, largest], informed)
            }
        }
    }
}

/// The point as a solution: its residual is the change of `q_w` in one more iteration, to first order.
fn solution(point: Point, alpha: f64, iterations: usize) -> Solution<Inference> {
    let step = point.precision * (alpha / point.alpha - 1.0);
    let residual = (point.weights.slope * step).abs();
    Solution {
        state: point.into(),
        stop: if residual <= 1e-10 {
            Stop::Converged
        } else {
            Stop::MaxIterations
        },
        iterations,
        residual,
    }
}
