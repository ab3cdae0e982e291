//! Finite systems and their noise: samplers, statistics, sample covariances. It knows no theory.
//!
//! Everything here is measured, so that its agreement with `saddlepoint-theory` is evidence: the two crates share no code.
//!
//! | module | what |
//! | --- | --- |
//! | [`mod@stream`] | one independent random stream per (seed, experiment, replica) |
//! | [`data`] | data models and their exact samplers |
//! | [`samples`] | a matrix of samples |
//! | [`covariance`] | eigenvalues and leading eigenvectors of the sample covariance |
//! | [`mod@unit`] | a unit given its input |
//! | [`machine`] | a machine of two layers: weights, biases, energies |
//! | [`gibbs`] | block Gibbs sampling of many chains |
//! | [`log_partition`] | ln Z by enumeration and by annealing |
//! | [`tempering`] | parallel tempering, and ln Z along it |
//! | [`langevin`] | dynamics in the singular modes of the weights |
//! | [`ensemble`] | random machines with given singular values, and their order parameters |
//! | [`patterns`] | random machines of sparse weights, and their order parameters with several patterns recalled |
//! | [`hopfield`] | retrieval at zero and finite temperature |
//! | [`training`] | training by exact gradient, CD and PCD; ascent of the exact likelihood of one hidden unit; the Gaussian machine |
//! | [`student`], [`soft_student`] | the posterior of a student's weights given a teacher's samples |
//! | [`amp`] | approximate message passing for rank-one spiked data |
//! | [`observables`] | overlaps with directions and Fourier modes |
//! | [`receptive_field`] | centre and width of a hidden unit's weights on a ring |
//! | [`statistics`] | means, standard errors, autocorrelation times |
//! | [`error`] | what can go wrong |
//!
//! # Conventions
//! * All quantities are dimensionless; temperatures are absorbed in the coupling β.
//! * A matrix of samples has one row per sample (P of them) and one column per variable; α = P/N, γ = N/P.
//! * The sample covariance is Ĉ = (1/P) Σ x xᵀ, with 1/P also after centring.
//! * Eigenvalues are sorted from the largest to the smallest; eigenvectors have unit norm and a positive entry of largest
//!   magnitude.
//! * A result depends on its arguments and the state of the generator only, never on threads or time. Random streams and
//!   discrete samples are the same on every platform; sums may differ in their last digits between instruction sets.
//!
//! # Examples
//! The leading eigenvector of a sample covariance against the direction that was planted:
//! ```
//! use saddlepoint_simulator::{
//!     covariance::{Columns, SampleCovariance},
//!     data::{DataModel, TwoCluster},
//!     observables::squared_overlap,
//!     stream,
//! };
//! # fn main() -> saddlepoint_simulator::Result<()> {
//! let mut rng = stream(0, "two clusters", 0);
//! let model = TwoCluster::random(100, 3.0, &mut rng)?;
//! let samples = model.draw(400, &mut rng)?;
//! let top = SampleCovariance::new(&samples, Columns::Raw)?.leading(1)?;
//! assert!(squared_overlap(&top.vector(0), &model.direction())? > 0.9);
//! # Ok(())
//! # }
//! ```

pub mod amp;
pub mod covariance;
pub mod data;
pub mod ensemble;
pub mod error;
pub mod exact_sampling;
pub mod gibbs;
pub mod hopfield;
pub mod langevin;
pub mod log_partition;
pub mod machine;
pub mod observables;
pub mod patterns;
pub mod receptive_field;
pub mod rotation;
pub mod samples;
pub mod soft_student;
pub mod statistics;
pub mod stream;
pub mod student;
pub mod tempering;
pub mod training;
pub mod unit;

mod alias;
mod bits;
mod exponential;
mod linear;
mod numbers;
mod packed;
mod two_valued;

pub use error::{Error, Result};
pub use rand_xoshiro::Xoshiro256PlusPlus;
pub use samples::Samples;
pub use stream::stream;
pub use unit::Unit;
