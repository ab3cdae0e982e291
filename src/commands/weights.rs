//! `spectrum --weights`: the singular values of a matrix against the law fitted to their bulk.

use super::Status;
use crate::cli::spectrum::SpectrumArgs;
use crate::old::columns::{self, reciprocal};
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result};
use saddlepoint::input::machine;
use saddlepoint_theory::covariance::{FittedWeights, WeightLaw};
use saddlepoint_theory::reciprocal::Modes;
use std::f64::consts::PI;
use std::path::Path;

/// Singular value.
const X: Column = Column::new("x", "s", "singular value", "");
/// Density of singular values.
const DENSITY: Column = Column::new(
    "density",
    "f",
    "density of singular values",
    "2 s f(s²), f the law of Marchenko and Pastur",
);

/// The density of the fitted law beside the distribution of the bulk's singular values, or its edges.
pub(super) fn spectrum(args: &SpectrumArgs, file: &Path) -> Result<Status> {
    let mut table = vec![
        columns::UNITS,
        reciprocal::HIDDEN_SIZE,
        reciprocal::WEIGHT_SCALE,
        reciprocal::OUTLIERS,
    ];
    if args.edges {
        table.extend([columns::EDGE, columns::SIDE, X]);
    } else {
        table.extend([X, DENSITY, columns::CUMULATIVE, columns::SAMPLE_CUMULATIVE]);
    }
    let mut output = Output::open(&args.common, table)?;
    let matrix = machine::weights(file)?;
    let place = || file.display().to_string();
    let modes = Modes::new(&matrix).with_context(place)?;
    let shape = (matrix.nrows(), matrix.ncols());
    let fitted = WeightLaw::fit(modes.singular_values(), shape.0, shape.1)
        .with_context(place)?
        .with_context(|| {
            format!(
                "{}: half of the singular values are zero, so that there is no bulk",
                file.display()
            )
        })?;
    let leading: Vec<Cell> = vec![
        shape.0.into(),
        shape.1.into(),
        fitted.law.scale().into(),
        fitted.outliers.into(),
    ];
    let bulk = &modes.singular_values()[fitted.outliers..];
    for row in rows(args, &fitted, bulk) {
        output.push([&leading[..], &row].concat())?;
    }
    output.finish()?;
    Ok(Status::Done)
}

fn rows(args: &SpectrumArgs, fitted: &FittedWeights, bulk: &[f64]) -> Vec<Vec<Cell>> {
    let (lower, upper) = fitted.law.edges();
    if args.edges {
        let edge = |(index, side, x): (usize, &'static str, f64)| {
            vec![index.into(), side.into(), x.into()]
        };
        return [(0, "lower", lower), (1, "upper", upper)].map(edge).into();
    }
    let last = f64::from(args.points - 1);
    let point = |index: u32| -> Vec<Cell> {
        // Crowded at the edges, where the density is a square root.
        let x = lower + (upper - lower) * 0.5 * (1.0 - (PI * f64::from(index) / last).cos());
        vec![
            x.into(),
            fitted.law.density(x).into(),
            fitted.law.cumulative(x).into(),
            super::observed::fraction_below(bulk, x).into(),
        ]
    };
    (0..args.points).map(point).collect()
}
