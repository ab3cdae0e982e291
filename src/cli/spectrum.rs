use super::args::{CommonArgs, DataArgs};
use super::grid::{self, Grid};
use clap::Args;

/// Compute the law of the sample eigenvalues
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint spectrum --data ising-ring --units inf --beta 0.5 --alpha 10 --edges\n  \
    saddlepoint spectrum --data spectrum --file atoms.csv --alpha 5 --plot density.svg\n  \
    saddlepoint spectrum --data ising-ring --units 200 --beta 0.5 --alpha 2,10,50 --profile"
)]
pub(crate) struct SpectrumArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Samples per unit, above 0; with --data samples it is that of the file
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) alpha: Option<Grid>,

    /// Points of the density, 16 to 1000000, crowded at the edges
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(16..=1_000_000))]
    pub(crate) points: u32,

    /// The edges of the support only
    #[arg(long, conflicts_with = "profile")]
    pub(crate) edges: bool,

    /// The squared overlap of the top sample eigenvector with every mode of a finite population
    #[arg(long)]
    pub(crate) profile: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
