//! The lines of the diagram of a student that believes in another temperature than its teacher's.

use super::mismatched::{OVERLAPS, STABILITY, STUDENT_BETA, TEACHER_BETA};
use crate::questions::assumption::Assumption;
use crate::questions::scan::scan;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::mismatched::{Line, LinePoint, State, TeacherPatterns};

/// Where a student begins to learn, and where it begins to agree with others on noise instead.
#[derive(Debug, Clone)]
pub struct MismatchedLines {
    /// Inverse temperatures of the student; empty for those of the teacher.
    pub student_beta: Vec<f64>,
    /// Inverse temperatures of the teacher.
    pub teacher_beta: Vec<f64>,
    /// Numbers of patterns of the teacher and their mutual overlaps; `None` for a teacher of one pattern.
    pub patterns: Option<(Vec<usize>, Vec<f64>)>,
}

/// A point of a line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Inverse temperature β of the student.
    pub student_beta: f64,
    /// Inverse temperature β* of the teacher.
    pub teacher_beta: f64,
    /// The teacher's patterns; `None` for one.
    pub teacher: Option<Teacher>,
    /// Which line.
    pub line: Line,
    /// Samples per unit; `None` where the line was not found.
    pub alpha: Option<f64>,
    /// The state that begins or changes its stability there; `None` where the line was not found or the state is not known.
    pub state: Option<State>,
}

/// A teacher of correlated patterns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Teacher {
    /// Number of patterns.
    pub patterns: usize,
    /// Their mutual overlap.
    pub correlation: f64,
    /// Excess eigenvalue of its data.
    pub spike: f64,
}

const TEACHER: &[Field<Teacher>] = &[
    Field::new(
        "patterns",
        "P*",
        "number of patterns of the teacher",
        "p(v) ∝ Π_μ cosh(β* ξ*_μ·v/√N)",
        |teacher| teacher.patterns.into(),
    ),
    Field::new(
        "correlation",
        "c",
        "overlap of two patterns of the teacher",
        "c = ξ*_μ·ξ*_ν/N",
        |teacher| teacher.correlation.into(),
    ),
    Field::one(words::SPIKE, |teacher| teacher.spike.into()),
];

impl Record for Row {
    const NAME: &'static str = "infer-mismatched-critical";
    /// On a line of marginal stability rounding decides: no column `stable`.
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(STUDENT_BETA, |row| row.student_beta.into()),
        Field::one(TEACHER_BETA, |row| row.teacher_beta.into()),
        Field::group(&lift(|row: &Row| row.teacher.as_ref(), TEACHER)),
        Field::one(words::LINE, |row| row.line.name().into()),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| row.state.as_ref(), OVERLAPS)),
        Field::group(&lift(|row: &Row| row.state.as_ref(), STABILITY)),
        Field::one(words::ASSUMPTION, |row| assumption(row.line).name().into()),
        Field::one(words::REASON, |row| reason(row.line).into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["correlation", "student_beta", "teacher_beta", "patterns"],
            keys: &["patterns", "teacher_beta", "student_beta", "correlation"],
            panels: &[Panel {
                label: "samples per unit  α",
                scale: Scale::Log,
                curves: &[
                    Curve::line("alpha")
                        .only("line", "spectral")
                        .named("the leading eigenvector appears"),
                    Curve::line("alpha")
                        .only("line", "paramagnet-learned")
                        .named("a hot student learns"),
                    Curve::line("alpha")
                        .only("line", "paramagnet-glass")
                        .named("cold students agree on noise"),
                    Curve::line("alpha")
                        .only("line", "glass-learned")
                        .named("a cold student learns (approximate)"),
                    Curve::line("alpha")
                        .only("line", "almeida-thouless")
                        .named("replica symmetry holds above"),
                ],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.alpha.is_none().then_some(Shortfall {
            what: "alpha is empty",
            remedy: "the line was not found: move student_beta a little",
        })
    }
}

/// On what a line rests.
fn assumption(line: Line) -> Assumption {
    match line {
        Line::Spectral
        | Line::ParamagnetLearned
        | Line::ParamagnetGlass
        | Line::AlmeidaThouless => Assumption::Exact,
        Line::GlassLearned => Assumption::ReplicaSymmetric,
    }
}

/// What is to be known of a line that is not what it seems.
fn reason(line: Line) -> Option<&'static str> {
    (line == Line::GlassLearned)
        .then_some("replica symmetry is broken in the glass: the true line is not known")
}

impl Question for MismatchedLines {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        match self.patterns {
            None => vec!["patterns", "correlation", "spike"],
            Some(_) => Vec::new(),
        }
    }

    /// Over β, β*, the teacher's patterns, and the lines that exist there.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let teachers = self.teachers()?;
        let students = |teacher: f64| match &self.student_beta[..] {
            [] => vec![teacher],
            given => given.to_vec(),
        };
        let points: Vec<_> = teachers
            .iter()
            .flat_map(|&(teacher, model)| {
                students(teacher)
                    .into_iter()
                    .map(move |student| (student, teacher, model))
            })
            .collect();
        for &(student, teacher, _) in &points {
            Line::Spectral.at(student, teacher)?;
        }
        scan(
            &points,
            monitor,
            row,
            |&(student, teacher, model)| match model {
                None => of_one_pattern(student, teacher),
                Some((model, known)) => of_patterns(student, teacher, &model, known),
            },
        )
    }
}

/// A teacher's inverse temperature and its correlated patterns, if it has several.
type Given = (f64, Option<(TeacherPatterns, Teacher)>);

impl MismatchedLines {
    /// The teachers, their correlation varying fastest.
    fn teachers(&self) -> Result<Vec<Given>> {
        let Some((patterns, correlations)) = &self.patterns else {
            return Ok(self.teacher_beta.iter().map(|&beta| (beta, None)).collect());
        };
        let mut teachers = Vec::new();
        for &beta in &self.teacher_beta {
            for &patterns in patterns {
                for &correlation in correlations {
                    let model = TeacherPatterns::new(patterns, correlation, beta)?;
                    let known = Teacher {
                        patterns,
                        correlation,
                        spike: beta * beta * model.largest_eigenvalue(),
                    };
                    teachers.push((beta, Some((model, known))));
                }
            }
        }
        Ok(teachers)
    }
}

/// The lines of a teacher of one pattern that exist for a student.
fn of_one_pattern(student_beta: f64, teacher_beta: f64) -> Vec<Row> {
    let row = |line: Line| {
        let row = |point: Option<LinePoint>| Row {
            student_beta,
            teacher_beta,
            teacher: None,
            line,
            alpha: point.map(|point| point.alpha),
            state: point.map(|point| point.state),
        };
        match line.at(student_beta, teacher_beta) {
            Ok(None) => None,
            Ok(found) => Some(row(found)),
            Err(_) => Some(row(None)),
        }
    };
    Line::ALL.into_iter().filter_map(row).collect()
}

/// The closed forms for a teacher of correlated patterns: what follows for a cold student is not known.
fn of_patterns(
    student_beta: f64,
    teacher_beta: f64,
    model: &TeacherPatterns,
    known: Teacher,
) -> Vec<Row> {
    let row = |(line, alpha)| Row {
        student_beta,
        teacher_beta,
        teacher: Some(known),
        line,
        alpha: Some(alpha),
        state: None,
    };
    let second = match model.learned_alpha(student_beta) {
        Ok(Some(alpha)) => (Line::ParamagnetLearned, alpha),
        _ => (Line::ParamagnetGlass, student_beta.powi(-4)),
    };
    [(Line::Spectral, model.spectral_alpha()), second]
        .map(row)
        .into()
}
