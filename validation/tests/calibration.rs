//! The scores of the validations are those of chance, and their controls tell: the criteria, on the table of the last calibration.

use std::path::Path;

/// A line of `docs/calibration.csv`.
struct Line {
    experiment: String,
    observable: String,
    seeds: f64,
    mean_score: f64,
    standard_error: Option<f64>,
    sd: f64,
    largest_score: f64,
    failed_runs: f64,
    expected_score: Option<f64>,
}

fn lines() -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/calibration.csv");
    let text = std::fs::read_to_string(path).expect("scripts/calibration.py has written the table");
    let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = rows.next().expect("a header");
    let place = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .expect(name)
    };
    rows.map(|row| {
        let number = |name| row[place(name)].parse().ok();
        let known = |name| number(name).unwrap_or_else(|| panic!("{name}: {row:?}"));
        Line {
            experiment: row[place("experiment")].to_owned(),
            observable: row[place("observable")].to_owned(),
            seeds: known("seeds"),
            mean_score: known("mean_score"),
            standard_error: number("standard_error"),
            sd: known("sd"),
            largest_score: known("largest_score"),
            failed_runs: known("failed_runs"),
            expected_score: number("expected_score"),
        }
    })
    .collect()
}

/// Gaussian quantile of the tail of Student's law beyond t (Wallace 1959).
fn gaussian(t: f64, nu: f64) -> f64 {
    (8.0 * nu + 1.0) / (8.0 * nu + 3.0) * (nu * (t * t / nu).ln_1p()).sqrt()
}

#[test]
#[ignore = "judges the last calibration, which takes an hour: python scripts/calibration.py"]
fn scores_are_those_of_chance_and_controls_tell() {
    let mut missed = Vec::new();
    for line in lines() {
        let name = format!("{} {}", line.experiment, line.observable);
        // Exact sums, and shares that are 0 or 1, have no scatter.
        let is_identity = line.largest_score < 0.1;
        // The mean over one run is the unit: rows of one run share their replicas.
        let known = line
            .standard_error
            .filter(|_| line.seeds >= 4.0 && !is_identity);
        let bias = known.map(|error| gaussian(line.mean_score / error, line.seeds - 1.0));
        if bias.is_some_and(|bias| bias > 3.0) {
            missed.push(format!("{name}: mean score {}", line.mean_score));
        }
        // The standard deviation of S Gaussian numbers is known to 1/√(2(S − 1)).
        let own = 3.0 * line.sd / (2.0 * (line.seeds - 1.0)).sqrt();
        if known.is_some() && !(0.9 - own..=1.15 + own).contains(&line.sd) {
            missed.push(format!("{name}: scores scatter by {}", line.sd));
        }
        // One run in forty may end with exit status 1: three of ten would be chance once in 700 experiments.
        if line.failed_runs >= 3.0 {
            missed.push(format!("{name}: {} runs fail", line.failed_runs));
        }
        // Three standard deviations of a score beyond the limit of 4.
        if line.expected_score.is_some_and(|score| score < 7.0) {
            missed.push(format!(
                "{name}: its control scores {:?}",
                line.expected_score
            ));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
