//! Integrals and Gaussian averages against closed forms, identities and high-precision values.

use approx::assert_relative_eq;
use proptest::prelude::*;
use saddlepoint_theory::Error;
use saddlepoint_theory::quadrature::{
    Estimate, gaussian_average, gaussian_averages, integrate, integrate_pieces,
};
use std::f64::consts::PI;

const INFINITY: f64 = f64::INFINITY;

/// The estimated error covers the true one, and the true one is within the tolerance asked for.
fn assert_covers(name: &str, estimate: &Estimate, exact: f64, allowed: f64) {
    let error = (estimate.value - exact).abs();
    let estimated = estimate.error;
    assert!(
        error <= estimated,
        "{name}: error {error:e}, estimated {estimated:e}"
    );
    assert!(
        error <= allowed,
        "{name}: error {error:e}, allowed {allowed:e}"
    );
}

/// E f(z) by the classical rule with `order` nodes, found as the eigenproblem's roots by Newton's method.
fn gauss_hermite(order: u32, f: impl Fn(f64) -> f64) -> f64 {
    // Orthonormal Hermite polynomials of the standard normal: x p_k = √(k+1) p_(k+1) + √k p_(k−1).
    let polynomials = |x: f64| {
        let (mut last, mut current, mut squares) = (0.0, 1.0, 1.0);
        for k in 0..order {
            let next = (x * current - f64::from(k).sqrt() * last) / f64::from(k + 1).sqrt();
            (last, current) = (current, next);
            if k + 1 < order {
                squares += current * current;
            }
        }
        (current, squares)
    };
    let (mut sum, mut x) = (0.0, -2.0 * f64::from(order).sqrt());
    let step = 1e-3;
    while x < 2.0 * f64::from(order).sqrt() {
        let (mut a, mut b) = (x, x + step);
        if polynomials(a).0 * polynomials(b).0 < 0.0 {
            for _ in 0..60 {
                let middle = 0.5 * (a + b);
                if polynomials(a).0 * polynomials(middle).0 <= 0.0 {
                    b = middle;
                } else {
                    a = middle;
                }
            }
            sum += f(a) / polynomials(a).1;
        }
        x += step;
    }
    sum
}

