//! A student that believes in another temperature than its teacher's, or in other laws.

use super::laws::{LAWS, NORM, SoftLaws, typed};
use crate::questions::scan::scan;
use crate::questions::{MAX_POINTS, Monitor, Outcome, Question, product};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Column, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result, ensure};
use saddlepoint_theory::replica::inference::Start;
use saddlepoint_theory::replica::mismatched::Mismatched as Spins;
use saddlepoint_theory::replica::mismatched::soft::{Laws, Soft, State};

/// What a student learns of the one pattern of a teacher, off the line where the student knows the teacher's temperature.
#[derive(Debug, Clone)]
pub struct Mismatched {
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
    /// Inverse temperatures of the student.
    pub student_beta: Vec<f64>,
    /// Inverse temperatures of the teacher.
    pub teacher_beta: Vec<f64>,
    /// Laws of the weights and hidden units of both.
    pub laws: SoftLaws,
}

/// Where the equations lead from one start.
#[derive(Debug, Clone)]
pub struct Row {
    /// Laws of weights and hidden units.
    pub laws: Laws,
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
        "m = E ξ*⟨ξ⟩, of spins E tanh(m̂ + √q̂ z), m̂ = αββ* E tanh u, u = ββ*m + β√q z",
        |state| state.overlap_teacher.into(),
    ),
    Field::new(
        "q",
        "q",
        "overlap of two students of the same samples",
        "q = E⟨ξ⟩², of spins E tanh²(m̂ + √q̂ z), q̂ = αβ² E tanh² u",
        |state| state.overlap_students.into(),
    ),
    Field::one(NORM, |state| state.norm.into()),
];

/// Stability of a solution.
pub(super) const STABILITY: &[Field<State>] = &[Field::new(
    "at_stability",
    "AT",
    "replica symmetry holds below 1",
    "αβ⁴ E[var(τ)²] E[var(ξ)²], of spins sech⁴ of u and of m̂ + √q̂ z",
    |state| state.at_stability.into(),
)];

const WORTH: &[Field<State>] = &[
    Field::in_nats(
        "log_evidence",
        "ln Z/N",
        "log-evidence of the samples for the student, per unit and relative to uniform spins",
        "Φ less its value in the paramagnet",
        |state| state.log_evidence.into(),
    ),
    Field::in_nats(
        "energy",
        "U",
        "energy of the samples for the student, per unit",
        "U = (1/N) Σ_a ln g(β ξ·v_a/√N), g = cosh for a spin",
        |state| state.energy.into(),
    ),
    Field::in_nats(
        "entropy",
        "S",
        "entropy of the posterior per unit",
        "S = Φ − U, of spins",
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
        match (state.is_stable(), state.entropy) {
            (true, Some(_)) => None,
            (false, Some(_)) => Some("replica symmetry is broken: approximate"),
            (true, None) => Some("continuous weights have no absolute entropy"),
            (false, None) => Some(
                "replica symmetry is broken: approximate; continuous weights have no absolute entropy",
            ),
        }
        .into()
    }),
];

impl Record for Row {
    const NAME: &'static str = "infer-mismatched";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.laws), LAWS)),
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
            keys: &[
                "alpha",
                "student_weights",
                "student_hidden",
                "teacher_beta",
                "teacher_weights",
                "teacher_hidden",
            ],
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
                    curves: &[Curve::line("norm")],
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

    fn leaves_out(&self) -> Vec<&'static str> {
        self.laws.leaves_out()
    }

    /// Over the laws, α, β, β*, and the start.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let mut models = Vec::new();
        for laws in self.laws.all()? {
            let grid = product(&[&self.alpha, &self.student_beta, &self.teacher_beta])?;
            let of_grid = grid.map(|point| Model::new(&point, laws));
            models.extend(of_grid.collect::<Result<Vec<_>>>()?);
            ensure!(
                models.len() <= MAX_POINTS,
                "the grids and laws together have more than {MAX_POINTS} points; choose fewer"
            );
        }
        scan(&models, monitor, row, Model::rows)
    }
}

/// A point of the grid.
struct Model {
    point: [f64; 3],
    laws: Laws,
    theory: Theory,
}

/// The equations of spins, which take a fraction of the time, or those of any laws.
enum Theory {
    Spins(Spins),
    Soft(Soft),
}

impl Model {
    fn new(point: &[f64], laws: Laws) -> Result<Self> {
        let [alpha, student_beta, teacher_beta] = [point[0], point[1], point[2]];
        let theory = if laws.are_spins() {
            Spins::new(alpha, student_beta, teacher_beta).map(Theory::Spins)
        } else {
            Soft::new(alpha, student_beta, teacher_beta, laws).map(Theory::Soft)
        };
        let name = || {
            let laws = typed(&laws);
            format!(
                "--alpha {alpha} --student-beta {student_beta} --teacher-beta {teacher_beta}{laws}"
            )
        };
        Ok(Self {
            point: [alpha, student_beta, teacher_beta],
            laws,
            theory: theory.with_context(name)?,
        })
    }

    fn solve(&self, start: Start) -> Option<State> {
        match &self.theory {
            Theory::Spins(model) => model.solve(start).ok().map(State::from),
            Theory::Soft(model) => model.solve(start).ok(),
        }
    }

    /// The rows of both starts.
    fn rows(&self) -> Vec<Row> {
        let row = |start| {
            let found = self.solve(start);
            let [alpha, student_beta, teacher_beta] = self.point;
            Row {
                laws: self.laws,
                alpha,
                student_beta,
                teacher_beta,
                start,
                outcome: found.map_or(Outcome::FAILED, |state: State| {
                    Outcome::new(state.stop, state.iterations, state.residual)
                }),
                found,
            }
        };
        Start::ALL.map(row).into()
    }
}
