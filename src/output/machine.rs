//! The `.npz` of a machine, as [`crate::input::machine`] reads it.

use super::npz::Archive;
use super::staged::{self, Staged};
use crate::input::machine::{EPOCH, SCALING};
use crate::questions::{GivenMachine, Scaling};
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::path::Path;

/// Writes a machine in memory into a file of its own.
///
/// # Errors
/// If the file's name does not end in .npz, or it cannot be written.
pub fn save(path: &Path, machine: &GivenMachine, scaling: Option<&Scaling>) -> Result<()> {
    ensure!(
        path.extension().is_some_and(|end| end == "npz"),
        "{}: a machine's name must end in .npz",
        path.display()
    );
    staged::forget_inputs();
    let mut file = Staged::open(path)?;
    write(&mut file, machine, None, scaling)?;
    staged::commit(vec![file])
}

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
