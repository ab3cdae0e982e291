//! Where a training writes what it hears of its replicas.

use super::Said;
use crate::cli::simulate::train::TrainArgs;
use crate::commands::simulate::Pair;
use crate::notice::say;
use crate::output::machine;
use crate::output::staged::{self, Staged};
use crate::output::{Summary, Writer};
use crate::questions::train::{Row, Train, trajectory};
use anyhow::{Context, Error, Result};
use saddlepoint_simulator::machine::Rbm;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The machines, the log and the trajectory.
pub(super) struct Results<'a> {
    train: &'a Train,
    machines: Vec<Staged>,
    log: Writer<Row>,
    trajectory: Option<Writer<trajectory::Row>>,
    /// That nobody reads the log any more or it cannot be written, while machines are still to be saved.
    closed: Option<Error>,
    /// Log-likelihoods at the end.
    likelihoods: Vec<f64>,
    /// Those of held-out samples.
    tests: Vec<f64>,
}

impl<'a> Results<'a> {
    /// Opens all files, before anything is computed.
    pub(super) fn open(args: &TrainArgs, pair: &Pair, train: &'a Train) -> Result<Self> {
        let names = names(pair.array.as_deref(), &train.replicas);
        Ok(Self {
            train,
            log: Writer::open(&pair.table, &[])?,
            trajectory: pair.beside("--trajectory", args.log.trajectory.as_deref())?,
            machines: names
                .iter()
                .map(|name| Staged::open(name))
                .collect::<Result<_>>()?,
            closed: None,
            likelihoods: Vec::new(),
            tests: Vec::new(),
        })
    }

    /// Writes a row, or a machine.
    pub(super) fn hear(&mut self, said: Said) -> Result<()> {
        match said {
            Said::Row(row) => self.row(&row),
            Said::Machine(replica, machine) => {
                match self.machines.get_mut(replica - self.train.replicas.start) {
                    Some(file) => save(file, self.train, &machine, self.train.epochs),
                    None => Ok(()),
                }
            }
        }
    }

    fn row(&mut self, row: &Row) -> Result<()> {
        if row.seen.epoch == self.train.epochs {
            let likelihood = row.seen.likelihood.map(|found| found.value);
            self.likelihoods.extend(likelihood);
            self.tests.extend(row.seen.test);
        }
        if let Some(table) = &mut self.trajectory {
            row.trajectory()
                .try_for_each(|weight| table.push(&weight))?;
        }
        if self.closed.is_some() {
            return Ok(());
        }
        match self.log.push(row) {
            // The machines are worth more than the log: they are trained to the end, and the error is told then.
            Err(error) if !self.machines.is_empty() => {
                self.closed = Some(error);
                Ok(())
            }
            other => other,
        }
    }

    /// Moves the files into place, the machines first: whoever reads the log may be gone.
    pub(super) fn finish(self) -> Result<Finished> {
        let named = |file: &Staged| file.named().display().to_string();
        let machines: Vec<String> = self.machines.iter().map(named).collect();
        staged::commit(self.machines)?;
        let trajectory = self.trajectory.map(Writer::finish).transpose()?;
        let log = match self.closed {
            Some(error) => Err(error),
            None => self.log.finish(),
        };
        Ok(Finished {
            words: words(self.train, &self.likelihoods, &self.tests),
            machines,
            trajectory,
            log,
        })
    }
}

/// What a run has left behind.
pub(super) struct Finished {
    words: String,
    machines: Vec<String>,
    trajectory: Option<Summary>,
    /// The log, or why it could not be written.
    pub(super) log: Result<Summary>,
}

impl Finished {
    /// Says in one line what was trained and where it is.
    pub(super) fn report(&self) {
        let mut files = match &self.machines[..] {
            [first, _, .., last] => vec![format!("{first} to {last}")],
            few => few.to_vec(),
        };
        let tables = [self.log.as_ref().ok(), self.trajectory.as_ref()];
        let tables = tables.into_iter().flatten();
        files.extend(tables.filter_map(|table| Some(table.file.as_ref()?.display().to_string())));
        let wrote = match &files[..] {
            [] => String::new(),
            some => format!("; wrote {}", some.join(", ")),
        };
        say(&format!("{}{wrote}", self.words));
    }
}

/// `1 machine of 12 x 2 after 40 epochs, log-likelihood 0.8958, held out 0.8123`.
fn words(train: &Train, likelihoods: &[f64], tests: &[f64]) -> String {
    let replicas = train.replicas.len();
    let plural = if replicas == 1 { "" } else { "s" };
    format!(
        "{replicas} machine{plural} of {} x {} after {} epochs{}{}",
        train.samples.columns(),
        train.hidden_units,
        train.epochs,
        range(", log-likelihood", likelihoods),
        range(", held out", tests)
    )
}

/// One value, or the least and the most of several, after what they are.
fn range(name: &str, values: &[f64]) -> String {
    match values {
        [] => String::new(),
        [one] => format!("{name} {one:.4}"),
        several => {
            let least = several.iter().copied().fold(f64::INFINITY, f64::min);
            let most = several.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            format!("{name} {least:.4} to {most:.4}")
        }
    }
}

/// The files of the machines: the name as given, or numbered by replicas.
fn names(file: Option<&Path>, replicas: &Range<usize>) -> Vec<PathBuf> {
    let Some(file) = file else {
        return Vec::new();
    };
    if replicas.len() == 1 {
        return vec![file.to_owned()];
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let numbered = |replica| file.with_file_name(format!("{stem}-{replica}.npz"));
    replicas.clone().map(numbered).collect()
}

/// Writes the machine of an epoch into a folder, which is made if it is not there; names sort by epochs.
pub(super) fn keep(folder: &Path, train: &Train, machine: &Rbm, epoch: u64) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("--history {}: cannot be made", folder.display()))?;
    let mut file = Staged::open(&folder.join(format!("epoch-{epoch:08}.npz")))?;
    save(&mut file, train, machine, epoch)?;
    staged::commit(vec![file])
}

/// Writes the machine of an epoch.
fn save(file: &mut Staged, train: &Train, machine: &Rbm, epoch: u64) -> Result<()> {
    let scaling = train.scaling.as_ref();
    machine::write(file, &train.given(machine), Some(epoch), scaling)
}
