//! The exact learning flow on the Ising ring.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use proptest::prelude::*;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Arrangement, Field, RingFlow};

/// Entries between −1 and 1 from a linear congruence: no randomness, no structure.
fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 30) - 1.0
    }
}

fn log_cosh(x: f64) -> f64 {
    x.abs() + (-2.0 * x.abs()).exp().ln_1p() - std::f64::consts::LN_2
}

/// The states of n spins.
fn states(n: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..1_usize << n).map(move |s| (0..n).map(|i| [1.0, -1.0][s >> i & 1]).collect())
}

/// Log-likelihood and gradient by plain sums over all states of both layers.
fn enumerated(beta: f64, weights: &Mat<f64>) -> (f64, Mat<f64>) {
    let (n, m) = (weights.nrows(), weights.ncols());
    let mut gradient = Mat::zeros(n, m);
    let mut data = Vec::new();
    for v in states(n) {
        let energy: f64 = (0..n).map(|i| beta * v[i] * v[(i + 1) % n]).sum();
        let input = |j: usize| (0..n).map(|i| weights[(i, j)] * v[i]).sum::<f64>();
        let inputs: Vec<f64> = (0..m).map(input).collect();
        data.push((energy.exp(), v, inputs));
    }
    let z: f64 = data.iter().map(|state| state.0).sum();
    let mut likelihood = 0.0;
    for (weight, v, inputs) in &data {
        for (j, input) in inputs.iter().enumerate() {
            likelihood += weight / z * log_cosh(*input);
            for i in 0..n {
                gradient[(i, j)] += weight / z * v[i] * input.tanh();
            }
        }
    }
    let machine: Vec<(f64, &Vec<f64>, &Vec<f64>)> = data
        .iter()
        .map(|(_, v, inputs)| (inputs.iter().map(|x| log_cosh(*x)).sum(), v, inputs))
        .collect();
    let top = machine.iter().fold(f64::MIN, |top, state| top.max(state.0));
    let z: f64 = machine.iter().map(|state| (state.0 - top).exp()).sum();
    for (log_weight, v, inputs) in &machine {
        let p = (log_weight - top).exp() / z;
        for (j, input) in inputs.iter().enumerate() {
            for i in 0..n {
                gradient[(i, j)] -= p * v[i] * input.tanh();
            }
        }
    }
    let uniform = f64::from(u32::try_from(n).unwrap()) * std::f64::consts::LN_2;
    (likelihood - (top + z.ln() - uniform), gradient)
}

