//! Flags of a machine whose parameters are in files.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// A given machine: weights, biases and kinds of units.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Machine")]
pub(crate) struct MachineArgs {
    /// Weights W, one row per visible unit: an .npz with the arrays W, b and c (numpy.savez), or .csv, .npy, FILE.npz:NAME
    #[arg(long, value_name = "FILE")]
    pub(crate) weights: PathBuf,

    /// Biases of the visible units [default: b of the .npz, or zero]
    #[arg(long, value_name = "FILE")]
    pub(crate) visible_bias: Option<PathBuf>,

    /// Biases of the hidden units [default: c of the .npz, or zero]
    #[arg(long, value_name = "FILE")]
    pub(crate) hidden_bias: Option<PathBuf>,

    /// Kind of the visible units: spin is -1 or 1, binary is 0 or 1
    #[arg(long, value_enum, value_name = "KIND", default_value_t = VisibleUnit::Spin)]
    pub(crate) visible: VisibleUnit,

    /// Kind of the hidden units: spin, binary, or gaussian (potential h^2/2) [default: as --visible]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) hidden_units: Option<HiddenUnit>,
}

/// Kind of a visible unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VisibleUnit {
    Spin,
    Binary,
}

/// Kind of a hidden unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HiddenUnit {
    Spin,
    Binary,
    Gaussian,
}

impl MachineArgs {
    /// The kind of the hidden units, given or as that of the visible ones.
    pub(crate) fn hidden(&self) -> HiddenUnit {
        let like_visible = match self.visible {
            VisibleUnit::Spin => HiddenUnit::Spin,
            VisibleUnit::Binary => HiddenUnit::Binary,
        };
        self.hidden_units.unwrap_or(like_visible)
    }
}

impl VisibleUnit {
    /// The name on the command line and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Binary => "binary",
        }
    }
}

impl HiddenUnit {
    /// The name on the command line and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Binary => "binary",
            Self::Gaussian => "gaussian",
        }
    }
}
