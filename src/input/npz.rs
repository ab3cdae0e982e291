//! One array of `NumPy`'s NPZ format: a zip archive of NPY files.

use super::{Raw, npy};
use anyhow::{Context, Result, bail};
use std::borrow::Cow;
use std::io::{Read, Seek};
use zip::ZipArchive;

/// Names of all arrays.
pub(super) fn members(file: impl Read + Seek) -> Result<Vec<String>> {
    let archive = ZipArchive::new(file).context("is no .npz file; save it with numpy.savez")?;
    let names = archive.file_names().map(|name| {
        let name = name.context("is no .npz file; save it with numpy.savez")?;
        Ok(name.strip_suffix(".npy").unwrap_or(&name).to_owned())
    });
    names.collect()
}

/// Reads the text `name`.
pub(super) fn text(file: impl Read + Seek, name: &str) -> Result<String> {
    let mut archive = ZipArchive::new(file).context("is no .npz file; save it with numpy.savez")?;
    let mut text = String::new();
    let mut entry = archive
        .by_name(name)
        .with_context(|| format!("holds no '{name}'"))?;
    entry
        .read_to_string(&mut text)
        .with_context(|| format!("'{name}'"))?;
    Ok(text)
}

/// Reads the array `name` of a single text; none where it holds numbers.
pub(super) fn word(file: impl Read + Seek, name: &str) -> Result<Option<String>> {
    let mut archive = ZipArchive::new(file).context("is no .npz file; save it with numpy.savez")?;
    let entry = archive.by_name(&format!("{name}.npy"))?;
    npy::word(entry)
}

/// Reads the array `member`, or the only one.
pub(super) fn read(file: impl Read + Seek, member: Option<&str>) -> Result<Raw> {
    let mut archive = ZipArchive::new(file).context("is no .npz file; save it with numpy.savez")?;
    let names: Result<Vec<String>, _> = archive
        .file_names()
        .map(|name| name.map(Cow::into_owned))
        .collect();
    let names = names.context("is no .npz file; save it with numpy.savez")?;
    let short = |name: &str| name.strip_suffix(".npy").unwrap_or(name).to_owned();
    let list = || {
        names
            .iter()
            .take(20)
            .map(|name| short(name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let name = match (member, &names[..]) {
        (_, []) => bail!("holds no arrays"),
        (None, [only]) => only.clone(),
        (None, _)
            if ["data", "indices", "format", "shape"]
                .iter()
                .all(|part| names.iter().any(|name| short(name) == *part)) =>
        {
            bail!(
                "is a sparse matrix of scipy; make it dense in Python: import numpy, scipy.sparse; numpy.save('data.npy', scipy.sparse.load_npz(FILE).toarray())"
            )
        }
        (None, _) => bail!(
            "holds several arrays; write FILE.npz:NAME with one of: {}",
            list()
        ),
        (Some(member), _) => match names
            .iter()
            .find(|name| short(name) == member || *name == member)
        {
            Some(name) => name.clone(),
            None => bail!("holds no array '{member}'; it has: {}", list()),
        },
    };
    let entry = archive
        .by_name(&name)
        .with_context(|| format!("array '{}'", short(&name)))?;
    npy::read(entry).with_context(|| format!("array '{}'", short(&name)))
}
