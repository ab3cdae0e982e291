use super::Status;
use super::ask::ask;
use crate::cli::validate::ValidateArgs;
use anyhow::{Context, Result};
use saddlepoint_validation::experiments;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Runs experiments and writes their rows into one table.
pub(super) fn run(args: &ValidateArgs) -> Result<Status> {
    if args.list {
        return list();
    }
    let status = ask(&args.common, || args.question())?;
    if let Some(folder) = args.checkpoints().filter(|_| args.checkpoint.is_none()) {
        // The table is in place: the default folder has done its work. One that the user named is kept.
        remove(&folder)?;
    }
    Ok(status)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn list() -> Result<Status> {
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
