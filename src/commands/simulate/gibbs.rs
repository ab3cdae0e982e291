//! `simulate gibbs`: the observables of a machine, its configurations and its trace.

use super::Pair;
use crate::cli::simulate::gibbs::GibbsArgs;
use crate::commands::Status;
use crate::commands::ask::{monitored, report, share_work};
use crate::output::matrix::MatrixOutput;
use crate::output::{Writer, staged};
use crate::questions::Question;
use crate::questions::draw::UNIT_VALUE;
use crate::questions::gibbs::{Row, tempering, trace};
use anyhow::{Result, ensure};

/// Samples a machine; writes the observables, and configurations and trace where they are wanted.
pub(super) fn run(args: &GibbsArgs) -> Result<Status> {
    let common = &args.common;
    let pair = Pair::new(common, args.configurations.as_deref(), "npy", false)?;
    let mut table = Writer::<Row>::open(&pair.table, args.left_out())?;
    let array = pair.array.as_deref();
    let array = array.map(MatrixOutput::beside).transpose()?;
    let trace = pair.beside::<trace::Row>("--trace", args.trace.as_deref())?;
    let ladder = pair.beside::<tempering::Row>("--ladder", args.ladder.as_deref())?;
    let is_one = args.replicas.numbers().len() == 1;
    ensure!(
        is_one || (array.is_none() && trace.is_none() && ladder.is_none()),
        "configurations, --trace and --ladder are of one replica: name it by --replicas A:B with B = A + 1, or write the observables alone"
    );
    share_work(common)?;
    let gibbs = args.question()?;
    if !is_one {
        monitored(common, |monitor| {
            gibbs.ask(monitor, &mut |row| table.push(&row))
        })?;
        return Ok(report(&table.finish()?, common.quiet));
    }
    let replica = gibbs.replicas.start;
    let sampled = monitored(common, |monitor| {
        gibbs.sample(replica, monitor, array.is_some())
    })?;
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
