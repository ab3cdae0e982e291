//! The leading eigenpair against the full decomposition, one core.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::data::{DataModel, Iid, Law, Spiked, TwoCluster};
use saddlepoint_simulator::stream;

const UNITS: usize = 2000;

fn bench_model(c: &mut Criterion, name: &str, model: &dyn DataModel, full: bool) {
    let mut rng = stream(0, "bench", 0);
    let samples = model.draw(2 * UNITS, &mut rng).expect("fits into memory");
    let covariance = SampleCovariance::new(&samples, Columns::Raw).expect("valid samples");
    let mut group = c.benchmark_group(name);
    group.sample_size(10);
    group.bench_function("leading pair", |b| {
        b.iter(|| black_box(covariance.leading(1)));
    });
    if full {
        group.bench_function("all eigenvalues", |b| {
            b.iter(|| black_box(covariance.eigenvalues()));
        });
        group.bench_function("all pairs", |b| {
            b.iter(|| black_box(covariance.leading(UNITS)));
        });
    }
    group.finish();
}

/// The full decompositions do not depend on the data: one model stands for all.
fn eigenpairs(c: &mut Criterion) {
    let mut rng = stream(0, "bench", 1);
    let detached = TwoCluster::random(UNITS, 1.2, &mut rng).expect("valid");
    bench_model(c, "two clusters N=2000 P=4000, detached", &detached, true);
    let edge = Iid::new(UNITS, Law::Spin).expect("valid");
    bench_model(c, "iid spins N=2000 P=4000, edge of the bulk", &edge, false);
    let spiked = Spiked::random(UNITS, &[1.0], &mut rng).expect("valid");
    bench_model(c, "spiked N=2000 P=4000, Gaussian", &spiked, false);
}

criterion_group!(benches, eigenpairs);
criterion_main!(benches);
