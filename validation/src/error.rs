//! What can go wrong when theory and simulation are compared.

use std::path::PathBuf;

/// Result of a computation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Reasons why a comparison cannot be made.
///
/// A theory that disagrees with its simulation is not an error: the row says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The prediction could not be computed.
    #[error("theory: {0}")]
    Theory(#[from] saddlepoint_theory::Error),
    /// The measurement could not be made.
    #[error("simulation: {0}")]
    Simulator(#[from] saddlepoint_simulator::Error),
    /// The worker threads could not be started.
    #[error("cannot start the worker threads: {0}; ask for fewer threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A checkpoint could not be read or written.
    #[error("cannot {action} checkpoint {}: {source}", path.display())]
    Checkpoint {
        /// What was tried: "read", "write", "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason given by the system.
        source: std::io::Error,
    },
    /// A checkpoint was written by a run with other settings.
    #[error(
        "checkpoint {} belongs to another run ({found}; this one is {expected}): \
         run with the same settings or without resuming",
        path.display()
    )]
    ForeignCheckpoint {
        /// The file.
        path: PathBuf,
        /// Settings found in the file.
        found: String,
        /// Settings of this run.
        expected: String,
    },
    /// A checkpoint holds a line that no run has written.
    #[error("checkpoint {} is damaged at line {line}: run without resuming", path.display())]
    DamagedCheckpoint {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
    },
    /// Another run is writing the same checkpoint.
    #[error("checkpoint {} is in use by another run", path.display())]
    CheckpointInUse {
        /// The file.
        path: PathBuf,
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
        name: &'static str,
        /// The value.
        value: String,
        /// What it may be.
        domain: String,
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
