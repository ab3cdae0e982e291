use crate::cli::args::{CommonArgs, DataArgs};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use saddlepoint::questions::HiddenUnit;
use std::path::PathBuf;

/// Train a Restricted Boltzmann Machine
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint simulate train --data ising-ring --units 100 --beta 0.5 --samples 10000 \
    --hidden-units 1 --biases none --gibbs-steps 20 --learning-rate 0.01 --batch 10 --epochs 50 -o ring.npz\n  \
    saddlepoint simulate train --data samples --file digits.npy --threshold 127.5 --hidden-units 64 -o digits.npz\n\n\
    FILE.npz holds the weights W and the biases b and c, FILE.csv beside it the log; naming FILE.csv does the same. \
    On stdout there is the log alone, unless --weights names a file. Several replicas write FILE-0.npz, FILE-1.npz, ...; of a \
    data model each draws its own samples.\n\nThe state is saved about twice a minute, or every N epochs, in FILE.npz.checkpoints \
    unless --checkpoint names a folder; --resume goes on from it and ends with the same bytes."
)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Number of samples P that a data model draws
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) samples: Option<u64>,

    /// Turn the file's numbers into two values: the upper one above X, the lower one up to X
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) threshold: Option<f64>,

    #[command(flatten)]
    pub(crate) layers: LayerArgs,

    #[command(flatten)]
    pub(crate) ascent: AscentArgs,

    #[command(flatten)]
    pub(crate) log: LogArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// The machine to train.
#[derive(Debug, Args)]
#[command(next_help_heading = "Machine")]
pub(crate) struct LayerArgs {
    /// Kind of the visible units: spin, binary, gaussian or categorical:P [default: the kind that takes the data's values]
    #[arg(long, value_name = "KIND", value_parser = VisibleKind::parse)]
    pub(crate) visible: Option<VisibleKind>,

    /// Kind of the hidden units: spin, binary, gaussian, double-well:THETA or relu [default: binary for visible units of 0
    /// and 1, spin otherwise]
    #[arg(long, value_name = "KIND", value_parser = HiddenUnit::parse, allow_hyphen_values = true)]
    pub(crate) hidden: Option<HiddenUnit>,

    /// Number of hidden units M
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) hidden_units: u64,

    /// Biases: learned from the start that gives the data's means, or none at all
    #[arg(long, value_enum, default_value_t = Biases::Learned)]
    pub(crate) biases: Biases,

    /// Standard deviation of the initial weights
    #[arg(
        long,
        value_name = "X",
        default_value_t = 0.01,
        allow_hyphen_values = true
    )]
    pub(crate) init_scale: f64,
}

/// How the machine is trained.
#[derive(Debug, Args)]
#[command(next_help_heading = "Training")]
pub(crate) struct AscentArgs {
    /// Averages over the machine: by enumeration of its smaller layer, contrastive divergence, or persistent chains
    #[arg(long, value_enum, default_value_t = AlgorithmName::Pcd)]
    pub(crate) algorithm: AlgorithmName,

    /// Gibbs sweeps per update of cd and pcd
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) gibbs_steps: u32,

    /// Learning rate
    #[arg(
        long,
        value_name = "ETA",
        default_value_t = 0.05,
        allow_hyphen_values = true
    )]
    pub(crate) learning_rate: f64,

    /// Samples per update
    #[arg(long, value_name = "B", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) batch: u64,

    /// Persistent chains of pcd [default: as many as --batch]
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) chains: Option<u64>,

    /// Passes through the samples
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) epochs: u64,

    /// Weight decay: the slope of the penalty (L/2) sum of W^2
    #[arg(
        long,
        value_name = "L",
        default_value_t = 0.0,
        allow_hyphen_values = true
    )]
    pub(crate) l2: f64,

    /// Independent trainings
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) replicas: u32,
}

/// What is kept of a training.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log and checkpoints")]
pub(crate) struct LogArgs {
    /// Machine at the end, .npz [default: beside the log, if that is a file]
    #[arg(long, value_name = "FILE")]
    pub(crate) weights: Option<PathBuf>,

    /// Table of the weights in every epoch that the log has a row of: one row for each visible and hidden unit
    #[arg(long, value_name = "FILE")]
    pub(crate) trajectory: Option<PathBuf>,

    /// Epochs between two rows of the log; the first and the last epoch have one in any case
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) log_every: u64,

    /// Modes in the log: leading singular values and their overlaps with the data's principal directions
    #[arg(long, value_name = "K", default_value_t = 5)]
    pub(crate) modes: u16,

    /// Log-likelihood in the log: exact for up to 20 units in the smaller layer and otherwise annealed, or none
    #[arg(long, value_enum, default_value_t = Likelihood::Best)]
    pub(crate) likelihood: Likelihood,

    /// Folder of the checkpoints
    #[arg(long, value_name = "DIR")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// Epochs between two checkpoints [default: as many as take half a minute]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) every: Option<u64>,

    /// Go on from the checkpoints of a run with the same flags that was stopped
    #[arg(long)]
    pub(crate) resume: bool,
}

/// Kind of a visible unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VisibleKind {
    /// -1 or 1
    Spin,
    /// 0 or 1
    Binary,
    /// Real, of potential v^2/2
    Gaussian,
    /// One of p states, written as p columns of 0 and 1
    Categorical(u16),
}

impl VisibleKind {
    /// A kind by its name; for clap's `value_parser`.
    fn parse(text: &str) -> Result<Self> {
        match text {
            "spin" => Ok(Self::Spin),
            "binary" => Ok(Self::Binary),
            "gaussian" => Ok(Self::Gaussian),
            _ => match text.strip_prefix("categorical:").map(str::parse) {
                Some(Ok(states)) if (2..=1000).contains(&states) => Ok(Self::Categorical(states)),
                _ => bail!(
                    "is no unit; write spin, binary, gaussian or categorical:P with 2 to 1000 states P"
                ),
            },
        }
    }

    /// The name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Binary => "binary",
            Self::Gaussian => "gaussian",
            Self::Categorical(_) => "categorical",
        }
    }
}

/// What becomes of the biases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Biases {
    Learned,
    None,
}

/// Where the averages over the machine come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlgorithmName {
    Exact,
    Cd,
    Pcd,
}

/// How the log-likelihood is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Likelihood {
    Best,
    None,
}
