//! The state of a training in a file, an `.npz` that other programs can read too.

use super::plan::Plan;
use crate::cli::simulate::train::TrainArgs;
use crate::old::npz::Archive;
use crate::old::staged::{self, Staged};
use anyhow::{Context, Result, anyhow, bail, ensure};
use flate2::Crc;
use saddlepoint::input;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::samples::Values;
use saddlepoint_simulator::training::Checkpoint;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where the checkpoints are, one file per replica.
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn file(&self, replica: u64) -> PathBuf {
        self.path.join(format!("replica-{replica}.npz"))
    }

    /// Removes the folder, if it is there.
    pub(super) fn remove(&self) -> Result<()> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.path.display()))
            }
            _ => Ok(()),
        }
    }
}

/// The flags on which the bytes of a training depend; more epochs continue it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings(BTreeMap<String, String>);

impl Settings {
    pub(super) fn new(args: &TrainArgs, plan: &Plan<'_>, samples: &Samples) -> Self {
        let (layers, ascent, log) = (&args.layers, &args.ascent, &args.log);
        let entries = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("--seed", args.common.seed.to_string()),
            ("data", format!("of checksum {:08x}", checksum(samples))),
            ("--visible", format!("{:?}", plan.visible)),
            ("--hidden", plan.hidden.to_string()),
            ("--hidden-units", layers.hidden_units.to_string()),
            ("--biases", format!("{:?}", layers.biases)),
            ("--init-scale", layers.init_scale.to_string()),
            ("--algorithm", format!("{:?}", ascent.algorithm)),
            ("--gibbs-steps", ascent.gibbs_steps.to_string()),
            ("--learning-rate", ascent.learning_rate.to_string()),
            ("--batch", ascent.batch.to_string()),
            (
                "--chains",
                ascent.chains.unwrap_or(ascent.batch).to_string(),
            ),
            ("--l2", ascent.l2.to_string()),
            ("--log-every", log.log_every.to_string()),
            ("--modes", plan.modes.to_string()),
            ("--likelihood", format!("{:?}", log.likelihood)),
            ("--trajectory", plan.keeps_weights().to_string()),
        ];
        Self(entries.map(|(name, value)| (name.to_owned(), value)).into())
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

/// CRC-32 of the values.
fn checksum(samples: &Samples) -> u32 {
    let mut crc = Crc::new();
    match samples.values() {
        Values::Discrete(values) => values.iter().for_each(|x| crc.update(&x.to_le_bytes())),
        Values::Real(values) => values.iter().for_each(|x| crc.update(&x.to_le_bytes())),
    }
    crc.sum()
}

/// What a checkpoint holds.
pub(super) struct Saved {
    pub(super) state: Checkpoint,
    pub(super) log: Vec<Vec<f64>>,
}

/// Names of the arrays beside W, b and c.
const CHAINS: &str = "chains";
const POSITION: &str = "position";
const LOG: &str = "log";
const SETTINGS: &str = "settings.json";

impl Saved {
    /// Writes a checkpoint in place of the last one.
    pub(super) fn write(
        file: &Path,
        settings: &Settings,
        state: &Checkpoint,
        log: &[Vec<f64>],
    ) -> Result<()> {
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

    /// Reads a checkpoint; none where there is no file.
    pub(super) fn read(file: &Path, settings: &Settings) -> Result<Option<Self>> {
        if !file.exists() {
            return Ok(None);
        }
        let saved = Self::parse(file, settings);
        saved
            .map(Some)
            .with_context(|| format!("checkpoint {}", file.display()))
    }

    fn parse(file: &Path, settings: &Settings) -> Result<Self> {
        let text = input::read_text(file, SETTINGS)?;
        settings.check(&Settings(serde_json::from_str(&text).context(SETTINGS)?))?;
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
