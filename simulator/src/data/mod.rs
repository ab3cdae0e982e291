//! Data models: where the samples come from. One file per model, every sampler exact but the torus.
//!
//! | model | data | sampler |
//! | --- | --- | --- |
//! | [`Iid`] | independent units | directly |
//! | [`Diagonal`] | independent Gaussian units of given variances: any spectrum | directly |
//! | [`Spiked`] | Gaussian noise and a few strong directions | directly |
//! | [`TwoCluster`] | an RBM teacher with one spin hidden unit | hidden unit first |
//! | [`IsingRing`] | Ising spins on a ring | bonds under their closing parity |
//! | [`ClockRing`] | discrete XY spins on a ring, one-hot | transfer matrix |
//! | [`NonlinearGaussian`] | a Gaussian process on a ring or torus through a nonlinearity | square root of the circulant covariance |
//! | [`Elliptical`] | a Gaussian process of random strength | the same, and a coin |
//! | [`IsingTorus`] | Ising spins on a square torus | Swendsen–Wang clusters, spaced by the autocorrelation time |

mod clock_ring;
mod diagonal;
mod elliptical;
mod gaussian_process;
mod iid;
mod ising_ring;
mod ising_torus;
mod nonlinear_gaussian;
mod spiked;
mod two_cluster;

use std::fmt::Debug;

pub use clock_ring::ClockRing;
pub use diagonal::Diagonal;
pub use elliptical::Elliptical;
pub use gaussian_process::{GaussianProcess, Place};
pub use iid::{Iid, Law};
pub use ising_ring::IsingRing;
pub use ising_torus::{IsingTorus, TorusChain, TorusDraw};
pub use nonlinear_gaussian::{NonlinearGaussian, Nonlinearity};
use rand_xoshiro::Xoshiro256PlusPlus;
pub use spiked::Spiked;
pub use two_cluster::TwoCluster;

use crate::error::Result;
use crate::samples::Samples;

/// A law of data from which samples can be drawn.
pub trait DataModel: Debug + Send + Sync {
    /// Number of units (sites) N.
    fn units(&self) -> usize;

    /// Number of variables of each sample: N, or N p for one-hot units with p states.
    fn variables(&self) -> usize {
        self.units()
    }

    /// Draws `samples` configurations, one per row of the result.
    ///
    /// Equal states of `rng` give equal samples. Except for [`IsingTorus`] the rows are independent, and drawing in
    /// several calls gives the same rows as drawing in one.
    ///
    /// # Errors
    /// [`Error::TooLarge`](crate::Error::TooLarge) where the samples do not fit into memory.
    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples>;

    /// Population mean μ of every variable and the inverse of its standard deviation, (μ, 1/σ): the numbers that
    /// [`Samples::transformed`] needs to standardize the data. (0, 1) unless stated otherwise.
    fn standardization(&self) -> (f64, f64) {
        (0.0, 1.0)
    }
}
