//! Cost of the law of a sample covariance and of thresholds.

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint_theory::Result;
use saddlepoint_theory::covariance::{LawPoint, SampleLaw, critical_alpha};
use saddlepoint_theory::spectra::{Atoms, Population, PopulationSpectrum};
use std::hint::black_box;

/// Every edge and a thousand points of the law.
fn law(spectrum: &dyn PopulationSpectrum, aspect_ratio: f64) -> Result<Vec<LawPoint>> {
    SampleLaw::new(spectrum, black_box(aspect_ratio))?.grid(1000)
}

fn laws(criterion: &mut Criterion) {
    let atoms = Atoms::uniform(&[1.0, 3.0, 7.0]).expect("positive eigenvalues");
    criterion.bench_function("law of three atoms, gamma 0.2", |bencher| {
        bencher.iter(|| law(&atoms, 0.2));
    });
    let ring = Population::ising_ring(Some(1000), 0.5).expect("a ring");
    // Few samples: one interval. Many: hundreds of gaps are nearly open.
    for gamma in [0.5, 0.01, 0.001] {
        criterion.bench_function(
            &format!("law of the ring of 1000, gamma {gamma}"),
            |bencher| {
                bencher.iter(|| law(ring.spectrum(), gamma));
            },
        );
    }
    let infinite = Population::ising_ring(None, 0.5).expect("a ring");
    criterion.bench_function("law of the infinite ring, gamma 0.5", |bencher| {
        bencher.iter(|| law(infinite.spectrum(), 0.5));
    });
    let strong = Population::ising_ring(None, 4.0).expect("a ring");
    for gamma in [1e-6, 1e5] {
        criterion.bench_function(
            &format!("law of the infinite ring, beta 4, gamma {gamma}"),
            |bencher| {
                bencher.iter(|| law(strong.spectrum(), gamma));
            },
        );
    }
    criterion.bench_function("edges of the ring of 1000, gamma 0.01", |bencher| {
        bencher.iter(|| SampleLaw::new(ring.spectrum(), black_box(0.01)).map(|law| law.mean()));
    });
    criterion.bench_function("self-check of three atoms, gamma 0.2", |bencher| {
        bencher.iter(|| SampleLaw::new(&atoms, black_box(0.2))?.self_check());
    });
}

fn thresholds(criterion: &mut Criterion) {
    criterion.bench_function("threshold of the ring of 1000", |bencher| {
        bencher.iter(|| critical_alpha(&Population::ising_ring(Some(1000), black_box(0.5))?, 0));
    });
}

criterion_group!(benches, laws, thresholds);
criterion_main!(benches);
