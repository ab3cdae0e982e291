//! Journals: append-only lists of finished tasks, the checkpoints of a run and the results of its shards.
//!
//! The first line is the [`Header`], which names the run. Each further line is one finished task: its number, the bits of its measured values
//! and a checksum. A process killed while it writes leaves at most one line without its end, which is ignored and cut off when the run
//! continues. A line that does not fit its checksum is left out, and its task is done again.

mod collect;
mod header;
mod lines;
mod shard;

pub use collect::{Collected, Journals};
pub use header::{Difference, Header};
pub use shard::Shard;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use lines::{Line, Lines, record};

/// The version in journals of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How every journal begins: the first name in its header.
const START: &str = "{\"program\":";

/// Errs for a file that is there and does not begin as journals do, so that a journal never takes its place.
pub(crate) fn check_place(path: &Path) -> Result<()> {
    let failed = |source| cannot("read", path, source);
    let Ok(found) = fs::metadata(path) else {
        return Ok(());
    };
    let mut start = Vec::new();
    // Whoever opens a pipe waits for its other end.
    if found.is_file() {
        let length = START.len() as u64;
        let file = File::open(path).map_err(failed)?;
        file.take(length).read_to_end(&mut start).map_err(failed)?;
    }
    if !found.is_file() || start != START.as_bytes()[..start.len()] {
        return Err(Error::NotAJournal {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// A finished task: its number in the design and what it measured.
pub(crate) type Entry = (usize, Vec<f64>);

/// A journal open for appending.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Opens the journal at `path`; when `resume` is set, tells `known` each task that it holds, otherwise empties it.
    pub(crate) fn open(
        path: &Path,
        header: &Header,
        resume: bool,
        known: impl FnMut(Entry),
    ) -> Result<Self> {
        let failed = |action| move |source| cannot(action, path, source);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed("create"))?;
        lock(&file, path)?;
        let end = if resume {
            kept(&file, path, header, known)?
        } else {
            0
        };
        file.set_len(end).map_err(failed("write"))?;
        file.seek(SeekFrom::Start(end)).map_err(failed("write"))?;
        let mut journal = Self {
            file,
            path: path.to_owned(),
        };
        if end == 0 {
            journal.append_line(&lines::first(header))?;
        }
        Ok(journal)
    }

    /// Appends one finished task in a single write.
    pub(crate) fn append(&mut self, task: usize, values: &[f64]) -> Result<()> {
        self.append_line(&record(task, values))
    }

    fn append_line(&mut self, line: &str) -> Result<()> {
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|source| Error::Append {
            path: self.path.clone(),
            source,
        })
    }
}

/// Tells the tasks of a journal of the same part of the same run, and how long its complete lines are.
fn kept(file: &File, path: &Path, header: &Header, known: impl FnMut(Entry)) -> Result<u64> {
    let mut lines = Lines::new(BufReader::new(file), path);
    let Some(found) = lines.header()? else {
        return Ok(0);
    };
    let shard = |of: &Header| of.shard.map_or("all".to_owned(), |shard| shard.to_string());
    let difference = found.difference(header).or_else(|| {
        (found.shard != header.shard).then(|| Difference {
            what: "shard".to_owned(),
            this: shard(&found),
            other: shard(header),
        })
    });
    if let Some(difference) = difference {
        return Err(Error::ForeignJournal {
            path: path.to_owned(),
            difference,
        });
    }
    let mut known = known;
    while let Some(line) = lines.read()? {
        if let Line::Task(entry) = line {
            known(entry);
        }
    }
    Ok(lines.end())
}

fn cannot(action: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::Journal {
        action,
        path: path.to_owned(),
        source,
    }
}

/// The system releases the lock when the process ends, however it ends. Some file systems of clusters have no locks: there nobody is held off.
fn lock(file: &File, path: &Path) -> Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Error::JournalInUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) if source.kind() != ErrorKind::Unsupported => {
            Err(cannot("lock", path, source))
        }
        _ => Ok(()),
    }
}

/// FNV-1a, 64 bits: a digest that is the same on every machine and in every version.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &b| {
        (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}

/// The digest of the bits of numbers, in their order.
pub(crate) fn digest_of_numbers<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> u64 {
    let bytes = numbers.into_iter().flat_map(|x| x.to_le_bytes());
    digest(&bytes.collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_fnv_1a() {
        // Published test vector of the algorithm.
        assert_eq!(digest(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_journal_begins_as_journals_do() {
        assert!(lines::first(&header::tests::header()).starts_with(START));
    }
}
