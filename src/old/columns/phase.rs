//! Columns of the phases of the RBM ensemble and of the Hopfield model.

use crate::old::Column;

/// Law of the components of the modes.
pub(crate) const COMPONENTS: Column = Column::new(
    "components",
    "components",
    "law of the components of the modes",
    "",
);
/// Singular value of the mode.
pub(crate) const W: Column =
    Column::new("w", "w", "singular value of the mode", "W = w u vᵀ + noise");
/// Noise of the weights.
pub(crate) const SIGMA: Column = Column::new(
    "sigma",
    "σ",
    "noise of the weights",
    "entries N(0, σ²/√(NM))",
);
/// Hidden units per visible unit.
pub(crate) const KAPPA: Column =
    Column::new("kappa", "κ", "hidden units per visible unit", "κ = M/N");
/// Uniform field on the visible units.
pub(crate) const VISIBLE_FIELD: Column = Column::new(
    "visible_field",
    "θ_v",
    "uniform field on the visible units",
    "",
);
/// Uniform field on the hidden units.
pub(crate) const HIDDEN_FIELD: Column = Column::new(
    "hidden_field",
    "θ_h",
    "uniform field on the hidden units",
    "",
);
/// Temperature.
pub(crate) const TEMPERATURE: Column = Column::new(
    "temperature",
    "T",
    "temperature",
    "in units of the coupling",
);
/// Patterns per spin.
pub(crate) const LOAD: Column = Column::new("alpha", "α", "patterns per spin", "α = P/N");
/// The state of the row.
pub(crate) const BRANCH: Column = Column::new("branch", "branch", "the state of the row", "");
/// Whether no other branch has a lower free energy.
pub(crate) const LOWEST: Column = Column::new(
    "lowest",
    "lowest",
    "whether no other branch has a lower free energy",
    "",
);
/// Magnetization of the visible units along the mode.
pub(crate) const M_VISIBLE: Column = Column::new(
    "m_visible",
    "m",
    "magnetization of the visible units along the mode",
    "m = E u tanh H",
);
/// Magnetization of the hidden units along the mode.
pub(crate) const M_HIDDEN: Column = Column::new(
    "m_hidden",
    "m̄",
    "magnetization of the hidden units along the mode",
    "m̄ = E v tanh H̄",
);
/// Overlap of two replicas, visible units.
pub(crate) const Q_VISIBLE: Column = Column::new(
    "q_visible",
    "q",
    "overlap of two replicas, visible units",
    "q = E tanh² H",
);
/// Overlap of two replicas, hidden units.
pub(crate) const Q_HIDDEN: Column = Column::new(
    "q_hidden",
    "q̄",
    "overlap of two replicas, hidden units",
    "q̄ = E tanh² H̄",
);
/// Overlap with the recalled pattern.
pub(crate) const M: Column = Column::new(
    "m",
    "m",
    "overlap with the recalled pattern",
    "m = E tanh β(m + √(αr) z)",
);
/// Overlap of two replicas.
pub(crate) const Q: Column = Column::new(
    "q",
    "q",
    "overlap of two replicas",
    "q = E tanh² β(m + √(αr) z)",
);
/// Noise of the patterns that are not recalled.
pub(crate) const R: Column = Column::new(
    "r",
    "r",
    "noise of the patterns that are not recalled",
    "r = q/(1 − β(1 − q))²",
);
/// Free energy per visible unit.
pub(crate) const FREE_ENERGY: Column =
    Column::new("free_energy", "f", "free energy per visible unit", "");
/// Stability against replica-symmetry breaking.
pub(crate) const AT_STABILITY: Column = Column::new(
    "at_stability",
    "AT",
    "replica symmetry holds below 1",
    "rbm: σ⁴ E sech⁴ H E sech⁴ H̄; hopfield: αβ² E sech⁴/(1 − β(1 − q))²",
);
/// Whether replica symmetry holds.
pub(crate) const STABLE: Column = Column::new(
    "stable",
    "stable",
    "whether replica symmetry holds",
    "at_stability < 1",
);
/// Phase of the diagram at this point.
pub(crate) const PHASE: Column = Column::new(
    "phase",
    "phase",
    "phase of the diagram at this point",
    "branch of lowest free energy",
);
/// Line of the diagram.
pub(crate) const LINE: Column = Column::new("line", "line", "line of the diagram", "");
/// Order of the transition.
pub(crate) const ORDER: Column = Column::new("order", "order", "order of the transition", "");

/// Every column above whose name has this one meaning in all tables.
pub(super) const DICTIONARY: [Column; 18] = [
    COMPONENTS,
    W,
    SIGMA,
    KAPPA,
    VISIBLE_FIELD,
    HIDDEN_FIELD,
    TEMPERATURE,
    BRANCH,
    LOWEST,
    M_VISIBLE,
    M_HIDDEN,
    Q_VISIBLE,
    Q_HIDDEN,
    FREE_ENERGY,
    R,
    PHASE,
    LINE,
    ORDER,
];
