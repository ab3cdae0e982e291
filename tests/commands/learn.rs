//! `learn` and `threshold --criterion maximum-likelihood` as typed: the printed numbers, branches, stability, refusals.

use crate::support::{number, refusal, rows, run};
use approx::assert_relative_eq;

#[test]
fn two_clusters_are_learnt_with_the_printed_values() {
    // Four digits each of m, Q, V, overlap², train, test.
    let table = rows("learn --data two-cluster --signal 1,1.5 --alpha 2,4 --biases none");
    for (row, expected) in [
        (&table[2], [1.4832, 0.6955, 0.6288, 0.7598, 0.8610, 0.3221]),
        (&table[1], [0.9456, 0.5861, 0.4614, 0.6040, 0.3047, 0.0017]),
    ] {
        let columns = [
            "m",
            "q",
            "v",
            "overlap_squared",
            "train_loglik",
            "test_loglik",
        ];
        for (column, value) in columns.into_iter().zip(expected) {
            assert_relative_eq!(number(row, column), value, epsilon = 5.1e-5);
        }
        assert_eq!(
            (row["stable"].as_str(), row["stop"].as_str()),
            ("true", "converged")
        );
        assert!(number(row, "residual") < 1e-9);
    }
}

#[test]
fn a_jump_is_unstable_and_says_so() {
    let row = &rows("learn --data two-cluster --signal 1 --alpha 1")[0];
    assert_eq!(row["branch"], "noise");
    assert_eq!(
        (row["at_stability"].as_str(), row["stable"].as_str()),
        ("inf", "false")
    );
    assert!(number(row, "train_loglik") > 0.0 && number(row, "test_loglik") < 0.0);
}

#[test]
fn all_branches_are_listed_and_the_better_one_is_chosen() {
    for (biases, expected) in [
        ("none", &["noise", "signal"][..]),
        ("learned", &["noise", "noise", "signal"]),
    ] {
        let arguments = format!("--data two-cluster --signal 1.5 --alpha 2 --biases {biases}");
        let all = rows(&format!("learn {arguments} --all-branches"));
        let names: Vec<&str> = all.iter().map(|row| row["branch"].as_str()).collect();
        assert_eq!(names, expected);
        let last = all.last().unwrap();
        let likelihoods = all.iter().map(|row| number(row, "train_loglik"));
        assert!(likelihoods.fold(0.0, f64::max) <= number(last, "train_loglik"));
        assert_eq!(&rows(&format!("learn {arguments}"))[0], last);
    }
}

#[test]
fn a_gaussian_unit_is_principal_component_analysis() {
    let arguments = "--data ising-ring --units 50 --beta 0.5 --alpha 200";
    let learnt = &rows(&format!("learn --hidden gaussian {arguments}"))[0];
    let seen = &rows(&format!("threshold {arguments}"))[0];
    // The accuracy of the solver.
    assert_relative_eq!(
        number(learnt, "overlap_squared"),
        number(seen, "overlap_squared"),
        max_relative = 1e-8
    );
}

#[test]
fn criteria_stand_side_by_side_with_every_kind_of_unit() {
    for (biases, order) in [
        ("none", ["gaussian", "double-well:-2", "spin", "relu"]),
        ("learned", ["gaussian", "relu", "double-well:-2", "spin"]),
    ] {
        let table = rows(&format!(
            "threshold --data two-cluster --signal 1.5 --criterion spectral,maximum-likelihood \
             --hidden {} --biases {biases}",
            order.join(",")
        ));
        let names: Vec<&str> = table.iter().map(|row| row["hidden"].as_str()).collect();
        assert_eq!(names[1..], order);
        let alphas: Vec<f64> = table.iter().map(|row| number(row, "alpha_c")).collect();
        assert_relative_eq!(alphas[0], 1.5_f64.powi(-4), max_relative = 1e-12);
        assert_relative_eq!(alphas[1], alphas[0], max_relative = 1e-9);
        assert!(alphas[1..].is_sorted(), "{biases}: {alphas:?}");
        let spin = names.iter().position(|&name| name == "spin").unwrap();
        // The noise branch at this α has E dg/dω = r/λ₁; ten digits of an independent search. It is not skewed at so few samples.
        assert_relative_eq!(alphas[spin], 0.310_267_835_6, max_relative = 1e-9);
        assert!(
            table[1..]
                .iter()
                .all(|row| row["transition"] == "continuous")
        );
    }
}

