use super::{Status, ask::ask};
use crate::cli::spectrum::SpectrumArgs;
use anyhow::Result;

/// The law of sample eigenvalues or of a machine's singular values, its edges, or the overlaps of the top eigenvector.
pub(super) fn run(args: &SpectrumArgs) -> Result<Status> {
    let common = &args.common;
    match &args.machine {
        Some(file) if args.edges => ask(common, || args.machine_edges(file)),
        Some(file) => ask(common, || args.machine(file)),
        None if args.edges => ask(common, || args.edges()),
        None if args.profile => ask(common, || args.profile()),
        None => ask(common, || args.question()),
    }
}
