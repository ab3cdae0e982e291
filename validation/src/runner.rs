//! Points × replicas of an experiment on all cores, with checkpoints.
//!
//! Each task is one replica of one point and draws from its own random stream, named by seed, experiment, point and
//! replica. Results are put in the order of the design before anything is computed from them. Therefore neither the
//! number of threads nor an interruption changes a single bit of the table.

use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::comparison::Estimate;
use crate::cost::{self, Cost};
use crate::error::{Error, Result};
use crate::journal::{Journal, Journals, Shard, check_place};
use crate::parameters::{Asked, Given, Parameter};
use crate::plan::Plan;
use crate::table::figure::View;
use crate::table::{COMPARISON, Row};

/// How much an experiment measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Seconds: small sizes.
    Quick,
    /// Minutes.
    Standard,
    /// An hour: sizes and replicas fit for publication.
    Paper,
}

impl Preset {
    /// Name as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::Paper => "paper",
        }
    }

    /// The preset of a name.
    ///
    /// # Errors
    /// [`Error::UnknownPreset`].
    pub fn find(name: &str) -> Result<Self> {
        let mut presets = [Self::Quick, Self::Standard, Self::Paper].into_iter();
        presets
            .find(|preset| preset.name() == name)
            .ok_or_else(|| Error::UnknownPreset {
                name: name.to_owned(),
            })
    }

    /// The value that belongs to this preset.
    pub(crate) fn choose<T>(self, quick: T, standard: T, paper: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Standard => standard,
            Self::Paper => paper,
        }
    }
}

/// What a run needs besides the experiment; the table depends on preset, parameters given and seed only.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How much is measured.
    pub preset: Preset,
    /// Parameters in place of those of the preset.
    pub given: Given,
    /// Seed of all random streams.
    pub seed: u64,
    /// Number of worker threads, 0 for one per core.
    pub threads: usize,
    /// Folder in which finished tasks are kept, if they are to be.
    pub checkpoints: Option<PathBuf>,
    /// Whether tasks found in `checkpoints` are used instead of measured again.
    pub resume: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preset: Preset::Quick,
            given: Given::default(),
            seed: 0,
            threads: 0,
            checkpoints: None,
            resume: false,
        }
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Name of the experiment.
    pub experiment: &'static str,
    /// Tasks finished, those found in a checkpoint included.
    pub done: usize,
    /// Tasks of the whole run.
    pub total: usize,
}

/// What a caller hears from a run, and how it can stop it.
#[derive(Clone, Copy)]
pub struct Monitor<'a> {
    /// Called after each task, from any thread.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Once set, no further task is begun and the run ends with [`Error::Interrupted`].
    pub cancelled: &'a AtomicBool,
}

/// A question asked twice: what theory predicts and what a simulation measures.
pub trait Experiment: Sync {
    /// One point of the design: the parameters of a simulation. Its `Debug` text names its random streams.
    type Point: Debug + Sync;

    /// Name as on the command line.
    fn name(&self) -> &'static str;

    /// One sentence that says what is compared.
    fn description(&self) -> &'static str;

    /// How its table is drawn; a condition is not needed.
    fn view(&self) -> View {
        COMPARISON
    }

    /// The points to measure and the number of independent replicas of each.
    ///
    /// # Errors
    /// Whatever hinders a prediction on which the design rests, such as the positions to look at.
    fn design(&self, preset: Preset) -> Result<Vec<(Self::Point, usize)>>;

    /// The parameters that a user may set.
    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    /// The points of a user, as [`Experiment::design`]; needed where there are parameters to set.
    ///
    /// # Errors
    /// As [`Experiment::design`]; values outside of what the theory assumes.
    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Self::Point, usize)>> {
        self.design(asked.preset)
    }

    /// Digest of the data of a file, where it is on one.
    fn data(&self) -> Option<u64> {
        None
    }

    /// Rough cost of one replica in any unit: expensive tasks are begun first.
    fn cost(&self, point: &Self::Point) -> f64;

    /// One replica: the measured values, always in the same number and order for a point.
    ///
    /// # Errors
    /// Whatever hinders the simulation.
    fn measure(&self, point: &Self::Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>>;

    /// Predictions beside the measurements, and the controls.
    ///
    /// # Errors
    /// Whatever hinders the prediction.
    fn rows(&self, measured: &[Measured<Self::Point>]) -> Result<Vec<Row>>;
}

