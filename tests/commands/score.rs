//! `score`.

use super::support::{number, refusal, rows, run, table};
use saddlepoint::questions::score::{Method, Score};
use saddlepoint::questions::{GivenMachine, Kind, Question};
use saddlepoint_simulator::Samples;
use std::fs;
use std::path::{Path, PathBuf};

/// An empty folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("score")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Weights and biases without regularity, of order one.
fn irregular(k: usize) -> f64 {
    let x = f64::from(u32::try_from(k).unwrap());
    0.7 * (1.7 * x + 0.3).sin()
}

fn machine(visible: &str, hidden: &str, (units, hidden_units): (usize, usize)) -> GivenMachine {
    GivenMachine {
        name: "machine".to_owned(),
        weights: faer::Mat::from_fn(units, hidden_units, |i, j| irregular(i * hidden_units + j)),
        visible_bias: (0..units).map(|i| irregular(i + 50)).collect(),
        hidden_bias: (0..hidden_units).map(|j| irregular(j + 90)).collect(),
        visible: visible.parse().unwrap(),
        hidden: hidden.parse().unwrap(),
    }
}

/// All values that a unit of few values has, or a fine grid of a real one; and the weight of each, exp(−U) dx.
fn law(kind: Kind) -> Vec<(f64, f64)> {
    let grid = |from: i32, theta: f64| {
        let at = |i: i32| {
            let x = 0.02 * f64::from(i);
            // The trapezoidal rule: half of the weight at an end where the law does not vanish.
            let half = if i == from && from == 0 { 0.5 } else { 1.0 };
            (x, half * 0.02 * (-0.5 * x * x - theta * x.abs()).exp())
        };
        (from..=700).map(at).collect()
    };
    match kind.to_string().as_str() {
        "spin" => vec![(-1.0, 1.0), (1.0, 1.0)],
        "binary" => vec![(0.0, 1.0), (1.0, 1.0)],
        "gaussian" => grid(-700, 0.0),
        "relu" => grid(0, 0.0),
        name => grid(
            -700,
            name.strip_prefix("double-well:").unwrap().parse().unwrap(),
        ),
    }
}

