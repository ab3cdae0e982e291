//! How learning goes with persistent chains at a finite learning rate.

use super::start;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::dynamics::{PersistentChains, PersistentMode, final_singular_value};

/// Modes that a Gaussian machine learns with persistent chains.
#[derive(Debug, Clone)]
pub struct Trainings {
    /// Eigenvalues of the data's covariance, 0 or above.
    pub eigenvalues: Vec<f64>,
    /// Sweeps of the chains in an update, 1 or more.
    pub gibbs_steps: Vec<u32>,
    /// Learning rates, above 0.
    pub learning_rates: Vec<f64>,
}

/// One mode in one training.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// Eigenvalue of the data's covariance along the mode, 0 or above.
    pub eigenvalue: f64,
    /// Sweeps of the chains in an update.
    pub gibbs_steps: u32,
    /// Learning rate.
    pub learning_rate: f64,
}

impl Training {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::EIGENVALUE, |row| row.eigenvalue.into()),
        Field::one(words::GIBBS_STEPS, |row| u64::from(row.gibbs_steps).into()),
        Field::one(words::LEARNING_RATE, |row| row.learning_rate.into()),
    ];

    fn chains(&self) -> Result<PersistentChains> {
        Ok(PersistentChains::new(self.gibbs_steps, self.learning_rate)?)
    }
}

