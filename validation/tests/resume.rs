//! Neither the number of threads nor an interruption changes a bit of a table.

mod uniform;

use saddlepoint_validation::runner::{Monitor, Settings, Validation};
use saddlepoint_validation::table::{Record, Row};
use saddlepoint_validation::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use uniform::{Folder, Uniform};

fn run(settings: &Settings) -> Result<String> {
    run_counting(settings, &AtomicUsize::new(0))
}

fn run_counting(settings: &Settings, calls: &AtomicUsize) -> Result<String> {
    let progress = |_| {
        calls.fetch_add(1, Ordering::Relaxed);
    };
    let monitor = Monitor {
        progress: &progress,
        cancelled: &AtomicBool::new(false),
    };
    let rows = Uniform.run(settings, &monitor)?;
    let line = |row: &Row| -> Vec<String> {
        let cells = row.cells();
        cells
            .iter()
            .map(|cell| cell.to_csv().into_owned())
            .collect()
    };
    let lines: Vec<String> = rows.iter().map(|row| line(row).join(",")).collect();
    Ok(lines.join("\n"))
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let table = |threads| {
        run(&Settings {
            threads,
            ..Default::default()
        })
        .unwrap()
    };
    assert_eq!(table(1), table(3));
    assert_ne!(
        table(1),
        run(&Settings {
            seed: 1,
            ..Default::default()
        })
        .unwrap()
    );
}

#[test]
fn a_journal_cut_at_any_byte_continues_to_the_same_table() {
    let folder = Folder::new("cut");
    let whole = run(&folder.settings(false)).unwrap();
    let journal = std::fs::read(folder.journal()).unwrap();
    for cut in (0..=journal.len()).step_by(41) {
        std::fs::write(folder.journal(), &journal[..cut]).unwrap();
        assert_eq!(run(&folder.settings(true)).unwrap(), whole);
        // And the continued journal is whole again.
        let calls = AtomicUsize::new(0);
        assert_eq!(run_counting(&folder.settings(true), &calls).unwrap(), whole);
        assert_eq!(calls.into_inner(), 0);
    }
}

#[test]
fn a_cancelled_run_keeps_what_it_has_and_continues() {
    let folder = Folder::new("cancelled");
    let whole = run(&Settings::default()).unwrap();
    let cancelled = AtomicBool::new(false);
    let progress = |p: saddlepoint_validation::runner::Progress| {
        if p.done >= 10 {
            cancelled.store(true, Ordering::Relaxed);
        }
    };
    let monitor = Monitor {
        progress: &progress,
        cancelled: &cancelled,
    };
    let stopped = Uniform.run(&folder.settings(false), &monitor);
    assert!(matches!(
        stopped,
        Err(Error::Interrupted {
            done: 10..,
            total: 53
        })
    ));
    let calls = AtomicUsize::new(0);
    assert_eq!(run_counting(&folder.settings(true), &calls).unwrap(), whole);
    assert!(calls.into_inner() <= 43);
}

#[test]
fn a_journal_of_another_seed_is_refused_and_left_alone() {
    let folder = Folder::new("foreign");
    run(&folder.settings(false)).unwrap();
    let before = std::fs::read(folder.journal()).unwrap();
    let other = Settings {
        seed: 5,
        ..folder.settings(true)
    };
    let message = run(&other).unwrap_err().to_string();
    assert!(message.contains("seed is 0 there and 5 here"), "{message}");
    assert_eq!(std::fs::read(folder.journal()).unwrap(), before);
}

#[test]
fn without_resuming_an_old_journal_is_replaced() {
    let folder = Folder::new("fresh");
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.journal(), "something else\n").unwrap();
    assert!(matches!(
        run(&folder.settings(true)),
        Err(Error::NotAJournal { .. })
    ));
    run(&folder.settings(false)).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new("blocked");
    std::fs::write(&folder.0, "a file where the folder should be").unwrap();
    let message = run(&folder.settings(false)).unwrap_err().to_string();
    assert!(message.contains("blocked"), "{message}");
    std::fs::remove_file(&folder.0).unwrap();
}