#[test]
fn log_likelihood_and_gradient_are_those_of_the_plain_sums() {
    let cases = [
        (3, 1, 0.5, 1.0),
        (8, 2, -0.7, 2.0),
        (9, 3, 1.2, 0.3),
        (7, 2, -1.0, 1.0),
        (12, 1, 0.2, 6.0),
        (12, 3, 0.8, 4.0),
        (13, 2, 2.5, 0.7),
        (16, 1, 1.0, 20.0),
        (16, 2, 0.5, 1.0),
        (6, 3, 0.0, 1.5),
    ];
    for (seed, (n, m, beta, scale)) in (0..).zip(cases) {
        let mut next = numbers(seed);
        let weights = Mat::from_fn(n, m, |_, _| scale * next());
        let found = RingFlow::new(n, beta).unwrap().slope(&weights).unwrap();
        let (likelihood, gradient) = enumerated(beta, &weights);
        // The integrals are right to 1e-13; rounding grows with the number of nodes, some thousand for the largest weights.
        assert_abs_diff_eq!(found.log_likelihood, likelihood, epsilon = 1e-10);
        for j in 0..m {
            for i in 0..n {
                assert_abs_diff_eq!(found.gradient[(i, j)], gradient[(i, j)], epsilon = 1e-11);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_gradient_is_the_slope_of_the_log_likelihood(
        units in 3_usize..80,
        beta in -1.2_f64..2.0,
        hidden in 1_usize..6,
        scale in 0.01_f64..1.5,
        seed in 0_u64..1000,
    ) {
        let ring = RingFlow::new(units, beta).unwrap();
        let mut next = numbers(seed);
        let weights = Mat::from_fn(units, hidden, |_, _| scale * next());
        let direction = Mat::from_fn(units, hidden, |_, _| next());
        let step = 1e-4;
        let value = |length: f64| {
            let moved = Mat::from_fn(units, hidden, |i, m| weights[(i, m)] + length * direction[(i, m)]);
            ring.slope(&moved).unwrap().log_likelihood
        };
        let difference = (value(step) - value(-step)) / (2.0 * step);
        let gradient = ring.slope(&weights).unwrap().gradient;
        let mut slope = 0.0;
        for m in 0..hidden {
            for i in 0..units {
                slope += gradient[(i, m)] * direction[(i, m)];
            }
        }
        // step² times a third derivative of up to |d|³, some 1e4 here, and rounding of the values over the step.
        assert_relative_eq!(difference, slope, epsilon = 1e-4, max_relative = 1e-5);
    }
}

#[test]
fn the_data_explain_themselves_best() {
    for (n, beta) in [(5, 0.5), (8, -0.9), (9, -0.6), (10, 2.0)] {
        let weight = |v: &Vec<f64>| (0..n).map(|i| beta * v[i] * v[(i + 1) % n]).sum::<f64>();
        let z: f64 = states(n).map(|v| weight(&v).exp()).sum();
        let uniform = f64::from(u32::try_from(n).unwrap()) * std::f64::consts::LN_2;
        let own: f64 = states(n)
            .map(|v| weight(&v).exp() / z * (weight(&v) - z.ln() + uniform))
            .sum();
        let ring = RingFlow::new(n, beta).unwrap();
        assert_relative_eq!(ring.data_log_likelihood(), own, max_relative = 1e-12);
    }
    let ring = RingFlow::new(40, 0.5).unwrap();
    assert_abs_diff_eq!(ring.data_log_likelihood(), 4.43776, epsilon = 5e-6);
}

/// A column of a matrix.
fn column(weights: &Mat<f64>, unit: usize) -> Vec<f64> {
    weights.col(unit).iter().copied().collect()
}

#[test]
fn long_rings_agree_with_digits_from_gaussian_quadrature() {
    // `scripts/reference/ring_flow.py`: complex transfer matrices in the basis of the spins.
    for line in include_str!("reference/ring_flow.csv").lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let [units, beta, height, width, base, likelihood, site, gradient] = cells[..] else {
            panic!("{line}")
        };
        let n: usize = line.split(',').next().unwrap().parse().unwrap();
        let ring = RingFlow::new(n, beta).unwrap();
        let weights = Mat::from_fn(n, 1, |i, _| {
            let distance = f64::from(u32::try_from(i).unwrap()) - (units / 2.0).floor();
            base + height * (-(distance / width).powi(2)).exp()
        });
        let slope = ring.slope(&weights).unwrap();
        let i = (0..n)
            .find(|i| f64::from(u32::try_from(*i).unwrap()) >= site)
            .unwrap();
        assert_abs_diff_eq!(slope.log_likelihood, likelihood, epsilon = 1e-12);
        assert_abs_diff_eq!(slope.gradient[(i, 0)], gradient, epsilon = 1e-12);
    }
}

/// The law of the magnetisation of a ring, by adding one spin after another.
fn magnetization_law(units: usize, beta: f64) -> Vec<f64> {
    let [like, unlike] = [beta.exp(), (-beta).exp()].map(|w| w / (2.0 * beta.cosh()));
    let mut law = vec![0.0; units + 1];
    for first in 0..2 {
        // By the last spin (0 is down) and the number of spins up.
        let mut chain = [vec![0.0; units + 1], vec![0.0; units + 1]];
        chain[first][first] = 1.0;
        for _ in 1..units {
            let [down, up] = &chain;
            let mut next = [vec![0.0; units + 1], vec![0.0; units + 1]];
            for count in 0..units {
                next[0][count] += like * down[count] + unlike * up[count];
                next[1][count + 1] += like * up[count] + unlike * down[count];
            }
            next[0][units] += like * down[units] + unlike * up[units];
            chain = next;
        }
        for (last, laws) in chain.iter().enumerate() {
            let bond = if last == first { like } else { unlike };
            law.iter_mut()
                .zip(laws)
                .for_each(|(sum, p)| *sum += bond * p);
        }
    }
    let total: f64 = law.iter().sum();
    law.iter().map(|p| p / total).collect()
}

#[test]
fn the_symmetric_state_is_that_of_the_magnetisation_alone() {
    for (units, beta) in [(100, 0.5), (37, 1.0), (1000, 0.5), (5, 0.3)] {
        let ring = RingFlow::new(units, beta).unwrap();
        let state = ring.symmetric().unwrap();
        let n = f64::from(u32::try_from(units).unwrap());
        let law = magnetization_law(units, beta);
        let magnetization = |up: usize| 2.0 * f64::from(u32::try_from(up).unwrap()) - n;
        let average = |f: &dyn Fn(f64) -> f64| -> f64 {
            law.iter()
                .enumerate()
                .map(|(up, p)| p * f(magnetization(up)))
                .sum()
        };
        let w = state.weight;
        assert_abs_diff_eq!(
            average(&|m| m * (w * m).tanh()) / n,
            w.tanh(),
            epsilon = 1e-12
        );
        let likelihood = average(&|m| log_cosh(w * m)) - n * log_cosh(w);
        // Rounding of a sum of N logarithms.
        assert_abs_diff_eq!(state.log_likelihood, likelihood, epsilon = 1e-12);
        let uniform = Mat::from_fn(units, 1, |_, _| w);
        let slope = ring.slope(&uniform).unwrap();
        assert_abs_diff_eq!(slope.log_likelihood, likelihood, epsilon = 1e-12);
        assert_abs_diff_eq!(slope.gradient[(units / 2, 0)], 0.0, epsilon = 1e-12);
    }
}

#[test]
fn growth_rates_are_slopes_of_the_gradient() {
    let ring = RingFlow::new(12, 0.5).unwrap();
    let state = ring.symmetric().unwrap();
    for (mode, rate) in state.growth_rates.iter().enumerate() {
        let step = 1e-5;
        let wave = |site: usize| {
            let angle =
                std::f64::consts::TAU * f64::from(u32::try_from(site * mode).unwrap()) / 12.0;
            angle.cos()
        };
        let slope = |sign: f64| {
            let weights = Mat::from_fn(12, 1, |i, _| state.weight + sign * step * wave(i));
            ring.slope(&weights).unwrap().gradient[(0, 0)]
        };
        // Third derivatives times step².
        assert_abs_diff_eq!(
            (slope(1.0) - slope(-1.0)) / (2.0 * step),
            *rate,
            epsilon = 1e-8
        );
    }
    assert!(state.is_stable());
}

/// A converged maximum, or a panic.
fn best(ring: &RingFlow, hidden: usize, starts: usize) -> Mat<f64> {
    let search = Search {
        starts,
        ..Search::default()
    };
    let optimum = ring.optimum(hidden, &search).unwrap();
    assert!(
        optimum.is_maximum() && optimum.residual <= 1e-9,
        "{optimum:?}"
    );
    optimum.weights
}

#[test]
fn one_hidden_unit_finds_a_place() {
    let ring = RingFlow::new(100, 0.5).unwrap();
    let weights = best(&ring, 1, 4);
    let likelihood = ring.slope(&weights).unwrap().log_likelihood;
    let field = Field::new(&column(&weights, 0));
    // A NumPy program of its own (L-BFGS-B on complex transfer matrices) ends at these values.
    assert_abs_diff_eq!(likelihood, 0.356_440_657, epsilon = 1e-9);
    assert_abs_diff_eq!(field.participation, 7.37, epsilon = 5e-3);
    assert!(likelihood > ring.symmetric().unwrap().log_likelihood + 0.029);
    // Between two sites the bump is a saddle, from which the search escapes.
    let flipped =
        |i: usize, c: f64| 0.6 * (-(f64::from(u32::try_from(i).unwrap()) - c).powi(2) / 12.0).exp();
    let between = Mat::from_fn(100, 1, |i, _| flipped(i, 49.5));
    let escaped = ring.ascend(&between, &Search::default()).unwrap();
    assert!(escaped.is_maximum());
    assert_abs_diff_eq!(escaped.log_likelihood, likelihood, epsilon = 1e-10);
}

#[test]
fn no_search_ends_on_the_symmetric_saddle() {
    let ring = RingFlow::new(60, 0.5).unwrap();
    let uniform = Mat::from_fn(60, 1, |_, _| ring.symmetric().unwrap().weight);
    let end = ring.ascend(&uniform, &Search::default()).unwrap();
    assert!(end.is_maximum() && Field::new(&column(&end.weights, 0)).participation < 10.0);
    // Below the critical size the symmetric state is the optimum.
    let short = RingFlow::new(14, 0.5).unwrap();
    let field = Field::new(&column(&best(&short, 1, 2), 0));
    assert_relative_eq!(field.participation, 14.0, max_relative = 1e-9);
}

#[test]
fn random_weights_on_long_rings_end_at_a_place() {
    for units in [300, 1000] {
        let ring = RingFlow::new(units, 0.5).unwrap();
        let search = Search {
            starts: 2,
            seed: 7,
            ..Search::default()
        };
        for optimum in ring.optima(1, &search).unwrap() {
            assert!(optimum.is_maximum());
            assert_abs_diff_eq!(optimum.log_likelihood, 0.356_440_657, epsilon = 1e-8);
        }
    }
}

#[test]
fn several_units_tile_the_ring() {
    let ring = RingFlow::new(40, 0.5).unwrap();
    // Six digits of the same NumPy program, from equidistant bumps.
    for (hidden, expected) in [
        (2, 0.712_848),
        (3, 1.068_768),
        (4, 1.419_528),
        (6, 2.080_760),
    ] {
        let weights = best(&ring, hidden, 2);
        let likelihood = ring.slope(&weights).unwrap().log_likelihood;
        assert_abs_diff_eq!(likelihood, expected, epsilon = 1e-6);
        let arrangement = Arrangement::new(&weights);
        assert_eq!(arrangement.units_per_place, vec![1; hidden]);
        assert!(arrangement.is_equidistant);
        assert!(likelihood < ring.data_log_likelihood());
        assert!(likelihood > ring.symmetric_log_likelihood(hidden).unwrap());
    }
}

#[test]
fn neighbours_that_differ_make_staggered_fields() {
    let signs = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    for (units, beta) in [(60, -0.5), (61, -0.5)] {
        let ring = RingFlow::new(units, beta).unwrap();
        let weights = best(&ring, 1, 2);
        assert!(Field::new(&column(&weights, 0)).is_staggered);
        if units % 2 == 0 {
            let mirror = RingFlow::new(units, -beta).unwrap();
            let turned = Mat::from_fn(units, 1, |i, _| signs(i) * weights[(i, 0)]);
            assert_abs_diff_eq!(
                mirror.slope(&turned).unwrap().log_likelihood,
                ring.slope(&weights).unwrap().log_likelihood,
                epsilon = 1e-12
            );
        }
    }
}

#[test]
fn learning_in_time_climbs_to_the_bump() {
    let ring = RingFlow::new(30, 0.5).unwrap();
    let mut next = numbers(4);
    let start = Mat::from_fn(30, 1, |_, _| 0.01 * next());
    let times = [0.0, 1.0, 5.0, 20.0, 100.0, 3000.0];
    let states = ring.trajectory(&start, &times).unwrap();
    let likelihoods: Vec<f64> = states
        .iter()
        .map(|weights| ring.slope(weights).unwrap().log_likelihood)
        .collect();
    assert!(
        likelihoods.windows(2).all(|pair| pair[0] < pair[1]),
        "{likelihoods:?}"
    );
    let end = ring.slope(&best(&ring, 1, 1)).unwrap().log_likelihood;
    // The slowest mode but for the translation decays at 0.04, that one within 3000 / 500 of its times.
    assert_abs_diff_eq!(likelihoods[5], end, epsilon = 1e-4);
}

#[test]
fn weak_coupling_gives_the_lattice_equations() {
    let field = LatticeField::new(20).unwrap();
    for hidden in 1..=3 {
        let mut next = numbers(hidden as u64);
        let weights = Mat::from_fn(20, hidden, |_, _| next());
        let limit = field.slope(&weights).unwrap();
        let error = |beta: f64| {
            let ring = RingFlow::new(20, beta).unwrap();
            let scaled = Mat::from_fn(20, hidden, |i, m| beta.sqrt() * weights[(i, m)]);
            let exact = ring.slope(&scaled).unwrap();
            let mut worst = (exact.log_likelihood / beta.powi(2) - limit.log_likelihood).abs();
            for m in 0..hidden {
                for i in 0..20 {
                    let velocity = exact.gradient[(i, m)] / beta.powf(1.5);
                    worst = worst.max((velocity - limit.gradient[(i, m)]).abs());
                }
            }
            worst
        };
        let [first, second] = [1e-3, 1e-4].map(error);
        // The next order is β: a tenth of the coupling leaves a tenth of the difference.
        assert!(
            (second / first - 0.1).abs() < 0.01,
            "{hidden}: {first} {second}"
        );
    }
}

#[test]
fn what_cannot_be_a_machine_is_refused() {
    assert!(RingFlow::new(2, 0.5).is_err());
    assert!(RingFlow::new(10, f64::NAN).is_err());
    assert!(RingFlow::new(11, -8.0).is_err());
    let ring = RingFlow::new(10, 0.5).unwrap();
    for weights in [
        Mat::zeros(9, 1),
        Mat::zeros(10, 0),
        Mat::zeros(10, 17),
        Mat::from_fn(10, 1, |_, _| f64::NAN),
        Mat::from_fn(10, 1, |_, _| 1e5),
    ] {
        assert!(ring.slope(&weights).is_err());
    }
    assert!(ring.optimum(0, &Search::default()).is_err());
    let none = Search {
        starts: 0,
        ..Search::default()
    };
    assert!(ring.optimum(1, &none).is_err());
    assert!(ring.trajectory(&Mat::zeros(10, 1), &[1.0, 0.5]).is_err());
}
