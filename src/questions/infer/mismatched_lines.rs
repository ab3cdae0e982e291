//! The lines of the diagram of a student that believes in another temperature than its teacher's, or in other laws.

use super::laws::{LAWS, SoftLaws, typed};
use super::mismatched::{OVERLAPS, STABILITY, STUDENT_BETA, TEACHER_BETA};
use crate::questions::assumption::Assumption;
use crate::questions::scan::scan;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_theory::replica::mismatched::soft::{Laws, LinePoint, Soft, State};
use saddlepoint_theory::replica::mismatched::{Line, TeacherPatterns};

/// Where a student begins to learn, and where it begins to agree with others on noise instead.
#[derive(Debug, Clone)]
pub struct MismatchedLines {
    /// Inverse temperatures of the student; empty for those of the teacher.
    pub student_beta: Vec<f64>,
    /// Inverse temperatures of the teacher.
    pub teacher_beta: Vec<f64>,
    /// Laws of the weights and hidden units of both.
    pub laws: SoftLaws,
    /// Numbers of patterns of the teacher and their mutual overlaps, all laws then those of spins; `None` for a teacher of one pattern.
    pub patterns: Option<(Vec<usize>, Vec<f64>)>,
}

/// A point of a line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Laws of weights and hidden units.
    pub laws: Laws,
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
        Field::group(&lift(|row: &Row| Some(&row.laws), LAWS)),
        Field::one(STUDENT_BETA, |row| row.student_beta.into()),
        Field::one(TEACHER_BETA, |row| row.teacher_beta.into()),
        Field::group(&lift(|row: &Row| row.teacher.as_ref(), TEACHER)),
        Field::one(words::LINE, |row| row.line.name().into()),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| row.state.as_ref(), OVERLAPS)),
        Field::group(&lift(|row: &Row| row.state.as_ref(), STABILITY)),
        Field::one(words::ASSUMPTION, |row| assumption(row).name().into()),
        Field::one(words::REASON, |row| reason(row).into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["correlation", "student_beta", "teacher_beta", "patterns"],
            keys: &[
                "patterns",
                "student_weights",
                "student_hidden",
                "teacher_beta",
                "teacher_weights",
                "teacher_hidden",
                "student_beta",
                "correlation",
            ],
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
fn assumption(row: &Row) -> Assumption {
    if is_approximate(row) {
        Assumption::ReplicaSymmetric
    } else {
        Assumption::Exact
    }
}

/// Whether the line is that at which a glass ends in which replica symmetry is broken.
fn is_approximate(row: &Row) -> bool {
    row.line == Line::GlassLearned && !row.state.is_some_and(|state| state.is_stable())
}

/// What is to be known of a line that is not what it seems.
fn reason(row: &Row) -> Option<&'static str> {
    is_approximate(row)
        .then_some("replica symmetry is broken in the glass: the true line is not known")
}

impl Question for MismatchedLines {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        let mut columns = self.laws.leaves_out();
        if self.patterns.is_none() {
            columns.extend(["patterns", "correlation", "spike"]);
        }
        columns
    }

    /// Over the laws, β*, the teacher's patterns, β, and the lines that exist there.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let mut pairs = Vec::new();
        for laws in self.laws.all()? {
            for &(teacher_beta, teacher) in &self.teachers()? {
                let students = match &self.student_beta[..] {
                    [] => &[teacher_beta],
                    given => given,
                };
                for &student_beta in students {
                    let name = || {
                        let laws = typed(&laws);
                        format!("--student-beta {student_beta} --teacher-beta {teacher_beta}{laws}")
                    };
                    Soft::new(1.0, student_beta, teacher_beta, laws).with_context(name)?;
                    pairs.push(Pair {
                        laws,
                        student_beta,
                        teacher_beta,
                        teacher,
                    });
                }
            }
        }
        scan(&pairs, monitor, row, Pair::rows)
    }
}

/// A student and its teacher.
struct Pair {
    laws: Laws,
    student_beta: f64,
    teacher_beta: f64,
    /// The teacher's correlated patterns, if it has several.
    teacher: Option<(TeacherPatterns, Teacher)>,
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

impl Pair {
    fn rows(&self) -> Vec<Row> {
        match &self.teacher {
            None => Line::ALL
                .into_iter()
                .filter_map(|line| self.line(line))
                .collect(),
            Some((model, _)) => self.closed_forms(model).into(),
        }
    }

    fn row(&self, line: Line, alpha: Option<f64>, state: Option<State>) -> Row {
        Row {
            laws: self.laws,
            student_beta: self.student_beta,
            teacher_beta: self.teacher_beta,
            teacher: self.teacher.map(|(_, known)| known),
            line,
            alpha,
            state,
        }
    }

    /// A line of a teacher of one pattern, if it exists for the student.
    fn line(&self, line: Line) -> Option<Row> {
        let (student, teacher) = (self.student_beta, self.teacher_beta);
        let found = if self.laws.are_spins() {
            let found = line.at(student, teacher);
            found.map(|point| point.map(|point| (point.alpha, State::from(point.state))))
        } else {
            let found = LinePoint::at(line, student, teacher, self.laws);
            found.map(|point| point.map(|point| (point.alpha, point.state)))
        };
        match found {
            Ok(None) => None,
            Ok(Some((alpha, state))) => Some(self.row(line, Some(alpha), Some(state))),
            Err(_) => Some(self.row(line, None, None)),
        }
    }

    /// The closed forms for a teacher of correlated patterns: what follows for a cold student is not known.
    fn closed_forms(&self, model: &TeacherPatterns) -> [Row; 2] {
        let second = match model.learned_alpha(self.student_beta) {
            Ok(Some(alpha)) => (Line::ParamagnetLearned, alpha),
            _ => (Line::ParamagnetGlass, self.student_beta.powi(-4)),
        };
        [(Line::Spectral, model.spectral_alpha()), second]
            .map(|(line, alpha)| self.row(line, Some(alpha), None))
    }
}
