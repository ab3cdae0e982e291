//! ln Z of a given machine by several methods.

use super::{Case, PARAMETERS, Status, landscape};
use crate::cli::landau::LandauArgs;
use crate::commands::outcome::{OUTCOME_COLUMNS, stop_cells};
use crate::old::columns::{STANDARD_ERROR, reciprocal};
use crate::old::{Cell, Output};
use anyhow::{Context, Result};
use saddlepoint_simulator::log_partition::{Annealing, LogPartition};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::{Unit as SimulatedUnit, stream};
use saddlepoint_theory::reciprocal::{
    Landscape, Machine, MeanField, Modes, Unit, exact_log_partition, gaussian_log_partition,
    is_enumerable, naive_solutions, one_loop_log_partition, tap,
};
use saddlepoint_theory::solver::Stop;
use std::io::{self, Write};

/// Effective chains below which annealing has not met the weights that carry its mean.
const FEWEST_CHAINS: f64 = 10.0;

/// One row per method; what a method cannot give is missing.
pub(super) fn run(args: &LandauArgs, cases: &[Case]) -> Result<Status> {
    let table = [
        &PARAMETERS[..],
        &[
            reciprocal::METHOD,
            reciprocal::LOG_Z,
            STANDARD_ERROR,
            reciprocal::EFFECTIVE_CHAINS,
        ],
        &OUTCOME_COLUMNS,
    ]
    .concat();
    let mut output = Output::open(&args.common, table)?;
    let mut status = Status::Done;
    for (index, case) in (0..).zip(cases) {
        let landscape = landscape(case, &mut status)?;
        let nothing = [Cell::Missing, Cell::Missing];
        for (method, log_z, state) in rows(case, &landscape, &mut status)? {
            let row = [method.into(), log_z.into()];
            output.push([&case.cells[..], &row, &nothing, &state].concat())?;
        }
        let found = annealed(args, case, index, &mut status)?;
        let row = [
            "ais".into(),
            found.value.into(),
            found.standard_error.into(),
            found.effective_chains.into(),
        ];
        output.push([&case.cells[..], &row, &none()].concat())?;
    }
    output.finish()?;
    Ok(status)
}

type Row = (&'static str, Option<f64>, [Cell; 3]);

/// The state of a method that solves nothing.
fn none() -> [Cell; 3] {
    [Cell::Missing, Cell::Missing, Cell::Missing]
}

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

/// Annealing from free units to the machine, with a word on stderr where its error bar cannot be trusted.
fn annealed(
    args: &LandauArgs,
    case: &Case,
    index: u64,
    status: &mut Status,
) -> Result<LogPartition> {
    let machine = simulated(&case.machine)?;
    let mut random = stream(args.common.seed, "landau log-z", index);
    let annealing = Annealing::linear(usize::try_from(args.temperatures)?)?;
    let chains = usize::try_from(args.chains)?;
    let found = annealing
        .forward(&machine, chains, &mut random)?
        .log_partition()
        .context("--log-z: annealing")?;
    if found.effective_chains < FEWEST_CHAINS.min(0.5 * f64::from(args.chains)) {
        *status = Status::Incomplete;
        // Nowhere is left to say that stderr is closed.
        let _ = writeln!(
            io::stderr(),
            "saddlepoint: --log-z: annealing rests on {:.1} of {} chains; raise --temperatures {} or --chains {}",
            found.effective_chains,
            args.chains,
            args.temperatures,
            args.chains
        );
    }
    Ok(found)
}

/// The same machine for the simulator.
fn simulated(machine: &Machine) -> Result<Rbm> {
    let layer = |unit: Unit, biases: &[f64]| {
        let unit = match unit {
            Unit::Spin => SimulatedUnit::Spin,
            Unit::Binary => SimulatedUnit::Binary,
            Unit::Gaussian => SimulatedUnit::Gaussian,
            Unit::DoubleWell(unit) => SimulatedUnit::DoubleWell {
                theta: unit.threshold(),
            },
            Unit::Rectified => SimulatedUnit::Rectified,
        };
        Layer::new(unit, biases.to_vec())
    };
    Ok(Rbm::new(
        machine.weights().clone(),
        layer(machine.visible(), machine.visible_bias())?,
        layer(machine.hidden(), machine.hidden_bias())?,
    )?)
}
