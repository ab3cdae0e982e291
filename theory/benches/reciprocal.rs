//! Cost of the landscape of a given machine, and of its partition function.

use criterion::{Criterion, criterion_group, criterion_main};
use faer::Mat;
use saddlepoint_theory::dynamics::{EarlyTraining, singular_value};
use saddlepoint_theory::reciprocal::{
    Landscape, Machine, Modes, Unit, exact_log_partition, naive_solutions, tap,
};
use std::hint::black_box;

/// Entries that look random.
#[expect(clippy::cast_precision_loss, reason = "small indices")]
fn machine(shape: [usize; 2], scale: f64) -> Machine {
    let entry = |i: usize, j: usize| {
        let x = (1.0 + 12.9898 * i as f64 + 78.233 * j as f64).sin() * 43_758.545_3;
        scale * (x - x.floor() - 0.5)
    };
    let weights = Mat::from_fn(shape[0], shape[1], entry);
    Machine::unbiased(weights, Unit::Spin, Unit::Spin).expect("finite entries")
}

fn landscapes(criterion: &mut Criterion) {
    let small = machine([100, 64], 0.5);
    criterion.bench_function("modes of 100 x 64", |bencher| {
        bencher.iter(|| Modes::new(black_box(small.weights())));
    });
    criterion.bench_function("landscape of 100 x 64", |bencher| {
        bencher.iter(|| Landscape::new(black_box(&small)));
    });
    let landscape = Landscape::new(&small).expect("a paramagnet");
    criterion.bench_function("minimum along one mode of 100 x 64", |bencher| {
        bencher.iter(|| landscape.along(black_box(0))?.lowest_minimum(0.0));
    });
    let mut slow = criterion.benchmark_group("784 x 500");
    slow.sample_size(10);
    let large = machine([784, 500], 0.05);
    slow.bench_function("modes", |bencher| {
        bencher.iter(|| Modes::new(black_box(large.weights())));
    });
    slow.bench_function("landscape", |bencher| {
        bencher.iter(|| Landscape::new(black_box(&large)));
    });
    slow.finish();
}

fn partition_functions(criterion: &mut Criterion) {
    let enumerable = machine([16, 16], 0.5);
    criterion.bench_function("ln Z of 16 x 16 by enumeration", |bencher| {
        bencher.iter(|| exact_log_partition(black_box(&enumerable)));
    });
    let machine = machine([100, 64], 0.3);
    let landscape = Landscape::new(&machine).expect("a paramagnet");
    let starts = naive_solutions(&machine, &landscape).expect("solutions");
    criterion.bench_function("ln Z of 100 x 64 by TAP", |bencher| {
        bencher.iter(|| tap(black_box(&machine), &starts[..1]));
    });
}

fn training(criterion: &mut Criterion) {
    criterion.bench_function("singular value at a time", |bencher| {
        bencher.iter(|| singular_value(black_box(3.0), 0.01, 1.5));
    });
    let rates: Vec<f64> = (0..784).map(|k| 8.0 / f64::from(k + 1)).collect();
    let training = EarlyTraining::new(&rates, 500, 0.01).expect("rates");
    criterion.bench_function("emergence of a mode among 784", |bencher| {
        bencher.iter(|| training.emergence(black_box(3)));
    });
}

criterion_group!(benches, landscapes, partition_functions, training);
criterion_main!(benches);
