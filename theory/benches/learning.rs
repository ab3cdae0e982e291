//! Cost of one point of a learning curve.

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint_theory::replica::learning::{Biases, OneUnit, PlantedData, Training};
use saddlepoint_theory::units::{DoubleWell, Rectified, Spin, UnitPrior};
use std::hint::black_box;

fn points(criterion: &mut Criterion) {
    let data = PlantedData::two_cluster(None, 1.5).expect("a positive signal");
    let double_well = DoubleWell::new(-2.0).expect("a negative threshold");
    let units: [(&str, &dyn UnitPrior); 3] = [
        ("spin", &Spin),
        ("relu", &Rectified),
        ("double well", &double_well),
    ];
    for (name, unit) in units {
        for (suffix, biases) in [("", Biases::None), (", with biases", Biases::Learned)] {
            let training = Training {
                biases,
                penalty: 0.0,
            };
            let unit = OneUnit::trained(unit, &data, training).expect("finite functions");
            for alpha in [4.0, 0.8, 0.2] {
                criterion.bench_function(&format!("{name}, alpha {alpha}{suffix}"), |bencher| {
                    bencher.iter(|| unit.learn(black_box(alpha)));
                });
            }
        }
    }
    criterion.bench_function("threshold, spin", |bencher| {
        let unit = OneUnit::new(&Spin, &data).expect("finite functions");
        bencher.iter(|| black_box(&unit).threshold());
    });
}

criterion_group!(benches, points);
criterion_main!(benches);
