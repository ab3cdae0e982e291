//! What the experiments on whole sample spectra share: moments, cumulative distribution, edges.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_theory::covariance::{Edge, SampleLaw, tracy_widom_scale};

use super::ensemble::{Ensemble, dense_cost, samples_at, sizes};
use super::own::ensembles;
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::Asked;
use crate::runner::{Measured, Preset};
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// Factor by which α is wrong in the controls: it moves moments and edges by a few per cent.
const WRONG_ALPHA: f64 = 1.1;

/// Quantiles at which the cumulative distribution is compared, as fractions of the part without the atom at zero.
const LEVELS: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

/// The moments that are compared with the powers of 1/N of their corrections, polynomials in 1/N: the first moment is
/// trivial for spins, the second has the one correction 1/N.
const MOMENTS: [(i32, &str, &[f64]); 3] = [
    (2, "moment_2", &[1.0]),
    (3, "moment_3", &[1.0, 2.0]),
    (4, "moment_4", &[1.0, 2.0]),
];

/// Rows of the panel of moments and edges in the figures.
pub(super) const MOMENTS_AND_EDGES: Option<(&str, &[&str])> = Some((
    "observable",
    &[
        MOMENTS[0].1,
        MOMENTS[1].1,
        MOMENTS[2].1,
        "upper_edge",
        "lower_edge",
    ],
));

/// Power of 1/N of the mean number of eigenvalues below a point of the bulk.
const BULK_POWERS: [f64; 1] = [1.0];

/// Powers of 1/N of an extreme eigenvalue beyond its predicted term N^(−2/3).
const EDGE_POWERS: [f64; 2] = [1.0, 4.0 / 3.0];

/// Mean of the law of Tracy & Widom for real data (β = 1).
///
/// Reference: Bornemann, Math. Comput. 79, 871 (2010), table 10.
pub(super) const TRACY_WIDOM_MEAN: f64 = -1.206_533_574_582_093;

/// One size of one spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkPoint {
    pub(super) ensemble: Ensemble,
    pub(super) alpha: f64,
    pub(super) units: usize,
    /// Where the cumulative distribution is taken.
    positions: Vec<f64>,
    /// Fraction of eigenvalues above each edge, from the top edge down, and whether it is an upper end.
    edges: Vec<(f64, bool)>,
}

/// Sizes of a preset, with the replicas of the smallest and the power of N with which they decline.
fn plan(preset: Preset) -> (&'static [usize], usize, f64) {
    preset.choose(
        (&[24, 48, 96, 192], 6000, 1.6),
        (&[48, 96, 192, 384], 6000, 1.5),
        (&[48, 96, 192, 384, 768], 60_000, 1.7),
    )
}

/// The points of one spectrum at the sizes of a preset.
pub(super) fn points(
    ensemble: Ensemble,
    alpha: f64,
    preset: Preset,
) -> Result<Vec<(BulkPoint, usize)>> {
    let (units, most, decline) = plan(preset);
    at_sizes(ensemble, alpha, sizes(units, most, decline))
}

/// The points of a user: data models at all α and sizes.
pub(super) fn own_points(
    asked: &Asked<'_>,
    default: &'static str,
) -> Result<Vec<(BulkPoint, usize)>> {
    let (units, most, decline) = plan(asked.preset);
    let units = asked.counts("units", units);
    let mut design = Vec::new();
    for ensemble in ensembles(asked, default) {
        for alpha in asked.numbers("alpha", &[2.0]) {
            design.extend(at_sizes(ensemble, alpha, sizes(&units, most, decline))?);
        }
    }
    Ok(design)
}

/// The points of one spectrum at several sizes.
fn at_sizes(
    ensemble: Ensemble,
    alpha: f64,
    sizes: Vec<(usize, usize)>,
) -> Result<Vec<(BulkPoint, usize)>> {
    let population = ensemble.population(None)?;
    let law = SampleLaw::new(population.spectrum(), population.aspect_ratio(alpha)?)?;
    let atom = law.atom_at_zero();
    let position = |level| Ok(law.quantile(atom + (1.0 - atom) * level)?);
    let positions: Vec<f64> = LEVELS.into_iter().map(position).collect::<Result<_>>()?;
    let edges: Vec<(f64, bool)> = edges(&law)
        .into_iter()
        .map(|e| (e.above, e.is_upper))
        .collect();
    let point = |(units, replicas)| {
        let (positions, edges) = (positions.clone(), edges.clone());
        (
            BulkPoint {
                ensemble,
                alpha,
                units,
                positions,
                edges,
            },
            replicas,
        )
    };
    Ok(sizes.into_iter().map(point).collect())
}

