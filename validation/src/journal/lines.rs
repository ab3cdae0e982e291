//! The lines of a journal, written and read.

use std::fmt::Write as _;
use std::io::{BufRead, Read};
use std::path::Path;

use super::{Entry, Header, START, cannot, digest};
use crate::error::{Error, Result};

/// The most bytes of a header: many times those of the longest, and little memory for a file that has no lines.
const LONGEST_HEADER: u64 = 1 << 20;

/// The first line.
pub(super) fn first(header: &Header) -> String {
    let fields = serde_json::to_string(header)
        .expect("a struct of strings and integers is representable in JSON");
    format!("{fields}\n")
}

/// Values are written as bits: what is read back is what was measured, to the last digit.
pub(super) fn record(task: usize, values: &[f64]) -> String {
    let mut line = task.to_string();
    for value in values {
        write!(line, " {:x}", value.to_bits()).expect("writing to a string cannot fail");
    }
    let sum = digest(line.as_bytes());
    line + &format!(" {sum:x}\n")
}

/// A line after the header.
pub(super) enum Line {
    /// A finished task.
    Task(Entry),
    /// One that does not fit its checksum.
    Damaged,
}

/// The complete lines of a journal, one after the other.
pub(super) struct Lines<'a, R> {
    reader: R,
    path: &'a Path,
    bytes: Vec<u8>,
    /// Complete lines so far.
    count: usize,
    /// Their length in bytes.
    end: u64,
}

impl<'a, R: BufRead> Lines<'a, R> {
    pub(super) fn new(reader: R, path: &'a Path) -> Self {
        Self {
            reader,
            path,
            bytes: Vec::new(),
            count: 0,
            end: 0,
        }
    }

    /// The header, which is read first; `None` where not even its line is complete.
    pub(super) fn header(&mut self) -> Result<Option<Header>> {
        let mut start = self.reader.by_ref().take(LONGEST_HEADER);
        let read = start.read_until(b'\n', &mut self.bytes);
        read.map_err(|source| cannot("read", self.path, source))?;
        let path = || self.path.to_owned();
        let beginning = self.bytes.len().min(START.len());
        if self.bytes[..beginning] != START.as_bytes()[..beginning] {
            return Err(Error::NotAJournal { path: path() });
        }
        if !self.bytes.ends_with(b"\n") {
            return Ok(None);
        }
        let header = serde_json::from_slice(&self.bytes);
        let header = header.map_err(|_| Error::DamagedJournal { path: path() })?;
        self.advance();
        Ok(Some(header))
    }

    /// The next complete line after the header; `None` at the end.
    pub(super) fn read(&mut self) -> Result<Option<Line>> {
        self.bytes.clear();
        let read = self.reader.read_until(b'\n', &mut self.bytes);
        read.map_err(|source| cannot("read", self.path, source))?;
        let Some(line) = self.bytes.strip_suffix(b"\n") else {
            return Ok(None);
        };
        let line = parse_record(line).map_or(Line::Damaged, Line::Task);
        self.advance();
        Ok(Some(line))
    }

    fn advance(&mut self) {
        self.count += 1;
        self.end += self.bytes.len() as u64;
    }

    /// The number of the last line, counted from 1.
    pub(super) fn number(&self) -> usize {
        self.count
    }

    /// The length of the complete lines in bytes.
    pub(super) fn end(&self) -> u64 {
        self.end
    }
}

fn parse_record(line: &[u8]) -> Option<Entry> {
    let line = std::str::from_utf8(line).ok()?;
    let (content, sum) = line.rsplit_once(' ')?;
    if u64::from_str_radix(sum, 16).ok()? != digest(content.as_bytes()) {
        return None;
    }
    let mut words = content.split(' ');
    let task = words.next()?.parse().ok()?;
    let value = |word| u64::from_str_radix(word, 16).ok().map(f64::from_bits);
    Some((task, words.map(value).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::super::header::tests::header;
    use super::*;

    /// The tasks of a text, and the length of its complete lines.
    fn parse(bytes: &[u8]) -> Result<(Vec<Entry>, u64)> {
        let mut lines = Lines::new(bytes, Path::new("j"));
        let mut entries = Vec::new();
        if lines.header()?.is_some() {
            while let Some(line) = lines.read()? {
                if let Line::Task(entry) = line {
                    entries.push(entry);
                }
            }
        }
        Ok((entries, lines.end()))
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
    fn records_come_back_bit_for_bit() {
        let values = [0.1 + 0.2, -0.0, 1e-310, f64::MAX];
        let (task, found) = parse_record(record(7, &values).trim_end().as_bytes()).unwrap();
        assert_eq!(task, 7);
        assert_eq!(found.map_bits(), values.to_vec().map_bits());
    }

    #[test]
    fn a_header_comes_back_as_it_was() {
        let mut header = header();
        header.shard = "2/3".parse().ok();
        header.parameters.insert("beta".into(), "0.5".into());
        let line = first(&header);
        let mut lines = Lines::new(line.as_bytes(), Path::new("j"));
        assert_eq!(lines.header().unwrap(), Some(header));
    }

    #[test]
    fn a_journal_cut_anywhere_yields_its_complete_lines() {
        let whole = first(&header()) + &record(0, &[1.5]) + &record(4, &[2.5, 3.5]);
        for cut in 0..=whole.len() {
            let (entries, end) = parse(&whole.as_bytes()[..cut]).unwrap();
            let lines = whole[..cut].matches('\n').count();
            assert_eq!(entries.len(), lines.saturating_sub(1));
            assert_eq!(
                usize::try_from(end).unwrap(),
                whole[..cut].rfind('\n').map_or(0, |at| at + 1)
            );
        }
    }

    #[test]
    fn a_damaged_line_is_left_out_and_the_good_ones_are_kept() {
        let damaged = record(0, &[1.5]).replace('3', "4");
        let whole = first(&header()) + &record(2, &[0.5]) + &damaged + &record(4, &[2.5]);
        let mut bytes = whole.into_bytes();
        let (entries, end) = parse(&bytes).unwrap();
        assert_eq!(entries, [(2, vec![0.5]), (4, vec![2.5])]);
        assert_eq!(usize::try_from(end).unwrap(), bytes.len());
        // A damaged byte may be no letter, or the end of a line.
        let last = bytes.len() - 5;
        for byte in [0xff, b'\n', 0] {
            bytes[last] = byte;
            let (entries, _) = parse(&bytes).unwrap();
            assert_eq!(entries, [(2, vec![0.5])]);
        }
    }

    #[test]
    fn a_file_that_is_no_journal_is_refused() {
        let whole = first(&header()).replace('{', "") + &record(0, &[1.5]);
        for other in [whole.as_bytes(), b"experiment,data\n", b"x"] {
            assert!(matches!(parse(other), Err(Error::NotAJournal { .. })));
        }
        let damaged = first(&header()).replace("seed", "sead");
        assert!(matches!(
            parse(damaged.as_bytes()),
            Err(Error::DamagedJournal { .. })
        ));
    }
}
