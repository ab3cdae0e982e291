//! Checkpoints: an append-only journal of finished tasks.
//!
//! The first line names the run, each further line is one finished task: its number, the bits of its measured values
//! and a checksum. A process killed while it writes leaves at most one line without its end, which is ignored and cut
//! off when the run continues. A line that does not fit its checksum is left out, and its task is done again.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Write as _};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Everything that decides the bytes of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    pub(crate) program: String,
    pub(crate) experiment: String,
    pub(crate) preset: String,
    pub(crate) seed: u64,
    /// Digest of all points and their replicas.
    pub(crate) design: u64,
}

impl Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            program,
            experiment,
            preset,
            seed,
            design,
        } = self;
        write!(
            f,
            "{experiment} {preset} seed {seed} version {program} design {design:016x}"
        )
    }
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
    /// Opens the journal at `path`; when `resume` is set, returns the tasks that it holds, otherwise empties it.
    pub(crate) fn open(
        path: &Path,
        fingerprint: &Fingerprint,
        resume: bool,
    ) -> Result<(Self, Vec<Entry>)> {
        let failed = |action| move |source| checkpoint_error(action, path, source);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed("create"))?;
        }
        let options = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .clone();
        let mut file = options.open(path).map_err(failed("create"))?;
        lock(&file, path)?;
        let mut bytes = Vec::new();
        if resume {
            file.read_to_end(&mut bytes).map_err(failed("read"))?;
        }
        let (entries, end) = parse(&bytes, path, fingerprint)?;
        file.set_len(end).map_err(failed("write"))?;
        file.seek(SeekFrom::Start(end)).map_err(failed("write"))?;
        let mut journal = Self {
            file,
            path: path.to_owned(),
        };
        if end == 0 {
            journal.append_line(&header(fingerprint))?;
        }
        Ok((journal, entries))
    }

    /// Appends one finished task in a single write.
    pub(crate) fn append(&mut self, task: usize, values: &[f64]) -> Result<()> {
        self.append_line(&record(task, values))
    }

    fn append_line(&mut self, line: &str) -> Result<()> {
        self.file
            .write_all(line.as_bytes())
            .map_err(|source| checkpoint_error("write", &self.path, source))
    }
}

fn checkpoint_error(action: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::Checkpoint {
        action,
        path: path.to_owned(),
        source,
    }
}

/// The system releases the lock when the process ends, however it ends.
fn lock(file: &File, path: &Path) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(Error::CheckpointInUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(checkpoint_error("lock", path, source)),
    }
}

fn header(fingerprint: &Fingerprint) -> String {
    let fields = serde_json::to_string(fingerprint)
        .expect("a struct of strings and integers is representable in JSON");
    format!("{fields}\n")
}

/// Values are written as bits: what is read back is what was measured, to the last digit.
fn record(task: usize, values: &[f64]) -> String {
    let mut line = task.to_string();
    for value in values {
        write!(line, " {:x}", value.to_bits()).expect("writing to a string cannot fail");
    }
    let sum = digest(line.as_bytes());
    line + &format!(" {sum:x}\n")
}

/// Entries of a journal and the length of its complete lines.
fn parse(bytes: &[u8], path: &Path, expected: &Fingerprint) -> Result<(Vec<Entry>, u64)> {
    let complete = bytes
        .split_inclusive(|&b| b == b'\n')
        .filter(|l| l.ends_with(b"\n"));
    let damaged = || Error::DamagedCheckpoint {
        path: path.to_owned(),
        line: 1,
    };
    let (mut entries, mut end) = (Vec::new(), 0);
    for (number, line) in complete.enumerate() {
        let text = String::from_utf8_lossy(line);
        if number == 0 {
            let found: Fingerprint = serde_json::from_str(&text).map_err(|_| damaged())?;
            check_fingerprint(&found, expected, path)?;
        } else {
            entries.extend(parse_record(text.trim_end()));
        }
        end += line.len() as u64;
    }
    Ok((entries, end))
}

