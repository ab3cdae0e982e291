//! Iterations and roots against closed forms and against each other.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use saddlepoint_theory::Error;
use saddlepoint_theory::solver::minimum::minimize;
use saddlepoint_theory::solver::root::{
    Slope, expand_bracket, find_root, newton_bracketed, newton_monotone,
};
use saddlepoint_theory::solver::{FixedPoint, Stop};

/// The positive solution of m = tanh(β m), from the inverse function: β = atanh(m)/m.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn curie_weiss(beta: f64) -> f64 {
    find_root("beta", |m: f64| m.atanh() / m - beta, 1e-6, 1.0, 0.0)
        .unwrap()
        .x
}

#[test]
fn roots_are_found_to_the_last_digits() {
    type Case = (fn(f64) -> f64, f64, f64, f64);
    let cases: [Case; 7] = [
        (|x| x * x - 2.0, 0.0, 2.0, std::f64::consts::SQRT_2),
        (
            |x| x.exp() - 1e-10,
            -100.0,
            100.0,
            -10.0 * std::f64::consts::LN_10,
        ),
        (|x| (x - 1.0).powi(9), 0.0, 3.0, 1.0),
        (|x| 1.0 / (x - 3.0) + 2.0, -1.0, 3.0 - 1e-9, 2.5),
        (|x| if x < 0.7 { -1.0 } else { 1e-300 }, 0.0, 1.0, 0.7),
        (|x| x.cbrt(), -1.0, 8.0, 0.0),
        (|x| 1.0 / x - 1.0 / (1.0 - x), 0.0, 1.0, 0.5),
    ];
    for (f, a, b, exact) in cases {
        let root = find_root("test", f, a, b, 0.0).unwrap();
        // The bracket is asked to be four ulp wide.
        assert_abs_diff_eq!(root.x, exact, epsilon = 1e-15 * exact.abs() + 1e-300);
        // f itself is rounded, so that its sign changes within an ulp or two of the root.
        let ulp = 2.0 * f64::EPSILON * exact.abs();
        assert!(root.lower - ulp <= exact && exact <= root.upper + ulp);
        // Only the last double before 0 encloses a root at 0 to any relative width: a thousand bisections.
        assert!(
            root.iterations < if exact == 0.0 { 1200 } else { 250 },
            "{exact}: {}",
            root.iterations
        );
    }
}

#[test]
fn smooth_roots_cost_few_evaluations_and_a_loose_tolerance_fewer() {
    let f = |m: f64| m - (1.5 * m).tanh();
    let tight = find_root("m", f, 0.1, 1.0, 0.0).unwrap();
    let loose = find_root("m", f, 0.1, 1.0, 1e-3).unwrap();
    assert!(tight.iterations <= 15 && loose.iterations < tight.iterations);
    assert!(loose.upper - loose.lower <= 1e-3 * loose.x);
}

#[test]
fn newton_finds_roots_between_poles() {
    // Σ 1/(x − p) between neighbouring poles; values at the ends infinite (bracketed) or never evaluated
    // (monotone).
    let poles = [0.0, 1.0, 1.5, 7.0];
    let f_df = |x: f64| {
        let value: f64 = poles.iter().map(|p| 1.0 / (x - p)).sum();
        let slope: f64 = poles.iter().map(|p| -(x - p).powi(-2)).sum();
        (value, slope)
    };
    for pair in poles.windows(2) {
        let root =
            newton_monotone("sum", f_df, [pair[0], pair[1]], f64::NAN, Slope::Falling).unwrap();
        let check = find_root("sum", |x| f_df(x).0, pair[0] + 1e-9, pair[1] - 1e-9, 0.0).unwrap();
        // Each is within four ulp.
        assert_relative_eq!(root.x, check.x, max_relative = 8.0 * f64::EPSILON);
        assert!(root.iterations < 30, "{pair:?} {root:?}");
    }
    // One-signed infinities at both ends: 1/x − 1/(1 − x) is +∞ at 0 and −∞ at 1.
    let two = |x: f64| (1.0 / x - 1.0 / (1.0 - x), -x.powi(-2) - (1.0 - x).powi(-2));
    let root = newton_bracketed("two poles", two, 0.0, 1.0).unwrap();
    assert_abs_diff_eq!(root.x, 0.5, epsilon = 1e-15);
    // A root close to a pole: 1/x = 1e8 (1 + small).
    let near = |x: f64| {
        (
            1.0 / x - 1e8 - 1.0 / (1.0 - x),
            -x.powi(-2) - (1.0 - x).powi(-2),
        )
    };
    let root = newton_bracketed("near a pole", near, 0.0, 1.0).unwrap();
    assert_relative_eq!(root.x, 1e-8 / (1.0 + 1e-8), max_relative = 1e-15);
}

