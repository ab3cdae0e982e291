//! The state of a training in a file, an `.npz` that other programs can read too.

use super::numbers;
use crate::cli::simulate::train::{LogArgs, TrainArgs};
use crate::input;
use crate::output::kept;
use crate::output::npz::Archive;
use crate::output::staged::{self, Staged};
use crate::questions::train::{Seen, Sets, Train};
use anyhow::{Context, Result, anyhow, bail, ensure};
use flate2::Crc;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::samples::Values;
use saddlepoint_simulator::training::{Checkpoint, Trainer};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two checkpoints where the epochs between them are not given.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(30);

/// The checkpoints of a run, one file per replica.
pub(super) struct Kept {
    folder: Option<PathBuf>,
    /// Whether the folder is ours to remove.
    is_temporary: bool,
    every: Option<u64>,
    /// Held as long as the run lasts; of a folder that is named, since one beside the output belongs to it.
    _lock: Option<File>,
}

impl Kept {
    /// In the folder that the flags name, or beside `output`.
    pub(super) fn new(args: &LogArgs, output: Option<&Path>) -> Result<Self> {
        // A device or a pipe has nothing beside it.
        let output = output.filter(|path| !path.exists() || path.is_file());
        let beside = output.map(|path| {
            let mut name = path.as_os_str().to_owned();
            name.push(".checkpoints");
            PathBuf::from(name)
        });
        let folder = args.checkpoint.clone().or(beside);
        ensure!(
            folder.is_some() || !args.resume,
            "--resume needs checkpoints to go on from; name the same --output or --checkpoint as before"
        );
        let named = args.checkpoint.as_deref();
        Ok(Self {
            _lock: named.map(lock).transpose()?,
            folder,
            is_temporary: args.checkpoint.is_none(),
            every: args.every,
        })
    }

    /// The state of a replica, if any is kept.
    pub(super) fn replica(
        &self,
        replica: usize,
        args: &TrainArgs,
        train: &Train,
        sets: &Sets<'_>,
    ) -> Option<Memory> {
        let folder = self.folder.as_ref()?;
        Some(Memory {
            file: folder.join(format!("{PREFIX}{replica}.npz")),
            settings: Settings::new(args, train, sets),
            every: self.every,
            epochs: train.epochs,
            log: Vec::new(),
            last: Instant::now(),
        })
    }

    /// Removes the checkpoints of a default folder once the output is in place, and the folder unless it holds something else; one that
    /// the user named is kept.
    pub(super) fn remove(&self) -> Result<()> {
        let Some(folder) = self.folder.as_ref().filter(|_| self.is_temporary) else {
            return Ok(());
        };
        // It is not there before the first checkpoint.
        let Ok(entries) = fs::read_dir(folder) else {
            return Ok(());
        };
        let cannot = || format!("cannot remove the checkpoints in {}", folder.display());
        for entry in entries {
            let entry = entry.with_context(cannot)?;
            let name = entry.file_name();
            // With those that a killed run did not finish, which begin with a dot.
            let name = name.to_string_lossy();
            if name.trim_start_matches('.').starts_with(PREFIX) {
                fs::remove_file(entry.path()).with_context(cannot)?;
            }
        }
        let _ = fs::remove_dir(folder);
        Ok(())
    }
}

/// Claims a folder for this run; the system gives it back when the run ends, however it ends.
fn lock(folder: &Path) -> Result<File> {
    let shown = folder.display();
    let cannot = || format!("cannot write into the folder of the checkpoints {shown}");
    fs::create_dir_all(folder).with_context(cannot)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = options.open(folder.join(".lock")).with_context(cannot)?;
    ensure!(
        !matches!(file.try_lock(), Err(TryLockError::WouldBlock)),
        "--checkpoint {shown}: another training keeps its state there; wait for its end, or name another folder"
    );
    Ok(file)
}

/// How the name of a checkpoint begins; the number of its replica follows.
const PREFIX: &str = "replica-";

