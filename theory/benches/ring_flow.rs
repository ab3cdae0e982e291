//! Cost of learning on the Ising ring: a gradient, an optimum, the critical sizes.

use criterion::{Criterion, criterion_group, criterion_main};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::dynamics::ring_flow::stability::critical_sizes;
use std::hint::black_box;

/// A bump much like the optimum at β = 0.5.
#[expect(clippy::cast_precision_loss, reason = "small indices")]
fn bump(units: usize) -> Mat<f64> {
    Mat::from_fn(units, 1, |i, _| {
        let distance = i as f64 - (units / 2) as f64;
        0.62 / (0.45 * distance).cosh()
    })
}

fn gradients(criterion: &mut Criterion) {
    for units in [100, 1000] {
        let ring = RingFlow::new(units, 0.5).expect("a ring");
        let weights = bump(units);
        criterion.bench_function(&format!("gradient, N = {units}, M = 1"), |bencher| {
            bencher.iter(|| ring.slope(black_box(&weights)));
        });
    }
}

fn optima(criterion: &mut Criterion) {
    let mut slow = criterion.benchmark_group("optimum");
    slow.sample_size(10);
    let search = Search {
        starts: 1,
        tolerance: 1e-8,
        ..Search::default()
    };
    let ring = RingFlow::new(40, 0.5).expect("a ring");
    slow.bench_function("N = 40, M = 6, to 1e-8", |bencher| {
        bencher.iter(|| ring.optimum(black_box(6), &search));
    });
    let long = RingFlow::new(1000, 0.5).expect("a ring");
    slow.bench_function("N = 1000, M = 1, to 1e-8", |bencher| {
        bencher.iter(|| long.optimum(black_box(1), &search));
    });
    let ring = RingFlow::new(100, 0.5).expect("a ring");
    let search = Search {
        tolerance: 1e-6,
        ..search
    };
    for hidden in [25, 100] {
        slow.bench_function(format!("N = 100, M = {hidden}, on arcs"), |bencher| {
            bencher.iter(|| ring.tiling(black_box(hidden), &search));
        });
    }
    slow.finish();
}

fn stability(criterion: &mut Criterion) {
    let mut slow = criterion.benchmark_group("critical sizes");
    slow.sample_size(10);
    slow.bench_function("beta = 0.1 to 1.5, 50 values", |bencher| {
        bencher.iter(|| {
            for k in 0..50 {
                let beta = 0.1 + 1.4 / 49.0 * f64::from(k);
                black_box(critical_sizes(beta).expect("a critical ring"));
            }
        });
    });
    slow.finish();
}

criterion_group!(benches, gradients, optima, stability);
criterion_main!(benches);
