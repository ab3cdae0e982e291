use super::Status;
use super::ask::{ask, monitored, share_work};
use crate::cli::validate::ValidateArgs;
use crate::notice::say;
use crate::output::kept;
use crate::questions::controls::Controls;
use crate::questions::validate::Validate;
use anyhow::{Context, Result};
use saddlepoint_validation::cost::Cost;
use saddlepoint_validation::experiments;
use saddlepoint_validation::journal::Shard;
use saddlepoint_validation::runner::{Preset, journal_path};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// Runs experiments and writes their rows into one table.
pub(super) fn run(args: &ValidateArgs) -> Result<Status> {
    if args.list {
        return list(args);
    }
    if args.dry_run {
        return dry_run(args);
    }
    if let Some(shard) = args.shard {
        return share(args, shard);
    }
    if let Some(folder) = args.checkpoints() {
        kept::checkpoints(&folder);
    }
    let status = ask(&args.common, || {
        let question = args.question()?;
        say_cost(args, &question)?;
        Ok(question)
    })?;
    if let Some(folder) = args.checkpoints().filter(|_| args.checkpoint.is_none()) {
        // The table is in place: the journals have done their work. A folder that the user named is kept, as is what else stands in it.
        remove(&folder)?;
    }
    Ok(status)
}

/// Does the share of a shard, which is kept in its journal and nowhere else.
fn share(args: &ValidateArgs, shard: Shard) -> Result<Status> {
    let share = args.share(shard)?;
    share_work(&args.common)?;
    kept::checkpoints(&share.journal);
    let done = monitored(&args.common, |monitor| share.run(monitor))?;
    if !args.common.quiet {
        say(&done);
    }
    Ok(Status::Done)
}

/// Removes the journals of all experiments, and the folder if nothing else is in it.
fn remove(folder: &Path) -> Result<()> {
    let cannot = || format!("cannot remove the journals in {}", folder.display());
    let presets = [Preset::Quick, Preset::Standard, Preset::Paper];
    for experiment in experiments::all() {
        for preset in presets {
            match fs::remove_file(journal_path(folder, experiment.name(), preset)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(cannot);
                }
                _ => {}
            }
        }
    }
    // It stays where somebody keeps something in it.
    let _ = fs::remove_dir(folder);
    Ok(())
}

/// Time in which tasks are tried for a dry run.
const TRIED: Duration = Duration::from_secs(2);

/// Time in which they are tried before a run.
const TRIED_BEFORE: Duration = Duration::from_millis(200);

/// Seconds of one core from which on a run says before it starts what it will cost.
const LONG: f64 = 30.0;

/// Says what a run will cost, if it is a long one.
fn say_cost(args: &ValidateArgs, question: &Validate) -> Result<()> {
    if args.common.quiet {
        return Ok(());
    }
    for experiment in &question.experiments {
        let experiment = experiment.validation();
        let cost = experiment.cost(None, &question.settings, TRIED_BEFORE)?;
        if cost.seconds > LONG {
            say(&format!("{}: {}", experiment.name(), in_words(&cost)));
        }
    }
    Ok(())
}

/// What each experiment will cost.
fn dry_run(args: &ValidateArgs) -> Result<Status> {
    let question = args.question()?;
    let mut stdout = io::stdout().lock();
    for experiment in &question.experiments {
        let experiment = experiment.validation();
        let cost = experiment.cost(args.shard, &question.settings, TRIED)?;
        writeln!(stdout, "{}: {}", experiment.name(), in_words(&cost))?;
    }
    Ok(Status::Done)
}

/// A cost for a reader.
fn in_words(cost: &Cost) -> String {
    let Cost {
        points,
        replicas,
        seconds,
        bytes,
    } = cost;
    let time = match seconds {
        ..120.0 => format!("{seconds:.0} s"),
        ..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    };
    let memory = bytes.map_or(String::new(), |bytes| {
        format!(", {:.0} MB of memory", bytes / 1e6)
    });
    format!("{points} points, {replicas} replicas, about {time} of one core{memory}")
}

/// Names and descriptions for a reader; with a file, a format or columns, the table of the controls.
fn list(args: &ValidateArgs) -> Result<Status> {
    let common = &args.common;
    if common.output.is_some() || common.format.is_some() || !common.fields.is_empty() {
        return ask(common, || Ok(Controls));
    }
    let mut stdout = io::stdout().lock();
    for experiment in experiments::all() {
        writeln!(
            stdout,
            "{:27}{}",
            experiment.name(),
            experiment.description()
        )?;
    }
    Ok(Status::Done)
}
