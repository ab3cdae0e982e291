use super::Status;
use super::outcome::{OUTCOME_COLUMNS, failed_cells, outcome_cells};
use super::population::{DATA_COLUMNS, data_cells, learning_data, population};
use super::samples::debiased;
use crate::cli::args::{DataModel, DataPoint};
use crate::cli::learn::LearnArgs;
use crate::output::columns::{self, learning};
use crate::output::{Cell, Column, Output};
use anyhow::{Context, Result};
use saddlepoint_theory::replica::learning::{Branch, Learned, OneUnit, PlantedData};
use saddlepoint_theory::solver::Solution;

/// Learning curves: over the data, the kinds of hidden units, and alpha.
pub(super) fn run(args: &LearnArgs) -> Result<Status> {
    let points = args.data.points()?;
    let mut output = Output::open(&args.common, learn_columns())?;
    let mut status = Status::Done;
    for point in &points {
        let (data, units) = given(args, point)?;
        for hidden in &args.hidden {
            let unit = OneUnit::new(hidden.prior(), &data)?;
            for &alpha in args.alpha.values() {
                let mut row = data_cells(args.data.data, point, units);
                row.extend([hidden.to_string().into(), alpha.into()]);
                let (rows, is_complete) = solutions(args, &unit, alpha);
                if !is_complete {
                    status = Status::Incomplete;
                }
                for cells in rows {
                    output.push([row.clone(), cells].concat())?;
                }
            }
        }
    }
    output.finish()?;
    Ok(status)
}

/// The data of a point, and their number of units.
fn given(args: &LearnArgs, point: &DataPoint) -> Result<(PlantedData, Option<usize>)> {
    if args.data.data == DataModel::Samples {
        let file = args.data.file.as_deref().context("--file is missing")?;
        let read = debiased(file, args.data.columns.as_deref(), args.data.standardize)?;
        let population = read.population;
        return Ok((PlantedData::gaussian(&population)?, population.units()));
    }
    let population = population(&args.data, point)?;
    Ok((learning_data(&args.data, point)?, population.units()))
}

fn learn_columns() -> Vec<Column> {
    let mut table = DATA_COLUMNS.to_vec();
    table.extend([
        learning::HIDDEN,
        columns::ALPHA,
        learning::BRANCH,
        learning::M,
        learning::Q,
        learning::V,
        learning::RHO,
        learning::OVERLAP_SQUARED,
        learning::TRAIN,
        learning::TEST,
        learning::AT_STABILITY,
        columns::phase::STABLE,
    ]);
    table.extend(OUTCOME_COLUMNS);
    table
}

/// The cells of the best solution or of all, and false if one of them was not found.
fn solutions(args: &LearnArgs, unit: &OneUnit<'_>, alpha: f64) -> (Vec<Vec<Cell>>, bool) {
    let found = if args.all_branches {
        unit.branches(alpha)
            .map(|both| both.into_iter().flatten().collect())
    } else {
        unit.learn(alpha).map(|best| vec![best])
    };
    let Ok(found) = found else {
        let mut cells = vec![Cell::Missing; 10];
        cells.extend(failed_cells());
        return (vec![cells], false);
    };
    let is_complete = found.iter().all(|one| (*one).converged().is_ok());
    (found.iter().map(solution_cells).collect(), is_complete)
}

fn solution_cells(solution: &Solution<Learned>) -> Vec<Cell> {
    let learned = &solution.state;
    let branch = match learned.branch {
        Branch::Noise => "noise",
        Branch::Signal => "signal",
    };
    let mut cells = vec![
        branch.into(),
        learned.m.into(),
        learned.q.into(),
        learned.v.into(),
        learned.rho.into(),
        learned.overlap_squared().into(),
        learned.train_log_likelihood.into(),
        learned.test_log_likelihood.into(),
        learned.at_stability.into(),
        learned.is_stable().into(),
    ];
    cells.extend(outcome_cells(solution));
    cells
}
