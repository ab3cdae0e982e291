//! `simulate langevin`: Langevin dynamics in the modes of a machine.

use crate::cli::simulate::langevin::LangevinArgs;
use crate::commands::{Status, machine};
use crate::old::columns::{reciprocal, training};
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result, bail};
use saddlepoint_simulator::langevin::{Langevin, ModeRecord, Modes, Relaxation};
use saddlepoint_simulator::stream;

const COLUMNS: [Column; 8] = [
    reciprocal::MODE,
    reciprocal::SINGULAR_VALUE,
    training::VARIABLE,
    training::VARIANCE,
    training::VARIANCE_ERROR,
    training::RATE,
    training::RATE_ERROR,
    training::DIVERGED,
];

/// Lets walkers move; two rows per mode.
pub(super) fn run(args: &LangevinArgs) -> Result<Status> {
    let modes = match (&args.singular_values, &args.machine) {
        (Some(values), None) => Modes::infinite(values.values().to_vec())?,
        (None, Some(machine)) => Modes::of_machine(&machine::simulated(machine)?)?,
        _ => bail!("give either --singular-values or --weights"),
    };
    let mut output = Output::open(&args.common, COLUMNS.to_vec())?;
    let count = |x: u32| usize::try_from(x).context("a count is too large");
    let dynamics = Langevin {
        step: args.step,
        interval: count(args.interval)?,
        burn_in: count(args.burn_in)?,
        records: count(args.records)?,
        walkers: count(args.walkers)?,
        limit: args.limit,
    };
    let rng = &mut stream(args.common.seed, "simulate langevin", 0);
    let records = dynamics.run(&modes, rng)?;
    let shown = args.modes.and_then(|k| usize::try_from(k).ok());
    let shown = shown.unwrap_or(usize::MAX);
    for (mode, record) in records.iter().enumerate().take(shown) {
        output.push(cells(mode, record, "slow", &record.slow))?;
        output.push(cells(mode, record, "fast", &record.fast))?;
    }
    output.finish()?;
    Ok(Status::Done)
}

fn cells(mode: usize, record: &ModeRecord, variable: &'static str, seen: &Relaxation) -> Vec<Cell> {
    let (variance, rate) = (seen.variance, seen.rate);
    vec![
        mode.into(),
        record.singular_value.into(),
        variable.into(),
        variance.map(|estimate| estimate.mean).into(),
        variance.map(|estimate| estimate.standard_error).into(),
        rate.map(|estimate| estimate.mean).into(),
        rate.map(|estimate| estimate.standard_error).into(),
        seen.diverged.into(),
    ]
}