impl BulkPoint {
    pub(super) fn cost(&self) -> f64 {
        dense_cost(self.units, samples_at(self.alpha, self.units))
    }

    /// Moments, cumulative distribution and edge eigenvalues of one sample covariance.
    pub(super) fn measure(&self, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = samples_at(self.alpha, self.units);
        let drawn = self.ensemble.draw(self.units, samples, random)?;
        let spectrum = SampleCovariance::new(&drawn.samples, drawn.columns)?.eigenvalues()?;
        let n = as_float(spectrum.len());
        let moment = |&(k, ..): &(i32, _, _)| spectrum.iter().map(|x| x.powi(k)).sum::<f64>() / n;
        let below = |x: &f64| as_float(spectrum.iter().filter(|y| *y <= x).count()) / n;
        let extreme = |&(above, is_upper): &(f64, bool)| {
            let rank = samples_at(above, spectrum.len());
            // Descending order: the eigenvalue below an upper end, or above a lower end.
            spectrum[if is_upper { rank } else { rank - 1 }]
        };
        let moments = MOMENTS.iter().map(moment);
        let cumulatives = self.positions.iter().map(below);
        Ok(moments
            .chain(cumulatives)
            .chain(self.edges.iter().map(extreme))
            .collect())
    }
}

/// An edge of a sample spectrum.
struct SpectrumEdge {
    edge: Edge,
    /// Fraction of eigenvalues above it.
    above: f64,
    is_upper: bool,
}

/// All edges from the top down; a hard edge at zero is none.
fn edges(law: &SampleLaw) -> Vec<SpectrumEdge> {
    let mut above = 0.0;
    let mut edges = Vec::new();
    for interval in law.support().iter().rev() {
        edges.push(SpectrumEdge {
            edge: interval.upper,
            above,
            is_upper: true,
        });
        above += interval.mass;
        if interval.lower.position > 0.0 {
            edges.push(SpectrumEdge {
                edge: interval.lower,
                above,
                is_upper: false,
            });
        }
    }
    edges
}

/// Second to fourth moment of the limiting law from those of the population.
///
/// ```text
/// m₂ = h₂ + γh₁²,   m₃ = h₃ + 3γh₁h₂ + γ²h₁³,   m₄ = h₄ + γ(4h₁h₃ + 2h₂²) + 6γ²h₁²h₂ + γ³h₁⁴
/// ```
///
/// # References
/// Marchenko & Pastur (1967); Nica & Speicher, *Lectures on the Combinatorics of Free Probability* (2006), lecture 17.
fn sample_moments(law: &SampleLaw) -> [f64; 3] {
    let spectrum = law.landing().spectrum();
    let gamma = law.landing().aspect_ratio();
    let [h1, h2, h3, h4] = [1, 2, 3, 4].map(|k| spectrum.moment(k));
    [
        h2 + gamma * h1.powi(2),
        h3 + 3.0 * gamma * h1 * h2 + gamma.powi(2) * h1.powi(3),
        h4 + gamma * (4.0 * h1 * h3 + 2.0 * h2.powi(2))
            + 6.0 * gamma.powi(2) * h1.powi(2) * h2
            + gamma.powi(3) * h1.powi(4),
    ]
}

/// The rows of all spectra among `measured`, whose sizes follow each other.
pub(super) fn rows(experiment: &'static str, measured: &[Measured<BulkPoint>]) -> Result<Vec<Row>> {
    let same = |a: &Measured<BulkPoint>, b: &Measured<BulkPoint>| {
        a.point.ensemble == b.point.ensemble && a.point.alpha.total_cmp(&b.point.alpha).is_eq()
    };
    let mut rows = Vec::new();
    for sizes in measured.chunk_by(same) {
        let BulkPoint {
            ensemble, alpha, ..
        } = sizes[0].point;
        let population = ensemble.population(None)?;
        let law = |alpha| -> Result<SampleLaw<'_>> {
            Ok(SampleLaw::new(
                population.spectrum(),
                population.aspect_ratio(alpha)?,
            )?)
        };
        let spectrum = Spectrum {
            parameters: Parameters {
                alpha: Some(alpha),
                ..ensemble.parameters(experiment)
            },
            law: law(alpha)?,
            wrong_law: law(alpha * WRONG_ALPHA)?,
            sizes,
        };
        rows.extend(spectrum.moment_rows()?);
        rows.extend(spectrum.cumulative_rows()?);
        rows.extend(spectrum.edge_rows()?);
    }
    Ok(rows)
}

