//! Checkpoints of the Python package `rbms`: HDF5 with a group per saved update.
//!
//! `update_K/params` holds `weight_matrix`, N x M, or N x q x M of units of q states, `vbias` and `hbias`; older files hold them in `update_K`
//! itself. `model_type` is `BBRBM`, binary units in both layers, or `PBRBM`, units of q states and binary ones.
//!
//! # References
//! `rbms` 0.5, `io.py`, `bernoulli_bernoulli/classes.py`, `potts_bernoulli/classes.py`.

use super::{Bias, Found};
use crate::input::archive::Archive;
use crate::input::hdf5::Hdf5;
use crate::input::raw::Raw;
use crate::input::shown::{list, shorten};
use crate::questions::Kind;
use anyhow::{Result, bail, ensure};

const MODEL: &str = "model_type";
const UPDATE: &str = "update_";

/// Whether a file is such a checkpoint.
pub(super) fn is(hdf5: &Hdf5) -> bool {
    !updates(hdf5).is_empty()
}

/// Numbers of the updates, ascending.
fn updates(hdf5: &Hdf5) -> Vec<u64> {
    let names = hdf5.groups().iter();
    let numbers = names.filter_map(|name| name.strip_prefix(UPDATE)?.parse().ok());
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers
}

/// Reads the machine of the last update, or of the group `member`.
pub(super) fn read(hdf5: Hdf5, member: Option<&str>) -> Result<Found> {
    let numbers = updates(&hdf5);
    let chosen = match member.map(|name| name.trim_matches('/')) {
        None => numbers.last().copied(),
        Some(name) => {
            let number = name.strip_prefix(UPDATE).and_then(|text| text.parse().ok());
            numbers.iter().copied().find(|known| number == Some(*known))
        }
    };
    let Some(update) = chosen else {
        let names: Vec<String> = numbers
            .iter()
            .map(|number| format!("{UPDATE}{number}"))
            .collect();
        bail!(
            "holds no saved update '{}'; it has: {}",
            shorten(member.unwrap_or_default()),
            list(&names)
        );
    };
    let model = hdf5.word(MODEL)?;
    let range = match &numbers[..] {
        [_] => String::new(),
        several => format!(
            " ({} saved, {} to {})",
            several.len(),
            several[0],
            several[several.len() - 1]
        ),
    };
    let mut group = hdf5.within(&format!("{UPDATE}{update}"))?;
    if group.has_group("params") {
        group = group.within("params")?;
    }
    machine(
        &group,
        model.as_deref(),
        format!("rbms, update {update}{range}"),
    )
}

fn machine(group: &Hdf5, model: Option<&str>, format: String) -> Result<Found> {
    let weights = group.read("weight_matrix")?;
    let mut notes = Vec::new();
    let visible = match (model, &weights.shape[..]) {
        (Some("BBRBM") | None, [_, _]) => Kind::BINARY,
        (Some("PBRBM"), [_, states, _]) => Kind::Categorical(u16::try_from(*states)?),
        (Some("BBRBM" | "PBRBM") | None, shape) => {
            bail!("its weight_matrix has the sizes {shape:?}, which are not those of its model")
        }
        (Some(other), _) => bail!(
            "is of the model '{}' of rbms; known are BBRBM and PBRBM",
            shorten(other)
        ),
    };
    if model.is_none() {
        notes.push("no model_type, as in older files: binary units".to_owned());
    }
    // N x q x M is a matrix of one row per state, N q x M.
    let hidden = weights.shape[weights.shape.len() - 1];
    let rows = weights.values.len() as u64 / hidden.max(1);
    let weights = Raw::new(vec![rows, hidden], weights.values, false)?;
    let bias = |name: &str| -> Result<Bias> {
        let mut raw = group.read(name)?;
        ensure!(
            raw.values.iter().all(|x| x.is_finite()),
            "data set '{name}' holds numbers that are not finite"
        );
        Ok(Some((std::mem::take(&mut raw.values), name.to_owned())))
    };
    Ok(Found {
        format: Some(format),
        weights: weights.into_plain_matrix()?,
        is_oriented: true,
        visible_bias: bias("vbias")?,
        hidden_bias: bias("hbias")?,
        visible: Some(visible),
        hidden: Some(Kind::BINARY),
        notes,
    })
}
