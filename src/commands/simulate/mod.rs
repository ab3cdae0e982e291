mod data;
mod gibbs;
mod langevin;
mod train;

use super::Status;
use crate::cli::simulate::{SimulateArgs, Simulation};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Runs one simulation.
pub(crate) fn run(args: &SimulateArgs) -> Result<Status> {
    match &args.what {
        Simulation::Data(args) => data::run(args),
        Simulation::Train(args) => train::run(args),
        Simulation::Gibbs(args) => gibbs::run(args),
        Simulation::Langevin(args) => langevin::run(args),
    }
}

/// The table and the array file of a command that writes both, one beside the other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    /// None for stdout
    table: Option<PathBuf>,
    array: Option<PathBuf>,
}

impl Pair {
    /// `output` names either of the two by its extension, `array` the array file itself. A table has an array file beside
    /// it only where `always` is set.
    fn new(output: Option<&Path>, array: Option<&Path>, extension: &str, always: bool) -> Self {
        let is_array = |path: &&Path| path.extension().is_some_and(|end| end == extension);
        match output {
            Some(path) if array.is_none() && is_array(&path) => Self {
                table: Some(path.with_extension("csv")),
                array: Some(path.to_owned()),
            },
            _ => {
                let beside = output.filter(|path| always && !path.exists() || path.is_file());
                let beside = beside
                    .filter(|_| always)
                    .map(|path| path.with_extension(extension));
                Self {
                    table: output.map(Path::to_owned),
                    array: array.map(Path::to_owned).or(beside),
                }
            }
        }
    }
}

/// A count as typed.
fn size(flag: &str, count: u64) -> Result<usize> {
    usize::try_from(count).with_context(|| format!("{flag} {count} is too large"))
}
