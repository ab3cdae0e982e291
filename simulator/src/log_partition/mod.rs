//! The logarithm of the partition function of a machine, and with it the likelihood of data.
//!
//! | function | ln Z |
//! | --- | --- |
//! | [`exact()`] | by enumeration of the smaller layer, up to [`LARGEST_LAYER`] units |
//! | [`Annealing::forward`] | from a machine without weights by annealed importance sampling: too small on average |
//! | [`Annealing::reverse`] | the way back from configurations of the machine itself: too large on average |
//! | [`Bracket`] | both ways, and whether they agree |
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
mod bracket;
mod exact;
mod packed;
mod weights;

pub use annealed::Annealing;
pub use bracket::Bracket;
pub(crate) use exact::Enumeration;
pub use exact::{LARGEST_LAYER, exact, is_enumerable};
pub use weights::{LogPartition, LogWeights};

use faer::Mat;
use rayon::prelude::*;

use crate::error::{Result, at_least, same_size};
use crate::machine::Rbm;
use crate::numbers::{as_float, dot};
use crate::samples::Samples;

/// A sample under a machine, whose ln Z is another question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// F(v), [`Rbm::free_energy`].
    pub free_energy: f64,
    /// −F(v) − ln p₀(v), from which ln Z is still to be subtracted: see [`log_likelihood`].
    pub log_weight: f64,
}

/// Mean log-likelihood per sample where ln Z is known, relative to free visible units.
///
/// ```text
/// L = (1/P) Σ_a ln(p(v_a)/p₀(v_a)),   p(v) = exp(−F(v))/Z,   p₀(v) = Π_i exp(−U(v_i))/∫ dx exp(−U(x))
/// ```
///
/// in nats, of the P ≥ 1 rows of `samples`. p₀ is the law of the visible units without weights and biases: the uniform one over their values where
/// these are few (spins, binary and categorical units), the standard Gaussian one of Gaussian units, and exp(−U), normalized, of others. A machine that
/// has learnt nothing has L = 0.
///
/// # Errors
/// [`Error::Size`](crate::Error::Size) unless samples have N entries; [`Error::OutOfDomain`](crate::Error::OutOfDomain)
/// without samples.
pub fn log_likelihood(machine: &Rbm, samples: &Samples, log_partition: f64) -> Result<f64> {
    let scored = score(machine, samples)?;
    let total: f64 = scored.iter().map(|sample| sample.log_weight).sum();
    Ok(total / as_float(samples.rows()) - log_partition)
}

/// Every sample's free energy, and its log-likelihood but for ln Z.
///
/// # Errors
/// As [`log_likelihood`].
pub fn score(machine: &Rbm, samples: &Samples) -> Result<Vec<Scored>> {
    let (visible, hidden) = (machine.visible(), machine.hidden());
    let free = visible.free_log_partition();
    let scored = |v: &[f64], inputs: &[f64]| {
        let cumulants = hidden.cumulant_sum(inputs, 1.0);
        let potentials = visible.potential_energy(v);
        let biases = dot(visible.biases(), v);
        Scored {
            free_energy: potentials - biases - cumulants,
            // U(v) cancels.
            log_weight: biases + cumulants + free,
        }
    };
    each(machine, samples, |block, inputs| {
        let columns = 0..block.ncols();
        let one = |c| scored(block.col_as_slice(c), inputs.col_as_slice(c));
        columns.map(one).collect()
    })
}

/// Mean of every hidden unit given every sample: one row per sample, M values each, or one per entry of categorical units.
///
/// # Errors
/// As [`log_likelihood`].
pub fn hidden_means(machine: &Rbm, samples: &Samples) -> Result<Samples> {
    let (hidden, units) = (machine.hidden(), machine.hidden().units());
    let means = each(machine, samples, |block, inputs| {
        let mut means = vec![0.0; units * block.ncols()];
        for (c, means) in means.chunks_exact_mut(units).enumerate() {
            hidden.write_means(inputs.col_as_slice(c), means);
        }
        means
    });
    Samples::real(samples.rows(), units, means?)
}

/// Samples whose inputs are computed together.
const BLOCK: usize = 256;

/// Products below which a second thread costs more than it saves.
const LARGE: usize = 1 << 22;

/// What `some` makes of the samples of a block, its columns, and of the inputs of their hidden units; block after block.
fn each<T: Send>(
    machine: &Rbm,
    samples: &Samples,
    some: impl Fn(&Mat<f64>, &Mat<f64>) -> Vec<T> + Sync,
) -> Result<Vec<T>> {
    let rows = at_least("samples", "at least 1", samples.rows(), 1)?;
    let (units, hidden_units) = (machine.visible().units(), machine.hidden().units());
    same_size("samples", units, samples.columns())?;
    let least = LARGE / (BLOCK * units * hidden_units);
    let blocks = (0..rows.div_ceil(BLOCK)).into_par_iter();
    let blocks = blocks.with_min_len(least.max(1)).map(|block| {
        let first = block * BLOCK;
        let visible = samples.columns_of(first..rows.min(first + BLOCK));
        let inputs = machine.inputs_h_from_v(visible.as_ref())?;
        Ok(some(&visible, &inputs))
    });
    let blocks: Result<Vec<Vec<T>>> = blocks.collect();
    Ok(blocks?.into_iter().flatten().collect())
}