/// What was measured at one point.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured<P> {
    /// The point.
    pub point: P,
    /// One list of values per replica.
    pub replicas: Vec<Vec<f64>>,
}

impl<P> Measured<P> {
    /// Mean and standard error of the value at `index`.
    ///
    /// # Errors
    /// Those of [`Estimate::from_replicas`].
    pub fn estimate(&self, index: usize) -> Result<Estimate> {
        self.estimate_of(|values| values[index])
    }

    /// Mean and standard error of a function of each replica's values.
    ///
    /// # Errors
    /// Those of [`Estimate::from_replicas`].
    pub fn estimate_of(&self, function: impl Fn(&[f64]) -> f64) -> Result<Estimate> {
        let values: Vec<f64> = self
            .replicas
            .iter()
            .map(|values| function(values))
            .collect();
        Estimate::from_replicas(&values)
    }
}

/// An [`Experiment`] of any point type.
pub trait Validation: Sync {
    /// Name as on the command line.
    fn name(&self) -> &'static str;

    /// One sentence that says what is compared.
    fn description(&self) -> &'static str;

    /// How its table is drawn.
    fn view(&self) -> View;

    /// The parameters that a user may set.
    fn parameters(&self) -> &'static [Parameter];

    /// What a run or one shard of it will cost, from tasks that take about `budget` together, and one at least.
    ///
    /// # Errors
    /// Those of the experiment.
    fn cost(&self, shard: Option<Shard>, settings: &Settings, budget: Duration) -> Result<Cost>;

    /// Runs the experiment and returns its table.
    ///
    /// # Errors
    /// Those of the experiment; those of the checkpoint; [`Error::Interrupted`].
    fn run(&self, settings: &Settings, monitor: &Monitor<'_>) -> Result<Vec<Row>>;

    /// Does the tasks of one shard and keeps them in a journal, and returns their number: the table follows from the journals of all
    /// shards. Without `settings.resume` what the journal held is done again.
    ///
    /// # Errors
    /// Those of [`run`](Self::run); [`Error::NotAJournal`] for a file of something else.
    fn shard(
        &self,
        shard: Shard,
        journal: &Path,
        settings: &Settings,
        monitor: &Monitor<'_>,
    ) -> Result<usize>;

    /// The table from the journals of a run, or of its shards, as [`run`](Self::run) returns it.
    ///
    /// # Errors
    /// Those of the experiment; [`Error::OtherRun`] for journals of another one; [`Error::MissingTasks`]; [`Error::TasksDiffer`].
    fn merge(&self, journals: &Journals) -> Result<Merged>;
}

/// A table from journals.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// Its rows.
    pub rows: Vec<Row>,
    /// What there is to say of how its tasks were found.
    pub notices: Vec<String>,
}

impl<E: Experiment> Validation for E {
    fn name(&self) -> &'static str {
        Experiment::name(self)
    }

    fn description(&self) -> &'static str {
        Experiment::description(self)
    }

    fn view(&self) -> View {
        Experiment::view(self)
    }

    fn parameters(&self) -> &'static [Parameter] {
        Experiment::parameters(self)
    }

    fn cost(&self, shard: Option<Shard>, settings: &Settings, budget: Duration) -> Result<Cost> {
        let plan = Plan::new(self, settings)?;
        cost::estimate(&plan, &plan.share(shard), budget)
    }

    fn run(&self, settings: &Settings, monitor: &Monitor<'_>) -> Result<Vec<Row>> {
        run(Plan::new(self, settings)?, monitor)
    }

    fn shard(
        &self,
        shard: Shard,
        journal: &Path,
        settings: &Settings,
        monitor: &Monitor<'_>,
    ) -> Result<usize> {
        check_place(journal)?;
        run_shard(&Plan::new(self, settings)?, shard, journal, monitor)
    }

    fn merge(&self, journals: &Journals) -> Result<Merged> {
        let header = journals.header();
        let settings = Settings {
            preset: Preset::find(&header.preset)?,
            given: Given::read(Experiment::parameters(self), &header.parameters)?,
            seed: header.seed,
            ..Settings::default()
        };
        merge(Plan::new(self, &settings)?, journals)
    }
}

