//! What P samples show of a population covariance: the bulk of the sample spectrum, the modes that leave it, and how many
//! samples that takes.

mod debias;
mod edges;
mod groups;
mod landing;
mod law;
mod locate;
mod marchenko_pastur;
mod outlier;
mod place;
mod profile;
mod self_check;
mod threshold;
mod weights;

pub use debias::{Debiased, IndependentColumns, Outlier, debias, debias_with};
pub use edges::{Edge, Interval, support, upper_edge};
pub use groups::{Group, Groups};
pub use landing::{Landed, Landing};
pub use law::{LawPoint, SampleLaw};
pub use marchenko_pastur::MarchenkoPastur;
pub use outlier::{Spike, population_eigenvalue, spike, tracy_widom_scale};
pub use place::{Place, place_of};
pub use profile::{Profile, overlap_profile};
pub use self_check::SelfCheck;
pub use threshold::{
    alpha_for_overlap, critical_alpha, crossing_alpha, crossing_published_alpha, solve_parameter,
};
pub use weights::{FittedWeights, WeightLaw};
