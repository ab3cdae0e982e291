//! The amplitude of a mode along a cycle of a field.

use super::{At, Machines, check_mode};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Result, ensure};
use saddlepoint_theory::reciprocal::{hysteresis, spinodals};

/// The amplitude while a field on a mode rises and falls, and that of the lowest minimum.
#[derive(Debug, Clone)]
pub struct Hysteresis {
    /// The machine at several inverse temperatures.
    pub machines: Machines,
    /// Number of the mode, 0 for the largest singular value.
    pub mode: usize,
    /// Fields on the mode, ascending.
    pub field: Vec<f64>,
}

/// Amplitudes at one field.
#[derive(Debug, Clone)]
pub struct Row {
    /// Kinds of units and inverse temperature of the machine.
    pub at: At,
    /// Number of the mode, 0 for the largest singular value.
    pub mode: usize,
    /// Field f on the mode; the free energy is F − f a.
    pub field: f64,
    /// Minimum while the field rises.
    pub rising: Minimum,
    /// Minimum while the field falls.
    pub falling: Minimum,
    /// Lowest minimum of F − f a.
    pub lowest: Option<Minimum>,
}

/// A minimum of the tilted free energy F − f a.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// Amplitude a of the mode, of either sign.
    pub amplitude: f64,
    /// Index of the convex branch of F, counted from negative amplitudes; the amplitude jumps where it changes.
    pub branch: usize,
}

impl Minimum {
    /// The pieces of F end at its spinodals: one begins and one ends.
    fn new(amplitude: f64, spinodals: &[f64]) -> Self {
        let below = spinodals.iter().filter(|end| **end < amplitude);
        Self {
            amplitude,
            branch: below.count().div_ceil(2),
        }
    }
}

/// A column that tells where an amplitude jumps.
const fn branch(
    name: &'static str,
    symbol: &'static str,
    meaning: &'static str,
    cell: fn(&Row) -> Cell,
) -> Field<Row> {
    Field::new(name, symbol, meaning, "convex pieces of F below it", cell)
}

impl Record for Row {
    const NAME: &'static str = "landau-hysteresis";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.at), At::FIELDS)),
        Field::one(words::MODE, |row| row.mode.into()),
        Field::new(
            "field",
            "f",
            "field on the mode",
            "f = (B + C)/√s for biases B u and C v",
            |row| row.field.into(),
        ),
        Field::new(
            "rising",
            "a ↑",
            "amplitude while the field rises",
            "nearest minimum of F − f a downhill",
            |row| row.rising.amplitude.into(),
        ),
        Field::new(
            "falling",
            "a ↓",
            "amplitude while the field falls",
            "nearest minimum of F − f a downhill",
            |row| row.falling.amplitude.into(),
        ),
        Field::new(
            "lowest_amplitude",
            "a",
            "amplitude of the lowest minimum",
            "minimum of F − f a",
            |row| row.lowest.map(|minimum| minimum.amplitude).into(),
        ),
        branch(
            "rising_branch",
            "branch ↑",
            "branch on which the rising amplitude is",
            |row| row.rising.branch.into(),
        ),
        branch(
            "falling_branch",
            "branch ↓",
            "branch on which the falling amplitude is",
            |row| row.falling.branch.into(),
        ),
        branch(
            "lowest_branch",
            "branch",
            "branch on which the lowest minimum is",
            |row| row.lowest.map(|minimum| minimum.branch).into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["field"],
            scale: Scale::Linear,
            split: &["scale"],
            few: Some(("scale", 4)),
            panels: &[Panel {
                label: "amplitude of the mode  a",
                scale: Scale::Linear,
                curves: &[
                    Curve::line("rising")
                        .named("field rises")
                        .breaking("rising_branch"),
                    Curve::line("falling")
                        .named("field falls")
                        .breaking("falling_branch"),
                    Curve::line("lowest_amplitude")
                        .named("lowest minimum")
                        .breaking("lowest_branch"),
                ],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.at.shortfall()
    }
}

impl Question for Hysteresis {
    type Row = Row;

    /// Over the inverse temperatures, and the fields.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        ensure!(self.field.is_sorted(), "--field: the fields must ascend");
        self.machines.visit(monitor, |at, _, landscape| {
            check_mode("--hysteresis", self.mode, landscape)?;
            let along = landscape.along(self.mode)?;
            let ends = spinodals(&along)?;
            for point in hysteresis(&along, &self.field)? {
                let lowest = along.lowest_minimum(point.field)?;
                row(Row {
                    at,
                    mode: self.mode,
                    field: point.field,
                    rising: Minimum::new(point.rising, &ends),
                    falling: Minimum::new(point.falling, &ends),
                    lowest: lowest.map(|minimum| Minimum::new(minimum.amplitude, &ends)),
                })?;
            }
            Ok(())
        })
    }
}
