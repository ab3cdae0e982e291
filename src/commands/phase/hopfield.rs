use super::{Branch, Rows, Status, scan};
use crate::cli::phase::PhaseArgs;
use crate::commands::outcome::OUTCOME_COLUMNS;
use crate::old::columns::phase as columns;
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result, bail};
use saddlepoint_theory::replica::hopfield::{Hopfield, Line, LinePoint, Phase, State};

/// The columns of a state.
const STATE_COLUMNS: [Column; 6] = [
    columns::M,
    columns::Q,
    columns::R,
    columns::FREE_ENERGY,
    columns::AT_STABILITY,
    columns::STABLE,
];

fn state_cells(state: &State) -> [Cell; 6] {
    [
        state.magnetization.into(),
        state.overlap.into(),
        state.noise.into(),
        state.free_energy.into(),
        state.at_stability.into(),
        state.is_stable().into(),
    ]
}

pub(super) fn points(args: &PhaseArgs) -> Result<Status> {
    let alpha = args
        .alpha
        .as_ref()
        .context("--alpha is missing: give patterns per spin")?;
    let temperature = args
        .temperature
        .as_ref()
        .context("--temperature is missing")?;
    let points: Vec<Vec<f64>> =
        saddlepoint::questions::product(&[alpha.values(), temperature.values()])?.collect();
    let mut table = vec![columns::LOAD, columns::TEMPERATURE, columns::BRANCH];
    table.extend(STATE_COLUMNS);
    table.extend([columns::LOWEST, columns::PHASE]);
    table.extend(OUTCOME_COLUMNS);
    let output = Output::open(&args.common, table)?;
    scan(args, output, &points, |point| {
        rows(point[0], point[1], args.all_branches)
    })
}

/// States and phase of a point.
fn solve(alpha: f64, temperature: f64) -> saddlepoint_theory::Result<(Vec<State>, Phase)> {
    let model = Hopfield::new(alpha, temperature)?;
    Ok((model.states()?, model.phase()?))
}

/// The rows of a point: the lowest branch, or all.
fn rows(alpha: f64, temperature: f64, all_branches: bool) -> Rows {
    let parameters: Vec<Cell> = vec![alpha.into(), temperature.into()];
    let Ok((states, phase)) = solve(alpha, temperature) else {
        return Rows::failed(parameters, 9);
    };
    let branch = |state: &State| Branch {
        name: state.branch.name(),
        free_energy: state.free_energy,
        cells: state_cells(state).into(),
        stop: state.stop,
        iterations: state.iterations,
        residual: state.residual,
    };
    let branches: Vec<Branch> = states.iter().map(branch).collect();
    Rows::of_branches(&parameters, &branches, Some(phase.name()), all_branches)
}

/// A line of the diagram at one temperature or load.
type LineTask = (Line, f64);

pub(super) fn lines(args: &PhaseArgs) -> Result<Status> {
    type Solve = fn(Line, f64) -> saddlepoint_theory::Result<Option<LinePoint>>;
    let (grid, solve): (_, Solve) = match (&args.alpha, &args.temperature) {
        (Some(grid), None) => (grid, Line::at_alpha),
        (None, Some(grid)) => (grid, Line::at_temperature),
        _ => bail!("--boundary needs either --alpha or --temperature"),
    };
    let tasks: Vec<LineTask> = Line::ALL
        .into_iter()
        .flat_map(|line| grid.values().iter().map(move |&x| (line, x)))
        .collect();
    let mut table = vec![columns::LINE, columns::LOAD, columns::TEMPERATURE];
    // On a line of marginal stability rounding decides: no column `stable`.
    table.extend_from_slice(&STATE_COLUMNS[..5]);
    table.push(columns::ORDER);
    let output = Output::open(&args.common, table)?;
    let by_alpha = args.alpha.is_some();
    scan(args, output, &tasks, |&(line, x)| match solve(line, x) {
        Ok(point) => Rows {
            rows: point.iter().map(|point| line_row(line, point)).collect(),
            is_complete: true,
        },
        Err(_) => Rows {
            rows: vec![failed_line(line, x, by_alpha)],
            is_complete: false,
        },
    })
}

fn line_row(line: Line, point: &LinePoint) -> Vec<Cell> {
    let mut row = vec![
        line.name().into(),
        point.alpha.into(),
        point.temperature.into(),
    ];
    row.extend_from_slice(&state_cells(&point.state)[..5]);
    row.push(line.order().name().into());
    row
}

fn failed_line(line: Line, x: f64, by_alpha: bool) -> Vec<Cell> {
    let mut row = vec![line.name().into(), Cell::Missing, Cell::Missing];
    row[if by_alpha { 1 } else { 2 }] = x.into();
    row.extend(vec![Cell::Missing; 6]);
    row
}
