//! The singular values of a machine's weights against the law of independent ones, fitted to their bulk.

use super::{EDGE, OBSERVED, Point, SIDE};
use crate::questions::alive::Alive;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Column, Field, Record, lift, vocabulary as words};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint_theory::covariance::WeightLaw;
use saddlepoint_theory::reciprocal::Modes;
use std::f64::consts::PI;

/// The singular values of a matrix of weights, with the law fitted to their bulk.
#[derive(Debug, Clone)]
pub struct Machine {
    singular_values: Vec<f64>,
    law: WeightLaw,
    fit: Fit,
}

impl Machine {
    /// Decomposes the weights, one row per visible unit, and fits the law.
    ///
    /// # Errors
    /// If the matrix is empty or not finite, or so many of its singular values vanish that there is no bulk.
    pub fn new(weights: &Mat<f64>) -> Result<Self> {
        let (units, hidden_units) = (weights.nrows(), weights.ncols());
        let alive = Alive::of(weights);
        ensure!(
            alive.weights.nrows() > 0,
            "all weights are zero: half of the singular values are zero, so that there is no bulk"
        );
        let (rows, columns) = (alive.weights.nrows(), alive.weights.ncols());
        let modes = Modes::new(&alive.weights)?;
        let fitted = WeightLaw::fit(modes.singular_values(), rows, columns)?
            .context("half of the singular values are zero, so that there is no bulk")?;
        Ok(Self {
            singular_values: modes.singular_values().to_vec(),
            law: fitted.law,
            fit: Fit {
                units,
                hidden_units,
                dead: alive.dead,
                weight_scale: fitted.law.scale(),
                outliers: fitted.outliers,
            },
        })
    }
}

/// What was fitted to a machine's weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Number of visible units N.
    pub units: usize,
    /// Number of hidden units M.
    pub hidden_units: usize,
    /// Number of units of both layers without a weight, which are left out of the law.
    pub dead: usize,
    /// Standard deviation σ of the weights.
    pub weight_scale: f64,
    /// Number of singular values above the bulk.
    pub outliers: usize,
}

impl Fit {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::UNITS, |fit| fit.units.into()),
        Field::one(words::HIDDEN_UNITS, |fit| fit.hidden_units.into()),
        Field::new(
            "dead_units",
            "dead",
            "units of both layers without a weight, left out of the law",
            "",
            |fit| fit.dead.into(),
        ),
        Field::new(
            "weight_scale",
            "σ",
            "standard deviation of the weights, fitted to the bulk",
            "σ² = Σ s²/((N − r)(M − r)) over the bulk below r outliers, N and M without dead units",
            |fit| fit.weight_scale.into(),
        ),
        Field::new(
            "outliers",
            "r",
            "number of singular values above the bulk",
            "",
            |fit| fit.outliers.into(),
        ),
    ];
}

/// Singular value, 0 or above.
const X: Column = Column::new("x", "s", "singular value", "");

/// The law of a machine's singular values beside their distribution.
#[derive(Debug, Clone)]
pub struct MachineSpectrum {
    /// Singular values of a weight matrix, and the law fitted to their bulk.
    pub machine: Machine,
    /// Points of the law, at least 2, crowded at the edges.
    pub points: u32,
}

/// One point of the law, or an outlier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Size of the matrix, noise of its entries and outliers above its bulk.
    pub fit: Fit,
    /// Singular value with the density and cumulative distribution there.
    pub point: Point,
}

const POINT: &[Field<Point>] = &[
    Field::one(X, |at| at.x.into()),
    Field::new(
        "density",
        "f",
        "density of singular values",
        "2 s f(s²), f the law of Marchenko and Pastur",
        |at| at.density.into(),
    ),
];

impl Record for Row {
    const NAME: &'static str = "spectrum-machine";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.fit), Fit::FIELDS)),
        Field::group(&lift(|row: &Row| Some(&row.point), POINT)),
        Field::group(&lift(|row: &Row| Some(&row.point), Point::DISTRIBUTIONS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["x"],
            scale: Scale::Linear,
            panels: &[OBSERVED],
            ..View::EMPTY
        }],
    };
}

impl Question for MachineSpectrum {
    type Row = Row;

    fn ask(&self, _: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let Machine {
            singular_values,
            law,
            fit,
        } = &self.machine;
        let (lower, upper) = law.edges();
        let last = f64::from(self.points - 1);
        let point = |index: u32| {
            // Crowded at the edges, where the density is a square root.
            let x = lower + (upper - lower) * 0.5 * (1.0 - (PI * f64::from(index) / last).cos());
            Point {
                x,
                density: Some(law.density(x)),
                cumulative: law.cumulative(x),
                observed: None,
            }
        };
        let points = (0..self.points).map(point).collect();
        Point::with_outliers(points, singular_values, fit.outliers)
            .into_iter()
            .try_for_each(|point| row(Row { fit: *fit, point }))
    }
}

/// The edges of the law of a machine's singular values.
#[derive(Debug, Clone)]
pub struct MachineEdges {
    /// Singular values of a weight matrix, and the law fitted to their bulk.
    pub machine: Machine,
}

/// One edge of the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgesRow {
    /// Size of the matrix, noise of its entries and outliers above its bulk.
    pub fit: Fit,
    /// Number of the edge, from below.
    pub edge: usize,
    /// `lower` or `upper`.
    pub side: &'static str,
    /// Singular value at the edge, 0 or above.
    pub x: f64,
}

impl Record for EdgesRow {
    const NAME: &'static str = "spectrum-machine-edges";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &EdgesRow| Some(&row.fit), Fit::FIELDS)),
        Field::one(EDGE, |row| row.edge.into()),
        Field::one(SIDE, |row| row.side.into()),
        Field::one(X, |row| row.x.into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["side"],
            panels: &[Panel {
                label: "s  edge of the singular values",
                curves: &[Curve::line("x")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for MachineEdges {
    type Row = EdgesRow;

    fn ask(&self, _: &Monitor<'_>, row: &mut dyn FnMut(EdgesRow) -> Result<()>) -> Result<()> {
        let (lower, upper) = self.machine.law.edges();
        let fit = self.machine.fit;
        for (edge, side, x) in [(0, "lower", lower), (1, "upper", upper)] {
            row(EdgesRow { fit, edge, side, x })?;
        }
        Ok(())
    }
}
