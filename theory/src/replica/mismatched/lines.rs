//! The lines of the diagram: numbers of samples at which a state begins or changes its stability.

use super::saddle::{Saddle, Side};
use super::{Mismatched, State, coupling};
use crate::error::Result;
use crate::replica::field::field_averages;
use crate::solver::root::{expand_bracket, find_root};

/// Relative accuracy of a point on a line.
const TOLERANCE: f64 = 1e-13;
/// ln q̂ within which the glass is sought that becomes unstable.
const FIELDS: [f64; 2] = [-40.0, 40.0];
/// Largest ln(α/α of the glass's end) that is searched.
const FARTHEST: f64 = 30.0;
/// Beyond the end of the glass, in ln α: m is about a thousandth.
const BEYOND: f64 = 1e-6;

/// A line in the plane of β and α, at a given β*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// `α = β*⁻⁴`: below it no student of any kind can learn, and no eigenvector of the samples shows.
    Spectral,
    /// `α = (ββ*)⁻²`, for β ≤ β*: a student that is too hot for the teacher begins to learn.
    ParamagnetLearned,
    /// `α = β⁻⁴`, for β ≥ β*: the students of a cold β agree with each other, not with the teacher.
    ParamagnetGlass,
    /// For β > β*: the replica-symmetric glass becomes unstable in m. It is unstable against replica-symmetry breaking too: an approximation.
    GlassLearned,
    /// For β > β*: replica symmetry holds in the learned state above.
    AlmeidaThouless,
}

/// A point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinePoint {
    /// Which line.
    pub line: Line,
    /// Samples per unit.
    pub alpha: f64,
    /// The state that begins, or changes its stability, there; on the spectral line that of the student.
    pub state: State,
}

impl Line {
    /// All lines.
    pub const ALL: [Self; 5] = [
        Self::Spectral,
        Self::ParamagnetLearned,
        Self::ParamagnetGlass,
        Self::GlassLearned,
        Self::AlmeidaThouless,
    ];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spectral => "spectral",
            Self::ParamagnetLearned => "paramagnet-learned",
            Self::ParamagnetGlass => "paramagnet-glass",
            Self::GlassLearned => "glass-learned",
            Self::AlmeidaThouless => "almeida-thouless",
        }
    }

    /// The point of the line for a student and a teacher, if it exists there.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless both inverse temperatures are between 0.001 and 100 000; those of
    /// the root search.
    pub fn at(self, student_beta: f64, teacher_beta: f64) -> Result<Option<LinePoint>> {
        let beta = coupling("student_beta", student_beta)?;
        let star = coupling("teacher_beta", teacher_beta)?;
        let is_cold = beta > star;
        let alpha = match self {
            Self::Spectral => Some(star.powi(-4)),
            Self::ParamagnetLearned => (beta <= star).then(|| (beta * star).powi(-2)),
            Self::ParamagnetGlass => (beta >= star).then(|| beta.powi(-4)),
            Self::GlassLearned => is_cold.then(|| end_of_glass(beta, star)).transpose()?,
            Self::AlmeidaThouless => is_cold.then(|| almeida_thouless(beta, star)).transpose()?,
        };
        let point = |alpha| {
            let model = Mismatched::new(alpha, beta, star)?;
            let state = match self {
                Self::ParamagnetLearned | Self::ParamagnetGlass => {
                    model.state(&Saddle::paramagnet(&model))
                }
                Self::GlassLearned => model.state(&Saddle::unlearned(&model)?),
                Self::Spectral | Self::AlmeidaThouless => model.equilibrium()?,
            };
            Ok(LinePoint {
                line: self,
                alpha,
                state,
            })
        };
        alpha.map(point).transpose()
    }
}

/// Where the glass of β > β* loses its stability in m.
///
/// ```text
/// α (ββ*)² (1 − q)(1 − q̂/(αβ²)) = 1
/// ```
///
/// With q̂ as the variable q = E tanh²(√q̂ z), B = E tanh²(β√q z) and α = q̂/(β²B) are explicit, and the left side grows with q̂ from
/// (β*/β)².
fn end_of_glass(beta: f64, star: f64) -> Result<f64> {
    let glass = |log: f64| {
        let variance = log.exp();
        let weights = field_averages(0.0, variance);
        let data = field_averages(0.0, beta * beta * weights.tanh2);
        let alpha = variance / (beta * beta * data.tanh2);
        (
            alpha,
            alpha * (beta * star).powi(2) * weights.sech2 * data.sech2,
        )
    };
    let excess = |log: f64| glass(log).1 - 1.0;
    let [lower, upper] = expand_bracket("instability of the glass", excess, [-1.0, 1.0], FIELDS)?;
    let root = find_root("instability of the glass", excess, lower, upper, 0.0)?;
    Ok(glass(root.x).0)
}

/// Where replica symmetry breaks in the learned state of β > β*.
fn almeida_thouless(beta: f64, star: f64) -> Result<f64> {
    let end = end_of_glass(beta, star)?;
    let excess = |log: f64| -> Result<f64> {
        let model = Mismatched::new(end * log.exp(), beta, star)?;
        let saddle = match Saddle::learned(&model, Side::High)? {
            Some(saddle) => saddle,
            None => Saddle::unlearned(&model)?,
        };
        Ok(saddle.at_stability.ln())
    };
    let value = |log: f64| excess(log).unwrap_or(f64::NAN);
    let name = "stability of the learned state";
    let [lower, upper] = expand_bracket(name, value, [BEYOND, 0.5], [BEYOND, FARTHEST])?;
    Ok(end * find_root(name, value, lower, upper, TOLERANCE)?.x.exp())
}
