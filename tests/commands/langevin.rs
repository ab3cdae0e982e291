//! `simulate langevin` of a machine: what it samples, and what the machine has.

use super::support::{number, rows};
use approx::assert_relative_eq;
use std::fs;
use std::path::Path;

/// The rank-one machine of 10 x 8 spins at s = 0.733, whose energy depends on two sums alone.
const UNITS: [u32; 2] = [10, 8];
const S: f64 = 0.733;

/// Variance of (x + sign y)/sqrt 2 in the machine, x = sum v/sqrt N, y = sum h/sqrt M.
fn in_the_machine(sign: f64) -> f64 {
    let choose = |n: u32, k: u32| (0..k).fold(1.0, |c, i| c * f64::from(n - i) / f64::from(i + 1));
    let (mut z, mut square) = (0.0, 0.0);
    for a in 0..=UNITS[0] {
        for b in 0..=UNITS[1] {
            let along =
                |up: u32, n: u32| (2.0 * f64::from(up) - f64::from(n)) / f64::from(n).sqrt();
            let (x, y) = (along(a, UNITS[0]), along(b, UNITS[1]));
            let weight = choose(UNITS[0], a) * choose(UNITS[1], b) * (S * x * y).exp();
            z += weight;
            square += weight * 0.5 * (x + sign * y).powi(2);
        }
    }
    square / z
}

/// Variance of phi under exp(-A), by a sum over a fine grid.
fn on_the_real_line() -> f64 {
    let coupling = (0.5 * S).sqrt();
    let (mut z, mut square) = (0.0, 0.0);
    for i in -3000..=3000 {
        let phi = f64::from(i) * 0.01;
        let layers = UNITS.map(|n| {
            let n = f64::from(n);
            n * (coupling * phi / n.sqrt()).cosh().ln()
        });
        let weight = (layers[0] + layers[1] - 0.5 * phi * phi).exp();
        z += weight;
        square += weight * phi * phi;
    }
    square / z
}

#[test]
fn it_samples_the_real_line_and_shows_the_machine_beside() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rank-one.csv");
    let weight = S / f64::from(UNITS[0] * UNITS[1]).sqrt();
    let line = vec![weight.to_string(); UNITS[1] as usize].join(",") + "\n";
    fs::write(&file, line.repeat(UNITS[0] as usize)).unwrap();
    let table = rows(&format!(
        "simulate langevin --machine {} --modes 1 --records 1000 --interval 40",
        file.display()
    ));
    let [slow, fast] = [&table[0], &table[1]];
    assert_relative_eq!(
        number(slow, "machine_variance"),
        in_the_machine(1.0),
        max_relative = 1e-9
    );
    assert_relative_eq!(
        number(fast, "machine_variance"),
        in_the_machine(-1.0),
        max_relative = 1e-9
    );
    let (variance, error) = (number(slow, "variance"), number(slow, "variance_error"));
    // Four standard errors of 0.015; the three variances are 2.851, 2.981 and 3.090.
    assert!(
        (variance - on_the_real_line()).abs() < 4.0 * error,
        "{variance} ± {error}"
    );
    assert!((variance - number(slow, "machine_variance")).abs() > 4.0 * error);
    let boson = 1.0 + S * in_the_machine(1.0);
    assert!(
        (variance - boson).abs() > 4.0 * error,
        "{variance} ± {error}, {boson}"
    );
}

#[test]
fn infinitely_many_spins_have_the_variance_of_the_dynamics() {
    let table = rows("simulate langevin --singular-values 0.5,1.2 --records 100");
    assert_relative_eq!(number(&table[0], "machine_variance"), 2.0);
    // No law exists beyond s = 1.
    assert!(table[2]["machine_variance"].is_empty() && table[3]["machine_variance"].is_empty());
}
