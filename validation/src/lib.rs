//! The same question asked twice: what theory predicts beside what a finite simulation measures.
//!
//! Predictions come from `saddlepoint-theory` alone and measurements from `saddlepoint-simulator` alone; the two share no
//! code, so that their agreement is evidence.
//!
//! * [`experiments`]: one file per experiment: its design, measurement, prediction and control.
//! * [`parameters`]: what a user may set in an experiment.
//! * [`runner`]: points × replicas on all cores, with checkpoints.
//! * [`comparison`]: difference, score and verdict.
//! * [`controls`]: what controls are expected to score.
//! * [`cost`]: what a run will cost.
//! * [`finite_size`]: extrapolation in a stated power of N.
//! * [`table`]: tables as types, and the rows of all experiments.
//!
//! Every quantity is dimensionless; symbols are those of `saddlepoint-theory`.

pub mod comparison;
pub mod controls;
pub mod cost;
pub mod error;
pub mod experiments;
pub mod finite_size;
mod journal;
pub mod parameters;
pub mod runner;
pub mod table;

pub use error::{Error, Result};
