//! Singular values while a machine learns: out of the bulk of random weights, up to saturation, and between two-valued units.

mod gaussian;
mod two_valued;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::ensemble::sizes;
use super::machines::Kind;
use crate::comparison::as_float;
use crate::error::Result;
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
        let emergence = preset.choose(
            sizes(&[36, 72, 108], 100, 0.7),
            sizes(&[40, 80, 160, 320], 400, 1.2),
            sizes(&[40, 80, 160, 320], 4000, 1.2),
        );
        let saturation = preset.choose(
            sizes(&[20, 40, 80], 64, 1.0),
            sizes(&[20, 40, 80, 160], 300, 1.0),
            sizes(&[20, 40, 80, 160], 3000, 1.0),
        );
        let (samples, machines) = preset.choose((2000, 64), (4000, 200), (4000, 2000));
        let at = |stage, sizes: Vec<(usize, usize)>| {
            let point = move |(units, replicas)| {
                let point = Point {
                    stage,
                    units,
                    samples,
                };
                (point, replicas)
            };
            sizes.into_iter().map(point)
        };
        let growth = [Kind::Spin, Kind::Binary]
            .into_iter()
            .flat_map(|kind| at(Stage::Growth { kind }, vec![(two_valued::RING.0, machines)]));
        Ok(at(Stage::Emergence, emergence)
            .chain(at(Stage::Saturation, saturation))
            .chain(growth)
            .collect())
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
