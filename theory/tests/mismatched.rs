//! Inference off the Nishimori line: published and computed values, limits, identities.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use saddlepoint_theory::quadrature::gaussian_average;
use saddlepoint_theory::replica::inference::{Prior, Start, StateEvolution};
use saddlepoint_theory::replica::mismatched::{Line, Mismatched, Phase, State, TeacherPatterns};
use saddlepoint_theory::solver::Stop;

fn state(alpha: f64, student: f64, teacher: f64) -> State {
    let model = Mismatched::new(alpha, student, teacher).unwrap();
    let state = model.equilibrium().unwrap();
    assert_eq!(state.stop, Stop::Converged, "{state:?}");
    state
}

/// α, β, β*; then m, q, m̂, q̂, Φ, log-evidence, U, S, stability, from an independent program, to five digits.
const VALUES: [([f64; 3], [f64; 9]); 3] = [
    (
        [1.5, 1.2, 1.2],
        [
            0.56662, 0.56662, 1.05238, 1.05238, 1.82581, 0.05266, 1.52681, 0.29900, 0.35049,
        ],
    ),
    (
        [1.5, 2.0, 1.2],
        [
            0.63641, 0.76419, 2.03092, 4.20105, 3.38664, -0.30650, 3.24829, 0.13836, 0.77931,
        ],
    ),
    (
        [2.0, 1.5, 1.0],
        [
            0.46682, 0.62759, 1.09729, 2.32621, 2.81449, -0.12866, 2.61538, 0.19911, 0.92568,
        ],
    ),
];

#[test]
fn order_parameters_energy_and_entropy_have_the_values_of_an_independent_program() {
    for ([alpha, student, teacher], expected) in VALUES {
        let found = state(alpha, student, teacher);
        let found = [
            found.overlap_teacher,
            found.overlap_students,
            found.field_mean,
            found.field_variance,
            found.free_entropy,
            found.log_evidence,
            found.energy,
            found.entropy,
            found.at_stability,
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            // Half a unit of the last digit, and a little for the rounding of the halves.
            assert_abs_diff_eq!(found, expected, epsilon = 5.1e-6);
        }
    }
}

#[test]
fn the_glass_loses_its_stability_where_an_independent_program_has_it() {
    for (student, teacher, expected) in [
        (1.5, 1.2, 0.50682),
        (2.0, 1.2, 0.58140),
        (1.5, 1.0, 1.14111),
    ] {
        let point = Line::GlassLearned.at(student, teacher).unwrap().unwrap();
        assert_abs_diff_eq!(point.alpha, expected, epsilon = 5.1e-6);
        assert_eq!(point.state.phase, Phase::Glass);
        assert!(!point.state.is_stable());
        // Nobody learns where the best student cannot.
        assert!(point.alpha > teacher.powi(-4));
    }
}

#[test]
fn on_the_nishimori_line_the_student_is_the_best_there_is() {
    for (alpha, beta) in [(1.5, 1.2), (0.9, 1.1), (30.0, 0.5), (0.2, 2.5), (1e4, 3.0)] {
        let snr = beta * beta;
        let best = StateEvolution::new(Prior::Rademacher, Prior::Rademacher, snr).unwrap();
        for start in Start::ALL {
            let found = Mismatched::new(alpha, beta, beta).unwrap();
            let found = found.solve(start).unwrap();
            assert_abs_diff_eq!(
                found.overlap_teacher,
                found.overlap_students,
                epsilon = 1e-13
            );
            assert_relative_eq!(found.field_mean, found.field_variance, max_relative = 1e-12);
            let expected = best.solve(alpha, start).unwrap().converged().unwrap().state;
            // The solver's 1e-12 in r, magnified by 1/(1 - slope) near the threshold.
            assert_abs_diff_eq!(
                found.overlap_students,
                expected.overlap_weights,
                epsilon = 1e-10
            );
            let data = found.field_mean / (alpha * snr);
            assert_abs_diff_eq!(data, expected.overlap_hidden, epsilon = 1e-10);
            // Φ of rank-one data is relative to noise, and so is the evidence.
            let information = best.mutual_information(alpha, &expected).unwrap();
            assert_relative_eq!(
                0.5 * alpha * snr - found.log_evidence,
                information,
                max_relative = 1e-11
            );
            // The teacher is a student like any other: its samples have the energy of its own weights.
            let energy = gaussian_average(|z| (beta * (beta + z)).cosh().ln(), &[], 1e-13);
            assert_relative_eq!(
                found.energy,
                alpha * energy.unwrap().value,
                max_relative = 1e-11
            );
            // S is what is left of ln 2 when the data have told I: H(ξ) - I(ξ; V), and I(ξ, s; V) = I(ξ; V) + I(s; V | ξ).
            assert!(found.entropy > 0.0 || alpha > 1e3);
        }
    }
}

