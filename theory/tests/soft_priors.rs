//! Students and teachers of laws between a spin and a Gaussian: values of an independent program, limits, identities.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use saddlepoint_theory::quadrature::gaussian_average;
use saddlepoint_theory::replica::inference::{Prior, Start, StateEvolution};
use saddlepoint_theory::replica::mismatched::soft::{Laws, LinePoint, Soft, State};
use saddlepoint_theory::replica::mismatched::{Line, Mismatched, Phase};
use saddlepoint_theory::solver::Stop;
use saddlepoint_theory::units::{SoftSpin, UnitPrior};

fn soft(omega: f64) -> SoftSpin {
    SoftSpin::new(omega).unwrap()
}

/// Ω of the student's weights, the teacher's, the student's hidden unit, the teacher's.
fn laws(omegas: [f64; 4]) -> Laws {
    let [
        student_weights,
        teacher_weights,
        student_hidden,
        teacher_hidden,
    ] = omegas.map(soft);
    Laws {
        student_weights,
        teacher_weights,
        student_hidden,
        teacher_hidden,
    }
}

fn state([alpha, student, teacher]: [f64; 3], laws: Laws) -> State {
    let model = Soft::new(alpha, student, teacher, laws).unwrap();
    let state = model.equilibrium().unwrap();
    assert_eq!(state.stop, Stop::Converged, "{state:?}");
    state
}

/// α, β, β*; the four Ω; then m, q, D, m̂, q̂, A, log-evidence, U, stability.
///
/// Computed with mpmath at 18 digits: both branches of each law are summed, Gaussian variables and the field of a sample are integrated by the
/// trapezoid rule, and the equations are solved by the secant method; no average is taken in closed form.
const VALUES: [([f64; 3], [f64; 4], [f64; 9]); 3] = [
    (
        [1.5, 1.5, 1.1],
        [0.5, 1.0, 0.2, 0.0],
        [
            0.327_667_230_301,
            0.291_869_665_910_7,
            0.563_397_416_085_6,
            1.206_754_116_623,
            2.497_020_397_623,
            2.874_197_492_316,
            -0.113_711_183_564_9,
            1.663_212_973_029,
            0.466_584_728_156_2,
        ],
    ),
    (
        [2.0, 0.9, 1.3],
        [1.0, 0.0, 0.3, 0.25],
        [
            1.176_377_558_65,
            1.567_442_416_139,
            1.786_522_934_189,
            5.369_612_821_436,
            3.824_843_944_775,
            3.564_531_839_25,
            1.746_595_229_473,
            5.263_229_061_271,
            0.020_488_600_084_65,
        ],
    ),
    (
        [4.0, 0.8, 0.7],
        [0.4, 0.7, 0.6, 1.0],
        [
            0.556_211_308_727_4,
            0.538_832_787_605_1,
            0.897_087_877_092_4,
            1.546_487_467_279,
            1.755_441_128_891,
            1.832_337_802_414,
            0.077_056_016_840_23,
            2.138_982_585_395,
            0.278_648_403_764_1,
        ],
    ),
];

#[test]
fn order_parameters_evidence_and_energy_have_the_values_of_an_independent_program() {
    for (point, omegas, expected) in VALUES {
        let found = state(point, laws(omegas));
        let found = [
            found.overlap_teacher,
            found.overlap_students,
            found.norm,
            found.field_mean,
            found.field_variance,
            found.field_precision,
            found.log_evidence,
            found.energy,
            found.at_stability,
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            // The 13 digits that are listed, and the trapezoid rule of the program, which leaves out what is beyond 8.5 deviations.
            assert_relative_eq!(found, expected, max_relative = 1e-11);
        }
    }
}

