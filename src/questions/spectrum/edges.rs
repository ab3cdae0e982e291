//! The edges of the law of sample eigenvalues.

use super::{EDGE, KEYS, SIDE, X, laws};
use crate::questions::{Data, DataPoint, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::covariance::critical_alpha;

/// The support of the law of sample eigenvalues.
#[derive(Debug, Clone)]
pub struct SpectrumEdges {
    /// The data; the law of a data matrix is fitted to its bulk.
    pub data: Vec<Data>,
    /// Samples per unit, above 0; not of data matrices, which have their own.
    pub alpha: Vec<f64>,
}

/// One edge of the support.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Number of the edge, from below.
    pub edge: usize,
    /// `lower` or `upper` edge of an interval.
    pub side: &'static str,
    /// Sample eigenvalue at the edge, 0 or above.
    pub x: f64,
    /// Fraction of the sample eigenvalues in the interval.
    pub mass: f64,
    /// Units per sample at which the leading mode comes out of the bulk; `None` where the population has no mode above others.
    pub gamma_c: Option<f64>,
}

impl Record for Row {
    const NAME: &'static str = "spectrum-edges";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(EDGE, |row| row.edge.into()),
        Field::one(SIDE, |row| row.side.into()),
        Field::one(X, |row| row.x.into()),
        Field::new(
            "mass",
            "mass",
            "fraction of the sample eigenvalues in the interval that the edge bounds",
            "",
            |row| row.mass.into(),
        ),
        Field::one(words::GAMMA_C, |row| row.gamma_c.into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[
            View {
                x: KEYS,
                keys: &["side", "units", "beta", "spike", "signal", "alpha"],
                panels: &[POSITION],
                ..View::EMPTY
            },
            View {
                x: &["edge"],
                panels: &[POSITION],
                ..View::EMPTY
            },
        ],
    };
}

const POSITION: Panel = Panel {
    label: "x  edge of the sample eigenvalues",
    curves: &[Curve::points("x", "")],
    ..Panel::EMPTY
};

impl Question for SpectrumEdges {
    type Row = Row;

    /// Over the data, α, and the intervals of the support, the lower edge before the upper one.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        laws(&self.data, &self.alpha, monitor, &mut |subject| {
            let sides = subject.law.support().iter().flat_map(|interval| {
                let ends = [("lower", interval.lower), ("upper", interval.upper)];
                ends.map(|(side, end)| (side, end.position, interval.mass))
            });
            let critical = critical_alpha(&subject.data.population()?, 0).ok();
            // One eigenvalue alone has nothing to come out of: the sum over the others is empty, and α_c is 0.
            let gamma_c = critical.filter(|alpha| *alpha > 0.0).map(f64::recip);
            for (edge, (side, x, mass)) in sides.enumerate() {
                row(Row {
                    data: subject.point.clone(),
                    alpha: subject.alpha,
                    edge,
                    side,
                    x,
                    mass,
                    gamma_c,
                })?;
            }
            Ok(())
        })
    }
}
