//! `infer` and `threshold --criterion bayes` as typed: thresholds, branches, refusals.

use crate::support::{assert_answers, number, refusal, rows};
use approx::assert_relative_eq;
use saddlepoint::questions::infer::{Critical, Models, Solutions};
use saddlepoint_theory::replica::inference::Prior;

#[test]
fn the_hard_phase_is_narrow_at_five_and_wide_at_two_per_cent() {
    let table = rows(
        "infer --weight-prior sparse-rademacher:0.05,sparse-rademacher:0.02 --hidden-prior gaussian --snr 1 --critical",
    );
    // Ten digits of the reference values of the theory crate.
    for (row, expected) in table.iter().zip([
        [0.940_091_557_4, 0.953_641_270_0, 1.023_180_651_0],
        [0.520_634_646_0, 0.546_832_312_0, 1.002_746_349_8],
    ]) {
        let columns = ["alpha_spinodal", "alpha_it", "alpha_alg"];
        for (column, expected) in columns.into_iter().zip(expected) {
            assert_relative_eq!(number(row, column), expected, max_relative = 1e-10);
        }
        assert_relative_eq!(number(row, "alpha_spectral"), 1.0);
        assert_eq!(row["transition"], "first-order");
    }
}

#[test]
fn in_the_hard_phase_the_informed_start_is_the_best_and_the_other_knows_nothing() {
    let table = rows("infer --weight-prior sparse-rademacher:0.02 --snr 1 --alpha 0.53,0.8,1.1");
    let of = |alpha: &str, start: &str| {
        let found = table
            .iter()
            .find(|row| row["alpha"] == alpha && row["start"] == start);
        found.unwrap()
    };
    // Between the spinodal and the information-theoretic threshold the informed branch exists, but is not the best.
    assert_eq!(of("0.53", "uninformed")["optimal"], "true");
    assert_eq!(of("0.53", "informed")["optimal"], "false");
    assert_eq!(of("0.8", "informed")["optimal"], "true");
    assert_relative_eq!(number(of("0.8", "uninformed"), "q_weights"), 0.0);
    assert!(number(of("0.8", "informed"), "q_weights") > 0.8);
    // The informed start has jumped at its spinodal, the other has not.
    assert_eq!(of("0.53", "uninformed")["branch"], "low");
    assert_eq!(of("0.53", "informed")["branch"], "high");
    assert_eq!(of("1.1", "uninformed")["branch"], "high");
    // Where there is one solution both starts have it.
    let [above, below] = ["uninformed", "informed"].map(|start| of("1.1", start));
    assert_eq!(above["q_weights"], below["q_weights"]);
    for row in &table {
        assert_eq!(row["stop"], "converged");
        let total = number(row, "q_weights") + number(row, "mse_weights");
        assert_relative_eq!(total, 1.0, max_relative = 1e-12);
        let information = number(row, "mutual_information") + number(row, "free_entropy");
        assert_relative_eq!(
            information,
            0.5 * number(row, "alpha"),
            max_relative = 1e-12
        );
    }
}

#[test]
fn questions_asked_from_rust_have_the_answers_of_the_command() {
    let models = Models {
        weight_prior: vec![Prior::sparse_rademacher(0.02).unwrap(), Prior::Gaussian],
        hidden_prior: vec![Prior::Gaussian],
        snr: vec![1.0],
    };
    let flags = "--weight-prior sparse-rademacher:0.02,gaussian --snr 1";
    let alpha = vec![0.5, 0.8];
    let solutions = Solutions {
        models: models.clone(),
        alpha,
    };
    assert_answers(&solutions, &format!("infer {flags} --alpha 0.5,0.8"));
    assert_answers(&Critical { models }, &format!("infer {flags} --critical"));
    // A law whose transition is continuous has no branches.
    assert_eq!(rows("infer --snr 1 --alpha 2")[0]["branch"], "");
}

#[test]
fn parameters_lead_every_row_and_the_last_grid_varies_fastest() {
    let table = rows(
        "infer --weight-prior rademacher,gaussian --hidden-prior rademacher --snr 1,2 --alpha 0.5,3",
    );
    let order: Vec<String> = table
        .iter()
        .map(|row| format!("{} {} {}", row["weight_prior"], row["alpha"], row["snr"]))
        .collect();
    assert_eq!(order.len(), 16);
    assert_eq!(order[0], "rademacher 0.5 1.0");
    assert_eq!(order[2], "rademacher 0.5 2.0");
    assert_eq!(order[4], "rademacher 3.0 1.0");
    assert_eq!(order[8], "gaussian 0.5 1.0");
}

#[test]
fn the_best_inference_needs_no_more_samples_than_the_eigenvector() {
    let table = rows(
        "threshold --data spiked --spike 1 --criterion spectral,bayes --weight-prior gaussian,sparse-rademacher:0.02",
    );
    let critical: Vec<f64> = table.iter().map(|row| number(row, "alpha_c")).collect();
    assert_eq!(table[0]["weight_prior"], "");
    assert_eq!(table[2]["weight_prior"], "sparse-rademacher:0.02");
    // Closed form, closed form, reference value.
    for (found, expected) in critical.into_iter().zip([1.0, 1.0, 0.546_832_311_96]) {
        assert_relative_eq!(found, expected, max_relative = 1e-10);
    }
    let clusters = rows("threshold --data two-cluster --signal 1.5 --criterion bayes");
    assert_relative_eq!(
        number(&clusters[0], "alpha_c"),
        1.5_f64.powi(-4),
        max_relative = 1e-12
    );
    let solved =
        rows("threshold --data spiked --solve-for spike --alpha 0.5 --criterion spectral,bayes");
    assert_relative_eq!(
        number(&solved[1], "spike"),
        2_f64.sqrt(),
        max_relative = 1e-9
    );
}

#[test]
fn a_request_that_cannot_be_met_is_refused_in_one_line_and_leaves_stdout_empty() {
    for arguments in [
        "infer --snr 1",
        "infer --alpha 1",
        "infer --snr 0 --alpha 1",
        "infer --snr 1 --alpha 1 --critical",
        "infer --snr 1 --alpha 1 --weight-prior laplace",
        "infer --snr 1 --alpha 1 --weight-prior sparse-gaussian:2",
        "infer --snr 1 --alpha 1 --hidden-prior sparse-gaussian:0.00001",
        "threshold --data ising-ring --units 50 --beta 0.5 --criterion bayes",
        "threshold --data spiked --spike 1 --weight-prior gaussian",
        "threshold --data spiked --spike 1 --alpha 2 --observed 5 --criterion bayes",
    ] {
        refusal(arguments);
    }
}
