use super::args::CommonArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Compare predictions with finite-size simulations
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint validate retarded-learning --preset quick -o retarded-learning.csv \
    --plot retarded-learning.svg\n\nExit status 1 if a row disagrees or a control, whose theory is wrong on purpose, \
    passes. A run that was killed continues with --resume and ends with the same bytes."
)]
pub(crate) struct ValidateArgs {
    /// Experiments to run
    #[arg(value_name = "NAME", required_unless_present_any = ["all", "list"])]
    pub(crate) names: Vec<String>,

    /// Run every experiment
    #[arg(long, conflicts_with = "names")]
    pub(crate) all: bool,

    /// List the experiments
    #[arg(long, conflicts_with_all = ["names", "all"])]
    pub(crate) list: bool,

    /// Sizes and replicas: seconds, minutes or an hour on two cores
    #[arg(long, value_enum, default_value_t = PresetName::Quick)]
    pub(crate) preset: PresetName,

    /// Continue a run that was stopped, from its checkpoints
    #[arg(long)]
    pub(crate) resume: bool,

    /// Folder of the checkpoints [default: FILE.checkpoints beside the output, none for stdout]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) checkpoints: Option<PathBuf>,

    /// Digits for hierarchical-learning: 784 grey values from 0 to 255 per row, labels may follow [default: synthetic data]
    #[arg(long, value_name = "FILE")]
    pub(crate) digits: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// How large and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PresetName {
    Quick,
    Standard,
    Paper,
}
