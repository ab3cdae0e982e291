//! The experiments, one file each.

mod bulk;
mod ensemble;
mod marchenko_pastur;
mod overlap_profile;
mod retarded_learning;
mod retarded_learning_ring;
mod sample_covariance;

pub use marchenko_pastur::MarchenkoPastur;
pub use overlap_profile::OverlapProfile;
pub use retarded_learning::RetardedLearning;
pub use retarded_learning_ring::RetardedLearningRing;
pub use sample_covariance::SampleCovariance;

use crate::error::{Error, Result};
use crate::runner::Validation;

/// All experiments in the order in which they are run.
pub fn all() -> [&'static dyn Validation; 5] {
    [
        &MarchenkoPastur,
        &SampleCovariance,
        &RetardedLearning,
        &OverlapProfile,
        &RetardedLearningRing,
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
