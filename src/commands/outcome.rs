//! How a solver ended, as the last cells of its row.

use crate::old::{Cell, Column, columns::replica};
use saddlepoint_theory::solver::{Solution, Stop};

/// The columns of [`outcome_cells`] and [`stop_cells`].
pub(super) const OUTCOME_COLUMNS: [Column; 3] =
    [replica::STOP, replica::ITERATIONS, replica::RESIDUAL];

/// stop, iterations, residual.
pub(super) fn outcome_cells<S>(solution: &Solution<S>) -> [Cell; 3] {
    stop_cells(solution.stop, solution.iterations, solution.residual)
}

/// The same where a solver's state comes in parts.
pub(super) fn stop_cells(stop: Stop, iterations: usize, residual: f64) -> [Cell; 3] {
    let stop = match stop {
        Stop::Converged => "converged",
        Stop::MaxIterations => "max-iterations",
        Stop::Diverged => "diverged",
    };
    [stop.into(), iterations.into(), residual.into()]
}

/// The cells of a point that could not be computed: the scan goes on.
pub(super) fn failed_cells() -> [Cell; 3] {
    ["failed".into(), Cell::Missing, Cell::Missing]
}
