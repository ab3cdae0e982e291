use super::args::CommonArgs;
use super::grid::{self, Grid};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Compute learning without noise
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint flow modes --eigenvalues 0.8,1.5,2,4 --time 0:8:81 --plot flow.svg"
)]
pub(crate) struct FlowArgs {
    #[command(subcommand)]
    pub(crate) what: Flow,
}

/// What learns.
#[derive(Debug, Subcommand)]
pub(crate) enum Flow {
    Modes(FlowModesArgs),
}

/// Compute the singular values of the weights while a machine learns data of given covariance
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow modes --eigenvalues 0.8,1.5,2,4 --time 0:8:81 --plot flow.svg\n  \
    saddlepoint flow modes --file eigenvalues.csv --hidden-units 64 --init-scale 0.01 --emergence\n\n\
    Without --hidden-units each mode starts alone from --start and saturates. With it, the weights start as independent \
    entries of standard deviation --init-scale and grow without saturation, and the modes leave their bulk one after another."
)]
pub(crate) struct FlowModesArgs {
    /// Eigenvalues of the data's covariance, one per direction, 0 or above
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true,
        required_unless_present = "file", conflicts_with = "file")]
    pub(crate) eigenvalues: Option<Grid>,

    /// The same from a file: .csv, .npy, FILE.npz:NAME, one column or row
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Times, 0 or above, in units of the learning rate per unit
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true,
        required_unless_present = "emergence")]
    pub(crate) time: Option<Grid>,

    /// Singular value at time 0, above 0 and below 1
    #[arg(
        long,
        value_name = "S",
        default_value_t = 0.001,
        conflicts_with = "hidden_units"
    )]
    pub(crate) start: f64,

    /// Number of hidden units M, 1 or more: start from random weights
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) hidden_units: Option<u32>,

    /// Standard deviation of the initial weights, above 0
    #[arg(
        long,
        value_name = "SIGMA",
        default_value_t = 0.01,
        requires = "hidden_units"
    )]
    pub(crate) init_scale: f64,

    /// Units, which fix the growth rate of small weights: gaussian or spin c - 1, binary of mean 1/2 c/4 - 1/16
    #[arg(long, value_enum, value_name = "KIND", default_value_t = Growth::Gaussian, requires = "hidden_units")]
    pub(crate) growth: Growth,

    /// The time at which each mode leaves the bulk of the initial weights, and the singular value it then has
    #[arg(long, requires = "hidden_units", conflicts_with = "time")]
    pub(crate) emergence: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Growth rate of small weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Growth {
    Gaussian,
    Binary,
}
