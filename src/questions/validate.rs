//! The same question asked of theory and of a simulation: an experiment's comparisons and its controls.

use super::{Monitor, Question};
use crate::table;
use anyhow::{Context, Result};
use saddlepoint_simulator::Samples;
use saddlepoint_validation::Error;
use saddlepoint_validation::experiments::{self, HierarchicalLearning};
use saddlepoint_validation::runner::{self, Settings, Validation};

/// Experiments, run in the order given.
pub struct Validate {
    /// The experiments, in the order in which they run.
    pub experiments: Vec<Experiment>,
    /// Sizes and replicas, seed, threads and checkpoints.
    pub settings: Settings,
}

/// An experiment of the library, or one on data of the user's own.
pub enum Experiment {
    /// As the library has it.
    Known(&'static dyn Validation),
    /// Hierarchical learning on these samples of binary units.
    Learning(HierarchicalLearning),
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

    /// Hierarchical learning on binary samples in place of synthetic ones; other experiments as they are.
    ///
    /// # Errors
    /// If the samples are too few or of other values.
    #[must_use = "the experiment is changed by value"]
    pub fn on(self, samples: &Samples) -> Result<Self> {
        if self.validation().name() != Validation::name(&HierarchicalLearning::SYNTHETIC) {
            return Ok(self);
        }
        Ok(Self::Learning(HierarchicalLearning::on(samples.clone())?))
    }

    /// The experiment itself.
    pub fn validation(&self) -> &dyn Validation {
        match self {
            Self::Known(experiment) => *experiment,
            Self::Learning(experiment) => experiment,
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
        let progress = |at: runner::Progress| (monitor.progress)(at.done as u64, at.total as u64);
        let runner = runner::Monitor {
            progress: &progress,
            cancelled: monitor.cancelled,
        };
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
