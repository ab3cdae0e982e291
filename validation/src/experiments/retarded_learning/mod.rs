//! One strong direction in white noise: below a critical number of samples nothing of it is learnt.

mod given;
mod ring;

pub use given::GivenData;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_simulator::observables::{ring_modes, squared_overlap};
use saddlepoint_theory::covariance::{
    SampleLaw, critical_alpha, overlap_profile, spike, tracy_widom_scale,
};
use saddlepoint_theory::spectra::Population;

use super::bulk::TRACY_WIDOM_MEAN;
use super::ensemble::{Ensemble, samples_at, sizes};
use super::own::{ALPHA, BETA, SIGNAL, SPIKE, UNITS, ensembles, words};
use crate::comparison::{Estimate, as_float};
use crate::error::{Error, Result};
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Curve, Law, Panel, Scale, View};
use crate::table::{AtSize, COMPARED, COMPARISON, Cell, Parameters, Prediction, Row, compared};

/// Factor by which α is wrong in the controls: it moves eigenvalues and overlaps by several per cent.
const WRONG_ALPHA: f64 = 1.25;

/// α over its critical value, with the sizes at which it is looked at and the replicas of each: few samples are cheap, and
/// the overlaps below the threshold need many replicas, not least since their law is skewed (χ² with one degree of freedom):
/// the t of a few dozen has a heavy tail on the low side.
fn ratios(preset: Preset) -> Vec<(f64, Vec<(usize, usize)>)> {
    let all: &[usize] = &[60, 120, 240, 500, 1000, 2000];
    let large = &all[1..];
    let below: &[usize] = &[100, 200, 400, 700, 1000];
    preset.choose(
        vec![
            (0.25, sizes(&[56, 96, 160, 280], 9000, 1.3)),
            (1.0, sizes(&[24, 48, 96, 192], 8000, 1.4)),
            (4.0, sizes(&[24, 48, 96, 160], 8000, 1.6)),
        ],
        vec![
            (0.25, sizes(below, 20_000, 1.7)),
            (0.5, sizes(&all[..5], 6000, 1.5)),
            (1.0, sizes(&all[..5], 20_000, 1.3)),
            (2.0, sizes(all, 6000, 1.85)),
            (4.0, sizes(all, 6000, 1.85)),
        ],
        vec![
            (0.25, sizes(below, 200_000, 1.7)),
            (0.5, sizes(all, 50_000, 1.5)),
            (1.0, sizes(&all[..5], 100_000, 1.3)),
            (1.5, sizes(large, 25_000, 2.0)),
            (2.0, sizes(large, 25_000, 2.0)),
            (4.0, sizes(large, 25_000, 2.0)),
        ],
    )
}

/// A spike and two clusters, both with the critical α = 1.
const ENSEMBLES: [Ensemble; 2] = [
    Ensemble::Spiked { spike: 1.0 },
    Ensemble::TwoCluster { signal: 1.0 },
];

/// Replicas of the smallest machines from which on the exponent of the critical overlap is precise enough for a control.
const TELLING: usize = 100_000;

/// Size at which the profile stands for its limit N → ∞: it differs by 1/N.
const LARGE: usize = 10_000_000;

/// The top eigenvector of the sample covariance of spiked and two-cluster data across the threshold of retarded learning.
///
/// Above the threshold its squared overlap with the planted direction and its eigenvalue are extrapolated in 1/N to the
/// asymptotic theory. Below, the overlap follows the profile of the edge, approached as N^(−2/3), and the eigenvalue tends to
/// the edge. At the threshold itself, that of the finite population, the squared overlap falls as N^(−1/3), up to a fitted
/// correction N^(−1/3): the window of the transition is N^(−1/3) wide and the overlap grows linearly behind it.
///
/// Rings, which a user may ask for, are compared at each size: the overlap of the top eigenvector with the uniform mode, at the place
/// of the largest eigenvalue.
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

/// The theory as a smooth line: of the limit N → ∞ the spike above the threshold, the edge of the bulk below; of a ring that of its size.
const LIMIT: Law = Law {
    x: "alpha",
    of: &["observable", "data", "spike", "signal", "beta", "units"],
    value: limit,
};

/// [`LIMIT`] at α.
fn limit(of: &[&Cell], alpha: f64) -> Option<f64> {
    let ensemble = match of[1].to_csv().as_ref() {
        "spiked" => Ensemble::Spiked {
            spike: of[2].number()?,
        },
        "two-cluster" => Ensemble::TwoCluster {
            signal: of[3].number()?,
        },
        "ising-ring" => return ring::overlap(of[4].number()?, of[5].number()?, alpha),
        _ => return None,
    };
    let spike = spike(&ensemble.population(None).ok()?, 0, alpha).ok()?;
    match of[0].to_csv().as_ref() {
        "overlap_squared" => Some(spike.overlap_squared()),
        _ => Some(spike.eigenvalue()),
    }
}

/// Sizes as points beside the limit, and rings beside the theory of their size.
const ACROSS: Panel = Panel {
    curves: &compared(Curve::line("theory").by(&[LIMIT])),
    scale: Scale::Linear,
    ..COMPARED
};

