//! `merge`: a table from the journals of its shards, or from tables of its parts.

use super::Status;
use super::ask::{ask_of_seed, report};
use crate::cli::merge::MergeArgs;
use crate::notice::say;
use crate::output::sidecar::{Outcome, Short};
use crate::output::{Origin, Summary, TableWriter, Tally, read_table, staged};
use crate::questions::joined::{self, Part};
use anyhow::{Context, Result, ensure};
use saddlepoint_validation::journal::Journals;
use std::path::Path;

/// Reads the journals, or the tables, and writes their table.
pub(super) fn run(args: &MergeArgs) -> Result<Status> {
    for file in &args.files {
        staged::reading(file).with_context(|| file.display().to_string())?;
    }
    let is_table = |file: &Path| {
        file.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
    };
    if args.files.iter().all(|file| is_table(file)) {
        return tables(args);
    }
    ensure!(
        !args.mean,
        "--mean is for replicas of simulate train and gibbs; leave it out"
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

/// Flags that do not decide on the rows of a replica or of a point.
const OF_THE_RUN: [&str; 20] = [
    "-o",
    "--output",
    "--format",
    "--replicas",
    "--shard",
    "--note",
    "--configurations",
    "--ladder",
    "--trace",
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

/// The rows of replicas or of the points of a grid in their order, or means over the replicas.
fn tables(args: &MergeArgs) -> Result<Status> {
    ensure!(
        args.file.is_none(),
        "--file is for journals of validate; leave it out"
    );
    let seed = Origin::of(&args.files[0])?.seed;
    let destination = args.table.destination_of_seed(seed)?;
    destination.check()?;
    let mut short = Vec::new();
    let parts = args.files.iter().map(|file| part(file, &mut short));
    let table = joined::joined(parts.collect::<Result<_>>()?)?;
    if let Some(gaps) = joined::gaps(&table).filter(|_| !args.table.quiet) {
        say(&gaps);
    }
    let table = if args.mean {
        joined::mean(&table)?
    } else {
        table
    };
    let rows = table.rows.len();
    let mut writer = TableWriter::open(&destination, &table.name, table.columns.clone(), &[])?;
    writer.begin(table.columns)?;
    table
        .rows
        .into_iter()
        .try_for_each(|row| writer.push(row))?;
    let tally = Tally::of(rows, short);
    let outcome = Outcome {
        shortfalls: tally.short().to_vec(),
        part: None,
    };
    let written = writer.finish(&outcome)?;
    let summary = Summary {
        tally,
        file: written.file,
        undrawn: written.undrawn,
    };
    Ok(report(&summary, args.table.quiet))
}

/// Reads a table, and adds to `short` its rows that are no full answer.
fn part(file: &Path, short: &mut Vec<Short>) -> Result<Part> {
    let name = file.display().to_string();
    let origin = Origin::of(file)?;
    let mut settings = origin.flags(&OF_THE_RUN);
    // Also where it was not typed.
    settings.insert("--seed".to_owned(), origin.seed.to_string());
    short.extend(origin.shortfalls);
    Ok(Part {
        part: origin.part,
        table: read_table(file).with_context(|| name.clone())?.table,
        name,
        settings,
    })
}
