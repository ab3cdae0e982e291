//! `simulate train`: a machine learns from samples.

mod checkpoint;
mod log;
mod plan;

use super::{Pair, size};
use crate::cli::args::CommonArgs;
use crate::cli::simulate::train::TrainArgs;
use crate::commands::{Status, thread_pool};
use crate::old::npz::Archive;
use crate::old::{Output, staged};
use crate::progress::Progress;
use anyhow::{Context, Result, ensure};
use checkpoint::{Folder, Saved, Settings};
use plan::Plan;
use rayon::prelude::*;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::stream;
use saddlepoint_simulator::training::Trainer;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time between two checkpoints where the epochs between them are not given.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(30);
/// Name of the random numbers of initial weights and of the training; replica r has those numbered r.
const STREAM: &str = "simulate train";

/// A training at its end.
struct Trained {
    machine: Rbm,
    log: Vec<Vec<f64>>,
}

/// Trains every replica; writes the machines and the log.
pub(super) fn run(args: &TrainArgs) -> Result<Status> {
    let plan = Plan::new(args)?;
    let pair = Pair::new(
        args.common.output_file(),
        args.log.weights.as_deref(),
        "npz",
        true,
    );
    ensure!(
        pair.table.is_none() || pair.table != pair.array,
        "the machine and the log have the same name; choose two"
    );
    let common = CommonArgs {
        output: pair.table.clone(),
        ..args.common.clone()
    };
    let mut output = Output::open(&common, log::columns(&plan))?;
    let mut trajectory = trajectory(args, &pair)?;
    let archives = archives(pair.array.as_deref(), args.ascent.replicas)?;
    let kept = Kept::new(args, pair.array.as_deref().or(pair.table.as_deref()))?;
    let trained = thread_pool(&common)?.install(|| train_all(args, &plan, &kept))?;
    for (replica, trained) in trained.iter().enumerate() {
        for row in &trained.log {
            output.push(log::cells(&plan, replica, row))?;
            if let Some(trajectory) = &mut trajectory {
                for cells in log::trajectory_cells(&plan, replica, row) {
                    trajectory.push(cells)?;
                }
            }
        }
    }
    write_archives(archives, &trained)?;
    trajectory.map(Output::finish).transpose()?;
    output.finish()?;
    kept.remove()?;
    Ok(Status::Done)
}

/// The table of the weights in training, if it is wanted.
fn trajectory(args: &TrainArgs, pair: &Pair) -> Result<Option<Output>> {
    let Some(file) = &args.log.trajectory else {
        return Ok(None);
    };
    let taken = [&pair.table, &pair.array];
    ensure!(
        !taken.contains(&&Some(file.clone())),
        "--trajectory {}: the log or the machine has this name; choose another",
        file.display()
    );
    let common = CommonArgs {
        output: Some(file.clone()),
        plot: None,
        ..args.common.clone()
    };
    Output::open(&common, log::trajectory_columns()).map(Some)
}

/// The checkpoints of a run.
struct Kept {
    folder: Option<Folder>,
    /// Whether it is ours to remove.
    is_temporary: bool,
    every: Option<u64>,
}

impl Kept {
    fn new(args: &TrainArgs, output: Option<&Path>) -> Result<Self> {
        let named = args.log.checkpoint.clone();
        let beside = output
            .filter(|path| !path.exists() || path.is_file())
            .map(|path| {
                let mut name = path.as_os_str().to_owned();
                name.push(".checkpoints");
                PathBuf::from(name)
            });
        let is_temporary = named.is_none();
        let folder = named.or(beside);
        ensure!(
            folder.is_some() || !args.log.resume,
            "--resume needs checkpoints to go on from; name the same --output or --checkpoint as before"
        );
        Ok(Self {
            folder: folder.map(Folder::new),
            is_temporary,
            every: args.log.every,
        })
    }

    fn is_due(&self, epoch: u64, last: Instant) -> bool {
        match self.every {
            Some(every) => epoch.is_multiple_of(every),
            None => last.elapsed() > CHECKPOINT_EVERY,
        }
    }

