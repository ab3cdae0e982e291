//! `phase`: the diagram point by point, or its lines.

mod hopfield;
mod rbm;

use super::outcome::{failed_cells, stop_cells};
use super::{Status, thread_pool};
use crate::cli::phase::{Model, PhaseArgs};
use crate::old::{Cell, Output};
use anyhow::Result;
use rayon::prelude::*;
use saddlepoint_theory::solver::Stop;

/// Points computed together, before their rows are written: a reader sees the table grow.
const BLOCK: usize = 1024;

/// The rows of one point, and whether all of it was solved.
struct Rows {
    rows: Vec<Vec<Cell>>,
    is_complete: bool,
}

/// One branch of a point: its name and state, and how its solver ended.
struct Branch {
    name: &'static str,
    free_energy: f64,
    cells: Vec<Cell>,
    stop: Stop,
    iterations: usize,
    residual: f64,
}

impl Rows {
    /// A point that could not be solved: its parameters, and cells that are missing.
    fn failed(parameters: Vec<Cell>, missing: usize) -> Self {
        let mut row = parameters;
        row.extend(vec![Cell::Missing; missing]);
        row.extend(failed_cells());
        Self {
            rows: vec![row],
            is_complete: false,
        }
    }

    /// The branch of lowest free energy, or all; `phase` is that of the point.
    fn of_branches(
        parameters: &[Cell],
        branches: &[Branch],
        phase: Option<&'static str>,
        all_branches: bool,
    ) -> Self {
        let lowest = lowest(branches.iter().map(|branch| branch.free_energy));
        let is_lowest = |branch: &Branch| branch.free_energy <= lowest;
        let shown = branches
            .iter()
            .filter(|branch| all_branches || is_lowest(branch));
        let row = |branch: &Branch| {
            let mut row = parameters.to_vec();
            row.push(branch.name.into());
            row.extend_from_slice(&branch.cells);
            row.extend([is_lowest(branch).into(), phase.into()]);
            row.extend(stop_cells(branch.stop, branch.iterations, branch.residual));
            row
        };
        Self {
            rows: shown.map(row).collect(),
            is_complete: branches.iter().all(|branch| branch.stop == Stop::Converged),
        }
    }
}

/// The lowest of some free energies.
fn lowest(free_energies: impl Iterator<Item = f64>) -> f64 {
    free_energies.fold(f64::INFINITY, f64::min)
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
    let pool = thread_pool(&args.common)?;
    let mut status = Status::Done;
    for block in points.chunks(BLOCK) {
        let found: Vec<Rows> = pool.install(|| block.par_iter().map(&rows).collect());
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