/// One spectrum: its prediction, a wrong one, and the measurements at all sizes.
struct Spectrum<'a> {
    parameters: Parameters,
    law: SampleLaw<'a>,
    wrong_law: SampleLaw<'a>,
    sizes: &'a [Measured<BulkPoint>],
}

impl Spectrum<'_> {
    /// The measured value at `index` for all sizes, with a predicted finite-size term.
    fn at_sizes(&self, index: usize, finite_size: impl Fn(f64) -> f64) -> Result<Vec<AtSize>> {
        let at = |m: &Measured<BulkPoint>| {
            let units = m.point.units;
            let finite_size = finite_size(as_float(units));
            Ok(AtSize {
                finite_size,
                ..AtSize::new(units, m.estimate(index)?)
            })
        };
        self.sizes.iter().map(at).collect()
    }

    fn moment_rows(&self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let predicted = sample_moments(&self.law)
            .into_iter()
            .zip(sample_moments(&self.wrong_law));
        for (index, (moment, (theory, wrong))) in MOMENTS.iter().zip(predicted).enumerate() {
            let &(_, observable, powers) = moment;
            let prediction = Prediction {
                observable,
                limit_observable: None,
                theory,
                wrong: Some(wrong),
            };
            let sizes = self.at_sizes(index, |_| 0.0)?;
            rows.extend(Row::extrapolate(
                &self.parameters,
                &prediction,
                &sizes,
                powers,
            )?);
        }
        Ok(rows)
    }

    /// The control stands where the wrong law differs most: somewhere in the bulk the two laws cross.
    fn cumulative_rows(&self) -> Result<Vec<Row>> {
        let positions = &self.sizes[0].point.positions;
        let both = |x: &f64| Ok((self.law.cumulative(*x)?, self.wrong_law.cumulative(*x)?));
        let predicted: Vec<(f64, f64)> = positions.iter().map(both).collect::<Result<_>>()?;
        let difference = |(theory, wrong): &(f64, f64)| (theory - wrong).abs();
        let largest = predicted.iter().map(difference).fold(0.0, f64::max);
        let mut rows = Vec::new();
        for (index, (&x, both)) in (MOMENTS.len()..).zip(positions.iter().zip(&predicted)) {
            let wrong = (difference(both) >= largest).then_some(both.1);
            let prediction = Prediction {
                observable: "cumulative",
                limit_observable: None,
                theory: both.0,
                wrong,
            };
            let parameters = Parameters {
                x: Some(Argument::new("eigenvalue", x)),
                ..self.parameters.clone()
            };
            let sizes = self.at_sizes(index, |_| 0.0)?;
            rows.extend(Row::extrapolate(
                &parameters,
                &prediction,
                &sizes,
                &BULK_POWERS,
            )?);
        }
        Ok(rows)
    }

    /// Position of each edge; the control stands where the wrong law differs most.
    fn edge_rows(&self) -> Result<Vec<Row>> {
        let gamma = self.law.landing().aspect_ratio();
        let first = MOMENTS.len() + self.sizes[0].point.positions.len();
        let both: Vec<_> = edges(&self.law)
            .into_iter()
            .zip(edges(&self.wrong_law))
            .collect();
        let difference = |(right, wrong): &(SpectrumEdge, SpectrumEdge)| {
            (wrong.edge.position / right.edge.position).ln().abs()
        };
        let largest = both.iter().map(difference).fold(0.0, f64::max);
        let mut rows = Vec::new();
        for (mode, pair) in both.iter().enumerate() {
            let (right, wrong) = pair;
            let prediction = Prediction {
                observable: if right.is_upper {
                    "upper_edge"
                } else {
                    "lower_edge"
                },
                limit_observable: None,
                theory: right.edge.position,
                wrong: (difference(pair) >= largest).then_some(wrong.edge.position),
            };
            let outwards = if right.is_upper { 1.0 } else { -1.0 };
            let shift =
                |n: f64| outwards * TRACY_WIDOM_MEAN * tracy_widom_scale(&right.edge, n / gamma);
            let sizes = self.at_sizes(first + mode, shift)?;
            let parameters = Parameters {
                mode: Some(mode),
                ..self.parameters.clone()
            };
            rows.extend(Row::extrapolate(
                &parameters,
                &prediction,
                &sizes,
                &EDGE_POWERS,
            )?);
        }
        Ok(rows)
    }
}
