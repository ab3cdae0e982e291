//! Langevin dynamics in the singular modes of a machine.

use super::{GivenMachine, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, vocabulary as words};
use anyhow::Result;
use saddlepoint_simulator::langevin::{Langevin as Dynamics, Modes, Relaxation};
use saddlepoint_simulator::stream;

/// The modes that move.
#[derive(Debug, Clone, PartialEq)]
pub enum Moving {
    /// Modes of infinitely many spins, by their singular values.
    Infinite(Vec<f64>),
    /// The modes of a machine.
    Machine(GivenMachine),
}

/// Variance and relaxation of the modes of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Langevin {
    /// The modes that move: of infinitely many spins or of a machine.
    pub moving: Moving,
    /// How it moves and is recorded.
    pub dynamics: Dynamics,
    /// Leading modes that have rows; all where there is none.
    pub modes: Option<usize>,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// One variable of a mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Number of the mode.
    pub mode: usize,
    /// Singular value s of the mode, 0 or above.
    pub singular_value: f64,
    /// `slow`, (x + y)/√2, or `fast`, (x − y)/√2.
    pub variable: &'static str,
    /// How the variable moves.
    pub seen: Relaxation,
}

impl Record for Row {
    const NAME: &'static str = "langevin";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::MODE, |row| row.mode.into()),
        Field::one(words::SINGULAR_VALUE, |row| row.singular_value.into()),
        Field::new(
            "variable",
            "variable",
            "slow (x + y)/√2 or fast (x − y)/√2 variable of the mode",
            "",
            |row| row.variable.into(),
        ),
        Field::new(
            "variance",
            "var",
            "stationary variance of the variable",
            "",
            |row| row.seen.variance.map(|found| found.mean).into(),
        ),
        Field::new(
            "variance_error",
            "σ_{var}",
            "standard error of the variance",
            "",
            |row| row.seen.variance.map(|found| found.standard_error).into(),
        ),
        Field::new(
            "rate",
            "rate",
            "relaxation rate of the variable, negative where it grows",
            "−ln ρ/Δt, ρ the regression of a record on the last",
            |row| row.seen.rate.map(|found| found.mean).into(),
        ),
        Field::new(
            "rate_error",
            "σ_{rate}",
            "standard error of the rate",
            "",
            |row| row.seen.rate.map(|found| found.standard_error).into(),
        ),
        Field::new(
            "diverged",
            "diverged",
            "whether the variable exceeded the limit",
            "",
            |row| row.seen.diverged.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["singular_value", "mode"],
            keys: &["variable"],
            panels: &[
                Panel {
                    label: "relaxation rate, negative where it grows",
                    curves: &[Curve::points("rate", "rate_error")],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "stationary variance",
                    curves: &[Curve::points("variance", "variance_error")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Question for Langevin {
    type Row = Row;

    /// Two rows per mode.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let modes = match &self.moving {
            Moving::Infinite(values) => Modes::infinite(values.clone())?,
            Moving::Machine(machine) => Modes::of_machine(&machine.in_simulator()?)?,
        };
        monitor.check()?;
        let rng = &mut stream(self.seed, "simulate langevin", 0);
        let records = self.dynamics.run(&modes, rng)?;
        let shown = self.modes.unwrap_or(usize::MAX);
        for (mode, record) in records.iter().enumerate().take(shown) {
            for (variable, seen) in [("slow", record.slow), ("fast", record.fast)] {
                row(Row {
                    mode,
                    singular_value: record.singular_value,
                    variable,
                    seen,
                })?;
            }
        }
        Ok(())
    }
}
