//! Machines of random sparse weights: limits, identities, reference values.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint_theory::replica::ensemble::Ensemble;
use saddlepoint_theory::replica::field::field_averages;
use saddlepoint_theory::replica::hopfield::Hopfield;
use saddlepoint_theory::replica::patterns::{OrderParameters, Patterns, Phase, State};
use saddlepoint_theory::solver::Stop;
use saddlepoint_theory::units::Unit;

/// Spins with Gaussian hidden units and dense weights.
fn hopfield(alpha: f64, temperature: f64) -> Patterns {
    Patterns {
        alpha,
        density: 1.0,
        scale: temperature.recip().sqrt(),
        visible: Unit::Spin,
        hidden: Unit::Gaussian,
        field: 0.0,
        threshold: 0.0,
    }
}

/// Binary units that are mostly off, with thresholded rectified hidden units.
fn rectified(alpha: f64, density: f64) -> Patterns {
    Patterns {
        alpha,
        density,
        scale: 3.8,
        visible: Unit::Binary,
        hidden: Unit::Rectified,
        field: -3.0,
        threshold: 5.0,
    }
}

fn only(machine: &Patterns, recalled: usize) -> State {
    let states = machine.states_of(recalled).unwrap();
    assert_eq!(states.len(), 1, "{machine:?}");
    states[0]
}

/// The phase among states of up to `most` recalled patterns, and how many the lowest state recalls.
fn phase(machine: &Patterns, most: usize) -> (Phase, usize) {
    let states = machine.states(most).unwrap();
    let lower = |a: &&State, b: &&State| a.free_energy.total_cmp(&b.free_energy);
    let lowest = states.iter().min_by(lower).unwrap();
    (lowest.phase(), lowest.recalled)
}

#[test]
fn dense_gaussian_patterns_are_the_hopfield_model() {
    for (alpha, temperature) in [
        (0.04, 0.2),
        (0.04, 0.4),
        (0.1, 0.3),
        (0.01, 0.7),
        (0.05, 0.05),
    ] {
        let machine = hopfield(alpha, temperature);
        let model = Hopfield::new(alpha, temperature).unwrap();
        let beta = temperature.recip();
        let retrieval = model.retrieval().unwrap().unwrap();
        for (recalled, other) in [(0, model.disordered().unwrap()), (1, retrieval)] {
            let state = only(&machine, recalled);
            assert_eq!(state.stop, Stop::Converged);
            let order = state.order;
            // h is in units of √T; −ln Z counts √(2π) per hidden unit, and the couplings of each spin with itself.
            let shift = -0.5 * alpha * (beta + std::f64::consts::TAU.ln());
            for (found, expected) in [
                (order.magnetization / beta.sqrt(), other.magnetization),
                (order.overlap_visible, other.overlap),
                (order.overlap_hidden / beta, other.noise),
                ((state.free_energy - shift) * temperature, other.free_energy),
                (state.at_stability, other.at_stability),
            ] {
                // Two solvers of 1e-13, magnified by 1/(1 − C)².
                assert_relative_eq!(found, expected, epsilon = 1e-10, max_relative = 1e-10);
            }
        }
    }
}

#[test]
fn symmetric_mixtures_of_three_and_five_patterns_solve_the_equations_of_the_hopfield_model() {
    let (alpha, temperature): (f64, f64) = (1e-4, 0.25);
    let beta = temperature.recip();
    for (recalled, law) in [
        (3, &[(3.0, 0.25), (1.0, 0.75)][..]),
        (5, &[(5.0, 0.0625), (3.0, 0.3125), (1.0, 0.625)]),
    ] {
        let order = only(&hopfield(alpha, temperature), recalled).order;
        let (m, q, r) = (
            order.magnetization / beta.sqrt(),
            order.overlap_visible,
            order.overlap_hidden / beta,
        );
        // m = E S tanh β(m S + √(αr) z)/L and so on, with |S| by its binomial law.
        let average = |f: &dyn Fn(f64) -> f64| law.iter().map(|(s, w)| w * f(*s)).sum::<f64>();
        let spin = |s: f64| field_averages(beta * m * s, beta * beta * alpha * r);
        let terms = law[0].0;
        assert_abs_diff_eq!(m, average(&|s| s * spin(s).tanh / terms), epsilon = 1e-12);
        assert_abs_diff_eq!(q, average(&|s| spin(s).tanh2), epsilon = 1e-12);
        let noise = q / (1.0 - beta * (1.0 - q)).powi(2);
        assert_relative_eq!(r, noise, max_relative = 1e-11);
    }
}

