use saddlepoint_theory::covariance::SampleLaw;
use saddlepoint_theory::spectra::Atoms;
use std::time::Instant;
pub struct X(u64);
impl X { fn next(&mut self) -> f64 { self.0 ^= self.0 << 13; self.0 ^= self.0 >> 7; self.0 ^= self.0 << 17; (self.0 >> 11) as f64 / (1u64 << 53) as f64 } }
pub fn pop(seed: u64) -> (Vec<(f64,f64)>, f64) {
    let mut r = X(seed.wrapping_mul(0x9E3779B97F4A7C15) | 1);
    for _ in 0..5 { r.next(); }
    let n = 1 + (r.next() * 199.0) as usize;
    let pairs = (0..n).map(|_| (10f64.powf(r.next()*6.0-3.0), 0.01 + 0.99*r.next())).collect();
    (pairs, 10f64.powf(r.next()*6.0-3.0))
}
#[test]
fn scan() {
    let from: u64 = std::env::var("FROM").map_or(1, |s| s.parse().unwrap());
    let to: u64 = std::env::var("TO").map_or(300, |s| s.parse().unwrap());
    let t0 = Instant::now();
    let mut worst = 0.0f64; let mut slow = (0.0, 0);
    let mut bad = 0;
    for seed in from..to {
        let (pairs, gamma) = pop(seed);
        let atoms = Atoms::new(&pairs).unwrap();
        let law = SampleLaw::new(&atoms, gamma).unwrap();
        let t = Instant::now();
        match law.self_check() {
            Ok(c) => { let e = (c.mass-1.0).abs().max((c.mean/c.expected_mean-1.0).abs()); worst = worst.max(e); if e > 1e-9 { println!("seed {seed} n {} gamma {gamma} {c:?}", pairs.len()); } }
            Err(e) => { bad += 1; println!("seed {seed} n {} gamma {gamma} intervals {} ERR {e:?}", pairs.len(), law.support().len()); }
        }
        let dt = t.elapsed().as_secs_f64();
        if dt > slow.0 { slow = (dt, seed); }
    }
    println!("bad {bad} worst {worst:e} slow {slow:?} total {:?}", t0.elapsed());
}
#[test]
fn one() {
    let seed: u64 = std::env::var("SEED").unwrap().parse().unwrap();
    let (pairs, gamma) = pop(seed);
    let atoms = Atoms::new(&pairs).unwrap();
    let t = Instant::now();
    let law = SampleLaw::new(&atoms, gamma).unwrap();
    println!("n {} gamma {gamma} new {:?} intervals {}", pairs.len(), t.elapsed(), law.support().len());
    for i in law.support() {
        let (l, h) = (i.lower.position.sqrt(), i.upper.position.sqrt());
        let n = 2000;
        let mut prev: Option<(f64, f64, f64)> = None;
        for k in 1..n {
            let th = std::f64::consts::PI * k as f64 / n as f64;
            let y = l + (h - l) * (0.5 * th).sin().powi(2);
            let x = y * y;
            let t = Instant::now();
            let p = law.point(x);
            let dt = t.elapsed().as_secs_f64();
            if dt > 2e-3 { println!("SLOW x {x} {dt} {p:?} interval {} {}", i.lower.position, i.upper.position); }
            match p { Err(e) => println!("ERR x {x} {e:?}"), Ok(p) => {
                if let Some((x0, f0, c0)) = prev {
                    let mean = (p.cumulative - c0) / (x - x0);
                    let tr = 0.5 * (f0 + p.density);
                    if p.cumulative < c0 || (mean / tr - 1.0).abs() > 0.3 { println!("k {k} x {x} mean {mean:e} f0 {f0:e} f1 {:e} c0 {c0} c1 {}", p.density, p.cumulative); }
                }
                prev = Some((x, p.density, p.cumulative));
            } }
        }
    }
}
