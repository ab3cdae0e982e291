//! `NAME.meta.json`: what made a table, and what its columns mean.

use super::Column;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Version of the tables' format; it grows when a column changes its meaning.
const FORMAT: u32 = 1;

/// Extensions that the sidecar's name drops: `run.csv` is explained by `run.meta.json`.
const DATA_EXTENSIONS: [&str; 6] = ["csv", "json", "jsonl", "ndjson", "npy", "npz"];

/// The sidecar of a data file.
pub(crate) fn path(file: &Path) -> PathBuf {
    let known = file
        .extension()
        .is_some_and(|e| DATA_EXTENSIONS.iter().any(|known| e == *known));
    if known {
        return file.with_extension("meta.json");
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".meta.json");
    name.into()
}

/// A run under way: what the sidecar tells of it.
#[derive(Debug)]
pub(crate) struct Run {
    seed: u64,
    date: SystemTime,
    started: Instant,
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    program: &'static str,
    version: &'static str,
    commit: Option<&'static str>,
    arguments: Vec<String>,
    generator: &'static str,
    seed: u64,
    date: String,
    wall_time_seconds: f64,
    rows: usize,
    columns: &'a [Column],
}

impl Run {
    /// Starts the clock.
    pub(crate) fn start(seed: u64) -> Self {
        Self {
            seed,
            date: SystemTime::now(),
            started: Instant::now(),
        }
    }

    /// The sidecar's text.
    pub(crate) fn document(&self, columns: &[Column], rows: usize) -> String {
        let document = Document {
            format: FORMAT,
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("SADDLEPOINT_COMMIT"),
            arguments: std::env::args_os()
                .skip(1)
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
            generator: "Xoshiro256PlusPlus",
            seed: self.seed,
            date: utc(self.date),
            wall_time_seconds: self.started.elapsed().as_secs_f64(),
            rows,
            columns,
        };
        let text = serde_json::to_string_pretty(&document);
        text.expect("strings, integers and finite numbers are JSON") + "\n"
    }
}

/// A time as `2020-02-29T12:00:00Z`.
fn utc(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of the Gregorian calendar, from the days since 1 January 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    let (mut year, mut rest) = (1970, days);
    while rest >= year_length(year) {
        rest -= year_length(year);
        year += 1;
    }
    let february = year_length(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}

fn year_length(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_follow_the_calendar() {
        let at = |seconds| utc(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_709_251_199), "2024-02-29T23:59:59Z");
        assert_eq!(at(1_735_689_599), "2024-12-31T23:59:59Z");
        assert_eq!(at(4_107_542_400), "2100-03-01T00:00:00Z");
    }

    #[test]
    fn a_sidecar_is_named_after_its_table() {
        assert_eq!(path(Path::new("a/run.csv")), Path::new("a/run.meta.json"));
        assert_eq!(path(Path::new("run.1")), Path::new("run.1.meta.json"));
    }
}