/// How its table is drawn: across the threshold.
const VIEW: View = View {
    x: &["alpha"],
    scale: Scale::Log,
    keys: &["units", "data", "law", "beta"],
    panels: &[
        Panel {
            label: "squared overlap  c²",
            show: Some(("observable", &["overlap_squared"])),
            ..ACROSS
        },
        Panel {
            label: "top eigenvalue  ψ",
            show: Some(("observable", &["sample_eigenvalue"])),
            ..ACROSS
        },
    ],
    ..COMPARISON
};

/// Data models that are in a file.
const OF_A_FILE: [&str; 2] = ["samples", "spectrum"];

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "data",
        &[
            "spiked",
            "two-cluster",
            "ising-ring",
            "gaussian-ring",
            "spectrum",
            "samples",
        ],
        "Data model; rings, spectra and samples are compared at each size, gaussian-ring has the covariance of ising-ring, and the eigenvalues of a spectrum or samples are those of --file",
        "spiked",
    ),
    SPIKE,
    SIGNAL,
    BETA,
    Parameter {
        default: "4",
        ..ALPHA
    },
    UNITS,
];

impl Experiment for RetardedLearning {
    type Point = Point;

    fn name(&self) -> &'static str {
        "retarded-learning"
    }

    fn description(&self) -> &'static str {
        "Top sample eigenvector of spiked and two-cluster data below, at and above the threshold."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let mut design = Vec::new();
        for ensemble in ENSEMBLES {
            let critical =
                |units| -> Result<f64> { Ok(critical_alpha(&ensemble.population(units)?, 0)?) };
            for (ratio, sizes) in ratios(preset) {
                for (units, replicas) in sizes {
                    // Two clusters of N spins have α_c = 1 − 2/3N + …: at the α_c of infinitely many they are beyond it.
                    let is_critical = ratio.total_cmp(&1.0).is_eq();
                    let alpha = ratio * critical(is_critical.then_some(units))?;
                    let point = Point {
                        ensemble,
                        ratio,
                        alpha,
                        units,
                    };
                    design.push((point, replicas));
                }
            }
        }
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let models = asked.words("data", &[]);
        if let Some(word) = models
            .iter()
            .find(|word| OF_A_FILE.contains(&word.as_str()))
        {
            return Err(Error::parameter(
                "data",
                word,
                "models without a file, or samples or spectrum alone with that of a file",
            ));
        }
        let (units, most) = asked.preset.choose(
            (&[24, 48, 96, 160][..], 8000),
            (&[60, 120, 240, 500, 1000], 6000),
            (&[120, 240, 500, 1000, 2000], 25_000),
        );
        let units = asked.counts("units", units);
        let mut design = Vec::new();
        for ensemble in ensembles(asked, "spiked") {
            for alpha in asked.numbers("alpha", &[4.0]) {
                for (units, replicas) in sizes(&units, most, 1.6) {
                    let population = ensemble.population(ensemble.is_ring().then_some(units))?;
                    let point = Point {
                        ensemble,
                        ratio: alpha / critical_alpha(&population, 0)?,
                        alpha,
                        units,
                    };
                    design.push((point, replicas));
                }
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
        let vector = top.vector(0);
        let overlap = match (&drawn.direction, point.ensemble) {
            (Some(direction), _) => squared_overlap(&vector, direction)?,
            (None, Ensemble::IsingRing { .. }) => ring_modes(&vector)?[0],
            // In the basis of the population, its leading mode first.
            (None, _) => vector[0] * vector[0],
        };
        Ok(vec![overlap, top.eigenvalues[0]])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.ensemble == b.point.ensemble && a.point.ratio.total_cmp(&b.point.ratio).is_eq()
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            if sizes[0].point.ensemble.is_ring() {
                for m in sizes {
                    rows.extend(ring::rows(self.name(), m)?);
                }
                continue;
            }
            let curve = AtAlpha::new(self.name(), sizes)?;
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
struct AtAlpha<'a> {
    parameters: Parameters,
    ensemble: Ensemble,
    alpha: f64,
    population: Population,
    sizes: &'a [Measured<Point>],
}

impl<'a> AtAlpha<'a> {
    fn new(experiment: &'static str, sizes: &'a [Measured<Point>]) -> Result<Self> {
        let Point {
            ensemble, ratio, ..
        } = sizes[0].point;
        let population = ensemble.population(None)?;
        let alpha = ratio * critical_alpha(&population, 0)?;
        let parameters = Parameters {
            alpha: Some(alpha),
            mode: Some(0),
            ..ensemble.parameters(experiment)
        };
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

    /// Exponent of the critical overlap; the control is the exponent 1/2 instead of 1/3, where there are replicas enough to tell.
    ///
    /// The correction is fitted with the exponent: the variance of the data along the direction scatters as P^(−1/2), and by its
    /// square, relative to that of the window N^(−1/3), it adds N^(−1/3), more or less with the kurtosis of the data. The exponent of
    /// the sizes alone would be too large by 0.02 for Gaussian data and by 0.05 for two clusters up to N = 200.
    fn at_threshold(&self) -> Result<Vec<Row>> {
        let is_telling = self.sizes[0].replicas.len() >= TELLING;
        let prediction = Prediction {
            observable: "overlap_squared",
            limit_observable: Some("overlap_squared_exponent"),
            theory: -1.0 / 3.0,
            wrong: is_telling.then_some(-0.5),
        };
        let mut rows = Row::exponent(
            &self.parameters,
            &prediction,
            &self.estimates(OVERLAP)?,
            &[1.0 / 3.0],
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