#[test]
fn searches_refuse_what_they_cannot_bracket() {
    let positive = |x: f64| x * x + 1.0;
    assert!(matches!(
        find_root("f", positive, -1.0, 1.0, 0.0),
        Err(Error::NotBracketed { .. })
    ));
    assert!(matches!(
        find_root("f", f64::ln, -1.0, 2.0, 0.0),
        Err(Error::NotFinite { .. })
    ));
    assert!(matches!(
        find_root("f", f64::sin, f64::NAN, 2.0, 0.0),
        Err(Error::OutOfDomain { .. })
    ));
    // The sign of the direction is asserted by the caller; where it is wrong, the search ends at an end
    // without a root.
    let shifted = |x: f64| (x + 1.0, 1.0);
    let outside = newton_monotone("f", shifted, [0.0, 1.0], 0.5, Slope::Rising);
    assert!(matches!(outside, Err(Error::NotBracketed { .. })));
    let expansion = expand_bracket("f", positive, [0.0, 1.0], [-10.0, 10.0]);
    assert!(matches!(expansion, Err(Error::NotBracketed { .. })));
    assert!(matches!(
        minimize("f", |_| f64::NAN, 0.0, 1.0),
        Err(Error::NotFinite { .. })
    ));
}

#[test]
fn brackets_expand_to_a_change_of_sign_within_the_limits() {
    let f = |x: f64| x - 1000.0;
    let [a, b] = expand_bracket("f", f, [0.0, 1.0], [0.0, f64::INFINITY]).unwrap();
    assert!(a >= 0.0 && f(a) <= 0.0 && f(b) >= 0.0);
    let [a, b] = expand_bracket("f", |x| x + 5.0, [0.0, 1.0], [-7.0, 2.0]).unwrap();
    assert!((-7.0..=-5.0).contains(&a) && b <= 2.0);
}

#[test]
fn minima_are_found_to_half_the_digits() {
    let minimum = minimize("f", |x: f64| (x - 0.3).cosh(), -2.0, 5.0).unwrap();
    // √ε of the abscissa, all digits of the value.
    assert_abs_diff_eq!(minimum.x, 0.3, epsilon = 5e-8);
    assert_abs_diff_eq!(minimum.value, 1.0, epsilon = 1e-15);
    assert!(minimum.lower <= 0.3 && 0.3 <= minimum.upper);
    let edge = minimize("f", |x: f64| x, 1.0, 2.0).unwrap();
    assert_abs_diff_eq!(edge.x, 1.0, epsilon = 1e-7);
}

/// The story: damped iterations that stopped on a small step returned 0.42 where the magnetization is 0.
#[test]
fn convergence_is_never_claimed_away_from_the_solution_near_criticality() {
    for beta in [0.9, 0.99, 0.999, 0.9999, 1.0, 1.0001, 1.001, 1.01, 1.1] {
        let exact = if beta > 1.0 { curie_weiss(beta) } else { 0.0 };
        for damping in [0.0, 0.5, 0.95] {
            for acceleration in [0, 3] {
                let settings = FixedPoint {
                    damping,
                    acceleration,
                    tolerance: 1e-7,
                    max_iterations: 100_000,
                };
                let equations = |m: &[f64; 1]| Ok([(beta * m[0]).tanh()]);
                let solution = settings.solve(equations, [0.9]).unwrap();
                let error = (solution.state[0] - exact).abs();
                if solution.stop == Stop::Converged {
                    assert!(
                        error <= 1e-7,
                        "beta {beta}, damping {damping}: off by {error:e}"
                    );
                } else {
                    // Only the slowest: 1/(1 − rate) above 10⁴ steps, without acceleration.
                    assert!(acceleration == 0 && (beta - 1.0).abs() < 2e-3);
                    assert!(solution.converged().is_err());
                }
            }
        }
    }
}

/// F(x) = A x + b with eigenvalues of A from −0.9 to 0.999: 1/(1 − rate) = 1000.
fn stiff_linear(x: &[f64; 6]) -> [f64; 6] {
    const RATES: [f64; 6] = [0.999, 0.99, 0.9, 0.3, -0.5, -0.9];
    // Householder reflection by (1, 1, 1, 1, 1, 1): mixes all directions and is its own inverse.
    let reflect = |v: &[f64; 6]| {
        let mean = v.iter().sum::<f64>() / 3.0;
        v.map(|value| value - mean)
    };
    let mut inner = reflect(x);
    inner
        .iter_mut()
        .zip(RATES)
        .for_each(|(value, rate)| *value = rate * *value + (1.0 - rate));
    reflect(&inner)
}

/// Two coupled mean fields and their variance, near the transition.
fn nonlinear(x: &[f64]) -> Vec<f64> {
    let (m, q, r) = (x[0], x[1], x[2]);
    vec![
        (1.05 * m + 0.01 * q).tanh(),
        (0.8 * r + 0.3 * m).tanh().powi(2),
        0.2 + 0.5 * q + 0.1 * m,
    ]
}

