//! `simulate train --replicas A:B` and `merge` of its logs: the bytes of one command, and means with errors.

use crate::landau::Folder;
use crate::support::{number, refusal, rows, run, table};
use std::fs;

const TRAIN: &str = "simulate train --data two-cluster --units 20 --signal 2 --samples 100 --hidden-units 2 --epochs 3 -q";

impl Folder {
    /// Trains some replicas, and gives the log as typed.
    fn train(&self, name: &str, flags: &str) -> String {
        let log = self.0.join(name).to_str().unwrap().to_owned();
        let done = run(&format!("{TRAIN} {flags} -o {log}"));
        assert!(done.status.success(), "{done:?}");
        log
    }

    fn same(&self, one: &str, other: &str) -> bool {
        fs::read(self.0.join(one)).unwrap() == fs::read(self.0.join(other)).unwrap()
    }
}

#[test]
fn replicas_of_several_commands_are_those_of_one() {
    let folder = Folder::new("replicas");
    folder.train("whole.csv", "--replicas 5");
    let [late, early] = [("late.csv", "2:5"), ("early.csv", "0:2")]
        .map(|(name, numbers)| folder.train(name, &format!("--replicas {numbers} --threads 1")));
    for (part, number) in [
        ("early", 0),
        ("early", 1),
        ("late", 2),
        ("late", 3),
        ("late", 4),
    ] {
        assert!(
            folder.same(
                &format!("{part}-{number}.npz"),
                &format!("whole-{number}.npz")
            ),
            "{number}"
        );
    }
    let merged = folder.0.join("merged.csv");
    let figure = folder.0.join("merged.svg");
    let done = run(&format!(
        "merge {late} {early} -o {} --plot {}",
        merged.display(),
        figure.display()
    ));
    assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
    assert!(folder.same("merged.csv", "whole.csv"));
    assert!(figure.exists());
    let log = table(&fs::read_to_string(&merged).unwrap());
    assert!(log.iter().all(|row| row["seed"] == "0"));
    // One replica is one file of the name that was given, and a gap is said.
    let seventh = folder.train("seventh.csv", "--replicas 7:8");
    assert!(folder.0.join("seventh.npz").exists());
    let done = run(&format!("merge {early} {seventh}"));
    assert!(
        String::from_utf8_lossy(&done.stderr).contains("replicas 2, 3, 4, 5, 6 are not among them"),
        "{done:?}"
    );
}

#[test]
fn means_over_replicas_have_their_standard_errors() {
    let folder = Folder::new("replicas-mean");
    let [first, second] = [("a.csv", "0:2"), ("b.csv", "2:4")]
        .map(|(name, numbers)| folder.train(name, &format!("--replicas {numbers}")));
    let means = rows(&format!("merge {first} {second} --mean"));
    let all = rows(&format!("merge {first} {second}"));
    assert_eq!((means.len(), all.len()), (4, 16));
    let at_end = all.iter().filter(|row| row["epoch"] == "3");
    let values: Vec<f64> = at_end.map(|row| number(row, "log_likelihood")).collect();
    let mean = values.iter().sum::<f64>() / 4.0;
    let square = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 12.0;
    let last = means.last().unwrap();
    assert_eq!(
        (last["replicas"].as_str(), last["epoch"].as_str()),
        ("4", "3")
    );
    // Sums of four numbers of order one, in the same order.
    assert!((number(last, "log_likelihood") - mean).abs() < 1e-14);
    assert!((number(last, "log_likelihood_error") - square.sqrt()).abs() < 1e-14);
    assert!(number(last, "singular_value_error_1") > 0.0);
    assert!(!last.contains_key("replica") && !last.contains_key("standard_error"));
    assert!(
        refusal(&format!(
            "merge {} --mean",
            folder.train("one.csv", "--replicas 4:5")
        ))
        .contains("two replicas or more")
    );
}

#[test]
fn logs_of_two_trainings_are_refused_with_what_differs() {
    let folder = Folder::new("replicas-refused");
    let log = folder.train("a.csv", "--replicas 2");
    for (flags, expected) in [
        ("--replicas 2:4 --l2 0.1", "--l2 not given and 0.1"),
        ("--replicas 2:4 --seed 1", "--seed 0 and 1"),
        ("--replicas 1:3", "replica 1 is in"),
    ] {
        let other = folder.train("b.csv", flags);
        let said = refusal(&format!("merge {log} {other}"));
        assert!(said.contains(expected) && said.contains("b.csv"), "{said}");
    }
    let other = folder.0.join("c.csv");
    assert!(
        run(&format!(
            "threshold --data spiked --spike 2 -o {}",
            other.display()
        ))
        .status
        .success()
    );
    let said = refusal(&format!("merge {log} {}", other.display()));
    assert!(said.contains("one of threshold"), "{said}");
    fs::remove_file(folder.0.join("b.meta.json")).unwrap();
    let said = refusal(&format!("merge {log} {}", folder.0.join("b.csv").display()));
    assert!(
        said.contains("b.meta.json") && said.contains("keep it beside the table"),
        "{said}"
    );
    let said = refusal(&format!("merge {log} -o {log}"));
    assert!(said.contains("read by this run"), "{said}");
}

#[test]
fn numbers_of_replicas_are_checked() {
    for wrong in ["0", "3:3", "4:2", "x", "0:20000", "-1:3"] {
        let said = refusal(&format!("{TRAIN} --replicas {wrong}"));
        assert!(said.contains("--replicas"), "{said}");
    }
}
