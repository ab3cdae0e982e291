//! Noise or a place cell, and the landscape that traps it: what a hidden unit makes of α N samples of a ring.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::covariance::critical_alpha;
use saddlepoint_theory::dynamics::diffusion::PlaceCell;
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

use super::ensemble::Ensemble;
use super::harmonics::best_overlap;
use super::one_unit::learnt;
use super::own::{BETA, numbers};
use crate::comparison::{Estimate, as_float, rounded};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{COMPARISON, Parameters, Prediction, Row};

/// Sites of the ring.
const UNITS: usize = 40;
/// Squared overlap with the bump below which weights are noise.
const HALF: f64 = 0.5;
/// Factor above the line between noise and bump from which on points are judged.
const FACTOR: f64 = 4.5;
/// Factor by which the landscape's variance is wrong in the control.
const WRONG: f64 = 0.7;

/// What one hidden unit learns from α N configurations of an Ising ring at coupling β.
///
/// The unit is trained to a maximum of their likelihood: its weights are *noise* while their squared overlap with the bump of infinitely
/// many samples, best over all places, is below one half, and a *place cell* above. The theory is asymptotic, overlap² = 1 − `P_c`/P for
/// P ≫ `P_c` ([`PlaceCell::linear_response`]), and is judged at that end: from 4.5 `P_c` samples on every unit must be a place cell. Points
/// with fewer samples, and the overlaps themselves, are shown. The control takes the spectral threshold of the uniform mode in
/// place of `P_c`.
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

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Coupling of the ring of 40 sites",
        ..BETA
    },
    numbers(
        "ratio",
        [0.01, 100.0],
        "Samples over the critical number of place cells",
        "0.0625, 0.5, 5",
    ),
];

/// Rings at all numbers of samples, over the critical one.
fn points(betas: &[f64], ratios: &[f64], preset: Preset) -> Result<Vec<(Point, usize)>> {
    // The variance of a landscape is a sum of few squares: its law is skewed, and the mean of few has a heavy tail.
    let replicas = preset.choose(256, 256, 1000);
    let mut points = Vec::new();
    for &beta in betas {
        let line = Lines::new(beta)?.critical;
        let samples = ratios.iter().map(|ratio| rounded(ratio * line).max(1));
        points.extend(samples.map(|samples| (Point { beta, samples }, replicas)));
    }
    Ok(points)
}

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
            &[0.0625, 0.5, 5.0],
            &[0.0625, 0.2, 0.6, 1.7, 5.0, 20.0],
            &[0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0, 50.0],
        );
        points(betas, ratios, preset)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let betas = asked.numbers("beta", &[0.5]);
        let ratios = asked.numbers("ratio", &[0.0625, 0.5, 5.0]);
        points(&betas, &ratios, asked.preset)
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
    /// Samples `P_c` from which the place cell is learnt.
    critical: f64,
    /// Samples of the spectral threshold of the uniform mode.
    spectral: f64,
    /// Variance of the landscape of one sample, nats².
    variance: f64,
}

impl Lines {
    fn new(beta: f64) -> Result<Self> {
        let population = Ensemble::IsingRing { beta }.population(Some(UNITS))?;
        let cell = cell(beta)?;
        Ok(Self {
            beta,
            critical: cell.linear_response()?.overlap_coefficient,
            spectral: critical_alpha(&population, 0)? * as_float(UNITS),
            variance: cell.pinning(1.0)?.variance(),
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

    /// The overlap beside its leading order, and how many units are place cells.
    fn overlap_rows(&self, measured: &Measured<Point>) -> Result<Vec<Row>> {
        let samples = as_float(measured.point.samples);
        let at = |criterion, unjudged| Parameters {
            criterion: Some(criterion),
            unjudged,
            ..self.parameters(measured)
        };
        let mut rows = vec![Row::compare(
            &at("place-cell", Some("leading-order")),
            Some(UNITS),
            "overlap_squared",
            1.0 - self.critical / samples,
            &measured.estimate(0)?,
        )];
        let is_asymptotic = samples >= self.critical * FACTOR;
        let cells = measured.replicas.iter().filter(|values| values[0] > HALF);
        let place_cells = Estimate::of_share(cells.count(), measured.replicas.len());
        let beyond = |line: f64| f64::from(u8::from(samples > line));
        let compare = |parameters, line| {
            let theory = beyond(line);
            Row::compare(
                &parameters,
                Some(UNITS),
                "place_cells",
                theory,
                &place_cells,
            )
        };
        rows.push(compare(
            at("place-cell", (!is_asymptotic).then_some("asymptotic")),
            self.critical,
        ));
        if is_asymptotic && samples < self.spectral {
            rows.push(Row {
                control: true,
                ..compare(at("spectral", None), self.spectral)
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
