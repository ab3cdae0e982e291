//! One strong direction in white noise: below a critical number of samples nothing of it is learnt.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_theory::covariance::{
    SampleLaw, critical_alpha, overlap_profile, spike, tracy_widom_scale,
};
use saddlepoint_theory::spectra::Population;

use super::bulk::TRACY_WIDOM_MEAN;
use super::ensemble::{Ensemble, samples_at};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::{AtSize, Parameters, Prediction, Row};

/// Factor by which α is wrong in the controls.
const WRONG_ALPHA: f64 = 1.1;

/// Sizes with the replicas of each.
type Sizes = &'static [(usize, usize)];

/// α over its critical value, with the sizes at which it is looked at: fewer samples are cheaper, and the overlaps below
/// the threshold need many replicas.
fn ratios(preset: Preset) -> &'static [(f64, Sizes)] {
    preset.choose(
        &[
            (0.25, &[(48, 8000), (96, 4000), (192, 3000), (384, 800)]),
            (1.0, &[(24, 3000), (48, 1500), (96, 400), (192, 60)]),
            (4.0, &[(24, 8000), (48, 5000), (96, 1800), (192, 250)]),
        ],
        &[
            (
                0.25,
                &[
                    (120, 20_000),
                    (240, 10_000),
                    (500, 1200),
                    (1000, 200),
                    (2000, 24),
                ],
            ),
            (
                0.5,
                &[
                    (60, 6000),
                    (120, 2500),
                    (240, 800),
                    (500, 100),
                    (1000, 32),
                    (2000, 16),
                ],
            ),
            (
                1.0,
                &[
                    (60, 6000),
                    (120, 2500),
                    (240, 500),
                    (500, 80),
                    (1000, 32),
                    (2000, 16),
                ],
            ),
            (
                2.0,
                &[
                    (60, 6000),
                    (120, 2500),
                    (240, 500),
                    (500, 80),
                    (1000, 32),
                    (2000, 16),
                ],
            ),
            (
                4.0,
                &[
                    (60, 6000),
                    (120, 2500),
                    (240, 500),
                    (500, 80),
                    (1000, 32),
                    (2000, 16),
                ],
            ),
        ],
        &[
            (
                0.25,
                &[
                    (120, 120_000),
                    (240, 60_000),
                    (500, 8000),
                    (1000, 1500),
                    (2000, 200),
                ],
            ),
            (
                0.5,
                &[
                    (120, 25_000),
                    (240, 8000),
                    (500, 1000),
                    (1000, 320),
                    (2000, 80),
                ],
            ),
            (
                1.0,
                &[
                    (120, 25_000),
                    (240, 5000),
                    (500, 800),
                    (1000, 320),
                    (2000, 80),
                    (4000, 24),
                ],
            ),
            (
                1.5,
                &[
                    (120, 25_000),
                    (240, 5000),
                    (500, 800),
                    (1000, 320),
                    (2000, 80),
                    (4000, 24),
                ],
            ),
            (
                2.0,
                &[
                    (120, 25_000),
                    (240, 5000),
                    (500, 800),
                    (1000, 320),
                    (2000, 80),
                    (4000, 24),
                ],
            ),
            (
                4.0,
                &[
                    (120, 25_000),
                    (240, 5000),
                    (500, 800),
                    (1000, 320),
                    (2000, 80),
                    (4000, 24),
                ],
            ),
        ],
    )
}

/// A spike and two clusters, both with the critical α = 1.
const ENSEMBLES: [Ensemble; 2] = [
    Ensemble::Spiked { spike: 1.0 },
    Ensemble::TwoCluster { signal: 1.0 },
];

/// Size at which the profile stands for its limit N → ∞: it differs by 1/N.
const LARGE: usize = 10_000_000;

/// The top eigenvector of the sample covariance of spiked and two-cluster data across the threshold of retarded learning.
///
/// Above the threshold its squared overlap with the planted direction and its eigenvalue are extrapolated in 1/N to the
/// asymptotic theory. Below, the overlap follows the profile of the edge, approached as N^(−2/3), and the eigenvalue tends to
/// the edge. At the threshold itself the squared overlap falls as N^(−1/3): the window of the transition is
/// N^(−1/3) wide and the overlap grows linearly behind it.
///
/// # References
/// Baik, Ben Arous & Péché, Ann. Probab. 33, 1643 (2005); Reimann & Van den Broeck, Phys. Rev. E 53, 3989 (1996);
/// Bloemendal & Virág, Probab. Theory Relat. Fields 156, 795 (2013), for the window.
#[derive(Debug, Clone, Copy)]
pub struct RetardedLearning;

