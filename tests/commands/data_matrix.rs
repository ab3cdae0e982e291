//! Data matrices as people bring them: how many directions are real.

use super::landau::Folder;
use super::support::{Row, number, refusal, rows, run};
use rand::RngExt;
use saddlepoint_simulator::stream;
use std::fmt::Write;

/// Normal numbers of a stream.
pub(crate) struct Normal(saddlepoint_simulator::Xoshiro256PlusPlus);

impl Normal {
    pub(crate) fn new(seed: u64) -> Self {
        Self(stream(seed, "data matrices", 0))
    }

    fn uniform(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    pub(crate) fn next(&mut self) -> f64 {
        let (a, b) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    /// Student's law with five degrees of freedom.
    fn heavy(&mut self) -> f64 {
        let squares: f64 = (0..5).map(|_| self.next().powi(2)).sum();
        self.next() / (squares / 5.0).sqrt()
    }
}

/// A table of `samples` rows whose entry of column j is drawn by `entry`.
fn table(samples: u32, columns: u32, mut entry: impl FnMut(u32, u32) -> f64) -> String {
    let mut text = String::new();
    for i in 0..samples {
        for j in 0..columns {
            let separator = if j + 1 < columns { "," } else { "\n" };
            write!(text, "{}{separator}", entry(i, j)).unwrap();
        }
    }
    text
}

/// The rows of `threshold` of such a table, and the number of directions that stand out.
fn judged(folder: &Folder, name: &str, text: &str, flags: &str) -> (Vec<Row>, usize) {
    let file = folder.file(name, text.as_bytes());
    if std::env::var("KEEP").is_ok() {
        std::fs::copy(&file, "/tmp/t14/kept.csv").unwrap();
    }
    let found = rows(&format!(
        "threshold --data samples --file {file} -q {flags}"
    ));
    let count = found.iter().filter(|row| row["detached"] == "true").count();
    (found, count)
}

#[test]
fn noise_of_any_shape_is_noise() {
    let folder = Folder::new("noise");
    let mut normal = Normal::new(1);
    let (mut sets, mut alarms) = (0, 0);
    for (samples, columns) in [
        (30, 1000),
        (20, 400),
        (30, 300),
        (10, 1000),
        (100, 30),
        (60, 60),
    ] {
        for kind in 0..4 {
            let text = table(samples, columns, |_, j| match kind {
                0 => normal.next(),
                1 => f64::from(u8::from(normal.uniform() < 0.1)),
                // Variances over a factor of 100.
                2 => normal.next() * 10_f64.powf(f64::from(j) / f64::from(columns)),
                _ => normal.heavy(),
            });
            sets += 1;
            alarms += usize::from(judged(&folder, "n.csv", &text, "").1 > 0);
        }
    }
    // 0.24 are expected of 24; 3 or more have probability 0.002.
    assert!(alarms <= 2, "{alarms} of {sets}");
}

#[test]
fn small_tables_are_shuffled() {
    let folder = Folder::new("small");
    let mut normal = Normal::new(6);
    let mut alarms = 0;
    for (samples, columns) in [(4, 3), (5, 5), (8, 4), (10, 10)] {
        for _ in 0..10 {
            let text = table(samples, columns, |_, _| normal.next());
            let (found, count) = judged(&folder, "s.csv", &text, "");
            assert_eq!(found[0]["null"], "permutation");
            alarms += usize::from(count > 0);
        }
    }
    // 0.4 are expected of 40; 4 or more have probability 0.001.
    assert!(alarms <= 3, "{alarms}");
}

#[test]
fn one_strong_direction_is_one_direction() {
    let folder = Folder::new("one");
    let mut normal = Normal::new(2);
    for (samples, columns, excess) in [(40, 400, 40.0_f64), (50, 2000, 200.0)] {
        for flags in ["", "--null permutation"] {
            let mut hidden = 0.0;
            let scale = (excess / f64::from(columns)).sqrt();
            let text = table(samples, columns, |_, j| {
                if j == 0 {
                    hidden = normal.next();
                }
                normal.next() + scale * hidden
            });
            let (found, count) = judged(&folder, "d.csv", &text, flags);
            assert_eq!(count, 1, "{samples} x {columns} {flags}");
            let error = number(&found[0], "eigenvalue_error");
            assert!((number(&found[0], "eigenvalue") - 1.0 - excess).abs() < 5.0 * error);
            // What could hide is far below what was seen.
            assert!(number(&found[1], "hiding_eigenvalue") < 0.7 * excess);
            assert!(found[1]["reason"].contains("nothing more stands out"));
            assert_eq!(found[1]["eigenvalue"], "");
        }
    }
}

#[test]
fn nothing_standing_out_is_empty_cells_and_a_reason() {
    for arguments in ["threshold --data iid --units 100", "threshold --data iid"] {
        let found = rows(arguments);
        assert_eq!(found[0]["alpha_c"], "", "{arguments}");
        assert_eq!(found[0]["gamma_c"], "");
        assert!(found[0]["reason"].contains("nothing stands out"));
    }
    let folder = Folder::new("nothing");
    let mut normal = Normal::new(3);
    let text = table(300, 100, |_, _| normal.next());
    let (found, count) = judged(&folder, "n.csv", &text, "");
    assert_eq!((count, found.len()), (0, 1));
    for column in ["eigenvalue", "alpha_c", "samples_c", "overlap_squared"] {
        assert_eq!(found[0][column], "", "{column}");
    }
    let hiding = number(&found[0], "hiding_eigenvalue");
    // White noise hides what is within the threshold 1 + √γ = 1.577, and with power 0.9 somewhat more.
    assert!((1.6..2.6).contains(&hiding), "{hiding}");
}

#[test]
fn unequal_columns_are_noticed_and_shuffled() {
    let folder = Folder::new("unequal");
    let mut normal = Normal::new(4);
    let text = table(1000, 10, |_, j| normal.next() * f64::from(1 + j));
    let file = folder.file("u.csv", text.as_bytes());
    let output = run(&format!("threshold --data samples --file {file}"));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("1000 samples of 10 variables"), "{words}");
    assert!(words.contains("--standardize"), "{words}");
    let (found, count) = judged(&folder, "u.csv", &text, "");
    assert_eq!(count, 0);
    assert_eq!(found[0]["null"], "permutation");
    // Every column is a mode of its own to the edge of the fitted bulk: the judges differ, and the row says so.
    assert!(
        found[0]["reason"].contains("the judges differ"),
        "{}",
        found[0]["reason"]
    );
}

#[test]
fn a_permutation_p_value_is_a_rank_or_says_how_far_above() {
    let folder = Folder::new("permutation");
    let mut normal = Normal::new(5);
    let mut hidden = 0.0;
    let text = table(100, 30, |_, j| {
        if j == 0 {
            hidden = normal.next();
        }
        normal.next() + 0.7 * hidden
    });
    let ask = |flags: &str| {
        judged(
            &folder,
            "p.csv",
            &text,
            &format!("--null permutation {flags}"),
        )
    };
    let (ranked, count) = ask("");
    assert_eq!(count, 1);
    assert!(number(&ranked[0], "p_value") < 1e-4);
    // What does not stand out has a rank: five of the first shuffled data sets exceed it.
    assert!(number(&ranked[1], "p_value") > 0.01);
    let (fitted, count) = ask("--permutations 20");
    assert_eq!(count, 1);
    assert!(number(&fitted[0], "p_value") < 1e-4);
    // The same seed, the same numbers, on any number of threads.
    assert_eq!(ask("--permutations 20 --threads 1").0, fitted);
    assert_ne!(ask("--permutations 20 --seed 1").0, fitted);
}

#[test]
fn detection_takes_more_samples_than_the_threshold() {
    let typed = "threshold --data spiked --units 120 --spike 0.2 --power 0.9 --alpha";
    let found = rows(&format!("{typed} 29.75,42.1,55.8,76.9,156"));
    assert!(number(&found[0], "detection_samples") > 2.5 * number(&found[0], "samples_c"));
    // Fractions of 50 draws of 120 units at P/P_c = 1.2, 1.7, 2.25, 3.1, 6.3 by an independent program; three standard errors.
    for (row, seen) in found.iter().zip([0.16, 0.32, 0.64, 0.96, 1.0]) {
        let power = number(row, "detection_power_at_alpha");
        assert!((power - seen).abs() < 0.2, "{power} {seen}");
    }
    let infinite = rows("threshold --data spiked --spike 0.2 --power 0.9");
    assert_eq!(infinite[0]["detection_samples"], "");
}

#[test]
fn thresholds_of_weak_couplings_grow_as_their_inverse_square() {
    let found = rows("threshold --data ising-ring --units 50 --beta 1e-5,1e-7,1e-9,1e-12,-1e-9,0");
    let alpha_c = |row: &Row| number(row, "alpha_c");
    for (row, beta) in found.iter().zip([1e-5, 1e-7, 1e-9, 1e-12, -1e-9_f64]) {
        // Of order β.
        let scaled = alpha_c(row) * (beta / 1e-5).powi(2) / alpha_c(&found[0]);
        assert!((scaled - 1.0).abs() < 1e-4, "{beta}: {scaled}");
    }
    assert_eq!(found[5]["alpha_c"], "");
}

#[test]
fn flags_of_data_matrices_are_refused_elsewhere() {
    for arguments in [
        "threshold --data iid --units 5 --null theory",
        "threshold --data spiked --spike 1 --permutations 20",
        "threshold --data samples --file missing.csv",
        "threshold --data spiked --spike 1 --power 2",
        "threshold --data spiked --spike 1 --units 30 --power 0.9 --level 0.5",
        "threshold --data two-cluster --solve-for signal --alpha 2 --power 0.9",
    ] {
        refusal(arguments);
    }
}
