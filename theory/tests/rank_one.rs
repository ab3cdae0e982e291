//! Large machines with one mode and equal components: mean field, finite-size scaling, memory.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_theory::reciprocal::{
    Landscape, Machine, RankOne, Unit, exact_profile, pair_excess_kurtosis,
};

#[test]
fn large_rank_one_machines_forget_as_gaussian_pairs_do() {
    let found = RankOne::new(1600, 800, 0.6, [0.0, 0.0])
        .unwrap()
        .autocovariance(3);
    for (d, c) in (0..).zip(found) {
        // Corrections are of order 1/N.
        assert_relative_eq!(c, 0.36_f64.powi(d) / 0.64, max_relative = 1e-2);
    }
}

#[test]
fn rank_one_profiles_agree_with_the_general_one() {
    let (n, m, s) = (8_u32, 5_u32, 1.4);
    let rank_one = RankOne::new(n, m, s, [0.0, 0.0]).unwrap();
    let weights = Mat::from_fn(8, 5, |_, _| s / 40.0_f64.sqrt());
    let machine = Machine::unbiased(weights, Unit::Spin, Unit::Spin).unwrap();
    let landscape = Landscape::new(&machine).unwrap();
    let profile = exact_profile(&machine, &landscape, 0, &[0.4, 1.1, 2.5]).unwrap();
    for (a, value) in [0.4, 1.1, 2.5].into_iter().zip(profile) {
        assert_relative_eq!(value.unwrap(), rank_one.profile(a).unwrap(), epsilon = 1e-9);
    }
}

#[test]
fn the_order_parameter_at_the_transition_falls_as_the_fourth_root() {
    let order = |n: u32| {
        let machine = RankOne::new(n, n, 1.0, [0.0, 0.0]).unwrap();
        machine.expect(&|x, _| x.abs()) / f64::from(n).sqrt()
    };
    let exponent = (order(1600) / order(400)).ln() / 4.0_f64.ln();
    // Corrections are of relative order N^(−1/2).
    assert_abs_diff_eq!(exponent, -0.25, epsilon = 0.01);
}

#[test]
fn binder_cumulants_cross_at_the_transition() {
    let binder = |n: u32, s: f64| RankOne::new(n, n, s, [0.0, 0.0]).unwrap().binder();
    let difference = |s: f64| binder(400, s) - binder(100, s);
    let crossing =
        saddlepoint_theory::solver::root::find_root("crossing", difference, 0.9, 1.1, 1e-8)
            .unwrap();
    // The crossing moves as 1/N.
    assert_abs_diff_eq!(crossing.x, 1.0, epsilon = 0.02);
    let extrapolated = 2.0 * binder(1600, 1.0) - binder(400, 1.0);
    // Γ(1/4) = 3.625609908; corrections fall as N^(−1/2), and the next order is 1/N.
    let universal = 1.0 - 3.625_609_908_f64.powi(4) / (24.0 * std::f64::consts::PI.powi(2));
    assert_abs_diff_eq!(extrapolated, universal, epsilon = 2e-3);
}

#[test]
fn large_rank_one_machines_follow_mean_field() {
    let (n, s) = (2000, 1.5);
    let machine = RankOne::new(n, n, s, [0.0, 0.0]).unwrap();
    // tanh(s m) = m, solved by iteration.
    let m = (0..200).fold(0.9_f64, |m, _| (s * m).tanh());
    let order = machine.expect(&|x, _| x.abs()) / f64::from(n).sqrt();
    assert_relative_eq!(order, m, max_relative = 1e-3);
    let below = RankOne::new(n, n, 0.5, [0.0, 0.0]).unwrap();
    assert_relative_eq!(below.expect(&|x, _| x * x), 1.0 / 0.75, max_relative = 5e-3);
    assert_relative_eq!(below.expect(&|x, y| x * y), 0.5 / 0.75, max_relative = 5e-3);
}

#[test]
fn the_kurtosis_of_coupled_units_falls_with_the_predicted_amplitude() {
    for s in [0.0, 0.3, 0.5] {
        let excess = |n: u32| {
            let machine = RankOne::new(n, 2 * n, s, [0.0, 0.0]).unwrap();
            let of = |f: &dyn Fn(f64, f64) -> f64| {
                let moment = |k: i32| machine.expect(&|x, y| f(x, y).powi(k));
                f64::from(n) * (moment(4) / moment(2).powi(2) - 3.0)
            };
            [of(&|x, _| x), of(&|_, y| y), of(&|x, y| x + y)]
        };
        let (small, large) = (excess(100), excess(200));
        // Equal components: G = 1/N and 1/2N.
        let expected = pair_excess_kurtosis(s, [1.0, 0.5], Unit::Spin, Unit::Spin).unwrap();
        for k in 0..3 {
            // Extrapolated in 1/N; the next order is 100⁻² times its coefficient, of order 10² at s = 1/2.
            let limit = 2.0 * large[k] - small[k];
            assert_abs_diff_eq!(limit, expected[k], epsilon = 0.02);
        }
        // Binary units at four times the weights are the same machine.
        let binary = pair_excess_kurtosis(4.0 * s, [1.0, 0.5], Unit::Binary, Unit::Binary);
        assert_relative_eq!(binary.unwrap()[2], expected[2], max_relative = 1e-14);
    }
    assert!(pair_excess_kurtosis(1.0, [0.1; 2], Unit::Spin, Unit::Spin).is_none());
}