/// One data model at one α and one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    ensemble: Ensemble,
    ratio: f64,
    alpha: f64,
    units: usize,
}

/// The values of a replica.
const OVERLAP: usize = 0;
const EIGENVALUE: usize = 1;

impl Experiment for RetardedLearning {
    type Point = Point;

    fn name(&self) -> &'static str {
        "retarded-learning"
    }

    fn description(&self) -> &'static str {
        "Top sample eigenvector of spiked and two-cluster data below, at and above the threshold."
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let mut design = Vec::new();
        for ensemble in ENSEMBLES {
            let critical = critical_alpha(&ensemble.population(None)?, 0)?;
            for &(ratio, sizes) in ratios(preset) {
                let alpha = ratio * critical;
                let point = |&(units, replicas): &(usize, usize)| {
                    (
                        Point {
                            ensemble,
                            ratio,
                            alpha,
                            units,
                        },
                        replicas,
                    )
                };
                design.extend(sizes.iter().map(point));
            }
        }
        Ok(design)
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * samples_at(point.alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = samples_at(point.alpha, point.units);
        let drawn = point.ensemble.draw(point.units, samples, random)?;
        let top = SampleCovariance::new(&drawn.samples, drawn.columns)?.leading(1)?;
        let overlap = match &drawn.direction {
            Some(direction) => squared_overlap(&top.vector(0), direction)?,
            None => 0.0,
        };
        Ok(vec![overlap, top.eigenvalues[0]])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.ensemble == b.point.ensemble && a.point.ratio.total_cmp(&b.point.ratio).is_eq()
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            let curve = Curve::new(self.name(), sizes)?;
            rows.extend(match sizes[0].point.ratio {
                ratio if ratio > 1.0 => curve.above()?,
                ratio if ratio < 1.0 => curve.below()?,
                _ => curve.at_threshold()?,
            });
        }
        Ok(rows)
    }
}

/// All sizes at one α.
struct Curve<'a> {
    parameters: Parameters,
    ensemble: Ensemble,
    alpha: f64,
    population: Population,
    sizes: &'a [Measured<Point>],
}

impl<'a> Curve<'a> {
    fn new(experiment: &'static str, sizes: &'a [Measured<Point>]) -> Result<Self> {
        let Point {
            ensemble, alpha, ..
        } = sizes[0].point;
        let parameters = Parameters {
            alpha: Some(alpha),
            mode: Some(0),
            ..ensemble.parameters(experiment)
        };
        let population = ensemble.population(None)?;
        Ok(Self {
            parameters,
            ensemble,
            alpha,
            population,
            sizes,
        })
    }

    fn estimates(&self, index: usize) -> Result<Vec<(usize, Estimate)>> {
        self.sizes
            .iter()
            .map(|m| Ok((m.point.units, m.estimate(index)?)))
            .collect()
    }

    /// Overlap and eigenvalue of the outlier; the finite population's own eigenvalue is taken into account.
    fn above(&self) -> Result<Vec<Row>> {
        let limit = spike(&self.population, 0, self.alpha)?;
        let wrong = spike(&self.population, 0, self.alpha * WRONG_ALPHA)?;
        let overlap = Prediction {
            observable: "overlap_squared",
            limit_observable: None,
            theory: limit.overlap_squared(),
            wrong: Some(wrong.overlap_squared()),
        };
        let eigenvalue = Prediction {
            observable: "sample_eigenvalue",
            limit_observable: None,
            theory: limit.eigenvalue(),
            wrong: Some(wrong.eigenvalue()),
        };
        let (mut overlaps, mut eigenvalues) = (Vec::new(), Vec::new());
        for m in self.sizes {
            let units = m.point.units;
            let finite = spike(&self.ensemble.population(Some(units))?, 0, self.alpha)?;
            let finite_size = finite.overlap_squared() - overlap.theory;
            overlaps.push(AtSize {
                finite_size,
                ..AtSize::new(units, m.estimate(OVERLAP)?)
            });
            let finite_size = finite.eigenvalue() - eigenvalue.theory;
            eigenvalues.push(AtSize {
                finite_size,
                ..AtSize::new(units, m.estimate(EIGENVALUE)?)
            });
        }
        let powers = [1.0, 2.0];
        let mut rows = Row::extrapolate(&self.parameters, &overlap, &overlaps, &powers)?;
        rows.extend(Row::extrapolate(
            &self.parameters,
            &eigenvalue,
            &eigenvalues,
            &powers,
        )?);
        Ok(rows)
    }