/// The table of a plan, of which finished tasks are kept if they are to be.
fn run(plan: Plan<'_>, monitor: &Monitor<'_>) -> Result<Vec<Row>> {
    let settings = plan.settings;
    let mut finished = BTreeMap::new();
    let journal = match &settings.checkpoints {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|source| Error::Journal {
                action: "create",
                path: folder.clone(),
                source,
            })?;
            let path = journal_path(folder, plan.design.name(), settings.preset);
            let known = |(task, values)| {
                finished.insert(task, values);
            };
            let header = plan.header(None);
            Some(Journal::open(&path, &header, settings.resume, known)?)
        }
        None => None,
    };
    let mut open = plan.by_cost();
    open.retain(|task| !finished.contains_key(task));
    let run = Run::new(&plan, monitor, journal, finished.len());
    finished.extend(run.tasks(&open, |task, values| (task, values))?);
    plan.rows(finished.into_values())
}

/// Does the tasks of a shard that its journal does not hold, and says how many the shard has.
fn run_shard(
    plan: &Plan<'_>,
    shard: Shard,
    journal: &Path,
    monitor: &Monitor<'_>,
) -> Result<usize> {
    let mut open = plan.share(Some(shard));
    let (share, mut finished) = (open.len(), BTreeSet::new());
    let header = plan.header(Some(shard));
    let journal = Journal::open(journal, &header, plan.settings.resume, |(task, _)| {
        finished.insert(task);
    })?;
    open.retain(|task| !finished.contains(task));
    let run = Run {
        total: share,
        ..Run::new(plan, monitor, Some(journal), finished.len())
    };
    run.tasks(&open, |_, _| ())?;
    Ok(share)
}

/// The table of a plan whose tasks are in journals.
fn merge(plan: Plan<'_>, journals: &Journals) -> Result<Merged> {
    journals.check(&plan.header(None))?;
    let collected = journals.collect()?;
    Ok(Merged {
        rows: plan.rows(collected.tasks)?,
        notices: collected.notices,
    })
}

/// Path of the journal of an experiment in a checkpoint folder.
pub fn journal_path(folder: &Path, experiment: &str, preset: Preset) -> PathBuf {
    folder.join(format!("{experiment}-{}.journal", preset.name()))
}

/// What all tasks of a run share.
struct Run<'a> {
    plan: &'a Plan<'a>,
    journal: Mutex<Option<Journal>>,
    monitor: &'a Monitor<'a>,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Run<'a> {
    fn new(
        plan: &'a Plan<'a>,
        monitor: &'a Monitor<'a>,
        journal: Option<Journal>,
        done: usize,
    ) -> Self {
        Self {
            plan,
            journal: Mutex::new(journal),
            monitor,
            done: AtomicUsize::new(done),
            total: plan.tasks.len(),
        }
    }

    /// Measures some tasks, begun in the order given, and keeps of each what `keep` says.
    fn tasks<T: Send>(
        &self,
        tasks: &[usize],
        keep: impl Fn(usize, Vec<f64>) -> T + Sync,
    ) -> Result<Vec<T>> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.plan.settings.threads)
            .build()?;
        let one = |&task: &usize| Ok(keep(task, self.task(task)?));
        pool.install(|| tasks.par_iter().with_max_len(1).map(one).collect())
    }

    /// Measures one replica, writes it down and tells the monitor.
    fn task(&self, task: usize) -> Result<Vec<f64>> {
        if self.monitor.cancelled.load(Ordering::Relaxed) {
            let done = self.done.load(Ordering::Relaxed);
            return Err(Error::Interrupted {
                done,
                total: self.total,
            });
        }
        let design = &self.plan.design;
        let (point, replica) = self.plan.tasks[task];
        let values = design.measure(point, replica, self.plan.settings.seed)?;
        // A poisoned lock only means that another task panicked; the journal itself is whole.
        let mut journal = self
            .journal
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(journal) = journal.as_mut() {
            journal.append(task, &values)?;
        }
        drop(journal);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.monitor.progress)(Progress {
            experiment: design.name(),
            done,
            total: self.total,
        });
        Ok(values)
    }
}