#[test]
fn spins_everywhere_have_the_state_of_the_theory_of_spins() {
    for point in [
        [1.5, 1.2, 1.2],
        [1.5, 2.0, 1.2],
        [2.0, 1.5, 1.0],
        [1.5, 0.7, 1.2],
        [0.45, 2.0, 1.2],
        [0.05, 2.0, 1.2],
        [30.0, 3.0, 0.7],
    ] {
        let [alpha, student, teacher] = point;
        let expected = Mismatched::new(alpha, student, teacher).unwrap();
        for start in Start::ALL {
            let expected = State::from(expected.solve(start).unwrap());
            let found = Soft::new(alpha, student, teacher, Laws::SPINS).unwrap();
            let found = found.solve(start).unwrap();
            assert_eq!(found.phase, expected.phase);
            let numbers = |state: &State| {
                [
                    state.overlap_teacher,
                    state.overlap_students,
                    state.norm,
                    state.field_mean,
                    state.field_variance,
                    state.field_precision,
                    state.log_evidence,
                    state.energy,
                    state.entropy.unwrap(),
                    state.at_stability,
                ]
            };
            for (found, expected) in numbers(&found).into_iter().zip(numbers(&expected)) {
                // Rounding of fields of the order of 200, magnified by the slope of the equations.
                assert_abs_diff_eq!(found, expected, epsilon = 1e-11 * expected.abs().max(1.0));
            }
        }
    }
}

/// On the Nishimori line the data are rank-one data whose hidden values have the tilted law, a soft one of variance T.
#[test]
fn on_the_nishimori_line_the_student_is_the_best_there_is() {
    for (alpha, beta, weights, hidden) in [
        (1.5, 1.2, 0.0, 0.0),
        (0.9, 1.1, 0.4, 0.0),
        (3.0, 0.8, 1.0, 0.0),
        (1.5, 1.0, 0.3, 0.5),
        (0.8, 0.9, 1.0, 1.0),
        (40.0, 0.7, 0.6, 0.9),
    ] {
        let both = laws([weights, weights, hidden, hidden]);
        let narrowing = 1.0 - beta * beta * hidden;
        let spread = hidden / narrowing;
        let square = (1.0 - hidden) / (narrowing * narrowing) + spread;
        let tilted = Prior::Soft(soft(spread / square));
        let snr = beta * beta * square;
        let best = StateEvolution::new(Prior::Soft(soft(weights)), tilted, snr).unwrap();
        for start in Start::ALL {
            let found = Soft::new(alpha, beta, beta, both).unwrap();
            let found = found.solve(start).unwrap();
            let expected = best.solve(alpha, start).unwrap().converged().unwrap().state;
            assert_eq!(found.phase, Phase::Learned);
            // Rounding, magnified by the slope of the equations.
            let close = |a: f64, b: f64| assert_relative_eq!(a, b, max_relative = 1e-11);
            close(found.overlap_teacher, found.overlap_students);
            close(found.norm, 1.0);
            close(found.field_mean, found.field_variance);
            close(found.field_precision, found.field_variance);
            // The solver's 1e-12 in r.
            assert_relative_eq!(
                found.overlap_students,
                expected.overlap_weights,
                max_relative = 1e-10
            );
            let data = found.field_mean / (alpha * snr);
            assert_relative_eq!(data, expected.overlap_hidden, max_relative = 1e-10);
            // Samples are as likely as rank-one data: the tilted law has the factor exp(−β²τ²/2) of either.
            let information = best.mutual_information(alpha, &expected).unwrap();
            assert_relative_eq!(
                0.5 * alpha * snr - found.log_evidence,
                information,
                max_relative = 1e-10
            );
        }
    }
}

#[test]
fn gaussian_weights_are_estimated_by_a_linear_rule() {
    let gaussian = laws([1.0, 0.3, 0.2, 0.1]);
    let found = state([2.0, 1.1, 1.3], gaussian);
    let precision = found.field_precision;
    let estimate = |moment: f64, power: i32| moment / (1.0 + precision).powi(power);
    let mean = found.field_mean;
    assert_relative_eq!(
        found.overlap_teacher,
        estimate(mean, 1),
        max_relative = 1e-12
    );
    let square = mean * mean + found.field_variance;
    assert_relative_eq!(
        found.overlap_students,
        estimate(square, 2),
        max_relative = 1e-12
    );
    let spread = 1.0 / (1.0 + precision);
    assert_relative_eq!(
        found.norm - found.overlap_students,
        spread,
        max_relative = 1e-12
    );
}

