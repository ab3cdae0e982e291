//! A hidden unit that is trained, in both crates, and what is compared of it.

use saddlepoint_theory::replica::learning::Learned;

use crate::error::Result;

/// The unit of the theory with this name.
pub(super) fn predicted_unit(name: &str) -> saddlepoint_theory::units::Unit {
    name.parse().expect("the name of a unit")
}

/// The unit of the simulator with this name.
pub(super) fn simulated_unit(name: &str) -> Result<saddlepoint_simulator::Unit> {
    Ok(name.parse()?)
}

/// What is compared of a trained unit.
pub(super) const OBSERVABLES: [&str; 5] =
    ["overlap_squared", "m", "q", "train_loglik", "test_loglik"];

/// The predicted [`OBSERVABLES`].
pub(super) fn predicted(learned: &Learned) -> [f64; 5] {
    [
        learned.overlap_squared(),
        learned.m,
        learned.q,
        learned.train_log_likelihood,
        learned.test_log_likelihood,
    ]
}
