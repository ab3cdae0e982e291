//! What the `.npz` of a machine says of its training: how the data were scaled, and how many epochs it had.

use crate::input::archive::Archive;
use crate::input::npz::Npz;
use crate::input::raw::Raw;
use crate::input::{members, memory, place, vector};
use crate::questions::Scaling;
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;

/// Names of the arrays that hold the scaling of the data.
pub const SCALING: [&str; 2] = ["data_mean", "data_scale"];

/// How the data of the training were scaled, where the `.npz` of a machine says so: its arrays `data_mean` and `data_scale`.
///
/// # Errors
/// If the file cannot be read, has one of them only, or a scale that is not positive.
pub fn scaling(machine: &Path) -> Result<Option<Scaling>> {
    if let Some((_, scaling)) = memory::machine(machine) {
        return Ok(scaling);
    }
    let (file, _) = place::split(machine);
    let [mean, scale] = SCALING;
    let Some(npz) = archive(&file)?.filter(|npz| npz.has(mean) || npz.has(scale)) else {
        return Ok(None);
    };
    let found = Scaling {
        mean: member(&*npz, &file, mean)?,
        scale: member(&*npz, &file, scale)?,
    };
    ensure!(
        found.mean.len() == found.scale.len() && found.scale.iter().all(|&x| x > 0.0),
        "{}: '{scale}' needs one positive number for each of the {} entries of '{mean}'",
        file.display(),
        found.mean.len()
    );
    Ok(Some(found))
}

/// Name of the number of epochs that a machine has learnt.
pub const EPOCH: &str = "epoch";

/// How many epochs a machine has learnt, where its `.npz` says so.
///
/// # Errors
/// If the file cannot be read, or the number is none of epochs.
pub fn epoch(machine: &Path) -> Result<Option<u64>> {
    let (file, _) = place::split(machine);
    let Some(npz) = archive(&file)?.filter(|npz| npz.has(EPOCH)) else {
        return Ok(None);
    };
    let value = member(&*npz, &file, EPOCH)?;
    let [epoch] = value[..] else {
        bail!(
            "{}: '{EPOCH}' must be one number, it holds {}",
            file.display(),
            value.len()
        );
    };
    ensure!(
        epoch >= 0.0 && epoch.fract() == 0.0 && epoch < 9e15,
        "{}: '{EPOCH}' must be a whole number from 0, it is {epoch}",
        file.display()
    );
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 0, far below 2^64"
    )]
    Ok(Some(epoch as u64))
}

/// The archive, where the file is an `.npz`.
fn archive(file: &Path) -> Result<Option<Box<dyn Archive>>> {
    if members(file)?.is_none() {
        return Ok(None);
    }
    let npz = Npz::open(file).with_context(|| file.display().to_string())?;
    Ok(Some(Box::new(npz)))
}

fn member(npz: &dyn Archive, file: &Path, name: &str) -> Result<Vec<f64>> {
    let place = format!("{}:{name}", file.display());
    let matrix = npz.read(name).and_then(Raw::into_plain_matrix);
    vector(&matrix.with_context(|| place.clone())?, &place)
}
