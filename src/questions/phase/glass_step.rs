//! The glass of two layers with one step of broken replica symmetry, in the units of a table: temperature 1.

use super::rbm::Point;
use crate::table::Field;
use saddlepoint_theory::replica::ensemble::{Phase, State};
use saddlepoint_theory::replica::one_step::{BipartiteGlass, GlassStep};

/// A state with one step at a noise σ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glass {
    /// Order parameters and free energy, at temperature 1/σ in units of σ.
    pub step: GlassStep,
    /// The noise σ of the weights.
    pub sigma: f64,
}

impl Glass {
    /// Beside a state at zero fields that recalls nothing and is unstable.
    pub(super) fn beside(state: &State, point: &Point) -> Option<Self> {
        let has_fields = [point.visible_field, point.hidden_field]
            .iter()
            .any(|field| field.abs() > 0.0);
        if state.phase() != Phase::SpinGlass || has_fields {
            return None;
        }
        let glass = BipartiteGlass::new(point.kappa, point.sigma.recip()).ok()?;
        Some(Self {
            step: glass.step()?,
            sigma: point.sigma,
        })
    }
}

/// Names of the columns of a state with one step.
pub(super) const ONE_STEP: [&str; 6] = [
    "one_step_q_visible_low",
    "one_step_q_visible_high",
    "one_step_q_hidden_low",
    "one_step_q_hidden_high",
    "one_step_x",
    "one_step_free_energy",
];

/// Columns of a state with one step.
pub(super) const GLASS: &[Field<Glass>] = &[
    Field::new(
        ONE_STEP[0],
        "q₀",
        "overlap of two states of different clusters, visible units",
        "q₀ = E ⟨tanh H⟩²",
        |glass| glass.step.q_low[0].into(),
    ),
    Field::new(
        ONE_STEP[1],
        "q₁",
        "overlap of two states of one cluster, visible units",
        "q₁ = E ⟨tanh² H⟩",
        |glass| glass.step.q_high[0].into(),
    ),
    Field::new(
        ONE_STEP[2],
        "q̄₀",
        "overlap of two states of different clusters, hidden units",
        "q̄₀ = E ⟨tanh H̄⟩²",
        |glass| glass.step.q_low[1].into(),
    ),
    Field::new(
        ONE_STEP[3],
        "q̄₁",
        "overlap of two states of one cluster, hidden units",
        "q̄₁ = E ⟨tanh² H̄⟩",
        |glass| glass.step.q_high[1].into(),
    ),
    Field::new(
        ONE_STEP[4],
        "x",
        "size of the step: the probability that two states are of different clusters",
        "∂f/∂x = 0",
        |glass| (glass.step.y / glass.sigma).into(),
    ),
    Field::new(
        ONE_STEP[5],
        "f₁",
        "free energy per visible unit with one step",
        "",
        |glass| (glass.sigma * glass.step.free_energy).into(),
    ),
];
