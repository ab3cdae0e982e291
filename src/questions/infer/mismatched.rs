//! A student that believes in another temperature than its teacher's.

use crate::questions::scan::scan;
use crate::questions::{Monitor, Outcome, Question, product};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Column, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_theory::replica::inference::Start;
use saddlepoint_theory::replica::mismatched::{self, State};

/// What a student learns of the one pattern of a teacher, off the line where the student knows the teacher's temperature.
#[derive(Debug, Clone)]
pub struct Mismatched {
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
    /// Inverse temperatures of the student.
    pub student_beta: Vec<f64>,
    /// Inverse temperatures of the teacher.
    pub teacher_beta: Vec<f64>,
}

/// Where the equations lead from one start.
#[derive(Debug, Clone)]
pub struct Row {
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Inverse temperature β of the student.
    pub student_beta: f64,
    /// Inverse temperature β* of the teacher.
    pub teacher_beta: f64,
    /// Where the equations start.
    pub start: Start,
    /// The solution; `None` where the equations could not be solved.
    pub found: Option<State>,
    /// How the solver ended.
    pub outcome: Outcome,
}

/// Inverse temperature of the student.
pub(super) const STUDENT_BETA: Column = Column::new(
    "student_beta",
    "β",
    "inverse temperature of the student",
    "p(ξ) ∝ Π_a cosh(β ξ·v_a/√N)",
);

/// Inverse temperature of the teacher.
pub(super) const TEACHER_BETA: Column = Column::new(
    "teacher_beta",
    "β*",
    "inverse temperature of the teacher",
    "p(v) ∝ cosh(β* ξ*·v/√N)",
);

/// Overlaps of a solution.
pub(super) const OVERLAPS: &[Field<State>] = &[
    Field::new(
        "m",
        "m",
        "overlap of student and teacher",
        "m = E tanh(m̂ + √q̂ z), m̂ = αββ* E tanh u, u = ββ*m + β√q z",
        |state| state.overlap_teacher.into(),
    ),
    Field::new(
        "q",
        "q",
        "overlap of two students of the same samples",
        "q = E tanh²(m̂ + √q̂ z), q̂ = αβ² E tanh² u",
        |state| state.overlap_students.into(),
    ),
];

/// Stability of a solution.
pub(super) const STABILITY: &[Field<State>] = &[Field::new(
    "at_stability",
    "AT",
    "replica symmetry holds below 1",
    "αβ⁴ E[sech⁴ u] E[sech⁴(m̂ + √q̂ z)]",
    |state| state.at_stability.into(),
)];

const WORTH: &[Field<State>] = &[
    Field::in_nats(
        "log_evidence",
        "ln Z/N",
        "log-evidence of the samples for the student, per unit and relative to uniform spins",
        "Φ − ln 2 − αβ²/2",
        |state| state.log_evidence.into(),
    ),
    Field::in_nats(
        "energy",
        "U",
        "energy of the samples for the student, per unit",
        "U = (1/N) Σ_a ln cosh(β ξ·v_a/√N)",
        |state| state.energy.into(),
    ),
    Field::in_nats(
        "entropy",
        "S",
        "entropy of the posterior per unit",
        "S = Φ − U",
        |state| state.entropy.into(),
    ),
];

const KNOWN: &[Field<State>] = &[
    Field::one(words::STABLE, |state| state.is_stable().into()),
    Field::new(
        "phase",
        "phase",
        "what the student knows: nothing (paramagnet), what other students know too (glass), or the teacher (learned)",
        "",
        |state| state.phase.name().into(),
    ),
    Field::one(words::REASON, |state| {
        (!state.is_stable())
            .then_some("replica symmetry is broken: approximate")
            .into()
    }),
];

impl Record for Row {
    const NAME: &'static str = "infer-mismatched";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(STUDENT_BETA, |row| row.student_beta.into()),
        Field::one(TEACHER_BETA, |row| row.teacher_beta.into()),
        Field::new("start", "start", "where the equations start", "", |row| {
            row.start.name().into()
        }),
        Field::group(&lift(|row: &Row| row.found.as_ref(), OVERLAPS)),
        Field::group(&lift(|row: &Row| row.found.as_ref(), WORTH)),
        Field::group(&lift(|row: &Row| row.found.as_ref(), STABILITY)),
        Field::group(&lift(|row: &Row| row.found.as_ref(), KNOWN)),
        Field::group(&lift(|row: &Row| Some(&row.outcome), Outcome::FIELDS)),
    ];
    /// Both starts end in one state: their lines are one.
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["student_beta", "alpha", "teacher_beta"],
            keys: &["alpha", "teacher_beta"],
            panels: &[
                Panel {
                    curves: &[Curve::line("m")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    curves: &[Curve::line("q")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "log-evidence per unit  ln Z/N (nats)",
                    curves: &[Curve::line("log_evidence")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.outcome.shortfall(
            "its other columns are not a solution: leave the row out, or move alpha a little",
        )
    }
}

impl Question for Mismatched {
    type Row = Row;

    /// Over α, β, β*, and the start.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let grid = product(&[&self.alpha, &self.student_beta, &self.teacher_beta])?;
        let models = grid.map(|point| Ok((model(&point)?, point)));
        let models: Vec<_> = models.collect::<Result<_>>()?;
        scan(&models, monitor, row, |(model, point)| rows(model, point))
    }
}

/// The model of a point of the grid.
fn model(point: &[f64]) -> Result<mismatched::Mismatched> {
    let model = mismatched::Mismatched::new(point[0], point[1], point[2]);
    let flags = "--alpha --student-beta --teacher-beta".split(' ');
    let name = || {
        let given = flags
            .zip(point)
            .map(|(flag, value)| format!("{flag} {value}"));
        given.collect::<Vec<_>>().join(" ")
    };
    model.with_context(name)
}

/// The rows of both starts.
fn rows(model: &mismatched::Mismatched, point: &[f64]) -> Vec<Row> {
    let row = |start| {
        let found = model.solve(start).ok();
        Row {
            alpha: point[0],
            student_beta: point[1],
            teacher_beta: point[2],
            start,
            outcome: found.map_or(Outcome::FAILED, |state: State| {
                Outcome::new(state.stop, state.iterations, state.residual)
            }),
            found,
        }
    };
    Start::ALL.map(row).into()
}