#[test]
fn phi_is_stationary_in_both_overlaps_on_and_off_the_line() {
    for (alpha, student, teacher) in [(1.5, 1.2, 1.2), (1.5, 2.0, 1.2), (1.5, 0.9, 1.2)] {
        let model = Mismatched::new(alpha, student, teacher).unwrap();
        let found = model.equilibrium().unwrap();
        let (m, q) = (found.overlap_teacher, found.overlap_students);
        let phi = |m: f64, q: f64| model.free_entropy(m, q).unwrap();
        // Central differences: step² of a third derivative of order 1, and rounding/step.
        let h = 1e-5;
        assert_abs_diff_eq!(
            (phi(m + h, q) - phi(m - h, q)) / (2.0 * h),
            0.0,
            epsilon = 1e-9
        );
        assert_abs_diff_eq!(
            (phi(m, q + h) - phi(m, q - h)) / (2.0 * h),
            0.0,
            epsilon = 1e-9
        );
        // And not because it is flat.
        let slope = (phi(m + 0.01, q) - phi(m, q)) / 0.01;
        assert!(slope.abs() > 1e-4, "{slope}");
    }
}

#[test]
fn the_published_equations_are_right_on_the_line_and_a_tenth_wrong_off_it() {
    let m = |model: saddlepoint_theory::Result<Mismatched>| {
        model.unwrap().equilibrium().unwrap().overlap_teacher
    };
    assert_abs_diff_eq!(
        m(Mismatched::published(1.5, 1.2, 1.2)),
        m(Mismatched::new(1.5, 1.2, 1.2)),
        epsilon = 1e-13
    );
    let [published, right] = [
        m(Mismatched::published(1.5, 2.0, 1.2)),
        m(Mismatched::new(1.5, 2.0, 1.2)),
    ];
    assert!(
        (published / right - 0.897).abs() < 5e-4,
        "{published} {right}"
    );
}

/// The law of a sample's field, which makes the energy, against a derivative that does not know it: dΦ/dβ at fixed samples is
/// `(1/N) Σ_a ⟨x_a tanh βx_a⟩`.
#[test]
fn the_law_of_a_samples_field_gives_the_derivative_of_phi_with_the_students_temperature() {
    for (alpha, beta, teacher) in [(1.5, 1.2, 1.2), (1.5, 2.0, 1.2), (2.0, 0.8, 1.0)] {
        let h = 1e-4;
        let phi = |beta: f64| state(alpha, beta, teacher).free_entropy;
        let slope = (phi(beta + h) - phi(beta - h)) / (2.0 * h);
        let found = state(alpha, beta, teacher);
        let q = found.overlap_students;
        let c = beta * beta * (1.0 - q);
        let given = |u: f64, s: f64, f: &dyn Fn(f64) -> f64| {
            gaussian_average(|y| f(u + s * c + c.sqrt() * y), &[], 1e-12)
                .unwrap()
                .value
        };
        let average = |f: &dyn Fn(f64) -> f64| {
            let outer = |z: f64| {
                let u = beta * (teacher * found.overlap_teacher + q.sqrt() * z);
                let weight = 1.0 / (1.0 + (-2.0 * u).exp());
                weight * given(u, 1.0, f) + (1.0 - weight) * given(u, -1.0, f)
            };
            alpha * gaussian_average(outer, &[], 1e-11).unwrap().value
        };
        // h² of the third derivative.
        assert_relative_eq!(
            average(&|x| x * x.tanh() / beta),
            slope,
            max_relative = 1e-7
        );
        let energy = average(&|x: f64| x.cosh().ln());
        assert_relative_eq!(found.energy, energy, max_relative = 1e-10);
        // U is not βdΦ/dβ, as ln cosh is not linear.
        assert!((beta * slope - found.energy).abs() > 0.1);
    }
}

