//! Numbers in text: separated by commas, tabs, semicolons or blanks, with or without one line of names above.

use super::limit::Limit;
use super::lines::Lines;
use super::raw::Raw;
use super::shown::shorten;
use super::source::Source;
use anyhow::{Result, anyhow, bail, ensure};
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::io::{BufRead, BufReader, Read};
use std::str::FromStr;

const REMEDY: &str = "a file holds numbers separated by commas, tabs, semicolons or blanks, with at most one line of names on top";

/// Bytes in which the separator is looked for.
const LOOK_AHEAD: usize = 1 << 16;

/// Words for a number that is not there.
const MISSING: [&str; 6] = ["", "na", "nan", "null", "none", "n/a"];

/// What separates two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// This character.
    Byte(u8),
    /// Any number of blanks and tabs.
    Blanks,
}

impl FromStr for Delimiter {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "tab" | "\t" | "\\t" => Ok(Self::Byte(b'\t')),
            "blank" | "blanks" | " " => Ok(Self::Blanks),
            _ if text.len() == 1 && text.is_ascii() => Ok(Self::Byte(text.as_bytes()[0])),
            _ => bail!("give one character, tab or blanks"),
        }
    }
}

/// How a text is read; what is `None` is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextFormat {
    /// What separates two numbers.
    pub delimiter: Option<Delimiter>,
    /// Whether the first line holds names.
    pub header: Option<bool>,
}

/// Reads a matrix. Lines that begin with `#` are left out. The first line holds names if none of its cells is a number. A separator at the end of
/// every line separates nothing. A first column without a name that counts the rows is that of a data frame's index, and left out with a note.
pub(super) fn read(source: Source, format: TextFormat) -> Result<Raw> {
    let limit = source.limit();
    let mut text = BufReader::with_capacity(LOOK_AHEAD, source);
    let delimiter = match format.delimiter {
        Some(delimiter) => delimiter,
        None => found(text.fill_buf().map_err(|error| anyhow!(error))?),
    };
    let mut table = Table::new(format.header, limit);
    let lines = Lines::new(text, delimiter);
    match delimiter {
        Delimiter::Blanks => read_blanks(BufReader::new(lines), &mut table)?,
        Delimiter::Byte(byte) => read_separated(lines, byte, &mut table)?,
    }
    table.finish()
}

/// The separator of the first line that holds something: outside of quotes a semicolon, a tab or a comma, whichever comes first in that order,
/// else blanks.
fn found(start: &[u8]) -> Delimiter {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let mut lines = start
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty() && line[0] != b'#');
    let line = lines.next().unwrap_or_default();
    let mut is_quoted = false;
    let plain: Vec<u8> = line
        .iter()
        .copied()
        .filter(|&byte| {
            is_quoted ^= byte == b'"';
            !is_quoted
        })
        .collect();
    let separators = [b';', b'\t', b','];
    match separators.into_iter().find(|byte| plain.contains(byte)) {
        Some(byte) => Delimiter::Byte(byte),
        None if plain.contains(&b' ') => Delimiter::Blanks,
        None => Delimiter::Byte(b','),
    }
}

fn read_blanks(mut text: impl BufRead, table: &mut Table) -> Result<()> {
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        let read = text
            .read_until(b'\n', &mut line)
            .map_err(|error| anyhow!(error))?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        let plain = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let plain = plain.trim_ascii();
        if plain.is_empty() || plain[0] == b'#' {
            continue;
        }
        let cells: Vec<&[u8]> = plain
            .split(u8::is_ascii_whitespace)
            .filter(|cell| !cell.is_empty())
            .collect();
        table.push(&cells, number)?;
    }
}

fn read_separated(text: impl Read, byte: u8, table: &mut Table) -> Result<()> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(byte)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(text);
    let mut record = ByteRecord::new();
    // csv's own error repeats the one underneath.
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| anyhow!(std::io::Error::from(error)))?
    {
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&[u8]> = record.iter().collect();
        table.push(&cells, line)?;
    }
    Ok(())
}

/// The lines read so far.
struct Table {
    raw: Raw,
    limit: Limit,
    has_header: Option<bool>,
    /// Whether every line ends with a separator.
    is_trailing: bool,
}

impl Table {
    fn new(has_header: Option<bool>, limit: Limit) -> Self {
        Self {
            raw: Raw {
                names: None,
                rows: 0,
                columns: 0,
                shape: vec![0, 0],
                values: Vec::new(),
                notes: Vec::new(),
            },
            limit,
            has_header,
            is_trailing: false,
        }
    }

