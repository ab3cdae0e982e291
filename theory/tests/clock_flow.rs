//! The exact learning flow on the clock ring.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_theory::dynamics::clock_flow::{ClockField, ClockFlow};
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

/// Numbers without structure between −1 and 1.
fn irregular(index: usize) -> f64 {
    let x = f64::from(u32::try_from(index).unwrap());
    (1.0 + 12.9898 * x + 0.37 * x * x).sin()
}

/// Every state of a ring.
fn states(sites: usize, p: usize) -> impl Iterator<Item = Vec<usize>> {
    let count = p.pow(u32::try_from(sites).unwrap());
    (0..count).map(move |mut index| {
        let digit = |_| {
            let digit = index % p;
            index /= p;
            digit
        };
        (0..sites).map(digit).collect()
    })
}

/// Log-likelihood and gradient by plain sums over the states of both layers.
fn enumerated(sites: usize, p: usize, beta: f64, w: &Mat<f64>) -> (f64, Mat<f64>) {
    let hidden = w.ncols();
    let angle = |a: usize, b: usize| {
        std::f64::consts::TAU
            * (f64::from(u32::try_from(a).unwrap()) - f64::from(u32::try_from(b).unwrap()))
            / f64::from(u32::try_from(p).unwrap())
    };
    let mut gradient = Mat::zeros(sites * p, hidden);
    let (mut z, mut likelihood, mut machine, mut uniform) = (0.0, 0.0, 0.0, 0.0);
    let mut data = Mat::<f64>::zeros(sites * p, hidden);
    let mut model = Mat::<f64>::zeros(sites * p, hidden);
    for state in states(sites, p) {
        let energy: f64 = (0..sites)
            .map(|i| beta * angle(state[i], state[(i + 1) % sites]).cos())
            .sum();
        let inputs: Vec<f64> = (0..hidden)
            .map(|m| (0..sites).map(|i| w[(i * p + state[i], m)]).sum())
            .collect();
        let cosh: f64 = inputs.iter().map(|x| x.cosh()).product();
        z += energy.exp();
        likelihood += energy.exp() * cosh.ln();
        machine += cosh;
        uniform += 1.0;
        for (m, input) in inputs.iter().enumerate() {
            for i in 0..sites {
                data[(i * p + state[i], m)] += energy.exp() * input.tanh();
                model[(i * p + state[i], m)] += cosh * input.tanh();
            }
        }
    }
    for m in 0..hidden {
        for i in 0..sites * p {
            gradient[(i, m)] = data[(i, m)] / z - model[(i, m)] / machine;
        }
    }
    (likelihood / z - (machine / uniform).ln(), gradient)
}

#[test]
fn log_likelihood_and_gradient_are_those_of_the_plain_sums() {
    for (sites, p, hidden, beta, scale) in [
        (4, 3, 1, 0.8, 1.0),
        (5, 4, 2, 1.5, 0.5),
        (3, 10, 2, 1.5, 2.0),
        (6, 3, 3, -0.7, 0.8),
    ] {
        let w = Mat::from_fn(sites * p, hidden, |i, m| scale * irregular(7 * i + 3 * m));
        let found = ClockFlow::new(sites, p, beta).unwrap().slope(&w).unwrap();
        let (likelihood, gradient) = enumerated(sites, p, beta, &w);
        // The integrals are right to 1e-13; rounding over some hundred nodes.
        assert_abs_diff_eq!(found.log_likelihood, likelihood, epsilon = 1e-11);
        for m in 0..hidden {
            for i in 0..sites * p {
                assert_abs_diff_eq!(found.gradient[(i, m)], gradient[(i, m)], epsilon = 1e-11);
            }
        }
    }
}

#[test]
fn two_states_are_the_ising_ring() {
    let spins = RingFlow::new(20, 0.6).unwrap();
    let clock = ClockFlow::new(20, 2, 0.6).unwrap();
    let w = Mat::from_fn(20, 2, |i, m| 0.4 * irregular(i + 31 * m));
    let doubled = Mat::from_fn(40, 2, |i, m| {
        if i % 2 == 0 {
            w[(i / 2, m)]
        } else {
            -w[(i / 2, m)]
        }
    });
    assert_abs_diff_eq!(
        clock.slope(&doubled).unwrap().log_likelihood,
        spins.slope(&w).unwrap().log_likelihood,
        epsilon = 1e-12
    );
}

