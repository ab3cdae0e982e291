//! The Curie–Weiss magnet as a Boltzmann machine of N spins and one Gaussian hidden unit: mean field beside Gibbs sampling.
//!
//! ```text
//! E(v, h) = h²/2 − √(β/N) h Σ_i v_i,   ∫dh e^(−E) ∝ exp(β (Σ_i v_i)²/2N),   m = tanh(β m), not 0 above β = 1
//! ```
//!
//! (Hubbard 1959; Stratonovich 1957).

use faer::Mat;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::{Unit, stream};
use saddlepoint_theory::reciprocal::{self, Landscape, Machine, naive_from};
use std::io::{self, Write};

const UNITS: usize = 400;
const CHAINS: usize = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut random = stream(0, "Curie-Weiss", 0);
    let mut out = io::stdout().lock();
    writeln!(out, "beta  paramagnet  m, theory  |m|, machine")?;
    for beta in [0.5_f64, 2.0] {
        let weights = Mat::from_fn(UNITS, 1, |_, _| (beta / 400.0).sqrt());
        let (spin, gaussian) = (reciprocal::Unit::Spin, reciprocal::Unit::Gaussian);
        let machine = Machine::unbiased(weights.clone(), spin, gaussian)?;
        let stable = Landscape::new(&machine)?.is_stable();
        // From a magnetised start: h is of the order √N.
        let magnetisation = naive_from(&machine, &[20.0])?.visible[0];

        let layers =
            [(Unit::Spin, UNITS), (Unit::Gaussian, 1)].map(|(unit, n)| Layer::unbiased(unit, n));
        let [visible, hidden] = layers;
        let rbm = Rbm::new(weights, visible?, hidden?)?;
        let mut chains = Chains::random(&rbm, CHAINS, &mut random)?;
        (0..200).for_each(|_| chains.sweep(&mut random));
        let columns = chains.visible().col_iter();
        let sizes = columns.map(|v| v.iter().sum::<f64>().abs() / 400.0);
        let sampled = sizes.sum::<f64>() / 100.0;

        let state = if stable { "stable" } else { "unstable" };
        writeln!(
            out,
            "{beta:4}  {state:10}  {magnetisation:9.6}  {sampled:12.3}"
        )?;
        assert_eq!(stable, beta < 1.0);
        // The solution of m = tanh 2m, to all digits; none but zero at β = 1/2.
        let expected = if stable { 0.0 } else { 0.957_504_024_077 };
        assert!((magnetisation - expected).abs() < 1e-10);
        // A hundred chains of 400 spins: |m| is of order N^(-1/2) in the paramagnet, and right to a thousandth beyond.
        assert!((sampled - expected).abs() < if stable { 0.1 } else { 0.005 });
    }
    Ok(())
}
