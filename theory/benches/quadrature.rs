//! Cost of a Gaussian average and of a fixed point built on it.

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint_theory::Result;
use saddlepoint_theory::quadrature::{gaussian_average, gaussian_averages, integrate};
use saddlepoint_theory::solver::FixedPoint;
use saddlepoint_theory::solver::root::find_root;
use std::hint::black_box;

fn averages(criterion: &mut Criterion) {
    for (name, beta, tolerance) in [
        ("E tanh^2, beta 0.5, 1e-10", 0.5, 1e-10),
        ("E tanh^2, beta 1, 1e-10", 1.0, 1e-10),
        ("E tanh^2, beta 4, 1e-10", 4.0, 1e-10),
        ("E tanh^2, beta 4, 1e-6", 4.0, 1e-6),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let beta = black_box(beta);
                gaussian_average(|z| (beta * z + 0.3_f64).tanh().powi(2), &[], tolerance)
            });
        });
    }
    criterion.bench_function("E tanh^2 at a mark, beta 30, 1e-10", |bencher| {
        bencher.iter(|| {
            let beta = black_box(30.0);
            gaussian_average(|z| (beta * z + 0.3_f64).tanh().powi(2), &[-0.01], 1e-10)
        });
    });
    criterion.bench_function("semicircle, 1e-10", |bencher| {
        bencher.iter(|| integrate(|x| (1.0 - x * x).sqrt(), black_box(-1.0), 1.0, 1e-10));
    });
}

/// The Hopfield equations at load 0.05 and temperature 0.3: m, q.
fn hopfield(x: &[f64; 2]) -> Result<[f64; 2]> {
    let (beta, load) = (1.0 / 0.3, 0.05);
    let r = x[1] / (1.0 - beta * (1.0 - x[1])).powi(2);
    let spread = (load * r).sqrt();
    let field = |z: f64| {
        let t = (beta * (x[0] + spread * z)).tanh();
        [t, t * t]
    };
    Ok(gaussian_averages(field, &[], 1e-12)?.value)
}

fn solvers(criterion: &mut Criterion) {
    for (name, acceleration) in [("Hopfield, plain", 0), ("Hopfield, Anderson 2", 2)] {
        let solver = FixedPoint {
            acceleration,
            ..FixedPoint::default()
        };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| solver.solve(hopfield, black_box([0.9, 0.9])));
        });
    }
    criterion.bench_function("find_root, m = tanh(1.5 m)", |bencher| {
        bencher.iter(|| find_root("m", |m| m - (1.5 * m).tanh(), black_box(0.1), 1.0, 0.0));
    });
}

criterion_group!(benches, averages, solvers);
criterion_main!(benches);
