//! The same question asked of theory and of a simulation: an experiment's comparisons and its controls.

use super::{GivenMachine, Monitor, Question};
use crate::table;
use anyhow::{Context, Result, ensure};
use saddlepoint_simulator::Samples;
use saddlepoint_validation::Error;
use saddlepoint_validation::experiments::{
    self, GivenData, HierarchicalLearning, OwnMachine, RetardedLearning,
};
use saddlepoint_validation::journal::Shard;
use saddlepoint_validation::runner::{self, Settings, Validation};
use std::path::PathBuf;

/// Experiments, run in the order given.
pub struct Validate {
    /// The experiments, in the order in which they run.
    pub experiments: Vec<Experiment>,
    /// Sizes and replicas, seed, threads and checkpoints.
    pub settings: Settings,
}

/// Data of the user's own.
pub enum FileData {
    /// Samples, one per row.
    Samples(Samples),
    /// Population eigenvalues, one for each unit.
    Spectrum(Vec<f64>),
}

/// An experiment of the library, or one on data of the user's own.
pub enum Experiment {
    /// As the library has it.
    Known(&'static dyn Validation),
    /// On data of the user's own.
    OnData(Box<dyn Validation>),
}

impl Experiment {
    /// All experiments, in the order in which they are run.
    pub fn all() -> Vec<Self> {
        experiments::all().into_iter().map(Self::Known).collect()
    }

    /// The experiment of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(name: &str) -> Result<Self> {
        Ok(Self::Known(experiments::find(name)?))
    }

    /// Hierarchical learning on binary samples in place of synthetic ones, or retarded learning on samples that are drawn from these or with this
    /// spectrum; other experiments as they are.
    ///
    /// # Errors
    /// If the samples are too few or of other values, or the spectrum has no leading mode with a threshold.
    #[must_use = "the experiment is changed by value"]
    pub fn on(self, given: &FileData) -> Result<Self> {
        let name = self.validation().name();
        let samples = match given {
            FileData::Samples(samples) => samples,
            FileData::Spectrum(eigenvalues) => {
                ensure!(
                    name == Validation::name(&RetardedLearning),
                    "{name} is not about a spectrum"
                );
                return Ok(Self::OnData(Box::new(GivenData::of_spectrum(eigenvalues)?)));
            }
        };
        if name == Validation::name(&HierarchicalLearning::SYNTHETIC) {
            let on_data = HierarchicalLearning::on(samples.clone())?;
            return Ok(Self::OnData(Box::new(on_data)));
        }
        if name == Validation::name(&RetardedLearning) {
            return Ok(Self::OnData(Box::new(GivenData::on(samples)?)));
        }
        Ok(self)
    }

    /// `landau` on a given machine in place of the rank-one machine.
    ///
    /// # Errors
    /// If theory or simulation does not have its units, or theory says nothing of it.
    pub fn of_machine(machine: &GivenMachine) -> Result<Self> {
        let own = OwnMachine::new(machine.in_theory()?, machine.in_simulator()?);
        let own = own.with_context(|| machine.name.clone())?;
        Ok(Self::OnData(Box::new(own)))
    }

    /// The experiment itself.
    pub fn validation(&self) -> &dyn Validation {
        match self {
            Self::Known(experiment) => *experiment,
            Self::OnData(experiment) => experiment.as_ref(),
        }
    }
}

impl Question for Validate {
    type Row = table::Row;

    fn ask(
        &self,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Self::Row) -> Result<()>,
    ) -> Result<()> {
        let progress = progress(monitor);
        let runner = runner_of(monitor, &progress);
        for experiment in &self.experiments {
            let experiment = experiment.validation();
            let name = || format!("validate {}", experiment.name());
            let found: Result<_, Error> = experiment.run(&self.settings, &runner);
            found
                .with_context(name)?
                .into_iter()
                .try_for_each(&mut *row)?;
        }
        Ok(())
    }
}

/// The share of a shard in a validation.
pub struct Share {
    /// The experiment.
    pub experiment: Experiment,
    /// Which part of its tasks.
    pub shard: Shard,
    /// The file of the finished tasks.
    pub journal: PathBuf,
    /// Sizes and replicas, seed and threads; whether to go on from the journal.
    pub settings: Settings,
}

impl Share {
    /// Does the tasks and keeps them in the journal; returns a line that says what was done.
    ///
    /// # Errors
    /// If the experiment cannot be run or the journal not be written, or an interruption.
    pub fn run(&self, monitor: &Monitor<'_>) -> Result<String> {
        let progress = progress(monitor);
        let runner = runner_of(monitor, &progress);
        let experiment = self.experiment.validation();
        let (name, shard) = (experiment.name(), self.shard);
        let run: Result<_, Error> = experiment.shard(shard, &self.journal, &self.settings, &runner);
        let tasks = run.with_context(|| format!("validate {name}"))?;
        Ok(format!(
            "shard {shard} of {name}: {tasks} tasks are done, in {}; merge makes the table of all shards",
            self.journal.display()
        ))
    }
}

fn progress<'a>(monitor: &'a Monitor<'_>) -> impl Fn(runner::Progress) + Sync + 'a {
    |at| (monitor.progress)(at.done as u64, at.total as u64)
}

fn runner_of<'a>(
    monitor: &Monitor<'a>,
    progress: &'a (dyn Fn(runner::Progress) + Sync),
) -> runner::Monitor<'a> {
    runner::Monitor {
        progress,
        cancelled: monitor.cancelled,
    }
}