/// Every configuration of units of few values.
fn configurations(kind: Kind, units: usize) -> Vec<Vec<f64>> {
    let of_group = match kind {
        Kind::Categorical(states) => {
            let states = usize::from(states);
            (0..states)
                .map(|k| (0..states).map(|i| f64::from(u8::from(i == k))).collect())
                .collect()
        }
        Kind::Unit(_) => law(kind)
            .into_iter()
            .map(|(x, _)| vec![x])
            .collect::<Vec<_>>(),
    };
    let mut all = vec![Vec::new()];
    while all[0].len() < units {
        let longer = |v: &Vec<f64>| {
            let v = v.clone();
            let all: Vec<Vec<f64>> = of_group
                .iter()
                .map(|x| [v.clone(), x.clone()].concat())
                .collect();
            all
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The sum of exp(−E) over the hidden units, each summed over its values or integrated; the potentials of the visible units are left out.
fn weight(machine: &GivenMachine, v: &[f64]) -> f64 {
    let biases: f64 = v
        .iter()
        .zip(&machine.visible_bias)
        .map(|(v, b)| v * b)
        .sum();
    let input = |j: usize| {
        let terms = v
            .iter()
            .enumerate()
            .map(|(i, v)| v * machine.weights[(i, j)]);
        machine.hidden_bias[j] + terms.sum::<f64>()
    };
    let hidden_units = machine.hidden_bias.len();
    if let Kind::Categorical(states) = machine.hidden {
        let groups = (0..hidden_units).step_by(states.into());
        let sum = |first: usize| {
            (first..first + usize::from(states))
                .map(|j| input(j).exp())
                .sum::<f64>()
        };
        return biases.exp() * groups.map(sum).product::<f64>();
    }
    let law = law(machine.hidden);
    let sum = |j: usize| {
        law.iter()
            .map(|(h, w)| w * (h * input(j)).exp())
            .sum::<f64>()
    };
    biases.exp() * (0..hidden_units).map(sum).product::<f64>()
}

#[test]
fn log_likelihoods_are_those_of_the_sum_over_all_configurations_for_every_kind() {
    let hidden = [
        "spin",
        "binary",
        "gaussian",
        "relu",
        "double-well:-1",
        "categorical:2",
    ];
    for visible in ["spin", "binary", "categorical:3"] {
        for hidden in hidden {
            let machine = machine(visible, hidden, (6, 2));
            let all = configurations(machine.visible, 6);
            let weights: Vec<f64> = all.iter().map(|v| weight(&machine, v)).collect();
            let z: f64 = weights.iter().sum();
            let enumerable = visible != "categorical:3" || ["spin", "binary"].contains(&hidden);
            let samples = Samples::real(all.len(), 6, all.concat()).unwrap();
            let score = Score {
                method: enumerable.then_some(Method::Exact),
                temperatures: 200,
                ..Score::new(machine, samples)
            };
            let rows = score.answer().unwrap();
            for (row, weight) in rows.iter().zip(&weights) {
                let expected =
                    (weight / z).ln() + f64::from(u32::try_from(all.len()).unwrap()).ln();
                // The trapezoidal rule from x = 0 for relu and the kink of the double well are right to h²/12 of the slope.
                let rounding = if hidden == "relu" || hidden.starts_with("double") {
                    2e-3
                } else {
                    1e-10
                };
                let error = row
                    .log_z
                    .standard_error
                    .map_or(rounding, |error| 5.0 * error + rounding);
                assert!(
                    (row.log_likelihood - expected).abs() < error,
                    "{visible} {hidden}: {} {expected} +- {error}",
                    row.log_likelihood
                );
                assert!((row.free_energy + weight.ln()).abs() < rounding);
            }
            assert!(
                rows.iter().all(|row| row.log_z.reliable),
                "{visible} {hidden}"
            );
        }
    }
}

#[test]
fn real_visible_units_have_a_density_relative_to_the_free_ones() {
    for visible in ["gaussian", "relu", "double-well:-1"] {
        let machine = machine(visible, "spin", (1, 2));
        let law = law(machine.visible);
        let values: Vec<f64> = law.iter().map(|(v, _)| *v).collect();
        let samples = Samples::real(law.len(), 1, values).unwrap();
        let rows = Score::new(machine, samples).answer().unwrap();
        let free: f64 = law.iter().map(|(_, w)| w).sum();
        let mean = rows
            .iter()
            .zip(&law)
            .map(|(row, (_, w))| w * row.log_likelihood.exp());
        // ∫ p₀ exp(L) = 1; the trapezoidal rule at a kink or an end is right to h²/12 of the slope.
        assert!((mean.sum::<f64>() / free - 1.0).abs() < 2e-3, "{visible}");
    }
}

const RING: &str = "simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 --epochs 20 --batch 20 -q";

/// A trained machine and samples of its population, in a folder.
fn trained(folder: &Path, flags: &str) -> String {
    let (machine, fresh) = (folder.join("m.npz"), folder.join("fresh.npy"));
    assert!(
        run(&format!("{RING} {flags} -o {}", machine.display()))
            .status
            .success()
    );
    let data = "simulate data --data ising-ring --units 12 --beta 0.8 --samples 300 --seed 5";
    assert!(
        run(&format!("{data} -o {}", fresh.display()))
            .status
            .success()
    );
    format!(
        "score --machine {} --file {}",
        machine.display(),
        fresh.display()
    )
}

#[test]
fn the_training_samples_have_the_log_likelihood_of_the_log() {
    let folder = folder("log");
    let score = trained(&folder, "");
    let data = "simulate data --data ising-ring --units 12 --beta 0.8 --samples 2000 -o";
    let file = folder.join("train.npy");
    assert!(run(&format!("{data} {}", file.display())).status.success());
    let log = table(&fs::read_to_string(folder.join("m.csv")).unwrap());
    let scored = rows(&score.replace("fresh.npy", "train.npy"));
    let mean = scored
        .iter()
        .map(|row| number(row, "log_likelihood"))
        .sum::<f64>()
        / 2000.0;
    // Rounding of 2000 terms.
    assert!(
        (mean - number(&log[20], "log_likelihood")).abs() < 1e-11,
        "{mean}"
    );
    assert_eq!(scored[0]["log_z"], log[20]["log_z"]);
}

#[test]
fn annealing_brackets_the_exact_value_and_says_how_it_was_found() {
    let folder = folder("bracket");
    let score = trained(&folder, "--biases none");
    let exact = &rows(&format!("{score} -q"))[0];
    let words = String::from_utf8(run(&score).stderr).unwrap();
    assert!(
        words.contains("exact") && words.contains("300 samples of 12 variables, values -1 and 1"),
        "{words}"
    );
    let annealed = &rows(&format!("{score} -q --method ais"))[0];
    assert_eq!(
        (
            exact["log_z_method"].as_str(),
            annealed["log_z_method"].as_str()
        ),
        ("exact", "ais")
    );
    assert!(exact["standard_error"].is_empty() && annealed["log_z_reliable"] == "true");
    let log_z = number(exact, "log_z");
    for (value, error) in [
        ("log_z", "standard_error"),
        ("log_z_reverse", "log_z_reverse_error"),
    ] {
        let off = number(annealed, value) - log_z;
        // Four standard errors: one false alarm in 16 000 seeds, and the seed is fixed.
        assert!(off.abs() < 4.0 * number(annealed, error), "{value}: {off}");
    }
}

#[test]
fn hasty_annealing_is_said_not_to_be_reliable() {
    let folder = folder("hasty");
    let weights = folder.join("w.csv");
    // Two wells that mirror each other, one of which the bias prefers; one temperature leads to neither.
    let lines: Vec<String> = (0..30).map(|_| ["1.5"; 30].join(",")).collect();
    fs::write(&weights, lines.join("\n")).unwrap();
    let data = folder.join("data.csv");
    fs::write(&data, format!("{}\n", ["1"; 30].join(","))).unwrap();
    let arguments = format!(
        "score -q --machine {} --file {} --temperatures 2",
        weights.display(),
        data.display()
    );
    let done = run(&arguments);
    let words = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{words}");
    assert!(
        words.lines().count() == 1
            && words.contains("1 of 1 rows")
            && words.contains("--temperatures"),
        "{words}"
    );
    let row = &table(&String::from_utf8(done.stdout).unwrap())[0];
    assert_eq!(row["log_z_reliable"], "false");
    // Both wells: ln Z = ln 2 + 30 × 30 × 1.5 but for exp(−90); the interval holds it.
    let off = number(row, "log_z") - (2.0_f64.ln() + 1350.0);
    assert!(off.abs() < 2.0 * number(row, "standard_error"), "{off}");
}

#[test]
fn data_that_the_units_cannot_take_are_refused_with_their_place() {
    let folder = folder("alphabet");
    let score = trained(&folder, "");
    let file = folder.join("bits.csv");
    fs::write(&file, format!("1{0}\n1{0}\n", ",0".repeat(11))).unwrap();
    let bits = score.replace("fresh.npy", "bits.csv");
    let words = refusal(&format!("{bits} -q"));
    assert!(
        words.contains("bits.csv: sample 0 has 0.0 in column 1")
            && words.contains("they are -1 or 1; --threshold X"),
        "{words}"
    );
    assert_eq!(rows(&format!("{bits} -q --threshold 0.5")).len(), 2);
    let words = refusal(&format!("{score} -q --columns 0:10"));
    assert!(
        words.contains("has 10 columns, where the machine has 12 visible units"),
        "{words}"
    );
    let taken = refusal(&format!(
        "{score} -q -o {}",
        folder.join("fresh.npy").display()
    ));
    assert!(!taken.is_empty());
}

#[test]
fn a_sample_without_a_finite_free_energy_is_refused() {
    let folder = folder("huge");
    let [weights, data] = ["w.csv", "huge.csv"].map(|name| folder.join(name));
    fs::write(&weights, "0.1\n0.2\n").unwrap();
    fs::write(&data, "1,1\n1e200,1\n").unwrap();
    let words = refusal(&format!(
        "score -q --machine {} --visible gaussian --file {}",
        weights.display(),
        data.display()
    ));
    assert!(
        words.contains("huge.csv: sample 1 (counted from 0) has no finite free energy"),
        "{words}"
    );
}

#[test]
fn hidden_means_are_written_one_row_per_sample() {
    let folder = folder("means");
    let score = trained(&folder, "");
    let [table_file, means] = ["score.csv", "means.csv"].map(|name| folder.join(name));
    let done = run(&format!(
        "{score} -q -o {} --hidden-means {}",
        table_file.display(),
        means.display()
    ));
    assert!(done.status.success(), "{done:?}");
    let means = fs::read_to_string(means).unwrap();
    assert_eq!(
        (
            means.lines().count(),
            means.lines().next().unwrap().split(',').count()
        ),
        (300, 2)
    );
    assert!(
        means
            .split([',', '\n'])
            .filter(|x| !x.is_empty())
            .all(|x| x.parse::<f64>().unwrap().abs() < 1.0)
    );
    assert!(
        refusal(&format!(
            "{score} -q -o {0} --hidden-means {0}",
            table_file.display()
        ))
        .contains("choose two")
    );
}

#[test]
fn data_are_scaled_as_those_of_the_training() {
    let folder = folder("scaled");
    let [data, machine] = ["data.csv", "m.npz"].map(|name| folder.join(name));
    // Two columns on one line, of scales 1000 and 0.001, and a constant one.
    let line = |k: u32| {
        let x = f64::from(k % 7) - 3.0;
        format!(
            "{},{},5",
            1000.0 * (x + 0.1 * f64::from(k % 3)),
            0.001 * (x - 0.1 * f64::from(k % 5))
        )
    };
    fs::write(&data, (0..210).map(line).collect::<Vec<_>>().join("\n")).unwrap();
    let train = format!(
        "simulate train --data samples --file {} --standardize --hidden-units 2 --epochs 10 --test {} -o {}",
        data.display(),
        data.display(),
        machine.display()
    );
    let done = run(&train);
    assert!(done.status.success(), "{done:?}");
    let log = table(&fs::read_to_string(folder.join("m.csv")).unwrap());
    let last = log.last().unwrap();
    assert_eq!(last["visible"], "gaussian");
    assert_eq!(last["log_likelihood"], last["test_log_likelihood"]);
    let score = format!(
        "score --machine {} --file {}",
        machine.display(),
        data.display()
    );
    let words = String::from_utf8(run(&score).stderr).unwrap();
    assert!(
        words.contains("scaled by data_mean and data_scale of the machine"),
        "{words}"
    );
    let scored = rows(&format!("{score} -q"));
    let mean = scored
        .iter()
        .map(|row| number(row, "log_likelihood"))
        .sum::<f64>()
        / 210.0;
    // Rounding.
    assert!(
        (mean - number(last, "log_likelihood")).abs() < 1e-10,
        "{mean}"
    );
}
