//! Bayes-optimal inference of a receptive field: the best that anyone can learn from P samples.
//!
//! ```text
//! v_ai = √(snr/N) s_a ξ_i + z_ai,   s_a ~ P_h,  ξ_i ~ P_w,  z_ai ~ N(0, 1),   a = 1 … P = αN,  i = 1 … N
//! ```
//!
//! The laws `P_w` and `P_h`, of zero mean and unit variance, and the signal-to-noise ratio are known; the receptive field ξ and the
//! hidden values s are not. For N → ∞ the estimate of each component is that of a scalar Gaussian channel ([`Prior::channel`]),
//! whose precision the other side's overlap sets:
//!
//! ```text
//! q_s = f_h(snr q_w),   q_w = f_w(α snr q_s)
//! ```
//!
//! [`StateEvolution`] solves this from both starts, [`StateEvolution::critical`] finds where the solutions appear and vanish. Both
//! overlaps are functions of r = α snr `q_s`, and so is α: all solutions lie on one explicit curve, whose folds are the spinodals.
//! Laws that are symmetric leave the joint sign of ξ and s open; overlaps and errors are those up to this sign.
//!
//! The formulas are proved for these priors (Miolane, arXiv:1702.00473 (2017)): on the Nishimori line replica symmetry does not
//! break.

mod channel;
mod critical;
mod curve;
mod evolution;
mod prior;
mod slab;
mod soft;
mod spikes;
mod trapezoid;

pub use channel::Channel;
pub use critical::Critical;
pub use evolution::{Inference, Start, StateEvolution};
pub use prior::Prior;
