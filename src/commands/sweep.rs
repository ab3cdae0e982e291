//! `sweep`: a command at many settings.

use super::Status;
use crate::cli::sweep::SweepArgs;
use crate::cli::threads::granted;
use crate::notice::say;
use crate::progress::Progress;
use crate::sweep::{Run, Sweep};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Prints the commands of a sweep or runs those that are not done yet.
pub(super) fn run(args: &SweepArgs) -> Result<Status> {
    let sweep = Sweep::read(&args.file)?;
    if args.print {
        let mut stdout = io::stdout().lock();
        for run in &sweep.runs {
            writeln!(stdout, "{}", run.line()?)?;
        }
        return Ok(Status::Done);
    }
    let mut open = Vec::new();
    for run in &sweep.runs {
        if !run.is_done()? {
            open.push(run);
        }
    }
    let total = sweep.runs.len();
    let incomplete = all(&open, total, args)?;
    if !args.quiet {
        let before = total - open.len();
        say(&format!("{total} runs are done, {before} of them before"));
    }
    if incomplete.is_empty() {
        return Ok(Status::Done);
    }
    let words = incomplete.join(", ");
    say(&format!("incomplete, with exit status 1: {words}"));
    Ok(Status::Incomplete)
}

/// Runs on several processes at a time; returns the files of those that ended with exit status 1.
fn all(open: &[&Run], total: usize, args: &SweepArgs) -> Result<Vec<String>> {
    let program = env::current_exe().context("cannot find the program itself")?;
    let jobs = usize::from(args.jobs);
    let threads = (granted() / jobs).max(1);
    let progress = Progress::new(total as u64, args.quiet);
    let done = AtomicUsize::new(total - open.len());
    progress.set(done.load(Ordering::Relaxed) as u64, total as u64);
    let next = AtomicUsize::new(0);
    let outcome: Mutex<Result<Vec<String>>> = Mutex::new(Ok(Vec::new()));
    let work = || {
        while let Some(run) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
            let ended = one(&program, run, threads);
            let mut outcome = outcome
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            match (ended, outcome.as_mut()) {
                (Ok(true), _) | (_, Err(_)) => {}
                (Ok(false), Ok(incomplete)) => incomplete.push(run.output.display().to_string()),
                (Err(error), Ok(_)) => {
                    *outcome = Err(error);
                    // No further run is begun.
                    next.store(open.len(), Ordering::Relaxed);
                }
            }
            drop(outcome);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress.set(done as u64, total as u64);
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.min(open.len()) {
            scope.spawn(work);
        }
    });
    outcome
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Does one run; whether its answer is complete.
fn one(program: &Path, run: &Run, threads: usize) -> Result<bool> {
    if let Some(folder) = run.output.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let output = Command::new(program)
        .args(&run.arguments)
        .args(["--threads", &threads.to_string(), "--quiet"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .context("cannot start a run")?;
    match output.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => {
            let words = String::from_utf8_lossy(&output.stderr);
            let words = words.trim().trim_start_matches("saddlepoint: ");
            bail!("{}: {words}", run.line()?)
        }
    }
}
