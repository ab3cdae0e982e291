//! One of several equal parts of a grid: which of its points a command computes, and how many rows each of them has.

use saddlepoint_validation::journal::Shard;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Every n-th point of a grid, from the k-th on, while its rows are computed.
#[derive(Debug)]
pub struct GridShare {
    shard: Shard,
    /// Points of the whole grid that were passed.
    passed: AtomicUsize,
    /// Rows of each point of this part, in order.
    rows: Mutex<Vec<usize>>,
}

/// Which rows of a table of a whole grid are in the table of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridPart {
    /// Number of the part and of all parts.
    pub shard: Shard,
    /// Points of the whole grid.
    pub points: usize,
    /// Numbers of rows of this part's points, in order, as pairs: that many points of that many rows each.
    pub rows: Vec<(usize, usize)>,
}

impl GridShare {
    /// The part before its first point.
    pub fn new(shard: Shard) -> Self {
        Self {
            shard,
            passed: AtomicUsize::new(0),
            rows: Mutex::default(),
        }
    }

    /// Passes the next point of the grid, and tells whether it is one of this part.
    pub(super) fn has_next(&self) -> bool {
        let index = self.passed.fetch_add(1, Ordering::Relaxed);
        index % self.shard.of() == self.shard.number() - 1
    }

    /// The rows that follow are of the next point of this part.
    pub(super) fn begin(&self) {
        self.locked().push(0);
    }

    /// Counts a row.
    pub fn count_row(&self) {
        if let Some(rows) = self.locked().last_mut() {
            *rows += 1;
        }
    }

    /// What the rows are, once all of them are counted.
    pub fn part(&self) -> GridPart {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for &rows in self.locked().iter() {
            match pairs.last_mut() {
                Some((points, of)) if *of == rows => *points += 1,
                _ => pairs.push((1, rows)),
            }
        }
        GridPart {
            shard: self.shard,
            points: self.passed.load(Ordering::Relaxed),
            rows: pairs,
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GridPart {
    /// The number of rows of each point, in order.
    pub fn rows_of_points(&self) -> impl Iterator<Item = usize> + '_ {
        let pairs = self.rows.iter();
        pairs.flat_map(|&(points, rows)| std::iter::repeat_n(rows, points))
    }

    /// Points that a part of this number has.
    pub fn own_points(&self) -> usize {
        let (number, of) = (self.shard.number(), self.shard.of());
        (self.points + of - number) / of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_grid_share_out_its_points() {
        let part = |number, rows: &[usize]| {
            let share = GridShare::new(Shard::new(number, 3).unwrap());
            for &rows in rows {
                if share.has_next() {
                    share.begin();
                    (0..rows).for_each(|_| share.count_row());
                }
            }
            share.part()
        };
        let rows = [1, 2, 2, 1, 0, 2, 2];
        let parts = [1, 2, 3].map(|number| part(number, &rows));
        assert_eq!(
            parts.each_ref().map(|part| part.rows.clone()),
            [vec![(2, 1), (1, 2)], vec![(1, 2), (1, 0)], vec![(2, 2)]]
        );
        for part in &parts {
            assert_eq!(part.points, 7);
            assert_eq!(part.rows_of_points().count(), part.own_points());
        }
        assert_eq!(parts[0].rows_of_points().collect::<Vec<_>>(), [1, 1, 2]);
    }
}
