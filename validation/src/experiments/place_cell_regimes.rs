//! Noise or a place cell, and the landscape that traps it: what a hidden unit makes of α N samples of a ring.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::covariance::{critical_alpha, crossing_alpha};
use saddlepoint_theory::dynamics::diffusion::PlaceCell;
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::ensemble::Ensemble;
use super::harmonics::best_overlap;
use super::one_unit::learnt;
use crate::comparison::{Estimate, as_float, rounded};
use crate::error::Result;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{COMPARISON, Parameters, Prediction, Row};

/// Sites of the ring.
const UNITS: usize = 40;
/// Squared overlap with the bump below which weights are noise.
const HALF: f64 = 0.5;
/// Factor from the line between noise and bump from which on points are judged.
const FACTOR: f64 = 6.0;
/// Factor by which the landscape's variance is wrong in the control: one place for two.
const WRONG: f64 = 0.5;

/// What one hidden unit learns from α N configurations of an Ising ring at coupling β.
///
/// The unit is trained to a maximum of their likelihood: its weights are *noise* while their squared overlap with the bump of infinitely
/// many samples, best over all places, is below one half, and a *place cell* above. The line of the theory is where signal and noise have
/// equal eigenvalues (the crossing criterion); at a factor of 6 from it the overlap must be in the interval of the regime, nearer points
/// are shown. The spectral threshold of the uniform mode is the control in place of the line.
///
/// A place cell is *trapped* where the landscape that the samples make of its places is deeper than the temperature of the noise. P times the
/// variance around the ring of the log-likelihood of the bump at all places is compared with the theory, which is exact at any P.
///
/// # References
/// Own; Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), for the crossing criterion.
#[derive(Debug, Clone, Copy)]
pub struct PlaceCellRegimes;

/// One coupling and number of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    beta: f64,
    samples: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["alpha"],
    keys: &["criterion"],
    ..COMPARISON
};

impl Experiment for PlaceCellRegimes {
    type Point = Point;

    fn name(&self) -> &'static str {
        "place-cell-regimes"
    }

    fn description(&self) -> &'static str {
        "Noise or a place cell, and the landscape of its places, against coupling and number of samples."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let betas: &[f64] = preset.choose(
            &[0.5],
            &[0.3, 0.4, 0.5, 0.7],
            &[0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7],
        );
        let ratios: &[f64] = preset.choose(
            &[0.125, 1.0, 8.0],
            &[0.125, 0.35, 1.0, 2.8, 8.0, 32.0],
            &[0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0],
        );
        let replicas = preset.choose(32, 64, 1000);
        let mut points = Vec::new();
        for &beta in betas {
            let noise = Lines::new(beta)?.noise;
            let samples = ratios
                .iter()
                .map(|ratio| rounded(ratio * noise * as_float(UNITS)));
            points.extend(samples.map(|samples| (Point { beta, samples }, replicas)));
        }
        Ok(points)
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.samples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = IsingRing::new(UNITS, point.beta)?.draw(point.samples, random)?;
        let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Spins)?;
        let learnt = learnt(&likelihood, random)?;
        let bump = cell(point.beta)?.weights().to_vec();
        let overlap = best_overlap(&learnt.weights, &bump);
        Ok(vec![
            overlap,
            as_float(point.samples) * landscape_variance(&likelihood, bump)?,
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.beta.total_cmp(&b.point.beta).is_eq()
        };
        for ring in measured.chunk_by(same) {
            let lines = Lines::new(ring[0].point.beta)?;
            for m in ring {
                rows.extend(lines.overlap_rows(m)?);
                rows.extend(lines.landscape_rows(m)?);
            }
        }
        Ok(rows)
    }
}

/// The place cell of the theory.
fn cell(beta: f64) -> Result<PlaceCell> {
    Ok(PlaceCell::new(&RingFlow::new(UNITS, beta)?)?)
}

/// Variance around the ring of the log-likelihood of a bump at all places.
fn landscape_variance(likelihood: &Likelihood<'_>, mut bump: Vec<f64>) -> Result<f64> {
    let mut heights = Vec::new();
    for _ in 0..UNITS {
        bump.rotate_right(1);
        heights.push(likelihood.value(&bump)?);
    }
    let mean = heights.iter().sum::<f64>() / as_float(UNITS);
    let squares = heights.iter().map(|height| (height - mean).powi(2));
    Ok(squares.sum::<f64>() / as_float(UNITS))
}

/// The theory at one coupling.
struct Lines {
    beta: f64,
    /// α between noise and bump: signal and noise have equal eigenvalues.
    noise: f64,
    /// α of the spectral threshold of the uniform mode.
    spectral: f64,
    /// Variance of the landscape of one sample, nats².
    variance: f64,
}

impl Lines {
    fn new(beta: f64) -> Result<Self> {
        let population = Ensemble::IsingRing { beta }.population(Some(UNITS))?;
        Ok(Self {
            beta,
            noise: crossing_alpha(&population)?,
            spectral: critical_alpha(&population, 0)?,
            variance: cell(beta)?.pinning(1.0)?.variance(),
        })
    }

    fn parameters(&self, measured: &Measured<Point>) -> Parameters {
        Parameters {
            experiment: "place-cell-regimes",
            data: "ising-ring",
            beta: Some(self.beta),
            alpha: Some(as_float(measured.point.samples) / as_float(UNITS)),
            kappa: Some(1.0 / as_float(UNITS)),
            ..Parameters::default()
        }
    }

    /// Whether the weights are noise.
    fn overlap_rows(&self, measured: &Measured<Point>) -> Result<Vec<Row>> {
        let parameters = self.parameters(measured);
        let alpha = as_float(measured.point.samples) / as_float(UNITS);
        let overlap = measured.estimate(0)?;
        let is_between = alpha * FACTOR > self.noise && alpha < self.noise * FACTOR;
        let parameters = Parameters {
            criterion: Some("crossing"),
            unjudged: is_between.then_some("between-regimes"),
            ..parameters
        };
        let mut rows = vec![on_its_side(&parameters, &overlap, alpha < self.noise)];
        if alpha >= FACTOR * self.noise && alpha < self.spectral {
            let wrong = Parameters {
                criterion: Some("spectral"),
                ..parameters
            };
            rows.push(Row {
                control: true,
                ..on_its_side(&wrong, &overlap, true)
            });
        }
        Ok(rows)
    }

    /// P times the variance of the landscape.
    fn landscape_rows(&self, measured: &Measured<Point>) -> Result<Vec<Row>> {
        let prediction = Prediction {
            observable: "landscape_variance",
            limit_observable: None,
            theory: self.variance,
            wrong: Some(WRONG * self.variance),
        };
        let measured_variance = measured.estimate(1)?;
        Ok(Row::pair(
            &self.parameters(measured),
            Some(UNITS),
            &prediction,
            &measured_variance,
        ))
    }
}

/// The overlap beside the nearest value of the predicted interval, below or above one half.
fn on_its_side(parameters: &Parameters, overlap: &Estimate, is_noise: bool) -> Row {
    let theory = if is_noise {
        overlap.mean.min(HALF)
    } else {
        overlap.mean.max(HALF)
    };
    Row::compare(parameters, Some(UNITS), "overlap_squared", theory, overlap)
}
