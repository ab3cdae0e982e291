//! `flow ring` with more hidden units than can be enumerated, and with units that are no spins.

use crate::support::{number, refusal, rows};
use approx::assert_abs_diff_eq;

#[test]
fn many_hidden_units_tile_the_ring_on_arcs_and_say_what_those_cost() {
    let table = rows("flow ring --units 60 --beta 0.5 --hidden-units 2,30 --starts 1 --summary");
    let (two, thirty) = (&table[0], &table[2]);
    assert_eq!(
        (&two["reach"], &two["last_gain"]),
        (&String::new(), &String::new())
    );
    assert!(thirty["log_likelihood_symmetric"].is_empty());
    // Half as many units as sites: the data's own law, up to weights that grow without end.
    let [found, data] = ["log_likelihood", "log_likelihood_data"].map(|name| number(thirty, name));
    assert_abs_diff_eq!(found, data, epsilon = 1e-8);
    assert!(number(thirty, "last_gain").abs() < 1e-8);
    assert_eq!(thirty["equidistant"], "true");
    let few = rows("flow ring --units 20 --beta 0.5 --summary");
    assert!(!few[0].contains_key("reach") && !few[0].contains_key("hidden"));
}

#[test]
fn binary_units_with_biases_are_spins_of_half_the_weights() {
    let typed = "flow ring --units 20 --beta 0.5 --hidden-units 2 --starts 1";
    let weights = |hidden: &str| -> Vec<f64> {
        let table = rows(&format!("{typed} --hidden {hidden}"));
        table.iter().map(|row| number(row, "weight")).collect()
    };
    for (binary, spin) in weights("binary").into_iter().zip(weights("spin")) {
        assert_abs_diff_eq!(binary, 2.0 * spin, epsilon = 1e-14);
    }
    let summary = rows(&format!("{typed} --hidden binary --summary"));
    assert_eq!(summary[0]["hidden"], "binary");
    assert_eq!(summary[0]["hidden_bias"], "0.0");
    let table = rows("flow ring --units 20 --beta 0.5 --starts 1 --hidden binary");
    for row in &table {
        let expected = -0.5 * number(row, "weight");
        assert_abs_diff_eq!(number(row, "visible_bias"), expected, epsilon = 1e-14);
    }
}

#[test]
fn rectified_units_learn_biases_and_become_gaussian() {
    let typed = "flow ring --units 20 --beta 0.5 --starts 1 --summary";
    let [relu, gaussian] =
        ["relu", "gaussian"].map(|kind| rows(&format!("{typed} --hidden {kind}")).remove(0));
    assert_eq!(relu["limit"], "gaussian");
    assert!(!gaussian.contains_key("limit") && !gaussian.contains_key("hidden_bias"));
    // What a slope of 1e-9 leaves.
    let [found, expected] = [&relu, &gaussian].map(|row| number(row, "log_likelihood"));
    assert_abs_diff_eq!(found, expected, epsilon = 1e-8);
    assert_abs_diff_eq!(
        number(&relu, "width"),
        number(&gaussian, "width"),
        epsilon = 1e-4
    );
    // On the way the biases grow, and those of the sites make up for the mean of the unit.
    let learning =
        rows("flow ring --units 8 --beta 0.5 --hidden relu --trajectory --time 0,100,1000");
    let biases: Vec<f64> = [0, 8, 16]
        .map(|row| number(&learning[row], "hidden_bias"))
        .into();
    assert!(
        biases.is_sorted() && biases[0] < 1e-9 && biases[2] > 3.0,
        "{biases:?}"
    );
    let [weight, visible] = ["weight", "visible_bias"].map(|name| number(&learning[16], name));
    assert!(weight * visible < 0.0);
}

#[test]
fn wells_learn_places_on_rings_of_spins_and_angles() {
    let summary = rows("flow ring --units 20 --beta 0.5 --hidden double-well:-3 --summary");
    assert_eq!(
        (
            summary[0]["hidden"].as_str(),
            summary[0]["equidistant"].as_str()
        ),
        ("double-well:-3", "true")
    );
    assert!(
        number(&summary[0], "width") < 8.0 && summary[0]["log_likelihood_symmetric"].is_empty()
    );
    let clock = rows(
        "flow ring --units 6 --states 5 --beta 1.5 --hidden double-well:-3 --starts 1 --summary",
    );
    assert!(number(&clock[0], "cosine_fraction") > 0.9);
}

#[test]
fn machines_whose_states_cannot_be_summed_are_refused() {
    for (arguments, words) in [
        (
            "flow ring --units 20 --beta 0.5 --hidden-units 17 --trajectory",
            "--hidden-units 17: --trajectory",
        ),
        (
            "flow ring --units 20 --beta 0.5 --hidden-units 17 --states 3",
            "--hidden-units 17: a clock ring",
        ),
        (
            "flow ring --units 20 --beta 0.5 --hidden-units 17 --method small-beta",
            "--hidden-units 17: --method small-beta",
        ),
        (
            "flow ring --units 10 --beta 0.5 --hidden gaussian --hidden-units 4",
            "--hidden-units 4: at most 3",
        ),
        (
            "flow ring --units 10 --beta 0.5 --hidden relu --states 3",
            "--hidden relu",
        ),
        (
            "flow ring --units 10 --beta 0.5 --hidden double-well:2",
            "at most 0",
        ),
        (
            "flow ring --units 10 --beta 0.5 --hidden binary --states 3 --trajectory",
            "--hidden binary",
        ),
        (
            "flow ring --units 10 --beta 0.5 --hidden gaussian --method small-beta",
            "--hidden gaussian",
        ),
    ] {
        let refused = refusal(arguments);
        assert!(refused.contains(words), "{arguments}: {refused}");
    }
}
