//! `phase --model patterns` as typed: how many patterns are recalled together, refusals.

use crate::support::{assert_answers, number, refusal, rows, run};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint::questions::phase::PatternPhases;
use saddlepoint_theory::units::Unit;

const SPARSE: &str = "phase --model patterns --visible binary --hidden relu --visible-field -3 --threshold 5 --alpha 0.01 --scale 3.8";

#[test]
fn sparser_weights_recall_more_patterns_together() {
    let table = rows(&format!("{SPARSE} --density 1,0.1,0.05 --recalled 12"));
    let phases: Vec<&str> = table.iter().map(|row| row["phase"].as_str()).collect();
    // Of the sparsest f of the glass is a bound that is lower.
    assert_eq!(phases, ["ferromagnet", "compositional", ""]);
    assert!(table[1]["reason"].is_empty() && table[2]["reason"].contains("is at least -0.0"));
    // L p is constant where p is small, up to the integer L.
    for (row, density) in table[1..].iter().zip([0.1, 0.05]) {
        assert_abs_diff_eq!(number(row, "recalled") * density, 0.45, epsilon = density);
    }
}

#[test]
fn dense_gaussian_patterns_have_the_overlap_of_the_hopfield_model() {
    let patterns = rows(
        "phase --model patterns --alpha 0.04 --density 1 --scale 2 --all-branches --recalled 1",
    );
    let hopfield = rows("phase --model hopfield --alpha 0.04 --temperature 0.25 --all-branches");
    let recalled = patterns.iter().find(|row| row["recalled"] == "1").unwrap();
    assert_eq!(hopfield[0]["branch"], "retrieval");
    // m is in units of √N T^(−1/2); solvers of 1e-13.
    assert_relative_eq!(
        0.5 * number(recalled, "m"),
        number(&hopfield[0], "m"),
        max_relative = 1e-11
    );
    assert_relative_eq!(
        number(recalled, "q_visible"),
        number(&hopfield[0], "q"),
        max_relative = 1e-11
    );
}

#[test]
fn the_rows_are_those_of_the_library() {
    let question = PatternPhases {
        visible: Unit::Binary,
        hidden: vec![Unit::Rectified, Unit::Spin],
        alpha: vec![0.01, 0.1],
        density: vec![0.1],
        scale: vec![3.8],
        threshold: vec![5.0],
        visible_field: -3.0,
        most: 4,
        all_branches: true,
    };
    assert_answers(
        &question,
        "phase --model patterns --visible binary --hidden relu,spin --visible-field -3 --threshold 5 --alpha 0.01,0.1 --density 0.1 --scale 3.8 --recalled 4 --all-branches",
    );
}

#[test]
fn a_state_in_which_replica_symmetry_is_broken_says_so() {
    let table = rows("phase --model patterns --alpha 0.3 --density 0.5 --scale 2 --recalled 2");
    assert_eq!(table[0]["phase"], "spin-glass");
    assert_eq!(table[0]["assumption"], "replica-symmetric");
    assert!(table[0]["m"].is_empty(), "nothing is recalled");
}

#[test]
fn a_point_without_a_state_is_an_incomplete_row() {
    let output = run("phase --model patterns --alpha 0.1 --density 0.2 --scale 1e160 --recalled 1");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
}

#[test]
fn a_glass_beside_a_quiet_state_leaves_the_phase_open() {
    let point = "--density 0.1 --recalled 12 --all-branches";
    let table = rows(
        &SPARSE
            .replace("--alpha 0.01", "--alpha 0.1")
            .replace("--scale 3.8", &format!("--scale 3.8 {point}")),
    );
    let lowest = table.iter().find(|row| row["lowest"] == "true").unwrap();
    assert_eq!(
        (lowest["recalled"].as_str(), lowest["stable"].as_str()),
        ("0", "false")
    );
    assert!(table.iter().all(|row| row["phase"].is_empty()));
}

#[test]
fn flags_of_other_models_and_bad_values_are_refused() {
    let patterns = "phase --model patterns --alpha 1 --density 0.5 --scale 1";
    for (arguments, words) in [
        (
            format!("{patterns} --temperature 1"),
            "--temperature has no meaning for --model patterns",
        ),
        (
            format!("{patterns} --boundary"),
            "--boundary has no meaning",
        ),
        (format!("{patterns} --visible relu"), "give spin or binary"),
        (format!("{patterns} --hidden potts"), "is no unit"),
        (
            format!("{patterns} --recalled 1001"),
            "--recalled 1001 is above 1000",
        ),
        (
            "phase --model patterns --alpha 1 --density 1.5 --scale 1".to_owned(),
            "--density 1.5 is above 1",
        ),
        (
            "phase --model patterns --alpha 1 --scale 1".to_owned(),
            "--density is missing",
        ),
        (
            "phase --model hopfield --alpha 1 --temperature 1 --density 1".to_owned(),
            "--density has no meaning for --model hopfield",
        ),
        (
            "phase --sigma 1 --w 1 --recalled 3".to_owned(),
            "--recalled has no meaning for --model rbm",
        ),
    ] {
        let message = refusal(&arguments);
        assert!(message.contains(words), "{arguments}: {message}");
    }
}
