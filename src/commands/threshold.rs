use super::ask::{monitored, share_work};
use super::{Asker, OnFiles, Status};
use crate::cli::threshold::ThresholdArgs;
use crate::notice::say;
use crate::output::{staged, sums};
use crate::questions::large::range;
use crate::questions::{DataModel, Monitor};
use anyhow::{Context, Result};

/// Critical sample sizes, of a model, of a data matrix, or with a parameter that is solved for.
pub(super) fn run(args: &ThresholdArgs) -> Result<Status> {
    if args.data.data == DataModel::Samples && args.save_sums.is_some() {
        let common = &args.common;
        share_work(common)?;
        let words = monitored(common, |monitor| save_sums(args, monitor))?;
        if !common.quiet {
            say(&words);
        }
        return Ok(Status::Done);
    }
    table(args, &OnFiles)
}

/// Asks for the table that the flags want.
pub(super) fn table(args: &ThresholdArgs, asker: &impl Asker) -> Result<Status> {
    let common = &args.common;
    match args.solve_for {
        _ if args.data.data == DataModel::Samples && args.explain => {
            asker.ask(common.of_one()?, || args.explain_samples())
        }
        _ if args.explain => asker.ask_grid(common, || args.explain()),
        _ if args.data.data == DataModel::Samples => asker.ask(common.of_one()?, || args.samples()),
        Some(unknown) => asker.ask_grid(common, || args.inverse(unknown)),
        None => asker.ask_grid(common, || args.question()),
    }
}

/// Sums over the samples of a table or of a part of it, into a file; says which in a line.
pub(crate) fn save_sums(args: &ThresholdArgs, monitor: &Monitor<'_>) -> Result<String> {
    let path = args.save_sums.as_deref().context("--save-sums")?;
    let file = staged::Staged::open(path)?;
    let table = args.summed_table()?;
    let rows = table.blocks.rows();
    let range = match args.common.shard {
        Some(shard) => range(shard, rows)?,
        None => 0..rows,
    };
    let summed = table.sums(range.clone(), monitor)?;
    staged::commit(vec![sums::write(file, &summed)?])?;
    Ok(format!(
        "wrote the sums of the samples {} to {} of {rows} to {}",
        range.start,
        range.end,
        path.display()
    ))
}
