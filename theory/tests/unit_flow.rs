//! The exact learning flow of hidden units of other kinds than spins.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_theory::dynamics::clock_flow::ClockFlow;
use saddlepoint_theory::dynamics::flow::{Flow, Search, Slope};
use saddlepoint_theory::dynamics::ring_flow::{Field, RingFlow};
use saddlepoint_theory::dynamics::unit_flow::UnitFlow;
use saddlepoint_theory::units::Unit;

fn unit(name: &str) -> Unit {
    name.parse().unwrap()
}

fn flow(units: usize, beta: f64, hidden: &str) -> UnitFlow {
    UnitFlow::new(RingFlow::new(units, beta).unwrap(), unit(hidden)).unwrap()
}

/// Weights without structure.
fn weights(rows: usize, hidden: usize, scale: f64) -> Mat<f64> {
    Mat::from_fn(rows, hidden, |i, m| {
        let number = f64::from(u32::try_from(i * 7 + m * 31).unwrap());
        scale * (1.3 * number * number).sin()
    })
}

/// Log-likelihood and slope by plain sums over configurations, each a list of (weight row of its active units, sign).
fn enumerated(
    configurations: &[(f64, Vec<f64>)],
    hidden: Unit,
    weights: &Mat<f64>,
) -> (f64, Mat<f64>) {
    let (rows, m) = (weights.nrows(), weights.ncols());
    let inputs = |x: &[f64]| -> Vec<f64> {
        let input = |j: usize| (0..rows).map(|i| weights[(i, j)] * x[i]).sum();
        (0..m).map(input).collect()
    };
    let mut likelihood = 0.0;
    let mut gradient = Mat::zeros(rows, m);
    let data: f64 = configurations.iter().map(|c| c.0).sum();
    let machine: Vec<f64> = configurations
        .iter()
        .map(|(_, x)| {
            let logs = inputs(x)
                .into_iter()
                .map(|s| hidden.log_partition(s) - hidden.log_partition(0.0));
            logs.sum::<f64>().exp()
        })
        .collect();
    let z: f64 = machine.iter().sum();
    for ((p, x), q) in configurations.iter().zip(&machine) {
        for (j, s) in inputs(x).into_iter().enumerate() {
            likelihood += p / data * (hidden.log_partition(s) - hidden.log_partition(0.0));
            for i in 0..rows {
                gradient[(i, j)] += (p / data - q / z) * x[i] * hidden.mean(s);
            }
        }
    }
    let number = f64::from(u32::try_from(configurations.len()).unwrap());
    (likelihood - (z / number).ln(), gradient)
}

/// Sums to 1e-13 of integrals over hundreds of waves, times means as large as the wells are far apart.
fn assert_agrees(found: &Slope, (likelihood, gradient): &(f64, Mat<f64>)) {
    assert_abs_diff_eq!(found.log_likelihood, *likelihood, epsilon = 1e-9);
    for (found, expected) in found.gradient.col_iter().zip(gradient.col_iter()) {
        for (found, expected) in found.iter().zip(expected.iter()) {
            assert_abs_diff_eq!(*found, *expected, epsilon = 1e-9);
        }
    }
}

const NAMES: [&str; 4] = [
    "gaussian",
    "double-well:-0.4",
    "double-well:-2",
    "double-well:-5",
];

#[test]
fn spins_by_quadrature_are_spins() {
    for (units, hidden, scale) in [(9, 3, 1.0), (40, 2, 0.4), (5, 1, 3.0)] {
        let weights = weights(units, hidden, scale);
        let found = flow(units, 0.6, "spin").slope(&weights).unwrap();
        let ring = RingFlow::new(units, 0.6).unwrap().slope(&weights).unwrap();
        assert_agrees(&found, &(ring.log_likelihood, ring.gradient));
    }
}

