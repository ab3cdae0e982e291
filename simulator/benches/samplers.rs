//! Cost of the samplers, one core. Throughput: configurations, or spin updates of the torus.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use saddlepoint_simulator::data::{
    ClockRing, DataModel, Iid, IsingRing, IsingTorus, Law, Spiked, TwoCluster,
};
use saddlepoint_simulator::stream;

const SAMPLES: usize = 1000;

fn bench_model(c: &mut Criterion, name: &str, model: &dyn DataModel) {
    let mut rng = stream(0, "bench", 0);
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(SAMPLES as u64));
    group.bench_function("draw 1000", |b| {
        b.iter(|| black_box(model.draw(SAMPLES, &mut rng)));
    });
    group.finish();
}

fn rings(c: &mut Criterion) {
    for beta in [0.2, 0.5, 1.0, -1.0] {
        let model = IsingRing::new(100, beta).expect("valid ring");
        bench_model(c, &format!("ising ring N=100 beta={beta}"), &model);
    }
    let model = ClockRing::new(100, 10, 1.5).expect("valid ring");
    bench_model(c, "clock ring N=100 p=10 beta=1.5", &model);
}

fn vectors(c: &mut Criterion) {
    let mut rng = stream(0, "bench", 1);
    bench_model(
        c,
        "iid spins N=100",
        &Iid::new(100, Law::Spin).expect("valid"),
    );
    let two_cluster = TwoCluster::random(100, 1.5, &mut rng).expect("valid");
    bench_model(c, "two clusters N=100", &two_cluster);
    bench_model(
        c,
        "spiked N=100",
        &Spiked::random(100, &[2.0], &mut rng).expect("valid"),
    );
}

fn torus(c: &mut Criterion) {
    let critical = 0.5 * (1.0 + 2.0_f64.sqrt()).ln();
    for side in [32_u64, 64, 256] {
        let mut rng = stream(0, "bench", side);
        let side_length = usize::try_from(side).expect("small");
        let mut chain = IsingTorus::new(side_length, critical)
            .expect("valid torus")
            .chain();
        (0..200).for_each(|_| chain.sweep(&mut rng));
        let mut group = c.benchmark_group(format!("torus L={side} at beta_c"));
        group.throughput(Throughput::Elements(side * side));
        group.bench_function("sweep", |b| b.iter(|| chain.sweep(&mut rng)));
        group.finish();
    }
}

criterion_group!(benches, rings, vectors, torus);
criterion_main!(benches);
