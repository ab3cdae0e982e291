//! Files of several named arrays, as the readers of matrices and machines use them.

use super::raw::Raw;
use super::shown::{first, list, shorten};
use anyhow::{Result, anyhow, bail};
use std::fmt::Write;

/// A file of several named arrays.
pub(super) trait Archive {
    /// Names of what it holds.
    fn names(&self) -> &[String];

    /// Reads an array of numbers.
    fn read(&self, name: &str) -> Result<Raw>;

    /// Reads a short text; none where there is none of this name, or numbers.
    fn word(&self, name: &str) -> Result<Option<String>>;

    /// Whether it holds something of this name.
    fn has(&self, name: &str) -> bool {
        self.names().iter().any(|known| known == name)
    }
}

/// An array of numbers by its name and its sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) shape: Vec<u64>,
}

impl Entry {
    /// `X (1000 x 50)`.
    fn shown(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        let mut shown = shorten(&self.name);
        if !sizes.is_empty() {
            let _ = write!(shown, " ({})", sizes.join(" x "));
        }
        shown
    }
}

/// The name of the only matrix among arrays, of which `call` says how one is named.
pub(super) fn only_matrix<'a>(entries: &'a [Entry], call: &str) -> Result<&'a str> {
    let mut matrices = entries.iter().filter(|entry| entry.shape.len() == 2);
    match (matrices.next(), matrices.next()) {
        (Some(only), None) => Ok(&only.name),
        _ if entries.is_empty() => bail!("holds no arrays of numbers"),
        (some, _) => {
            let many = if some.is_some() {
                "several matrices"
            } else {
                "no matrix"
            };
            let shown: Vec<String> = entries.iter().map(Entry::shown).collect();
            bail!("holds {many}; write {call} with one of: {}", first(&shown))
        }
    }
}

/// The message for a name that is not there.
pub(super) fn unknown<S: AsRef<str>>(name: &str, what: &str, names: &[S]) -> anyhow::Error {
    let name = shorten(name);
    if names.is_empty() {
        return anyhow!("holds no {what} '{name}'");
    }
    anyhow!("holds no {what} '{name}'; it has: {}", list(names))
}