#[test]
fn neither_many_wave_numbers_nor_their_grouping_matter() {
    // Weights of the order of 10 take some hundred wave numbers, small ones a dozen; both against plain sums.
    for scale in [0.01, 10.0] {
        let w = Mat::from_fn(9, 1, |i, _| scale * irregular(5 * i + 2));
        let found = ClockFlow::new(3, 3, 0.9).unwrap().slope(&w).unwrap();
        let (likelihood, gradient) = enumerated(3, 3, 0.9, &w);
        assert_abs_diff_eq!(found.log_likelihood, likelihood, epsilon = 1e-11);
        for i in 0..9 {
            assert_abs_diff_eq!(found.gradient[(i, 0)], gradient[(i, 0)], epsilon = 1e-11);
        }
    }
}

#[test]
fn the_data_themselves_have_the_log_likelihood_of_their_law() {
    for (sites, p, beta) in [(4, 3, 0.8), (5, 4, 1.5), (3, 10, 1.5), (6, 3, -0.7)] {
        let angle = |a: usize| {
            std::f64::consts::TAU * f64::from(u32::try_from(a).unwrap())
                / f64::from(u32::try_from(p).unwrap())
        };
        let energy = |state: &Vec<usize>| -> f64 {
            let bond = |i: usize| (angle(state[i]) - angle(state[(i + 1) % sites])).cos();
            (0..sites).map(|i| beta * bond(i)).sum()
        };
        let energies: Vec<f64> = states(sites, p).map(|state| energy(&state)).collect();
        let z: f64 = energies.iter().map(|e| e.exp()).sum();
        let mean = energies.iter().map(|e| e.exp() * e).sum::<f64>() / z;
        let uniform = f64::from(u32::try_from(energies.len()).unwrap());
        let found = ClockFlow::new(sites, p, beta).unwrap();
        // Rounding of a thousand terms.
        assert_relative_eq!(
            found.data_log_likelihood(),
            mean - (z / uniform).ln(),
            max_relative = 1e-11
        );
    }
    let spins = RingFlow::new(20, 0.6).unwrap();
    let clock = ClockFlow::new(20, 2, 0.6).unwrap();
    assert_relative_eq!(
        clock.data_log_likelihood(),
        spins.data_log_likelihood(),
        max_relative = 1e-12
    );
}

#[test]
fn two_fields_share_a_place_and_point_a_quarter_turn_apart() {
    let clock = ClockFlow::new(6, 5, 1.5).unwrap();
    let optimum = clock.optimum(2, &Search::default()).unwrap();
    assert!(optimum.is_maximum(), "{optimum:?}");
    let fields = [0, 1].map(|unit| {
        let w: Vec<f64> = optimum.weights.col(unit).iter().copied().collect();
        ClockField::new(&w, 5)
    });
    let distance = (fields[0].angle - fields[1].angle).rem_euclid(0.5);
    // Five angles of their own pull the fields slightly off.
    assert_abs_diff_eq!(distance, 0.25, epsilon = 0.02);
    let one = clock.optimum(1, &Search::default()).unwrap();
    assert!(optimum.log_likelihood > 2.0 * one.log_likelihood);
}

#[test]
fn a_field_is_a_cosine_in_angle() {
    let clock = ClockFlow::new(12, 6, 1.0).unwrap();
    let search = Search {
        starts: 1,
        tolerance: 1e-8,
        ..Search::default()
    };
    let optimum = clock.optimum(1, &search).unwrap();
    assert!(optimum.is_maximum(), "{optimum:?}");
    let w: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
    let field = ClockField::new(&w, 6);
    assert!(field.cosine_fraction > 0.95, "{field:?}");
    assert!(optimum.log_likelihood > 0.0);
    // A pure cosine is recognised with its amplitude and angle.
    let cosine = |i: usize| {
        0.3 * (std::f64::consts::TAU * (f64::from(u32::try_from(i % 6).unwrap()) / 6.0 - 0.25))
            .cos()
    };
    let pure = ClockField::new(&(0..72).map(cosine).collect::<Vec<f64>>(), 6);
    assert_relative_eq!(pure.cosine_fraction, 1.0, max_relative = 1e-12);
    assert_relative_eq!(pure.angle, 0.25, max_relative = 1e-12);
    assert_relative_eq!(pure.amplitudes[5], 0.3, max_relative = 1e-12);
}

#[test]
fn what_is_no_clock_is_refused() {
    assert!(ClockFlow::new(2, 4, 1.0).is_err());
    assert!(ClockFlow::new(5, 1, 1.0).is_err());
    assert!(ClockFlow::new(5, 13, 1.0).is_err());
    assert!(ClockFlow::new(5, 4, f64::NAN).is_err());
    assert!(ClockFlow::new(5, 2, -9.0).is_err());
}
