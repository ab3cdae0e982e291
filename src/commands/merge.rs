//! `merge`: a table from the journals of its shards, or a log from those of its replicas.

use super::Status;
use super::ask::{ask_of_seed, report};
use crate::cli::merge::MergeArgs;
use crate::notice::say;
use anyhow::{Context, Result, ensure};
use saddlepoint::output::{Origin, Summary, TableWriter, Tally, read_table, staged};
use saddlepoint::questions::train::logs::{self, Part};
use saddlepoint_validation::journal::Journals;
use std::path::Path;

/// Reads the journals, or the logs, and writes their table.
pub(super) fn run(args: &MergeArgs) -> Result<Status> {
    for file in &args.files {
        staged::reading(file).with_context(|| file.display().to_string())?;
    }
    let is_table = |file: &Path| {
        file.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
    };
    if args.files.iter().all(|file| is_table(file)) {
        return replicas(args);
    }
    ensure!(
        !args.mean,
        "--mean is for logs of simulate train; leave it out"
    );
    let journals = Journals::open(&args.files)?;
    ask_of_seed(&args.table, journals.header().seed, || {
        let merge = args.question(&journals)?;
        if !args.table.quiet {
            merge.notices.iter().for_each(|words| say(words));
        }
        Ok(merge)
    })
}

/// Flags of a training that do not decide on the rows of a replica's log.
const OF_THE_RUN: [&str; 15] = [
    "-o",
    "--output",
    "--format",
    "--replicas",
    "--save",
    "--trajectory",
    "--checkpoint",
    "--every",
    "--resume",
    "--plot",
    "--width",
    "--threads",
    "-q",
    "--quiet",
    "--seed",
];

/// The logs of replicas in their order, or their mean.
fn replicas(args: &MergeArgs) -> Result<Status> {
    ensure!(
        args.file.is_none(),
        "--file is for journals of validate; leave it out"
    );
    let seed = Origin::of(&args.files[0])?.seed;
    let destination = args.table.destination_of_seed(seed)?;
    destination.check()?;
    let logs: Result<Vec<Part>> = args.files.iter().map(|file| log(file)).collect();
    let table = logs::joined(logs?)?;
    if let Some(gaps) = logs::gaps(&table).filter(|_| !args.table.quiet) {
        say(&gaps);
    }
    let table = if args.mean {
        logs::mean(&table)?
    } else {
        table
    };
    let mut writer = TableWriter::open(&destination, &table.name, table.columns.clone(), &[])?;
    writer.begin(table.columns)?;
    table
        .rows
        .into_iter()
        .try_for_each(|row| writer.push(row))?;
    let written = writer.finish()?;
    let summary = Summary {
        tally: Tally::default(),
        file: written.file,
        undrawn: written.undrawn,
    };
    Ok(report(&summary, args.table.quiet))
}

fn log(file: &Path) -> Result<Part> {
    let name = file.display().to_string();
    let origin = Origin::of(file)?;
    let mut settings = origin.flags(&OF_THE_RUN);
    // Also where it was not typed.
    settings.insert("--seed".to_owned(), origin.seed.to_string());
    Ok(Part {
        table: read_table(file).with_context(|| name.clone())?.table,
        name,
        settings,
    })
}
