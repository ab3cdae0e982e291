//! How many samples before the leading eigenvector of the data is anything but noise?
//!
//! ```text
//! c² = (α − α_c)/(α + A),   α_c = (1/N) Σ_rest λ²/(ℓ − λ)²,   A = (1/N) Σ_rest λ/(ℓ − λ),   c² = 0 for α ≤ α_c
//! ```
//!
//! where α = P/N is the number of samples per unit, ℓ the leading and λ the other eigenvalues of the population covariance
//! and c² the squared overlap of the leading eigenvectors of sample and population (Paul 2007; Bai & Yao 2012). The data are
//! two clusters of spins, `p(v) ∝ cosh(b ξ·v/√N)`, for which `α_c` → b⁻⁴.

use saddlepoint::questions::{DataPoint, Draw, Question, Threshold, Units};
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_simulator::statistics::{Estimate, independent_mean};

const UNITS: u16 = 400;
const SIGNAL: f64 = 1.25;
const REPLICAS: u64 = 32;

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> anyhow::Result<()> {
    let data = DataPoint::two_cluster(Units::Finite(UNITS.into()), SIGNAL);
    let sizes = [41_u16, 326, 1304];
    let alphas = sizes.map(|samples| f64::from(samples) / f64::from(UNITS));
    for (row, samples) in Threshold::spectral(data.clone(), &alphas)
        .answer()?
        .iter()
        .zip(sizes)
    {
        let ratio = f64::from(samples) / row.critical.samples().unwrap_or(f64::NAN);
        let theory = row.seen.map_or(0.0, |seen| seen.overlap_squared);
        let Estimate {
            mean,
            standard_error,
            ..
        } = measure(&data, samples.into())?;
        println!(
            "P = {ratio:.2} P_c: overlap² {mean:.3} ± {standard_error:.3}, theory {theory:.3}"
        );
        // Four standard errors, and what N = 400 leaves of the limit: c² = O(1/N) below P_c, a correction O(1/N) above.
        let finite_size = 8.0 / f64::from(UNITS);
        assert!((mean - theory).abs() < 4.0 * standard_error + finite_size);
        assert_eq!(theory > 0.0, ratio > 1.0);
    }
    Ok(())
}

/// Squared overlap of the leading sample eigenvector with the direction that was planted.
fn measure(data: &DataPoint, samples: usize) -> anyhow::Result<Estimate> {
    let draw = Draw::new(data.clone(), samples);
    let mut overlaps = Vec::new();
    for replica in 0..REPLICAS {
        let drawn = draw.replica(replica)?;
        let planted = drawn
            .directions
            .expect("two clusters plant a direction")
            .to_reals();
        let top = SampleCovariance::new(&drawn.samples, Columns::Raw)?.leading(1)?;
        overlaps.push(squared_overlap(&top.vector(0), &planted)?);
    }
    Ok(independent_mean(&overlaps)?)
}
