use super::{Branch, Rows, Status, lowest, scan};
use crate::cli::phase::{Components, PhaseArgs};
use crate::commands::outcome::OUTCOME_COLUMNS;
use crate::old::columns::phase as columns;
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result};
use saddlepoint_theory::replica::ensemble::{self, Ensemble, Line, State};

/// The columns of a state.
const STATE_COLUMNS: [Column; 7] = [
    columns::M_VISIBLE,
    columns::M_HIDDEN,
    columns::Q_VISIBLE,
    columns::Q_HIDDEN,
    columns::FREE_ENERGY,
    columns::AT_STABILITY,
    columns::STABLE,
];

fn state_cells(state: &State) -> [Cell; 7] {
    [
        state.m_visible[0].into(),
        state.m_hidden[0].into(),
        state.q_visible.into(),
        state.q_hidden.into(),
        state.free_energy.into(),
        state.at_stability.into(),
        state.is_stable().into(),
    ]
}

/// One point of the diagram.
struct Point {
    law: Components,
    w: f64,
    sigma: f64,
    kappa: f64,
    fields: [f64; 2],
}

pub(super) fn points(args: &PhaseArgs) -> Result<Status> {
    let w = args
        .w
        .as_ref()
        .context("--w is missing: give singular values")?;
    let sigma = args
        .sigma
        .as_ref()
        .context("--sigma is missing: give the noise of the weights")?;
    let fields = [args.visible_field, args.hidden_field].map(Option::unwrap_or_default);
    let mut points = Vec::new();
    for law in args.laws() {
        let product =
            saddlepoint::questions::product(&[w.values(), sigma.values(), &args.kappas()])?;
        points.extend(product.map(|point| Point {
            law,
            w: point[0],
            sigma: point[1],
            kappa: point[2],
            fields,
        }));
    }
    // Refuses a field that is not finite before anything is written.
    points.first().map(ensemble_of).transpose()?;
    let mut table = vec![
        columns::COMPONENTS,
        columns::W,
        columns::SIGMA,
        columns::KAPPA,
        columns::VISIBLE_FIELD,
        columns::HIDDEN_FIELD,
        columns::BRANCH,
    ];
    table.extend(STATE_COLUMNS);
    table.extend([columns::LOWEST, columns::PHASE]);
    table.extend(OUTCOME_COLUMNS);
    let output = Output::open(&args.common, table)?;
    scan(args, output, &points, |point| {
        rows(point, args.all_branches)
    })
}

fn ensemble_of(point: &Point) -> saddlepoint_theory::Result<Ensemble> {
    let modes = [(point.w, point.law.0)];
    Ensemble::new(point.sigma, point.kappa, &modes)?.with_fields(point.fields[0], point.fields[1])
}

/// The rows of a point: the lowest branch, or all.
fn rows(point: &Point, all_branches: bool) -> Rows {
    let parameters = vec![
        point.law.name().into(),
        point.w.into(),
        point.sigma.into(),
        point.kappa.into(),
        point.fields[0].into(),
        point.fields[1].into(),
    ];
    let Ok(states) = ensemble_of(point).and_then(|ensemble| ensemble.branches()) else {
        return Rows::failed(parameters, 10);
    };
    let lowest = lowest(states.iter().map(|state| state.free_energy));
    let preferred = states.iter().find(|state| state.free_energy <= lowest);
    let branch = |state: &State| Branch {
        name: state.phase().name(),
        free_energy: state.free_energy,
        cells: state_cells(state).into(),
        stop: state.stop,
        iterations: state.iterations,
        residual: state.residual,
    };
    let branches: Vec<Branch> = states.iter().map(branch).collect();
    let phase = preferred.map(|state| state.phase().name());
    Rows::of_branches(&parameters, &branches, phase, all_branches)
}

pub(super) fn lines(args: &PhaseArgs) -> Result<Status> {
    let sigma = args
        .sigma
        .as_ref()
        .context("--sigma is missing: give the noise of the weights")?;
    let mut points = Vec::new();
    for law in args.laws() {
        let product = saddlepoint::questions::product(&[&args.kappas(), sigma.values()])?;
        points.extend(product.map(|point| (law, point[0], point[1])));
    }
    let first = sigma.values()[0];
    let mut table = vec![
        columns::LINE,
        columns::COMPONENTS,
        columns::SIGMA,
        columns::KAPPA,
        columns::W,
    ];
    // On a line of marginal stability rounding decides: no column `stable`.
    table.extend_from_slice(&STATE_COLUMNS[..6]);
    table.push(columns::ORDER);
    let output = Output::open(&args.common, table)?;
    scan(args, output, &points, |&(law, kappa, sigma)| {
        // The glass line is the same at every sigma.
        line_rows(law, kappa, sigma, sigma <= first)
    })
}

/// The lines at one σ and κ.
fn line_rows(law: Components, kappa: f64, sigma: f64, with_glass: bool) -> Rows {
    let Ok(found) = ensemble::lines(sigma, kappa, law.0) else {
        let mut row = vec![Cell::Missing, law.name().into(), sigma.into(), kappa.into()];
        row.extend(vec![Cell::Missing; 8]);
        return Rows {
            rows: vec![row],
            is_complete: false,
        };
    };
    let shown = found
        .iter()
        .filter(|point| with_glass || point.line != Line::Glass);
    let row = |point: &ensemble::LinePoint| {
        let mut row = vec![
            point.line.name().into(),
            law.name().into(),
            point.noise.into(),
            kappa.into(),
            point.w.into(),
        ];
        row.extend_from_slice(&state_cells(&point.state)[..6]);
        row.push(point.order.name().into());
        row
    };
    Rows {
        rows: shown.map(row).collect(),
        is_complete: true,
    }
}
