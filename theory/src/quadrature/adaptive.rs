//! Integrals over several intervals, bisected where the tanh-sinh rule does not converge.

use super::tanh_sinh::{Integrand, Interval, Node, Piece, Rule};
use super::total::Total;
use crate::error::Result;

/// Bisections of one interval: the last halves are 1e-12 of the first.
const MAX_DEPTH: u32 = 40;
/// Evaluations in one pass that leave nothing untried.
pub(super) const MAX_EVALUATIONS: usize = 200_000;

/// Integral over several intervals, to `tolerance` relative to the integral of the absolute value, if that
/// can be had.
///
/// How much a piece may err depends on what the others hold, so the integral of the absolute value is
/// estimated first; where that estimate was too high, a second pass knows it better. (Relative to itself,
/// the far tail of 1 − tanh² is nothing but rounding errors, which no bisection resolves.) After
/// `evaluations` in one pass pieces are taken as they are.
pub(super) fn integrate<const D: usize, F: FnMut(Node) -> [f64; D]>(
    integrand: &mut Integrand<F>,
    intervals: impl Iterator<Item = Interval> + Clone,
    tolerance: f64,
    evaluations: usize,
) -> Result<Total<D>> {
    let mut scan = Total::new();
    for interval in intervals.clone() {
        let mut rule = Rule::new(integrand, Piece::whole(interval), tolerance);
        rule.first_levels()?;
        let part = rule.total();
        scan.evaluations += part.evaluations;
        scan.add(&part);
    }
    let total = pass(integrand, intervals.clone(), tolerance, scan, evaluations)?;
    if total.is_within(tolerance) {
        return Ok(total);
    }
    pass(integrand, intervals, tolerance, total, evaluations)
}

/// Integrates every interval; `known` tells the evaluations so far and what the integral of the absolute
/// value is.
fn pass<const D: usize, F: FnMut(Node) -> [f64; D]>(
    integrand: &mut Integrand<F>,
    intervals: impl Iterator<Item = Interval> + Clone,
    tolerance: f64,
    known: Total<D>,
    evaluations: usize,
) -> Result<Total<D>> {
    // The count of a slice's intervals, at most a few thousand, is exact in f64; one more leaves room for
    // rounding.
    let share = intervals.clone().fold(1.0, |count, _| count + 1.0);
    let mut refinement = Refinement {
        integrand,
        tolerance: tolerance / share,
        scale: known.absolute,
        limit: known.evaluations + evaluations,
        total: Total {
            evaluations: known.evaluations,
            ..Total::new()
        },
    };
    for interval in intervals {
        refinement.refine(Piece::whole(interval), 0)?;
    }
    Ok(refinement.total)
}

/// Bisection under way.
struct Refinement<'a, const D: usize, F> {
    integrand: &'a mut Integrand<F>,
    tolerance: f64,
    /// Integral of the absolute value, as far as it is known.
    scale: [f64; D],
    /// Evaluations after which pieces are taken as they are.
    limit: usize,
    total: Total<D>,
}

impl<const D: usize, F: FnMut(Node) -> [f64; D]> Refinement<'_, D, F> {
    fn refine(&mut self, piece: Piece, depth: u32) -> Result<()> {
        // Errors of many pieces add up; a piece that converges does so by far, so that a small share is no
        // burden.
        let share = self.tolerance * 0.5_f64.powi(depth.min(10).cast_signed());
        let mut rule = Rule::new(self.integrand, piece, share);
        let is_converged = rule.run(&self.scale)?;
        let part = rule.total();
        self.total.evaluations += part.evaluations;
        if is_converged || depth == MAX_DEPTH || self.total.evaluations > self.limit {
            self.total.add(&part);
            return Ok(());
        }
        let [lower, upper] = piece.halves();
        self.refine(lower, depth + 1)?;
        self.refine(upper, depth + 1)
    }
}
