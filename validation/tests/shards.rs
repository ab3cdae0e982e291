//! The journals of shards, put together, give the table of one run, or one line that says why not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod uniform;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_validation::journal::{Journals, Shard};
use saddlepoint_validation::runner::{
    Experiment, Measured, Merged, Monitor, Preset, Settings, Validation,
};
use saddlepoint_validation::table::Row;
use saddlepoint_validation::{Error, Result};
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use uniform::{Folder, Uniform};

/// Tasks of [`Uniform`].
const TASKS: usize = 53;

static NEVER: AtomicBool = AtomicBool::new(false);

fn silent() -> Monitor<'static> {
    Monitor {
        progress: &|_| {},
        cancelled: &NEVER,
    }
}

fn threads(threads: usize) -> Settings {
    Settings {
        threads,
        ..Settings::default()
    }
}

fn whole() -> Vec<Row> {
    Uniform.run(&threads(1), &silent()).unwrap()
}

impl Folder {
    fn file(&self, name: &str) -> PathBuf {
        fs::create_dir_all(&self.0).unwrap();
        self.0.join(name)
    }

    /// The journal of a shard.
    fn shard(&self, number: usize, of: usize, settings: &Settings) -> PathBuf {
        let path = self.file(&format!("{number}-{of}.journal"));
        let shard = Shard::new(number, of).unwrap();
        let share = Uniform.shard(shard, &path, settings, &silent()).unwrap();
        let held = fs::read_to_string(&path).unwrap().lines().count() - 1;
        assert_eq!(held, share);
        path
    }

    fn shards(&self, of: usize, settings: &Settings) -> Vec<PathBuf> {
        (1..=of)
            .map(|number| self.shard(number, of, settings))
            .collect()
    }
}

fn merge(paths: &[PathBuf]) -> Result<Merged> {
    Uniform.merge(&Journals::open(paths)?)
}

