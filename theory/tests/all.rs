//! Solvers against closed forms, limits, identities, other methods and values of many digits.
//!
//! One program, which compiles sooner than one for each file.

mod biased_flow;
mod bulk_fit;
mod clock_flow;
mod covariance_law;
mod covariance_reference;
mod diffusion;
mod ensemble;
mod hopfield;
mod inference;
mod lattice_field;
mod learning;
mod learning_with_biases;
mod localisation;
mod log_partition;
mod mismatched;
mod one_step;
mod patterns;
mod quadrature;
mod rank_one;
mod real_units;
mod reciprocal;
mod ring_flow;
mod ring_search;
mod several_modes;
mod soft_priors;
mod solvers;
mod support;
mod tiling;
mod unit_flow;
mod units;
