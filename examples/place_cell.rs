//! A hidden unit that learns from a ring settles in one place: the exact optimum beside a machine trained on samples.
//!
//! ```text
//! L(w) = ⟨ln cosh(w·v)⟩ − Σ_i ln cosh w_i
//! ```
//!
//! per sample and relative to independent spins; v are configurations of an Ising ring, on which no site is special (Harsh, Tubiana,
//! Cocco & Monasson 2020).

use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::{Ascent, Likelihood, Partition, random_weights};
use saddlepoint_simulator::{Unit, stream};
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::{Field, RingFlow};
use std::io::{self, Write};

const UNITS: usize = 40;
const BETA: f64 = 0.5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Infinitely many samples: no place is special, and yet the optimum has one.
    let ring = RingFlow::new(UNITS, BETA)?;
    let optimum = ring.optimum(1, &Search::default())?;
    let exact = Field::new(&optimum.weights.col(0).iter().copied().collect::<Vec<f64>>());

    // A finite machine from small random weights.
    let mut random = stream(0, "place cell", 0);
    let samples = IsingRing::new(UNITS, BETA)?.draw(50_000, &mut random)?;
    let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Spins)?;
    let start = random_weights(UNITS, 0.01, &mut random)?;
    let learnt = Ascent::default().run(&likelihood, start)?;
    let field = ReceptiveField::on_ring(&learnt.weights, 1)?;

    let mut out = io::stdout().lock();
    writeln!(out, "                    theory  machine")?;
    writeln!(
        out,
        "log-likelihood     {:7.4}  {:7.4}",
        optimum.log_likelihood, learnt.log_likelihood
    )?;
    writeln!(
        out,
        "sites taking part  {:7.2}  {:7.2}",
        exact.participation, field.participation
    )?;
    writeln!(
        out,
        "sum of weights     {:7.2}  {:7.2}",
        exact.sum_weights.abs(),
        field.sum_weights.abs()
    )?;
    assert!(exact.is_localized() && optimum.log_likelihood > ring.symmetric_log_likelihood(1)?);
    // Noise of the samples: 0.02 in the likelihood and a tenth in the shape.
    assert!((learnt.log_likelihood - optimum.log_likelihood).abs() < 0.03);
    assert!((field.participation / exact.participation - 1.0).abs() < 0.25);
    Ok(())
}