#[test]
fn all_solvers_find_one_answer() {
    let settings = |damping: f64, acceleration: usize| FixedPoint {
        damping,
        acceleration,
        tolerance: 1e-9,
        max_iterations: 200_000,
    };
    let reference = settings(0.0, 0)
        .solve(|x| Ok(nonlinear(x)), vec![1.0; 3])
        .unwrap()
        .converged()
        .unwrap();
    for damping in [0.0, 0.3, 0.7] {
        for acceleration in [0, 1, 2, 5] {
            let solver = settings(damping, acceleration);
            // (1, …, 1) reflected is (−1, …, −1): the fixed point in the original coordinates.
            let linear = solver
                .solve(|x| Ok(stiff_linear(x)), [0.0; 6])
                .unwrap()
                .converged()
                .unwrap();
            for value in linear.state {
                assert_abs_diff_eq!(value, -1.0, epsilon = 1e-9);
            }
            let solution = solver
                .solve(|x| Ok(nonlinear(x)), vec![1.0; 3])
                .unwrap()
                .converged()
                .unwrap();
            for (value, exact) in solution.state.iter().zip(&reference.state) {
                // Both are within the tolerance.
                assert_abs_diff_eq!(value, exact, epsilon = 2e-9);
            }
        }
    }
}

#[test]
fn acceleration_solves_stiff_maps_in_few_iterations() {
    let accelerated = FixedPoint {
        acceleration: 6,
        ..FixedPoint::default()
    };
    let linear = accelerated
        .solve(|x| Ok(stiff_linear(x)), [0.0; 6])
        .unwrap();
    assert_eq!(linear.stop, Stop::Converged);
    // D + 1 steps in exact arithmetic.
    assert!(linear.iterations <= 12, "{}", linear.iterations);
    let curved = accelerated
        .solve(|x| Ok(nonlinear(x)), vec![1.0; 3])
        .unwrap();
    assert_eq!(curved.stop, Stop::Converged);
    assert!(curved.iterations <= 20, "{}", curved.iterations);
}

#[test]
fn a_step_out_of_the_domain_is_taken_back() {
    // Defined for positive x only; the secant from 4 overshoots far below 0.
    let map = |x: &[f64; 1]| match x[0] {
        x if x > 0.0 => Ok([x.sqrt() * 0.9 + 1e-3]),
        value => Err(Error::OutOfDomain {
            name: "x",
            domain: "positive",
            value,
        }),
    };
    let accelerated = FixedPoint {
        acceleration: 2,
        ..FixedPoint::default()
    };
    let fast = accelerated.solve(map, [1e-6]).unwrap().converged().unwrap();
    let slow = FixedPoint::default()
        .solve(map, [1e-6])
        .unwrap()
        .converged()
        .unwrap();
    assert_abs_diff_eq!(fast.state[0], slow.state[0], epsilon = 2e-10);
    assert!(FixedPoint::default().solve(map, [-1.0]).is_err());
}

#[test]
fn divergence_and_cycles_are_told_apart() {
    let exploding = FixedPoint::default()
        .solve(|x: &[f64; 1]| Ok([x[0] * x[0]]), [2.0])
        .unwrap();
    assert_eq!(exploding.stop, Stop::Diverged);
    assert!(exploding.state[0].is_finite());
    let flip = |x: &[f64; 1]| Ok([-x[0]]);
    let cycling = FixedPoint {
        max_iterations: 50,
        ..FixedPoint::default()
    };
    assert_eq!(
        cycling.solve(flip, [1.0]).unwrap().stop,
        Stop::MaxIterations
    );
    let damped = FixedPoint {
        damping: 0.3,
        ..FixedPoint::default()
    };
    assert_eq!(damped.solve(flip, [1.0]).unwrap().stop, Stop::Converged);
    let nan = FixedPoint::default().solve(|_: &[f64; 1]| Ok([f64::NAN]), [1.0]);
    assert!(matches!(nan, Err(Error::NotFinite { .. })));
}

proptest! {
    /// Brackets close on a known root whatever the function's shape.
    #[test]
    fn random_roots_are_enclosed(
        root in -5.0..5.0_f64, power in 0..4_i32, scale in -20.0..20.0_f64, wiggle in 0.0..0.9_f64,
    ) {
        let f = |x: f64| {
            let d = x - root;
            scale.exp() * d.powi(2 * power + 1) * (1.0 + wiggle * (7.0 * x).sin())
        };
        let found = find_root("random", f, -6.0, 6.0, 0.0).unwrap();
        // Powers of a difference of neighbouring doubles do not underflow: the sign is right to the last place.
        prop_assert!((found.x - root).abs() <= 4.0 * f64::EPSILON * root.abs());
        prop_assert!(found.lower <= root && root <= found.upper);
    }

    /// The reported residual is that of the reported state.
    #[test]
    fn residuals_belong_to_the_state(beta in 0.2..3.0_f64, damping in 0.0..0.9_f64, depth in 0..4_usize) {
        let map = |m: &[f64; 1]| Ok([(beta * m[0] + 0.1).tanh()]);
        let settings = FixedPoint { damping, acceleration: depth, max_iterations: 7, ..FixedPoint::default() };
        let solution = settings.solve(map, [0.3]).unwrap();
        let image = (beta * solution.state[0] + 0.1).tanh();
        let residual = (image - solution.state[0]).abs() / solution.state[0].abs().max(1.0);
        prop_assert!((solution.residual - residual).abs() < 1e-15);
    }
}
