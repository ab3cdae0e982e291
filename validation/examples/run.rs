//! scratch
#![allow(
    clippy::all,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs
)]
use saddlepoint_validation::{experiments::find, runner::*, table::write_csv};
use std::sync::atomic::AtomicBool;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let preset = match a[2].as_str() {
        "quick" => Preset::Quick,
        "standard" => Preset::Standard,
        _ => Preset::Paper,
    };
    let seed = a.get(3).map_or(0, |s| s.parse().unwrap());
    let t = std::time::Instant::now();
    let s = Settings {
        preset,
        seed,
        ..Default::default()
    };
    let rows = find(&a[1])
        .unwrap()
        .run(
            &s,
            &Monitor {
                progress: &|_| {},
                cancelled: &AtomicBool::new(false),
            },
        )
        .unwrap();
    write_csv(&rows, std::io::stdout()).unwrap();
    let worst = rows
        .iter()
        .filter(|r| !r.control)
        .map(|r| r.z_score.abs())
        .fold(0.0, f64::max);
    let control = rows
        .iter()
        .filter(|r| r.control)
        .map(|r| r.z_score.abs())
        .fold(f64::INFINITY, f64::min);
    eprintln!(
        "{} {} seed {seed}: {} rows, {} controls, failing {}, worst |z| {worst:.2}, weakest control {control:.2}, {:.1} s",
        a[1],
        a[2],
        rows.len(),
        rows.iter().filter(|r| r.control).count(),
        rows.iter().filter(|r| !r.passes()).count(),
        t.elapsed().as_secs_f64()
    );
    for r in rows.iter().filter(|r| !r.passes()) {
        eprintln!(
            "  FAIL {:?} a={:?} N={:?} x={:?} {} th={} sim={} se={} z={:.2} ctl={} chi={:?}/{:?}",
            r.data,
            r.alpha,
            r.units,
            r.x,
            r.observable,
            r.theory,
            r.simulation,
            r.standard_error,
            r.z_score,
            r.control,
            r.chi_squared,
            r.degrees_of_freedom
        );
    }
}
