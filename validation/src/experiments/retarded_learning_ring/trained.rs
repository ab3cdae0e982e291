//! The weights of a hidden unit that learnt from P samples.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::covariance::{critical_alpha, crossing_alpha};
use saddlepoint_theory::dynamics::diffusion::PlaceCell;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::spectra::Population;

use super::super::one_unit::learnt;
use super::{LEVEL, at_half_overlap};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::experiments::harmonics::best_overlap;
use crate::experiments::sample_sizes::{self, OfSamples};
use crate::runner::{Measured, Preset};
use crate::table::{Argument, Parameters, Row};

/// Coupling of the rings.
const BETA: f64 = 0.5;

/// The ring on which the criteria are farthest apart.
const LONG: usize = 100;

/// Powers of 1/P in P (1 − overlap): the place is chosen among those of random likelihood, and the response is not linear.
const POWERS: [f64; 2] = [0.5, 1.0];

/// One ring and number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    units: usize,
    samples: usize,
    is_far: bool,
}

impl Point {
    /// Operations of one replica.
    pub(super) fn cost(&self) -> f64 {
        as_float(200 * self.units * self.samples)
    }
}

/// Far above the threshold and around half overlap.
pub(super) fn design(preset: Preset) -> Vec<(Point, usize)> {
    let (rings, far): (&[usize], &[usize]) = preset.choose(
        (&[40], &[2000, 4000, 8000, 16_000]),
        (&[40, 100], &[4000, 8000, 16_000, 32_000]),
        (&[40, 60, 100], &[4000, 8000, 16_000, 32_000, 64_000]),
    );
    let replicas = preset.choose(32, 320, 2000);
    let far = rings.iter().flat_map(|&units| {
        far.iter().map(move |&samples| {
            let point = Point {
                units,
                samples,
                is_far: true,
            };
            (point, replicas)
        })
    });
    let rings: &[usize] = preset.choose(
        &[20, 40],
        &[20, 28, 40, 60, 80, 100],
        &[20, 28, 40, 60, 80, 100],
    );
    let replicas = preset.choose(64, 400, 4000);
    let around = rings.iter().flat_map(|&units| {
        [1, 2, 4, 8].map(move |alpha| {
            let point = Point {
                units,
                samples: alpha * units,
                is_far: false,
            };
            (point, replicas)
        })
    });
    far.chain(around).collect()
}

/// One replica: the weights after exact training from small random ones.
pub(super) fn measure(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let samples = IsingRing::new(point.units, BETA)?.draw(point.samples, random)?;
    let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Spins)?;
    Ok(learnt(&likelihood, random)?.weights)
}

/// The rows of all rings.
pub(super) fn rows(experiment: &'static str, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut longest = None;
    for ring in
        measured.chunk_by(|a, b| (a.point.units, a.point.is_far) == (b.point.units, b.point.is_far))
    {
        let units = ring[0].point.units;
        let parameters = Parameters {
            experiment,
            data: "ising-ring",
            beta: Some(BETA),
            criterion: Some("linear-response"),
            kappa: Some(1.0 / as_float(units)),
            ..Parameters::default()
        };
        if ring[0].point.is_far {
            rows.extend(far_rows(&parameters, ring)?);
        } else {
            let half = half_overlap(&parameters, ring)?;
            rows.extend(half.rows);
            longest = Some((parameters, units, half.samples));
        }
    }
    if let Some((parameters, units, samples)) = longest {
        rows.extend(controls(&parameters, units, &samples)?);
    }
    Ok(rows)
}

/// P (1 − overlap) of each replica, against the optimum for infinitely many samples.
fn overlaps(measured: &Measured<Point>) -> Result<impl Fn(&[f64]) -> f64> {
    let optimum = RingFlow::new(measured.point.units, BETA)?.optimum(1, &Search::default())?;
    let field: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
    Ok(move |weights: &[f64]| best_overlap(weights, &field))
}

