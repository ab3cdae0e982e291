//! A given machine in the singular modes of its weights: which modes are unstable, what the landscape along them is, and
//! what ln Z is.
//!
//! ```text
//! W = Σ_k s_k u_k v_kᵀ,   x_k = u_k·v,   y_k = v_k·h,   E = − Σ_k s_k x_k y_k − biases
//! ```
//!
//! [`Modes`] decomposes a matrix; [`Machine`] adds biases and units; [`Landscape`] expands the machine around a mean-field
//! state, in units where a mode orders at s = 1, and gives the free energy along its modes with ([`Landau`]) and without
//! expansion. ln Z comes in four ways: Gaussian pairs, naive mean field, TAP, and enumeration.

mod along;
mod critical;
mod enumeration;
mod gaussian;
mod landau;
mod machine;
mod mean_field;
mod modes;
mod naive;
mod paramagnet;
mod participation;
mod profile;
mod rank_one;
mod side;
mod tap;
mod two_loop;
mod variances;

pub use crate::units::Unit;
pub use along::AlongMode;
pub use critical::CriticalMode;
pub use enumeration::{exact_log_partition, exact_profile, is_enumerable};
pub use gaussian::{
    gaussian_log_partition, gaussian_next_term, pair_covariance, pair_excess_kurtosis,
    pair_log_integral,
};
pub use landau::Landau;
pub use machine::Machine;
pub use mean_field::{FreeEnergy, Landscape, Reference};
pub use modes::{Layer, Modes, Saddle, haar_coupling};
pub use naive::{
    MeanField, OneLoop, OtherSolutions, best_first, naive_from, naive_solutions,
    one_loop_log_partition, other_solutions,
};
pub use paramagnet::paramagnet;
pub use participation::participation_ratio;
pub use profile::{
    HysteresisPoint, Profile, Stationary, hysteresis, lowest_minimum, spinodals, stationary_points,
};
pub use rank_one::RankOne;
pub use tap::{Plefka, tap, tap_from};
pub use variances::{exact_mode_variances, free_mode_deviations};