#[test]
fn phi_is_stationary_in_both_overlaps_and_the_norm() {
    for (point, omegas, _) in VALUES {
        let [alpha, student, teacher] = point;
        let model = Soft::new(alpha, student, teacher, laws(omegas)).unwrap();
        let found = model.equilibrium().unwrap();
        let at = [found.overlap_teacher, found.overlap_students, found.norm];
        let phi = |x: [f64; 3]| model.log_evidence(x[0], x[1], x[2]).unwrap();
        assert_relative_eq!(phi(at), found.log_evidence, max_relative = 1e-12);
        for i in 0..3 {
            let moved = |step: f64| {
                let mut x = at;
                x[i] += step;
                phi(x)
            };
            // Central differences: h² of a third derivative of order 10, and rounding/h.
            let h = 1e-5;
            let slope = (moved(h) - moved(-h)) / (2.0 * h);
            assert_abs_diff_eq!(slope, 0.0, epsilon = 1e-8);
            // And not because it is flat.
            let bend = (moved(0.03) - moved(0.0)) / 0.03;
            assert!(bend.abs() > 1e-4, "{i}: {bend}");
        }
    }
}

/// `Z(D) = E_v g(β ξ·v/√N)`: the derivative of its logarithm makes A.
#[test]
fn the_normalisation_is_a_gaussian_average_and_its_slope_makes_the_precision() {
    let (beta, omega): (f64, f64) = (1.1, 0.4);
    let log_z = |norm: f64| soft(omega).log_partition(-beta * beta * norm, 0.0);
    for norm in [0.2_f64, 1.0, 1.5] {
        let g = |z: f64| {
            let x = beta * norm.sqrt() * z;
            (0.5 * omega * x * x).exp() * ((1.0 - omega).sqrt() * x).cosh()
        };
        let average = gaussian_average(g, &[], 1e-13).unwrap().value;
        // The tolerance of the quadrature.
        assert_relative_eq!(log_z(norm), average.ln(), max_relative = 1e-11);
        let h = 1e-5;
        let slope = 2.0 * (log_z(norm + h) - log_z(norm - h)) / (2.0 * h);
        let (a, b) = (beta * beta * omega, beta * (1.0 - omega).sqrt());
        let narrowing = 1.0 - a * norm;
        let expected = a / narrowing + (b / narrowing).powi(2);
        // h² of a third derivative.
        assert_relative_eq!(slope, expected, max_relative = 1e-7);
    }
}

#[test]
fn the_evidence_of_more_samples_is_the_average_over_one() {
    let (point, omegas, _) = VALUES[1];
    let [alpha, student, teacher] = point;
    let h = 1e-4;
    let evidence = |alpha: f64| state([alpha, student, teacher], laws(omegas)).log_evidence;
    let slope = (evidence(alpha + h) - evidence(alpha - h)) / (2.0 * h);
    let found = state(point, laws(omegas));
    // E ln of the average of g over the field's noise, less ln Z.
    let hidden = soft(omegas[2]);
    let spread = student * student * (found.norm - found.overlap_students);
    let narrowing = 1.0 - teacher * teacher * omegas[3];
    let (shift, width) = ((1.0 - omegas[3]).sqrt() / narrowing, omegas[3] / narrowing);
    let along = student * teacher * found.overlap_teacher;
    let variance = student * student * found.overlap_students + along * along * width;
    let log = |z: f64| hidden.log_partition(-spread, along * shift + variance.sqrt() * z);
    let average = gaussian_average(log, &[], 1e-12).unwrap().value;
    let log_z = hidden.log_partition(-student * student * found.norm, 0.0);
    // h² of the third derivative.
    assert_relative_eq!(slope, average - log_z, max_relative = 1e-7);
}