/// The state of one replica in its file.
pub(super) struct Memory {
    file: PathBuf,
    settings: Settings,
    every: Option<u64>,
    epochs: u64,
    /// The rows of the log so far, as numbers.
    log: Vec<Vec<f64>>,
    last: Instant,
}

impl Memory {
    /// What was saved of this replica, if anything: its state and the rows of its log.
    pub(super) fn recall(&mut self, train: &Train) -> Result<Option<(Checkpoint, Vec<Seen>)>> {
        if !self.file.exists() {
            return Ok(None);
        }
        let saved = Saved::read(&self.file, &self.settings).and_then(|saved| {
            let (found, wanted) = (saved.state.epoch, self.epochs);
            ensure!(
                found <= wanted,
                "is {found} epochs old, and {wanted} are asked for; ask for --epochs {found} or more"
            );
            let rows = saved.log.iter().map(|row| numbers::seen(row, train));
            let rows = rows.collect::<Result<_>>()?;
            self.log = saved.log;
            Ok((saved.state, rows))
        });
        saved
            .map(Some)
            .with_context(|| format!("checkpoint {}", self.file.display()))
    }

    /// Takes note of an epoch, and saves the state when it is time.
    pub(super) fn note(&mut self, trainer: &Trainer<'_>, seen: Option<&Seen>) -> Result<()> {
        self.log.extend(seen.map(numbers::of));
        if self.is_due(trainer.epochs()) {
            Saved::write(&self.file, &self.settings, &trainer.checkpoint(), &self.log)?;
            kept::checkpoints(&self.file);
            self.last = Instant::now();
        }
        Ok(())
    }

    fn is_due(&self, epoch: u64) -> bool {
        let by_count = self.every.is_some_and(|every| epoch.is_multiple_of(every));
        let by_time = self.every.is_none() && self.last.elapsed() > CHECKPOINT_EVERY;
        epoch > 0 && (epoch == self.epochs || by_count || by_time)
    }
}

/// The flags on which the bytes of a training depend; more epochs continue it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Settings(BTreeMap<String, String>);

impl Settings {
    fn new(args: &TrainArgs, train: &Train, sets: &Sets<'_>) -> Self {
        let (layers, log) = (&args.layers, &args.log);
        let entries = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("--seed", args.common.seed.to_string()),
            ("data", checked(&sets.samples)),
            (
                "--test",
                sets.test.as_deref().map_or("none".to_owned(), checked),
            ),
            ("--visible", format!("{:?}", train.visible)),
            ("--hidden", train.hidden.to_string()),
            ("--hidden-units", layers.hidden_units.to_string()),
            ("--biases", format!("{:?}", layers.biases)),
            ("--init-scale", layers.init_scale.to_string()),
            (
                "--log-every",
                log.log_every
                    .map_or("not given".to_owned(), |n| n.to_string()),
            ),
            ("--modes", train.modes().to_string()),
            ("--likelihood", format!("{:?}", log.likelihood)),
            ("--trajectory", train.log.weights.to_string()),
        ];
        let entries = entries.into_iter().chain(args.ascent.settings());
        Self(
            entries
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Errs if a checkpoint was made with other settings.
    fn check(&self, saved: &Self) -> Result<()> {
        for (name, value) in &self.0 {
            let was = saved.0.get(name).map_or("not known", String::as_str);
            ensure!(
                was == value,
                "was made with other settings ({name}: {was} then, {value} now); use those, or start anew without --resume"
            );
        }
        Ok(())
    }
}

fn checked(samples: &Samples) -> String {
    format!("of checksum {:08x}", checksum(samples))
}

/// CRC-32 of the values.
fn checksum(samples: &Samples) -> u32 {
    let mut crc = Crc::new();
    match samples.values() {
        Values::Discrete(values) => values.iter().for_each(|x| crc.update(&x.to_le_bytes())),
        Values::Real(values) => values.iter().for_each(|x| crc.update(&x.to_le_bytes())),
    }
    crc.sum()
}

/// A checkpoint that cannot be read: its cause without the remedy for a file of the user's.
fn damaged(error: &anyhow::Error) -> anyhow::Error {
    let cause = format!("{error:#}");
    let cause = cause.split("; ").next().unwrap_or_default();
    anyhow!("is damaged ({cause}); remove it to train its replica from the start")
}

/// What a checkpoint holds.
struct Saved {
    state: Checkpoint,
    log: Vec<Vec<f64>>,
}

/// Names of the arrays beside W, b and c.
const CHAINS: &str = "chains";
const POSITION: &str = "position";
const LOG: &str = "log";
const SETTINGS: &str = "settings.json";

impl Saved {
    /// Writes a checkpoint in place of the last one.
    fn write(file: &Path, settings: &Settings, state: &Checkpoint, log: &[Vec<f64>]) -> Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let (rows, columns) = (state.visible_biases.len(), state.hidden_biases.len());
        let mut archive = Archive::new();
        let weights = faer::MatRef::from_column_major_slice(&state.weights, rows, columns);
        archive.matrix("W", weights)?;
        archive.vector("b", &state.visible_biases)?;
        archive.vector("c", &state.hidden_biases)?;
        if !state.chains.is_empty() {
            archive.array(CHAINS, &[state.chains.len() / rows, rows], &state.chains)?;
        }
        archive.vector(POSITION, &position(state))?;
        let flat: Vec<f64> = log.concat();
        archive.array(LOG, &[log.len(), flat.len() / log.len()], &flat)?;
        archive.text(SETTINGS, &serde_json::to_string_pretty(&settings.0)?)?;
        let bytes = archive.finish()?;
        let mut staged = Staged::open(file)?;
        staged
            .write_all(&bytes)
            .with_context(|| staged.cannot_write())?;
        staged::commit(vec![staged])
    }

