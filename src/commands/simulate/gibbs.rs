//! `simulate gibbs`: the observables of a machine, its configurations and its trace.

use super::Pair;
use crate::cli::simulate::gibbs::GibbsArgs;
use crate::commands::Status;
use crate::commands::ask::{monitored, report, share_work};
use anyhow::Result;
use saddlepoint::output::matrix::MatrixOutput;
use saddlepoint::output::{Writer, staged};
use saddlepoint::questions::draw::UNIT_VALUE;
use saddlepoint::questions::gibbs::{Row, tempering, trace};

/// Samples a machine; writes the observables, and configurations and trace where they are wanted.
pub(super) fn run(args: &GibbsArgs) -> Result<Status> {
    let common = &args.common;
    let pair = Pair::new(common, args.configurations.as_deref(), "npy", false)?;
    let mut table = Writer::<Row>::open(&pair.table, args.left_out())?;
    let array = pair.array.as_deref();
    let array = array.map(MatrixOutput::beside).transpose()?;
    let trace = pair.beside::<trace::Row>("--trace", args.trace.as_deref())?;
    let ladder = pair.beside::<tempering::Row>("--ladder", args.ladder.as_deref())?;
    share_work(common)?;
    let gibbs = args.question()?;
    let sampled = monitored(common, |monitor| gibbs.sample(monitor, array.is_some()))?;
    for row in gibbs.rows(&sampled)? {
        table.push(&row)?;
    }
    if let Some(mut trace) = trace {
        sampled.trace().try_for_each(|row| trace.push(&row))?;
        trace.finish()?;
    }
    if let Some(mut ladder) = ladder {
        sampled.ladder.iter().try_for_each(|row| ladder.push(row))?;
        ladder.finish()?;
    }
    if let (Some(array), Some(configurations)) = (array, &sampled.configurations) {
        staged::commit(array.write(configurations, &[UNIT_VALUE])?)?;
    }
    Ok(report(&table.finish()?, args.common.quiet))
}
