//! `validate NAME` at points of one's own, as typed.

use crate::landau::Folder;
use crate::support::{number, refusal, rows, run, table};
use std::fs;

#[test]
fn every_experiment_has_a_help_of_its_own_with_its_parameters() {
    for experiment in saddlepoint_validation::experiments::all() {
        let output = run(&format!("help validate {}", experiment.name()));
        let text = String::from_utf8(output.stdout).unwrap();
        // Lines are wrapped.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.status.success(), "{}", experiment.name());
        assert!(text.contains(experiment.description()), "{text}");
        for parameter in experiment.parameters() {
            assert!(text.contains(&format!("--{} <", parameter.name)), "{text}");
        }
    }
}

#[test]
fn an_experiment_is_asked_at_points_of_ones_own() {
    let rows = rows(
        "validate marchenko-pastur --data iid-spin --alpha 3 --units 8,16,32,64 --replicas 400",
    );
    assert!(
        rows.iter()
            .all(|row| row["alpha"] == "3.0" && row["law"] == "spin")
    );
    let judged = rows.iter().filter(|row| row["judged"] == "true");
    assert!(judged.filter(|row| row["control"] == "false").count() >= 3);
    let sizes: Vec<_> = rows.iter().filter(|row| !row["units"].is_empty()).collect();
    assert!(sizes.iter().all(|row| row["replicas"] == "400"));
}

#[test]
fn sizes_too_few_for_an_extrapolation_are_shown_and_not_judged() {
    let rows = rows("validate marchenko-pastur --alpha 3 --units 16 --replicas 100");
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row["reason"], "too-few-sizes", "{row:?}");
        assert_eq!(row["units"], "16");
        assert!(!row["z_score"].is_empty());
    }
}

#[test]
fn replicas_are_chosen_for_a_standard_error() {
    let asked = 0.02;
    let rows = rows(&format!(
        "validate marchenko-pastur --alpha 2 --units 16 --target-error {asked}"
    ));
    let largest = rows
        .iter()
        .map(|row| number(row, "standard_error") / number(row, "simulation").abs().max(1.0))
        .fold(0.0, f64::max);
    // The scatter among 16 replicas, by which their number is chosen, is known to some twenty per cent.
    assert!(largest < 1.8 * asked && largest > 0.4 * asked, "{largest}");
}

#[test]
fn flags_stand_before_or_after_the_name() {
    let typed = "marchenko-pastur --alpha 2 --units 16";
    let after = run(&format!("validate {typed} --replicas 20 --seed 3"));
    let before = run(&format!("validate --replicas 20 --seed 3 {typed}"));
    assert!(after.status.success() && !after.stdout.is_empty());
    assert_eq!(after.stdout, before.stdout);
}

#[test]
fn a_dry_run_says_what_it_will_cost_and_writes_nothing() {
    let output = run("validate marchenko-pastur --alpha 2 --units 16,32 --replicas 20 --dry-run");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert_eq!(text.lines().count(), 1);
    assert!(
        text.starts_with("marchenko-pastur: 2 points, 40 replicas, about "),
        "{text}"
    );
}

#[test]
fn what_an_experiment_cannot_do_is_refused_in_one_line() {
    for (typed, words) in [
        ("validate", "needs the NAME of an experiment"),
        (
            "validate no-such-experiment",
            "no experiment is called 'no-such-experiment'",
        ),
        ("validate learning-curv", "did you mean learning-curve?"),
        (
            "validate learning-curve --beta 1",
            "unexpected argument '--beta'",
        ),
        (
            "validate mismatched-inference --student-beta 30",
            "student-beta must be 0.01 to 20, got 30",
        ),
        (
            "validate several-modes --modes 2 --recalled 3",
            "recalled must be at most the number of modes, 2, got 3",
        ),
        (
            "validate several-modes --modes 2,4 --components laplace",
            "modes must be at most 3",
        ),
        (
            "validate learning-curve --hidden rbm",
            "hidden must be spin, binary",
        ),
        (
            "validate learning-curve --units 7.5",
            "must be a whole number",
        ),
        (
            "validate learning-curve --replicas 3",
            "replicas must be 16 to 10000000",
        ),
        ("validate learning-curve --target-error 0", "0.000001 to 1"),
        (
            "validate learning-curve --replicas 20 --target-error 0.1",
            "cannot be used with",
        ),
        ("validate --all --list", "cannot be used with"),
    ] {
        let line = refusal(typed);
        assert!(line.contains(words), "{typed}: {line}");
    }
}

#[test]
fn a_spectrum_of_a_file_is_compared_at_its_size_and_its_shards_merge() {
    let folder = Folder::new("own-spectrum");
    let file = folder.0.join("eigenvalues.csv");
    let values: Vec<String> = (1..=40)
        .map(|k| format!("{:?}", 6.0 / f64::from(k)))
        .collect();
    fs::write(&file, values.join("\n")).unwrap();
    let file = file.display();
    let command =
        format!("validate retarded-learning --data spectrum --file {file} --replicas 20 -q");
    let whole = run(&command);
    assert!(whole.status.success(), "{whole:?}");
    let whole = String::from_utf8(whole.stdout).unwrap();
    let rows = table(&whole);
    assert!(
        rows.iter()
            .all(|row| row["data"] == "spectrum" && row["units"] == "40")
    );
    assert!(rows.iter().all(|row| row["reason"] == "place-fluctuates"));
    let journals = [1, 2].map(|k| folder.0.join(format!("{k}.journal")));
    for (k, journal) in (1..).zip(&journals) {
        let done = run(&format!("{command} --shard {k}/2 -o {}", journal.display()));
        assert!(done.status.success(), "{done:?}");
    }
    let [one, two] = journals.each_ref().map(|journal| journal.display());
    let merged = run(&format!("merge {one} {two} --file {file} -q"));
    assert_eq!(String::from_utf8(merged.stdout).unwrap(), whole);
    for (flags, words) in [
        ("--data spectrum".to_owned(), "needs the eigenvalues"),
        (
            format!("--file {file}"),
            "say --data samples or --data spectrum",
        ),
        (
            format!("--data spectrum,spiked --file {file}"),
            "say --data samples",
        ),
    ] {
        let said = refusal(&format!("validate retarded-learning {flags} -q"));
        assert!(said.contains(words), "{said}");
    }
}
