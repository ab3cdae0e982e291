//! Place cells of many hidden units that tile a ring.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::{Arrangement, RingFlow, Tiling};

fn tiling(units: usize, beta: f64, hidden: usize, starts: usize) -> (RingFlow, Tiling) {
    let ring = RingFlow::new(units, beta).unwrap();
    let search = Search {
        starts,
        tolerance: 1e-6,
        ..Search::default()
    };
    let tiling = ring.tiling(hidden, &search).unwrap();
    (ring, tiling)
}

#[test]
fn log_likelihood_and_slope_are_those_of_the_sum_over_all_hidden_states() {
    for (units, beta, hidden) in [(24, 0.5, 5), (24, -0.5, 8), (15, 0.7, 10)] {
        let (ring, found) = tiling(units, beta, hidden, 2);
        let weights = &found.optimum.weights;
        let exact = ring.slope(weights).unwrap();
        // Neglected eigenvalues of a lap, estimated to a factor of ten or so, are below 1e-11.
        assert_abs_diff_eq!(
            found.optimum.log_likelihood,
            exact.log_likelihood,
            epsilon = 1e-9
        );
        for (w, g) in weights.col_iter().zip(exact.gradient.col_iter()) {
            for (w, g) in w.iter().zip(g.iter()) {
                // Where a search ends; weights outside of the arcs are 0 and have a slope.
                assert!(*w == 0.0 || g.abs() < 2e-6, "{units} {hidden}: {w} {g}");
            }
        }
    }
}

#[test]
fn what_arcs_cost_is_of_the_order_of_their_last_gain() {
    let (ring, found) = tiling(48, 0.5, 8, 1);
    let search = Search {
        starts: 1,
        ..Search::default()
    };
    let whole = ring.optimum(8, &search).unwrap().log_likelihood;
    let cost = whole - found.optimum.log_likelihood;
    let gain = found.last_gain.unwrap();
    assert!((0.0..gain).contains(&cost), "{cost} {gain}");
}

/// Two spins and a unit of weights a and b: cosh(a + b)/cosh(a − b) = exp 2β.
#[test]
fn a_unit_for_every_bond_makes_the_law_of_the_ring() {
    let (units, beta): (usize, f64) = (10, 0.6);
    let ring = RingFlow::new(units, beta).unwrap();
    for a in [0.75, 0.9, 3.0_f64] {
        let b = (beta.tanh() / a.tanh()).atanh();
        let weights = Mat::from_fn(units, units, |i, m| {
            let offset = (i + units - m) % units;
            [a, b].get(offset).copied().unwrap_or(0.0)
        });
        let slope = ring.slope(&weights).unwrap();
        // Integrals are right to 1e-13 for each of ten units.
        assert_abs_diff_eq!(
            slope.log_likelihood,
            ring.data_log_likelihood(),
            epsilon = 1e-11
        );
        assert!(slope.gradient.norm_max() < 1e-11);
    }
}

#[test]
fn half_as_many_units_as_sites_reach_the_law_of_the_data() {
    for (units, hidden) in [(100, 50), (100, 100), (60, 45)] {
        let (ring, found) = tiling(units, 0.5, hidden, 1);
        // A slope of 1e-6, along which the likelihood still grows as exp(−2w).
        assert_abs_diff_eq!(
            found.optimum.log_likelihood,
            ring.data_log_likelihood(),
            epsilon = 1e-6
        );
        assert!(found.optimum.is_maximum());
    }
    let (ring, found) = tiling(24, 0.5, 10, 1);
    assert!(ring.data_log_likelihood() - found.optimum.log_likelihood > 1e-2);
}

#[test]
fn twenty_five_fields_tile_a_hundred_sites() {
    let (_, found) = tiling(100, 0.5, 25, 1);
    let arrangement = Arrangement::new(&found.optimum.weights);
    assert!(found.optimum.is_maximum() && arrangement.is_equidistant);
    assert_eq!(arrangement.units_per_place, [1; 25]);
    for gap in arrangement.gaps {
        // A slope of 1e-6 over a curvature of 1e-5 to 1e-3.
        assert_relative_eq!(gap, 4.0, epsilon = 0.1);
    }
}

#[test]
fn a_few_units_reach_all_but_the_whole_ring() {
    for (units, hidden) in [(3, 1), (12, 1), (13, 2)] {
        let (ring, found) = tiling(units, 0.5, hidden, 1);
        assert!(2 * found.reach + 1 < units && found.last_gain.is_none());
        let exact = ring.slope(&found.optimum.weights).unwrap().log_likelihood;
        // All states are followed around the ring: rounding.
        assert_abs_diff_eq!(found.optimum.log_likelihood, exact, epsilon = 1e-12);
    }
}

#[test]
fn more_units_than_sites_and_no_start_are_refused() {
    let ring = RingFlow::new(20, 0.5).unwrap();
    let starts = |starts| Search {
        starts,
        ..Search::default()
    };
    for (hidden, search) in [(0, starts(1)), (21, starts(1)), (18, starts(0))] {
        assert!(ring.tiling(hidden, &search).is_err(), "{hidden}");
    }
}