fn refusal(paths: &[PathBuf]) -> String {
    let message = merge(paths).unwrap_err().to_string();
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

/// Complete lines.
fn lines(bytes: &[u8]) -> usize {
    bytes.split(|&b| b == b'\n').count() - 1
}

#[test]
fn shards_of_any_number_on_any_number_of_threads_give_the_table_of_one_run() {
    let folder = Folder::new("shards");
    for of in [1, 3, 7, 60] {
        for count in [1, 2, 8] {
            let mut paths = folder.shards(of, &threads(count));
            paths.reverse();
            let merged = merge(&paths).unwrap();
            assert_eq!((merged.rows, merged.notices.len()), (whole(), 0));
        }
    }
}

#[test]
fn shards_without_a_task_are_not_needed() {
    let folder = Folder::new("empty-shards");
    let paths = folder.shards(60, &threads(2));
    assert_eq!(merge(&paths[..TASKS]).unwrap().rows, whole());
    let missing = refusal(&paths[1..TASKS]);
    assert!(
        missing.contains("1 of 53 tasks are missing: shard 1/60 has no journal here"),
        "{missing}"
    );
}

#[test]
fn the_checkpoints_of_a_run_are_journals_like_others() {
    let folder = Folder::new("checkpoints");
    Uniform.run(&folder.settings(false), &silent()).unwrap();
    assert_eq!(merge(&[folder.journal()]).unwrap().rows, whole());
    // Beside a shard its tasks are there twice.
    let merged = merge(&[folder.shard(1, 3, &threads(1)), folder.journal()]).unwrap();
    assert_eq!(merged.rows, whole());
    assert!(
        merged.notices[0].starts_with("17 tasks are in the journals more than once"),
        "{merged:?}"
    );
}

#[test]
fn a_journal_cut_at_any_byte_lacks_its_tasks_until_its_shard_goes_on() {
    let folder = Folder::new("cut-shard");
    let paths = folder.shards(3, &threads(1));
    let bytes = fs::read(&paths[1]).unwrap();
    let header = bytes.iter().position(|&b| b == b'\n').unwrap();
    for cut in (0..bytes.len()).step_by(97) {
        fs::write(&paths[1], &bytes[..cut]).unwrap();
        let message = refusal(&paths);
        if cut <= header {
            assert!(
                message.contains("2-3.journal has no complete first line"),
                "{message}"
            );
        } else {
            let held = lines(&bytes[..cut]) - 1;
            let lacking = format!("{} of 53 tasks are missing: ", 18 - held);
            let which = format!("2-3.journal (shard 2/3) has {held} of 18; ");
            assert!(
                message.contains(&lacking) && message.contains(&which),
                "{message}"
            );
        }
        folder.shard(
            2,
            3,
            &Settings {
                resume: true,
                ..threads(2)
            },
        );
        assert_eq!(merge(&paths).unwrap().rows, whole());
    }
}

#[test]
fn a_damaged_line_is_named_until_its_task_is_there_again() {
    let folder = Folder::new("damaged-shard");
    let paths = folder.shards(3, &threads(1));
    let mut bytes = fs::read(&paths[2]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x15;
    let line = lines(&bytes[..middle]) + 1;
    fs::write(&paths[2], bytes).unwrap();
    let damaged = format!("3-3.journal line {line}");
    let message = refusal(&paths);
    assert!(
        message.contains("1 of 53 tasks are missing") && message.contains(&damaged),
        "{message}"
    );
    let resume = Settings {
        resume: true,
        ..threads(1)
    };
    let shard = Shard::new(3, 3).unwrap();
    Uniform.shard(shard, &paths[2], &resume, &silent()).unwrap();
    let merged = merge(&paths).unwrap();
    assert_eq!(merged.rows, whole());
    assert!(merged.notices[0].contains(&damaged), "{merged:?}");
}

#[test]
fn missing_shards_are_listed_and_nothing_is_guessed_of_two_divisions() {
    let folder = Folder::new("missing");
    let three = folder.shards(3, &threads(1));
    let message = refusal(&three[1..2]);
    assert!(
        message.contains("35 of 53")
            && message.contains("shard 1/3 has no journal here, shard 3/3 has no journal here"),
        "{message}"
    );
    let mixed = [three[0].clone(), folder.shard(1, 7, &threads(1))];
    let message = refusal(&mixed);
    assert!(
        message.contains("are missing") && !message.contains("has no journal"),
        "{message}"
    );
}

#[test]
fn journals_of_two_runs_are_refused_with_what_differs() {
    let folder = Folder::new("two-runs");
    let first = folder.shard(1, 2, &threads(1));
    let second = folder.file("2-2.journal");
    for (settings, differs) in [
        (
            Settings {
                seed: 4,
                ..threads(1)
            },
            "seed 0 and 4",
        ),
        (
            Settings {
                preset: Preset::Paper,
                ..threads(1)
            },
            "preset quick and paper",
        ),
    ] {
        folder.shard(2, 2, &settings);
        let message = refusal(&[first.clone(), second.clone()]);
        assert!(message.contains(differs), "{message}");
        assert!(
            message.contains("1-2.journal") && message.contains("2-2.journal"),
            "{message}"
        );
    }
    let text = fs::read_to_string(&first).unwrap();
    for (field, other, differs) in [
        (
            "\"experiment\":\"uniform\"",
            "\"experiment\":\"other\"",
            "experiment uniform and other",
        ),
        ("\"tasks\":53", "\"tasks\":54", "number of tasks 53 and 54"),
        (
            "\"design\":",
            "\"design\":1,\"was\":",
            "digest of the design",
        ),
        (
            "\"parameters\":{}",
            "\"parameters\":{\"beta\":\"2\"}",
            "parameter beta not given and 2",
        ),
        (
            "\"data\":null",
            "\"data\":7",
            "digest of the data not given and 0000000000000007",
        ),
    ] {
        assert!(text.contains(field), "{field}");
        fs::write(&second, text.replacen(field, other, 1)).unwrap();
        let message = refusal(&[first.clone(), second.clone()]);
        assert!(message.contains(differs), "{message}");
    }
}

#[test]
fn a_journal_that_this_program_would_write_in_another_way_is_refused() {
    let folder = Folder::new("other-program");
    let path = folder.shard(1, 1, &threads(1));
    let text = fs::read_to_string(&path).unwrap();
    let version = format!("\"program\":\"{}\"", env!("CARGO_PKG_VERSION"));
    for (field, other, differs) in [
        (
            version.as_str(),
            "\"program\":\"9.9.9\"",
            "version is 9.9.9 there",
        ),
        (
            "\"design\":",
            "\"design\":1,\"was\":",
            "digest of the design",
        ),
    ] {
        fs::write(&path, text.replacen(field, other, 1)).unwrap();
        let message = refusal(std::slice::from_ref(&path));
        assert!(message.contains(differs), "{message}");
    }
}

#[test]
fn a_task_of_two_values_is_refused() {
    let folder = Folder::new("two-values");
    let (whole, other) = (folder.file("whole.journal"), folder.file("other.journal"));
    let shard = Shard::new(1, 1).unwrap();
    Uniform
        .shard(shard, &whole, &threads(1), &silent())
        .unwrap();
    let seed = Settings {
        seed: 1,
        ..threads(1)
    };
    Uniform.shard(shard, &other, &seed, &silent()).unwrap();
    // As another machine would have it: the same run, other values.
    let text = fs::read_to_string(&other).unwrap();
    fs::write(&other, text.replacen("\"seed\":1", "\"seed\":0", 1)).unwrap();
    let found = merge(&[whole, other]);
    assert!(matches!(found, Err(Error::TasksDiffer { .. })), "{found:?}");
}

#[test]
fn a_shard_leaves_other_files_alone() {
    let folder = Folder::new("other-files");
    let shard = Shard::new(1, 2).unwrap();
    for resume in [false, true] {
        let path = folder.file("table.journal");
        fs::write(&path, "experiment,data\n").unwrap();
        let settings = Settings {
            resume,
            ..threads(1)
        };
        let found = Uniform.shard(shard, &path, &settings, &silent());
        assert!(matches!(found, Err(Error::NotAJournal { .. })), "{found:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "experiment,data\n");
        let found = merge(&[path, folder.0.clone()]);
        assert!(matches!(found, Err(Error::NotAJournal { .. })), "{found:?}");
    }
}

#[test]
fn another_shard_does_not_go_on_in_a_journal() {
    let folder = Folder::new("other-shard");
    let path = folder.shard(1, 2, &threads(1));
    let before = fs::read(&path).unwrap();
    let settings = Settings {
        resume: true,
        ..threads(1)
    };
    let second = Shard::new(2, 2).unwrap();
    let found = Uniform.shard(second, &path, &settings, &silent());
    let message = found.unwrap_err().to_string();
    assert!(
        message.contains("shard is 1/2 there and 2/2 here"),
        "{message}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn two_shards_do_not_write_one_file() {
    let folder = Folder::new("locked");
    let path = folder.shard(1, 2, &threads(1));
    let before = fs::read(&path).unwrap();
    let held = File::open(&path).unwrap();
    held.lock().unwrap();
    let shard = Shard::new(1, 2).unwrap();
    let found = Uniform.shard(shard, &path, &threads(1), &silent());
    assert!(
        matches!(found, Err(Error::JournalInUse { .. })),
        "{found:?}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// A million tasks at one point.
struct Million;

impl Experiment for Million {
    type Point = ();

    fn name(&self) -> &'static str {
        "million"
    }

    fn description(&self) -> &'static str {
        "A million numbers."
    }

    fn design(&self, _: Preset) -> Result<Vec<((), usize)>> {
        Ok(vec![((), 1_000_000)])
    }

    fn cost(&self, (): &()) -> f64 {
        1.0
    }

    fn measure(&self, point: &(), random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let () = point;
        Uniform.measure(&4, random)
    }

    fn rows(&self, measured: &[Measured<()>]) -> Result<Vec<Row>> {
        assert_eq!(measured[0].replicas.len(), 1_000_000);
        Ok(Vec::new())
    }
}

#[test]
#[ignore = "half a minute: a million tasks in a thousand files"]
fn a_thousand_journals_of_a_thousand_tasks_are_merged_within_two_seconds() {
    let folder = Folder::new("thousand");
    let shards = (1..=1000).map(|number| {
        let path = folder.file(&format!("{number}.journal"));
        let shard = Shard::new(number, 1000).unwrap();
        Million.shard(shard, &path, &threads(2), &silent()).unwrap();
        path
    });
    let paths: Vec<PathBuf> = shards.collect();
    let started = Instant::now();
    Million.merge(&Journals::open(&paths).unwrap()).unwrap();
    let elapsed = started.elapsed();
    fs::remove_dir_all(&folder.0).unwrap();
    assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
}
