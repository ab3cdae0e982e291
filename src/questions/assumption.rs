//! What a row takes for true that may not be so.

use super::DataModel;

/// The values of the column `assumption`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assumption {
    /// Nothing but infinitely many units: exact as far as replica symmetry holds.
    Exact,
    /// Gaussian data with the covariance of the data, which are not Gaussian.
    GaussianEquivalent,
    /// Replica symmetry, where it is broken.
    ReplicaSymmetric,
    /// The same, with one step of broken symmetry beside it.
    OneStep,
}

impl Assumption {
    /// That of a theory whose fields are Gaussian given a planted direction.
    pub(super) fn of_gaussian_fields(model: DataModel) -> Self {
        match model {
            DataModel::Iid | DataModel::Spiked | DataModel::TwoCluster => Self::Exact,
            _ => Self::GaussianEquivalent,
        }
    }

    /// That of a replica-symmetric state, which is stable or not.
    pub(super) fn of_stability(is_stable: bool) -> Self {
        if is_stable {
            Self::Exact
        } else {
            Self::ReplicaSymmetric
        }
    }

    /// The name in tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::GaussianEquivalent => "gaussian-equivalent",
            Self::ReplicaSymmetric => "replica-symmetric",
            Self::OneStep => "one-step",
        }
    }
}
