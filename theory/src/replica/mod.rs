//! Replica-symmetric theories, and two with one step of broken symmetry ([`one_step`]): closed sets of self-consistent equations, one file or folder each.
//!
//! Each has the form x = F(x) in a few order parameters and is stationary with respect to its free energy. Saddles coexist: every
//! branch is found on its own, with its free energy and its stability against replica-symmetry breaking (de Almeida & Thouless,
//! J. Phys. A 11, 983 (1978)), and which of them is the phase is decided by these, never by where an iteration happens to end.

pub mod ensemble;
pub mod field;
pub mod hopfield;
pub mod inference;
pub mod learning;
pub mod mismatched;
pub mod one_step;
pub mod patterns;
mod soft_channel;
mod transition;

pub use transition::Transition;
