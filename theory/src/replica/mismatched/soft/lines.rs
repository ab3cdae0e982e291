//! The lines of the diagram for soft laws.

use super::search::Search;
use super::{Laws, Soft, State};
use crate::error::{Error, Result};
use crate::replica::mismatched::saddle::Side;
use crate::replica::mismatched::{Line, MOST_SAMPLES};
use crate::solver::root::{expand_bracket, find_root};

/// Relative accuracy of a point on a line.
const TOLERANCE: f64 = 1e-12;
/// Beyond the beginning, in ln α: m or q is about a thousandth.
const BEYOND: f64 = 1e-6;

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

impl LinePoint {
    /// The point of a line for a student and a teacher of soft laws, if it exists there and lies below α = 1e9.
    ///
    /// ```text
    /// spectral             α = c*⁻²
    /// paramagnet-learned   α = 1/(c c*),   c ≤ c*
    /// paramagnet-glass     α = c⁻²,        c ≥ c*
    /// ```
    ///
    /// With c = β²E τ² over data of the student's own law, c* over those of the teacher. A student of spin weights whose teacher's are not
    /// may have no replica-symmetric state at any number of samples: no `almeida-thouless` then.
    ///
    /// # Errors
    /// As [`Soft::new`]; those of the root search.
    pub fn at(
        line: Line,
        student_beta: f64,
        teacher_beta: f64,
        laws: Laws,
    ) -> Result<Option<Self>> {
        let model = |alpha| Soft::new(alpha, student_beta, teacher_beta, laws);
        let [own, star] = model(1.0)?.spikes();
        let is_cold = own > star;
        let alpha = match line {
            Line::Spectral => Some(star.powi(-2)),
            Line::ParamagnetLearned => (own <= star).then(|| 1.0 / (own * star)),
            Line::ParamagnetGlass => (own >= star).then(|| own.powi(-2)),
            Line::GlassLearned if is_cold => end_of_glass(own, model)?,
            Line::AlmeidaThouless if is_cold => almeida_thouless(own, model)?,
            Line::GlassLearned | Line::AlmeidaThouless => None,
        };
        let point = |alpha| {
            let model = model(alpha)?;
            let search = Search::new(&model);
            let state = match line {
                Line::ParamagnetLearned | Line::ParamagnetGlass => {
                    model.state(&search.paramagnet())
                }
                Line::GlassLearned => model.state(&search.unlearned()?),
                Line::Spectral | Line::AlmeidaThouless => model.equilibrium()?,
            };
            Ok(Self { line, alpha, state })
        };
        alpha.map(point).transpose()
    }
}

/// Where the glass of c > c* loses its stability in m: α(ββ*)² E τ*² E var τ E var ξ = 1. At its beginning that is c*/c.
fn end_of_glass(own: f64, model: impl Fn(f64) -> Result<Soft>) -> Result<Option<f64>> {
    let rise = |model: &Soft| Ok(Search::new(model).unlearned()?.rise.ln());
    after("instability of the glass", own.powi(-2), model, rise)
}

/// Where replica symmetry breaks in the learned state of c > c*.
fn almeida_thouless(own: f64, model: impl Fn(f64) -> Result<Soft>) -> Result<Option<f64>> {
    let Some(end) = end_of_glass(own, &model)? else {
        return Ok(None);
    };
    let stability = |model: &Soft| {
        let search = Search::new(model);
        let saddle = match search.learned(Side::High)? {
            Some(saddle) => saddle,
            None => search.unlearned()?,
        };
        Ok(-saddle.at_stability.ln())
    };
    after("stability of the learned state", end, model, stability)
}

/// The α beyond `start` from which on a quantity is positive: `start` if it is so at once, `None` if it is so nowhere.
fn after(
    name: &'static str,
    start: f64,
    model: impl Fn(f64) -> Result<Soft>,
    quantity: impl Fn(&Soft) -> Result<f64>,
) -> Result<Option<f64>> {
    let at = |log: f64| model(start * log.exp()).and_then(|model| quantity(&model));
    let value = |log: f64| at(log).unwrap_or(f64::NAN);
    if value(BEYOND) >= 0.0 {
        return Ok(Some(start));
    }
    let farthest = (MOST_SAMPLES / start).ln() - BEYOND;
    let first = [BEYOND, 0.5_f64.min(farthest)];
    match expand_bracket(name, value, first, [BEYOND, farthest]) {
        Ok([lower, upper]) => {
            let root = find_root(name, value, lower, upper, TOLERANCE)?;
            Ok(Some(start * root.x.exp()))
        }
        Err(Error::NotBracketed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
