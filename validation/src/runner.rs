//! Points × replicas of an experiment on all cores, with checkpoints.
//!
//! Each task is one replica of one point and draws from its own random stream, named by seed, experiment, point and
//! replica. Results are put in the order of the design before anything is computed from them. Therefore neither the
//! number of threads nor an interruption changes a single bit of the table.

use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use saddlepoint_simulator::stream;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::comparison::{Estimate, FEWEST_REPLICAS};
use crate::cost::{self, Cost};
use crate::error::{Error, Result};
use crate::journal::{Fingerprint, Journal, digest};
use crate::parameters::{self, Asked, Given, Parameter};
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

    /// What a run will cost, from tasks that take about `budget`.
    ///
    /// # Errors
    /// Those of the experiment.
    fn cost(&self, settings: &Settings, budget: Duration) -> Result<Cost>;

    /// Runs the experiment and returns its table.
    ///
    /// # Errors
    /// Those of the experiment; those of the checkpoint; [`Error::Interrupted`].
    fn run(&self, settings: &Settings, monitor: &Monitor<'_>) -> Result<Vec<Row>>;
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

    fn cost(&self, settings: &Settings, budget: Duration) -> Result<Cost> {
        let design = designed(self, settings)?;
        cost::estimate(self, &design, settings.seed, budget)
    }

    fn run(&self, settings: &Settings, monitor: &Monitor<'_>) -> Result<Vec<Row>> {
        let design = designed(self, settings)?;
        let mut results = finished_tasks(self, &design, settings, monitor)?;
        let mut measured = Vec::with_capacity(design.len());
        for (point, replicas) in design {
            let rest = results.split_off(replicas);
            measured.push(Measured {
                point,
                replicas: results,
            });
            results = rest;
        }
        let rows = self.rows(&measured)?;
        Ok(if settings.given == Given::default() {
            rows
        } else {
            without_weak_controls(rows)
        })
    }
}

/// Smallest score that a control must be expected to have, so as to be rejected with a probability of 0.999.
const STRONG: f64 = 7.0;

/// Why a control says nothing: its theory is too close to the right one to be told apart at this precision.
const WEAK_CONTROL: &str = "weak-control";

/// The rows, in which no control is judged that could pass by chance: at points that are not of a preset nobody has made them strong.
///
/// A control follows the comparison that it belongs to.
fn without_weak_controls(rows: Vec<Row>) -> Vec<Row> {
    let mut theory = f64::NAN;
    let mark = |row: Row| {
        if !row.control {
            theory = row.theory;
            return row;
        }
        let expected = (row.theory - theory).abs() / row.standard_error;
        if expected >= STRONG {
            return row;
        }
        row.at(|parameters| {
            parameters.unjudged.get_or_insert(WEAK_CONTROL);
        })
    };
    rows.into_iter().map(mark).collect()
}

/// The points of the preset or the user's own, with the replicas asked for.
fn designed<E: Experiment>(experiment: &E, settings: &Settings) -> Result<Vec<(E::Point, usize)>> {
    let asked = Asked::new(settings.preset, &settings.given);
    let mut design = if asked.is_own() {
        experiment.own_design(&asked)?
    } else {
        experiment.design(settings.preset)?
    };
    if let Some(replicas) = settings.given.replicas {
        design.iter_mut().for_each(|point| point.1 = replicas);
    }
    if let Some(error) = settings.given.target_error {
        planned(experiment, &mut design, settings, error)?;
    }
    Ok(design)
}