#[test]
fn where_learning_begins_depends_on_the_hidden_units_and_on_no_law_of_the_weights() {
    for (student, teacher, hidden) in [
        (0.8, 1.1, [0.3, 0.2]),
        (1.2, 0.9, [0.1, 0.6]),
        (0.6, 0.9, [1.0, 0.0]),
        (0.9, 0.8, [0.5, 1.0]),
    ] {
        let spike = |beta: f64, omega: f64| {
            let narrowing = 1.0 - beta * beta * omega;
            beta * beta * (omega / narrowing + (1.0 - omega) / (narrowing * narrowing))
        };
        let (own, star) = (spike(student, hidden[0]), spike(teacher, hidden[1]));
        let expected = 1.0 / (own * own.max(star));
        for weights in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.4, 0.7], [1.0, 1.0]] {
            let laws = laws([weights[0], weights[1], hidden[0], hidden[1]]);
            let at = |line| LinePoint::at(line, student, teacher, laws).unwrap();
            let (line, phase) = if own < star {
                (Line::ParamagnetLearned, Phase::Learned)
            } else {
                (Line::ParamagnetGlass, Phase::Glass)
            };
            assert_relative_eq!(at(line).unwrap().alpha, expected, max_relative = 1e-13);
            let spectral = at(Line::Spectral).unwrap().alpha;
            assert_relative_eq!(spectral, star.powi(-2), max_relative = 1e-13);
            let below = state([0.999 * expected, student, teacher], laws);
            assert_eq!(below.phase, Phase::Paramagnet);
            let above = state([1.001 * expected, student, teacher], laws);
            assert_eq!(above.phase, phase);
            if phase == Phase::Glass {
                let end = at(Line::GlassLearned).unwrap().alpha;
                assert!(end >= spectral * (1.0 - 1e-9));
                let glass = state([0.999 * end, student, teacher], laws);
                assert_eq!(glass.phase, Phase::Glass);
                let learned = state([1.001 * end, student, teacher], laws);
                assert_eq!(learned.phase, Phase::Learned);
            }
        }
    }
}

/// A student of Gaussian weights and hidden unit is the leading eigenvector: it learns where that shows, however cold it is, and its glass
/// is marginal, as that of a spherical model.
#[test]
fn a_gaussian_student_learns_where_the_eigenvector_shows() {
    let laws = laws([1.0, 0.2, 1.0, 0.3]);
    let (student, teacher) = (0.9, 0.7);
    let at = |line| {
        LinePoint::at(line, student, teacher, laws)
            .unwrap()
            .unwrap()
    };
    let spectral = at(Line::Spectral).alpha;
    for line in [Line::GlassLearned, Line::AlmeidaThouless] {
        // The slope of the condition is of order 1.
        assert_relative_eq!(at(line).alpha, spectral, max_relative = 1e-9);
    }
    let glass = state([0.8 * spectral, student, teacher], laws);
    assert_eq!(glass.phase, Phase::Glass);
    assert_abs_diff_eq!(glass.at_stability, 1.0, epsilon = 1e-10);
    assert!(glass.is_stable());
}

/// With very many samples a student whose weights may grow makes up for its temperature: βξ = β*ξ*.
#[test]
fn weights_that_may_grow_make_up_for_a_wrong_temperature() {
    for (student, teacher, omega) in [(0.8, 1.2, 0.5), (1.5, 1.2, 1.0)] {
        let found = state([1e6, student, teacher], laws([1.0, omega, 0.0, 0.0]));
        let ratio = teacher / student;
        // Corrections fall as 1/α.
        assert_relative_eq!(found.norm, ratio * ratio, max_relative = 1e-4);
        assert_relative_eq!(found.overlap_teacher, ratio, max_relative = 1e-4);
    }
    // A very cold one is very small, and no less of the teacher for that.
    let cosine = |student: f64| {
        let found = state([1.5, student, 1.2], laws([1.0, 0.0, 0.0, 0.0]));
        assert_eq!(found.phase, Phase::Learned);
        found.overlap_teacher / found.norm.sqrt()
    };
    // The law of βξ depends on β by the prior alone, which is flat on its scale: corrections of the order of 1/β².
    assert_relative_eq!(cosine(1e5), cosine(1e4), max_relative = 1e-6);
    // Spins may not.
    let spins = state([1e3, 0.8, 1.2], laws([0.0, 0.0, 0.0, 0.0]));
    assert_relative_eq!(spins.norm, 1.0, max_relative = 1e-14);
}

