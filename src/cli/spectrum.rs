use super::args::{CommonArgs, DataArgs};
use super::grid::{self, Grid};
use clap::Args;
use clap::builder::ArgPredicate;
use std::path::PathBuf;

/// Compute the law of the sample eigenvalues
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint spectrum --data ising-ring --units inf --beta 0.5 --alpha 10 --edges\n  \
    saddlepoint spectrum --data spectrum --file atoms.csv --alpha 5 --plot density.svg\n  \
    saddlepoint spectrum --data ising-ring --units 200 --beta 0.5 --alpha 2,10,50 --profile\n  \
    saddlepoint spectrum --weights machine.npz --plot bulk.svg",
    mut_arg("data", |data| data
        .required(false)
        .required_unless_present("weights")
        .default_value_if("weights", ArgPredicate::IsPresent, "samples"))
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

    /// Matrix of weights: its singular values against the law fitted to their bulk; .csv, .npy, or .npz with the array W
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "units", "beta", "states", "spike", "signal",
        "file", "columns", "standardize", "alpha", "profile"])]
    pub(crate) weights: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
