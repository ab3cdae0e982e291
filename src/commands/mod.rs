//! Arguments as meant: one file per subcommand, each ending in library calls and rows.

mod ask;
mod completions;
mod flow;
mod infer;
mod landau;
mod machine;
mod man;
mod outcome;
mod phase;
mod plot;
mod simulate;
mod spectrum;
mod threshold;
mod validate;

use crate::cli::Command;
use crate::cli::args::CommonArgs;
use anyhow::Result;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// How a command that ran to its end went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// All converged and agreed: exit status 0.
    Done,
    /// A solver did not converge or a comparison failed: exit status 1.
    Incomplete,
}

/// Runs one command.
///
/// # Errors
/// If it could not run: exit status 2.
pub(crate) fn run(command: Command) -> Result<Status> {
    match command {
        Command::Threshold(args) => threshold::run(&args),
        Command::Spectrum(args) => spectrum::run(&args),
        Command::Learn(args) => ask::ask(&args.common, || args.question()),
        Command::Infer(args) => infer::run(&args),
        Command::Phase(args) => phase::run(&args),
        Command::Landau(args) => landau::run(&args),
        Command::Flow(args) => flow::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Plot(args) => plot::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// As many threads as asked for.
fn thread_pool(common: &CommonArgs) -> Result<ThreadPool> {
    let threads = common.threads.map_or(0, usize::from);
    Ok(ThreadPoolBuilder::new().num_threads(threads).build()?)
}
