use super::Status;
use super::ask::{ask, ask_grid};
use crate::cli::spectrum::SpectrumArgs;
use anyhow::Result;

/// The law of sample eigenvalues or of a machine's singular values, its edges, or the overlaps of the top eigenvector.
pub(super) fn run(args: &SpectrumArgs) -> Result<Status> {
    let common = &args.common;
    match &args.machine {
        Some(file) if args.edges => ask(common.of_one()?, || args.machine_edges(file)),
        Some(file) => ask(common.of_one()?, || args.machine(file)),
        None if args.edges => ask_grid(common, || args.edges()),
        None if args.profile => ask_grid(common, || args.profile()),
        None => ask_grid(common, || args.question()),
    }
}
