//! `NumPy`'s NPZ format: a zip archive of NPY files.

use super::archive::{Archive, unknown};
use super::limit::Limit;
use super::raw::Raw;
use super::shown::{list, shorten};
use super::{npy, source};
use anyhow::{Context, Result, bail};
use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use zip::ZipArchive;

const NONE: &str = "is no .npz file; save it with numpy.savez";

/// The most bytes of a text beside the arrays.
const MAX_TEXT: u64 = 1 << 24;

/// An open archive.
pub(super) struct Npz<R> {
    zip: RefCell<ZipArchive<R>>,
    /// Names of the arrays, without `.npy`
    names: Vec<String>,
    limit: Limit,
}

impl Npz<BufReader<File>> {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = source::open(path)?;
        let limit = Limit::packed(source::length(path)?);
        Self::new(file, limit)
    }
}

impl<R: Read + Seek> Npz<R> {
    /// Reads the list of the arrays.
    pub(super) fn new(file: R, limit: Limit) -> Result<Self> {
        let zip = ZipArchive::new(file).context(NONE)?;
        let names = zip.file_names().map(|name| {
            let name = name.context(NONE)?;
            Ok(name.strip_suffix(".npy").unwrap_or(&name).to_owned())
        });
        let names = names.collect::<Result<_>>()?;
        Ok(Self {
            zip: RefCell::new(zip),
            names,
            limit,
        })
    }

    /// The array `member`, or the only one.
    pub(super) fn matrix(&self, member: Option<&str>) -> Result<Raw> {
        let is_sparse = ["data", "indices", "format", "shape"]
            .iter()
            .all(|part| self.has(part));
        match (member, &self.names[..]) {
            (_, []) => bail!("holds no arrays"),
            (None, [only]) => self.read(only),
            (None, _) if is_sparse => bail!(
                "is a sparse matrix of scipy; make it dense in Python: import numpy, scipy.sparse; numpy.save('data.npy', scipy.sparse.load_npz(FILE).toarray())"
            ),
            (None, names) => bail!(
                "holds several arrays; write FILE.npz:NAME with one of: {}",
                list(names)
            ),
            (Some(member), _) => {
                let name = member.strip_suffix(".npy").unwrap_or(member);
                self.read(if self.has(member) { member } else { name })
            }
        }
    }

    /// The text `name` that is no array.
    pub(super) fn text(&self, name: &str) -> Result<String> {
        let mut zip = self.zip.borrow_mut();
        let mut text = String::new();
        zip.by_name(name)
            .with_context(|| format!("holds no '{name}'"))?
            .take(MAX_TEXT)
            .read_to_string(&mut text)
            .with_context(|| format!("'{name}'"))?;
        Ok(text)
    }

    /// Asks the array of this name something.
    fn ask<T>(&self, name: &str, what: impl FnOnce(&mut dyn Read) -> Result<T>) -> Result<T> {
        if !self.has(name) {
            return Err(unknown(name, "array", &self.names));
        }
        let mut zip = self.zip.borrow_mut();
        let stored = format!("{name}.npy");
        let key = match zip.index_for_name(&stored) {
            Some(_) => &stored,
            None => name,
        };
        let place = || format!("array '{}'", shorten(name));
        let mut entry = zip.by_name(key).with_context(place)?;
        what(&mut entry).with_context(place)
    }
}

impl<R: Read + Seek> Archive for Npz<R> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, name: &str) -> Result<Raw> {
        self.ask(name, |entry| npy::read(entry, self.limit))
    }

    fn word(&self, name: &str) -> Result<Option<String>> {
        if !self.has(name) {
            return Ok(None);
        }
        self.ask(name, |entry| npy::word(entry))
    }
}