fn check_fingerprint(found: &Fingerprint, expected: &Fingerprint, path: &Path) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::ForeignCheckpoint {
        path: path.to_owned(),
        found: found.to_string(),
        expected: expected.to_string(),
    })
}

fn parse_record(line: &str) -> Option<Entry> {
    let (content, sum) = line.rsplit_once(' ')?;
    if u64::from_str_radix(sum, 16).ok()? != digest(content.as_bytes()) {
        return None;
    }
    let mut words = content.split(' ');
    let task = words.next()?.parse().ok()?;
    let value = |word| u64::from_str_radix(word, 16).ok().map(f64::from_bits);
    Some((task, words.map(value).collect::<Option<_>>()?))
}

/// FNV-1a, 64 bits: a digest that is the same on every machine and in every version.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &b| {
        (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint() -> Fingerprint {
        Fingerprint {
            program: "0.1.0".into(),
            experiment: "x".into(),
            preset: "quick".into(),
            seed: 3,
            design: 99,
        }
    }

    #[test]
    fn records_come_back_bit_for_bit() {
        let values = [0.1 + 0.2, -0.0, 1e-310, f64::MAX];
        let (task, found) = parse_record(record(7, &values).trim_end()).unwrap();
        assert_eq!(task, 7);
        assert_eq!(found.map_bits(), values.to_vec().map_bits());
    }

    trait Bits {
        fn map_bits(&self) -> Vec<u64>;
    }

    impl Bits for Vec<f64> {
        fn map_bits(&self) -> Vec<u64> {
            self.iter().map(|x| x.to_bits()).collect()
        }
    }

    #[test]
    fn digest_is_fnv_1a() {
        // Published test vector of the algorithm.
        assert_eq!(digest(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_journal_cut_anywhere_yields_its_complete_lines() {
        let whole = header(&fingerprint()) + &record(0, &[1.5]) + &record(4, &[2.5, 3.5]);
        for cut in 0..=whole.len() {
            let (entries, end) =
                parse(&whole.as_bytes()[..cut], Path::new("j"), &fingerprint()).unwrap();
            let lines = whole[..cut].matches('\n').count();
            assert_eq!(entries.len(), lines.saturating_sub(1));
            assert!(usize::try_from(end).unwrap() <= cut);
        }
    }

    #[test]
    fn a_damaged_line_is_left_out_and_the_good_ones_are_kept() {
        let damaged = record(0, &[1.5]).replace('3', "4");
        let whole = header(&fingerprint()) + &record(2, &[0.5]) + &damaged + &record(4, &[2.5]);
        let mut bytes = whole.into_bytes();
        let (entries, end) = parse(&bytes, Path::new("j"), &fingerprint()).unwrap();
        assert_eq!(entries, [(2, vec![0.5]), (4, vec![2.5])]);
        assert_eq!(usize::try_from(end).unwrap(), bytes.len());
        // A damaged byte may be no letter, or the end of a line.
        let last = bytes.len() - 5;
        for byte in [0xff, b'\n', 0] {
            bytes[last] = byte;
            let (entries, _) = parse(&bytes, Path::new("j"), &fingerprint()).unwrap();
            assert_eq!(entries, [(2, vec![0.5])]);
        }
    }

    #[test]
    fn a_journal_without_its_name_is_refused() {
        let whole = header(&fingerprint()).replace('{', "") + &record(0, &[1.5]);
        let found = parse(whole.as_bytes(), Path::new("j"), &fingerprint());
        assert!(matches!(
            found,
            Err(Error::DamagedCheckpoint { line: 1, .. })
        ));
    }

    #[test]
    fn another_seed_is_refused() {
        let other = Fingerprint {
            seed: 4,
            ..fingerprint()
        };
        let found = parse(header(&other).as_bytes(), Path::new("j"), &fingerprint());
        assert!(matches!(found, Err(Error::ForeignCheckpoint { .. })));
    }
}
