//! How many samples before the leading eigenvector of the data is anything but noise?
//!
//! ```text
//! c² = (α − α_c)/(α + A),   α_c = (1/N) Σ_rest λ²/(ℓ − λ)²,   A = (1/N) Σ_rest λ/(ℓ − λ),   c² = 0 for α ≤ α_c
//! ```
//!
//! where α = P/N is the number of samples per unit, ℓ the leading and λ the other eigenvalues of the population covariance
//! and c² the squared overlap of the leading eigenvectors of sample and population (Paul 2007; Bai & Yao 2012). The data are
//! two clusters of spins, `p(v) ∝ cosh(b ξ·v/√N)`, for which `α_c` → b⁻⁴.

use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_simulator::statistics::{Estimate, independent_mean};
use saddlepoint_simulator::stream;
use saddlepoint_theory::covariance::{critical_alpha, spike};
use saddlepoint_theory::spectra::Population;
use std::error::Error;

const UNITS: u16 = 400;
const SIGNAL: f64 = 1.25;
const REPLICAS: u64 = 32;

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn Error>> {
    let population = Population::two_cluster(Some(UNITS.into()), SIGNAL)?;
    let critical = critical_alpha(&population, 0)? * f64::from(UNITS);
    println!("critical sample size P_c = {critical:.1}");
    for (ratio, samples) in [(0.25, 41_u16), (2.0, 326), (8.0, 1304)] {
        let alpha = f64::from(samples) / f64::from(UNITS);
        let theory = spike(&population, 0, alpha)?.overlap_squared();
        let measured = measure(samples.into())?;
        let (mean, error) = (measured.mean, measured.standard_error);
        println!("P = {ratio} P_c: overlap² {mean:.3} ± {error:.3}, theory {theory:.3}");
        // Four standard errors, and what N = 400 leaves of the limit: c² = O(1/N) below P_c, a correction O(1/N) above.
        let finite_size = 8.0 / f64::from(UNITS);
        assert!((mean - theory).abs() < 4.0 * error + finite_size);
        assert_eq!(theory > 0.0, ratio > 1.0);
    }
    Ok(())
}

/// Squared overlap of the leading sample eigenvector with the direction that was planted.
fn measure(samples: usize) -> Result<Estimate, Box<dyn Error>> {
    let mut overlaps = Vec::new();
    for replica in 0..REPLICAS {
        let mut rng = stream(0, "critical sample size", replica);
        let model = TwoCluster::random(UNITS.into(), SIGNAL, &mut rng)?;
        let data = model.draw(samples, &mut rng)?;
        let top = SampleCovariance::new(&data, Columns::Raw)?.leading(1)?;
        overlaps.push(squared_overlap(&top.vector(0), &model.direction())?);
    }
    Ok(independent_mean(&overlaps)?)
}
