//! The experiments, one file each.

mod bayes_optimal;
mod bulk;
mod cascade;
mod compositional;
mod ensemble;
mod fresh;
mod gaussianity;
mod harmonics;
mod hidden_unit;
mod hierarchical_learning;
mod hopfield_retrieval;
mod landau;
mod langevin;
mod learning_curve;
mod learning_with_biases;
mod localisation;
mod log_partition;
mod machines;
mod marchenko_pastur;
mod mismatched_inference;
mod one_unit;
mod outlier_detection;
mod overlap_profile;
mod own;
mod persistent_chains;
mod pinned;
mod place_cell;
mod place_cell_pinning;
mod place_cell_regimes;
mod place_cell_tiling;
mod place_cell_training;
mod place_cell_walk;
mod place_cell_wells;
mod place_cells_together;
mod places;
mod rbm_phases;
mod receptive_field_diffusion;
mod retarded_learning;
mod retarded_learning_ring;
mod sample_covariance;
mod sample_sizes;
mod several_modes;
mod short_chains;
mod singular_value_flow;
mod soft_priors;
mod xy_fields;

pub use bayes_optimal::BayesOptimal;
pub use cascade::Cascade;
pub use compositional::Compositional;
pub use gaussianity::Gaussianity;
pub use hierarchical_learning::HierarchicalLearning;
pub use hopfield_retrieval::HopfieldRetrieval;
pub use landau::{OwnMachine, RankOneTransition};
pub use langevin::LangevinModes;
pub use learning_curve::LearningCurve;
pub use learning_with_biases::LearningWithBiases;
pub use localisation::Localisation;
pub use log_partition::LogPartitionFunction;
pub use marchenko_pastur::MarchenkoPastur;
pub use mismatched_inference::MismatchedInference;
pub use outlier_detection::OutlierDetection;
pub use overlap_profile::OverlapProfile;
pub use persistent_chains::PersistentChainsExperiment;
pub use place_cell::PlaceCell;
pub use place_cell_pinning::PlaceCellPinning;
pub use place_cell_regimes::PlaceCellRegimes;
pub use place_cell_tiling::PlaceCellTiling;
pub use place_cell_training::PlaceCellTraining;
pub use place_cell_walk::PlaceCellWalk;
pub use place_cell_wells::PlaceCellWells;
pub use place_cells_together::PlaceCellsTogether;
pub use rbm_phases::RbmPhases;
pub use receptive_field_diffusion::ReceptiveFieldDiffusion;
pub use retarded_learning::{GivenData, RetardedLearning};
pub use retarded_learning_ring::RetardedLearningRing;
pub use sample_covariance::SampleCovariance;
pub use several_modes::SeveralModes;
pub use short_chains::ShortChainsExperiment;
pub use singular_value_flow::SingularValueFlow;
pub use soft_priors::SoftPriors;
pub use xy_fields::XyFields;

use crate::error::{Error, Result};
use crate::runner::Validation;

/// All experiments in the order in which they are run.
///
/// Not inlined: a search for a name among constants is unrolled into comparisons that take a compiler minutes.
#[inline(never)]
pub fn all() -> [&'static dyn Validation; 35] {
    [
        &MarchenkoPastur,
        &SampleCovariance,
        &RetardedLearning,
        &OutlierDetection,
        &OverlapProfile,
        &RetardedLearningRing,
        &LearningCurve,
        &LearningWithBiases,
        &BayesOptimal,
        &MismatchedInference,
        &SoftPriors,
        &RbmPhases,
        &SeveralModes,
        &HopfieldRetrieval,
        &Compositional,
        &LogPartitionFunction,
        &LangevinModes,
        &Gaussianity,
        &RankOneTransition,
        &SingularValueFlow,
        &ShortChainsExperiment,
        &PersistentChainsExperiment,
        &Cascade,
        &HierarchicalLearning::SYNTHETIC,
        &PlaceCell,
        &PlaceCellWells,
        &PlaceCellTiling,
        &PlaceCellTraining,
        &PlaceCellRegimes,
        &PlaceCellPinning,
        &ReceptiveFieldDiffusion,
        &PlaceCellWalk,
        &PlaceCellsTogether,
        &XyFields,
        &Localisation,
    ]
}

/// The experiment with this name.
///
/// # Errors
/// [`Error::UnknownExperiment`] with the list of all names.
pub fn find(name: &str) -> Result<&'static dyn Validation> {
    all()
        .into_iter()
        .find(|experiment| experiment.name() == name)
        .ok_or_else(|| {
            let names: Vec<&str> = all().iter().map(|experiment| experiment.name()).collect();
            Error::UnknownExperiment {
                name: name.to_owned(),
                known: names.join(", "),
            }
        })
}
