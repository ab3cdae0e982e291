//! Learning without noise; and what noise does to a place cell.

pub mod biased_flow;
mod block_mode;
pub mod clock_flow;
pub mod diffusion;
mod emergence;
pub mod flow;
pub mod lattice_field;
pub mod localisation;
mod persistent_chains;
pub mod ring_flow;
mod short_chains;
mod singular_values;
pub mod unit_flow;
mod unit_response;
mod unit_states;

pub use block_mode::BlockMode;
pub use emergence::{EarlyTraining, SingularMode};
pub use persistent_chains::{PersistentChains, PersistentMode, Relaxation};
pub use short_chains::{ShortChains, contrastive_velocity};
pub use singular_values::{
    binary_rate, binary_rates, final_singular_value, gaussian_rate, log_likelihood, singular_value,
    velocity,
};