    /// Removes a default folder once the output is in place; one that the user named is kept.
    fn remove(&self) -> Result<()> {
        match &self.folder {
            Some(folder) if self.is_temporary => folder.remove(),
            _ => Ok(()),
        }
    }
}

fn train_all(args: &TrainArgs, plan: &Plan, kept: &Kept) -> Result<Vec<Trained>> {
    let replicas = u64::from(args.ascent.replicas);
    let total = args.ascent.epochs.saturating_mul(replicas);
    let progress = Progress::new(total, args.common.quiet);
    let done = AtomicU64::new(0);
    let advance = |epochs: u64| {
        progress.set(done.fetch_add(epochs, Ordering::Relaxed) + epochs, total);
    };
    (0..replicas)
        .into_par_iter()
        .map(|replica| {
            let name = || format!("replica {replica}");
            train(args, plan, replica, kept, &advance).with_context(name)
        })
        .collect()
}

/// One training, from its start or its checkpoint to its last epoch.
fn train(
    args: &TrainArgs,
    plan: &Plan,
    replica: u64,
    kept: &Kept,
    advance: &(dyn Fn(u64) + Sync),
) -> Result<Trained> {
    let samples = plan.samples(replica)?;
    let mut rng = stream(args.common.seed, STREAM, replica);
    let start = plan.start(&samples, &mut rng)?;
    let observer = log::Observer::new(plan, &samples)?;
    let settings = Settings::new(args, plan, &samples);
    let file = kept.folder.as_ref().map(|folder| folder.file(replica));
    let saved = match &file {
        Some(file) if args.log.resume => Saved::read(file, &settings)?,
        _ => None,
    };
    let training = plan.training();
    let (mut trainer, mut log) = if let Some(saved) = saved {
        let trainer = Trainer::resume(training, &start, &samples, &saved.state)?;
        (trainer, saved.log)
    } else {
        let trainer = Trainer::new(training, start, &samples, &mut rng)?;
        let first = observer.row(&trainer)?;
        (trainer, vec![first])
    };
    let (epochs, found) = (args.ascent.epochs, trainer.epochs());
    ensure!(
        found <= epochs,
        "the checkpoint is {found} epochs old; ask for --epochs {found} or more"
    );
    advance(found);
    let mut last = Instant::now();
    while trainer.epochs() < epochs {
        trainer.epoch()?;
        let epoch = trainer.epochs();
        if epoch == epochs || epoch.is_multiple_of(args.log.log_every) {
            log.push(observer.row(&trainer)?);
        }
        if let Some(file) = &file
            && (epoch == epochs || kept.is_due(epoch, last))
        {
            Saved::write(file, &settings, &trainer.checkpoint(), &log)?;
            last = Instant::now();
        }
        advance(1);
    }
    // The last row of a shorter run that this one continues.
    log.retain(|row| log::is_wanted(row, args.log.log_every, epochs));
    Ok(Trained {
        machine: trainer.machine().clone(),
        log,
    })
}

/// The files of the machines: the name as given, or numbered by replicas.
fn archives(file: Option<&Path>, replicas: u32) -> Result<Vec<staged::Staged>> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    if replicas == 1 {
        return Ok(vec![staged::Staged::open(file)?]);
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let numbered = |replica| file.with_file_name(format!("{stem}-{replica}.npz"));
    (0..replicas)
        .map(|replica| staged::Staged::open(&numbered(replica)))
        .collect()
}

fn write_archives(mut files: Vec<staged::Staged>, trained: &[Trained]) -> Result<()> {
    for (file, trained) in files.iter_mut().zip(trained) {
        let mut archive = Archive::new();
        archive.matrix("W", trained.machine.weights())?;
        archive.vector("b", trained.machine.visible().biases())?;
        archive.vector("c", trained.machine.hidden().biases())?;
        let bytes = archive.finish()?;
        file.write_all(&bytes)
            .with_context(|| file.cannot_write())?;
    }
    staged::commit(files)
}