#[test]
fn the_last_sample_is_predicted_as_the_slope_of_the_evidence_says() {
    let (alpha, beta, teacher, h) = (1.5, 2.0, 1.2, 1e-4);
    let phi = |alpha: f64| state(alpha, beta, teacher).free_entropy;
    let slope = (phi(alpha + h) - phi(alpha - h)) / (2.0 * h);
    let found = state(alpha, beta, teacher);
    let q = found.overlap_students;
    let field = |z: f64| beta * (teacher * found.overlap_teacher + q.sqrt() * z);
    let log = gaussian_average(|z| field(z).cosh().ln(), &[], 1e-12)
        .unwrap()
        .value;
    // h² of the third derivative.
    assert_relative_eq!(
        slope,
        log + 0.5 * beta * beta * (1.0 - q),
        max_relative = 1e-7
    );
}

#[test]
fn closed_form_lines_meet_in_one_point_and_separate_the_states() {
    let star: f64 = 1.3;
    let at = |line: Line, beta: f64| line.at(beta, star).unwrap().map(|point| point.alpha);
    for beta in [0.4, 0.9, 1.29] {
        let line = at(Line::ParamagnetLearned, beta).unwrap();
        assert_relative_eq!(line, (beta * star).powi(-2), max_relative = 1e-14);
        assert_eq!(at(Line::ParamagnetGlass, beta), None);
        assert_eq!(at(Line::GlassLearned, beta), None);
        assert_eq!(at(Line::AlmeidaThouless, beta), None);
        assert_eq!(state(0.999 * line, beta, star).phase, Phase::Paramagnet);
        let above = state(1.001 * line, beta, star);
        assert_eq!(above.phase, Phase::Learned);
        assert!(above.is_stable());
    }
    for beta in [1.31, 2.0, 6.0] {
        let [glass, learned, stable] = [
            Line::ParamagnetGlass,
            Line::GlassLearned,
            Line::AlmeidaThouless,
        ]
        .map(|line| at(line, beta).unwrap());
        assert_eq!(at(Line::ParamagnetLearned, beta), None);
        assert!(glass < star.powi(-4) && star.powi(-4) < learned && learned < stable);
        assert_eq!(state(0.999 * glass, beta, star).phase, Phase::Paramagnet);
        assert_eq!(state(1.001 * glass, beta, star).phase, Phase::Glass);
        assert_eq!(state(0.999 * learned, beta, star).phase, Phase::Glass);
        assert_eq!(state(1.001 * learned, beta, star).phase, Phase::Learned);
        assert!(!state(0.99 * stable, beta, star).is_stable());
        assert!(state(1.01 * stable, beta, star).is_stable());
    }
    // All lines of α and β meet at β = β*.
    for line in [
        Line::Spectral,
        Line::ParamagnetLearned,
        Line::ParamagnetGlass,
    ] {
        assert_relative_eq!(at(line, star).unwrap(), star.powi(-4), max_relative = 1e-14);
    }
    // Towards it the two lines of the cold student close in, by a power of the distance.
    let near = [Line::GlassLearned, Line::AlmeidaThouless].map(|line| at(line, 1.001 * star));
    for alpha in near {
        assert_relative_eq!(alpha.unwrap(), star.powi(-4), max_relative = 5e-3);
    }
}

#[test]
fn the_overlap_with_the_teacher_begins_as_a_square_root() {
    for (beta, star, line) in [
        (0.8, 1.2, Line::ParamagnetLearned),
        (2.0, 1.2, Line::GlassLearned),
    ] {
        let critical = line.at(beta, star).unwrap().unwrap().alpha;
        let ratio = |distance: f64| {
            let near = state(critical * (1.0 + distance), beta, star);
            near.overlap_teacher / distance.sqrt()
        };
        // The next term is a relative correction of the order of the distance; at 1e-8 rounding is 1e-16/m² = 1e-8.
        assert_relative_eq!(ratio(1e-4), ratio(1e-6), max_relative = 1e-3);
        assert_relative_eq!(ratio(1e-6), ratio(1e-8), max_relative = 1e-4);
        // Not a higher power, nor a jump.
        assert!(ratio(1e-6) > 0.1 && ratio(1e-6) < 10.0);
    }
}

