//! The landscape that a finite data set makes for a place cell.

use super::{Point, Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_theory::dynamics::diffusion::Pinning;

/// How the log-likelihoods of the samples at two places of a place cell vary together.
#[derive(Debug, Clone)]
pub struct Landscape {
    /// Rings that are long enough for a place cell, and numbers of hidden units.
    pub rings: Rings,
    /// Samples of the data set, 1 or more.
    pub samples: Vec<f64>,
}

/// Covariance of the log-likelihoods of a place cell at two places.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The ring and the machine.
    pub at: Point,
    /// Samples of the data set.
    pub samples: f64,
    /// Distance of the places, in sites.
    pub lag: usize,
    /// Covariance of their log-likelihoods, in nats².
    pub covariance: f64,
}

impl Record for Row {
    const NAME: &'static str = "flow-landscape";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.at), Point::FIELDS)),
        Field::one(words::SAMPLES, |row| row.samples.into()),
        Field::new("lag", "d", "distance of two places, in sites", "", |row| {
            row.lag.into()
        }),
        Field::new(
            "covariance",
            "K(d)/P",
            "covariance of the log-likelihoods at two places, nats²",
            "K(d) − mean K, over P",
            |row| row.covariance.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["lag"],
            scale: Scale::Linear,
            keys: &["samples", "beta", "units", "hidden_units"],
            panels: &[Panel {
                label: "covariance of log-likelihoods  K(d)/P (nats²)",
                curves: &[Curve::line("covariance")],
                scale: Scale::Linear,
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Landscape {
    type Row = Row;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for_each(monitor, &self.rings.points(), |&at| {
            for Pinning {
                samples,
                covariance,
                ..
            } in self.pinnings(at).with_context(|| at.describe())?
            {
                for (lag, covariance) in covariance.into_iter().enumerate() {
                    row(Row {
                        at,
                        samples,
                        lag,
                        covariance,
                    })?;
                }
            }
            Ok(())
        })
    }
}

impl Landscape {
    /// The landscape of each number of samples, all in proportion to that of a single one.
    fn pinnings(&self, at: Point) -> Result<Vec<Pinning>> {
        let of_one = at.place_cell()?.pinning(1.0)?;
        let samples = self.samples.iter();
        Ok(samples
            .map(|&samples| of_one.with_samples(samples))
            .collect::<Result<_, _>>()?)
    }
}