/// Chooses the replicas that give every mean the standard error asked for, from the scatter among the first of them.
///
/// These are drawn from the streams of the run and are measured again in it, so that a table depends on no more than what is asked.
fn planned<E: Experiment>(
    experiment: &E,
    design: &mut [(E::Point, usize)],
    settings: &Settings,
    error: f64,
) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()?;
    let name = Experiment::name(experiment);
    let needed = |point: &E::Point| -> Result<usize> {
        let first = (0..FEWEST_REPLICAS).map(|replica| {
            let mut random = stream(settings.seed, &format!("{name} {point:?}"), replica as u64);
            experiment.measure(point, &mut random)
        });
        parameters::needed(&first.collect::<Result<Vec<_>>>()?, error)
    };
    let replicas: Vec<usize> = pool.install(|| {
        let points = design.par_iter().with_max_len(1);
        points
            .map(|(point, _)| needed(point))
            .collect::<Result<_>>()
    })?;
    for (point, replicas) in design.iter_mut().zip(replicas) {
        point.1 = replicas;
    }
    Ok(())
}

/// Path of the journal of an experiment in a checkpoint folder.
pub fn journal_path(folder: &Path, experiment: &str, preset: Preset) -> PathBuf {
    folder.join(format!("{experiment}-{}.journal", preset.name()))
}

/// The values of all tasks in the order of the design.
fn finished_tasks<E: Experiment>(
    experiment: &E,
    design: &[(E::Point, usize)],
    settings: &Settings,
    monitor: &Monitor<'_>,
) -> Result<Vec<Vec<f64>>> {
    let tasks: Vec<(&E::Point, usize)> = design
        .iter()
        .flat_map(|(point, replicas)| (0..*replicas).map(move |replica| (point, replica)))
        .collect();
    let (journal, mut finished) = open_journal(experiment, design, settings)?;
    let mut open: Vec<usize> = (0..tasks.len())
        .filter(|t| !finished.contains_key(t))
        .collect();
    open.sort_by(|&a, &b| {
        experiment
            .cost(tasks[b].0)
            .total_cmp(&experiment.cost(tasks[a].0))
    });
    let run = Run {
        experiment,
        seed: settings.seed,
        journal: Mutex::new(journal),
        monitor,
        done: AtomicUsize::new(finished.len()),
        total: tasks.len(),
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()?;
    let measured: Vec<(usize, Vec<f64>)> = pool.install(|| {
        let one = |&task: &usize| Ok((task, run.task(task, tasks[task].0, tasks[task].1)?));
        open.par_iter()
            .with_max_len(1)
            .map(one)
            .collect::<Result<_>>()
    })?;
    finished.extend(measured);
    Ok(finished.into_values().collect())
}

type Opened = (Option<Journal>, BTreeMap<usize, Vec<f64>>);

fn open_journal<E: Experiment>(
    experiment: &E,
    design: &[(E::Point, usize)],
    settings: &Settings,
) -> Result<Opened> {
    let Some(folder) = &settings.checkpoints else {
        return Ok((None, BTreeMap::new()));
    };
    let fingerprint = Fingerprint {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        experiment: Experiment::name(experiment).to_owned(),
        preset: settings.preset.name().to_owned(),
        seed: settings.seed,
        design: digest(format!("{design:?}").as_bytes()),
    };
    let path = journal_path(folder, &fingerprint.experiment, settings.preset);
    let (journal, entries) = Journal::open(&path, &fingerprint, settings.resume)?;
    Ok((Some(journal), entries.into_iter().collect()))
}

/// What all tasks of a run share.
struct Run<'a, E> {
    experiment: &'a E,
    seed: u64,
    journal: Mutex<Option<Journal>>,
    monitor: &'a Monitor<'a>,
    done: AtomicUsize,
    total: usize,
}

impl<E: Experiment> Run<'_, E> {
    /// Measures one replica, writes it down and tells the monitor.
    fn task(&self, task: usize, point: &E::Point, replica: usize) -> Result<Vec<f64>> {
        if self.monitor.cancelled.load(Ordering::Relaxed) {
            let done = self.done.load(Ordering::Relaxed);
            return Err(Error::Interrupted {
                done,
                total: self.total,
            });
        }
        let name = Experiment::name(self.experiment);
        let mut random = stream(self.seed, &format!("{name} {point:?}"), replica as u64);
        let values = self.experiment.measure(point, &mut random)?;
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
            experiment: name,
            done,
            total: self.total,
        });
        Ok(values)
    }
}
