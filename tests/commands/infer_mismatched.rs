//! `infer --student-beta --teacher-beta` as typed: states, lines, correlated patterns, refusals.

use crate::support::{assert_answers, number, refusal, rows};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint::questions::infer::{Mismatched, MismatchedLines, SoftLaws};

#[test]
fn a_cold_student_learns_more_of_others_than_of_the_teacher() {
    let table = rows("infer --student-beta 1,1.2,2 --teacher-beta 1.2 --alpha 1.5");
    assert_eq!(table.len(), 6);
    for pair in table.chunks(2) {
        assert_eq!(pair[0]["start"], "uninformed");
        assert_eq!(pair[1]["start"], "informed");
        // Both starts have one state, to rounding.
        for column in ["m", "q", "log_evidence", "energy", "entropy"] {
            assert_abs_diff_eq!(
                number(&pair[0], column),
                number(&pair[1], column),
                epsilon = 1e-12
            );
        }
        assert_eq!(pair[0]["stop"], "converged");
        assert_eq!(pair[0]["phase"], "learned");
    }
    let [hot, right, cold] = [1, 3, 5].map(|row| &table[row]);
    assert!(number(hot, "m") > number(hot, "q"));
    assert_abs_diff_eq!(number(right, "m"), number(right, "q"), epsilon = 1e-13);
    assert!(number(cold, "m") < number(cold, "q"));
    // The evidence is largest for the right temperature, and negative for a student that believes too much.
    assert!(number(right, "log_evidence") > number(hot, "log_evidence"));
    assert!(number(cold, "log_evidence") < 0.0);
    // Five digits of an independent program.
    assert_abs_diff_eq!(number(cold, "m"), 0.63641, epsilon = 5e-6);
    assert_abs_diff_eq!(number(cold, "entropy"), 0.13836, epsilon = 5e-6);
}

#[test]
fn a_state_in_which_replica_symmetry_is_broken_says_so() {
    let table = rows("infer --student-beta 2 --teacher-beta 1.2 --alpha 0.05,0.45,0.8");
    let phases: Vec<&str> = table.iter().map(|row| row["phase"].as_str()).collect();
    assert_eq!(
        phases,
        [
            "paramagnet",
            "paramagnet",
            "glass",
            "glass",
            "learned",
            "learned"
        ]
    );
    assert_eq!(table[0]["reason"], "");
    assert_relative_eq!(number(&table[0], "log_evidence"), 0.0);
    for row in &table[2..] {
        assert_eq!(row["stable"], "false");
        assert!(row["reason"].contains("approximate"));
    }
}

#[test]
fn lines_say_what_they_rest_on_and_exist_on_one_side_only() {
    let table = rows("infer --student-beta 1,2 --teacher-beta 1.2 --critical");
    let line = |beta: &str| -> Vec<(&str, &str)> {
        let of_student = table.iter().filter(|row| row["student_beta"] == beta);
        of_student
            .map(|row| (row["line"].as_str(), row["assumption"].as_str()))
            .collect()
    };
    assert_eq!(
        line("1.0"),
        [("spectral", "exact"), ("paramagnet-learned", "exact")]
    );
    assert_eq!(
        line("2.0"),
        [
            ("spectral", "exact"),
            ("paramagnet-glass", "exact"),
            ("glass-learned", "replica-symmetric"),
            ("almeida-thouless", "exact")
        ]
    );
    let glass = table.iter().find(|row| row["line"] == "glass-learned");
    let glass = glass.unwrap();
    assert_abs_diff_eq!(number(glass, "alpha"), 0.58140, epsilon = 5e-6);
    assert!(glass["reason"].contains("not known"));
    assert!(!glass.contains_key("patterns"));
}

#[test]
fn correlated_patterns_lower_the_threshold_by_the_closed_form() {
    let table = rows("infer --teacher-beta 0.8 --patterns 2 --correlation 0,0.5 --critical");
    let learned: Vec<_> = table
        .iter()
        .filter(|row| row["line"] == "paramagnet-learned")
        .collect();
    for (row, c) in learned.iter().zip([0.0, 0.5_f64]) {
        let expected = 0.8_f64.powi(-4) / ((1.0 + c) * (1.0 + (0.64 * c).tanh()));
        assert_relative_eq!(number(row, "alpha"), expected, max_relative = 1e-13);
        assert_eq!(row["student_beta"], "0.8");
    }
    // What follows for a cold student of such a teacher is not known.
    let cold =
        rows("infer --student-beta 3 --teacher-beta 0.8 --patterns 2 --correlation 0.5 --critical");
    let lines: Vec<&str> = cold.iter().map(|row| row["line"].as_str()).collect();
    assert_eq!(lines, ["spectral", "paramagnet-glass"]);
}

#[test]
fn questions_asked_from_rust_have_the_answers_of_the_command() {
    let question = Mismatched {
        alpha: vec![0.4, 2.0],
        student_beta: vec![1.5],
        teacher_beta: vec![1.0, 1.4],
        laws: SoftLaws::default(),
    };
    assert_answers(
        &question,
        "infer --student-beta 1.5 --teacher-beta 1,1.4 --alpha 0.4,2",
    );
    let lines = MismatchedLines {
        student_beta: vec![0.5, 1.5],
        teacher_beta: vec![1.0],
        laws: SoftLaws::default(),
        patterns: None,
    };
    assert_answers(
        &lines,
        "infer --student-beta 0.5,1.5 --teacher-beta 1 --critical",
    );
    let patterns = MismatchedLines {
        patterns: Some((vec![2, 3], vec![0.1])),
        ..lines
    };
    assert_answers(
        &patterns,
        "infer --student-beta 0.5,1.5 --teacher-beta 1 --patterns 2,3 --correlation 0.1 --critical",
    );
}

#[test]
fn flags_that_contradict_each_other_are_refused_in_one_line() {
    for (arguments, expected) in [
        ("--student-beta 1 --alpha 1", "--teacher-beta"),
        ("--teacher-beta 1 --alpha 1", "--student-beta is missing"),
        ("--teacher-beta 1 --critical", "--student-beta is missing"),
        ("--student-beta 1 --teacher-beta 1", "--alpha"),
        (
            "--student-beta 1 --teacher-beta 1 --snr 1 --alpha 1",
            "--snr",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --weight-prior gaussian --alpha 1",
            "--weight-prior",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --hidden-prior gaussian --alpha 1",
            "--hidden-prior",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --alpha 1 --critical",
            "--critical",
        ),
        ("--teacher-beta 1 --critical --patterns 2", "--correlation"),
        (
            "--teacher-beta 1 --critical --correlation 0.5",
            "--patterns",
        ),
        (
            "--snr 1 --critical --patterns 2 --correlation 0.5",
            "cannot be used with",
        ),
        (
            "--teacher-beta 1 --alpha 1 --patterns 2 --correlation 0.5",
            "cannot be used with",
        ),
        (
            "--teacher-beta 1 --critical --patterns 2 --correlation 2",
            "between -1/(patterns - 1) and 1, got 2",
        ),
        (
            "--teacher-beta 1 --critical --patterns 0 --correlation 0.5",
            "between 1 and 1000000",
        ),
        (
            "--student-beta 1e6 --teacher-beta 1 --alpha 1",
            "between 0.001 and 100000",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --alpha 1e10",
            "at most 1e9",
        ),
        (
            "--student-beta 0 --teacher-beta 1 --alpha 1",
            "--student-beta",
        ),
    ] {
        let words = refusal(&format!("infer {arguments}"));
        assert!(words.contains(expected), "{arguments}: {words}");
    }
}
