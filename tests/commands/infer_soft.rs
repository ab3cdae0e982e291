//! `infer --student-beta --teacher-beta` with laws between a spin and a Gaussian: states, lines, refusals.

use crate::support::{assert_answers, number, refusal, rows};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint::questions::infer::{Mismatched, MismatchedLines, SoftLaws};
use saddlepoint_theory::units::SoftSpin;

#[test]
fn a_row_tells_its_laws_and_its_norm() {
    let table = rows(
        "infer --student-beta 0.9 --teacher-beta 1.3 --alpha 2 --student-weights rademacher,gaussian \
        --student-hidden soft:0.3 --teacher-hidden soft:0.25",
    );
    assert_eq!(table.len(), 4);
    let [spins, gaussian] = [1, 3].map(|row| &table[row]);
    assert_eq!(spins["student_weights"], "rademacher");
    assert_eq!(gaussian["student_weights"], "gaussian");
    assert_eq!(gaussian["teacher_weights"], "rademacher");
    assert_eq!(gaussian["student_hidden"], "soft:0.3");
    assert_eq!(gaussian["teacher_hidden"], "soft:0.25");
    // 13 digits of an independent program, of which the residual leaves 1e-10.
    assert_abs_diff_eq!(number(gaussian, "m"), 1.176_377_558_65, epsilon = 1e-9);
    assert_abs_diff_eq!(number(gaussian, "norm"), 1.786_522_934_189, epsilon = 1e-9);
    assert_relative_eq!(number(spins, "norm"), 1.0, max_relative = 1e-14);
    assert!(number(spins, "entropy") > 0.0);
    assert_eq!(gaussian["entropy"], "");
    assert!(gaussian["reason"].contains("no absolute entropy"));
    assert_eq!(gaussian["stable"], "true");
}

#[test]
fn spins_that_are_given_by_name_have_the_columns_of_spins() {
    let named = "--student-weights rademacher --teacher-weights soft:0 --student-hidden soft:0";
    let [plain, given] = ["", named].map(|laws| {
        rows(&format!(
            "infer --student-beta 1,2 --teacher-beta 1.2 --alpha 1.5 {laws}"
        ))
    });
    assert_eq!(plain, given);
    assert!(!plain[0].contains_key("norm") && !plain[0].contains_key("student_weights"));
}

#[test]
fn the_critical_number_of_samples_depends_on_hidden_units_only() {
    let table = rows(
        "infer --student-beta 0.8 --teacher-beta 1.1 --critical --student-weights rademacher,soft:0.5,gaussian \
        --teacher-weights rademacher,gaussian --student-hidden soft:0.2",
    );
    let spike = {
        let narrowing = 1.0 - 0.64 * 0.2;
        0.64 * (0.2 / narrowing + 0.8 / (narrowing * narrowing))
    };
    let learned = table
        .iter()
        .filter(|row| row["line"] == "paramagnet-learned");
    let mut count = 0;
    for row in learned {
        assert_relative_eq!(
            number(row, "alpha"),
            1.0 / (spike * 1.21),
            max_relative = 1e-13
        );
        count += 1;
    }
    assert_eq!(count, 6);
}

#[test]
fn a_glass_in_which_replica_symmetry_holds_ends_on_an_exact_line() {
    let gaussian = "--student-weights gaussian --student-hidden gaussian";
    let table = rows(&format!(
        "infer --student-beta 0.9 --teacher-beta 0.7 --critical {gaussian}"
    ));
    let end = table
        .iter()
        .find(|row| row["line"] == "glass-learned")
        .unwrap();
    assert_eq!(end["assumption"], "exact");
    assert_relative_eq!(number(end, "alpha"), 0.7_f64.powi(-4), max_relative = 1e-9);
}

#[test]
fn the_best_inference_knows_soft_laws_too() {
    let table =
        rows("infer --weight-prior soft:0.3 --hidden-prior rademacher --snr 1.44 --alpha 1.5");
    let student = rows(
        "infer --student-beta 1.2 --teacher-beta 1.2 --alpha 1.5 --student-weights soft:0.3 --teacher-weights soft:0.3",
    );
    assert_eq!(table[1]["weight_prior"], "soft:0.3");
    // The solver's 1e-12 in r.
    assert_abs_diff_eq!(
        number(&table[1], "q_weights"),
        number(&student[1], "m"),
        epsilon = 1e-10
    );
}

#[test]
fn questions_asked_from_rust_have_the_answers_of_the_command() {
    let laws = SoftLaws {
        student_weights: vec![SoftSpin::GAUSSIAN, SoftSpin::SPIN],
        teacher_hidden: vec![SoftSpin::new(0.25).unwrap()],
        ..SoftLaws::default()
    };
    let question = Mismatched {
        alpha: vec![0.4, 2.0],
        student_beta: vec![1.5],
        teacher_beta: vec![1.0],
        laws: laws.clone(),
    };
    let flags = "--student-weights gaussian,rademacher --teacher-hidden soft:0.25";
    assert_answers(
        &question,
        &format!("infer --student-beta 1.5 --teacher-beta 1 --alpha 0.4,2 {flags}"),
    );
    let lines = MismatchedLines {
        student_beta: vec![0.5, 1.5],
        teacher_beta: vec![1.0],
        laws,
        patterns: None,
    };
    assert_answers(
        &lines,
        &format!("infer --student-beta 0.5,1.5 --teacher-beta 1 --critical {flags}"),
    );
}

#[test]
fn laws_that_mean_nothing_are_refused_in_one_line() {
    for (arguments, expected) in [
        (
            "--student-beta 1.5 --teacher-beta 1 --alpha 1 --student-hidden soft:0.5",
            "--student-beta 1.5 --teacher-beta 1 --student-hidden soft:0.5: student_beta must be at most sqrt(0.99/OMEGA)",
        ),
        (
            "--student-beta 0.5 --teacher-beta 1 --critical --teacher-hidden gaussian",
            "teacher_beta must be at most sqrt(0.99/OMEGA)",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --alpha 1 --student-weights sparse-rademacher:0.1",
            "write rademacher, gaussian or soft:OMEGA",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --alpha 1 --student-weights soft:2",
            "in [0, 1], got 2",
        ),
        (
            "--student-beta 1 --teacher-beta 1 --alpha 1 --student-weights soft",
            "write soft:0.3",
        ),
        (
            "--snr 1 --alpha 1 --student-weights gaussian",
            "cannot be used with",
        ),
        (
            "--teacher-beta 1 --critical --patterns 2 --correlation 0.5 --student-weights gaussian",
            "cannot be used with",
        ),
    ] {
        let words = refusal(&format!("infer {arguments}"));
        assert!(words.contains(expected), "{arguments}: {words}");
    }
}