#[test]
fn few_patterns_at_low_temperature_have_the_published_mixtures() {
    // m = E|S|/L: 1, 1/2 and 3/8 (Amit, Gutfreund & Sompolinsky 1985).
    for (recalled, expected) in [(1, 1.0), (3, 0.5), (5, 0.375)] {
        let temperature: f64 = 0.04;
        let order = only(&hopfield(1e-7, temperature), recalled).order;
        // exp(−2 m/T) is 6e-9 for the smallest |S|, the noise √α 3e-4.
        let m = order.magnetization * temperature.sqrt();
        assert_relative_eq!(m, expected, max_relative = 1e-6);
    }
}

#[test]
fn even_mixtures_give_way_to_one_pattern() {
    // Half of the spins see S = 0 and stay free (Amit, Gutfreund & Sompolinsky 1985).
    let machine = hopfield(0.002, 0.3);
    assert!(!only(&machine, 2).is_minimum());
    assert!(only(&machine, 3).is_minimum());
}

#[test]
fn two_layers_of_spins_are_the_ensemble_without_a_mode() {
    for (alpha, scale) in [(0.5, 1.6), (2.0, 1.1), (1.0, 0.8)] {
        let machine = Patterns {
            alpha,
            density: 0.3,
            scale,
            visible: Unit::Spin,
            hidden: Unit::Spin,
            field: 0.1,
            threshold: -0.2,
        };
        // σ² = s² √α makes both variances equal.
        let other = Ensemble::new(scale * alpha.powf(0.25), alpha, &[])
            .and_then(|ensemble| ensemble.with_fields(0.1, 0.2))
            .unwrap()
            .disordered();
        let states = machine.states(3).unwrap();
        assert_eq!(states.len(), 1, "spins recall nothing");
        for (found, expected) in [
            (states[0].order.overlap_visible, other.q_visible),
            (states[0].free_energy, other.free_energy),
            (states[0].at_stability, other.at_stability),
        ] {
            assert_relative_eq!(found, expected, max_relative = 1e-11);
        }
    }
}

/// A change of one order parameter, up or down.
type Change<'a> = &'a dyn Fn(&mut OrderParameters, f64);

#[test]
fn states_are_stationary_points_of_the_free_energy() {
    let kinds = [
        ("spin", "gaussian", 0.01, 1.0, 1.6, 0.0, 0.0, 1),
        ("binary", "relu", 0.5, 0.1, 3.8, -3.0, 5.0, 6),
        ("spin", "relu", 0.3, 0.8, 1.3, 0.2, 1.5, 1),
        ("binary", "double-well:-1", 0.001, 0.2, 4.0, -4.0, 0.3, 2),
        ("spin", "binary", 0.7, 0.5, 2.0, 0.0, 0.5, 0),
    ];
    for (visible, hidden, alpha, density, scale, field, threshold, recalled) in kinds {
        let machine = Patterns {
            alpha,
            density,
            scale,
            visible: visible.parse().unwrap(),
            hidden: hidden.parse().unwrap(),
            field,
            threshold,
        };
        let order = only(&machine, recalled).order;
        let slope = |change: &dyn Fn(&mut OrderParameters, f64)| {
            let [up, down] = [1.0, -1.0].map(|sign| {
                let mut moved = order;
                change(&mut moved, sign);
                machine.free_energy(recalled, &moved).unwrap()
            });
            up - down
        };
        let step = 1e-4;
        let parts: [Change<'_>; 5] = [
            &|order, sign| order.magnetization *= 1.0 + sign * step,
            &|order, sign| order.square_visible *= 1.0 + sign * step,
            &|order, sign| order.overlap_visible *= 1.0 + sign * step,
            &|order, sign| order.square_hidden *= 1.0 + sign * step,
            &|order, sign| order.overlap_hidden *= 1.0 + sign * step,
        ];
        let size = f64::abs(only(&machine, recalled).free_energy);
        for (i, part) in parts.into_iter().enumerate() {
            // Third derivatives times step³, and rounding of 1e-13 · f.
            let difference = slope(part);
            assert_abs_diff_eq!(difference, 0.0, epsilon = 1e-9 * size.max(1.0));
            // The test sees a state that is off by a percent.
            let mut wrong = order;
            for _ in 0..100 {
                part(&mut wrong, 1.0);
            }
            let [up, down] = [1.0, -1.0].map(|sign| {
                let mut moved = wrong;
                part(&mut moved, sign);
                machine.free_energy(recalled, &moved).unwrap()
            });
            // R has no slope at all where v² is 1, and m none where nothing is recalled.
            if [1, 2, 4].contains(&i) {
                assert!(
                    (up - down).abs() > 10.0 * difference.abs(),
                    "{visible} {hidden} {i}"
                );
            }
        }
    }
}

