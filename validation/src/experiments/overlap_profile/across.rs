//! The top sample eigenvector across the threshold of the leading mode, at finite size.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_theory::covariance::{critical_alpha, spike};
use saddlepoint_theory::detection::leading_overlaps;
use saddlepoint_theory::spectra::Population;

use super::super::ensemble::{Ensemble, dense_cost, samples_at};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::{Measured, Preset};
use crate::table::{AtSize, Parameters, Prediction, Row};

/// Excess eigenvalue of the spike.
const SPIKE: f64 = 1.0;

/// Power of 1/N of what the law of the edge leaves out once it is centred at P − ½.
const POWER: [f64; 1] = [2.0 / 3.0];

/// Samples over the critical number up to which the median place of the eigenvalue on a ring gives the overlap to 0.005.
const WITHIN_CLAIM: f64 = 0.5;

/// Why rows further on are shown only: the overlap at the median place is too large, by 0.02 at the threshold and 0.05 at four times its samples.
pub(in super::super) const PLACE_FLUCTUATES: &str = "place-fluctuates";

/// One population and number of samples, in units of the critical one.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    ensemble: Ensemble,
    units: usize,
    ratio: f64,
}

impl Point {
    fn alpha(&self) -> Result<f64> {
        // Of a spike that of infinite N, the same at all sizes.
        let units = self.is_ring().then_some(self.units);
        Ok(self.ratio * critical_alpha(&self.ensemble.population(units)?, 0)?)
    }

    fn is_ring(&self) -> bool {
        self.ensemble.is_ring()
    }

    /// Operations of one replica.
    pub(super) fn cost(&self) -> f64 {
        let alpha = self.alpha().unwrap_or(1.0);
        dense_cost(self.units, samples_at(alpha, self.units))
    }
}

/// Spikes on white noise, then Gaussian data with the covariance of rings that reach their threshold with few samples.
pub(super) fn design(preset: Preset) -> Vec<(Point, usize)> {
    let ratios = preset.choose(
        &[0.5, 1.0, 2.0][..],
        &[0.5, 1.0, 2.0, 4.0],
        &[0.5, 1.0, 2.0, 4.0],
    );
    let sizes = preset.choose(
        &[50, 100, 200][..],
        &[50, 100, 200, 400],
        &[50, 100, 200, 400],
    );
    let spikes = preset.choose(60_000, 200_000, 2_000_000);
    let rings = preset.choose(
        &[(0.5, 50, 200)][..],
        &[(0.5, 50, 1000), (1.0, 100, 1000), (1.5, 400, 200)],
        &[(0.5, 50, 10_000), (1.0, 100, 10_000), (1.5, 400, 2000)],
    );
    let mut design = Vec::new();
    for &ratio in ratios {
        for &units in sizes {
            let ensemble = Ensemble::Spiked { spike: SPIKE };
            let point = Point {
                ensemble,
                units,
                ratio,
            };
            design.push((point, spikes / units));
        }
    }
    for &(beta, units, replicas) in rings {
        for &ratio in ratios {
            let ensemble = Ensemble::GaussianIsingRing { beta };
            let point = Point {
                ensemble,
                units,
                ratio,
            };
            design.push((point, replicas));
        }
    }
    design
}

/// One replica: the squared overlap of the top eigenvector with the leading mode.
pub(super) fn measure(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<f64> {
    let samples = samples_at(point.alpha()?, point.units);
    let drawn = point.ensemble.draw(point.units, samples, random)?;
    let top = SampleCovariance::new(&drawn.samples, drawn.columns)?.leading(1)?;
    let vector = top.vector(0);
    Ok(match &drawn.direction {
        Some(direction) => squared_overlap(&vector, direction)?,
        // In the basis of the population, its leading mode first.
        None => vector[0] * vector[0],
    })
}

/// The rows of all points, the sizes of one ratio together.
pub(super) fn rows(experiment: &'static str, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let same = |a: &Measured<Point>, b: &Measured<Point>| {
        a.point.ensemble == b.point.ensemble && a.point.ratio.total_cmp(&b.point.ratio).is_eq()
    };
    for sizes in measured.chunk_by(same) {
        if sizes[0].point.is_ring() {
            for m in sizes {
                rows.extend(ring_rows(experiment, m)?);
            }
        } else {
            rows.extend(spike_rows(experiment, sizes)?);
        }
    }
    Ok(rows)
}

