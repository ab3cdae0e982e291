//! `validate --list` as typed; what experiments measure is tested in the crate of the validations.

use crate::support::{number, rows, run};

#[test]
fn a_list_for_a_reader_names_every_experiment_once() {
    let output = run("validate --list");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for experiment in saddlepoint_validation::experiments::all() {
        let name = experiment.name();
        let count = text
            .lines()
            .filter(|line| line.split_whitespace().next() == Some(name))
            .count();
        assert_eq!(count, 1, "{name}");
    }
}

#[test]
fn a_list_as_a_table_has_the_expected_scores_of_controls_or_a_reason_for_none() {
    let fields = "experiment,preset,control,expected_score,reason";
    let listed = rows(&format!("validate --list --format csv --fields {fields}"));
    for preset in ["quick", "standard", "paper"] {
        assert!(listed.iter().any(|row| row["preset"] == preset));
    }
    for row in &listed {
        let is_known = row["reason"].is_empty();
        assert_eq!(is_known, !row["control"].is_empty(), "{row:?}");
        // Far beyond the limit of 4 on the score of a row that agrees.
        assert!(!is_known || number(row, "expected_score") >= 7.0, "{row:?}");
    }
}
