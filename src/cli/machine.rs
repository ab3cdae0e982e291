//! Flags of a machine whose parameters are in files.

use crate::input::machine::{self, Files};
use crate::notice::say;
use crate::questions::{GivenMachine, Kind};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};

/// A given machine: weights, biases and kinds of units.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Machine")]
pub(crate) struct MachineArgs {
    #[arg(
        long,
        help = "Machine as simulate train saves it, an .npz with W (one row per visible unit), b, c and the kinds of units; a checkpoint of rbms \
            (the last update, or FILE.h5:update_44); HDF5 of RestrictedBoltzmannMachines.jl; .safetensors, .npz or HDF5 with W or weight and biases, or \
            scikit-learn's names; or W alone: .csv, .npy, FILE.npz:NAME, FILE.h5:PATH",
        value_name = "FILE"
    )]
    pub(crate) machine: PathBuf,

    /// Biases of the visible units [default: those in FILE, or zero]
    #[arg(long, value_name = "FILE")]
    pub(crate) visible_bias: Option<PathBuf>,

    /// Biases of the hidden units [default: those in FILE, or zero]
    #[arg(long, value_name = "FILE")]
    pub(crate) hidden_bias: Option<PathBuf>,

    /// The matrix in FILE has one row per hidden unit; not needed where its format or its biases tell
    #[arg(long)]
    pub(crate) transpose: bool,

    #[arg(
        long,
        help = format!(
            "Kind of the visible units: categorical:P, {} [default: what FILE says, or spin]",
            Kind::NAMES
        ),
        value_name = "KIND",
        allow_hyphen_values = true
    )]
    pub(crate) visible: Option<Kind>,

    /// Kind of the hidden units, of the same kinds [default: what FILE says, or binary beside binary visible units, or spin]
    #[arg(long, value_name = "KIND", allow_hyphen_values = true)]
    pub(crate) hidden: Option<Kind>,
}

impl MachineArgs {
    /// The same flags for another file, with the biases that it holds.
    pub(crate) fn of(&self, file: &Path) -> Self {
        Self {
            machine: file.to_owned(),
            visible_bias: None,
            hidden_bias: None,
            ..self.clone()
        }
    }

    /// Reads the machine, and says on stderr what was read unless `quiet`.
    ///
    /// # Errors
    /// If a file cannot be read or does not fit, or a flag contradicts the file.
    pub(crate) fn given(&self, quiet: bool) -> Result<GivenMachine> {
        let found = machine::read(Files {
            machine: &self.machine,
            visible_bias: self.visible_bias.as_deref(),
            hidden_bias: self.hidden_bias.as_deref(),
            transpose: self.transpose,
        })?;
        let (given, words) = found.with_kinds(&self.machine, self.visible, self.hidden)?;
        if !quiet {
            say(&words);
        }
        Ok(given)
    }
}
