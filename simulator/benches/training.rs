//! Cost of training, sampling and annealing, on all cores or as many as `RAYON_NUM_THREADS` says; the peers are in
//! `peers/machines.py`.
//!
//! What takes many short steps is timed within the pool of threads, as the program runs it: from outside each step would wake one.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_distr::{Distribution, StandardNormal};
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::log_partition::{Annealing, exact};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::statistics::agreement;
use saddlepoint_simulator::tempering::{Path, Size, Tempering};
use saddlepoint_simulator::training::{Algorithm, Evaluation, Trainer, Training};
use saddlepoint_simulator::{Samples, Unit, stream};

/// A binary machine of small random weights.
fn machine(units: usize, hidden_units: usize) -> Rbm {
    let layer = |n| Layer::unbiased(Unit::Binary, n).expect("valid");
    let mut rng = stream(0, "bench", 10);
    Rbm::random(layer(units), layer(hidden_units), 0.1, &mut rng).expect("valid")
}

/// Random binary data: the cost does not depend on what they show.
fn data(rows: usize, columns: usize) -> Samples {
    let mut rng = stream(0, "bench", 11);
    let draw = |_| i8::from(Unit::Binary.draw(-1.0, &mut rng) > 0.5);
    Samples::discrete(rows, columns, (0..rows * columns).map(draw).collect()).expect("all entries")
}

/// One epoch of PCD-1 with as many chains as samples in a batch.
fn persistent(c: &mut Criterion) {
    let mut group = c.benchmark_group("PCD-1 epoch");
    group.sample_size(10);
    for (units, hidden_units, rows, batch) in [(64, 64, 1797, 100), (784, 500, 20_000, 500)] {
        let samples = data(rows, units);
        let settings = Training {
            algorithm: Algorithm::Persistent { steps: 1 },
            batch,
            chains: batch,
            ..Training::default()
        };
        let mut rng = stream(0, "bench", 12);
        let start = machine(units, hidden_units);
        let mut trainer = Trainer::new(settings, start, &samples, &mut rng).expect("valid");
        group.bench_function(format!("N={units} M={hidden_units} P={rows}"), |b| {
            rayon::scope(|_| b.iter(|| trainer.epoch().expect("finite")));
        });
    }
    group.finish();
}

/// One epoch of PCD-20 with one hidden unit on an Ising ring, in batches of ten with ten chains.
fn ring(c: &mut Criterion) {
    let mut rng = stream(0, "bench", 15);
    let model = IsingRing::new(100, 0.5).expect("valid ring");
    let samples = model.draw(10_000, &mut rng).expect("small");
    let settings = Training {
        algorithm: Algorithm::Persistent { steps: 20 },
        learning_rate: 0.001,
        batch: 10,
        chains: 10,
        biases: false,
        ..Training::default()
    };
    let layer = |n| Layer::unbiased(Unit::Spin, n).expect("valid");
    let start = Rbm::random(layer(100), layer(1), 0.1, &mut rng).expect("valid");
    let mut trainer = Trainer::new(settings, start, &samples, &mut rng).expect("valid");
    let mut group = c.benchmark_group("PCD-20 on a ring, N=100 M=1 P=10000, batches of 10");
    group.sample_size(10);
    group.bench_function("epoch", |b| b.iter(|| trainer.epoch().expect("finite")));
    let evaluation = Evaluation::default();
    group.bench_function("log-likelihood", |b| {
        b.iter(|| trainer.log_likelihood(&evaluation).expect("exact"));
    });
    group.finish();
}

/// One sweep of 1000 chains.
fn gibbs(c: &mut Criterion) {
    let machine = machine(784, 500);
    let mut rng = stream(0, "bench", 13);
    let mut chains = Chains::random(&machine, 1000, &mut rng).expect("valid");
    let mut group = c.benchmark_group("Gibbs sweep, N=784 M=500, 1000 chains");
    group.throughput(Throughput::Elements(1284 * 1000));
    group.sample_size(10);
    group.bench_function("sweep", |b| {
        rayon::scope(|_| b.iter(|| chains.sweep(&mut rng)));
    });
    group.finish();
}

/// One step of 64 ladders of eleven rungs, and the sweeps in it: those of as many chains as there are replicas.
fn tempering(c: &mut Criterion) {
    for (units, hidden_units) in [(100, 100), (784, 64)] {
        let path = Path::to(machine(units, hidden_units));
        let mut rng = stream(0, "bench", 16);
        let mut ladders = Tempering::new(&path, 64, Size::Given(11), &mut rng).expect("valid");
        let mut chains = Chains::random(path.target(), 704, &mut rng).expect("valid");
        let name = format!("tempering, N={units} M={hidden_units}, 64 ladders of 11 rungs");
        let mut group = c.benchmark_group(name);
        group.sample_size(20);
        group.bench_function("10 steps", |b| {
            rayon::scope(|_| b.iter(|| ladders.sweep(10)));
        });
        group.bench_function("10 Gibbs sweeps of 704 chains", |b| {
            rayon::scope(|_| b.iter(|| (0..10).for_each(|_| chains.sweep(&mut rng))));
        });
        group.finish();
    }
}

/// Diagnostics of ten observables of 1000 chains of 1000 values with a short memory.
fn diagnostics(c: &mut Criterion) {
    let mut rng = stream(0, "bench", 17);
    let mut chain = || {
        let mut x = 0.0;
        let mut next = || {
            let noise: f64 = StandardNormal.sample(&mut rng);
            x = 0.5 * x + noise;
            x
        };
        (0..1000).map(|_| next()).collect::<Vec<f64>>()
    };
    let chains: Vec<_> = (0..1000).map(|_| chain()).collect();
    let mut group = c.benchmark_group("agreement of 1000 chains of 1000 values");
    group.sample_size(10);
    group.bench_function("10 observables", |b| {
        b.iter(|| (0..10).for_each(|_| drop(black_box(agreement(&chains)))));
    });
    group.finish();
}

/// ln Z by 1000 chains through 1000 temperatures, and by enumeration.
fn log_partition(c: &mut Criterion) {
    let mut group = c.benchmark_group("ln Z");
    group.sample_size(10);
    let (large, small) = (machine(64, 64), machine(784, 16));
    let annealing = Annealing::linear(1000).expect("valid");
    let mut rng = stream(0, "bench", 14);
    group.bench_function("annealing, N=M=64, 1000 chains, 1000 temperatures", |b| {
        b.iter(|| black_box(annealing.forward(&large, 1000, &mut rng)));
    });
    group.bench_function("enumeration, N=784 M=16", |b| {
        b.iter(|| black_box(exact(&small)));
    });
    group.finish();
}

criterion_group!(
    benches,
    persistent,
    ring,
    gibbs,
    tempering,
    diagnostics,
    log_partition
);
criterion_main!(benches);