    /// Reads a checkpoint.
    fn read(file: &Path, settings: &Settings) -> Result<Self> {
        let text = input::read_text(file, SETTINGS).map_err(|error| damaged(&error))?;
        let then = serde_json::from_str(&text).context(SETTINGS);
        settings.check(&Settings(then.map_err(|error| damaged(&error))?))?;
        Self::state(file).map_err(|error| damaged(&error))
    }

    fn state(file: &Path) -> Result<Self> {
        let member = |name: &str| input::read_member(file, name);
        let vector =
            |name: &str| -> Result<Vec<f64>> { Ok(member(name)?.into_iter().flatten().collect()) };
        let rows = member("W")?;
        let columns = rows.first().map_or(0, Vec::len);
        let weights = (0..columns).flat_map(|j| rows.iter().map(move |row| row[j]));
        let chains = match input::members(file)? {
            Some(names) if names.iter().any(|name| name == CHAINS) => vector(CHAINS)?,
            _ => Vec::new(),
        };
        let (key, epoch) = key_and_epoch(&vector(POSITION)?)?;
        let state = Checkpoint {
            weights: weights.collect(),
            visible_biases: vector("b")?,
            hidden_biases: vector("c")?,
            chains,
            key,
            epoch,
        };
        Ok(Self {
            state,
            log: member(LOG)?,
        })
    }
}

/// The key as its two halves of 32 bits, which are exact as real numbers, and the epoch.
fn position(state: &Checkpoint) -> [f64; 3] {
    let half = |shift: u32| {
        f64::from(u32::try_from(state.key >> shift & u64::from(u32::MAX)).unwrap_or_default())
    };
    #[expect(clippy::cast_precision_loss, reason = "epochs far below 2^53")]
    let epoch = state.epoch as f64;
    [half(32), half(0), epoch]
}

fn key_and_epoch(position: &[f64]) -> Result<(u64, u64)> {
    let [high, low, epoch] = position else {
        bail!("array '{POSITION}' has {} entries, not 3", position.len());
    };
    let whole = |x: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and in range"
        )]
        let integer = (x >= 0.0 && x.fract() <= 0.0 && x < 9e15).then_some(x as u64);
        integer.ok_or_else(|| anyhow!("array '{POSITION}' holds {x:?}"))
    };
    Ok((whole(*high)? << 32 | whole(*low)?, whole(*epoch)?))
}
