//! Where the rungs of a ladder are, and what they say of ln Z.

use crate::numbers::as_float;

/// Intervals per unit of the barrier: neighbours then exchange about every second time they try.
const INTERVALS: f64 = 2.2;
/// Fewest intervals between independent units and the only machine.
const FEWEST: usize = 4;
/// Most intervals in all.
const MOST: usize = 2000;

/// How many rungs a ladder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// As many as the barrier asks for.
    #[default]
    Adapted,
    /// As given, at least 2, between independent units and the first machine, and again between each machine and the next.
    Given(usize),
}

impl Size {
    /// Intervals to begin with on a path of as many segments.
    pub(super) fn first(self, segments: usize) -> usize {
        match self {
            Self::Adapted => (2 * FEWEST).div_ceil(segments) * segments,
            Self::Given(rungs) => (rungs - 1) * segments,
        }
    }
}

/// Positions whose rejections are equal if those of the present intervals are spread evenly within each.
///
/// ```text
/// Λ(t_k) = Σ_{j<k} r_j,   Λ(t′_i) − Λ(t′_{i−1}) = equal
/// ```
///
/// Every whole number, a machine of the path, stays a position, and each segment between two of them has its own number of intervals.
///
/// # References
/// Syed, Bouchard-Côté, Deligiannidis & Doucet, J. R. Stat. Soc. B 84, 321 (2022), algorithm 2.
pub(super) fn rearranged(positions: &[f64], rejections: &[f64], size: Size) -> Vec<f64> {
    // Intervals that never reject keep a part of their length.
    let weights: Vec<f64> = rejections.iter().map(|r| r.max(1e-3)).collect();
    let mut found = vec![0.0];
    let mut first = 0;
    let fewest = if positions[positions.len() - 1] > 1.0 {
        1
    } else {
        FEWEST
    };
    while first + 1 < positions.len() {
        let end = positions[first].floor() + 1.0;
        let last = positions.partition_point(|&t| t < end - 1e-9);
        let intervals = match size {
            Size::Given(rungs) => rungs - 1,
            Size::Adapted => {
                let barrier: f64 = rejections[first..last].iter().sum();
                count(INTERVALS * barrier).clamp(fewest, MOST)
            }
        };
        spread(
            &positions[first..=last],
            &weights[first..last],
            intervals,
            &mut found,
        );
        first = last;
    }
    found
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small number"
)]
fn count(x: f64) -> usize {
    x.ceil() as usize
}

/// Adds the ends of intervals of equal weight.
fn spread(positions: &[f64], weights: &[f64], intervals: usize, found: &mut Vec<f64>) {
    let total: f64 = weights.iter().sum();
    let (mut at, mut below) = (0, 0.0);
    for i in 1..intervals {
        let wanted = total * as_float(i) / as_float(intervals);
        while at + 1 < weights.len() && below + weights[at] < wanted {
            below += weights[at];
            at += 1;
        }
        let part = ((wanted - below) / weights[at]).clamp(0.0, 1.0);
        let position = positions[at] + part * (positions[at + 1] - positions[at]);
        // Rounding must not make two rungs one.
        if position > found[found.len() - 1] {
            found.push(position);
        }
    }
    let end = positions[positions.len() - 1];
    if found[found.len() - 1] >= end {
        found.pop();
    }
    found.push(end);
}

/// The value at `t` of a function that is linear between the positions.
pub(super) fn interpolate(positions: &[f64], values: &[f64], t: f64) -> f64 {
    let after = positions
        .partition_point(|&x| x < t)
        .clamp(1, positions.len() - 1);
    let [a, b] = [positions[after - 1], positions[after]];
    values[after - 1] + (t - a) / (b - a) * (values[after] - values[after - 1])
}

/// Index of the position that is nearest to `t`, the upper one of two.
pub(super) fn nearest(positions: &[f64], t: f64) -> usize {
    let after = positions
        .partition_point(|&x| x < t)
        .min(positions.len() - 1);
    let before = after.saturating_sub(1);
    let is_before = t - positions[before] < positions[after] - t;
    if is_before { before } else { after }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn equal_rejections_change_nothing() {
        let positions = [0.0, 0.1, 0.5, 1.0];
        let found = rearranged(&positions, &[0.4; 3], Size::Given(4));
        for (a, b) in found.iter().zip(positions) {
            assert_relative_eq!(*a, b, epsilon = 1e-12);
        }
    }

    #[test]
    fn rungs_go_where_exchanges_are_rejected() {
        // The barrier 0.9 + 0.1 + 0 in three intervals: two parts of 0.5.
        let found = rearranged(&[0.0, 0.5, 0.75, 1.0], &[0.9, 0.1, 0.0], Size::Given(3));
        assert_relative_eq!(found[1], 0.5 * 0.5005 / 0.9, epsilon = 1e-9);
        let found = rearranged(&[0.0, 0.5, 1.0], &[1.0, 1.0], Size::Adapted);
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn machines_of_the_path_stay_rungs() {
        let found = rearranged(&[0.0, 1.0, 2.0, 3.0], &[0.5, 0.0, 0.99], Size::Adapted);
        assert!(
            [1.0, 2.0, 3.0].iter().all(|t| found.contains(t)),
            "{found:?}"
        );
        // Barriers 0.5, 0 and 0.99 of the segments: 2, 1 and 3 intervals.
        assert_eq!(found.len(), 1 + 2 + 1 + 3);
    }

    #[test]
    fn a_ladder_begins_with_eight_intervals_or_with_one_more_for_each_machine() {
        let first = |segments| Size::Adapted.first(segments);
        assert_eq!([1, 2, 3, 8, 9].map(first), [8, 8, 9, 8, 9]);
        // Four intervals between neighbours of the path.
        assert_eq!(
            [1, 3].map(|segments| Size::Given(5).first(segments)),
            [4, 12]
        );
    }

    #[test]
    fn values_between_positions_lie_on_the_line_that_joins_their_neighbours() {
        let (positions, values) = ([0.0, 0.5, 2.0], [1.0, 3.0, -3.0]);
        for (t, expected) in [(0.0, 1.0), (0.25, 2.0), (0.5, 3.0), (1.0, 1.0), (2.0, -3.0)] {
            assert_relative_eq!(
                interpolate(&positions, &values, t),
                expected,
                epsilon = 1e-14
            );
        }
    }

    #[test]
    fn the_nearest_position_is_found_on_either_side() {
        let positions = [0.0, 0.5, 2.0];
        for (t, expected) in [
            (0.0, 0),
            (0.2, 0),
            (0.3, 1),
            (0.5, 1),
            (1.2, 1),
            (1.3, 2),
            (2.0, 2),
            (2.1, 2),
        ] {
            assert_eq!(nearest(&positions, t), expected, "{t}");
        }
    }
}