#[test]
fn an_entropy_is_told_of_spin_weights_only() {
    let hidden = laws([0.0, 0.4, 0.3, 0.2]);
    let found = state([1.5, 1.1, 1.2], hidden);
    let entropy = found.entropy.unwrap();
    assert!(entropy > 0.0 && entropy < std::f64::consts::LN_2);
    let nothing = state([1e-3, 0.9, 0.9], hidden).entropy.unwrap();
    // ln 2 less the information of few samples, of the order of α.
    assert_abs_diff_eq!(nothing, std::f64::consts::LN_2, epsilon = 2e-3);
    assert_eq!(
        state([1.5, 1.1, 1.2], laws([0.1, 0.4, 0.3, 0.2])).entropy,
        None
    );
}

#[test]
fn bad_arguments_are_refused() {
    let hidden = laws([0.0, 0.0, 0.5, 0.25]);
    let error = Soft::new(1.0, 1.5, 1.0, hidden).unwrap_err().to_string();
    assert!(
        error.contains("student_beta") && error.contains("OMEGA"),
        "{error}"
    );
    assert!(Soft::new(1.0, 1.0, 2.0, hidden).is_err());
    assert!(Soft::new(1.0, 1.0, 1.9, hidden).is_ok());
    assert!(Soft::new(0.0, 1.0, 1.0, hidden).is_err());
    assert!(Soft::new(1.0, f64::NAN, 1.0, hidden).is_err());
    let model = Soft::new(1.0, 1.0, 1.0, hidden).unwrap();
    for (m, q, norm) in [
        (-0.1, 0.5, 1.0),
        (0.5, 1.0, 1.0),
        (0.5, 0.5, 2.0),
        (0.5, 0.5, -1.0),
    ] {
        assert!(model.log_evidence(m, q, norm).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn both_starts_end_in_one_state_that_solves_the_equations(
        omegas in prop::array::uniform4(0.0..1.0_f64),
        ends in prop::array::uniform4(0..6_u8),
        parts in prop::array::uniform2(0.1..0.97_f64),
        log_alpha in -2.0..5.0_f64,
    ) {
        let omegas = std::array::from_fn(|i| match ends[i] {
            0 => 0.0,
            1 => 1.0,
            _ => omegas[i],
        });
        let [student, teacher] =
            [0, 1].map(|i| parts[i] * f64::min(3.0, f64::sqrt(1.0 / omegas[2 + i])));
        let laws = laws(omegas);
        let spectral = LinePoint::at(Line::Spectral, student, teacher, laws).unwrap().unwrap();
        let alpha = (log_alpha.exp() * spectral.alpha).min(1e5);
        let model = Soft::new(alpha, student, teacher, laws).unwrap();
        let [low, high] = Start::ALL.map(|start| model.solve(start).unwrap());
        prop_assert_eq!(low.phase, high.phase);
        // Within rounding over the slope, which vanishes at a transition.
        let difference = (low.overlap_teacher - high.overlap_teacher).abs();
        prop_assert!(difference < 1e-6 * high.overlap_teacher.max(1.0));
        for state in [low, high] {
            prop_assert_eq!(state.stop, Stop::Converged);
            prop_assert!(state.field_precision >= -1e-12, "{:?}", state);
            let bound = state.overlap_students.sqrt() * (1.0 + 1e-12);
            prop_assert!(state.overlap_teacher <= bound && state.overlap_students <= state.norm);
            prop_assert!(state.energy > 0.0 && state.energy.is_finite());
            // No student's evidence is better than that of one who knows the teacher's laws.
            let known = Laws {
                student_weights: laws.teacher_weights,
                student_hidden: laws.teacher_hidden,
                ..laws
            };
            let best = Soft::new(alpha, teacher, teacher, known).unwrap().equilibrium().unwrap();
            let slack = 1e-9 * (1.0 + best.energy);
            prop_assert!(state.log_evidence <= best.log_evidence + slack);
        }
    }
}
