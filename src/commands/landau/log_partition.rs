//! ln Z of a given machine by several methods.

use super::{Case, PARAMETERS, Status, landscape};
use crate::cli::landau::LandauArgs;
use crate::commands::outcome::{OUTCOME_COLUMNS, stop_cells};
use crate::output::columns::{STANDARD_ERROR, reciprocal};
use crate::output::{Cell, Output};
use anyhow::Result;
use saddlepoint_theory::reciprocal::{
    Landscape, MeanField, Modes, exact_log_partition, gaussian_log_partition, is_enumerable,
    naive_solutions, one_loop_log_partition, tap,
};
use saddlepoint_theory::solver::Stop;

/// One row per method; what a method cannot give is missing.
pub(super) fn run(args: &LandauArgs, cases: &[Case]) -> Result<Status> {
    let table = [
        &PARAMETERS[..],
        &[reciprocal::METHOD, reciprocal::LOG_Z, STANDARD_ERROR],
        &OUTCOME_COLUMNS,
    ]
    .concat();
    let mut output = Output::open(&args.common, table)?;
    let mut status = Status::Done;
    for case in cases {
        let landscape = landscape(case, &mut status)?;
        for (method, log_z, state) in rows(case, &landscape, &mut status)? {
            let row = [method.into(), log_z.into(), Cell::Missing];
            output.push([&case.cells[..], &row, &state].concat())?;
        }
    }
    output.finish()?;
    Ok(status)
}

type Row = (&'static str, Option<f64>, [Cell; 3]);

fn rows(case: &Case, landscape: &Landscape, status: &mut Status) -> Result<Vec<Row>> {
    let machine = &case.machine;
    let solutions = naive_solutions(machine, landscape)?;
    let second = tap(machine, &solutions)?;
    let solved = |found: &MeanField, status: &mut Status| {
        if found.stop != Stop::Converged {
            *status = Status::Incomplete;
        }
        (
            Some(found.log_partition),
            stop_cells(found.stop, found.iterations, found.residual),
        )
    };
    let none = || [Cell::Missing, Cell::Missing, Cell::Missing];
    let gaussian = gaussian_log_partition(machine, &Modes::new(machine.weights())?);
    let one_loop = one_loop_log_partition(machine, &solutions)?;
    let mut rows = vec![("gaussian", gaussian, none())];
    let (log_z, state) = solved(&solutions[0], status);
    rows.push(("naive", log_z, state));
    rows.push(("one-loop", one_loop, none()));
    let (log_z, state) = solved(&second, status);
    rows.push(("tap", log_z, state));
    let exact = is_enumerable(machine).then(|| exact_log_partition(machine));
    rows.push(("exact", exact.transpose()?, none()));
    Ok(rows)
}
