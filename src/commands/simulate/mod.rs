mod data;

use super::Status;
use crate::cli::simulate::{SimulateArgs, Simulation};
use anyhow::Result;

/// Runs one simulation.
pub(crate) fn run(args: &SimulateArgs) -> Result<Status> {
    match &args.what {
        Simulation::Data(args) => data::run(args),
    }
}
