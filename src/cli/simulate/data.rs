use crate::cli::args::{CommonArgs, DataArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Draw samples of a data model, one per row
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint simulate data --data ising-ring --units 100 --beta 0.5 --samples 10000 \
    -o ring.npy\n\nThe format follows the name: FILE.npy (spins and states as i1, real numbers as f8) or FILE.csv \
    without a header, as on stdout. Each parameter takes one value."
)]
pub(crate) struct SimulateDataArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Number of samples P, 1 or more
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) samples: u64,

    /// Law of one unit of iid data
    #[arg(long, value_enum, default_value_t = UnitLaw::Spin)]
    pub(crate) law: UnitLaw,

    /// How a clock-ring unit is written: N p columns of 0 and 1, N columns of states 0 to p-1, or N p standardised columns
    #[arg(long, value_enum, default_value_t = Encoding::OneHot)]
    pub(crate) encoding: Encoding,

    /// Write the planted directions of spiked and two-cluster data too, one per column, as .npy or .csv
    #[arg(long, value_name = "FILE")]
    pub(crate) directions: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Law of an independent unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitLaw {
    Spin,
    Gaussian,
}

/// How the states of a clock unit are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Encoding {
    OneHot,
    States,
    Standardised,
}
