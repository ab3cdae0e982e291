//! A question that a command asks: on the command line its table goes into its file, with a word on how it went.

use super::Status;
use crate::cli::args::{CommonArgs, TableArgs};
use crate::notice::say;
use crate::progress::Progress;
use anyhow::Result;
use rayon::ThreadPoolBuilder;
use saddlepoint::output::{Summary, Writer};
use saddlepoint::questions::{Monitor, Question};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

/// Asks the question of a command, and does something with the answer.
pub(crate) trait Asker {
    /// Asks the question that flags make.
    ///
    /// # Errors
    /// If the flags contradict each other, those of the question, or if the answer cannot be handed on.
    fn ask<Q: Question>(
        &self,
        common: &CommonArgs,
        question: impl FnOnce() -> Result<Q>,
    ) -> Result<Status>;
}

/// Writes the answer where the flags say. The files are tried before the question is made, which may read others.
pub(crate) struct OnFiles;

impl Asker for OnFiles {
    fn ask<Q: Question>(
        &self,
        common: &CommonArgs,
        question: impl FnOnce() -> Result<Q>,
    ) -> Result<Status> {
        ask_of_seed(&common.table, common.seed, question)
    }
}

/// Asks a question and writes the answer where the flags say.
pub(super) fn ask<Q: Question>(
    common: &CommonArgs,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    OnFiles.ask(common, question)
}

/// Asks a question whose random numbers are of a seed that is no flag.
pub(super) fn ask_of_seed<Q: Question>(
    args: &TableArgs,
    seed: u64,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    let destination = args.destination_of_seed(seed)?;
    destination.check()?;
    share_work(args)?;
    let question = question()?;
    let mut table = Writer::<Q::Row>::open(&destination, &question.leaves_out())?;
    monitored(args, |monitor| {
        question.ask(monitor, &mut |row| table.push(&row))
    })?;
    Ok(report(&table.finish()?, args.quiet))
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
    };
    run(&monitor)
}

/// Says on stderr which rows are no full answer, for which the exit status is 1, and how the others went unless `quiet`.
pub(super) fn report(summary: &Summary, quiet: bool) -> Status {
    let tally = &summary.tally;
    if !quiet && tally.verdicts().len() > 0 {
        let words = tally.verdicts();
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
    tally.shortfalls().for_each(|words| say(&words));
    summary.undrawn.iter().for_each(|why| say(why));
    if tally.is_full() && summary.undrawn.is_none() {
        Status::Done
    } else {
        Status::Incomplete
    }
}
