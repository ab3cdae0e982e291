//! Columns of learning curves.

use crate::old::Column;

/// Kind of the hidden unit.
pub(crate) const HIDDEN: Column =
    Column::new("hidden", "hidden unit", "kind of the hidden unit", "");
/// Solution of the equations.
pub(crate) const BRANCH: Column = Column::new(
    "branch",
    "branch",
    "solution of the equations",
    "noise: m = 0; signal: m > 0",
);
/// Weight on the planted direction.
pub(crate) const M: Column = Column::new(
    "m",
    "m",
    "weight on the planted direction",
    "r m = E x g(m x + √Q z)",
);
/// Variance of the field from all other directions.
pub(crate) const Q: Column = Column::new(
    "q",
    "Q",
    "variance of the field from all other directions",
    "Q = (1/N) Σ χ λ²/(αr + Λλ)²",
);
/// Response of a sample's field.
pub(crate) const V: Column = Column::new(
    "v",
    "V",
    "response of a sample's field",
    "V = (1/N) Σ λ/(αr + Λλ)",
);
/// Squared norm of the weights.
pub(crate) const RHO: Column = Column::new(
    "rho",
    "ρ",
    "squared norm of the weights",
    "ρ = m² + (1/N) Σ χ λ/(αr + Λλ)²",
);
/// Squared overlap of the weights with the planted direction.
pub(crate) const OVERLAP_SQUARED: Column = Column::new(
    "overlap_squared",
    "c²",
    "squared overlap with the planted direction",
    "c² = m²/ρ",
);
/// Log-likelihood per training sample.
pub(crate) const TRAIN: Column = Column::in_nats(
    "train_loglik",
    "ln p train",
    "log-likelihood per training sample",
    "E φ(h*) − ln E exp φ(√ρ z)",
);
/// Log-likelihood per fresh sample.
pub(crate) const TEST: Column = Column::in_nats(
    "test_loglik",
    "ln p test",
    "log-likelihood per fresh sample",
    "E φ(ω) − ln E exp φ(√ρ z)",
);
/// Left side of the stability condition.
pub(crate) const AT_STABILITY: Column = Column::new(
    "at_stability",
    "AT",
    "replica symmetry holds below 1",
    "α E(dg/dω)² (1/N) Σ λ²/(αr + Λλ)²",
);

/// The columns above whose names no other table has.
pub(super) const DICTIONARY: [Column; 3] = [RHO, TRAIN, TEST];
