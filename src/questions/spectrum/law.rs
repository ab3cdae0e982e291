//! The density and the distribution of sample eigenvalues.

use super::{KEYS, OBSERVED, Point, Subject, X, laws};
use crate::questions::{Data, DataPoint, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::covariance::{LawPoint, SelfCheck};

/// Relative error of mass or mean above which a law is reported as wrong.
const SELF_CHECK: f64 = 1e-8;

/// The limit law of the eigenvalues of a sample covariance.
#[derive(Debug, Clone)]
pub struct Spectrum {
    /// The data; the law of a data matrix is fitted to its bulk.
    pub data: Vec<Data>,
    /// Samples per unit, above 0; not of data matrices, which have their own.
    pub alpha: Vec<f64>,
    /// Points of each law, crowded at the edges.
    pub points: usize,
}

/// One point of a law, or an outlier of a data matrix.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Sample eigenvalue with the density and cumulative distribution there.
    pub point: Point,
    /// Mass and mean of the law by quadrature of its density; `None` for a data matrix, whose law is a fit.
    pub check: Option<SelfCheck>,
}

const POINT: &[Field<Point>] = &[
    Field::one(X, |at| at.x.into()),
    Field::new(
        "density",
        "f",
        "density of sample eigenvalues",
        "f(x) = Im m(x + i0) / π",
        |at| at.density.into(),
    ),
];

impl Record for Row {
    const NAME: &'static str = "spectrum";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| Some(&row.point), POINT)),
        Field::group(&lift(|row: &Row| Some(&row.point), Point::DISTRIBUTIONS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[
            View {
                when: Some(("data", "samples")),
                x: &["x"],
                scale: Scale::Linear,
                panels: &[OBSERVED],
                ..View::EMPTY
            },
            View {
                x: &["x"],
                scale: Scale::Linear,
                keys: KEYS,
                panels: &[Panel {
                    curves: &[Curve::line("density")],
                    scale: Scale::Linear,
                    cut: true,
                    ..Panel::EMPTY
                }],
                ..View::EMPTY
            },
        ],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        let is_wrong = |check: SelfCheck| !check.is_within(SELF_CHECK);
        self.check.is_some_and(is_wrong).then_some(Shortfall {
            what: "density does not integrate to 1, or not to its mean, within 1e-8",
            remedy: "trust the edges alone (--edges), or move alpha a little",
        })
    }
}

impl From<LawPoint> for Point {
    fn from(at: LawPoint) -> Self {
        Self {
            x: at.x,
            density: Some(at.density),
            cumulative: at.cumulative,
            observed: None,
        }
    }
}

impl Question for Spectrum {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        if self.data.iter().any(|data| data.debiased().is_some()) {
            return Vec::new();
        }
        vec!["sample_cumulative", "outlier"]
    }

    /// Over the data, α, and x.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        laws(&self.data, &self.alpha, monitor, &mut |subject| {
            let check = match subject.data.debiased() {
                Some(_) => None,
                None => Some(subject.law.self_check()?),
            };
            self.points(subject)?.into_iter().try_for_each(|point| {
                row(Row {
                    data: subject.point.clone(),
                    alpha: subject.alpha,
                    point,
                    check,
                })
            })
        })
    }
}

impl Spectrum {
    /// The points of a law, and behind them the outliers of a data matrix.
    fn points(&self, subject: &Subject<'_>) -> Result<Vec<Point>> {
        let atom = subject.law.atom_at_zero();
        // A point mass has no density; its weight is the first step of the cumulative.
        let at_zero = (atom > 0.0).then_some(Point {
            x: 0.0,
            density: None,
            cumulative: atom,
            observed: None,
        });
        let grid = subject.law.grid(self.points)?;
        let law = at_zero.into_iter().chain(grid.into_iter().map(Point::from));
        let law = law.collect();
        Ok(match subject.data.debiased() {
            Some(seen) => Point::with_outliers(law, &seen.eigenvalues, seen.outliers.len()),
            None => law,
        })
    }
}
