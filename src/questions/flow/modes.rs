//! The singular values of the weights, each mode alone, up to saturation.

use super::start;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::dynamics::{final_singular_value, singular_value};

/// How the modes of a machine of Gaussian units grow and saturate while it learns data of given covariance.
#[derive(Debug, Clone)]
pub struct Modes {
    /// Eigenvalues of the data's covariance, one per mode, 0 or above.
    pub eigenvalues: Vec<f64>,
    /// Singular value of each mode at time 0, above 0 and below 1.
    pub initial_singular_value: f64,
    /// Times, 0 or above, in updates times learning rate.
    pub time: Vec<f64>,
}

/// One mode at one time.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Time of training, updates times learning rate, 0 or above.
    pub time: f64,
    /// Number of the mode, in the order of the eigenvalues given.
    pub mode: usize,
    /// Its eigenvalue λ in the data's covariance, 0 or above.
    pub eigenvalue: f64,
    /// Its singular value in the weights at this time, above 0.
    pub singular_value: f64,
    /// Singular value of the mode at infinite time.
    pub final_singular_value: f64,
}

impl Record for Row {
    const NAME: &'static str = "flow-modes";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::TIME, |row| row.time.into()),
        Field::one(words::MODE, |row| row.mode.into()),
        Field::one(words::EIGENVALUE, |row| row.eigenvalue.into()),
        Field::one(words::SINGULAR_VALUE, |row| row.singular_value.into()),
        Field::one(words::FINAL_SINGULAR_VALUE, |row| {
            row.final_singular_value.into()
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["time", "eigenvalue"],
            keys: &["eigenvalue"],
            panels: &[Panel {
                curves: &[Curve::line("singular_value")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Modes {
    type Row = Row;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let start = start(self.initial_singular_value)?;
        for &time in &self.time {
            if !monitor.begins()? {
                continue;
            }
            for (mode, &eigenvalue) in self.eigenvalues.iter().enumerate() {
                row(Row {
                    time,
                    mode,
                    eigenvalue,
                    singular_value: singular_value(eigenvalue, start, time)?,
                    final_singular_value: final_singular_value(eigenvalue)?,
                })?;
            }
        }
        Ok(())
    }
}
