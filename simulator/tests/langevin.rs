//! Langevin dynamics against its closed forms and the law of its free energy.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_simulator::langevin::{Langevin, Modes, Relaxation};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::{Unit, stream};

/// Enough for errors of some per cent.
const SHORT: Langevin = Langevin {
    step: 0.05,
    interval: 10,
    burn_in: 100,
    records: 400,
    walkers: 40,
    limit: 1e6,
};

/// A machine of one mode with equal components and the singular value s.
fn rank_one(sizes: [usize; 2], s: f64, units: [Unit; 2]) -> Rbm {
    let norm = f64::from(u32::try_from(sizes[0] * sizes[1]).expect("small")).sqrt();
    let weights = Mat::full(sizes[0], sizes[1], s / norm);
    let layer = |k: usize| Layer::unbiased(units[k], sizes[k]).expect("valid");
    Rbm::new(weights, layer(0), layer(1)).expect("matching layers")
}

fn check(found: &Relaxation, curvature: f64, tolerance: f64) {
    let (variance, rate) = (found.variance.expect("valid"), found.rate.expect("valid"));
    let allowed = 4.0 * variance.standard_error + tolerance / curvature;
    assert_abs_diff_eq!(variance.mean, 1.0 / curvature, epsilon = allowed);
    let allowed = 4.0 * rate.standard_error + tolerance * curvature;
    assert_abs_diff_eq!(rate.mean, curvature, epsilon = allowed);
    assert!(!found.diverged);
}

#[test]
fn modes_of_an_infinite_machine_relax_at_their_curvatures() {
    let modes = Modes::infinite(vec![0.9, 0.5, 0.0]).unwrap();
    // A long step: the discretization is exact.
    let langevin = Langevin {
        step: 0.7,
        interval: 1,
        ..Langevin::default()
    };
    let found = langevin
        .run(&modes, &mut stream(81, "infinite", 0))
        .unwrap();
    for (mode, s) in found.iter().zip([0.9, 0.5, 0.0]) {
        assert_relative_eq!(mode.singular_value, s);
        check(&mode.slow, 1.0 - s, 0.0);
        check(&mode.fast, 1.0 + s, 0.0);
    }
}

#[test]
fn without_burn_in_the_first_record_is_the_common_start() {
    let langevin = Langevin {
        step: 0.5,
        interval: 1,
        burn_in: 0,
        records: 2,
        walkers: 10_000,
        ..SHORT
    };
    let modes = Modes::infinite(vec![0.0]).unwrap();
    let found = langevin.run(&modes, &mut stream(87, "start", 0)).unwrap();
    let variance = found[0].slow.variance.unwrap();
    // Walkers at 0 that spread with the curvature 1 have the variance 1 − exp(−2t).
    let spread = [0.0, 0.5, 1.0].map(|t: f64| -(-2.0 * t).exp_m1());
    let expected = spread.iter().sum::<f64>() / 3.0;
    assert_abs_diff_eq!(
        variance.mean,
        expected,
        epsilon = 4.0 * variance.standard_error
    );
}

#[test]
fn modes_beyond_one_diverge_at_their_rate() {
    let modes = Modes::infinite(vec![1.3, 0.4]).unwrap();
    let found = Langevin::default()
        .run(&modes, &mut stream(82, "divergence", 0))
        .unwrap();
    let slow = found[0].slow;
    assert!(slow.diverged && slow.variance.is_none());
    let rate = slow.rate.unwrap();
    // The growth dwarfs the noise: its rate is exact but for the first records.
    assert_abs_diff_eq!(rate.mean, -0.3, epsilon = 4.0 * rate.standard_error + 1e-3);
    check(&found[0].fast, 2.3, 0.0);
    check(&found[1].slow, 0.6, 0.0);
}

/// Mean square of φ under exp(−A) of a rank-one spin machine, by the trapezoidal rule.
fn mean_square(sizes: [u32; 2], s: f64) -> f64 {
    let action = |phi: f64| {
        let term = |n: u32| {
            let n = f64::from(n);
            n * ((0.5 * s / n).sqrt() * phi).cosh().ln()
        };
        0.5 * phi * phi - term(sizes[0]) - term(sizes[1])
    };
    let (mut sum, mut squares) = (0.0, 0.0);
    for i in -4000..=4000 {
        let phi = 0.005 * f64::from(i);
        let weight = (-action(phi)).exp();
        sum += weight;
        squares += phi * phi * weight;
    }
    squares / sum
}

#[test]
fn a_finite_machine_follows_the_law_of_its_free_energy() {
    for s in [0.7, 1.0, 1.4] {
        let machine = rank_one([20, 12], s, [Unit::Spin, Unit::Spin]);
        let modes = Modes::of_machine(&machine).unwrap();
        let found = SHORT.run(&modes, &mut stream(83, "finite", 0)).unwrap();
        let variance = found[0].slow.variance.unwrap();
        // 4σ, and the error of the splitting, of order Δ² = 0.0025.
        let expected = mean_square([20, 12], s);
        let allowed = 4.0 * variance.standard_error + 0.0025 * expected;
        assert_abs_diff_eq!(variance.mean, expected, epsilon = allowed);
        assert!(!found[0].slow.diverged);
        // The other modes have the singular value zero.
        check(&found[5].slow, 1.0, 0.0025);
    }
}

#[test]
fn a_large_machine_relaxes_like_an_infinite_one_below_one_only() {
    let rate = |s: f64| {
        let machine = rank_one([500, 3], s, [Unit::Spin, Unit::Gaussian]);
        let modes = Modes::of_machine(&machine).unwrap();
        SHORT.run(&modes, &mut stream(84, "large", 0)).unwrap()[0].slow
    };
    // A is quadratic but for corrections of order 1/N.
    check(&rate(0.6), 0.4, 0.01);
    // Around one of the two minima, where the walkers do not cross the barrier, and far from diverging.
    let ordered = rate(1.3);
    assert!(!ordered.diverged && ordered.variance.unwrap().mean > 50.0);
}

#[test]
fn curvatures_vanish_where_modes_order() {
    // √(χ_v χ_h) is 1, 1/4 and 1/2.
    for (s, units) in [
        (1.0, [Unit::Spin, Unit::Spin]),
        (4.0, [Unit::Binary, Unit::Binary]),
        (2.0, [Unit::Spin, Unit::Binary]),
    ] {
        let modes = Modes::of_machine(&rank_one([6, 9], s, units)).unwrap();
        // Rounding.
        assert_abs_diff_eq!(modes.slow_curvatures()[0], 0.0, epsilon = 1e-13);
        assert_abs_diff_eq!(modes.fast_curvatures()[0], 2.0, epsilon = 1e-13);
        assert_relative_eq!(modes.singular_values()[0], s, max_relative = 1e-13);
    }
}

#[test]
fn settings_out_of_their_domain_are_refused() {
    assert!(Modes::infinite(vec![]).is_err());
    assert!(Modes::infinite(vec![-0.1]).is_err());
    assert!(Modes::infinite(vec![f64::NAN]).is_err());
    let modes = Modes::infinite(vec![0.5]).unwrap();
    let good = Langevin::default();
    for bad in [
        Langevin { step: 0.0, ..good },
        Langevin {
            limit: f64::NAN,
            ..good
        },
        Langevin {
            interval: 0,
            ..good
        },
        Langevin { records: 1, ..good },
        Langevin { walkers: 1, ..good },
    ] {
        assert!(bad.run(&modes, &mut stream(0, "bad", 0)).is_err());
    }
}
