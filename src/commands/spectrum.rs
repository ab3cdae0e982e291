use super::{Asker, Status};
use crate::cli::spectrum::SpectrumArgs;
use anyhow::Result;

/// The law of sample eigenvalues or of a machine's singular values, its edges, or the overlaps of the top eigenvector.
pub(super) fn table(args: &SpectrumArgs, asker: &impl Asker) -> Result<Status> {
    let common = &args.common;
    match &args.machine {
        Some(file) if args.edges => asker.ask(common.of_one()?, || args.machine_edges(file)),
        Some(file) => asker.ask(common.of_one()?, || args.machine(file)),
        None if args.edges => asker.ask_grid(common, || args.edges()),
        None if args.profile => asker.ask_grid(common, || args.profile()),
        None => asker.ask_grid(common, || args.question()),
    }
}