/// β → ∞: q = 1, and `m = erf(√(α/2) β* erf(β* m/√2))`.
#[test]
fn a_student_at_zero_temperature_obeys_a_closed_equation() {
    let (alpha, star): (f64, f64) = (3.0, 1.2);
    let map = |m: f64| {
        let along = libm::erf(star * m / std::f64::consts::SQRT_2);
        libm::erf((0.5 * alpha).sqrt() * star * along)
    };
    let cold = (0..1000).fold(1.0, |m, _| map(m));
    assert!(cold > 0.5 && cold < 0.99);
    // Corrections fall as 1/β.
    for beta in [1e2, 1e3, 1e4] {
        let found = state(alpha, beta, star);
        assert_abs_diff_eq!(found.overlap_teacher, cold, epsilon = 1.0 / beta);
        assert!(!found.is_stable());
    }
    // The glass ends at α = (π/2β*²)².
    let end = Line::GlassLearned.at(1e4, star).unwrap().unwrap().alpha;
    let expected = (std::f64::consts::FRAC_PI_2 / (star * star)).powi(2);
    assert_relative_eq!(end, expected, max_relative = 1e-3);
}

#[test]
fn every_solution_is_listed_and_the_learned_one_has_the_largest_phi_that_is_stable() {
    let model = Mismatched::new(1.5, 2.0, 1.2).unwrap();
    let states = model.states().unwrap();
    let phases: Vec<Phase> = states.iter().map(|state| state.phase).collect();
    assert_eq!(phases, [Phase::Learned, Phase::Glass, Phase::Paramagnet]);
    assert!(states[0].free_entropy > states[1].free_entropy);
    // The annealed Φ is an upper bound: the paramagnet's, which is unstable in q.
    assert!(states[2].free_entropy > states[0].free_entropy);
    assert!(states[2].at_stability > 1.0);
    assert_abs_diff_eq!(states[2].log_evidence, 0.0, epsilon = 1e-14);
    for state in &states {
        assert!(state.residual < 1e-14, "{state:?}");
    }
}

/// The mean over the posterior of the right temperature is the best estimate, whatever one draw of another one does.
#[test]
fn the_cosine_of_the_teacher_with_the_mean_student_and_the_evidence_are_largest_on_the_line() {
    let star = 1.2;
    let cosine = |beta: f64| {
        let state = state(1.5, beta, star);
        state.overlap_teacher / state.overlap_students.sqrt()
    };
    let evidence = |beta: f64| state(1.5, beta, star).log_evidence;
    for beta in [0.8, 1.0, 1.19, 1.21, 1.5, 2.0, 4.0] {
        assert!(cosine(beta) < cosine(star) && evidence(beta) < evidence(star));
    }
    assert!(state(1.5, 2.0, star).overlap_teacher > state(1.5, star, star).overlap_teacher);
}

#[test]
fn bad_arguments_are_refused() {
    for (alpha, student, teacher) in [
        (0.0, 1.0, 1.0),
        (f64::INFINITY, 1.0, 1.0),
        (1.0, 0.0, 1.0),
        (1.0, 1.0, -1.0),
        (1.0, f64::NAN, 1.0),
        (1.0, 1e6, 1.0),
    ] {
        assert!(Mismatched::new(alpha, student, teacher).is_err());
    }
    let model = Mismatched::new(1.0, 1.0, 1.0).unwrap();
    assert!(model.free_entropy(1.1, 0.5).is_err());
    assert!(TeacherPatterns::new(0, 0.5, 1.0).is_err());
    assert!(TeacherPatterns::new(3, -0.6, 1.0).is_err());
    assert!(TeacherPatterns::new(3, -0.5, 1.0).is_ok());
    assert!(TeacherPatterns::new(3, 1.1, 1.0).is_err());
}

/// ⟨ss'⟩ by enumeration of all configurations of the hidden units, and the largest eigenvalue of CD by iteration.
fn by_enumeration(patterns: usize, c: f64, beta: f64) -> (f64, f64) {
    let overlap = |i: usize, j: usize| if i == j { 1.0 } else { c };
    let mut moments = vec![vec![0.0; patterns]; patterns];
    let mut total = 0.0;
    for bits in 0_u32..1 << patterns {
        let s: Vec<f64> = (0..patterns)
            .map(|i| if bits >> i & 1 == 1 { -1.0 } else { 1.0 })
            .collect();
        let pairs = (0..patterns).flat_map(|i| (0..patterns).map(move |j| (i, j)));
        let form: f64 = pairs.map(|(i, j)| s[i] * overlap(i, j) * s[j]).sum();
        let weight = (0.5 * beta * beta * form).exp();
        total += weight;
        for i in 0..patterns {
            for j in 0..patterns {
                moments[i][j] += weight * s[i] * s[j];
            }
        }
    }
    // A start without symmetry, and CD shifted so that its largest eigenvalue leads.
    let mut x: Vec<f64> = std::iter::successors(Some(1.0), |x| Some(x + 0.3))
        .take(patterns)
        .collect();
    let mut eigenvalue = 0.0;
    for _ in 0..4000 {
        let dx: Vec<f64> = (0..patterns)
            .map(|i| (0..patterns).map(|j| moments[i][j] / total * x[j]).sum())
            .collect();
        let cdx: Vec<f64> = (0..patterns)
            .map(|i| (0..patterns).map(|j| overlap(i, j) * dx[j]).sum::<f64>() + x[i])
            .collect();
        let norm = cdx.iter().map(|x| x * x).sum::<f64>().sqrt();
        eigenvalue = norm / x.iter().map(|x| x * x).sum::<f64>().sqrt() - 1.0;
        x = cdx.iter().map(|value| value / norm).collect();
    }
    (moments[0][1] / total, eigenvalue)
}

