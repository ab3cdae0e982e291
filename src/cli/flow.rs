use super::args::CommonArgs;
use super::grid::{self, Grid, UnitsGrid};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Compute learning without noise
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow modes --eigenvalues 0.8,1.5,2,4 --time 0:8:81 --plot flow.svg\n  \
    saddlepoint flow ring --units 100 --beta 0.5 --hidden-units 4 --plot fields.svg"
)]
pub(crate) struct FlowArgs {
    #[command(subcommand)]
    pub(crate) what: Flow,
}

/// What learns.
#[derive(Debug, Subcommand)]
pub(crate) enum Flow {
    Modes(FlowModesArgs),
    Ring(FlowRingArgs),
    Stability(FlowStabilityArgs),
    Diffusion(FlowDiffusionArgs),
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

/// Compute what spin hidden units learn from infinitely many configurations of a ring of spins or of angles
///
/// The best optimum of several starts, or with --trajectory learning in time, by the exact gradient. Data do not depend on where the
/// ring begins, and yet on a long ring each hidden unit learns a place.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow ring --units 100 --beta 0.5 --hidden-units 1,3,4 --plot fields.svg\n  \
    saddlepoint flow ring --units 40 --beta 0.5 --hidden-units 6 --summary\n  \
    saddlepoint flow ring --units 20,40 --states 10 --beta 1.5 --summary\n  \
    saddlepoint flow ring --units 60 --beta 0.5 --trajectory --time 0:200:21 -o learning.csv\n\n\
    Exit status 1: a search ended neither at a maximum nor at the tolerance of its gradient, 1e-9, or 1e-6 \
    with --states."
)]
pub(crate) struct FlowRingArgs {
    /// Number of sites N, whole numbers from 3
    #[arg(long, value_name = "GRID", value_parser = grid::units)]
    pub(crate) units: UnitsGrid,

    /// Coupling of neighbouring sites
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true)]
    pub(crate) beta: Grid,

    /// A clock ring: sites with P angles each, 2 to 12, in one-hot units [default: an Ising ring]
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(2..=12))]
    pub(crate) states: Option<u16>,

    /// Numbers of hidden units M, 1 to 16, separated by commas
    #[arg(long, value_name = "M", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=16),
        default_value = "1")]
    pub(crate) hidden_units: Vec<u16>,

    /// Gradient of the log-likelihood: exact, or to leading order in a small coupling (Ising ring only)
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = RingMethod::Exact)]
    pub(crate) method: RingMethod,

    /// One row per hidden unit: where its field is, how wide, and how good the machine is
    #[arg(long, conflicts_with = "trajectory")]
    pub(crate) summary: bool,

    /// Rows in time: gradient flow from small irregular weights, which --seed changes
    #[arg(long)]
    pub(crate) trajectory: bool,

    /// Times of the trajectory, 0 or above, in updates times learning rate [default: 0:400:41]
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true, requires = "trajectory")]
    pub(crate) time: Option<Grid>,

    /// Standard deviation of the weights at time 0, above 0 and at most 1
    #[arg(
        long,
        value_name = "SIGMA",
        default_value_t = 0.01,
        requires = "trajectory"
    )]
    pub(crate) init_scale: f64,

    /// Starts of the search, 1 to 1000: fields at equal distances, small irregular weights, fields in scattered places, and so on
    #[arg(long, value_name = "K", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) starts: u16,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// How the gradient is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RingMethod {
    Exact,
    SmallBeta,
}

impl RingMethod {
    /// The name on the command line and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::SmallBeta => "small-beta",
        }
    }
}

/// Compute the smallest rings on which the uniform weights of a hidden unit are unstable, and a place cell is better
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint flow stability --beta 0.1:1.5:29 --plot stability.svg\n\n\
    On rings of an even number of sites, staggered weights turn a negative coupling into a positive one."
)]
pub(crate) struct FlowStabilityArgs {
    /// Coupling of neighbouring sites, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) beta: Grid,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Compute how the noise of stochastic learning moves a place cell around the ring, and whether a finite data set pins it
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow diffusion --units 60 --beta 0.5 --learning-rate 0.05 --batch 400\n  \
    saddlepoint flow diffusion --units 60 --beta 0.5 --learning-rate 0.1 --batch 100 --samples 1e4:1e8:9:log --plot pinned.svg\n  \
    saddlepoint flow diffusion --units 30 --beta 0.5 --hidden-units 1,2,3 --learning-rate 0.05 --batch 400\n\n\
    Asymptotic for a small learning rate over batch, in sites and nats. Several hidden units repel each other and move as one."
)]
pub(crate) struct FlowDiffusionArgs {
    /// Number of sites N, whole numbers from 3, enough for a place cell: see flow stability
    #[arg(long, value_name = "GRID", value_parser = grid::units)]
    pub(crate) units: UnitsGrid,

    /// Coupling of neighbouring sites
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true)]
    pub(crate) beta: Grid,

    /// Numbers of hidden units M, 1 to 16, separated by commas
    #[arg(long, value_name = "M", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=16),
        default_value = "1")]
    pub(crate) hidden_units: Vec<u16>,

    /// Learning rate, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) learning_rate: Grid,

    /// Samples per update, 1 or more
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) batch: Grid,

    /// Samples of the data set, 1 or more [default: fresh ones in every update]
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) samples: Option<Grid>,

    /// The negative phase is sampled as well, by as many persistent chains as the batch has samples; one hidden unit only
    #[arg(long)]
    pub(crate) sampled_negative_phase: bool,

    /// The landscape itself: covariance of the log-likelihoods at two places against their distance
    #[arg(long, requires = "samples")]
    pub(crate) landscape: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
