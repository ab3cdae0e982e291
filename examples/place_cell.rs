//! A hidden unit that learns from a ring settles in one place: the exact optimum beside a machine trained on samples.
//!
//! ```text
//! L(w) = ⟨ln cosh(w·v)⟩ − Σ_i ln cosh w_i
//! ```
//!
//! per sample and relative to independent spins; v are configurations of an Ising ring, on which no site is special (Harsh, Tubiana,
//! Cocco & Monasson 2020).

use saddlepoint::questions::flow::Rings;
use saddlepoint::questions::flow::ring::{Method, ising};
use saddlepoint::questions::{DataPoint, Draw, Question};
use saddlepoint_simulator::receptive_field::ReceptiveField;
use saddlepoint_simulator::training::{Ascent, Likelihood, Partition, random_weights};
use saddlepoint_simulator::{Unit, stream};
use saddlepoint_theory::dynamics::flow::Search;
use std::io::{self, Write};

const UNITS: usize = 40;
const BETA: f64 = 0.5;

fn main() -> anyhow::Result<()> {
    // Infinitely many samples: no place is special, and yet the optimum has one.
    let (units, beta, hidden_units) = (vec![UNITS], vec![BETA], vec![1]);
    let rings = Rings {
        units,
        beta,
        hidden_units,
    };
    let (method, search) = (Method::Exact, Search::default());
    let optimum = ising::Summary {
        rings,
        method,
        hidden: saddlepoint_theory::units::Unit::Spin,
        search,
    }
    .answer()?[0];
    let (exact, likelihood) = (optimum.field, optimum.learnt.log_likelihood);

    // A finite machine from small random weights.
    let mut random = stream(0, "place cell", 0);
    let samples = Draw::new(DataPoint::ising_ring(UNITS, BETA), 50_000)
        .replica(0)?
        .samples;
    let of_samples = Likelihood::new(&samples, Unit::Spin, Partition::Spins)?;
    let start = random_weights(UNITS, 0.01, &mut random)?;
    let learnt = Ascent::default().run(&of_samples, start)?;
    let field = ReceptiveField::on_ring(&learnt.weights, 1)?;

    let mut out = io::stdout().lock();
    writeln!(out, "                    theory  machine")?;
    for (name, theory, machine) in [
        ("log-likelihood", likelihood, learnt.log_likelihood),
        (
            "sites taking part",
            exact.participation,
            field.participation,
        ),
        (
            "sum of weights",
            exact.sum_weights.abs(),
            field.sum_weights.abs(),
        ),
    ] {
        writeln!(out, "{name:17}  {theory:7.3}  {machine:7.3}")?;
    }
    assert!(exact.is_localized() && Some(likelihood) > optimum.log_likelihood_symmetric);
    // Noise of the samples: 0.02 in the likelihood and a tenth in the shape.
    assert!((learnt.log_likelihood - likelihood).abs() < 0.03);
    assert!((field.participation / exact.participation - 1.0).abs() < 0.25);
    Ok(())
}
