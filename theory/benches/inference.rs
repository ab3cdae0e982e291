//! Cost of inference: one scalar channel, a sweep of state evolution, all thresholds; a student of another temperature.

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint_theory::Result;
use saddlepoint_theory::replica::inference::{Critical, Prior, Start, StateEvolution};
use saddlepoint_theory::replica::mismatched::soft::{Laws, Soft};
use saddlepoint_theory::replica::mismatched::{Line, Mismatched};
use saddlepoint_theory::units::SoftSpin;
use std::hint::black_box;

fn laws() -> Result<[(&'static str, Prior); 4]> {
    Ok([
        ("rademacher", Prior::Rademacher),
        ("gaussian", Prior::Gaussian),
        ("sparse-rademacher:0.05", Prior::sparse_rademacher(0.05)?),
        ("sparse-gaussian:0.05", Prior::sparse_gaussian(0.05)?),
    ])
}

fn channels(criterion: &mut Criterion) {
    for (name, law) in laws().expect("densities in (0, 1]") {
        criterion.bench_function(&format!("channel of {name} at r = 0.5"), |bencher| {
            bencher.iter(|| law.channel(black_box(0.5)));
        });
    }
}

/// A model, folds included, and its solution at each α.
fn sweep(weights: Prior, hidden: Prior, alphas: &[f64], start: Start) -> Result<f64> {
    let model = StateEvolution::new(weights, hidden, 1.0)?;
    let overlap = |&alpha: &f64| Ok(model.solve(alpha, start)?.state.overlap_weights);
    alphas.iter().map(overlap).sum()
}

fn critical(weights: Prior) -> Result<Critical> {
    StateEvolution::new(weights, Prior::Gaussian, black_box(1.0))?.critical()
}

fn sweeps(criterion: &mut Criterion) {
    let alphas: Vec<f64> = (1..=200).map(|k| 0.02 * f64::from(k)).collect();
    for (name, law) in laws().expect("densities in (0, 1]") {
        for hidden in [Prior::Gaussian, Prior::Rademacher] {
            criterion.bench_function(
                &format!("sweep of 200 points, weights {name}, hidden {hidden}"),
                |bencher| {
                    bencher.iter(|| sweep(law, hidden, black_box(&alphas), Start::Uninformed));
                },
            );
        }
        criterion.bench_function(&format!("thresholds, weights {name}"), |bencher| {
            bencher.iter(|| critical(black_box(law)));
        });
    }
}

/// A hot, a matched and two cold students, and the lines that are no closed form.
fn mismatched(criterion: &mut Criterion) {
    for student in [0.9, 1.2, 2.0, 2.8] {
        let solve = || Mismatched::new(black_box(1.5), student, 1.2)?.equilibrium();
        criterion.bench_function(
            &format!("mismatched student, beta = {student}, teacher 1.2, alpha = 1.5"),
            |bencher| bencher.iter(solve),
        );
    }
    for line in [Line::GlassLearned, Line::AlmeidaThouless] {
        criterion.bench_function(&format!("line {}, beta = 2", line.name()), |bencher| {
            bencher.iter(|| line.at(black_box(2.0), 1.2));
        });
    }
}

/// A student of Gaussian weights, hot and cold.
fn soft(criterion: &mut Criterion) {
    let laws = Laws {
        student_weights: SoftSpin::GAUSSIAN,
        ..Laws::SPINS
    };
    for student in [0.9, 2.0] {
        let solve = || Soft::new(black_box(1.5), student, 1.2, laws)?.equilibrium();
        criterion.bench_function(
            &format!("student of Gaussian weights, beta = {student}, teacher 1.2, alpha = 1.5"),
            |bencher| bencher.iter(solve),
        );
    }
}

criterion_group!(benches, channels, sweeps, mismatched, soft);
criterion_main!(benches);
