//! Cost of a point of a phase diagram, of its lines, and of the averages behind them.

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint_theory::Result;
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, lines};
use saddlepoint_theory::replica::field::field_averages;
use saddlepoint_theory::replica::hopfield::{Hopfield, Line};
use std::hint::black_box;

/// Sum of the free energies of a diagram of `side` × `side` points over 0 ≤ w, σ ≤ 3.
fn diagram(side: u32, law: ComponentLaw) -> Result<f64> {
    let step = 3.0 / f64::from(side - 1);
    let mut total = 0.0;
    for i in 0..side {
        for j in 0..side {
            let (w, sigma) = (step * f64::from(i), step * f64::from(j));
            let state = Ensemble::new(sigma, 1.0, &[(w, law)])?.equilibrium()?;
            total += state.free_energy + state.at_stability;
        }
    }
    Ok(total)
}

fn ensembles(criterion: &mut Criterion) {
    for (mean, variance) in [(0.3, 0.5), (1.0, 3.0), (20.0, 400.0)] {
        criterion.bench_function(
            &format!("averages over a field {mean} ± √{variance}"),
            |bencher| bencher.iter(|| field_averages(black_box(mean), black_box(variance))),
        );
    }
    for law in [ComponentLaw::Gaussian, ComponentLaw::Rademacher] {
        criterion.bench_function(&format!("diagram of 20 x 20, {}", law.name()), |bencher| {
            bencher.iter(|| diagram(black_box(20), law));
        });
    }
    criterion.bench_function("point with Laplace components", |bencher| {
        let modes = [(1.5, ComponentLaw::Laplace)];
        bencher.iter(|| Ensemble::new(black_box(0.5), 0.5, &modes)?.equilibrium());
    });
    criterion.bench_function("lines at one noise", |bencher| {
        bencher.iter(|| lines(black_box(1.5), 1.0, ComponentLaw::Gaussian));
    });
}

/// The retrieval line at 50 temperatures.
fn retrieval_line() -> Result<f64> {
    let mut total = 0.0;
    for k in 0..50 {
        let point = Line::Retrieval.at_temperature(f64::from(k) / 50.0)?;
        total += point.map_or(0.0, |point| point.alpha);
    }
    Ok(total)
}

fn hopfield(criterion: &mut Criterion) {
    criterion.bench_function("retrieval line, 50 points", |bencher| {
        bencher.iter(retrieval_line);
    });
    criterion.bench_function("T_M at one load", |bencher| {
        bencher.iter(|| Line::Retrieval.at_alpha(black_box(0.1)));
    });
    criterion.bench_function("states of the Hopfield model", |bencher| {
        bencher.iter(|| Hopfield::new(black_box(0.05), 0.3)?.states());
    });
}

criterion_group!(benches, ensembles, hopfield);
criterion_main!(benches);
