//! The commands as typed: numbers, branches, real files, refusals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod composition;
mod data_matrix;
mod explore;
mod flow;
mod flow_clock;
mod flow_units;
mod gibbs;
mod grid_parts;
mod groups;
mod in_memory;
mod infer;
mod infer_mismatched;
mod infer_soft;
mod interrupted;
mod landau;
mod langevin;
mod large_data;
mod learn;
mod localisation;
mod machine_files;
mod outputs;
mod phase;
mod phase_modes;
mod phase_patterns;
mod replicas;
mod score;
mod shards;
mod simulate;
mod sums;
mod support;
mod sweep;
mod tempering;
mod threshold;
mod train;
mod trained_machine;
mod validate;
mod validate_own;
mod weight_files;
