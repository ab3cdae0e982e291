//! A question asked from the command line: its table into its file, and a word on how it went.

use super::Status;
use crate::cli::args::{CommonArgs, GridArgs, TableArgs};
use crate::notice::say;
use crate::progress::Progress;
use anyhow::{Result, ensure};
use rayon::ThreadPoolBuilder;
use saddlepoint::output::sidecar::Short;
use saddlepoint::output::{Destination, Summary, Writer};
use saddlepoint::questions::{GridShare, Monitor, Question};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

/// Asks a question and writes the answer where the flags say. The files are tried before the question is made, which may read others.
pub(super) fn ask<Q: Question>(
    common: &CommonArgs,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    ask_of_seed(&common.table, common.seed, question)
}

/// Asks a question about the points of a grid, or about a part of them.
pub(super) fn ask_grid<Q: Question>(
    args: &GridArgs,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    let Some(shard) = args.shard else {
        return ask(args, question);
    };
    let destination = args.destination()?;
    ensure!(
        destination.file.is_some() && destination.figure.is_none(),
        "--shard {shard}: the part of a table is kept in a file, and drawn when all are merged; name it by --output FILE.csv, and leave --plot out"
    );
    let share = GridShare::new(shard);
    answer(args, &destination, Some(&share), question)
}

/// Asks a question whose random numbers are of a seed that is no flag.
pub(super) fn ask_of_seed<Q: Question>(
    args: &TableArgs,
    seed: u64,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    answer(args, &args.destination_of_seed(seed)?, None, question)
}

/// Asks a question, or a share of it, and writes the answer.
fn answer<Q: Question>(
    args: &TableArgs,
    destination: &Destination,
    share: Option<&GridShare>,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    destination.check()?;
    share_work(args)?;
    let question = question()?;
    let mut table = Writer::<Q::Row>::open(destination, &question.leaves_out())?;
    monitored(args, |monitor| {
        let monitor = Monitor { share, ..*monitor };
        question.ask(&monitor, &mut |row| {
            share.into_iter().for_each(GridShare::count_row);
            table.push(&row)
        })
    })?;
    let summary = table.finish_part(share.map(GridShare::part))?;
    Ok(report(&summary, args.quiet))
}

/// Has everything that comes computed on as many threads as asked for; once, before the first of it.
pub(super) fn share_work(args: &TableArgs) -> Result<()> {
    ThreadPoolBuilder::new()
        .num_threads(args.threads())
        // Else every parallel step of a training would wake another thread and wait for it.
        .use_current_thread()
        .build_global()?;
    Ok(())
}

/// Runs something with a bar on stderr if someone is looking.
pub(super) fn monitored<T>(
    args: &TableArgs,
    run: impl FnOnce(&Monitor<'_>) -> Result<T>,
) -> Result<T> {
    let bar = OnceLock::new();
    let progress = |done: u64, total: u64| {
        bar.get_or_init(|| Progress::new(total, args.quiet))
            .set(done, total);
    };
    let stage = |words: &str| {
        bar.get_or_init(|| Progress::new(0, args.quiet)).say(words);
    };
    let cancelled = AtomicBool::new(false);
    let monitor = Monitor {
        progress: &progress,
        stage: &stage,
        cancelled: &cancelled,
        share: None,
    };
    run(&monitor)
}

/// Says on stderr which rows are no full answer, for which the exit status is 1, and how the others went unless `quiet`.
pub(super) fn report(summary: &Summary, quiet: bool) -> Status {
    if !quiet && !summary.verdicts.is_empty() {
        let words = summary.verdicts.iter();
        let mut words: Vec<String> = words
            .map(|(word, count)| format!("{count} {word}"))
            .collect();
        words.extend(
            summary
                .file
                .iter()
                .map(|file| format!("wrote {}", file.display())),
        );
        say(&words.join(", "));
    }
    for Short { what, remedy, rows } in &summary.shortfalls {
        say(&format!(
            "{rows} of {} rows: {what}; {remedy}",
            summary.rows
        ));
    }
    summary.undrawn.iter().for_each(|why| say(why));
    if summary.shortfalls.is_empty() && summary.undrawn.is_none() {
        Status::Done
    } else {
        Status::Incomplete
    }
}
