//! Samplers against the exact law of small systems, configuration by configuration.

use std::f64::consts::PI;

use saddlepoint_simulator::data::{ClockRing, DataModel, IsingRing, IsingTorus, TwoCluster};
use saddlepoint_simulator::stream;

use crate::support::{boltzmann, chi_square_score, count_rows, spin, spin_digit};

/// With a hundred scores a standard normal exceeds 4 in one of a hundred fixed sets of seeds; a wrong law of 1 % in
/// 10⁵ samples gives a score of order ten. Too small a score would tell of samples that are not independent.
const LARGEST_SCORE: f64 = 4.0;

#[test]
fn ising_rings_follow_the_boltzmann_law() {
    for units in 1..=12 {
        for (i, beta) in [-3.0, -0.4, 0.0, 0.3, 1.0, 4.0].into_iter().enumerate() {
            let model = IsingRing::new(units, beta).unwrap();
            let replica = u64::try_from(100 * units + i).unwrap();
            let samples = model
                .draw(100_000, &mut stream(1, "ring", replica))
                .unwrap();
            let law = boltzmann(2, units, |s| {
                (0..units)
                    .map(|i| beta * spin(s[i]) * spin(s[(i + 1) % units]))
                    .sum()
            });
            let score = chi_square_score(&count_rows(&samples, 2, spin_digit), &law);
            assert!(
                score.abs() < LARGEST_SCORE,
                "N = {units}, beta = {beta}: {score}"
            );
        }
    }
}

#[test]
fn frustrated_rings_freeze_with_one_defect_anywhere() {
    // tanh β rounds to −1 for the first and 1 − |tanh β| underflows for the second.
    for beta in [-40.0, -1000.0] {
        let units = 131;
        let rows = 100_000;
        let model = IsingRing::new(units, beta).unwrap();
        let samples = model.draw(rows, &mut stream(2, "frozen", 0)).unwrap();
        let mut places = vec![0.0; units];
        for row in samples.as_discrete().unwrap().chunks_exact(units) {
            let defects: Vec<_> = (0..units)
                .filter(|&i| row[i] == row[(i + 1) % units])
                .collect();
            assert_eq!(defects.len(), 1);
            places[defects[0]] += 1.0;
        }
        let law = vec![1.0 / 131.0; units];
        assert!(chi_square_score(&places, &law).abs() < LARGEST_SCORE);
    }
}

#[test]
fn rare_defects_of_cold_rings_have_their_weight() {
    // Expected number of broken bonds N(1 − C_1)/2; C_1 → 1 for β → ∞: a few per cent of these rings have a pair.
    let (units, rows) = (20, 2_000_000);
    for beta in [-3.0_f64, 3.0] {
        let t = beta.tanh();
        let neighbours = (t + t.powi(19)) / (1.0 + t.powi(20));
        let expected = f64::from(rows) * 20.0 * (1.0 - neighbours.abs()) / 2.0;
        let model = IsingRing::new(units, beta).unwrap();
        let samples = model
            .draw(usize::try_from(rows).unwrap(), &mut stream(3, "cold", 0))
            .unwrap();
        let satisfied = if beta > 0.0 { 1 } else { -1 };
        let mut broken = 0.0;
        for row in samples.as_discrete().unwrap().chunks_exact(units) {
            let wrong = |&i: &usize| row[i] * row[(i + 1) % units] != satisfied;
            broken += f64::from(u32::try_from((0..units).filter(wrong).count()).unwrap());
        }
        // Broken bonds come in pairs: 4 standard deviations of 2 Poisson(expected/2).
        assert!(
            (broken - expected).abs() < 4.0 * (2.0 * expected).sqrt(),
            "{broken} {expected}"
        );
    }
}

#[test]
fn clock_rings_follow_the_boltzmann_law() {
    let cases = [
        (1, 3),
        (2, 2),
        (2, 5),
        (3, 4),
        (4, 3),
        (3, 7),
        (5, 4),
        (6, 3),
        (7, 3),
        (4, 6),
        (9, 2),
    ];
    for (case, (units, states)) in (0..).zip(cases) {
        for (i, beta) in [-2.0, 0.0, 0.7, 1.5, 5.0].into_iter().enumerate() {
            let model = ClockRing::new(units, states, beta).unwrap();
            let replica = 10 * case + u64::try_from(i).unwrap();
            let samples = model
                .draw_states(100_000, &mut stream(4, "clock", replica))
                .unwrap();
            let angle = |d: f64| 2.0 * PI * d / f64::from(u32::try_from(states).unwrap());
            let difference = |a: usize, b: usize| {
                f64::from(i32::try_from(a).unwrap() - i32::try_from(b).unwrap())
            };
            let law = boltzmann(states, units, |a| {
                (0..units)
                    .map(|i| beta * angle(difference(a[i], a[(i + 1) % units])).cos())
                    .sum()
            });
            let counts = count_rows(&samples, states, |a| usize::try_from(a).unwrap());
            let score = chi_square_score(&counts, &law);
            assert!(
                score.abs() < LARGEST_SCORE,
                "N = {units}, p = {states}, {beta}: {score}"
            );
        }
    }
}

#[test]
fn two_clusters_follow_their_law() {
    for (replica, signal) in (0..).zip([0.0, 0.5, -1.5, 4.0]) {
        let mut rng = stream(5, "clusters", replica);
        let model = TwoCluster::random(9, signal, &mut rng).unwrap();
        let samples = model.draw(200_000, &mut rng).unwrap();
        let law = boltzmann(2, 9, |s| {
            let overlap: f64 = s
                .iter()
                .zip(model.pattern())
                .map(|(&s, &x)| spin(s) * f64::from(x))
                .sum();
            (signal * overlap / 3.0).cosh().ln()
        });
        let score = chi_square_score(&count_rows(&samples, 2, spin_digit), &law);
        assert!(score.abs() < LARGEST_SCORE, "b = {signal}: {score}");
    }
}

#[test]
fn small_tori_follow_the_boltzmann_law() {
    for (replica, (side, beta)) in (0..).zip([(2, 0.3), (3, 0.2), (3, 0.44), (3, 1.0)]) {
        let model = IsingTorus::new(side, beta).unwrap();
        let samples = model
            .draw(100_000, &mut stream(6, "torus", replica))
            .unwrap();
        let law = boltzmann(2, side * side, |s| {
            let at = |x: usize, y: usize| spin(s[(y % side) * side + x % side]);
            let bonds = |i: usize| {
                let (x, y) = (i % side, i / side);
                at(x, y) * (at(x + 1, y) + at(x, y + 1))
            };
            beta * (0..side * side).map(bonds).sum::<f64>()
        });
        // Correlations below 1 % between successive samples raise χ² by less than that.
        let score = chi_square_score(&count_rows(&samples, 2, spin_digit), &law);
        assert!(
            score.abs() < LARGEST_SCORE,
            "L = {side}, beta = {beta}: {score}"
        );
    }
}
