//! `phase`: the diagram point by point, or its lines.

mod hopfield;
mod rbm;

use super::{Status, with_threads};
use crate::cli::phase::{Model, PhaseArgs};
use crate::output::{Cell, Output};
use anyhow::Result;
use rayon::prelude::*;

/// Points computed together, before their rows are written: a reader sees the table grow.
const BLOCK: usize = 1024;

/// The rows of one point, and whether all of it was solved.
struct Rows {
    rows: Vec<Vec<Cell>>,
    is_complete: bool,
}

/// Phases and order parameters, or the lines between phases.
pub(super) fn run(args: &PhaseArgs) -> Result<Status> {
    args.check_flags()?;
    match (args.model, args.boundary) {
        (Model::Rbm, false) => rbm::points(args),
        (Model::Rbm, true) => rbm::lines(args),
        (Model::Hopfield, false) => hopfield::points(args),
        (Model::Hopfield, true) => hopfield::lines(args),
    }
}

/// The rows of all points, in their order, computed on all cores.
fn scan<P: Sync>(
    args: &PhaseArgs,
    mut output: Output,
    points: &[P],
    rows: impl Fn(&P) -> Rows + Sync,
) -> Result<Status> {
    let mut status = Status::Done;
    for block in points.chunks(BLOCK) {
        let found: Vec<Rows> =
            with_threads(&args.common, || block.par_iter().map(&rows).collect())?;
        for point in found {
            if !point.is_complete {
                status = Status::Incomplete;
            }
            point
                .rows
                .into_iter()
                .try_for_each(|row| output.push(row))?;
        }
    }
    output.finish()?;
    Ok(status)
}
