//! The `.npz` of a machine, as [`crate::input::machine`] reads it.

use super::npz::Archive;
use super::staged::Staged;
use crate::input::machine::{EPOCH, SCALING};
use crate::questions::{GivenMachine, Scaling};
use anyhow::{Context, Result};
use std::io::Write;

/// Writes weights, biases, kinds of units, the number of epochs, and how the data were scaled, where these are known.
///
/// # Errors
/// If the file cannot be written.
pub fn write(
    file: &mut Staged,
    machine: &GivenMachine,
    epoch: Option<u64>,
    scaling: Option<&Scaling>,
) -> Result<()> {
    let mut archive = Archive::new();
    archive.matrix("W", machine.weights.as_ref())?;
    archive.vector("b", &machine.visible_bias)?;
    archive.vector("c", &machine.hidden_bias)?;
    archive.word("visible", &machine.visible.to_string())?;
    archive.word("hidden", &machine.hidden.to_string())?;
    if let Some(epoch) = epoch {
        #[expect(clippy::cast_precision_loss, reason = "epochs far below 2^53")]
        archive.vector(EPOCH, &[epoch as f64])?;
    }
    if let Some(scaling) = scaling {
        let [mean, scale] = SCALING;
        archive.vector(mean, &scaling.mean)?;
        archive.vector(scale, &scaling.scale)?;
    }
    let bytes = archive.finish()?;
    file.write_all(&bytes).with_context(|| file.cannot_write())
}
