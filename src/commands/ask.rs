//! A question that a command asks: on the command line its table goes into its file, with a word on how it went.

use super::Status;
use crate::cli::args::{CommonArgs, GridArgs, TableArgs};
use crate::notice::say;
use crate::output::{Destination, Format, Summary, Writer};
use crate::progress::Progress;
use crate::questions::{GridShare, Monitor, Question};
use anyhow::{Result, ensure};
use rayon::ThreadPoolBuilder;
use std::path::PathBuf;
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

    /// Asks the question about the points of a grid.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), and if a part of a grid is asked for where it can not be had.
    fn ask_grid<Q: Question>(
        &self,
        args: &GridArgs,
        question: impl FnOnce() -> Result<Q>,
    ) -> Result<Status> {
        self.ask(args.of_one()?, question)
    }
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

    fn ask_grid<Q: Question>(
        &self,
        args: &GridArgs,
        question: impl FnOnce() -> Result<Q>,
    ) -> Result<Status> {
        let Some(shard) = args.shard else {
            return self.ask(args, question);
        };
        let destination = args.destination()?;
        let is_csv = |file: &PathBuf| file.extension().is_some_and(|end| end == "csv");
        ensure!(
            destination.file.as_ref().is_some_and(is_csv)
                && matches!(destination.format, None | Some(Format::Csv))
                && destination.figure.is_none(),
            "--shard {shard}: the part of a table is kept as CSV, and drawn when all are merged; name it by --output FILE.csv, and leave --format and --plot out"
        );
        let share = GridShare::new(shard);
        answer(args, &destination, Some(&share), question)
    }
}

/// Asks a question and writes the answer where the flags say.
pub(super) fn ask<Q: Question>(
    common: &CommonArgs,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    OnFiles.ask(common, question)
}

/// Asks a question about the points of a grid, or about a part of them.
pub(super) fn ask_grid<Q: Question>(
    args: &GridArgs,
    question: impl FnOnce() -> Result<Q>,
) -> Result<Status> {
    OnFiles.ask_grid(args, question)
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
