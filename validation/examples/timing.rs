//! scratch
#![allow(clippy::all, clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use saddlepoint_simulator::{covariance::*, data::*, stream};
fn main() {
    for (n, p) in [
        (32, 128),
        (64, 64),
        (64, 256),
        (128, 32),
        (128, 128),
        (128, 512),
        (256, 64),
        (256, 256),
        (256, 1024),
        (512, 128),
        (512, 512),
        (512, 2048),
        (1000, 250),
        (1000, 1000),
        (1000, 4000),
        (2000, 500),
        (2000, 2000),
        (2000, 8000),
    ] {
        for kind in 0..2 {
            let mut best = [f64::INFINITY; 3];
            let mut it = 0;
            for r in 0..(if n > 500 { 2 } else { 5 }) {
                let mut g = stream(0, "t", r);
                let t = std::time::Instant::now();
                let m: Box<dyn DataModel> = if kind == 0 {
                    Box::new(Spiked::random(n, &[1.0], &mut g).unwrap())
                } else {
                    Box::new(TwoCluster::random(n, 1.0, &mut g).unwrap())
                };
                let s = m.draw(p, &mut g).unwrap();
                best[0] = best[0].min(t.elapsed().as_secs_f64() * 1e3);
                let t = std::time::Instant::now();
                let l = SampleCovariance::new(&s, Columns::Raw)
                    .unwrap()
                    .leading(1)
                    .unwrap();
                it = l.iterations;
                best[1] = best[1].min(t.elapsed().as_secs_f64() * 1e3);
                if n <= 512 {
                    let t = std::time::Instant::now();
                    SampleCovariance::new(&s, Columns::Raw)
                        .unwrap()
                        .eigenvalues()
                        .unwrap();
                    best[2] = best[2].min(t.elapsed().as_secs_f64() * 1e3);
                }
            }
            println!(
                "N={n} P={p} kind={kind} draw {:.2} ms, top {:.2} ms ({it}), all values {:.2}",
                best[0], best[1], best[2]
            );
        }
    }
}