impl Trainings {
    /// All combinations, the learning rate varying fastest.
    fn each(
        &self,
        monitor: &Monitor<'_>,
        mut answer: impl FnMut(Training) -> Result<()>,
    ) -> Result<()> {
        for &eigenvalue in &self.eigenvalues {
            for &gibbs_steps in &self.gibbs_steps {
                for &learning_rate in &self.learning_rates {
                    if monitor.begins()? {
                        answer(Training {
                            eigenvalue,
                            gibbs_steps,
                            learning_rate,
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Singular values from update to update.
#[derive(Debug, Clone)]
pub struct Updates {
    /// The trainings.
    pub trainings: Trainings,
    /// Singular value before the first update, above 0 and below 1.
    pub initial_singular_value: f64,
    /// Number of updates.
    pub updates: u32,
}

/// A mode after some updates.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The training.
    pub training: Training,
    /// Updates that are done.
    pub update: u32,
    /// Singular value and variance of the chains; `None` where they are too large for a number.
    pub mode: Option<PersistentMode>,
    /// The singular value if the chains were in equilibrium in every update; `None` from where there is no equilibrium.
    pub equilibrium: Option<f64>,
}

impl Row {
    fn reason(&self) -> Option<&'static str> {
        match (self.mode, self.equilibrium) {
            (None, _) => Some("the learning rate is too large: the weights grow beyond all bounds"),
            (_, None) => Some(
                "equilibrium_singular_value is empty: with chains in equilibrium an update has brought s to 1 or beyond",
            ),
            _ => None,
        }
    }
}

impl Record for Row {
    const NAME: &'static str = "flow-persistent-chains";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.training), Training::FIELDS)),
        Field::new("update", "t", "updates that are done", "", |row| {
            u64::from(row.update).into()
        }),
        Field::one(words::SINGULAR_VALUE, |row| {
            row.mode.map(|mode| mode.singular_value).into()
        }),
        Field::new(
            "variance",
            "V",
            "variance of the chains along the mode, after the sweeps of the update",
            "V' = V* + s^(4k) (V − V*), V* = 1/(1 − s²)",
            |row| row.mode.map(|mode| mode.variance).into(),
        ),
        Field::new(
            "equilibrium_singular_value",
            "s_eq",
            "singular value of the weights if the chains were in equilibrium in every update; empty from where there is none",
            "s' = s + η s (λ − V*)",
            |row| row.equilibrium.into(),
        ),
        Field::one(words::REASON, |row| row.reason().into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["update"],
            scale: Scale::Linear,
            keys: &["learning_rate", "gibbs_steps", "eigenvalue"],
            panels: &[Panel {
                curves: &[Curve::line("singular_value")],
                scale: Scale::Linear,
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Updates {
    type Row = Row;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let start = start(self.initial_singular_value)?;
        self.trainings.each(monitor, |training| {
            let chains = training.chains()?;
            let c = training.eigenvalue;
            let mut mode = Some(PersistentMode::start(start));
            let mut equilibrium = Some(start);
            for update in 0..=self.updates {
                if update > 0 {
                    // The one error of numbers that were finite before is that they no longer are.
                    mode = mode.and_then(|mode| chains.update(c, mode).ok());
                    equilibrium = equilibrium.and_then(|s| in_equilibrium(training, s));
                }
                row(Row {
                    training,
                    update,
                    mode,
                    equilibrium,
                })?;
            }
            Ok(())
        })
    }
}

/// The singular value after an update of chains in equilibrium; `None` where the machine has no equilibrium after it.
fn in_equilibrium(training: Training, s: f64) -> Option<f64> {
    let velocity = saddlepoint_theory::dynamics::velocity(training.eigenvalue, s).ok()?;
    let next = (s + training.learning_rate * velocity).abs();
    (next < 1.0).then_some(next)
}

/// What small deviations from the end of training do.
#[derive(Debug, Clone)]
pub struct Summaries {
    /// The trainings.
    pub trainings: Trainings,
    /// Samples, Gaussian ones, and chains per update: as many of both.
    pub batch: u32,
}

/// The end of a training.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    /// The training.
    pub training: Training,
    /// Samples and chains per update.
    pub batch: u32,
    /// Singular value of the likelihood's maximum.
    pub final_singular_value: f64,
    /// Deviations from it; `None` where the mode is not learnt.
    pub relaxation: Option<saddlepoint_theory::dynamics::Relaxation>,
    /// Variance of the singular value in the long run; `None` where there is no stable end.
    pub variance: Option<f64>,
}

impl Summary {
    fn reason(&self) -> Option<&'static str> {
        match (self.relaxation, self.variance) {
            (None, _) => Some("the data's eigenvalue is not above 1: the mode is not learnt"),
            (_, None) => {
                Some("unstable: the singular value swings for ever or grows beyond all bounds")
            }
            _ => None,
        }
    }
}

impl Record for Summary {
    const NAME: &'static str = "flow-persistent-chains-summary";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Summary| Some(&row.training), Training::FIELDS)),
        Field::one(words::BATCH, |row| u64::from(row.batch).into()),
        Field::one(words::FINAL_SINGULAR_VALUE, |row| {
            row.final_singular_value.into()
        }),
        Field::new(
            "chain_memory",
            "a",
            "part of a deviation from equilibrium that the chains keep in an update",
            "a = s^(4k)",
            |row| row.relaxation.map(|relaxation| relaxation.memory).into(),
        ),
        Field::new(
            "decay",
            "|Λ|",
            "factor of a small deviation of the singular value in an update, in the long run; above 1 it grows",
            "Λ² − (1 + a − g) Λ + a = 0, g = 2 η s² λ² (1 − a)",
            |row| row.relaxation.map(|relaxation| relaxation.decay).into(),
        ),
        Field::new(
            "period",
            "τ",
            "updates per oscillation of the singular value; empty without oscillation",
            "2π/arg Λ",
            |row| {
                row.relaxation
                    .and_then(|relaxation| relaxation.period)
                    .into()
            },
        ),
        Field::new(
            "oscillates_from",
            "η_o",
            "learning rate from which on the singular value oscillates, at which it decays as fast as at any",
            "(1 − √a)/((1 + √a) 2 s² λ²)",
            |row| {
                row.relaxation
                    .map(|relaxation| relaxation.oscillates_from)
                    .into()
            },
        ),
        Field::new(
            "unstable_from",
            "η_u",
            "learning rate from which on the oscillation does not decay",
            "(1 + a)/((1 − a) s² λ²)",
            |row| {
                row.relaxation
                    .map(|relaxation| relaxation.unstable_from)
                    .into()
            },
        ),
        Field::new(
            "singular_value_deviation",
            "σ_s",
            "standard deviation of the singular value from update to update, in the long run, with as many chains as samples; small batches only to leading order",
            "σ² = 4 η² s² λ² (1 − a² + a g)/(B (1 − a) g (2 (1 + a) − g))",
            |row| row.variance.map(f64::sqrt).into(),
        ),
        Field::one(words::REASON, |row| row.reason().into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["learning_rate", "eigenvalue", "gibbs_steps"],
            keys: &["gibbs_steps", "eigenvalue", "batch"],
            panels: &[
                Panel {
                    label: "decay of a deviation per update  |Λ|",
                    curves: &[Curve::line("decay")],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "standard deviation of the singular value  σ_s",
                    curves: &[Curve::line("singular_value_deviation")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Question for Summaries {
    type Row = Summary;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Summary) -> Result<()>) -> Result<()> {
        let batch = f64::from(self.batch);
        self.trainings.each(monitor, |training| {
            let chains = training.chains()?;
            let c = training.eigenvalue;
            row(Summary {
                training,
                batch: self.batch,
                final_singular_value: final_singular_value(c)?,
                relaxation: chains.relaxation(c)?,
                variance: chains.stationary_variance(c, batch, 2.0 * c * c / batch)?,
            })
        })
    }
}