fn parameters(experiment: &'static str, point: &Point) -> Result<Parameters> {
    let units = as_float(point.units);
    Ok(Parameters {
        alpha: Some(as_float(samples_at(point.alpha()?, point.units)) / units),
        mode: Some(0),
        ..point.ensemble.parameters(experiment)
    })
}

/// The overlap of a spike at finite N, extrapolated in its ratio to the theory; at the threshold the formula of infinite N, 0, is the control.
fn spike_rows(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let point = &sizes[0].point;
    let mut at_sizes = Vec::new();
    for m in sizes {
        let population = point.ensemble.population(Some(m.point.units))?;
        let place = leading_overlaps(&population, point_alpha(&m.point)?)?;
        at_sizes.push(AtSize {
            factor: 1.0 / place.overlaps[0].1,
            ..AtSize::new(m.point.units, m.estimate(0)?)
        });
    }
    let prediction = Prediction {
        observable: "leading_overlap_squared",
        limit_observable: Some("leading_overlap_over_theory"),
        theory: 1.0,
        wrong: point.ratio.total_cmp(&1.0).is_eq().then_some(0.0),
    };
    Row::extrapolate(
        &parameters(experiment, point)?,
        &prediction,
        &at_sizes,
        &POWER,
    )
}

/// The overlap of a ring at its size.
fn ring_rows(experiment: &'static str, m: &Measured<Point>) -> Result<Vec<Row>> {
    let point = &m.point;
    let ring = Ring {
        population: point.ensemble.population(Some(point.units))?,
        units: point.units,
        alpha: point_alpha(point)?,
        ratio: point.ratio,
    };
    let parameters = parameters(experiment, point)?;
    ring.rows(&parameters, "leading_overlap_squared", &m.estimate(0)?)
}

/// A ring with some samples.
pub(in super::super) struct Ring {
    /// At its size.
    pub(in super::super) population: Population,
    pub(in super::super) units: usize,
    pub(in super::super) alpha: f64,
    /// α over the critical one.
    pub(in super::super) ratio: f64,
}

impl Ring {
    /// The overlap of the top eigenvector with the uniform mode beside the theory at this size; up to the threshold the formula of an
    /// isolated outlier is the control. A reason not to judge that is given already stays.
    pub(in super::super) fn rows(
        &self,
        parameters: &Parameters,
        observable: &'static str,
        estimate: &Estimate,
    ) -> Result<Vec<Row>> {
        let given = parameters.unjudged;
        let parameters = Parameters {
            unjudged: given.or((self.ratio > WITHIN_CLAIM).then_some(PLACE_FLUCTUATES)),
            ..parameters.clone()
        };
        let units = Some(self.units);
        let compare = |theory| Row::compare(&parameters, units, observable, theory, estimate);
        let place = leading_overlaps(&self.population, self.alpha)?;
        let mut rows = vec![compare(place.overlaps[0].1)];
        if self.ratio <= 1.0 {
            let alone = compare(spike(&self.population, 0, self.alpha)?.overlap_squared());
            rows.push(Row {
                control: true,
                ..alone.at(|parameters| parameters.unjudged = given)
            });
        }
        Ok(rows)
    }
}

/// Samples per unit as drawn.
fn point_alpha(point: &Point) -> Result<f64> {
    Ok(as_float(samples_at(point.alpha()?, point.units)) / as_float(point.units))
}
