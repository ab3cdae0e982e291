//! What a call by words costs beside the Rust function that answers the same question.

use criterion::{Criterion, criterion_group, criterion_main};
use saddlepoint::call::Call;
use saddlepoint::questions::Monitor;
use std::hint::black_box;

fn calls(c: &mut Criterion) {
    let words = ["threshold", "--data=iid", "--units=10"];
    let mut group = c.benchmark_group("critical sample size of one point");
    group.bench_function("arguments", |b| {
        b.iter(|| black_box(Call::parse(words).expect("valid")));
    });
    let call = Call::parse(words).expect("valid");
    group.bench_function("question", |b| {
        b.iter(|| black_box(call.table(&Monitor::silent()).expect("an answer")));
    });
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
