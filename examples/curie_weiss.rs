//! The Curie–Weiss magnet as a Boltzmann machine of N spins and one Gaussian hidden unit: mean field beside Gibbs sampling.
//!
//! ```text
//! E(v, h) = h²/2 − √(β/N) h Σ_i v_i,   ∫dh e^(−E) ∝ exp(β (Σ_i v_i)²/2N),   m = tanh(β m), not 0 above β = 1
//! ```
//!
//! (Hubbard 1959; Stratonovich 1957).

use faer::Mat;
use saddlepoint::questions::gibbs::{Gibbs, Ladders, Method, Start};
use saddlepoint::questions::landau::{LandauModes, Machines};
use saddlepoint::questions::{GivenMachine, Kind, Monitor, Question};
use saddlepoint_theory::reciprocal::naive_from;
use std::io::{self, Write};

const UNITS: usize = 400;

fn main() -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "beta  singular value  m, theory  |m|, machine")?;
    for beta in [0.5_f64, 2.0] {
        let machine = GivenMachine {
            name: "Curie-Weiss".into(),
            weights: Mat::from_fn(UNITS, 1, |_, _| (beta / 400.0).sqrt()),
            visible_bias: vec![0.0; UNITS],
            hidden_bias: vec![0.0],
            visible: Kind::SPIN,
            hidden: Kind::GAUSSIAN,
        };
        let (machines, scale) = (machine.in_theory()?, vec![1.0]);
        // From a magnetised start: h is of the order √N.
        let magnetisation = naive_from(&machines, &[20.0])?.visible[0];
        let machines = Machines {
            machine: machines,
            scale,
        };
        let orders = LandauModes { machines }.answer()?[0].effective;

        let gibbs = Gibbs {
            method: Method::Gibbs,
            ladders: Ladders::default(),
            machine,
            start: Start::Random(100),
            steps: 1,
            burn_in: 200,
            thin: 1,
            modes: 0,
            replicas: 0..1,
            seed: 0,
        };
        let sampled = gibbs.sample(0, &Monitor::silent(), true)?;
        let spins = sampled.configurations.expect("kept").to_reals();
        let sizes = spins
            .chunks(UNITS)
            .map(|v| v.iter().sum::<f64>().abs() / 400.0);
        let sampled = sizes.sum::<f64>() / 100.0;

        writeln!(
            out,
            "{beta:4}  {orders:14.6}  {magnetisation:9.6}  {sampled:12.3}"
        )?;
        // The mode orders at 1, and its singular value squared is β.
        assert!((orders - beta.sqrt()).abs() < 1e-12);
        // The solution of m = tanh 2m, to twelve digits; none but zero at β = 1/2.
        let expected = if beta < 1.0 { 0.0 } else { 0.957_504_024_077 };
        assert!((magnetisation - expected).abs() < 1e-10);
        // A hundred chains of 400 spins: |m| is of order N^(-1/2) in the paramagnet, and right to a thousandth beyond.
        assert!((sampled - expected).abs() < if beta < 1.0 { 0.1 } else { 0.005 });
    }
    Ok(())
}