    fn push(&mut self, cells: &[&[u8]], line: u64) -> Result<()> {
        if self.raw.columns > 0 {
            return self.append(self.trimmed(cells), line);
        }
        self.is_trailing = cells.len() > 1 && cells[cells.len() - 1].is_empty();
        let cells = self.trimmed(cells);
        self.raw.columns = cells.len();
        self.raw.names = match self.has_header {
            Some(true) => Some(words(cells)),
            Some(false) => None,
            None => names(cells)?,
        };
        if self.raw.names.is_some() {
            return Ok(());
        }
        self.append(cells, line)
    }

    fn trimmed<'a, 'b>(&self, cells: &'a [&'b [u8]]) -> &'a [&'b [u8]] {
        match cells {
            [before @ .., last] if self.is_trailing && last.is_empty() => before,
            _ => cells,
        }
    }

    fn append(&mut self, cells: &[&[u8]], line: u64) -> Result<()> {
        let raw = &mut self.raw;
        ensure!(
            cells.len() == raw.columns,
            "line {line} has {} columns{}, the lines above have {}; make all rows equally long",
            cells.len(),
            match cells.last() {
                Some([]) if cells.len() > raw.columns =>
                    " (nothing stands behind its last separator)",
                _ => "",
            },
            raw.columns
        );
        self.limit.check(raw.values.len() + raw.columns)?;
        for (column, cell) in cells.iter().enumerate() {
            match number(cell) {
                Some(x) if x.is_finite() => raw.values.push(x),
                _ => bail!(
                    "line {line}, column {}: '{}' is {}; {REMEDY}",
                    column + 1,
                    shorten(&String::from_utf8_lossy(cell)),
                    if is_missing(cell) {
                        "a missing value"
                    } else {
                        "not a finite number"
                    }
                ),
            }
        }
        raw.rows += 1;
        Ok(())
    }

    fn finish(self) -> Result<Raw> {
        let raw = self.raw;
        ensure!(raw.rows > 0, "holds no numbers; {REMEDY}");
        Ok(without_index(raw))
    }
}

/// A table without the row numbers that a data frame writes in front: a first column without a name, or with the name that a data frame
/// reads it back with, that holds 0, 1, 2, ….
fn without_index(mut raw: Raw) -> Raw {
    let is_unnamed = raw.names.as_ref().is_some_and(|names| {
        let first = names[0].trim();
        first.is_empty() || first == "Unnamed: 0"
    });
    let counts = |(row, x): (usize, &f64)| {
        #[expect(clippy::cast_precision_loss, reason = "rows stay far below 2^53")]
        let expected = row as f64;
        (x - expected).abs() <= 0.0
    };
    let first = raw.values.iter().step_by(raw.columns);
    if raw.columns < 2 || !is_unnamed || !first.enumerate().all(counts) {
        return raw;
    }
    let rows = raw.values.chunks_exact(raw.columns);
    raw.values = rows.flat_map(|row| row[1..].iter().copied()).collect();
    raw.columns -= 1;
    raw.names.as_mut().map(|names| names.remove(0));
    raw.notes
        .push("the first column counts the rows: left out".to_owned());
    raw
}

fn names(first: &[&[u8]]) -> Result<Option<Vec<String>>> {
    let is_name = |cell: &&&[u8]| number(cell).is_none() && !is_missing(cell);
    // A line of missing values is no line of names, and neither is one of numbers with gaps.
    let Some(text) = first.iter().position(|cell| is_name(&cell)) else {
        return Ok(None);
    };
    ensure!(
        !first.iter().all(|cell| has_decimal_comma(cell)),
        "its numbers have decimal commas; write 1.5 in place of 1,5"
    );
    let has_number = first.iter().any(|cell| number(cell).is_some());
    ensure!(
        !has_number,
        "its first line mixes numbers with other text, '{}' in column {}; {REMEDY}",
        shorten(&String::from_utf8_lossy(first[text])),
        text + 1
    );
    Ok(Some(words(first)))
}

/// Whether a cell is a number once its one comma is a point.
fn has_decimal_comma(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    text.matches(',').count() == 1 && text.replace(',', ".").parse::<f64>().is_ok()
}

fn words(cells: &[&[u8]]) -> Vec<String> {
    let word = |cell: &&[u8]| String::from_utf8_lossy(cell).into_owned();
    cells.iter().map(word).collect()
}

fn is_missing(cell: &[u8]) -> bool {
    let word = String::from_utf8_lossy(cell).trim().to_lowercase();
    MISSING.contains(&word.as_str())
}

fn number(cell: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    let number = text.parse::<f64>().ok()?;
    // "nan" and "inf" are words for Rust.
    (!is_missing(cell)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character_or_a_word() {
        let of = |text: &str| text.parse::<Delimiter>();
        assert_eq!(of("|").unwrap(), Delimiter::Byte(b'|'));
        assert_eq!(of("tab").unwrap(), Delimiter::Byte(b'\t'));
        assert_eq!(of("blanks").unwrap(), Delimiter::Blanks);
        for text in ["", "||", "\u{e9}"] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}
