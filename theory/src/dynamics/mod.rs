//! Learning without noise.

mod emergence;
mod singular_values;

pub use emergence::{EarlyTraining, SingularMode};
pub use singular_values::{
    binary_rate, binary_rates, final_singular_value, gaussian_rate, log_likelihood, singular_value,
    time_between, velocity,
};