/// A in 1 − overlap² = A/P, by linear response.
fn coefficient(units: usize) -> Result<f64> {
    let cell = PlaceCell::new(&RingFlow::new(units, BETA)?)?;
    Ok(cell.linear_response()?.overlap_coefficient)
}

/// From how many samples the top eigenvector is the uniform mode.
fn spectral_samples(units: usize) -> Result<f64> {
    let population = Population::ising_ring(Some(units), BETA)?;
    Ok(critical_alpha(&population, 0)? * as_float(units))
}

/// Where signal and noise have equal eigenvalues.
fn crossing_samples(units: usize) -> Result<f64> {
    let population = Population::ising_ring(Some(units), BETA)?;
    Ok(crossing_alpha(&population)? * as_float(units))
}

/// The coefficient of the linear response that one ring shows for many samples.
fn far_rows(parameters: &Parameters, ring: &[Measured<Point>]) -> Result<Vec<Row>> {
    let units = ring[0].point.units;
    let overlap = overlaps(&ring[0])?;
    let missing = |m: &Measured<Point>| {
        let samples = as_float(m.point.samples);
        let measured = m.estimate_of(|weights| samples * (1.0 - overlap(weights)))?;
        Ok((m.point.samples, measured))
    };
    let sizes: Vec<(usize, Estimate)> = ring.iter().map(missing).collect::<Result<_>>()?;
    let compared = OfSamples {
        observable: "coefficient",
        units,
        theory: coefficient(units)?,
        wrong: (units == LONG)
            .then(|| spectral_samples(units))
            .transpose()?,
    };
    sample_sizes::rows(parameters, &compared, &sizes, &POWERS)
}

/// Where the overlap of one ring passes one half.
struct HalfOverlap {
    samples: Estimate,
    rows: Vec<Row>,
}

/// The overlaps around one half, and the number of samples there beside the leading order of the theory: all shown and not judged.
fn half_overlap(parameters: &Parameters, ring: &[Measured<Point>]) -> Result<HalfOverlap> {
    let units = ring[0].point.units;
    let overlap = overlaps(&ring[0])?;
    let coefficient = coefficient(units)?;
    let parameters = Parameters {
        unjudged: Some("leading-order"),
        ..parameters.clone()
    };
    let (mut steps, mut rows) = (Vec::new(), Vec::new());
    for m in ring {
        let samples = as_float(m.point.samples);
        let measured = m.estimate_of(&overlap)?;
        let parameters = Parameters {
            alpha: Some(samples / as_float(units)),
            ..parameters.clone()
        };
        let theory = 1.0 - coefficient / samples;
        rows.push(Row::compare(
            &parameters,
            Some(units),
            "overlap_squared",
            theory,
            &measured,
        ));
        steps.push((samples, measured));
    }
    let samples = at_half_overlap(&steps)?;
    let parameters = Parameters {
        x: Some(Argument::new("overlap_squared", LEVEL)),
        ..parameters
    };
    let theory = coefficient / (1.0 - LEVEL);
    rows.push(Row::compare(
        &parameters,
        Some(units),
        "samples_at_overlap",
        theory,
        &samples,
    ));
    Ok(HalfOverlap { samples, rows })
}

/// Controls: what the other criteria take for the number of samples at half overlap. The crossing criterion is far off on long rings only.
fn controls(parameters: &Parameters, units: usize, samples: &Estimate) -> Result<Vec<Row>> {
    let mut criteria = vec![("spectral", spectral_samples(units)?)];
    if units >= LONG {
        criteria.push(("crossing", crossing_samples(units)?));
    }
    let row = |(criterion, theory): (&'static str, f64)| {
        let parameters = Parameters {
            criterion: Some(criterion),
            x: Some(Argument::new("overlap_squared", LEVEL)),
            ..parameters.clone()
        };
        Row {
            control: true,
            ..Row::compare(
                &parameters,
                Some(units),
                "samples_at_overlap",
                theory,
                samples,
            )
        }
    };
    Ok(criteria.into_iter().map(row).collect())
}
