//! The exact learning flow of machines with biases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_abs_diff_eq;
use faer::Mat;
use saddlepoint_theory::dynamics::biased_flow::BiasedFlow;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::dynamics::unit_flow::UnitFlow;
use saddlepoint_theory::units::Unit;

fn flow(units: usize, beta: f64, hidden: &str) -> BiasedFlow {
    BiasedFlow::new(RingFlow::new(units, beta).unwrap(), hidden.parse().unwrap())
}

/// Numbers without structure, and a 0 where the biases meet.
fn machine(sites: usize, hidden: usize, scale: f64, bias: f64) -> Mat<f64> {
    Mat::from_fn(sites + 1, hidden + 1, |i, m| {
        let number = f64::from(u32::try_from(i * 7 + m * 31).unwrap());
        let irregular = (1.3 * number * number).sin();
        match (i == sites, m == hidden) {
            (true, true) => 0.0,
            (true, false) => bias + irregular,
            _ => scale * irregular,
        }
    })
}

/// Log-likelihood and slope by plain sums over all configurations.
fn enumerated(n: usize, beta: f64, hidden: Unit, all: &Mat<f64>) -> (f64, Mat<f64>) {
    let m = all.ncols() - 1;
    let configurations: Vec<Vec<f64>> = (0..1_usize << n)
        .map(|s| {
            (0..n)
                .map(|i| [1.0, -1.0][s >> i & 1])
                .chain([1.0])
                .collect()
        })
        .collect();
    let input = |v: &[f64], j: usize| -> f64 { (0..=n).map(|i| all[(i, j)] * v[i]).sum() };
    let energy = |v: &[f64]| (0..n).map(|i| v[i] * v[(i + 1) % n]).sum::<f64>();
    let data: Vec<f64> = configurations
        .iter()
        .map(|v| (beta * energy(v)).exp())
        .collect();
    let log = |v: &[f64]| -> f64 {
        let units = (0..m).map(|j| hidden.log_partition(input(v, j)) - hidden.log_partition(0.0));
        input(v, m) + units.sum::<f64>()
    };
    let of_machine: Vec<f64> = configurations.iter().map(|v| log(v).exp()).collect();
    let [z_data, z] = [&data, &of_machine].map(|weights| weights.iter().sum::<f64>());
    let mut likelihood = -(z / f64::from(u32::try_from(1_usize << n).unwrap())).ln();
    let mut slope = Mat::zeros(n + 1, m + 1);
    for ((v, p), q) in configurations.iter().zip(&data).zip(&of_machine) {
        likelihood += p / z_data * log(v);
        for j in 0..=m {
            let h = if j == m {
                1.0
            } else {
                hidden.mean(input(v, j))
            };
            for i in 0..=n {
                slope[(i, j)] += (p / z_data - q / z) * v[i] * h;
            }
        }
    }
    slope[(n, m)] = 0.0;
    (likelihood, slope)
}

#[test]
fn slopes_are_those_of_the_plain_sums() {
    for name in ["relu", "binary", "spin", "gaussian", "double-well:-2"] {
        for (hidden, scale, bias) in [(1, 0.5, 0.0), (1, 0.4, 6.0), (1, 0.7, -9.0), (2, 0.2, 1.0)] {
            let all = machine(8, hidden, scale, bias);
            let found = flow(8, 0.7, name).slope(&all).unwrap();
            let (likelihood, slope) = enumerated(8, 0.7, name.parse().unwrap(), &all);
            // Rounding of inputs and squares of inputs of the size of the bias.
            let allowed = 1e-10 * (1.0 + bias * bias);
            assert_abs_diff_eq!(found.log_likelihood, likelihood, epsilon = allowed);
            for j in 0..=hidden {
                for i in 0..=8 {
                    assert_abs_diff_eq!(found.gradient[(i, j)], slope[(i, j)], epsilon = allowed);
                }
            }
        }
    }
}

fn search(starts: usize) -> Search {
    Search {
        starts,
        ..Search::default()
    }
}

/// A large bias makes a rectified unit Gaussian, and where that is best nothing holds it.
#[test]
fn one_rectified_unit_becomes_a_gaussian_one() {
    for (n, beta) in [(10, 0.5), (40, 0.5)] {
        let found = flow(n, beta, "relu").machine(1, &search(1)).unwrap();
        let ring = RingFlow::new(n, beta).unwrap();
        let gaussian = UnitFlow::new(ring, Unit::Gaussian).unwrap();
        let gaussian = gaussian.optimum(1, &search(1)).unwrap();
        assert!(found.optimum.is_maximum());
        // What is left of the tail, with a slope of 1e-9.
        let expected = gaussian.log_likelihood;
        assert_abs_diff_eq!(found.optimum.log_likelihood, expected, epsilon = 1e-8);
        assert!(found.biases.least_input(&found.optimum.weights, 0) > 5.0);
    }
}

/// `scripts/reference/rectified_ring.py`: plain sums over configurations, and another search.
#[test]
fn rectified_units_are_those_of_another_program() {
    for line in include_str!("reference/rectified_ring.csv").lines().skip(1) {
        let [units, beta, hidden, likelihood, bias] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let flow = flow(units.parse().unwrap(), beta.parse().unwrap(), "relu");
        let found = flow.machine(hidden.parse().unwrap(), &search(2)).unwrap();
        let expected: f64 = likelihood.parse().unwrap();
        // Seven decimals.
        assert_abs_diff_eq!(found.optimum.log_likelihood, expected, epsilon = 1e-7);
        let least = found
            .biases
            .hidden
            .iter()
            .copied()
            .fold(f64::INFINITY, f64::min);
        match bias.parse::<f64>() {
            Ok(bias) => assert_abs_diff_eq!(least, bias, epsilon = 1e-3),
            // Beyond it the likelihood does not depend on it.
            Err(_) => assert!(least > 6.0, "{line}: {least}"),
        }
    }
}

/// `h w·v = s w·v/2 + w·v/2`: weights of binary units are twice those of spins, and visible biases cancel the last term.
#[test]
fn binary_units_learn_to_be_spins() {
    let (n, beta) = (9, 0.5);
    let start = machine(n, 1, 0.1, 0.0);
    let start = Mat::from_fn(n, 1, |i, _| start[(i, 0)]);
    let learnt = flow(n, beta, "binary")
        .learning(&start, &[0.0, 4000.0])
        .unwrap();
    let (weights, biases) = learnt.last().unwrap();
    let spin = RingFlow::new(n, beta)
        .unwrap()
        .optimum(1, &search(1))
        .unwrap();
    // The slowest direction has a rate of 0.005 at least: what is left is below the error of the steps in time.
    let close = 1e-6;
    assert_abs_diff_eq!(biases.hidden[0], 0.0, epsilon = close);
    for i in 0..n {
        let of_spin = spin.weights[(i, 0)];
        assert_abs_diff_eq!(weights[(i, 0)].abs(), 2.0 * of_spin.abs(), epsilon = close);
        assert_abs_diff_eq!(biases.visible[i], -0.5 * weights[(i, 0)], epsilon = close);
    }
    assert_eq!(learnt[0].0, start);
}
