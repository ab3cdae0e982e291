//! `simulate train`: machines that learn from samples, their log, and checkpoints from which a run goes on.

mod checkpoint;
mod numbers;
mod results;

use super::Pair;
use crate::cli::simulate::train::{Setting, TrainArgs};
use crate::commands::Status;
use crate::commands::ask::{ask_grid, monitored, report, share_work};
use crate::notice::say;
use crate::output::is_closed_pipe;
use crate::questions::in_order;
use crate::questions::train::{Row, Seen, Train, Watch, nothing_to_learn};
use anyhow::Result;
use checkpoint::Kept;
use results::Results;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::training::Trainer;

/// What a replica says.
enum Said {
    /// A row of the log.
    Row(Row),
    /// Its number, and the machine at its end.
    Machine(usize, Rbm),
}

/// Trains every replica at each setting.
pub(super) fn run(args: &TrainArgs) -> Result<Status> {
    match args.settings()?.as_slice() {
        [setting] if args.common.shard.is_none() => one(args, setting),
        settings => {
            let trainings = args.grid(settings)?;
            ask_grid(&args.common, || Ok(trainings))
        }
    }
}

/// Trains every replica at one setting; writes the machines and the log.
fn one(args: &TrainArgs, setting: &Setting) -> Result<Status> {
    let common = &args.common;
    let pair = Pair::new(common, args.log.save.as_deref(), "npz", true)?;
    pair.table.check()?;
    share_work(common)?;
    let train = args.question(setting)?;
    let mut results = Results::open(args, &pair, &train)?;
    if !common.quiet {
        let nothing = nothing_to_learn(&train)?;
        let notices = [nothing, train.row_notice()];
        notices.into_iter().flatten().for_each(|words| say(&words));
    }
    let output = pair.array.as_deref().or(pair.table.file.as_deref());
    let kept = Kept::new(&args.log, output)?;
    monitored(common, |monitor| {
        let watch = train.watch(monitor);
        let run = |replica: usize, say: &mut Say<'_>| {
            let run = replica_from(args, &train, &kept, replica, &watch, say);
            train.named(replica, run)
        };
        in_order(train.replicas.clone(), run, &mut |said| results.hear(said))
    })?;
    let finished = results.finish()?;
    // A log that could not be written is still in the checkpoints.
    if finished.log.as_ref().err().is_none_or(is_closed_pipe) {
        kept.remove()?;
    }
    if !common.quiet {
        finished.report();
    }
    Ok(report(&finished.log?, common.quiet))
}

type Say<'a> = dyn FnMut(Said) -> Result<()> + 'a;

/// One training, from its start or its checkpoint to its last epoch.
fn replica_from(
    args: &TrainArgs,
    train: &Train,
    kept: &Kept,
    replica: usize,
    watch: &Watch<'_>,
    say: &mut Say<'_>,
) -> Result<()> {
    let sets = train.sets(replica)?;
    let mut memory = kept.replica(replica, args, train, &sets);
    let saved = match &mut memory {
        Some(memory) if args.log.resume => memory.recall(train)?,
        _ => None,
    };
    let (state, rows) = saved.unzip();
    // But for the last row of a shorter run that this one continues.
    let rows = rows
        .into_iter()
        .flatten()
        .filter(|seen: &Seen| train.logs(seen.epoch));
    rows.map(|seen| Said::Row(train.row(replica, seen)))
        .try_for_each(&mut *say)?;
    let mut listener = |trainer: &Trainer<'_>, seen: Option<Seen>| {
        if let Some(memory) = &mut memory {
            memory.note(trainer, seen.as_ref())?;
        }
        let Some(seen) = seen else {
            return Ok(());
        };
        if let Some(folder) = &args.log.history {
            results::keep(folder, train, trainer.machine(), seen.epoch)?;
        }
        say(Said::Row(train.row(replica, seen)))
    };
    let machine = train.replica(replica, &sets, state.as_ref(), watch, &mut listener)?;
    say(Said::Machine(replica, machine))
}
