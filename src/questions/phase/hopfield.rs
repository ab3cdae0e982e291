//! Phases of the Hopfield model.

use super::{Ranked, SYMMETRIC, outcome, scan, shortfall};
use crate::questions::assumption::Assumption;
use crate::questions::{Monitor, Outcome, Question, product};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::hopfield::{Branch, Hopfield, Phase, State};
use saddlepoint_theory::replica::one_step::{HopfieldStep, retrieval_step, spin_glass_step};

/// The phase at each load and temperature, replica symmetric, and where that is unstable with one step of broken symmetry beside it.
#[derive(Debug, Clone)]
pub struct HopfieldPhases {
    /// Patterns per spin, above 0.
    pub alpha: Vec<f64>,
    /// Temperatures, at least 0.
    pub temperature: Vec<f64>,
    /// Whether every state has a row, and not only that of lowest free energy.
    pub all_branches: bool,
    /// Whether one step of broken replica symmetry is wanted.
    pub one_step: bool,
}

/// A state at a point; `None` where the equations were not solved.
#[derive(Debug, Clone)]
pub struct Row {
    /// Patterns per spin α = P/N, above 0.
    pub alpha: f64,
    /// Temperature T = 1/β, at least 0.
    pub temperature: f64,
    /// Order parameters, free energy and rank of the state.
    pub found: Option<Ranked<Found>>,
}

/// A replica-symmetric state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its order parameters.
    pub symmetric: State,
    /// The state with one step, where that was wanted, the replica-symmetric one is unstable and there is one.
    pub step: Option<HopfieldStep>,
}

impl Found {
    /// f, with the step if there is one: what states are ranked by.
    fn free_energy(&self) -> f64 {
        self.step
            .map_or(self.symmetric.free_energy, |step| step.free_energy)
    }
}

/// The order parameters of a state.
pub(super) const STATE: &[Field<State>] = &[
    Field::new(
        "m",
        "m",
        "overlap with the recalled pattern",
        "m = E tanh β(m + √(αr) z)",
        |state| state.magnetization.into(),
    ),
    Field::new(
        "q",
        "q",
        "overlap of two replicas",
        "q = E tanh² β(m + √(αr) z)",
        |state| state.overlap.into(),
    ),
    Field::new(
        "r",
        "r",
        "noise of the patterns that are not recalled",
        "r = q/(1 − β(1 − q))²",
        |state| state.noise.into(),
    ),
    Field::new("free_energy", "f", "free energy per spin", "", |state| {
        state.free_energy.into()
    }),
    Field::new(
        "at_stability",
        "AT",
        "replica symmetry holds below 1",
        "αβ² E sech⁴/(1 − β(1 − q))²",
        |state| state.at_stability.into(),
    ),
];

const FOUND: &[Field<Ranked<Found>>] = &[
    Field::one(words::BRANCH, |found| {
        found.state.symmetric.branch.name().into()
    }),
    Field::group(&lift(
        |found: &Ranked<Found>| Some(&found.state.symmetric),
        STATE,
    )),
    Field::one(words::STABLE, |found| {
        found.state.symmetric.is_stable().into()
    }),
    Field::group(&lift(|found: &Ranked<Found>| Some(found), Ranked::FIELDS)),
];

/// The name of the curves with one step beside the replica-symmetric ones.
const BROKEN: &str = "one step of broken symmetry";

/// Names of the columns of a state with one step.
pub(super) const ONE_STEP: [&str; 5] = [
    "one_step_m",
    "one_step_q_low",
    "one_step_q_high",
    "one_step_y",
    "one_step_free_energy",
];

/// Columns of a state with one step.
pub(super) const STEP: &[Field<HopfieldStep>] = &[
    Field::new(
        ONE_STEP[0],
        "m₁",
        "overlap with the recalled pattern, with one step of broken replica symmetry",
        "m = E ⟨tanh βH⟩",
        |step| step.magnetization.into(),
    ),
    Field::new(
        ONE_STEP[1],
        "q₀",
        "overlap of two states of different clusters",
        "q₀ = E ⟨tanh βH⟩²",
        |step| step.q_low.into(),
    ),
    Field::new(
        ONE_STEP[2],
        "q₁",
        "overlap of two states of one cluster",
        "q₁ = E ⟨tanh² βH⟩",
        |step| step.q_high.into(),
    ),
    Field::new(
        ONE_STEP[3],
        "y",
        "size x of the step over the temperature; x is the probability that two states are of different clusters",
        "y = βx, ∂f/∂y = 0",
        |step| step.y.into(),
    ),
    Field::new(
        ONE_STEP[4],
        "f₁",
        "free energy per spin with one step",
        "",
        |step| step.free_energy.into(),
    ),
];

