//! The logarithm of the partition function of a machine, and with it the likelihood of data.
//!
//! | function | ln Z |
//! | --- | --- |
//! | [`exact()`] | by enumeration of the smaller layer, up to [`LARGEST_LAYER`] units |
//! | [`Annealing::forward`] | from a machine without weights by annealed importance sampling: too small on average |
//! | [`Annealing::reverse`] | the way back from configurations of the machine itself: too large on average |
//!
//! The measure is the sum over the values of units that have two, and the integral ∫ dx over real ones.
//!
//! # Examples
//! Two estimates of which one is too small and one too large on average, around the exact value:
//! ```
//! use saddlepoint_simulator::ensemble::{Components, Ensemble};
//! use saddlepoint_simulator::gibbs::Chains;
//! use saddlepoint_simulator::log_partition::{Annealing, exact};
//! use saddlepoint_simulator::stream;
//! # fn main() -> saddlepoint_simulator::Result<()> {
//! let mut rng = stream(0, "partition function", 0);
//! let ensemble = Ensemble {
//!     units: 12,
//!     hidden_units: 10,
//!     strengths: vec![0.8],
//!     noise: 0.3,
//!     components: Components::Gaussian,
//! };
//! let drawn = ensemble.draw(&mut rng)?;
//! let annealing = Annealing::linear(200)?;
//! let low = annealing.forward(drawn.machine(), 200, &mut rng)?.log_partition()?;
//! let mut chains = Chains::random(drawn.machine(), 200, &mut rng)?;
//! (0..50).for_each(|_| chains.sweep(&mut rng));
//! let starts = chains.visible().to_owned();
//! let high = annealing.reverse(drawn.machine(), starts, &mut rng)?.log_partition()?;
//! let exact = exact(drawn.machine())?;
//! assert!((low.value - exact).abs() < 4.0 * low.standard_error);
//! assert!((high.value - exact).abs() < 4.0 * high.standard_error);
//! # Ok(())
//! # }
//! ```

mod annealed;
mod exact;
mod packed;
mod weights;

pub use annealed::Annealing;
pub(crate) use exact::Enumeration;
pub use exact::{LARGEST_LAYER, exact, is_enumerable};
pub use weights::{LogPartition, LogWeights};

use crate::error::{Result, at_least, same_size};
use crate::machine::Rbm;
use crate::numbers::as_float;
use crate::samples::Samples;

/// Log-likelihood per sample where ln Z is known.
///
/// ```text
/// L = −(1/P) Σ_a F(v_a) − ln Z
/// ```
///
/// in nats, of the P ≥ 1 rows of `samples`.
///
/// # Errors
/// [`Error::Size`](crate::Error::Size) unless samples have N entries; [`Error::OutOfDomain`](crate::Error::OutOfDomain)
/// without samples.
pub fn log_likelihood(machine: &Rbm, samples: &Samples, log_partition: f64) -> Result<f64> {
    let total: f64 = free_energies(machine, samples)?.iter().sum();
    Ok(-total / as_float(samples.rows()) - log_partition)
}

/// Samples whose inputs are computed together.
const BLOCK: usize = 256;

/// F(v) of every sample.
///
/// # Errors
/// As [`log_likelihood`].
pub fn free_energies(machine: &Rbm, samples: &Samples) -> Result<Vec<f64>> {
    let rows = at_least("samples", "at least 1", samples.rows(), 1)?;
    same_size("samples", machine.visible().units(), samples.columns())?;
    let mut energies = Vec::with_capacity(rows);
    for first in (0..rows).step_by(BLOCK) {
        let visible = samples.columns_of(first..rows.min(first + BLOCK));
        let inputs = machine.inputs_h_from_v(visible.as_ref())?;
        energies.extend((0..visible.ncols()).map(|c| {
            let hidden = machine.hidden();
            let hidden = hidden.cumulant_sum(inputs.col_as_slice(c), 1.0);
            machine.visible().own_energy(visible.col_as_slice(c)) - hidden
        }));
    }
    Ok(energies)
}
