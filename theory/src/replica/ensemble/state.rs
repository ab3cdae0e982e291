//! Solutions of the ensemble's equations, and the phases that they are.

use crate::solver::Stop;

/// States are one if their order parameters differ by less.
const SAME: f64 = 1e-7;

/// Regions of the diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is recalled, replica symmetry holds.
    Paramagnet,
    /// A mode is recalled, replica symmetry holds.
    Ferromagnet,
    /// Nothing is recalled, replica symmetry is broken.
    SpinGlass,
    /// A mode is recalled, replica symmetry is broken.
    Mixed,
}

impl Phase {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::Ferromagnet => "ferromagnet",
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
    /// How the search ended.
    pub stop: Stop,
    /// Evaluations of the equations.
    pub iterations: usize,
    /// Largest difference of the two sides of the equations.
    pub residual: f64,
}

impl State {
    /// Whether the state is stable against replica-symmetry breaking (de Almeida & Thouless): `at_stability` < 1.
    pub fn is_stable(&self) -> bool {
        self.at_stability < 1.0
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

    /// The phase of which this is the state.
    pub fn phase(&self) -> Phase {
        // At the very transition, and at w = σ = 1, the paramagnet is marginal.
        match (self.is_magnetized(), self.at_stability <= 1.0) {
            (false, true) => Phase::Paramagnet,
            (false, false) => Phase::SpinGlass,
            (true, true) => Phase::Ferromagnet,
            (true, false) => Phase::Mixed,
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
