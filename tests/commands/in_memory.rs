//! Commands as calls: the same answers without files.

use super::data_matrix::Normal;
use super::landau::Folder;
use super::support::{refusal, run};
use saddlepoint::call::{Answer, Call};
use saddlepoint::input::memory::{Array, Held, with};
use saddlepoint::questions::Monitor;
use std::fs;
use std::path::PathBuf;

fn table(arguments: &str) -> anyhow::Result<Answer> {
    Call::parse(arguments.split_whitespace())?.table(&Monitor::silent())
}

/// What the program writes on stdout.
fn printed(arguments: &str) -> Vec<u8> {
    let output = run(&format!("{arguments} --quiet"));
    assert!(output.status.success(), "{arguments}");
    output.stdout
}

#[test]
fn an_answer_is_written_with_the_bytes_of_the_command() {
    let folder = Folder::new("in-memory");
    for arguments in [
        "threshold --data spiked --spike 0.5,2 --alpha 1,10",
        "spectrum --data iid --alpha 2 --points 16",
        "flow ring --units 12 --beta 0.8 --summary --seed 3",
    ] {
        let file = PathBuf::from(folder.file("own.csv", b""));
        table(arguments).unwrap().save(&file, None).unwrap();
        assert_eq!(fs::read(&file).unwrap(), printed(arguments), "{arguments}");
        let sidecar = fs::read_to_string(file.with_extension("meta.json")).unwrap();
        let first = arguments.split_whitespace().next().unwrap();
        assert!(sidecar.contains(&format!("\"{first}\"")), "{sidecar}");
    }
}

#[test]
fn an_array_in_memory_is_read_as_a_file_is() {
    let folder = Folder::new("in-memory-array");
    let mut normal = Normal::new(5);
    let values: Vec<f64> = (0..40 * 4).map(|_| normal.next()).collect();
    let lines = values.chunks(4).map(|row| {
        let row: Vec<String> = row.iter().map(|x| format!("{x:?}")).collect();
        row.join(",") + "\n"
    });
    let text: String = lines.collect();
    let file = folder.file("samples.csv", text.as_bytes());
    let array = Array::new(40, 4, values).unwrap();
    let held = [(PathBuf::from("<X>"), Held::Array(array))];
    let arguments = "threshold --data samples --file";
    let answer = with(held, || table(&format!("{arguments} <X>"))).unwrap();
    let own = PathBuf::from(folder.file("own.csv", b""));
    answer.save(&own, None).unwrap();
    assert_eq!(
        fs::read(own).unwrap(),
        printed(&format!("{arguments} {file}"))
    );
    // It is gone with the call that had it.
    assert!(table(&format!("{arguments} <X>")).is_err());
}

#[test]
fn a_bad_call_has_the_line_of_the_command() {
    for arguments in [
        "threshold --data spikes",
        "threshold --data spiked",
        "learn --data iid --alpha=-1",
        "phase --sigma 0.5",
    ] {
        let error = table(arguments).map(drop).unwrap_err();
        assert_eq!(
            refusal(arguments),
            format!("saddlepoint: {error:#}\n"),
            "{arguments}"
        );
    }
}

#[test]
fn rows_that_are_no_full_answer_are_told() {
    let arguments = "flow modes --hidden-units 5 --eigenvalues 3 --time 1,1e4";
    let told = String::from_utf8(run(&format!("{arguments} --quiet")).stderr).unwrap();
    let lines = table(arguments).unwrap().shortfalls();
    assert!(lines[0].starts_with("1 of 2 rows: "), "{lines:?}");
    let told: Vec<_> = told
        .lines()
        .filter_map(|line| line.strip_prefix("saddlepoint: "))
        .collect();
    assert_eq!(lines, told);
}
