//! Where a line jumps instead of going on.

use super::picture::Point;

/// How many times larger a jump is than the steps beside it.
const LARGER: f64 = 4.0;
/// The smallest jump, as a share of all steps together.
const SMALLEST: f64 = 0.005;

/// Whether a curve jumps before each of its points; only where something changes, of which `changes` has one item per point.
///
/// Steps are those of the squares, with their sign: an order parameter that begins as a square root, as at a continuous transition, does not
/// jump in these, however coarse the grid is.
pub(super) fn at_changes(curve: &[f64], changes: &[bool]) -> Vec<bool> {
    let steps = steps(curve.iter().map(|y| y * y.abs()));
    let total = total(&steps);
    // A step beside a change that is no change itself.
    let smooth = |point: usize| match changes.get(point) {
        Some(false) if point > 0 && steps[point - 1].is_finite() => steps[point - 1],
        _ => 0.0,
    };
    let jumps = |index: usize| {
        let around = smooth(index - 1).max(smooth(index + 1));
        is_jump(steps[index - 1], around, total)
    };
    let changes = changes.iter().enumerate();
    changes
        .map(|(index, change)| *change && index > 0 && jumps(index))
        .collect()
}

/// Breaks a line of many points at steps far larger than those before and after them.
pub(super) fn anywhere(points: &mut [Point]) {
    let steps = steps(points.iter().map(|point| point.y));
    let total = total(&steps);
    for index in 1..steps.len().max(1) - 1 {
        let around = steps[index - 1].max(steps[index + 1]);
        points[index + 1].begins = is_jump(steps[index], around, total);
    }
}

fn is_jump(step: f64, around: f64, total: f64) -> bool {
    step > (LARGER * around).max(SMALLEST * total)
}

/// How far values go to each but the first.
fn steps(values: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let next = values.clone().skip(1);
    values.zip(next).map(|(a, b)| (b - a).abs()).collect()
}

fn total(steps: &[f64]) -> f64 {
    steps.iter().filter(|step| step.is_finite()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a line of a grid breaks at the change before its point number 3.
    fn breaks(y: [f64; 6]) -> bool {
        let changes = [false, false, false, true, false, false];
        let jumps = at_changes(&y, &changes);
        assert!((0..6).all(|index| changes[index] || !jumps[index]));
        jumps[3]
    }

    #[test]
    fn a_line_breaks_at_a_jump_and_not_where_a_root_begins() {
        assert!(breaks([0.0, 0.0, 0.0, 0.9, 0.92, 0.93]));
        assert!(breaks([0.97, 0.96, 0.94, 0.0, 0.0, 0.0]));
        assert!(breaks([-0.9, -0.89, -0.88, 0.89, 0.9, 0.9]));
        for onset in [0.01, 0.5, 1.0] {
            // It saturates soon.
            let root = |x: f64| (x + onset).sqrt().tanh();
            assert!(!breaks([0.0, 0.0, 0.0, root(0.0), root(1.0), root(2.0)]));
        }
        // A line on which only rounding errors change has no gap.
        assert!(!breaks([0.0, 1.0, 1.0, 1.0 + 1e-12, 1.0, 1.0]));
    }
}
