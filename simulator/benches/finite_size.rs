//! Cost of the finite-size simulations, one core (`RAYON_NUM_THREADS=1`), each next to the obvious way of doing the same.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use faer::Mat;
use saddlepoint_simulator::amp::{Amp, Prior, RankOne, Start};
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::ensemble::{self, Components, Ensemble};
use saddlepoint_simulator::hopfield::Hopfield;
use saddlepoint_simulator::training::{Ascent, Likelihood, Partition, random_weights};
use saddlepoint_simulator::{Unit, Xoshiro256PlusPlus, stream};

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Block Gibbs sweeps of 32 chains, against loops over units.
fn gibbs(c: &mut Criterion) {
    let mut rng = stream(0, "bench", 2);
    let (units, chains) = (1000, 32);
    let ensemble = Ensemble {
        units,
        hidden_units: units,
        strengths: vec![1.5],
        noise: 0.5,
        components: Components::Gaussian,
    };
    let drawn = ensemble.draw(&mut rng).expect("valid");
    let mut group = c.benchmark_group("Gibbs sweep, 32 chains of 1000 + 1000 spins");
    group.throughput(Throughput::Elements(2 * 1000 * 32));
    let mut blocks = drawn
        .chains(chains, ensemble::Start::Random, &mut rng)
        .expect("valid");
    group.bench_function("blocks", |b| b.iter(|| blocks.sweep(&mut rng)));
    let weights: Vec<Vec<f64>> = (0..units)
        .map(|i| drawn.machine().weights().row(i).iter().copied().collect())
        .collect();
    let columns: Vec<Vec<f64>> = (0..units)
        .map(|j| drawn.machine().weights().col(j).iter().copied().collect())
        .collect();
    let (mut v, mut h) = (
        vec![vec![1.0; units]; chains],
        vec![vec![1.0; units]; chains],
    );
    group.sample_size(10);
    group.bench_function("loops", |b| {
        b.iter(|| {
            for (v, h) in v.iter_mut().zip(&mut h) {
                loop_half(&columns, v, h, &mut rng);
                loop_half(&weights, h, v, &mut rng);
            }
        });
    });
    group.finish();
}

/// Draws `to` given `from`, unit by unit.
fn loop_half(weights: &[Vec<f64>], from: &[f64], to: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
    for (weights, to) in weights.iter().zip(to) {
        *to = Unit::Spin.draw(dot(weights, from), rng);
    }
}

/// Iterations of message passing, against two products with the whole matrix.
fn amp(c: &mut Criterion) {
    let model = RankOne {
        units: 4000,
        samples: 8000,
        snr: 1.5,
        weights: Prior::SparseRademacher { density: 0.1 },
        hidden: Prior::Gaussian,
    };
    let mut rng = stream(0, "bench", 3);
    let planted = model.draw(&mut rng).expect("fits into memory");
    let mut group = c.benchmark_group("message passing, N=4000 P=8000");
    group.sample_size(10);
    let ten = Amp {
        tolerance: 0.0,
        max_iterations: 10,
    };
    group.bench_function("ten iterations", |b| {
        b.iter(|| black_box(ten.run(&planted, Start::Informed, &mut rng)));
    });
    let data = planted.data().to_mat();
    let start = Mat::from_fn(4000, 1, |i, _| planted.weights()[i]);
    group.bench_function("ten pairs of products with the matrix", |b| {
        b.iter(|| {
            let mut x = start.clone();
            for _ in 0..10 {
                let y = &data * &x;
                x = data.transpose() * &y;
                let norm = x.norm_l2();
                x = &x / faer::Scale(norm);
            }
            x
        });
    });
    group.finish();
}

/// Ascent of the one-unit likelihood, against the gradient by plain loops.
fn one_unit(c: &mut Criterion) {
    let (units, rows) = (1000, 8000);
    let mut rng = stream(0, "bench", 4);
    let model = TwoCluster::random(units, 1.0, &mut rng).expect("valid");
    let samples = model.draw(rows, &mut rng).expect("fits into memory");
    let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Gaussian).expect("valid");
    let start = random_weights(units, 0.01, &mut rng).expect("valid");
    let mut group = c.benchmark_group("one unit, N=1000 P=8000");
    group.sample_size(10);
    group.bench_function("ascent to 1e-7", |b| {
        b.iter(|| black_box(Ascent::default().run(&likelihood, start.clone())));
    });
    group.bench_function("gradient", |b| {
        b.iter(|| black_box(likelihood.gradient(&start)));
    });
    let reals = samples.to_reals();
    group.bench_function("gradient, loops", |b| {
        b.iter(|| {
            let mut gradient = vec![0.0; units];
            for row in reals.chunks_exact(units) {
                let mean = dot(row, &start).tanh();
                for (g, v) in gradient.iter_mut().zip(row) {
                    *g += mean * v;
                }
            }
            gradient
        });
    });
    group.finish();
}

/// Heat-bath sweeps in a retrieval state, against the same sums of real numbers.
fn hopfield(c: &mut Criterion) {
    let (units, patterns) = (2000, 100);
    let mut rng = stream(0, "bench", 5);
    let network = Hopfield::random(units, patterns, &mut rng).expect("valid");
    let mut state = network.start_at_pattern(0).expect("it exists");
    let mut group = c.benchmark_group("Hopfield sweep, N=2000 P=100 T=0.5");
    group.throughput(Throughput::Elements(2000));
    group.bench_function("integers", |b| b.iter(|| state.sweep(2.0, &mut rng)));
    let by_site: Vec<Vec<f64>> = (0..units)
        .map(|i| {
            (0..patterns)
                .map(|mu| f64::from(network.pattern(mu).expect("it exists")[i]))
                .collect()
        })
        .collect();
    let mut spins = vec![1.0; units];
    let mut overlaps = vec![0.0; patterns];
    for (row, spin) in by_site.iter().zip(&mut spins) {
        *spin = row[0];
        overlaps
            .iter_mut()
            .zip(row)
            .for_each(|(m, x)| *m += x * row[0] / 2000.0);
    }
    group.bench_function("real numbers", |b| {
        b.iter(|| {
            for (row, spin) in by_site.iter().zip(&mut spins) {
                let field = dot(row, &overlaps) - 0.05 * *spin;
                let new = Unit::Spin.draw(2.0 * field, &mut rng);
                if new * *spin < 0.0 {
                    *spin = new;
                    overlaps
                        .iter_mut()
                        .zip(row)
                        .for_each(|(m, x)| *m += 2.0 * new * x / 2000.0);
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, gibbs, amp, one_unit, hopfield);
criterion_main!(benches);
