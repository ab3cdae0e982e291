//! Teachers and students of soft laws against the averages of small systems.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use saddlepoint_simulator::data::DataModel;
use saddlepoint_simulator::samples::Samples;
use saddlepoint_simulator::soft_student::{Observed, SoftLaw, SoftStudent, SoftTeacher};
use saddlepoint_simulator::stream;
use saddlepoint_simulator::student::Schedule;

fn soft(omega: f64) -> SoftLaw {
    SoftLaw::new(omega).unwrap()
}

/// ln g(x).
fn log_g(x: f64, omega: f64) -> f64 {
    0.5 * omega * x * x + ((1.0 - omega).sqrt() * x).cosh().ln()
}

/// All spins of `units` units.
fn configurations(units: usize) -> Vec<Vec<f64>> {
    let spin = |state: usize, i: usize| if state >> i & 1 == 1 { -1.0 } else { 1.0 };
    (0..1 << units)
        .map(|state| (0..units).map(|i| spin(state, i)).collect())
        .collect()
}

fn overlap(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn size(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

#[test]
fn a_teacher_draws_every_configuration_with_its_probability() {
    let (beta, omega) = (1.1, 0.5);
    let weights = vec![1.3, -0.4, 0.9, 0.2, -1.1];
    let teacher = SoftTeacher::new(beta, weights.clone(), soft(omega)).unwrap();
    let mut rng = stream(5, "soft teacher", 0);
    let count = 200_000;
    let samples = teacher.draw(count, &mut rng).unwrap();
    let states = configurations(5);
    let root = 5.0_f64.sqrt();
    let terms = states
        .iter()
        .map(|v| log_g(beta * overlap(v, &weights) / root, omega).exp());
    let terms: Vec<f64> = terms.collect();
    let total: f64 = terms.iter().sum();
    let mut found = vec![0.0; states.len()];
    for row in samples.as_discrete().unwrap().chunks(5) {
        let bits = row.iter().enumerate();
        found[bits.map(|(i, &x)| usize::from(x < 0) << i).sum::<usize>()] += 1.0;
    }
    for (found, term) in found.into_iter().zip(terms) {
        let mean = term / total * size(count);
        // Five deviations of one of 32 counts.
        assert!((found - mean).abs() < 5.0 * mean.sqrt(), "{found} {mean}");
    }
}

/// ⟨|m|⟩, ⟨|q|⟩ and ⟨D⟩ from a list of weights and the logarithms of their probabilities.
fn averages(states: &[(Vec<f64>, f64)], teacher: &[f64]) -> [f64; 3] {
    let units = size(teacher.len());
    let most = states
        .iter()
        .fold(f64::MIN, |most, state| most.max(state.1));
    let terms: Vec<f64> = states.iter().map(|state| (state.1 - most).exp()).collect();
    let total: f64 = terms.iter().sum();
    let [mut m, mut q, mut norm] = [0.0; 3];
    for ((xi, _), term) in states.iter().zip(&terms) {
        let p = term / total;
        m += p * overlap(xi, teacher).abs() / units;
        norm += p * overlap(xi, xi) / units;
        if p > 1e-9 {
            for ((other, _), term) in states.iter().zip(&terms) {
                q += p * term / total * overlap(xi, other).abs() / units;
            }
        }
    }
    [m, q, norm]
}

/// The logarithm of the likelihood, with Z by enumeration.
fn log_likelihood(samples: &Samples, beta: f64, omega: f64, xi: &[f64]) -> f64 {
    let root = size(xi.len()).sqrt();
    let g = |v: &[f64]| log_g(beta * overlap(v, xi) / root, omega);
    let states = configurations(xi.len());
    let z = states.iter().map(|v| g(v).exp()).sum::<f64>() / size(states.len());
    let rows = samples.as_discrete().unwrap().chunks(xi.len());
    let row = |row: &[i8]| g(&row.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
    rows.map(row).sum::<f64>() - size(samples.rows()) * z.ln()
}

fn observe(samples: &Samples, beta: f64, laws: [SoftLaw; 2], teacher: &[f64]) -> Observed {
    let schedule = Schedule {
        burn_in: 200,
        sweeps: 100_000,
    };
    let student = SoftStudent::new(samples, beta, laws).unwrap();
    let mut rng = stream(6, "soft student", 0);
    student.observe(teacher, schedule, &mut rng).unwrap()
}

fn assert_close(found: &Observed, expected: [f64; 3]) {
    let found = [found.overlap_teacher, found.overlap_students, found.norm];
    for (found, expected) in found.into_iter().zip(expected) {
        // Scatter of order 0.5 over 100 000 sweeps whose memory is below 40: 0.03 is five standard errors or more.
        assert!((found - expected).abs() < 0.03, "{found} {expected}");
    }
}

#[test]
fn spin_weights_of_a_soft_hidden_unit_have_the_averages_of_an_enumeration() {
    let (beta, omega) = (0.9, 0.6);
    let teacher = vec![1.0, -1.0, 1.0, 1.0, -1.0, 1.0];
    let mut rng = stream(7, "soft teacher", 0);
    let drawn = SoftTeacher::new(beta, teacher.clone(), soft(omega)).unwrap();
    let samples = drawn.draw(9, &mut rng).unwrap();
    let states = configurations(6).into_iter().map(|xi| {
        let log = log_likelihood(&samples, beta, omega, &xi);
        (xi, log)
    });
    let states: Vec<_> = states.collect();
    let found = observe(&samples, beta, [SoftLaw::SPIN, soft(omega)], &teacher);
    assert_close(&found, averages(&states, &teacher));
    assert!((found.acceptance - 1.0).abs() < 1e-12);
}

#[test]
fn soft_weights_have_the_averages_of_an_integral() {
    let teacher = vec![0.8, -1.2];
    // A spin hidden unit, whose weights are accepted each by itself, and a soft one, whose weights are accepted together.
    for (weights, hidden, beta) in [(0.4, 0.0, 1.0), (1.0, 0.0, 0.8), (0.5, 0.1, 0.7)] {
        let mut rng = stream(8, "soft teacher", 0);
        let drawn = SoftTeacher::new(1.2, teacher.clone(), SoftLaw::SPIN).unwrap();
        let samples = drawn.draw(5, &mut rng).unwrap();
        let size = f64::sqrt(1.0 - weights);
        let log_prior = |x: f64| {
            let branch = |s: f64| (-0.5 * (x - s).powi(2) / weights).exp();
            (branch(size) + branch(-size)).ln()
        };
        let axis: Vec<f64> = (-27..=27).map(|k| f64::from(k) * 0.15).collect();
        let pairs = axis
            .iter()
            .flat_map(|&x| axis.iter().map(move |&y| vec![x, y]));
        let states = pairs.map(|xi| {
            let prior = log_prior(xi[0]) + log_prior(xi[1]);
            let log = prior + log_likelihood(&samples, beta, hidden, &xi);
            (xi, log)
        });
        let states: Vec<_> = states.collect();
        let found = observe(&samples, beta, [soft(weights), soft(hidden)], &teacher);
        assert_close(&found, averages(&states, &teacher));
        // Where proposals are far off, a chain stays in the tails.
        assert!(
            found.acceptance > 0.6 && found.acceptance <= 1.0,
            "{found:?}"
        );
    }
}

#[test]
fn what_has_no_law_is_refused() {
    assert!(SoftLaw::new(-0.1).is_err() && SoftLaw::new(f64::NAN).is_err());
    assert!(SoftTeacher::new(1.1, vec![1.0, 1.0], soft(0.9)).is_err());
    assert!(SoftTeacher::new(1.0, vec![], soft(0.9)).is_err());
    let samples = Samples::discrete(1, 2, vec![1, -1]).unwrap();
    assert!(SoftStudent::new(&samples, 1.1, [soft(1.0), soft(0.9)]).is_err());
    let student = SoftStudent::new(&samples, 0.5, [soft(1.0), soft(0.9)]).unwrap();
    let schedule = Schedule {
        burn_in: 0,
        sweeps: 1,
    };
    let mut rng = stream(0, "soft student", 0);
    assert!(student.observe(&[1.0], schedule, &mut rng).is_err());
    assert!(student.observe(&[9.0, 9.0], schedule, &mut rng).is_err());
    let zero = Samples::discrete(1, 2, vec![0, -1]).unwrap();
    assert!(SoftStudent::new(&zero, 0.5, [soft(1.0), soft(0.9)]).is_err());
}
