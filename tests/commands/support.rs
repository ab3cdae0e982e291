//! Running the program and reading its tables.

use saddlepoint::questions::Question;
use saddlepoint::table::Table;
use std::collections::HashMap;
use std::process::{Command, Output, Stdio};

/// The cells of a row by the names of their columns.
pub(crate) type Row = HashMap<String, String>;

/// The program with these arguments.
pub(crate) fn run(arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saddlepoint"));
    command
        .stdin(Stdio::null())
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

/// The rows of a table on stdout.
pub(crate) fn rows(arguments: &str) -> Vec<Row> {
    let output = run(arguments);
    assert!(
        output.status.success(),
        "{arguments}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    table(&String::from_utf8(output.stdout).unwrap())
}

/// The rows of a table.
pub(crate) fn table(text: &str) -> Vec<Row> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|cells| header.iter().cloned().zip(cells).collect())
        .collect()
}

/// Asserts that a question asked from Rust has the answer that the command writes.
pub(crate) fn assert_answers<Q: Question>(question: &Q, arguments: &str) {
    let table = Table::of(&question.answer().unwrap());
    let written = rows(arguments);
    assert_eq!(table.rows.len(), written.len(), "{arguments}");
    for (cells, row) in table.rows.iter().zip(&written) {
        assert_eq!(row.len() + question.leaves_out().len(), cells.len());
        for (column, cell) in table.columns.iter().zip(cells) {
            let name = column.name.as_ref();
            if !question.leaves_out().contains(&name) {
                assert_eq!(row[name], cell.to_csv(), "{arguments}: {name}");
            }
        }
    }
}

/// A number of a row.
pub(crate) fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// The one line of a refusal, which has exit status 2 and leaves stdout empty.
pub(crate) fn refusal(arguments: &str) -> String {
    let output = run(arguments);
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments}: {words}");
    assert!(output.stdout.is_empty(), "{arguments}");
    assert!(
        words.starts_with("saddlepoint: ") && words.lines().count() == 1,
        "{words}"
    );
    words
}
