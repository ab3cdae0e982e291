//! Comma-separated numbers, with or without one line of names above.

use super::source::Source;
use super::{MAX_VALUES, Raw};
use anyhow::{Result, anyhow, bail, ensure};
use csv::{ByteRecord, ReaderBuilder, Trim};

const REMEDY: &str =
    "a file holds numbers separated by commas, with at most one line of names on top";

/// Reads a matrix. The first line holds names if none of its cells is a number.
pub(super) fn read(source: Source) -> Result<Raw> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(source);
    let mut raw = Raw {
        names: None,
        rows: 0,
        columns: 0,
        dimensions: 2,
        values: Vec::new(),
    };
    let mut record = ByteRecord::new();
    while read_record(&mut reader, &mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        if raw.columns == 0 {
            raw.columns = record.len();
            raw.names = names(&record)?;
            if raw.names.is_some() {
                continue;
            }
        }
        append(&mut raw, &record, line)?;
    }
    ensure!(raw.rows > 0, "holds no numbers; {REMEDY}");
    Ok(raw)
}

fn read_record(reader: &mut csv::Reader<Source>, record: &mut ByteRecord) -> Result<bool> {
    // csv's own error repeats the one underneath.
    reader
        .read_byte_record(record)
        .map_err(|error| anyhow!(std::io::Error::from(error)))
}

fn names(first: &ByteRecord) -> Result<Option<Vec<String>>> {
    let numbers = first.iter().filter(|cell| number(cell).is_some()).count();
    if numbers == first.len() {
        return Ok(None);
    }
    ensure!(
        numbers == 0,
        "its first line mixes numbers with other text; {REMEDY}"
    );
    Ok(Some(
        first
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect(),
    ))
}

fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

fn append(raw: &mut Raw, record: &ByteRecord, line: u64) -> Result<()> {
    ensure!(
        record.len() == raw.columns,
        "line {line} has {} columns, the lines above have {}; make all rows equally long",
        record.len(),
        raw.columns
    );
    ensure!(
        raw.values.len() + raw.columns <= MAX_VALUES,
        "holds more than the limit of {MAX_VALUES} values; split the file"
    );
    for (column, cell) in record.iter().enumerate() {
        match number(cell) {
            Some(x) if x.is_finite() => raw.values.push(x),
            _ => bail!(
                "line {line}, column {}: '{}' is not a finite number; {REMEDY}",
                column + 1,
                shorten(&String::from_utf8_lossy(cell))
            ),
        }
    }
    raw.rows += 1;
    Ok(())
}

fn shorten(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(30)
        .collect();
    if clean.len() < text.len() {
        clean + "…"
    } else {
        clean
    }
}
