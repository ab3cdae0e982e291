//! `landau`: the landscape of a given machine in the singular modes of its weights.

mod log_partition;
mod profile;

use super::outcome::{OUTCOME_COLUMNS, stop_cells};
use super::{Status, machine};
use crate::cli::landau::LandauArgs;
use crate::old::columns::reciprocal;
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result, ensure};
use saddlepoint_theory::covariance::WeightLaw;
use saddlepoint_theory::reciprocal::{Landscape, Layer, Machine, Modes};
use saddlepoint_theory::solver::Stop;

/// The columns that lead every row.
const PARAMETERS: [Column; 3] = [
    reciprocal::VISIBLE_UNIT,
    reciprocal::HIDDEN_UNIT,
    reciprocal::SCALE,
];

/// A machine at one temperature.
struct Case {
    machine: Machine,
    cells: Vec<Cell>,
}

/// Modes, a profile, a cycle in a field, or ln Z.
pub(super) fn run(args: &LandauArgs) -> Result<Status> {
    let cases = cases(args)?;
    if args.log_z {
        return log_partition::run(args, &cases);
    }
    if let Some(list) = &args.profile {
        return profile::run(args, &cases, &list.modes);
    }
    if let (Some(mode), Some(field)) = (args.hysteresis, &args.field) {
        return profile::hysteresis(args, &cases, mode, field.values());
    }
    modes(args, &cases)
}

/// The machine of the files at every temperature.
fn cases(args: &LandauArgs) -> Result<Vec<Case>> {
    let machine = machine::landscape(&args.machine)?;
    let scales = args.scale.as_ref().map_or(&[1.0][..], |grid| grid.values());
    let names: [Cell; 2] = [
        args.machine.visible.name().into(),
        args.machine.hidden().name().into(),
    ];
    let case = |&scale: &f64| {
        let scaled = machine
            .scaled(scale)
            .with_context(|| format!("--scale {scale:?}"));
        Ok(Case {
            machine: scaled?,
            cells: [&names[..], &[scale.into()]].concat(),
        })
    };
    scales.iter().map(case).collect()
}

/// The landscape about the paramagnet, whose search may have failed.
fn landscape(case: &Case, status: &mut Status) -> Result<Landscape> {
    let landscape = Landscape::new(&case.machine)?;
    if landscape.stop() != Stop::Converged {
        *status = Status::Incomplete;
    }
    Ok(landscape)
}

fn check_mode(flag: &str, mode: usize, landscape: &Landscape) -> Result<()> {
    let modes = landscape.modes().len();
    ensure!(
        mode < modes,
        "{flag} {mode}: the machine has {modes} modes, numbered from 0"
    );
    Ok(())
}

/// One row per mode.
fn modes(args: &LandauArgs, cases: &[Case]) -> Result<Status> {
    let table = [
        &PARAMETERS[..],
        &[
            reciprocal::MODE,
            reciprocal::DEGENERACY,
            reciprocal::SINGULAR_VALUE,
            reciprocal::BULK_EDGE,
            reciprocal::OUTLIER,
            reciprocal::EFFECTIVE,
            reciprocal::CURVATURE_UNSTABLE,
            reciprocal::CURVATURE_STABLE,
            reciprocal::CUBIC,
            reciprocal::QUARTIC,
            reciprocal::AMPLITUDE,
            reciprocal::AMPLITUDE_MEAN_FIELD,
            reciprocal::KURTOSIS_VISIBLE,
            reciprocal::KURTOSIS_HIDDEN,
            reciprocal::PARTICIPATION_VISIBLE,
            reciprocal::PARTICIPATION_HIDDEN,
            reciprocal::SADDLE_ENERGY,
            reciprocal::LANGEVIN_RATE,
            reciprocal::CONVERGES,
        ],
        &OUTCOME_COLUMNS,
    ]
    .concat();
    let mut output = Output::open(&args.common, table)?;
    let mut status = Status::Done;
    for case in cases {
        let landscape = landscape(case, &mut status)?;
        let rows = mode_rows(&case.machine, &landscape)?;
        let state = stop_cells(
            landscape.stop(),
            landscape.iterations(),
            landscape.residual(),
        );
        for row in rows {
            output.push([&case.cells[..], &row, &state].concat())?;
        }
    }
    output.finish()?;
    Ok(status)
}

fn mode_rows(machine: &Machine, landscape: &Landscape) -> Result<Vec<Vec<Cell>>> {
    let modes = Modes::new(machine.weights())?;
    let (rows, columns) = (machine.visible_units(), machine.hidden_units());
    let bulk = WeightLaw::fit(modes.singular_values(), rows, columns)?;
    let saddles = modes.saddles(machine.visible_bias(), machine.hidden_bias());
    let row = |mode: usize| -> Result<Vec<Cell>> {
        let s = modes.singular_values()[mode];
        let outlier = bulk.map(|fitted| s > fitted.threshold);
        let mut cells: Vec<Cell> = vec![
            mode.into(),
            modes.degenerate_with(mode).len().into(),
            s.into(),
            bulk.map(|fitted| fitted.law.edges().1).into(),
            outlier.into(),
        ];
        cells.extend(landau_cells(landscape, mode)?);
        let rate = modes.langevin_rate(mode, machine.visible(), machine.hidden());
        cells.extend([
            modes.kurtosis(Layer::Visible, mode).into(),
            modes.kurtosis(Layer::Hidden, mode).into(),
            modes.participation(Layer::Visible, mode).into(),
            modes.participation(Layer::Hidden, mode).into(),
            saddles[mode].map(|saddle| saddle.energy).into(),
            rate.into(),
            (rate > 0.0).into(),
        ]);
        Ok(cells)
    };
    (0..modes.len()).map(row).collect()
}

/// Effective singular value, curvatures, couplings and amplitudes.
fn landau_cells(landscape: &Landscape, mode: usize) -> Result<Vec<Cell>> {
    let s = landscape.modes().singular_values()[mode];
    let landau = landscape.landau(mode)?;
    let coupling = (s > 0.0).then(|| 12.0 * landau.quartic / (s * s));
    let minimum = landscape.along(mode)?.lowest_minimum(0.0)?;
    Ok(vec![
        s.into(),
        landau.quadratic.into(),
        (1.0 + s).into(),
        landau.cubic.into(),
        coupling.into(),
        landau.amplitude().into(),
        minimum.map(|point| point.amplitude).into(),
    ])
}