#[test]
fn slopes_on_an_ising_ring_are_those_of_the_plain_sums() {
    let (n, beta) = (8_usize, 0.7);
    let configurations: Vec<(f64, Vec<f64>)> = (0..1_usize << n)
        .map(|s| {
            let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][s >> i & 1]).collect();
            let bonds: f64 = (0..n).map(|i| v[i] * v[(i + 1) % n]).sum();
            ((beta * bonds).exp(), v)
        })
        .collect();
    for name in NAMES {
        // The largest make log-likelihoods of a hundred, for which states count that would not for one unit alone.
        for (hidden, scale) in [(1, 0.5), (2, 0.2), (2, 2.0)] {
            let weights = weights(n, hidden, scale);
            let found = flow(n, beta, name).slope(&weights).unwrap();
            assert_agrees(&found, &enumerated(&configurations, unit(name), &weights));
        }
    }
}

#[test]
fn slopes_on_a_clock_ring_are_those_of_the_plain_sums() {
    let (n, p, beta) = (4_usize, 3_usize, 0.9);
    let configurations: Vec<(f64, Vec<f64>)> = (0..p.pow(4))
        .map(|state| {
            let angle = |i: usize| state / p.pow(u32::try_from(i % n).unwrap()) % p;
            let cos = |i: usize| {
                let turn = f64::from(u32::try_from(angle(i) + p - angle(i + 1)).unwrap());
                (std::f64::consts::TAU * turn / 3.0).cos()
            };
            let energy: f64 = (0..n).map(cos).sum();
            let one_hot = (0..n * p).map(|ia| f64::from(angle(ia / p) == ia % p));
            ((beta * energy).exp(), one_hot.collect())
        })
        .collect();
    for name in NAMES {
        let clock = ClockFlow::new(n, p, beta).unwrap();
        let clock = clock.with_hidden(unit(name)).unwrap();
        for (hidden, scale) in [(1, 0.5), (1, 1.2), (2, 0.2)] {
            let weights = weights(n * p, hidden, scale);
            let found = clock.slope(&weights).unwrap();
            assert_agrees(&found, &enumerated(&configurations, unit(name), &weights));
        }
    }
}

#[test]
fn distant_wells_are_spins() {
    let search = Search {
        starts: 1,
        tolerance: 1e-8,
        ..Search::default()
    };
    let spin = RingFlow::new(20, 0.5).unwrap().optimum(1, &search).unwrap();
    let gap = |theta: f64| {
        let wells = flow(20, 0.5, &format!("double-well:{theta}"));
        let found = wells.optimum(1, &search).unwrap();
        spin.log_likelihood - found.log_likelihood
    };
    let (near, far) = (gap(-4.0), gap(-16.0));
    // Wells have a variance of 1, θ² of which is that of a spin.
    assert_relative_eq!(near / far, 16.0, max_relative = 0.3);
}

/// ln cosh of the visible spins has a fourth cumulant, whatever the hidden unit: in small weights −ln Z has the term Σ w⁴/4.
#[test]
fn a_gaussian_unit_finds_a_place_too() {
    let search = Search {
        starts: 2,
        tolerance: 1e-8,
        ..Search::default()
    };
    let found = flow(40, 0.5, "gaussian").optimum(1, &search).unwrap();
    let field: Vec<f64> = found.weights.col(0).iter().copied().collect();
    assert!(Field::new(&field).participation < 10.0);
}

#[test]
fn units_that_need_biases_are_refused() {
    for name in ["binary", "relu"] {
        let ring = RingFlow::new(10, 0.5).unwrap();
        assert!(UnitFlow::new(ring, unit(name)).is_err());
        let clock = ClockFlow::new(10, 4, 0.5).unwrap();
        assert!(clock.with_hidden(unit(name)).is_err());
    }
}

#[test]
fn wells_on_a_clock_ring_learn_as_fast_as_spins() {
    let search = Search {
        starts: 1,
        tolerance: 1e-6,
        ..Search::default()
    };
    let clock = ClockFlow::new(29, 6, 1.5).unwrap();
    let spin = clock.optimum(1, &search).unwrap();
    let wells = clock.with_hidden(unit("double-well:-1")).unwrap();
    let wells = wells.optimum(1, &search).unwrap();
    // A slope that is not that of the value would never end.
    assert!(wells.is_maximum() && wells.iterations < 5 * spin.iterations);
}
