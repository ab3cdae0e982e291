//! What can go wrong when theory and simulation are compared.

use std::fmt::Display;
use std::path::PathBuf;

use crate::journal::Difference;

/// Result of a computation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Reasons why a comparison cannot be made.
///
/// A theory that disagrees with its simulation is not an error: the row says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The prediction could not be computed.
    #[error("the prediction cannot be computed")]
    Theory(#[from] saddlepoint_theory::Error),
    /// The measurement could not be made.
    #[error("the simulation cannot be made")]
    Simulator(#[from] saddlepoint_simulator::Error),
    /// The worker threads could not be started.
    #[error("cannot start the worker threads, ask for fewer")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A journal, or the folder of one, could not be read or written.
    #[error("cannot {action} journal {}", path.display())]
    Journal {
        /// What was tried: "read", "write", "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason given by the system.
        source: std::io::Error,
    },
    /// A finished task could not be added to a journal.
    #[error("cannot add to journal {}, which keeps what it holds for a run that resumes", path.display())]
    Append {
        /// The file.
        path: PathBuf,
        /// The reason given by the system.
        source: std::io::Error,
    },
    /// A journal was written by a run with other settings.
    #[error(
        "journal {} belongs to another run ({} is {} there and {} here): run with the same settings or without resuming",
        path.display(), difference.what, difference.this, difference.other
    )]
    ForeignJournal {
        /// The file.
        path: PathBuf,
        /// What differs: the journal's value first.
        difference: Difference,
    },
    /// The first line of a journal is not as a run has written it.
    #[error("journal {} is damaged at line 1: remove it, and run its tasks again", path.display())]
    DamagedJournal {
        /// The file.
        path: PathBuf,
    },
    /// A file is something else.
    #[error("{} is no journal of a validation: name another file, or remove it", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// Another run is writing the same journal.
    #[error("journal {} is in use by another run: wait for its end, or name another file", path.display())]
    JournalInUse {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to merge.
    #[error("there are no journals to merge")]
    NoJournals,
    /// A run was stopped before it had written its first line.
    #[error("journal {} has no complete first line: run its shard again, or leave it out", path.display())]
    NotBegun {
        /// The file.
        path: PathBuf,
    },
    /// Two journals are of different runs.
    #[error("{} and {} are of two runs: {difference}", first.display(), second.display())]
    JournalsDiffer {
        /// A journal.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
        /// What differs.
        difference: Difference,
    },
    /// A journal is of a run that this program would make in another way.
    #[error("{} is of a run that would be another one here ({} is {} there and {} here): merge it with the program and the data that it is from",
        path.display(), difference.what, difference.this, difference.other)]
    OtherRun {
        /// A journal.
        path: PathBuf,
        /// What differs: the journal's value first.
        difference: Difference,
    },
    /// Two journals have other values for one task.
    #[error("task {task} has other values in {} than in {}: one of them is of another machine or build; remove it and run its shard again",
        second.display(), first.display())]
    TasksDiffer {
        /// Number of the task in the design.
        task: usize,
        /// The journal that was read first.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
    },
    /// Tasks are in no journal.
    #[error(
        "{missing} of {total} tasks are missing: {which}; run these again with --resume, and name all journals"
    )]
    MissingTasks {
        /// How many.
        missing: usize,
        /// Tasks of the whole run.
        total: usize,
        /// Which journals lack tasks, in words.
        which: String,
    },
    /// No preset has this name.
    #[error("no preset is called {name:?}; known are: quick, standard, paper")]
    UnknownPreset {
        /// The name asked for.
        name: String,
    },
    /// An experiment has no parameter of this name.
    #[error("there is no parameter {parameter} here")]
    UnknownParameter {
        /// The parameter.
        parameter: String,
    },
    /// The caller asked to stop; what was finished is in the checkpoint, if there is one.
    #[error("interrupted after {done} of {total} tasks")]
    Interrupted {
        /// Tasks finished.
        done: usize,
        /// Tasks of the whole run.
        total: usize,
    },
    /// No experiment has this name.
    #[error("no experiment is called {name:?}; known are: {known}")]
    UnknownExperiment {
        /// The name asked for.
        name: String,
        /// All names, separated by commas.
        known: String,
    },
    /// A value of a parameter is outside of its domain.
    #[error("{name} must be {domain}, got {value}")]
    BadParameter {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// What it may be.
        domain: String,
    },
    /// A mode of a machine orders, so that its variables have two values and no variance of Gaussian pairs.
    #[error(
        "mode {mode} of the machine has s = {s:.3}, which is 1 or more: it orders, and pairs of Gaussian variables say nothing of it; see landau and simulate gibbs"
    )]
    OrderedMode {
        /// The mode, counted from 0.
        mode: usize,
        /// Its singular value, in units where a mode orders at 1.
        s: f64,
    },
    /// A precision asked for takes more replicas than can be measured.
    #[error(
        "a standard error of {error:?} takes {needed:.0} replicas of a point, more than {most}: ask for less precision"
    )]
    TooPrecise {
        /// The standard error asked for.
        error: f64,
        /// Replicas that it takes.
        needed: f64,
        /// The most that are measured.
        most: usize,
    },
    /// A mean needs more independent replicas before its standard error means anything.
    #[error("{found} replicas cannot be judged: at least {needed} are needed")]
    TooFewReplicas {
        /// Number of replicas given.
        found: usize,
        /// Smallest number accepted.
        needed: usize,
    },
    /// All replicas gave the same value, or one that is not finite.
    #[error("the replicas have standard error {standard_error}: nothing can be judged by it")]
    NoScatter {
        /// The standard error found.
        standard_error: f64,
    },
    /// An extrapolation has no freedom left to check itself.
    #[error("extrapolation with {unknowns} unknowns needs more than {found} sizes")]
    TooFewSizes {
        /// Number of sizes given.
        found: usize,
        /// Number of fitted coefficients.
        unknowns: usize,
    },
    /// A measured curve does not reach the level asked for.
    #[error("{observable} stays between {lowest} and {highest}: it never crosses {level}")]
    NoCrossing {
        /// The measured curve.
        observable: &'static str,
        /// The level asked for.
        level: f64,
        /// Smallest value of the curve.
        lowest: f64,
        /// Largest value of the curve.
        highest: f64,
    },
}

impl Error {
    /// [`Error::BadParameter`].
    pub(crate) fn parameter(name: &str, value: impl Display, domain: impl Into<String>) -> Self {
        Self::BadParameter {
            name: name.to_owned(),
            value: value.to_string(),
            domain: domain.into(),
        }
    }
}