#[test]
fn states_are_those_of_enumerated_patterns_on_fine_grids() {
    let path = format!(
        "{}/tests/reference/patterns.csv",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let number = |i: usize| cells[i].parse::<f64>().unwrap();
        let machine = Patterns {
            alpha: number(0),
            density: number(1),
            scale: number(2),
            visible: cells[3].parse().unwrap(),
            hidden: cells[4].parse().unwrap(),
            field: number(5),
            threshold: number(6),
        };
        // A quiet state and a glass may both exist without a pattern.
        let states = machine.states_of(cells[7].parse().unwrap()).unwrap();
        let distance = |state: &State| (state.order.square_visible - number(9)).abs();
        let nearest = |a: &&State, b: &&State| distance(a).total_cmp(&distance(b));
        let state = states.iter().min_by(nearest).unwrap();
        let order = state.order;
        let values = [
            order.magnetization,
            order.square_visible,
            order.overlap_visible,
            order.square_hidden,
            order.overlap_hidden,
            state.free_energy,
            state.at_stability,
        ];
        for (value, expected) in values.into_iter().zip((8..15).map(number)) {
            // The reference solves to 1e-11, but for units that are hardly held, at which it loses digits by cancellation.
            assert_relative_eq!(value, expected, epsilon = 1e-10, max_relative = 1e-9);
        }
        match state.curvature_apart {
            // Second differences of the reference: rounding of 1e-15/step², some 1e-6, and step⁴.
            Some(curvature) => assert_abs_diff_eq!(curvature, number(15), epsilon = 2e-4),
            None => assert!(cells[15].is_empty()),
        }
    }
}

#[test]
fn the_number_of_recalled_patterns_grows_as_the_inverse_density() {
    // In the limit of small p only L p counts (Tubiana & Monasson 2017); L is an integer.
    let products = [(0.1, 12), (0.05, 20), (0.02, 40)].map(|(density, most)| {
        // f of the glass is a lower bound, which is below that of many sparse patterns.
        let states = rectified(0.01, density).states(most).unwrap();
        let lower = |a: &&State, b: &&State| a.free_energy.total_cmp(&b.free_energy);
        let stable = states.iter().filter(|state| state.is_stable());
        let State { recalled, .. } = *stable.min_by(lower).unwrap();
        assert!(recalled > 1);
        assert!(recalled < most, "the minimum is inside");
        density * f64::from(u32::try_from(recalled).unwrap())
    });
    for (product, density) in products.into_iter().zip([0.1, 0.05, 0.02]) {
        assert_abs_diff_eq!(product, 0.45, epsilon = density);
    }
}

#[test]
fn dense_patterns_are_recalled_alone_and_too_many_make_a_glass() {
    assert_eq!(phase(&rectified(0.01, 1.0), 6), (Phase::Ferromagnet, 1));
    // The glass is lower long before patterns are no longer recalled.
    for alpha in [0.06, 0.1, 0.5, 0.9, 1.1, 1.3, 1.6, 5.0] {
        assert_eq!(phase(&rectified(alpha, 0.1), 6).0, Phase::SpinGlass);
    }
    let weak = Patterns {
        scale: 0.5,
        ..rectified(0.01, 0.1)
    };
    assert_eq!(phase(&weak, 6).0, Phase::Paramagnet);
}

#[test]
fn bad_parameters_are_named() {
    let good = rectified(0.1, 0.1);
    for (machine, word) in [
        (Patterns { alpha: 0.0, ..good }, "alpha"),
        (
            Patterns {
                density: 1.5,
                ..good
            },
            "density",
        ),
        (
            Patterns {
                scale: -1.0,
                ..good
            },
            "scale",
        ),
        (
            Patterns {
                field: f64::NAN,
                ..good
            },
            "field",
        ),
        (
            Patterns {
                threshold: f64::INFINITY,
                ..good
            },
            "threshold",
        ),
        (
            Patterns {
                visible: Unit::Gaussian,
                ..good
            },
            "spin or binary",
        ),
    ] {
        let message = machine.states(2).unwrap_err().to_string();
        assert!(message.contains(word), "{message}");
    }
    assert!(
        good.states(2000)
            .unwrap_err()
            .to_string()
            .contains("recalled")
    );
}
