//! Runs that are stopped, and what they leave: said in one line.

#![cfg(unix)]

use crate::landau::Folder;
use crate::support::{run, table};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

fn start(arguments: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saddlepoint"));
    command
        .args(arguments.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What an interrupted run says.
fn interrupt(mut child: Child) -> String {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    let mut words = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut words)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    words
}

#[test]
fn rows_that_went_to_a_pipe_are_counted() {
    // A hundred thousand modes at half a millisecond each and more: about a minute, of which a second is needed.
    let mut child = start("threshold --data ising-ring --units 200000 --beta 0.5 --modes all");
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    for _ in 0..3 {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    assert!(line.starts_with("ising-ring,200000,"), "{line}");
    // Whoever does not read on would block the run.
    let rest = std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    let words = interrupt(child);
    rest.join().unwrap().unwrap();
    assert!(words.contains("rows went to stdout"), "{words}");
    assert!(!words.contains("nothing was written"), "{words}");
}

/// A training of many epochs with a checkpoint after each.
fn training(folder: &Folder) -> String {
    let file = folder.file("machine.npz", b"");
    std::fs::remove_file(&file).unwrap();
    format!(
        "simulate train --data ising-ring --units 10 --beta 0.5 --samples 200 --hidden-units 2 --epochs 1000000 --every 1 \
         --likelihood none -o {file}"
    )
}

#[test]
fn a_checkpoint_is_named_with_the_flag_that_goes_on_from_it() {
    let folder = Folder::new("interrupted-training");
    let typed = training(&folder);
    let child = start(&typed);
    let checkpoint = folder.0.join("machine.npz.checkpoints/replica-0.npz");
    while !checkpoint.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    let words = interrupt(child);
    assert!(
        words.contains("machine.npz.checkpoints") && words.contains("--resume"),
        "{words}"
    );
    assert!(checkpoint.exists());

    // A damaged one says so, and not how to save arrays.
    std::fs::write(&checkpoint, b"PK\x03\x04 and then something else").unwrap();
    let output = run(&format!("{typed} --resume"));
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains("is damaged") && words.contains("remove it"),
        "{words}"
    );
    assert!(!words.contains("numpy"), "{words}");
}

#[test]
fn a_damaged_line_of_a_journal_costs_its_own_task_only() {
    let folder = Folder::new("damaged-journal");
    let journals = folder.0.join("journals");
    let typed = format!(
        "validate marchenko-pastur --units 20,25,30,40 --checkpoint {}",
        journals.display()
    );
    let whole = run(&typed);
    assert!(whole.status.success(), "{whole:?}");
    let journal = journals.join("marchenko-pastur-quick.journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    let length = bytes.len();
    bytes[length / 2] ^= 0x15;
    std::fs::write(&journal, bytes).unwrap();
    let resumed = run(&format!("{typed} --resume"));
    assert!(resumed.status.success(), "{resumed:?}");
    assert_eq!(resumed.stdout, whole.stdout);
    assert!(!table(&String::from_utf8(whole.stdout).unwrap()).is_empty());
}
