//! Solutions of the ensemble's equations, and the phases that they are.

use crate::solver::Stop;

/// States are one if their order parameters differ by less.
const SAME: f64 = 1e-7;

/// What rounding may add to the eigenvalue 1 of a state that can be rotated at no cost, as modes of equal w with Gaussian components.
const MARGINAL: f64 = 1e-9;

/// Regions of the diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is recalled, replica symmetry holds.
    Paramagnet,
    /// A mode is recalled, replica symmetry holds.
    Ferromagnet,
    /// Several modes are recalled at once, replica symmetry holds.
    Compositional,
    /// Nothing is recalled, replica symmetry is broken.
    SpinGlass,
    /// One mode or several are recalled, replica symmetry is broken.
    Mixed,
}

impl Phase {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::Ferromagnet => "ferromagnet",
            Self::Compositional => "compositional",
            Self::SpinGlass => "spin-glass",
            Self::Mixed => "mixed",
        }
    }
}

/// A solution of the equations.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// q, in [0, 1]: overlap of two replicas, visible units.
    pub q_visible: f64,
    /// q̄, in [0, 1]: the same of the hidden units.
    pub q_hidden: f64,
    /// `m_a`, in [0, 1]: magnetization of the visible units along each mode.
    pub m_visible: Vec<f64>,
    /// `m̄_a`, in [0, 1]: the same of the hidden units.
    pub m_hidden: Vec<f64>,
    /// f, free energy per visible unit.
    pub free_energy: f64,
    /// `σ⁴ E[sech⁴ H] E[sech⁴ H̄]`.
    pub at_stability: f64,
    /// The largest eigenvalue, squared, of a round of disturbed magnetizations through both layers, the overlaps following: below 1 the state
    /// is a minimum against taking up a further mode or dropping one. `None` where replica symmetry is so broken that the magnetizations answer
    /// a field with the wrong sign.
    pub at_mixing: Option<f64>,
    /// How the search ended.
    pub stop: Stop,
    /// Evaluations of the equations.
    pub iterations: usize,
    /// Largest difference of the two sides of the equations.
    pub residual: f64,
}

impl State {
    /// Exchanges the layers: f becomes that per unit of the other one, of which there are `aspect` to each of this one.
    pub(super) fn swap_layers(&mut self, aspect: f64) {
        std::mem::swap(&mut self.q_visible, &mut self.q_hidden);
        std::mem::swap(&mut self.m_visible, &mut self.m_hidden);
        self.free_energy *= aspect;
    }

    /// Whether the state is stable against replica-symmetry breaking (de Almeida & Thouless): `at_stability` < 1.
    pub fn is_stable(&self) -> bool {
        self.at_stability < 1.0
    }

    /// Whether f has a minimum here in the space of the magnetizations, of recalled modes and of others: `at_mixing` ≤ 1.
    pub fn is_minimum(&self) -> bool {
        self.at_mixing
            .is_some_and(|eigenvalue| eigenvalue <= 1.0 + MARGINAL)
    }

    /// Indices of the recalled modes.
    pub fn recalled(&self) -> impl Iterator<Item = usize> {
        let modes = self.m_visible.iter().enumerate();
        modes.filter(|(_, m)| **m > 0.0).map(|(a, _)| a)
    }

    /// Whether a mode is recalled.
    pub fn is_magnetized(&self) -> bool {
        self.recalled().next().is_some()
    }

    /// The phase of which this is the state, if none has a lower free energy.
    pub fn phase(&self) -> Phase {
        // At the very transition, and at w = σ = 1, the paramagnet is marginal.
        match (self.recalled().count(), self.at_stability <= 1.0) {
            (0, true) => Phase::Paramagnet,
            (0, false) => Phase::SpinGlass,
            (1, true) => Phase::Ferromagnet,
            (_, true) => Phase::Compositional,
            (_, false) => Phase::Mixed,
        }
    }

    /// The name of the state among the solutions: that of its phase, or `mixture` for several modes recalled at once with replica symmetry,
    /// which are the compositional phase only where no state has a lower free energy.
    pub fn branch(&self) -> &'static str {
        match self.phase() {
            Phase::Compositional => "mixture",
            phase => phase.name(),
        }
    }

    /// Whether both have the same order parameters.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let all = |state: &Self| [state.m_visible.clone(), vec![state.q_visible]].concat();
        all(self)
            .iter()
            .zip(all(other))
            .all(|(a, b)| (a - b).abs() < SAME)
    }
}