    /// The overlap relative to its profile, and the edge with its Tracy-Widom shift.
    ///
    /// The ratio to the profile is a smooth function of the distance N^(−2/3) of the largest eigenvalue from the edge, on a
    /// scale that shrinks towards the threshold. The control of the overlap is white noise, 1/N; it stands well below the
    /// threshold, where the extrapolation is precise enough to tell.
    fn below(&self) -> Result<Vec<Row>> {
        let profile = |units| -> Result<f64> {
            let population = self.ensemble.population(Some(units))?;
            Ok(overlap_profile(&population, self.alpha)?.overlaps[0].1)
        };
        let is_far = self.sizes[0].point.ratio < 0.3;
        let white_noise = 1.0 / (as_float(LARGE) * profile(LARGE)?);
        let prediction = Prediction {
            observable: "overlap_squared",
            limit_observable: Some("overlap_squared_over_profile"),
            theory: 1.0,
            wrong: is_far.then_some(white_noise),
        };
        let over_profile = |(units, measured)| {
            Ok(AtSize {
                factor: 1.0 / profile(units)?,
                ..AtSize::new(units, measured)
            })
        };
        let sizes = self.estimates(OVERLAP)?.into_iter().map(over_profile);
        let sizes: Vec<_> = sizes.collect::<Result<_>>()?;
        let powers: &[f64] = if is_far {
            &[2.0 / 3.0, 4.0 / 3.0]
        } else {
            &[2.0 / 3.0, 4.0 / 3.0, 2.0]
        };
        let mut rows = Row::extrapolate(&self.parameters, &prediction, &sizes, powers)?;
        let edge = |alpha| -> Result<_> {
            let gamma = self.population.aspect_ratio(alpha)?;
            let law = SampleLaw::new(self.population.spectrum(), gamma)?;
            Ok(law.support().last().map(|interval| interval.upper))
        };
        if let (Some(right), Some(wrong)) = (edge(self.alpha)?, edge(self.alpha * WRONG_ALPHA)?) {
            let prediction = Prediction {
                observable: "sample_eigenvalue",
                limit_observable: None,
                theory: right.position,
                wrong: Some(wrong.position),
            };
            let shifted = |(units, measured)| {
                let samples = self.alpha * as_float(units);
                let finite_size = TRACY_WIDOM_MEAN * tracy_widom_scale(&right, samples);
                AtSize {
                    finite_size,
                    ..AtSize::new(units, measured)
                }
            };
            let sizes: Vec<_> = self
                .estimates(EIGENVALUE)?
                .into_iter()
                .map(shifted)
                .collect();
            rows.extend(Row::extrapolate(
                &self.parameters,
                &prediction,
                &sizes,
                &[1.0, 4.0 / 3.0],
            )?);
        }
        Ok(rows)
    }

    /// Exponent of the critical overlap; the control is the exponent 1/2 instead of 1/3.
    fn at_threshold(&self) -> Result<Vec<Row>> {
        let prediction = Prediction {
            observable: "overlap_squared",
            limit_observable: Some("overlap_squared_exponent"),
            theory: -1.0 / 3.0,
            wrong: Some(-0.5),
        };
        let mut rows = Row::exponent(
            &self.parameters,
            &prediction,
            &self.estimates(OVERLAP)?,
            &[],
        )?;
        let prediction = Prediction {
            observable: "sample_eigenvalue",
            limit_observable: None,
            theory: spike(&self.population, 0, self.alpha)?.eigenvalue(),
            wrong: Some(spike(&self.population, 0, self.alpha * WRONG_ALPHA)?.eigenvalue()),
        };
        let sizes: Vec<_> = self
            .estimates(EIGENVALUE)?
            .into_iter()
            .map(|(units, measured)| AtSize::new(units, measured))
            .collect();
        let powers = [2.0 / 3.0, 1.0];
        rows.extend(Row::extrapolate(
            &self.parameters,
            &prediction,
            &sizes,
            &powers,
        )?);
        Ok(rows)
    }
}
