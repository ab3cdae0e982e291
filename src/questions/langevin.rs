//! Langevin dynamics in the singular modes of a machine: of its free energy on the real line, which is not the machine itself.

use super::{GivenMachine, Monitor, Question};
use crate::table::figure::{Curve, Figure, Mark, Panel, View};
use crate::table::{Field, Record, vocabulary as words};
use anyhow::Result;
use saddlepoint_simulator::langevin::{Langevin as Dynamics, Modes, Relaxation};
use saddlepoint_simulator::stream;
use saddlepoint_theory::reciprocal::{Modes as Spectrum, exact_mode_variances};

/// The modes that move.
#[derive(Debug, Clone, PartialEq)]
pub enum Moving {
    /// Modes of infinitely many spins, by their singular values.
    Infinite(Vec<f64>),
    /// The modes of a machine.
    Machine(GivenMachine),
}

/// Variance and relaxation of the slow and fast variables under the law exp(−A) on the real line of the reciprocal variables, which tends to the
/// machine's own law in the limit of many units.
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
    /// Variance of the variable in the machine itself, where it can be summed.
    pub machine_variance: Option<f64>,
}

impl Record for Row {
    const NAME: &'static str = "langevin";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::MODE, |row| row.mode.into()),
        Field::one(words::SINGULAR_VALUE, |row| row.singular_value.into()),
        Field::new(
            "variable",
            "variable",
            "slow or fast variable of the mode; x and y in units of their deviation in units that feel their biases alone",
            "slow (x + y)/√2, fast (x − y)/√2",
            |row| row.variable.into(),
        ),
        Field::new(
            "variance",
            "var",
            "stationary variance of the dynamics, whose law is exp(−A) on the real line and not that of the machine",
            "A of the reciprocal variables, simulate langevin",
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
            "machine_variance",
            "var_{machine}",
            "exact variance of the variable in the machine itself; empty where it has none, or more than 18 units in each two-valued layer",
            "Σ_v Σ_h exp(−E)/Z; infinitely many spins: 1/(1 ∓ s)",
            |row| row.machine_variance.into(),
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
                    curves: &[
                        Curve::points("variance", "variance_error").named("sampled"),
                        Curve::line("machine_variance")
                            .marked(Mark::Crosses)
                            .named("the machine itself"),
                    ],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Moving {
    /// Variances of the slow and the fast variable of each mode in the machine itself; none where they cannot be summed.
    fn machine_variances(&self) -> Vec<[Option<f64>; 2]> {
        match self {
            Self::Infinite(values) => {
                let gaussian = |rate: f64| (rate > 0.0).then(|| rate.recip());
                let both = values.iter().map(|s| {
                    [gaussian(1.0 - s), gaussian(1.0 + s)].map(|own| own.filter(|_| *s < 1.0))
                });
                both.collect()
            }
            Self::Machine(machine) => {
                let exact = || -> Result<_> {
                    let machine = machine.in_theory()?;
                    Ok(exact_mode_variances(
                        &machine,
                        &Spectrum::new(machine.weights())?,
                    )?)
                };
                let found = exact().unwrap_or_default().into_iter();
                found.map(|both| both.map(Some)).collect()
            }
        }
    }
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
        monitor.check()?;
        let exact = self.moving.machine_variances();
        let shown = self.modes.unwrap_or(usize::MAX);
        for (mode, record) in records.iter().enumerate().take(shown) {
            let own = exact.get(mode).copied().unwrap_or_default();
            for (variable, seen, machine_variance) in
                [("slow", record.slow, own[0]), ("fast", record.fast, own[1])]
            {
                row(Row {
                    mode,
                    singular_value: record.singular_value,
                    variable,
                    seen,
                    machine_variance,
                })?;
            }
        }
        Ok(())
    }
}
