//! Data, training, sampling and statistics against enumeration, closed forms and other methods.
//!
//! One program, which compiles sooner than one for each file.

mod amp;
mod biased_unit;
mod categorical;
mod covariance;
mod enumeration;
mod golden;
mod hopfield;
mod kinds;
mod langevin;
mod log_partition;
mod machine;
mod moments;
mod one_unit;
mod packed;
mod persistent;
mod soft_student;
mod statistics;
mod support;
mod tempering;
mod torus;
mod training;
