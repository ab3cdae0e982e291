//! The same question asked twice: what theory predicts beside what a finite simulation measures.
//!
//! Predictions come from `saddlepoint-theory` alone and measurements from `saddlepoint-simulator` alone; the two share no
//! code, so that their agreement is evidence.
//!
//! * [`experiments`]: one file per experiment: its design, measurement, prediction and control.
//! * [`parameters`]: what a user may set in an experiment.
//! * [`runner`]: points × replicas on all cores, with checkpoints, or the share of one shard.
//! * [`journal`]: finished tasks in files, and their tables put together.
//! * [`comparison`]: difference, score and verdict.
//! * [`controls`]: what controls are expected to score.
//! * [`cost`]: what a run will cost.
//! * [`finite_size`]: extrapolation in a stated power of N.
//! * [`table`]: tables as types, and the rows of all experiments.
//!
//! Every quantity is dimensionless; symbols are those of `saddlepoint-theory`.

mod clock;
pub mod comparison;
pub mod controls;
pub mod cost;
pub mod error;
pub mod experiments;
pub mod finite_size;
pub mod journal;
mod memory;
pub mod parameters;
mod plan;
pub mod runner;
pub mod table;

pub use error::{Error, Result};