#[test]
fn biases_let_every_kind_of_unit_learn_a_weak_signal() {
    let table = rows("learn --data two-cluster --signal 1 --alpha 16 --hidden spin,binary,relu");
    for (row, overlap) in table.iter().zip([0.89138, 0.89138, 0.88383]) {
        // Half of the last digit, and its rounding.
        assert_relative_eq!(number(row, "overlap_squared"), overlap, epsilon = 6e-6);
        assert_eq!(row["assumption"], "exact");
    }
    let table = rows(
        "threshold --data spiked --spike 1 --criterion maximum-likelihood --hidden binary,relu",
    );
    for (row, alpha) in table.iter().zip([4.39241, 1.20773]) {
        assert_relative_eq!(number(row, "alpha_c"), alpha, epsilon = 6e-6);
    }
    assert_eq!(table[0]["transition"], "first-order");
    assert!(number(&table[0], "alpha_equal") < number(&table[0], "alpha_c"));
}

#[test]
fn a_ring_is_taken_for_gaussian_data_and_the_row_says_so() {
    let row = &rows("learn --data ising-ring --units 50 --beta 0.5 --alpha 1000000")[0];
    assert_eq!(row["assumption"], "gaussian-equivalent");
    assert_relative_eq!(number(row, "test_loglik"), 0.32096, epsilon = 6e-6);
    assert_relative_eq!(number(row, "infinite_loglik"), 0.356_440_7, epsilon = 1e-6);
    let relu = &rows("learn --data ising-ring --units 50 --beta 0.5 --alpha 1000 --hidden relu")[0];
    assert!(relu["infinite_loglik"].is_empty());
}

#[test]
fn a_penalty_shrinks_the_weights() {
    let table =
        rows("learn --data two-cluster --signal 1.5 --alpha 4 --hidden spin,relu --l2 0,0.1");
    let rho: Vec<f64> = table.iter().map(|row| number(row, "rho")).collect();
    for (found, expected) in rho.into_iter().zip([2.56619, 2.08716, 0.76745, 0.75108]) {
        assert_relative_eq!(found, expected, epsilon = 6e-6);
    }
    let message = refusal("learn --data iid --alpha 1 --l2 -1");
    assert!(message.contains("--l2"), "{message}");
    let message = refusal("threshold --data iid --biases none");
    assert!(
        message.contains("--criterion maximum-likelihood"),
        "{message}"
    );
}

#[test]
fn the_signal_that_a_number_of_samples_asks_for_is_found() {
    let solved = &rows(
        "threshold --data two-cluster --solve-for signal --alpha 2 --criterion maximum-likelihood",
    )[0];
    let signal = &solved["signal"];
    let threshold = &rows(&format!(
        "threshold --data two-cluster --signal {signal} --criterion maximum-likelihood"
    ))[0];
    assert_relative_eq!(number(threshold, "alpha_c"), 2.0, max_relative = 1e-9);
}

#[test]
fn a_bad_hidden_unit_is_refused_in_one_line() {
    for (arguments, expected) in [
        ("learn --data iid --alpha 1 --hidden potts", "write spin"),
        (
            "learn --data iid --alpha 1 --hidden double-well:2",
            "at most 0",
        ),
        ("learn --data iid", "--alpha"),
        (
            "threshold --data iid --hidden spin",
            "--criterion maximum-likelihood",
        ),
        (
            "threshold --data iid --alpha 2 --observed 9 --criterion maximum-likelihood",
            "--observed",
        ),
    ] {
        let output = run(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(message.contains(expected), "{arguments}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn many_samples_of_a_ring_bring_the_weights_near_the_place_cell() {
    let table = rows(
        "learn --data ising-ring --units 40 --beta 0.5 --alpha 4,40,200 --method linear-response",
    );
    let valid: Vec<&str> = table.iter().map(|row| row["valid"].as_str()).collect();
    assert_eq!(valid, ["false", "false", "true"]);
    // P is below A = 166: half overlap is long reached there, and 1 - A/P would be negative.
    assert!(table[0]["overlap_squared"].is_empty() && table[0]["test_loglik"].is_empty());
    assert!(table.iter().take(2).all(|row| !row["reason"].is_empty()));
    let last = &table[2];
    assert!(last["reason"].is_empty());
    let coefficient = number(last, "coefficient");
    assert_relative_eq!(coefficient, 165.7, epsilon = 0.05);
    assert_relative_eq!(
        number(last, "overlap_squared"),
        1.0 - coefficient / 8000.0,
        max_relative = 1e-12
    );
    assert!(number(last, "test_loglik") < number(last, "infinite_loglik"));
}

#[test]
fn linear_response_is_refused_where_it_has_no_meaning() {
    for (arguments, expected) in [
        ("--data spiked --spike 1", "ising-ring"),
        (
            "--data clock-ring --units 20 --states 5 --beta 1",
            "ising-ring",
        ),
        (
            "--data ising-ring --units 40 --beta 0.5 --hidden relu",
            "--hidden",
        ),
    ] {
        let arguments = format!("learn {arguments} --alpha 100 --method linear-response");
        assert!(refusal(&arguments).contains(expected), "{arguments}");
    }
}
