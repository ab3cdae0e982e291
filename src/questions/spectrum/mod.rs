//! The law of sample eigenvalues, and of the singular values of a machine's weights.

mod edges;
mod law;
mod machine;
mod one_law;
mod profile;

pub use edges::{Row as EdgesRow, SpectrumEdges};
pub use law::{Row, Spectrum};
pub use machine::{EdgesRow as MachineEdgesRow, Machine, MachineEdges, MachineSpectrum};
pub use machine::{Fit, Row as MachineRow};
pub use one_law::Law;
pub use profile::{Profile, Row as ProfileRow};

use super::{Data, DataPoint, Monitor};
use crate::table::figure::{Curve, Mark, Panel, Scale};
use crate::table::{Column, Field};
use anyhow::Result;
use saddlepoint_theory::covariance::SampleLaw;

/// Number of an edge.
const EDGE: Column = Column::new("edge", "edge", "number of the edge, from below", "");
/// Which end of an interval an edge is.
const SIDE: Column = Column::new(
    "side",
    "side",
    "lower or upper edge of an interval of the bulk",
    "",
);
/// Sample eigenvalue, 0 or above.
const X: Column = Column::new("x", "x", "sample eigenvalue", "");
/// What tells one spectrum of a table from another.
const KEYS: &[&str] = &["alpha", "beta", "spike", "signal", "units"];

/// A law at one point, beside the distribution of what was observed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Sample eigenvalue, or singular value of a machine, 0 or above.
    pub x: f64,
    /// Density; `None` at a point mass.
    pub density: Option<f64>,
    /// Fraction of the law at or below x.
    pub cumulative: f64,
    /// Where something was observed, how it lies.
    pub observed: Option<Observed>,
}

/// How a point lies among observed values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Fraction of the bulk's values at or below the point.
    pub cumulative: f64,
    /// Whether the point is an observed value above the bulk, and not one of the law's own.
    pub outlier: bool,
}

impl Point {
    /// The columns behind x and density.
    const DISTRIBUTIONS: &'static [Field<Self>] = &[
        Field::new(
            "cumulative",
            "F",
            "fraction at or below x by the law",
            "F(x) = ∫ f(y) dy over y ≤ x",
            |at| at.cumulative.into(),
        ),
        Field::new(
            "sample_cumulative",
            "F_P",
            "fraction of the observed bulk at or below x",
            "",
            |at| at.observed.map(|seen| seen.cumulative).into(),
        ),
        Field::new(
            "outlier",
            "outlier",
            "whether the row is an observed value above the bulk",
            "",
            |at| at.observed.map(|seen| seen.outlier).into(),
        ),
    ];

    /// The point with its place among a bulk, given in descending order.
    fn among(self, bulk: &[f64], outlier: bool) -> Self {
        let cumulative = fraction_below(bulk, self.x);
        Self {
            observed: Some(Observed {
                cumulative,
                outlier,
            }),
            ..self
        }
    }

    /// The points of a law, then the observed values above its bulk; `values` descend.
    fn with_outliers(law: Vec<Self>, values: &[f64], outliers: usize) -> Vec<Self> {
        let (above, bulk) = values.split_at(outliers);
        let outlier = |&x: &f64| Self {
            x,
            density: Some(0.0),
            cumulative: 1.0,
            observed: None,
        };
        let inside = law.into_iter().map(|at| at.among(bulk, false));
        let outside = above.iter().rev().map(|x| outlier(x).among(bulk, true));
        inside.chain(outside).collect()
    }
}

/// Fraction of values, given in descending order, at or below x.
#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of variables stay far below 2^53"
)]
fn fraction_below(descending: &[f64], x: f64) -> f64 {
    let above = descending.partition_point(|&value| value > x);
    (descending.len() - above) as f64 / descending.len().max(1) as f64
}

/// The density of a law over the histogram of what was observed, with ticks at outliers.
const OBSERVED: Panel = Panel {
    label: "f  density",
    curves: &[
        Curve::line("sample_cumulative")
            .marked(Mark::Histogram)
            .only("outlier", "false")
            .named("observed"),
        Curve::line("density")
            .only("outlier", "false")
            .named("law of the bulk"),
        Curve::line("x")
            .marked(Mark::Ticks)
            .only("outlier", "true")
            .named("outliers"),
    ],
    scale: Scale::Linear,
    cut: true,
    ..Panel::EMPTY
};

/// A law of sample eigenvalues with what it is the law of.
struct Subject<'a> {
    data: &'a Data,
    point: DataPoint,
    alpha: f64,
    law: SampleLaw<'a>,
}

/// Visits the law of each data at each α; a data matrix has an α of its own, and the law fitted to its bulk.
fn laws(
    data: &[Data],
    alpha: &[f64],
    monitor: &Monitor<'_>,
    visit: &mut dyn FnMut(&Subject<'_>) -> Result<()>,
) -> Result<()> {
    for data in data {
        let population = data.population()?;
        let mut visit_at = |alpha, spectrum, aspect_ratio| {
            if !monitor.begins()? {
                return Ok(());
            }
            visit(&Subject {
                data,
                point: data.sized(&population),
                alpha,
                law: SampleLaw::new(spectrum, aspect_ratio)?,
            })
        };
        if let Some(seen) = data.debiased() {
            visit_at(seen.alpha(), &seen.bulk, seen.bulk_aspect_ratio)?;
            continue;
        }
        for &alpha in alpha {
            visit_at(
                alpha,
                population.spectrum(),
                population.aspect_ratio(alpha)?,
            )?;
        }
    }
    Ok(())
}
