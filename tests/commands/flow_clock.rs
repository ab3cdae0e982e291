//! `flow ring --states` as typed.

use crate::flow::assert_asks;
use crate::support::{number, refusal, rows};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint::questions::flow::Rings;
use saddlepoint::questions::flow::ring::clock;
use saddlepoint_theory::dynamics::flow::Search;

#[test]
fn angles_on_a_ring_are_learned_as_cosines() {
    let common = "flow ring --units 6 --states 5 --beta 1.5 --hidden-units 1,2";
    let table = rows(common);
    assert_eq!(table.len(), 3 * 30);
    let columns = ["states", "site", "state"].map(|name| table[29][name].as_str());
    assert_eq!(columns, ["5", "5", "4"]);
    let summary = rows(&format!("{common} --summary"));
    assert_eq!(summary.len(), 3);
    let question = clock::Summary {
        rings: Rings {
            units: vec![6],
            beta: vec![1.5],
            hidden_units: vec![1, 2],
        },
        states: 5,
        hidden: saddlepoint_theory::units::Unit::Spin,
        search: Search::default(),
    };
    assert_asks(&question, &format!("{common} --summary"));
    for row in &summary {
        // Nearly all of the variance over angles is a cosine, even on six sites.
        assert!(number(row, "cosine_fraction") > 0.9);
        assert!(number(row, "log_likelihood") < number(row, "log_likelihood_data"));
        assert!(number(row, "residual") <= 1e-6 && number(row, "curvature") < 1e-7);
        assert_eq!([&row["stop"], &row["method"]], ["converged", "exact"]);
        assert!((0.0..1.0).contains(&number(row, "angle")));
    }
    // So short a ring leaves no room for places.
    assert_abs_diff_eq!(number(&summary[0], "participation"), 6.0, epsilon = 1e-6);
    let distance = (number(&summary[1], "angle") - number(&summary[2], "angle")).rem_euclid(0.5);
    // A quarter of a turn, but for the pull of the five angles.
    assert_abs_diff_eq!(distance, 0.25, epsilon = 0.02);
}

#[test]
fn two_angles_are_the_ising_ring() {
    let [clock, spins] = ["--states 2", ""].map(|states| {
        let table = rows(&format!(
            "flow ring --units 20 --beta 0.5 --summary {states}"
        ));
        [
            "log_likelihood",
            "log_likelihood_data",
            "width",
            "participation",
        ]
        .map(|name| number(&table[0], name))
    });
    for (clock, spins) in clock.into_iter().zip(spins) {
        // Slopes of 1e-6 over curvatures of 1e-2.
        assert_relative_eq!(clock, spins, max_relative = 1e-3);
    }
}

#[test]
fn angles_are_learned_in_time() {
    let table = rows(
        "flow ring --units 5 --states 3 --beta 1.5 --trajectory --time 0,500 --init-scale 0.02",
    );
    assert_eq!(table.len(), 2 * 15);
    let norm = |time: &str| -> f64 {
        let rows = table.iter().filter(|row| row["time"] == time);
        rows.map(|row| number(row, "weight").powi(2)).sum()
    };
    assert_relative_eq!(norm("0.0"), 15.0 * 0.02_f64.powi(2), max_relative = 1e-12);
    assert!(norm("500.0") > 1.0);
}

#[test]
fn what_is_no_ring_of_angles_is_refused() {
    for (arguments, words) in [
        ("--units 10 --beta 0.5 --states 1", "--states"),
        ("--units 10 --beta 0.5 --states 13", "--states"),
        (
            "--units 10 --beta 0.5 --states 4 --method small-beta",
            "--method small-beta",
        ),
        ("--units 2 --beta 0.5 --states 4", "at least 3"),
        ("--units inf --beta 0.5 --states 4", "--units inf"),
        ("--units 11 --beta -20 --states 2", "not so negative"),
    ] {
        let refused = refusal(&format!("flow ring {arguments}"));
        assert!(refused.contains(words), "{arguments}: {refused}");
    }
}