#[test]
fn correlated_patterns_have_the_eigenvalue_of_an_enumeration() {
    for (patterns, c, beta) in [
        (2, 0.3, 1.0),
        (2, -0.4, 1.2),
        (3, 0.5, 0.8),
        (5, 0.2, 1.5),
        (8, 0.05, 1.1),
        (4, -0.2, 1.0),
    ] {
        let model = TeacherPatterns::new(patterns, c, beta).unwrap();
        let (d, eigenvalue) = by_enumeration(patterns, c, beta);
        assert_relative_eq!(model.hidden_correlation(), d, max_relative = 1e-12);
        // Power iteration converges to rounding of the norm.
        assert_relative_eq!(model.largest_eigenvalue(), eigenvalue, max_relative = 1e-10);
    }
}

#[test]
fn two_correlated_patterns_are_learned_at_the_closed_form() {
    for (beta, c) in [(1.0_f64, 0.4), (0.7, 0.9), (1.5, 0.0), (1.2, 1.0)] {
        let model = TeacherPatterns::new(2, c, beta).unwrap();
        let expected = beta.powi(-4) / ((1.0 + c) * (1.0 + (beta * beta * c).tanh()));
        let found = model.learned_alpha(beta).unwrap().unwrap();
        assert_relative_eq!(found, expected, max_relative = 1e-13);
        // A student of one temperature is too hot for data whose signal is stronger than it believes.
        assert!(model.spectral_alpha() <= found * (1.0 + 1e-15));
    }
    let one = TeacherPatterns::new(1, 0.5, 1.2).unwrap();
    let line = Line::ParamagnetLearned.at(0.9, 1.2).unwrap().unwrap().alpha;
    assert_relative_eq!(
        one.learned_alpha(0.9).unwrap().unwrap(),
        line,
        max_relative = 1e-14
    );
    assert_eq!(one.learned_alpha(1.3).unwrap(), None);
    let many = TeacherPatterns::new(1_000_000, 1e-6, 1.0).unwrap();
    assert!(many.largest_eigenvalue().is_finite());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn both_starts_end_in_one_state_that_solves_the_equations(
        log_student in -2.0..3.0_f64,
        log_teacher in -1.5..1.5_f64,
        log_alpha in -2.0..4.0_f64,
    ) {
        let (student, teacher) = (log_student.exp(), log_teacher.exp());
        let alpha = log_alpha.exp() * teacher.powi(-4);
        let model = Mismatched::new(alpha, student, teacher).unwrap();
        let [low, high] = Start::ALL.map(|start| model.solve(start).unwrap());
        prop_assert_eq!(low.phase, high.phase);
        // Within rounding over the slope, which vanishes at a transition.
        prop_assert!((low.overlap_teacher - high.overlap_teacher).abs() < 1e-6);
        for state in [low, high] {
            prop_assert_eq!(state.stop, Stop::Converged);
            prop_assert!(state.residual < 1e-12, "{:?}", state);
            prop_assert!(state.overlap_teacher <= state.overlap_students.sqrt() + 1e-12);
            prop_assert!(state.energy > 0.0 && state.energy.is_finite());
            // The evidence of a cold student is bad, never better than that of the right one, and Jensen bounds Φ.
            let best = Mismatched::new(alpha, teacher, teacher).unwrap().equilibrium().unwrap();
            prop_assert!(state.log_evidence <= best.log_evidence + 1e-9 * (1.0 + state.free_entropy));
            // Replica symmetry that is stable counts states.
            if state.is_stable() {
                prop_assert!(state.entropy > -1e-9 * (1.0 + state.free_entropy), "{:?}", state);
            }
        }
    }
}
