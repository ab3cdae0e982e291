//! How searches on rings end: at infinite weights, in bent valleys, at the weakest couplings, in deep wells, late in time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_theory::Error;
use saddlepoint_theory::dynamics::clock_flow::ClockFlow;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Field, RingFlow};
use saddlepoint_theory::dynamics::unit_flow::UnitFlow;
use saddlepoint_theory::solver::Stop;

fn ring(units: usize, beta: f64) -> RingFlow {
    RingFlow::new(units, beta).unwrap()
}

fn units_of(units: usize, beta: f64, hidden: &str) -> UnitFlow {
    UnitFlow::new(ring(units, beta), hidden.parse().unwrap()).unwrap()
}

fn best(flow: &dyn Flow, hidden: usize) -> Optimum {
    flow.optimum(hidden, &Search::default()).unwrap()
}

fn participation(optimum: &Optimum) -> f64 {
    let column = optimum.weights.col(0).iter();
    Field::new(&column.copied().collect::<Vec<f64>>()).participation
}

/// Half as many units as sites have the law of the data, some of whose weights are infinite.
#[test]
fn a_search_for_infinite_weights_ends() {
    for (units, beta) in [(6, 0.8), (6, 0.83), (6, 0.8281), (8, 0.7), (10, 0.85)] {
        let ring = ring(units, beta);
        let found = best(&ring, units / 2);
        assert!(found.is_maximum(), "{units} {beta}: {found:?}");
        // A slope of 1e-9 of an exponential approach leaves as much.
        assert_abs_diff_eq!(
            found.log_likelihood,
            ring.data_log_likelihood(),
            epsilon = 1e-8
        );
    }
}

/// The best machine of one real unit has a bond of two sites only, by one weight that is infinite and one that is 0.
#[test]
fn weights_that_grow_like_a_power_are_given_up() {
    for (beta, hidden) in [
        (-0.3, "gaussian"),
        (-0.3, "double-well:-1"),
        (-0.2, "double-well:-0.5"),
    ] {
        let found = best(&units_of(3, beta, hidden), 1);
        assert_eq!(found.stop, Stop::Diverged, "{hidden}");
        assert!(!found.is_maximum());
        assert!(found.log_likelihood < ring(3, beta).data_log_likelihood());
    }
}

#[test]
fn bent_valleys_are_followed_to_their_end() {
    for (units, hidden, beta) in [
        (16, 3, 0.5),
        (16, 3, 0.56),
        (8, 3, 0.104),
        (8, 3, 0.138),
        (14, 3, 0.4),
    ] {
        let found = best(&ring(units, beta), hidden);
        assert!(found.is_maximum(), "{units} {hidden} {beta}: {found:?}");
    }
}

/// V = 1.119412731 of one unit on 10 sites, by `LatticeField`; the next order is β.
#[test]
fn weak_couplings_have_optima_of_order_one_in_their_units() {
    let lattice = best(&LatticeField::new(10).unwrap(), 1);
    for beta in [1e-3, 1e-4, 1e-5, 3e-6, 1e-6, 1e-8, 1e-20, -1e-4, -1e-8] {
        let found = best(&ring(10, beta), 1);
        assert!(found.is_maximum(), "{beta}: {found:?}");
        let value = found.log_likelihood / beta.powi(2);
        assert_relative_eq!(
            value,
            lattice.log_likelihood,
            max_relative = beta.abs() + 1e-9
        );
        assert_relative_eq!(
            participation(&found),
            participation(&lattice),
            max_relative = 20.0 * beta.abs() + 1e-7
        );
    }
    // Where rounding hides slopes and there are no such equations, the search says that it did not get there.
    assert!(!best(&units_of(10, 1e-12, "gaussian"), 1).is_maximum());
    assert!(best(&units_of(10, 1e-5, "gaussian"), 1).is_maximum());
}

#[test]
fn deep_wells_are_spins_and_deeper_ones_are_refused() {
    let spin = best(&ring(8, 0.5), 1);
    let error = |theta: f64| {
        let wells = best(&units_of(8, 0.5, &format!("double-well:{theta}")), 1);
        assert!(wells.is_maximum());
        wells.log_likelihood - spin.log_likelihood
    };
    // Fluctuations about the wells are smaller than their distance by θ, and count by their square.
    assert_relative_eq!(error(-100.0), 0.25 * error(-50.0), max_relative = 0.01);
    for theta in [-101.0, -1e10] {
        let hidden = format!("double-well:{theta}").parse().unwrap();
        let clock = ClockFlow::new(4, 3, 0.5).unwrap();
        for refused in [
            UnitFlow::new(ring(8, 0.5), hidden).map(|_| ()),
            clock.with_hidden(hidden).map(|_| ()),
        ] {
            assert!(matches!(refused, Err(Error::OutOfDomain { .. })));
        }
    }
}

/// mpmath, 60 digits.
#[test]
fn the_law_of_the_data_keeps_its_digits_at_any_coupling() {
    for (units, beta, expected) in [
        (10, 1e-7, 4.999_999_999_999_975e-14),
        (10, 0.5, 1.112_774_273_313_811),
        (5, 0.999, 1.971_155_356_286_107_3),
        (5, 1.001, 1.975_490_301_572_712_8),
        (10, 3.0, 6.234_731_018_017_837),
        (9, -0.7, 1.700_948_569_513_739_4),
        (9, -2.0, 3.319_830_413_180_596_5),
        (3, -1.0, 0.257_322_758_712_232_7),
        (7, 20.0, 4.158_883_083_359_671_5),
        (10, -30.0, 6.238_324_625_039_508),
        (10, 1e10, 6.238_324_625_039_508),
        (10, 1e17, 6.238_324_625_039_508),
        (10, 1e308, 6.238_324_625_039_508),
    ] {
        let found = ring(units, beta).data_log_likelihood();
        // A frustrated ring has 1 − t^N of 0.04.
        assert_relative_eq!(found, expected, max_relative = 1e-13);
    }
    for (sites, states, beta, expected) in [
        (4, 3, 1.5, 2.576_047_969_809_01),
        (4, 4, 50.0, 4.158_883_083_359_671_5),
        (4, 4, -50.0, 4.158_883_083_359_671_5),
        (4, 5, 1000.0, 4.828_313_737_302_301_5),
        (4, 5, 1e15, 4.828_313_737_302_301_5),
    ] {
        let clock = ClockFlow::new(sites, states, beta).unwrap();
        assert_relative_eq!(clock.data_log_likelihood(), expected, max_relative = 1e-13);
    }
}

#[test]
fn learning_comes_to_rest_however_late_one_looks() {
    let ring = ring(6, 0.5);
    let start = Mat::from_fn(6, 1, |i, _| [0.01, -0.004, 0.007][i % 3]);
    let states = ring.trajectory(&start, &[0.0, 1e10]).unwrap();
    let expected = best(&ring, 1).weights;
    for site in 0..6 {
        // Steps of error 1e-8, none of which is remembered.
        assert_abs_diff_eq!(
            states[1][(site, 0)].abs(),
            expected[(site, 0)].abs(),
            epsilon = 1e-8
        );
    }
    let given_up = units_of(3, -0.5, "gaussian");
    let start = Mat::from_fn(3, 1, |i, _| [0.01, -0.004, 0.007][i]);
    let states = given_up
        .trajectory(&start, &[0.0, 100.0, 10_000.0])
        .unwrap();
    let largest = |state: &Mat<f64>| state.col(0).iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    assert!(largest(&states[2]) > largest(&states[1]));
}
