use clap::Args;
use std::path::PathBuf;

/// Run a command at many settings
///
/// FILE.toml has what all runs have in common, where each writes, and the values of every flag that varies:
///
///   command = "simulate train --data ising-ring --units 40 --beta 0.5"
///
///   output = "runs/{hidden-units}-{seed}.npz"
///
///   [grid]
///
///   hidden-units = [1, 2, 4]
///
///   seed = [0, 1, 2]
///
/// These are nine runs. A run whose file is there already, made by the same arguments, is not done again, so that a sweep that was
/// stopped goes on where it was. The sidecar of each table has the sweep in its arguments, as --note.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint sweep sweep.toml --jobs 2\n  saddlepoint sweep sweep.toml --print | parallel\n\n\
    Exit status 1 if a run ended with 1; a run that cannot be done stops the sweep."
)]
pub(crate) struct SweepArgs {
    /// The sweep
    #[arg(value_name = "FILE.toml")]
    pub(crate) file: PathBuf,

    /// Print the commands, one per line, and run none
    #[arg(long)]
    pub(crate) print: bool,

    /// Runs at a time, 1 to 1024; the threads are shared among them
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: u16,

    /// Show no progress on stderr
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
