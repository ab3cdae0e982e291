//! How the data of a training were scaled.

use crate::input::archive::Archive;
use crate::input::npz::Npz;
use crate::input::{members, place, vector};
use crate::questions::Scaling;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Names of the arrays that hold the scaling of the data.
pub const SCALING: [&str; 2] = ["data_mean", "data_scale"];

/// How the data of the training were scaled, where the `.npz` of a machine says so: its arrays `data_mean` and `data_scale`.
///
/// # Errors
/// If the file cannot be read, has one of them only, or a scale that is not positive.
pub fn scaling(machine: &Path) -> Result<Option<Scaling>> {
    let (file, _) = place::split(machine);
    if members(&file)?.is_none() {
        return Ok(None);
    }
    let npz = Npz::open(&file).with_context(|| file.display().to_string())?;
    let member = |name: &str| {
        let place = format!("{}:{name}", file.display());
        let matrix = npz.read(name).and_then(|raw| raw.into_plain_matrix());
        vector(&matrix.with_context(|| place.clone())?, &place)
    };
    let [mean, scale] = SCALING;
    if !npz.has(mean) && !npz.has(scale) {
        return Ok(None);
    }
    let found = Scaling {
        mean: member(mean)?,
        scale: member(scale)?,
    };
    ensure!(
        found.mean.len() == found.scale.len() && found.scale.iter().all(|&x| x > 0.0),
        "{}: '{scale}' needs one positive number for each of the {} entries of '{mean}'",
        file.display(),
        found.mean.len()
    );
    Ok(Some(found))
}
