//! `threshold` and `spectrum` as typed: the published numbers, inverse problems, real data, refusals.

use crate::support::{number, refusal, rows, run};
use approx::assert_relative_eq;

#[test]
fn rings_have_their_published_critical_sample_sizes() {
    // Nine and eight printed digits of the reference values.
    for (units, beta, alpha) in [(50.0, "0.5", 68.321_445_7), (100.0, "1.0", 7.743_225_7)] {
        let table = rows(&format!(
            "threshold --data ising-ring --units {units} --beta {beta}"
        ));
        assert_relative_eq!(number(&table[0], "alpha_c"), alpha, max_relative = 1e-8);
        assert_relative_eq!(
            number(&table[0], "samples_c"),
            units * alpha,
            max_relative = 1e-8
        );
    }
}

#[test]
fn all_criteria_stand_side_by_side() {
    let table = rows(
        "threshold --data clock-ring --units inf --states 10 --beta 1.5 \
         --criterion spectral,crossing,crossing-published",
    );
    let gamma: Vec<f64> = table.iter().map(|row| number(row, "gamma_c")).collect();
    assert_relative_eq!(
        number(&table[0], "eigenvalue"),
        4.391_255_3,
        max_relative = 1e-8
    );
    assert_relative_eq!(gamma[1], 0.108_459_7, max_relative = 1e-6);
    assert_relative_eq!(gamma[2], 0.065_791_1, max_relative = 1e-6);
    assert_eq!(table[0]["alpha_c"], "inf");
}

#[test]
fn infinite_rings_have_their_published_edges() {
    for (beta, alpha, edge) in [
        ("0.5", "10", 3.326_792_7),
        ("0.5", "1", 5.731_729_6),
        ("1", "2", 9.800_035_8),
    ] {
        let table = rows(&format!(
            "spectrum --data ising-ring --units inf --beta {beta} --alpha {alpha} --edges"
        ));
        assert_eq!(table[1]["side"], "upper");
        assert_relative_eq!(number(&table[1], "x"), edge, max_relative = 1e-8);
    }
}

#[test]
fn inverse_problems_come_back_to_their_start() {
    let beta = rows("threshold --data ising-ring --units 40 --solve-for beta --alpha 12");
    let forth = rows(&format!(
        "threshold --data ising-ring --units 40 --beta {}",
        beta[0]["beta"]
    ));
    assert_relative_eq!(number(&forth[0], "alpha_c"), 12.0, max_relative = 1e-10);
    let alpha = rows("threshold --data two-cluster --signal 1.5 --solve-for alpha --overlap 0.5");
    assert_relative_eq!(
        number(&alpha[0], "overlap_squared"),
        0.5,
        max_relative = 1e-12
    );
    let landed = rows("threshold --data spiked --units 300 --spike 2 --alpha 3");
    let back = rows(&format!(
        "threshold --data spiked --units 300 --spike 2 --alpha 3 --observed {}",
        landed[0]["sample_eigenvalue"]
    ));
    assert_relative_eq!(number(&back[0], "eigenvalue"), 3.0, max_relative = 1e-12);
}

#[test]
fn the_profile_of_the_top_eigenvector_sums_to_one() {
    let table = rows("spectrum --data ising-ring --units 50 --beta 0.5 --alpha 2 --profile");
    let total: f64 = table.iter().map(|row| number(row, "overlap_squared")).sum();
    assert_relative_eq!(total, 1.0, max_relative = 1e-12);
}

#[test]
fn a_spike_hidden_in_a_file_is_found_with_its_strength() {
    let folder = std::env::temp_dir().join(format!("saddlepoint-spike-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("spiked.npy");
    let drawn = run(&format!(
        "simulate data --data spiked --units 100 --spike 4 --samples 1000 --seed 3 -o {}",
        file.display()
    ));
    assert!(drawn.status.success());
    let table = rows(&format!(
        "threshold --data samples --file {}",
        file.display()
    ));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(table[0]["detached"], "true");
    assert!(table.iter().skip(1).all(|row| row["detached"] == "false"));
    // Four standard errors √(2/P) ℓ of the eigenvalue ℓ = 5.
    assert_relative_eq!(
        number(&table[0], "eigenvalue"),
        5.0,
        epsilon = 4.0 * 5.0 * 0.045
    );
}

#[test]
fn a_request_that_cannot_be_met_is_refused_in_one_line_and_leaves_stdout_empty() {
    for arguments in [
        "threshold --data ising-ring --units 2 --beta 1",
        "threshold --data ising-torus --units 64 --beta 0.3",
        "threshold --data ising-ring --units 50 --beta 0.5 --solve-for beta --alpha 2",
        "threshold --data ising-ring --units 50 --solve-for beta",
        "threshold --data spiked --spike 1 --solve-for alpha --overlap 1",
        "threshold --data spiked --spike 1 --alpha 2 --observed 1.5",
        "spectrum --data iid --alpha 0",
        "spectrum --data iid",
        "spectrum --data ising-ring --units inf --beta 0.5 --alpha 1 --profile",
        "spectrum --data clock-ring --units 2 --states 3 --beta 1 --alpha 1",
        "threshold --data samples --file missing.npy",
        "validate no-such-experiment",
    ] {
        refusal(arguments);
    }
}