/// Name, integrand, ends and value of an integral.
type Case = (&'static str, fn(f64) -> f64, f64, f64, f64);

fn closed_forms() -> [Case; 12] {
    [
        ("cubic", |x| x * x * x - x, -1.0, 3.0, 16.0),
        ("semicircle", |x| (1.0 - x * x).sqrt(), -1.0, 1.0, PI / 2.0),
        ("inverse root at 0", |x| x.sqrt().recip(), 0.0, 4.0, 4.0),
        ("logarithm", f64::ln, 0.0, 1.0, -1.0),
        (
            "Lorentzian",
            |x| 0.01 / (x * x + 1e-4),
            -1.0,
            2.0,
            100.0_f64.atan() + 200.0_f64.atan(),
        ),
        (
            "oscillation",
            |x| (50.0 * x).cos(),
            0.0,
            PI / 4.0,
            (12.5 * PI).sin() / 50.0,
        ),
        (
            "Gaussian on the line",
            |x| (-x * x).exp(),
            -INFINITY,
            INFINITY,
            PI.sqrt(),
        ),
        (
            "exponential tail",
            |x| (-x).exp(),
            2.0,
            INFINITY,
            (-2.0_f64).exp(),
        ),
        (
            "algebraic tail",
            |x| (1.0 + x * x).recip(),
            -INFINITY,
            0.0,
            PI / 2.0,
        ),
        (
            "tail with a root",
            |x| 1.0 / (x.sqrt() * (1.0 + x)),
            0.0,
            INFINITY,
            PI,
        ),
        ("empty", f64::exp, 1.0, 1.0, 0.0),
        ("nothing", |_| 0.0, 0.0, 1.0, 0.0),
    ]
}

#[test]
fn integrals_with_singular_ends_match_closed_forms() {
    for (name, f, a, b, exact) in closed_forms() {
        for tolerance in [1e-4, 1e-8, 1e-12] {
            let estimate = integrate(f, a, b, tolerance).unwrap();
            // ∫|f| exceeds |∫f| by less than a factor 2 except for the oscillation (π/4·2/π = 0.5).
            assert_covers(
                name,
                &estimate,
                exact,
                tolerance * (2.0 * exact.abs()).max(0.5),
            );
        }
    }
}

#[test]
fn bisection_finds_a_narrow_peak() {
    let peak = |x: f64| 1e-4 / (x * x + 1e-8);
    let estimate = integrate(peak, -1.0, 2.0, 1e-10).unwrap();
    // The abscissas near 0 are rounded to 1e-16, a part in 1e12 of the width.
    assert_relative_eq!(
        estimate.value,
        1e4_f64.atan() + 2e4_f64.atan(),
        max_relative = 1e-12
    );
    assert!(estimate.evaluations < 5000);
}

#[test]
fn distances_from_the_ends_keep_inverse_roots_exact() {
    let arcsine = |node: saddlepoint_theory::quadrature::Node| {
        [(node.from_lower * node.to_upper).sqrt().recip()]
    };
    // ∫ dx/√((x−a)(b−x)) = π on any interval, here one on which x itself has lost the distances.
    let estimate = integrate_pieces(arcsine, &[1e6, 1e6 + 1.0], 1e-13).unwrap();
    assert_relative_eq!(estimate.value[0], PI, max_relative = 1e-13);
}

#[test]
fn marks_make_kinks_cheap_and_missing_marks_are_found_by_bisection() {
    let kink = |x: f64| (x - 0.3).abs();
    let exact = 0.29; // (0.3² + 0.7²)/2
    let marked = integrate_pieces(|node| [kink(node.x)], &[0.0, 0.3, 1.0], 1e-12).unwrap();
    let unmarked = integrate(kink, 0.0, 1.0, 1e-12).unwrap();
    assert_relative_eq!(marked.value[0], exact, max_relative = 1e-12);
    assert_covers("kink", &unmarked, exact, 1e-12);
    assert!(10 * marked.evaluations < unmarked.evaluations);
}

#[test]
fn what_cannot_be_integrated_is_refused() {
    assert!(matches!(
        integrate(|x| 1.0 / x, 0.0, 1.0, 1e-9),
        Err(Error::Quadrature { .. })
    ));
    assert!(matches!(
        integrate(|x| 1.0 / x, 0.0, INFINITY, 1e-9),
        Err(Error::Quadrature { .. })
    ));
    assert!(matches!(
        integrate(f64::sqrt, -1.0, 1.0, 1e-9),
        Err(Error::NotFinite { .. })
    ));
    assert!(matches!(
        integrate(f64::exp, 1.0, 0.0, 1e-9),
        Err(Error::OutOfDomain { .. })
    ));
    assert!(matches!(
        integrate(f64::exp, f64::NAN, 0.0, 1e-9),
        Err(Error::OutOfDomain { .. })
    ));
    assert!(matches!(
        integrate(f64::exp, 0.0, 1.0, 0.0),
        Err(Error::OutOfDomain { .. })
    ));
    assert!(matches!(
        gaussian_average(f64::ln, &[], 1e-9),
        Err(Error::NotFinite { .. })
    ));
    // exp(z²) has no average.
    let divergent = gaussian_average(|z| (z * z).exp(), &[], 1e-9);
    assert!(matches!(
        divergent,
        Err(Error::Quadrature { .. } | Error::NotFinite { .. })
    ));
    let unordered = gaussian_average(f64::tanh, &[1.0, 0.0], 1e-9);
    assert!(matches!(unordered, Err(Error::OutOfDomain { .. })));
}

/// β, h₀, E tanh²(β z + h₀), E tanh(β z + h₀) from mpmath, 40 digits: the trapezoid sum on the line with
/// step 1/400 (1/1600 at β = 100), whose error exp(−π² 400/β) is below 1e-27, agreeing with piecewise
/// `quad`.
const DIGITS: [[f64; 4]; 7] = [
    [0.1, 2.0, 0.928_078_803_219_359_4, 0.963_341_117_367_711_3],
    [1.0, 0.0, 0.394_294_490_397_841_2, 0.0],
    [1.0, 0.3, 0.410_427_279_513_123_1, 0.180_089_252_152_659_6],
    [3.0, 0.5, 0.748_401_304_352_018_5, 0.126_876_165_697_889_66],
    [8.0, 1.0, 0.901_658_358_166_438_9, 0.098_848_950_988_258_5],
    [20.0, 0.7, 0.960_171_050_983_032_9, 0.027_891_628_199_714_63],
    [
        100.0,
        30.0,
        0.992_372_529_116_309_7,
        0.235_813_434_798_941_04,
    ],
];

#[test]
fn gaussian_averages_match_high_precision_digits() {
    for [beta, h0, square, mean] in DIGITS {
        let name = format!("beta {beta}, field {h0}");
        for tolerance in [1e-6, 1e-8, 1e-10, 1e-12, 1e-14] {
            for breakpoints in [&[][..], &[-h0 / beta]] {
                // Without its mark the dip of width 1/100 falls between the first nodes.
                if breakpoints.is_empty() && beta > 50.0 {
                    continue;
                }
                let f = |z: f64| [(beta * z + h0).tanh().powi(2), (beta * z + h0).tanh()];
                let both = gaussian_averages(f, breakpoints, tolerance).unwrap();
                for (i, exact) in [square, mean].into_iter().enumerate() {
                    let Estimate {
                        value,
                        error,
                        evaluations,
                    } = both;
                    let one = Estimate {
                        value: value[i],
                        error: error[i],
                        evaluations,
                    };
                    assert_covers(&name, &one, exact, tolerance);
                }
            }
        }
    }
}

#[test]
fn fixed_gauss_hermite_rules_fail_where_the_adaptive_average_does_not() {
    let [beta, h0, exact, _] = DIGITS[5];
    let f = |z: f64| (beta * z + h0).tanh().powi(2);
    // The rule itself is sound: exact for polynomials below degree 2n.
    assert_relative_eq!(
        gauss_hermite(20, |z| z.powi(8)),
        105.0,
        max_relative = 1e-10
    );
    for order in [20, 64] {
        assert!((gauss_hermite(order, f) - exact).abs() > 1e-3);
    }
    let adaptive = gaussian_average(f, &[], 1e-12).unwrap();
    assert!((adaptive.value - exact).abs() < 1e-12);
}

#[test]
fn moments_are_exact_to_degree_twenty() {
    let mut moment = 1.0;
    for k in 0..=10 {
        let even = gaussian_average(|z| z.powi(2 * k), &[], 1e-14).unwrap();
        // Sums of a hundred rounded terms.
        assert_relative_eq!(even.value, moment, max_relative = 2e-14);
        assert!((even.value - moment).abs() <= even.error);
        let odd = gaussian_average(|z| z.powi(2 * k + 1), &[], 1e-14).unwrap();
        assert!(odd.value.abs() <= odd.error);
        moment *= f64::from(2 * k + 1);
    }
}

#[test]
fn jumps_and_kinks_at_breakpoints_cost_no_accuracy() {
    // erfc(x/√2)/2, mpmath 40 digits.
    for (jump, tail) in [
        (0.3, 0.382_088_577_811_047_4),
        (1.7, 0.044_565_462_758_543_04),
    ] {
        let step = |z: f64| if z > jump { 1.0 } else { 0.0 };
        let marked = gaussian_average(step, &[jump], 1e-13).unwrap();
        assert_covers("marked jump", &marked, tail, 1e-13);
        let unmarked = gaussian_average(step, &[], 1e-9).unwrap();
        assert_covers("jump found by bisection", &unmarked, tail, 1e-9);
    }
    let kink = gaussian_average(|z: f64| (z - 0.3).abs(), &[0.3], 1e-13).unwrap();
    // 2 φ(0.3) + 0.3 (1 − 2 Q(0.3))
    let density = (-0.045_f64).exp() / (2.0 * PI).sqrt();
    let exact = 2.0 * density + 0.3 * (1.0 - 2.0 * 0.382_088_577_811_047_4);
    assert_covers("kink", &kink, exact, 1e-13);
}

#[test]
fn averages_of_analytic_functions_converge_exponentially() {
    let f = |z: f64| z.tanh().powi(2);
    let cost = |tolerance: f64| gaussian_average(f, &[], tolerance).unwrap().evaluations;
    // Halving the step squares the error: twelve digits cost less than thrice the nodes of three, and few
    // in all.
    assert!(cost(1e-12) <= 3 * cost(1e-3));
    assert!(cost(1e-12) < 200);
}

#[test]
fn growing_exponentials_are_followed_to_where_their_average_lies() {
    for c in [1.0, 5.0, 12.0, -17.0] {
        let average = gaussian_average(|z| (c * z).exp(), &[], 1e-12).unwrap();
        // exp(cz) is known to ε c z ≈ 1e-13 at its peak z = c.
        assert_relative_eq!(average.value, (0.5 * c * c).exp(), max_relative = 2e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// E[z f(z)] = E[f'(z)].
    #[test]
    fn steins_lemma_holds(beta in 0.05..12.0_f64, field in -3.0..3.0_f64) {
        let f = |z: f64| {
            let t = (beta * z + field).tanh();
            [z * t, beta * (1.0 - t) * (1.0 + t)]
        };
        let average = gaussian_averages(f, &[], 1e-11).unwrap();
        let difference = (average.value[0] - average.value[1]).abs();
        prop_assert!(difference <= average.error[0] + average.error[1]);
        // Each is within 1e-11 of its absolute average, which is below 1.
        prop_assert!(difference <= 2e-11);
    }

    /// The estimated error is at least the true one, at tolerances loose enough to be wrong.
    #[test]
    fn estimates_cover_the_true_error(
        beta in 0.1..15.0_f64,
        field in -3.0..3.0_f64,
        frequency in 0.0..4.0_f64,
        digits in 2..11_i32,
        is_marked in any::<bool>(),
    ) {
        let f = |z: f64| {
            let t = (beta * z + field).tanh();
            [t * t, t, (frequency * z).cos() / (1.0 + beta * z * z), (1.0 + (beta * z).powi(2)).sqrt()]
        };
        let mark = [-field / beta, 0.0_f64];
        let mut marks = mark;
        marks.sort_by(f64::total_cmp);
        let marks = if is_marked { &marks[..] } else { &[] };
        let rough = gaussian_averages(f, marks, 10.0_f64.powi(-digits)).unwrap();
        let fine = gaussian_averages(f, &[], 1e-13).unwrap();
        for i in 0..4 {
            let error = (rough.value[i] - fine.value[i]).abs();
            prop_assert!(error <= rough.error[i] + fine.error[i], "{i}: {error:e} {:e}", rough.error[i]);
        }
    }

    /// Integrals of x^p (b − x)^q over [0, b] are beta functions, here with half-integer powers.
    #[test]
    fn algebraic_ends_of_any_half_integer_power_are_integrated(b in 0.1..10.0_f64, digits in 4..13_i32) {
        // ∫ √(x(b−x)) dx = π b²/8, ∫ √(x/(b−x)) dx = π b/2
        let f = |node: saddlepoint_theory::quadrature::Node| {
            let (x, y) = (node.from_lower, node.to_upper);
            [(x * y).sqrt(), (x / y).sqrt()]
        };
        let tolerance = 10.0_f64.powi(-digits);
        let estimate = integrate_pieces(f, &[0.0, b], tolerance).unwrap();
        for (i, exact) in [PI * b * b / 8.0, PI * b / 2.0].into_iter().enumerate() {
            let error = (estimate.value[i] - exact).abs();
            prop_assert!(error <= estimate.error[i] && error <= tolerance * exact);
        }
    }
}
