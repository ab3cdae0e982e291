use super::ask::{monitored, share_work};
use super::{Asker, OnFiles, Status};
use crate::cli::threshold::ThresholdArgs;
use crate::notice::say;
use crate::output::{staged, sums};
use crate::questions::DataModel;
use crate::questions::large::range;
use anyhow::{Context, Result};

/// Critical sample sizes, of a model, of a data matrix, or with a parameter that is solved for.
pub(super) fn run(args: &ThresholdArgs) -> Result<Status> {
    if args.data.data == DataModel::Samples && args.save_sums.is_some() {
        return save_sums(args);
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

/// Sums over the samples of a table or of a part of it, into a file.
fn save_sums(args: &ThresholdArgs) -> Result<Status> {
    let common = &args.common;
    let path = args.save_sums.as_deref().context("--save-sums")?;
    let file = staged::Staged::open(path)?;
    share_work(common)?;
    let table = args.summed_table()?;
    let rows = table.blocks.rows();
    let range = match common.shard {
        Some(shard) => range(shard, rows)?,
        None => 0..rows,
    };
    let summed = monitored(common, |monitor| table.sums(range.clone(), monitor))?;
    staged::commit(vec![sums::write(file, &summed)?])?;
    if !common.quiet {
        say(&format!(
            "wrote the sums of the samples {} to {} of {rows} to {}",
            range.start,
            range.end,
            path.display()
        ));
    }
    Ok(Status::Done)
}
