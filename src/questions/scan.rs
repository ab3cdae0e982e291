//! The points of a grid on all cores, their rows in order.

use super::Monitor;
use anyhow::Result;
use rayon::prelude::*;

/// Points computed together, before their rows are handed over: a reader sees the table grow and can stop it. A point takes from 0.1 milliseconds
/// to a second, with three modes of heavy tails.
const BLOCK: usize = 64;

/// The rows of all points, or of a part of them, in their order, computed on all cores.
pub(super) fn scan<P: Sync, R: Send>(
    points: &[P],
    monitor: &Monitor<'_>,
    row: &mut dyn FnMut(R) -> Result<()>,
    rows: impl Fn(&P) -> Vec<R> + Sync,
) -> Result<()> {
    let points: Vec<&P> = points.iter().filter(|_| monitor.has_next()).collect();
    let mut done = 0;
    for block in points.chunks(BLOCK) {
        monitor.check()?;
        let found: Vec<Vec<R>> = block.par_iter().map(|&point| rows(point)).collect();
        for of_point in found {
            monitor.begin();
            of_point.into_iter().try_for_each(&mut *row)?;
        }
        done += block.len() as u64;
        (monitor.progress)(done, points.len() as u64);
    }
    Ok(())
}
