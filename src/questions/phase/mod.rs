//! Phases of ensembles of RBMs and of the Hopfield model: the diagram point by point, or its lines.

mod glass_step;
pub mod hopfield;
pub mod hopfield_lines;
pub mod patterns;
pub mod rbm;
pub mod rbm_lines;
pub mod rbm_modes;

pub use glass_step::Glass;
pub use hopfield::HopfieldPhases;
pub use hopfield_lines::HopfieldLines;
pub use patterns::PatternPhases;
pub use rbm::RbmPhases;
pub use rbm_lines::RbmLines;
pub use rbm_modes::RbmModes;

use super::Outcome;
use super::scan::scan;
use crate::table::{Field, Shortfall, vocabulary as words};
use saddlepoint_theory::replica::ensemble::State;
use saddlepoint_theory::solver::Stop;

/// Relative difference of free energies that rounding makes.
const ROUNDING: f64 = 8.0 * f64::EPSILON;
/// Relative difference of the order of two states that are one but for a symmetry.
const LIKE: f64 = 1e-6;

/// The name of the replica-symmetric curves beside those with one step.
const SYMMETRIC: &str = "replica symmetric";

/// A state of a point among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked<S> {
    /// Order parameters and free energy of the state.
    pub state: S,
    /// Whether no other has a lower free energy.
    pub lowest: bool,
    /// Phase of the point.
    pub phase: Option<&'static str>,
    /// How the search for the state ended.
    pub outcome: Outcome,
    /// Whether the searches for all states of the point converged, those that are not shown included.
    pub all_converged: bool,
}

impl<S: 'static> Ranked<S> {
    /// All states of a point, or that of lowest free energy, which tells the phase; of those that rounding cannot tell apart the one of largest order, which
    /// grows out of the others where it is lower.
    fn of(
        states: Vec<S>,
        all_branches: bool,
        free_energy: fn(&S) -> f64,
        order: fn(&S) -> f64,
        outcome: fn(&S) -> Outcome,
        phase: impl Fn(&S) -> Option<&'static str>,
    ) -> Vec<Self> {
        let lowest = states.iter().map(free_energy).fold(f64::INFINITY, f64::min);
        let is_near = |state: &&S| free_energy(state) <= lowest + ROUNDING * lowest.abs();
        let orders = states.iter().filter(is_near).map(order);
        let most = orders.fold(f64::NEG_INFINITY, f64::max);
        let is_lowest = |state: &S| is_near(&state) && order(state) >= most * (1.0 - LIKE);
        let phase = states.iter().find(|state| is_lowest(state)).and_then(phase);
        let converged = |state: &S| outcome(state).stop == Some(Stop::Converged);
        let all_converged = states.iter().all(converged);
        let shown = states
            .into_iter()
            .filter(|state| all_branches || is_lowest(state));
        let ranked = shown.map(|state| Self {
            lowest: is_lowest(&state),
            outcome: outcome(&state),
            phase,
            all_converged,
            state,
        });
        ranked.collect()
    }

    /// lowest, phase.
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::LOWEST, |found| found.lowest.into()),
        Field::one(words::PHASE, |found| found.phase.into()),
    ];
}

/// How much of all modes a state of an ensemble recalls: Σ |m|.
fn recalled_order(state: &State) -> f64 {
    state.m_visible.iter().map(|m| m.abs()).sum()
}

/// How the search for a state ended, if there was one.
fn outcome<S>(found: Option<&Ranked<S>>) -> &Outcome {
    found.map_or(&Outcome::FAILED, |found| &found.outcome)
}

/// Marks the row incomplete unless the solver converged for this state and all competing states.
fn shortfall<S>(found: Option<&Ranked<S>>) -> Option<Shortfall> {
    let own = outcome(found)
        .shortfall("its other columns are not a solution: leave the row out, or move the point");
    own.or_else(|| {
        found
            .is_some_and(|found| !found.all_converged)
            .then_some(Shortfall {
                what: "phase compares with a branch that did not converge",
                remedy: "--all-branches shows which",
            })
    })
}