impl Record for Row {
    const NAME: &'static str = "phase-hopfield";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::LOAD, |row| row.alpha.into()),
        Field::one(words::TEMPERATURE, |row| row.temperature.into()),
        Field::group(&lift(|row: &Row| row.found.as_ref(), FOUND)),
        Field::one(words::ASSUMPTION, |row| {
            row.assumption().map(Assumption::name).into()
        }),
        Field::group(&lift(Row::step, STEP)),
        Field::group(&lift(
            |row: &Row| Some(outcome(row.found.as_ref())),
            Outcome::FIELDS,
        )),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["alpha", "temperature"],
            keys: &["temperature", "alpha", "branch"],
            breaks: "branch",
            panels: &[
                Panel {
                    label: "overlap with the recalled pattern  m",
                    curves: &[
                        Curve::line("m").named(SYMMETRIC),
                        Curve::line(ONE_STEP[0]).named(BROKEN),
                    ],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "overlap of two replicas  q",
                    curves: &[
                        Curve::line("q").named(SYMMETRIC),
                        Curve::line(ONE_STEP[2]).named(BROKEN),
                        Curve::line(ONE_STEP[1]).named("one step, of different clusters"),
                    ],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                // At temperature 0 the overlaps in a cluster are 1, and only free energies differ.
                Panel {
                    label: "free energy per spin  f",
                    curves: &[
                        Curve::line("free_energy")
                            .only("assumption", "one-step")
                            .named(SYMMETRIC),
                        Curve::line(ONE_STEP[4]).named(BROKEN),
                    ],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        shortfall(self.found.as_ref())
    }
}

impl Row {
    /// The state with one step.
    fn step(&self) -> Option<&HopfieldStep> {
        self.found.as_ref()?.state.step.as_ref()
    }

    /// What the row takes for true.
    fn assumption(&self) -> Option<Assumption> {
        let state = &self.found.as_ref()?.state;
        Some(match state.step {
            Some(_) => Assumption::OneStep,
            None => Assumption::of_stability(state.symmetric.is_stable()),
        })
    }
}

impl Question for HopfieldPhases {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        if self.one_step {
            Vec::new()
        } else {
            ONE_STEP.to_vec()
        }
    }

    /// Over the load and the temperature.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let points: Vec<_> = product(&[&self.alpha, &self.temperature])?.collect();
        scan(&points, monitor, row, |point| self.rows(point[0], point[1]))
    }
}

impl HopfieldPhases {
    /// The rows of a point: the lowest branch, or all.
    fn rows(&self, alpha: f64, temperature: f64) -> Vec<Row> {
        let ranked = Hopfield::new(alpha, temperature)
            .and_then(|model| model.states())
            .map_or_else(
                |_| vec![None],
                |states| self.ranked(alpha, temperature, &states),
            );
        let row = |found| Row {
            alpha,
            temperature,
            found,
        };
        ranked.into_iter().map(row).collect()
    }

    /// States in the order of their free energies, of which the lowest one names the phase.
    fn ranked(&self, alpha: f64, temperature: f64, states: &[State]) -> Vec<Option<Ranked<Found>>> {
        let found = states.iter().map(|&symmetric| Found {
            symmetric,
            step: self.step(&symmetric, alpha, temperature),
        });
        let has_retrieval = states.iter().any(|state| state.branch == Branch::Retrieval);
        let ranked = Ranked::of(
            found.collect(),
            self.all_branches,
            Found::free_energy,
            |found| found.symmetric.magnetization,
            |found| {
                let Found { symmetric, .. } = found;
                Outcome::new(symmetric.stop, symmetric.iterations, symmetric.residual)
            },
            |lowest| Some(Phase::of(lowest.symmetric.branch, has_retrieval).name()),
        );
        ranked.into_iter().map(Some).collect()
    }

    /// The state with one step, where it is wanted and the replica-symmetric one is unstable.
    fn step(&self, state: &State, alpha: f64, temperature: f64) -> Option<HopfieldStep> {
        if !self.one_step || state.is_stable() {
            return None;
        }
        let step = match state.branch {
            Branch::Retrieval => retrieval_step(alpha, temperature),
            Branch::SpinGlass => spin_glass_step(alpha, temperature),
            Branch::Paramagnet => Ok(None),
        };
        step.ok().flatten()
    }
}
