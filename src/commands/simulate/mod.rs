//! Simulations, which write arrays beside tables.

mod data;
mod gibbs;
mod train;

use super::{Status, ask::ask};
use crate::cli::args::CommonArgs;
use crate::cli::simulate::{SimulateArgs, Simulation};
use crate::output::{Destination, Writer};
use crate::table::Record;
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

/// Runs one simulation.
pub(super) fn run(args: &SimulateArgs) -> Result<Status> {
    match &args.what {
        Simulation::Data(args) => data::run(args),
        Simulation::Train(args) => train::run(args),
        Simulation::Gibbs(args) => gibbs::run(args),
        Simulation::Langevin(args) => ask(&args.common, || args.question()),
    }
}

/// The table and the array file of a command that writes both, one beside the other.
#[derive(Debug, Clone)]
struct Pair {
    table: Destination,
    array: Option<PathBuf>,
}

impl Pair {
    /// `--output` names either of the two by its extension, `array` the array file itself. A table has an array file beside it only
    /// where `always` is set.
    fn new(
        common: &CommonArgs,
        array: Option<&Path>,
        extension: &str,
        always: bool,
    ) -> Result<Self> {
        let output = common.output_file();
        let is_array = |path: &&Path| {
            let end = path.extension().and_then(|end| end.to_str());
            array.is_none() && end.is_some_and(|end| end.eq_ignore_ascii_case(extension))
        };
        // A device or a pipe has nothing beside it.
        let has_room = |path: &&Path| always && (!path.exists() || path.is_file());
        let named = output.filter(is_array).map(Path::to_owned);
        let beside = output
            .filter(has_room)
            .map(|path| path.with_extension(extension));
        let table = match &named {
            Some(array) => Some(array.with_extension("csv")),
            None => output.map(Path::to_owned),
        };
        let array = array.map(Path::to_owned).or(named).or(beside);
        ensure!(
            table.is_none() || table != array,
            "{}: the table and the array beside it have the same name; choose two",
            array.unwrap_or_default().display()
        );
        Ok(Self {
            table: Destination {
                file: table,
                ..common.destination()?
            },
            array,
        })
    }

    /// A further table in a file of its own, named by `flag`.
    fn beside<R: Record>(&self, flag: &str, file: Option<&Path>) -> Result<Option<Writer<R>>> {
        let Some(file) = file.map(Path::to_owned) else {
            return Ok(None);
        };
        ensure!(
            ![&self.table.file, &self.array].contains(&&Some(file.clone())),
            "{flag} {}: another output has this name; choose two",
            file.display()
        );
        let destination = Destination {
            file: Some(file),
            seed: self.table.seed,
            ..Destination::default()
        };
        Ok(Some(Writer::open(&destination, &[])?))
    }
}
