//! Singular values while a machine learns: out of the bulk of random weights, up to saturation, and between two-valued units.

mod gaussian;
mod two_valued;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::ensemble::sizes;
use super::machines::Kind;
use super::own::{UNITS, words};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{COMPARED, COMPARISON, Parameters, Row};

/// Factor by which the excess eigenvalues are wrong in the controls, and the growth rates of two-valued units.
const WRONG_SPIKE: f64 = 1.5;

/// Size σ√M of a mode of the initial weights that keeps growth linear.
const TINY: f64 = 1e-3;

/// Singular values and vectors of the weights while a machine learns by exact gradient.
///
/// A Gaussian machine learns data of two strong modes from random weights, by integration of its matrix equation, which knows no modes.
/// The overlap of the weights with a mode vanishes in the bulk, as 1/N, and reaches given levels at the times that the theory of
/// the sample covariance gives with M hidden units as samples. Later the singular values follow `ds/dt = s(c − 1/(1 − s²))` to
/// `s² = 1 − 1/c`. Means over random weights are expansions in 1/N, and finite sums over the modes are predicted.
///
/// Small weights between spin or binary units grow along the modes of ring data at `c − 1` and at `c/4 − 1/16`, in training
/// by the exact gradient, once the biases have learned the means; P samples take 1/P from every c.
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017); [`saddlepoint_theory::dynamics`].
#[derive(Debug, Clone, Copy)]
pub struct SingularValueFlow;

/// Which machine learns.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// Gaussian units, while modes come out of the bulk.
    Emergence,
    /// Gaussian units, up to the end.
    Saturation,
    /// Two-valued units with small weights.
    Growth { kind: Kind },
}

/// One machine at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    stage: Stage,
    units: usize,
    samples: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["units", "mode"],
    keys: &["mode", "x", "law"],
    panels: &[Panel {
        show: Some((
            "observable",
            &[
                "singular_value",
                "final_singular_value",
                "time_of_overlap",
                "overlap_squared",
                "growth_rate",
            ],
        )),
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set: of Gaussian units.
const PARAMETERS: &[Parameter] = &[
    words(
        "stage",
        &["emergence", "saturation"],
        "What of the training is looked at: modes that come out of the bulk, or the end",
        "emergence",
    ),
    UNITS,
];

/// Sizes of a stage at a preset.
fn units(stage: Stage, preset: Preset) -> &'static [usize] {
    match stage {
        Stage::Emergence => preset.choose(&[36, 72, 108], &[40, 80, 160, 320], &[40, 80, 160, 320]),
        _ => preset.choose(&[20, 40, 80], &[20, 40, 80, 160], &[20, 40, 80, 160]),
    }
}

/// Sizes of a stage with their replicas.
fn planned(stage: Stage, units: &[usize], preset: Preset) -> Vec<(usize, usize)> {
    let (most, decline) = match stage {
        Stage::Emergence => preset.choose((100, 0.7), (400, 1.2), (4000, 1.2)),
        _ => preset.choose((64, 1.0), (300, 1.0), (3000, 1.0)),
    };
    sizes(units, most, decline)
}

/// Samples and machines of the growth of two-valued units.
fn growing(preset: Preset) -> (usize, usize) {
    preset.choose((2000, 64), (4000, 200), (4000, 2000))
}

/// A stage at several sizes.
fn points(stage: Stage, sizes: Vec<(usize, usize)>, preset: Preset) -> Vec<(Point, usize)> {
    let (samples, _) = growing(preset);
    let point = |(units, replicas)| {
        let point = Point {
            stage,
            units,
            samples,
        };
        (point, replicas)
    };
    sizes.into_iter().map(point).collect()
}

impl Experiment for SingularValueFlow {
    type Point = Point;

    fn name(&self) -> &'static str {
        "singular-value-flow"
    }

    fn description(&self) -> &'static str {
        "Singular values in training: emergence from random weights, saturation, growth rates."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let (_, machines) = growing(preset);
        let growth = [Kind::Spin, Kind::Binary].into_iter().flat_map(|kind| {
            let sizes = vec![(two_valued::RING.0, machines)];
            points(Stage::Growth { kind }, sizes, preset)
        });
        let of = |stage| points(stage, planned(stage, units(stage, preset), preset), preset);
        let gaussian = [Stage::Emergence, Stage::Saturation]
            .into_iter()
            .flat_map(of);
        Ok(gaussian.chain(growth).collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let of = |word: String| {
            let stage = match word.as_str() {
                "saturation" => Stage::Saturation,
                _ => Stage::Emergence,
            };
            let units = asked.counts("units", units(stage, asked.preset));
            points(stage, planned(stage, &units, asked.preset), asked.preset)
        };
        let stages = asked.words("stage", &["emergence"]);
        Ok(stages.into_iter().flat_map(of).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        match point.stage {
            Stage::Emergence => as_float(point.units).powi(3),
            Stage::Saturation => 4.0 * as_float(point.units).powi(3),
            Stage::Growth { .. } => as_float(10 * point.units * point.samples),
        }
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        match point.stage {
            Stage::Emergence => gaussian::emergence(point.units, random),
            Stage::Saturation => gaussian::saturation(point.units, random),
            Stage::Growth { kind } => two_valued::growth(kind, point.samples, random),
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for group in measured.chunk_by(|a, b| a.point.stage == b.point.stage) {
            rows.extend(match group[0].point.stage {
                Stage::Emergence => gaussian::emergence_rows(group)?,
                Stage::Saturation => gaussian::saturation_rows(group)?,
                Stage::Growth { kind } => two_valued::rows(kind, &group[0])?,
            });
        }
        Ok(rows)
    }
}

fn parameters(data: &'static str, mode: usize) -> Parameters {
    Parameters {
        experiment: "singular-value-flow",
        data,
        mode: Some(mode),
        ..Parameters::default()
    }
}
