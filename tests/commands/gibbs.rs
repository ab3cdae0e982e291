//! Is the sampling right? Machines that Gibbs sampling cannot cross, and one that it can.

use super::landau::Folder;
use super::support::{Row, number, refusal, run, table};

/// The rows of `simulate gibbs`, by their observable, and the exit status.
fn sampled(file: &str, flags: &str) -> (Vec<Row>, Option<i32>) {
    let output = run(&format!("simulate gibbs --machine {file} -q {flags}"));
    let rows = table(&String::from_utf8(output.stdout).unwrap());
    (rows, output.status.code())
}

fn of<'a>(rows: &'a [Row], observable: &str) -> &'a Row {
    rows.iter()
        .find(|row| row["observable"] == observable)
        .unwrap()
}

#[test]
fn chains_that_never_move_are_not_sufficient() {
    let folder = Folder::new("stuck");
    let file = folder.csv("m.csv", 2, 2, |_, _| 3.0);
    let (rows, status) = sampled(&file, "--chains 4 --steps 1000");
    assert_eq!(status, Some(1));
    assert!(rows.iter().all(|row| row["sufficient"] == "false"));
    // Half of the chains start in the opposite well: they disagree. The energy is one number in both.
    assert!(number(of(&rows, "mean_visible"), "r_hat") > 2.0);
    assert_eq!(of(&rows, "energy")["r_hat"], "");
    assert_eq!(of(&rows, "energy")["standard_error"], "");
}

#[test]
fn a_tilted_machine_is_certified_by_enumeration_alone() {
    // Ten spins on each side, all weights 0.4, fields 0.02: two wells whose weights differ a little.
    let folder = Folder::new("tilted");
    let weights = vec![0.4; 100];
    let file = folder.npz(
        "m.npz",
        &[
            ("W", &[10, 10], weights),
            ("b", &[10], vec![0.02; 10]),
            ("c", &[10], vec![0.0; 10]),
        ],
    );
    let (rows, status) = sampled(&file, "--visible spin --hidden spin");
    assert_eq!(
        (status, of(&rows, "mean_visible")["sufficient"].as_str()),
        (Some(1), "false")
    );
    let (rows, status) = sampled(&file, "--visible spin --hidden spin --method exact");
    assert_eq!(status, Some(0));
    let mean = of(&rows, "mean_visible");
    // 0.19714 by a plain sum over all configurations.
    assert!((number(mean, "mean") - 0.19714).abs() < 4.0 * number(mean, "standard_error"));
    assert!(number(mean, "ess") > 50_000.0 && number(mean, "r_hat") < 1.001);
}

#[test]
fn a_machine_that_mixes_is_sufficient_and_both_ways_agree() {
    let folder = Folder::new("mixing");
    let file = folder.csv(
        "m.csv",
        6,
        4,
        |i, j| if (i + j) % 3 == 0 { 0.5 } else { -0.2 },
    );
    let (gibbs, status) = sampled(&file, "--steps 3000");
    assert_eq!(status, Some(0));
    let (exact, status) = sampled(&file, "--steps 3000 --method exact --seed 5");
    assert_eq!(status, Some(0));
    for (a, b) in gibbs.iter().zip(&exact) {
        let error = number(a, "standard_error").hypot(number(b, "standard_error"));
        let difference = number(a, "mean") - number(b, "mean");
        assert!(
            difference.abs() < 4.5 * error + 1e-12,
            "{}",
            a["observable"]
        );
        assert!(number(b, "ess") >= number(a, "ess") * 0.8);
    }
}

#[test]
fn enumeration_is_refused_where_there_is_none() {
    let folder = Folder::new("large");
    let file = folder.csv("m.csv", 30, 30, |_, _| 0.1);
    let words = refusal(&format!(
        "simulate gibbs --machine {file} -q --method exact"
    ));
    assert!(words.contains("at most 25"), "{words}");
    refusal(&format!(
        "simulate gibbs --machine {file} -q --method exact --burn-in 5"
    ));
}
